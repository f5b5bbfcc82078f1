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

void report_displaced(oma_dm_displaced displaced)
{
    printf("%d segments were missing\n", displaced.missing);
}

void announce(uint8_t ui_mode, uint8_t initiator)
{
    (void)initiator;
    if (ui_mode == OMA_DM_UI_MODE_INFORMATIVE) {
        printf("your device is being managed\n");
    }
}

unsigned manage(const char *session_id, oma_dm_nonce client_nonce)
{
    (void)client_nonce;
    printf("session %s starts\n", session_id);
    return TOOK_PLACE;
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
