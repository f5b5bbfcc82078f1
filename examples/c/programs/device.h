/* A device that keeps one account: what firmware has around the library. */

#ifndef DEVICE_H
#define DEVICE_H

#include "oma_dm_notification.h"

/* What is stored of a server, in one record. */
struct record {
    oma_dm_account_state state;
    oma_dm_session session; /* under way; zeros if none is */
    oma_dm_secret secret;
    uint8_t policy;     /* an oma_dm_policy */
    uint8_t agreed[16]; /* the agreed server nonce */
    uint8_t agreed_size;
    uint8_t offered[16]; /* the one that Pkg #3 offered, until Pkg #4 comes */
    uint8_t offered_size;
    uint8_t server_id[32];
    uint8_t server_id_size;
};

struct device {
    oma_dm_inbox inbox;
    struct record record;
};

/* Of the platform: stores the record in the older of two copies. */
void store(const struct record *record);

/* Of the platform: notes what was malformed or foreign, and of whom segments were given up. */
void report(oma_dm_error error);
void report_displaced(oma_dm_displaced displaced);

/* Of the user interface: the server recommends to say so. */
void announce(uint8_t ui_mode, uint8_t initiator);

/* Of the DM client: what happened in a session, as bits. It stores nonces and secrets itself. */
enum {
    TOOK_PLACE = 1,
    CLIENT_NONCE_RENEWED = 2, /* Pkg #2 */
    SERVER_NONCE_OFFERED = 4, /* Pkg #3 */
    SERVER_NONCE_RENEWED = 8, /* Pkg #4 */
    SECRET_REPLACED = 16,
};
unsigned manage(const char *session_id, oma_dm_nonce client_nonce);

/* After start-up, with the record that was stored last. */
void device_start(struct device *device);

/* Takes what the inbox said of a delivery, and says what came of it. Acknowledge it afterwards. */
oma_dm_decision device_take(struct device *device, const oma_dm_received *received);

#endif
