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

/* Of the platform: notes what was torn in the record. */
void report(oma_dm_error error);

/* Of the platform: notes what came of a delivery, such as what was malformed or foreign, and of whom
 * segments were given up. */
void note(const oma_dm_received *received);

/* Of the user interface: the server may recommend to say so. */
void announce(const oma_dm_request *request);

/* Of the DM client: runs the session, and returns what happened in it, bits of oma_dm_event. It
 * stores nonces and secrets itself. Here it tells all at the end; one that offers a nonce notes that
 * before Pkg #3 goes out. */
uint8_t manage(const oma_dm_session_facts *session);

/* After start-up, with the record that was stored last. */
void device_start(struct device *device);

/* Takes what the inbox said of a delivery, and says what came of it. Acknowledge it afterwards. */
oma_dm_decision device_take(struct device *device, const oma_dm_received *received);

#endif
