/* A server that notifies a device by short messages: prints TP-User-Data of each in hexadecimal. */

#include "hex.h"
#include "oma_dm_notification.h"

static oma_dm_octets text(const char *characters, size_t size)
{
    oma_dm_octets octets = {(const uint8_t *)characters, size};
    return octets;
}

static int fail(oma_dm_error error)
{
    char words[100];
    oma_dm_error_words(error, words, sizeof words);
    fprintf(stderr, "%s\n", words);
    return 1;
}

int main(void)
{
    /* What is stored of the device: its state, the secret, the server nonce that it gave. */
    oma_dm_octets server_id = text("com.mgmtsrv.manage", 18);
    oma_dm_octets nonce = text("agreed", 6);
    oma_dm_device_state state = oma_dm_device_new();
    oma_dm_secret secret;
    oma_dm_error error =
        oma_dm_secret_new(server_id.octets, server_id.size, (const uint8_t *)"password", 8, &secret);
    if (error.kind != OMA_DM_KIND_NONE) {
        return fail(error);
    }

    /* 0x1D07 was drawn at random. Store the state before the message goes out. */
    oma_dm_notify notify = oma_dm_device_notify(&state, 0x1D07);
    if (notify.error.kind != OMA_DM_KIND_NONE) {
        return fail(notify.error);
    }
    static const uint8_t zeros[4];
    if (notify.nonce == OMA_DM_NONCE_RESYNC) {
        nonce.octets = zeros;
        nonce.size = sizeof zeros;
    }
    static const uint8_t vendor_specific[120];
    oma_dm_trigger trigger = {
        notify.session_id, 0, OMA_DM_UI_MODE_INFORMATIVE, OMA_DM_INITIATOR_SERVER, server_id,
        {vendor_specific, sizeof vendor_specific},
    };
    uint8_t package0[200];
    oma_dm_written written = oma_dm_compose(&trigger, &secret, nonce.octets, nonce.size, package0,
                                            sizeof package0);
    if (written.error.kind != OMA_DM_KIND_NONE) {
        return fail(written.error);
    }

    /* The device takes a message that comes twice once. */
    oma_dm_push push = {1, {package0, written.size}, {NULL, 0}};
    for (uint16_t reference = 1; reference <= 2; reference++) {
        oma_dm_sms sms = {0xC002, reference, 8};
        size_t index = 0;
        do {
            uint8_t user_data[140];
            written = oma_dm_write_sms(&push, &sms, index, user_data, sizeof user_data);
            if (written.error.kind != OMA_DM_KIND_NONE) {
                return fail(written.error);
            }
            write_line(user_data, written.size);
        } while (++index < written.total);
    }
    return 0;
}
