#include "device.h"

/* Whether the record is the account of this server. */
static bool is_of(const struct record *record, oma_dm_octets server_id)
{
    if (server_id.size != record->server_id_size) {
        return false;
    }
    for (size_t place = 0; place < server_id.size; place++) {
        if (server_id.octets[place] != record->server_id[place]) {
            return false;
        }
    }
    return true;
}

/* Runs the session that the record has, which is under way. */
static void run(struct record *record)
{
    oma_dm_session_facts session = oma_dm_session_read(&record->session);
    if (session.error.kind != OMA_DM_KIND_NONE) {
        report(session.error);
        return;
    }
    oma_dm_account_note(&record->state, &record->session, manage(&session));
    store(record);
}

void device_start(struct device *device)
{
    struct record *record = &device->record;
    oma_dm_inbox_init(&device->inbox, sizeof device->inbox, 600);
    oma_dm_restarted restarted =
        oma_dm_account_restart(&record->state, &record->session, record->policy);
    if (restarted.error.kind != OMA_DM_KIND_NONE) {
        report(restarted.error);
    }
    if (restarted.resumed) {
        store(record);
        run(record);
    }
}

oma_dm_decision device_take(struct device *device, const oma_dm_received *received)
{
    struct record *record = &device->record;
    note(received);
    if (received->outcome != OMA_DM_OUTCOME_PACKAGE0 || !is_of(record, received->server_id)) {
        return OMA_DM_DECISION_UNDECIDED;
    }
    oma_dm_account account = {
        record->secret,
        record->policy,
        {record->agreed, record->agreed_size},
        {record->offered, record->offered_size},
    };
    oma_dm_decided decided = oma_dm_account_receive(&record->state, &account,
                                                    received->octets.octets, received->octets.size);
    if (decided.decision == OMA_DM_DECISION_START) {
        record->session = decided.session;
        store(record);
        announce(&decided.request);
        run(record);
    }
    return decided.decision;
}
