/* A device that receives by short messages: reads TP-User-Data of each in hexadecimal, and says what
 * came of it. device.c is what firmware would take of it. */

#include <string.h>

#include "device.h"
#include "hex.h"

void store(const struct record *record)
{
    (void)record; /* to flash */
}

void report(oma_dm_error error)
{
    char words[100];
    oma_dm_error_words(error, words, sizeof words);
    printf("%s\n", words);
}

void note(const oma_dm_received *received)
{
    if (received->displaced.reason != OMA_DM_REASON_NONE) {
        printf("%d segments were missing\n", received->displaced.missing);
    }
    if (received->error.kind != OMA_DM_KIND_NONE) {
        report(received->error);
    }
}

void announce(const oma_dm_request *request)
{
    if (request->ui_mode == OMA_DM_UI_MODE_INFORMATIVE) {
        printf("your device is being managed\n");
    }
}

uint8_t manage(const oma_dm_session_facts *session)
{
    printf("session %s starts\n", session->session_id_text);
    return OMA_DM_EVENT_COMPLETED;
}

int main(void)
{
    static const char *const words[] = {
        "no session", /* a segment was kept, or the message was not for OMA DM */
        NULL, /* manage has said it */
        "repeated",
        "under way",
        "no session",
        "not authentic",
        "the nonce 0 is forbidden",
        "no more sessions under the nonce 0",
    };
    static struct device device;
    struct record *record = &device.record;
    record->state = oma_dm_account_new();
    record->server_id_size = 18;
    memcpy(record->server_id, "com.mgmtsrv.manage", 18);
    record->agreed_size = 6;
    memcpy(record->agreed, "agreed", 6);
    oma_dm_secret_new(record->server_id, record->server_id_size, (const uint8_t *)"password", 8,
                      &record->secret);
    device_start(&device);

    uint8_t user_data[140];
    int size;
    for (uint32_t now = 0; (size = read_line(user_data, sizeof user_data)) >= 0; now++) {
        oma_dm_received received =
            oma_dm_receive_sms(&device.inbox, now, 1, user_data, (size_t)size);
        oma_dm_decision decision = device_take(&device, &received);
        if (words[decision] != NULL) {
            printf("%s\n", words[decision]);
        }
    }
    return 0;
}
