/* Checks the library through its header: the golden messages both ways over every bearer, a day of an
 * account and of a server, and every mistake that a program can make. The same on the host and on a
 * Cortex-M0. */

#include "oma_dm_notification.h"

#ifdef ON_TARGET
void semihosting_print(const char *text);
#define print semihosting_print
#else
#include <stdio.h>
static void print(const char *text)
{
    fputs(text, stdout);
}
#endif

struct golden {
    const char *name;
    uint16_t version;
    uint8_t ui_mode;
    uint8_t initiator;
    uint32_t future_use;
    uint16_t session_id;
    oma_dm_octets server_id;
    oma_dm_octets vendor_specific;
    oma_dm_octets password;
    oma_dm_octets nonce;
    oma_dm_octets package0;
    oma_dm_octets wsp;
    const oma_dm_octets *sms;
    size_t sms_count;
    const oma_dm_octets *sms_16;
    size_t sms_16_count;
    oma_dm_octets cdma;
    oma_dm_octets obex_put;
};

#include "golden.h"

static unsigned checks, failures;

static void print_number(unsigned number)
{
    char digits[12];
    size_t place = sizeof digits - 1;
    digits[place] = '\0';
    do {
        digits[--place] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    print(digits + place);
}

static void check_that(bool holds, const char *what, unsigned line)
{
    checks++;
    if (!holds) {
        failures++;
        print("line ");
        print_number(line);
        print(": ");
        print(what);
        print("\n");
    }
}

#define CHECK(expression) check_that((expression), #expression, __LINE__)
#define CHECK_OK(error) check_that((error).kind == OMA_DM_KIND_NONE, #error, __LINE__)
#define CHECK_KIND(error, of) check_that((error).kind == (of), #error " " #of, __LINE__)

static bool same(const void *one, const void *other, size_t size)
{
    const uint8_t *a = one, *b = other;
    for (size_t place = 0; place < size; place++) {
        if (a[place] != b[place]) {
            return false;
        }
    }
    return true;
}

static bool are(oma_dm_octets octets, oma_dm_octets expected)
{
    return octets.size == expected.size && same(octets.octets, expected.octets, octets.size);
}

static size_t length(const char *text)
{
    size_t size = 0;
    while (text[size] != '\0') {
        size++;
    }
    return size;
}

static const uint8_t *octets(const char *text)
{
    return (const uint8_t *)text;
}

static oma_dm_inbox inbox;
static oma_dm_obex obex;
static uint8_t buffer[600];

/* --- The golden messages, received --- */

static void check_account(const struct golden *message, oma_dm_received received)
{
    CHECK(received.outcome == OMA_DM_OUTCOME_PACKAGE0);
    CHECK_OK(received.error);
    CHECK(are(received.octets, message->package0));
    CHECK(are(received.server_id, message->server_id));
    CHECK(received.displaced.reason == OMA_DM_REASON_NONE);

    oma_dm_account account = {{{0}}, OMA_DM_POLICY_LIMITED, message->nonce, {NULL, 0}};
    CHECK_OK(oma_dm_secret_new(message->server_id.octets, message->server_id.size,
                               message->password.octets, message->password.size, &account.secret));
    oma_dm_account_state state = oma_dm_account_new();
    oma_dm_decided decided = oma_dm_account_receive(&state, &account, received.octets.octets,
                                                    received.octets.size);
    CHECK_OK(decided.error);
    if (message->session_id == 0) {
        CHECK(decided.decision == OMA_DM_DECISION_NO_SESSION);
        return;
    }
    CHECK(decided.decision == OMA_DM_DECISION_START);
    CHECK(decided.request.session_id == message->session_id);
    CHECK(decided.request.ui_mode == message->ui_mode);
    CHECK(decided.request.initiator == message->initiator);
    CHECK(decided.request.version == message->version);
    CHECK(decided.request.future_use == message->future_use);
    CHECK(are(decided.request.vendor_specific, message->vendor_specific));
    account.secret.hash[0] ^= 1;
    decided = oma_dm_account_receive(&state, &account, received.octets.octets,
                                     received.octets.size);
    CHECK(decided.decision == OMA_DM_DECISION_NOT_AUTHENTIC);
}

static void check_sms(const struct golden *message, const oma_dm_octets *parts, size_t count)
{
    /* The last one comes first. Every message has another sender, since all have one reference. */
    static uint32_t sender;
    sender++;
    for (size_t left = count - 1; left > 0; left--) {
        oma_dm_received received =
            oma_dm_receive_sms(&inbox, 7, sender, parts[left].octets, parts[left].size);
        CHECK(received.outcome == OMA_DM_OUTCOME_INCOMPLETE);
        CHECK(received.missing == left);
        CHECK(received.port_known);
        received = oma_dm_receive_sms(&inbox, 7, sender, parts[left].octets, parts[left].size);
        CHECK(received.outcome == OMA_DM_OUTCOME_REPEATED_SEGMENT);
    }
    check_account(message, oma_dm_receive_sms(&inbox, 7, sender, parts[0].octets, parts[0].size));
}

/* As a modem prints it: service centre, SMS-DELIVER from +44770001234. */
static void check_modem(const struct golden *message)
{
    static const uint8_t head[] = {0x07, 0x91, 0x44, 0x77, 0x58, 0x10, 0x06, 0x50, 0x44,
                                   0x0B, 0x91, 0x44, 0x77, 0x00, 0x10, 0x32, 0xF4, 0x00,
                                   0xF5, 0x62, 0x11, 0x22, 0x00, 0x00, 0x00, 0x00};
    if (message->sms_count != 1) {
        return;
    }
    size_t size = sizeof head;
    for (size_t place = 0; place < size; place++) {
        buffer[place] = head[place];
    }
    buffer[size++] = (uint8_t)message->sms[0].size;
    for (size_t place = 0; place < message->sms[0].size; place++) {
        buffer[size++] = message->sms[0].octets[place];
    }
    check_account(message, oma_dm_receive_tpdu(&inbox, 0, OMA_DM_FRAMING_LENGTH, size - 8, buffer,
                                               size));
    check_account(message, oma_dm_receive_tpdu(&inbox, 0, OMA_DM_FRAMING_SERVICE_CENTRE, 0, buffer,
                                               size));
    check_account(message,
                  oma_dm_receive_tpdu(&inbox, 0, OMA_DM_FRAMING_BARE, 0, buffer + 8, size - 8));

    /* RP-DATA has the service centre too, and the lengths of a destination and of the TPDU. */
    static uint8_t rp_data[300];
    size_t rp_size = 0;
    rp_data[rp_size++] = 0x01;
    rp_data[rp_size++] = 0x2A;
    for (size_t place = 0; place < 8; place++) {
        rp_data[rp_size++] = head[place];
    }
    rp_data[rp_size++] = 0;
    rp_data[rp_size++] = (uint8_t)(size - 8);
    for (size_t place = 8; place < size; place++) {
        rp_data[rp_size++] = buffer[place];
    }
    check_account(message, oma_dm_receive_rp(&inbox, 0, rp_data, rp_size));
    oma_dm_rp_answer answer = oma_dm_answer_rp(rp_data, rp_size, 0);
    CHECK_OK(answer.error);
    CHECK(answer.size == 6 && same(answer.octets, "\x02\x2A\x41\x02\0\0", 6));
    answer = oma_dm_answer_rp(rp_data, rp_size, 22);
    CHECK(answer.size == 4 && same(answer.octets, "\x04\x2A\x01\x16", 4));
}

/* A point-to-point message without an originator, whose user data starts after 5 bits. */
static void check_cdma_message(const struct golden *message)
{
    static uint8_t user_data[255];
    size_t count = message->cdma.size;
    if (count > 200) {
        return;
    }
    static const uint8_t head[] = {0x00, 0x00, 0x02, 0x10, 0x04, 0x08};
    size_t size = sizeof head;
    for (size_t place = 0; place < size; place++) {
        buffer[place] = head[place];
    }
    static const uint8_t identifier[] = {0x00, 0x03, 0x11, 0x23, 0x40, 0x01};
    buffer[size++] = (uint8_t)(count + 9);
    for (size_t place = 0; place < sizeof identifier; place++) {
        buffer[size++] = identifier[place];
    }
    buffer[size++] = (uint8_t)(count + 2);
    uint8_t before = (uint8_t)count;
    buffer[size++] = (uint8_t)(before >> 5);
    for (size_t place = 0; place < count; place++) {
        buffer[size++] = (uint8_t)(before << 3 | message->cdma.octets[place] >> 5);
        before = message->cdma.octets[place];
    }
    buffer[size++] = (uint8_t)(before << 3);
    check_account(message, oma_dm_receive_cdma_message(&inbox, 0, false, buffer, size, user_data,
                                                       sizeof user_data));
}

static void check_received(const struct golden *message)
{
    check_account(message, oma_dm_receive_package0(&inbox, message->package0.octets,
                                                   message->package0.size));
    check_account(message,
                  oma_dm_receive_datagram(&inbox, 2948, message->wsp.octets, message->wsp.size));
    check_sms(message, message->sms, message->sms_count);
    check_sms(message, message->sms_16, message->sms_16_count);
    check_account(message, oma_dm_receive_cdma(&inbox, 0, 1, 1, false, message->cdma.octets,
                                               message->cdma.size));
    check_account(message, oma_dm_receive_cdma(&inbox, 0, 1, 1, true, message->cdma.octets,
                                               message->cdma.size));
    check_modem(message);
    check_cdma_message(message);

    oma_dm_obex_reply reply =
        oma_dm_obex_receive(&obex, message->obex_put.octets, message->obex_put.size);
    CHECK_OK(reply.error);
    CHECK(reply.response_size == 3 && same(reply.response, "\xA0\0\x03", 3));
    CHECK(reply.code == 0xA0);
    check_account(message,
                  oma_dm_receive_package0(&inbox, reply.package0.octets, reply.package0.size));
}

/* --- The golden messages, sent --- */

static bool is_written(oma_dm_written written, size_t total, oma_dm_octets expected)
{
    oma_dm_octets octets = {buffer, written.size};
    return written.error.kind == OMA_DM_KIND_NONE && written.total == total && are(octets, expected);
}

static void check_sent(const struct golden *message)
{
    oma_dm_trigger trigger = {message->session_id, message->version,   message->ui_mode,
                              message->initiator,  message->server_id, message->vendor_specific};
    oma_dm_secret secret;
    CHECK_OK(oma_dm_secret_new(message->server_id.octets, message->server_id.size,
                               message->password.octets, message->password.size, &secret));
    oma_dm_written written = oma_dm_compose(&trigger, &secret, message->nonce.octets,
                                            message->nonce.size, buffer, sizeof buffer);
    if (message->session_id == 0) {
        CHECK_KIND(written.error, OMA_DM_KIND_OUT_OF_RANGE);
        CHECK(written.error.field == OMA_DM_FIELD_SESSION_ID);
    } else if (message->future_use == 0 && message->version != 0) {
        /* Reserved bits cannot be sent, and version 0 is for 1.1. */
        CHECK(is_written(written, 1, message->package0));
        written = oma_dm_compose(&trigger, &secret, message->nonce.octets, message->nonce.size,
                                 buffer, message->package0.size - 1);
        CHECK_KIND(written.error, OMA_DM_KIND_BUFFER_TOO_SMALL);
        CHECK(written.error.number == message->package0.size);
    }

    oma_dm_push push = {1, message->package0, {NULL, 0}};
    CHECK(is_written(oma_dm_write_datagram(&push, buffer, sizeof buffer), 1, message->wsp));
    oma_dm_sms sms = {0xC002, 0x5A, 8};
    for (size_t index = 0; index < message->sms_count; index++) {
        CHECK(is_written(oma_dm_write_sms(&push, &sms, index, buffer, 140), message->sms_count,
                         message->sms[index]));
    }
    CHECK_KIND(oma_dm_write_sms(&push, &sms, message->sms_count, buffer, 140).error,
               OMA_DM_KIND_NO_SUCH_INDEX);
    oma_dm_sms sms_16 = {0xC002, 0xABCD, 16};
    for (size_t index = 0; index < message->sms_16_count; index++) {
        CHECK(is_written(oma_dm_write_sms(&push, &sms_16, index, buffer, 140),
                         message->sms_16_count, message->sms_16[index]));
    }
    CHECK(is_written(oma_dm_write_cdma(&push, 0xC002, 1000, 0, buffer, sizeof buffer), 1,
                     message->cdma));
    oma_dm_obex_connection connection = {{0, 0, 0}, 0xA0, 1, 1, 1024};
    CHECK(is_written(oma_dm_write_obex_put(&connection, message->package0.octets,
                                           message->package0.size, 0, buffer, sizeof buffer),
                     1, message->obex_put));
}

/* --- An account's day, and a server's --- */

static const char server_id[] = "com.mgmtsrv.manage";

/* Composes a message under a nonce, and lets the account decide. */
static oma_dm_decided notify(oma_dm_account_state *state, const oma_dm_account *account,
                             uint16_t session_id, oma_dm_octets nonce)
{
    oma_dm_trigger trigger = {session_id, 0, OMA_DM_UI_MODE_INFORMATIVE, OMA_DM_INITIATOR_SERVER,
                              {octets(server_id), sizeof server_id - 1}, {NULL, 0}};
    oma_dm_written written = oma_dm_compose(&trigger, &account->secret, nonce.octets, nonce.size,
                                            buffer, sizeof buffer);
    CHECK_OK(written.error);
    return oma_dm_account_receive(state, account, buffer, written.size);
}

static void check_account_day(void)
{
    static const uint8_t zeros[4];
    const oma_dm_octets resync = {zeros, 4};
    oma_dm_account account = {{{0}}, OMA_DM_POLICY_LIMITED, {octets("agreed"), 6}, {NULL, 0}};
    CHECK_OK(oma_dm_secret_new(octets(server_id), sizeof server_id - 1, octets("password"), 8,
                               &account.secret));
    oma_dm_account_state state = oma_dm_account_new();
    CHECK_OK(oma_dm_account_check(&state));

    oma_dm_decided decided = notify(&state, &account, 0x1A, account.agreed);
    CHECK(decided.decision == OMA_DM_DECISION_START);
    CHECK(decided.request.nonce == OMA_DM_NONCE_STORED);
    CHECK(same(decided.request.session_id_text, "1A", 3));
    CHECK(notify(&state, &account, 0x1A, account.agreed).decision == OMA_DM_DECISION_UNDER_WAY);

    /* The power fails: the session is listed, and taken up again. */
    oma_dm_interrupted interrupted = oma_dm_account_power_cycled(&state);
    CHECK_OK(interrupted.error);
    CHECK(interrupted.count == 1);
    CHECK(same(&interrupted.sessions[0], &decided.session, sizeof decided.session));
    CHECK(oma_dm_account_power_cycled(&state).count == 0);
    bool resumed = false;
    CHECK_OK(oma_dm_account_resume(&state, &decided.session, OMA_DM_POLICY_LIMITED, &resumed));
    CHECK(resumed);
    CHECK_OK(oma_dm_account_resume(&state, &decided.session, OMA_DM_POLICY_LIMITED, &resumed));
    CHECK(!resumed);

    oma_dm_restarted restarted =
        oma_dm_account_restart(&state, &decided.session, OMA_DM_POLICY_LIMITED);
    CHECK_OK(restarted.error);
    CHECK(restarted.resumed);
    oma_dm_account_state broken = {{0}};
    restarted = oma_dm_account_restart(&broken, &decided.session, OMA_DM_POLICY_LIMITED);
    CHECK_KIND(restarted.error, OMA_DM_KIND_INVALID);
    CHECK(!restarted.resumed);
    CHECK_OK(oma_dm_account_check(&broken));

    /* Its nonces. */
    oma_dm_session_facts facts = oma_dm_session_read(&decided.session);
    CHECK_OK(facts.error);
    CHECK(facts.session_id == 0x1A && facts.client_nonce == OMA_DM_NONCE_STORED);
    CHECK(!facts.took_place && !facts.offered);
    CHECK_OK(oma_dm_account_note(&state, &decided.session, OMA_DM_EVENT_CLIENT_NONCE_RENEWED));
    CHECK_OK(oma_dm_account_note(&state, &decided.session, OMA_DM_EVENT_SERVER_NONCE_OFFERED));
    facts = oma_dm_session_read(&decided.session);
    CHECK(facts.took_place && facts.offered);

    /* Pkg #4 has not come: the server may sign under either nonce. */
    account.offered.octets = octets("offered");
    account.offered.size = 7;
    CHECK(notify(&state, &account, 0x1B, account.offered).request.nonce == OMA_DM_NONCE_OFFERED);
    CHECK_OK(oma_dm_account_note(&state, &decided.session,
                                 OMA_DM_EVENT_SERVER_NONCE_RENEWED | OMA_DM_EVENT_COMPLETED));
    CHECK(same(&decided.session, zeros, 4));
    CHECK_KIND(oma_dm_account_note(&state, &decided.session, OMA_DM_EVENT_COMPLETED),
               OMA_DM_KIND_INVALID);

    /* Under the nonce 0: four sessions, and no more before the secret is replaced. */
    for (uint16_t id = 1; id <= 4; id++) {
        decided = notify(&state, &account, id, resync);
        CHECK(decided.decision == OMA_DM_DECISION_START);
        CHECK(decided.request.nonce == OMA_DM_NONCE_RESYNC);
        CHECK(oma_dm_session_read(&decided.session).client_nonce == OMA_DM_NONCE_RESYNC);
        CHECK_OK(oma_dm_account_note(&state, &decided.session, OMA_DM_EVENT_COMPLETED));
    }
    CHECK(notify(&state, &account, 5, resync).decision == OMA_DM_DECISION_RESYNC_EXHAUSTED);
    CHECK(notify(&state, &account, 4, resync).decision == OMA_DM_DECISION_REPEATED);
    CHECK_OK(oma_dm_account_note(&state, NULL, OMA_DM_EVENT_SECRET_REPLACED));
    decided = notify(&state, &account, 5, resync);
    CHECK(decided.decision == OMA_DM_DECISION_START);
    CHECK_OK(oma_dm_account_note(&state, &decided.session, OMA_DM_EVENT_FAILED));
    CHECK(notify(&state, &account, 5, resync).decision == OMA_DM_DECISION_START);
    account.policy = OMA_DM_POLICY_FORBIDDEN;
    CHECK(notify(&state, &account, 6, resync).decision == OMA_DM_DECISION_RESYNC_FORBIDDEN);
    account.policy = OMA_DM_POLICY_LIMITED;

    /* A record that was lost, and one that was torn. */
    state = oma_dm_account_lost();
    CHECK(notify(&state, &account, 7, resync).decision == OMA_DM_DECISION_RESYNC_EXHAUSTED);
    for (size_t place = 0; place < sizeof state; place++) {
        oma_dm_account_state torn = state;
        torn.octets[place] ^= 0x10;
        CHECK_KIND(oma_dm_account_check(&torn), OMA_DM_KIND_INVALID);
        decided = notify(&torn, &account, 7, account.agreed);
        CHECK(decided.decision == OMA_DM_DECISION_UNDECIDED);
        CHECK_KIND(decided.error, OMA_DM_KIND_INVALID);
    }

    /* The credential of a session's message: the example of the specification of auth-md5. */
    oma_dm_secret client;
    char credential[24];
    CHECK_OK(oma_dm_secret_new(octets("Bruce2"), 6, octets("OhBehave"), 8, &client));
    CHECK_OK(oma_dm_session_credential(&client, octets("Nonce"), 5, credential));
    CHECK(same(credential, "Zz6EivR3yeaaENcRN6lpAQ==", 24));
}

static void check_server_day(void)
{
    oma_dm_device_state state = oma_dm_device_new();
    CHECK_OK(oma_dm_device_check(&state));
    oma_dm_notify first = oma_dm_device_notify(&state, 0x1D07);
    CHECK_OK(first.error);
    CHECK(first.session_id == 0x1D07 && first.nonce == OMA_DM_NONCE_STORED && !first.repeated);
    CHECK(oma_dm_device_notify(&state, 0x1D08).repeated);
    CHECK_OK(oma_dm_device_unanswered(&state));
    oma_dm_notify second = oma_dm_device_notify(&state, 0x92C4);
    CHECK(second.session_id == 0x92C4 && second.nonce == OMA_DM_NONCE_RESYNC);
    CHECK(oma_dm_device_should_replace_secret(&state));

    oma_dm_session session;
    CHECK_OK(oma_dm_device_session(&state, 0x92C4, &session));
    CHECK(oma_dm_session_read(&session).client_nonce == OMA_DM_NONCE_RESYNC);
    CHECK_OK(oma_dm_device_note(&state, &session, OMA_DM_EVENT_CLIENT_NONCE_RENEWED));
    CHECK_OK(oma_dm_device_note(&state, &session, OMA_DM_EVENT_SERVER_NONCE_RENEWED));
    CHECK(oma_dm_session_read(&session).server_nonce == OMA_DM_NONCE_STORED);
    CHECK_OK(oma_dm_device_note(&state, NULL, OMA_DM_EVENT_SECRET_REPLACED));
    CHECK(!oma_dm_device_should_replace_secret(&state));
    CHECK_OK(oma_dm_device_note(&state, &session, OMA_DM_EVENT_COMPLETED));
    CHECK_OK(oma_dm_device_session(&state, 1, &session));
    CHECK_OK(oma_dm_device_note(&state, &session, OMA_DM_EVENT_FAILED));
    CHECK_KIND(oma_dm_device_note(&state, &session, OMA_DM_EVENT_FAILED), OMA_DM_KIND_INVALID);
    state = oma_dm_device_lost();
    CHECK(oma_dm_device_notify(&state, 1).nonce == OMA_DM_NONCE_RESYNC);
    CHECK_KIND(oma_dm_device_notify(&state, 0).error, OMA_DM_KIND_OUT_OF_RANGE);
    state.octets[3] ^= 1;
    CHECK_KIND(oma_dm_device_check(&state), OMA_DM_KIND_INVALID);
    CHECK_KIND(oma_dm_device_notify(&state, 1).error, OMA_DM_KIND_INVALID);
}

/* A server's modem and its OBEX. */
static void check_server_bearers(void)
{
    uint8_t user_data[13] = {6, 5, 4, 0x0B, 0x84, 0xC0, 2, 1, 6, 3, 0xC4, 0xAF, 0x87};
    oma_dm_submit submit = {{octets("+447700900123"), 13},
                            {NULL, 0},
                            {user_data, sizeof user_data},
                            0,
                            1,
                            167,
                            0};
    size_t count = 0;
    oma_dm_written written = oma_dm_write_submit(&submit, &count, buffer, sizeof buffer);
    CHECK_OK(written.error);
    CHECK(written.size == 28 && count == 27);
    CHECK(same(buffer, "\0\x51\0\x0C\x91\x44\x77\x00\x09\x10\x32\0\x04\xA7\x0D", 15));
    submit.destination.size = 0;
    CHECK_KIND(oma_dm_write_submit(&submit, NULL, buffer, sizeof buffer).error,
               OMA_DM_KIND_OUT_OF_RANGE);
    submit.destination.octets = octets("\xFF\xFE");
    submit.destination.size = 2;
    CHECK_KIND(oma_dm_write_submit(&submit, NULL, buffer, sizeof buffer).error,
               OMA_DM_KIND_UNKNOWN_VALUE);

    /* CONNECT, a PUT in two packets, DISCONNECT, between the two ends. */
    uint8_t package0[300] = {1};
    CHECK_OK(oma_dm_obex_init(&obex, sizeof obex, true, 0));
    written = oma_dm_write_obex_connect(0, buffer, sizeof buffer);
    CHECK(written.size == 19);
    oma_dm_obex_reply reply = oma_dm_obex_receive(&obex, buffer, written.size);
    CHECK(reply.response_size == 24);
    oma_dm_obex_connection connection =
        oma_dm_read_obex_connected(reply.response, reply.response_size);
    CHECK_OK(connection.error);
    CHECK(connection.code == 0xA0 && connection.has_connection_id == 1);
    CHECK(connection.maximum_packet_length == 1024);
    connection.maximum_packet_length = 0;
    for (size_t index = 0; index < 2; index++) {
        written = oma_dm_write_obex_put(&connection, package0, sizeof package0, index, buffer,
                                        sizeof buffer);
        CHECK_OK(written.error);
        CHECK(written.total == 2);
        reply = oma_dm_obex_receive(&obex, buffer, written.size);
        oma_dm_obex_connection response =
            oma_dm_read_obex_response(reply.response, reply.response_size);
        CHECK(response.code == (index == 0 ? 0x90 : 0xA0));
    }
    oma_dm_octets expected = {package0, sizeof package0};
    CHECK(are(reply.package0, expected));
    CHECK_KIND(oma_dm_write_obex_put(&connection, package0, 300, 2, buffer, sizeof buffer).error,
               OMA_DM_KIND_NO_SUCH_INDEX);
    written = oma_dm_write_obex_disconnect(&connection, buffer, sizeof buffer);
    CHECK(written.size == 8);
    CHECK(oma_dm_obex_receive(&obex, buffer, written.size).code == 0xA0);
    CHECK_KIND(oma_dm_read_obex_response(buffer, 2).error, OMA_DM_KIND_TRUNCATED);
    CHECK_OK(oma_dm_obex_init(&obex, sizeof obex, false, 0));
}

/* --- The inbox --- */

static void check_inbox(void)
{
    static const uint8_t first[] = {0x0B, 0x05, 0x04, 0x0B, 0x84, 0xC0, 0x02, 0x00, 0x03,
                                    0x5A, 0x02, 0x01, 0x01, 0x06, 0x01, 0x80};
    oma_dm_received received;
    CHECK_OK(oma_dm_inbox_init(&inbox, sizeof inbox, 10));
    received = oma_dm_receive_sms(&inbox, 0, 1, first, sizeof first);
    CHECK(received.outcome == OMA_DM_OUTCOME_INCOMPLETE && received.missing == 1);
    /* The same reference of another originator. */
    received = oma_dm_receive_sms(&inbox, 1, 2, first, sizeof first);
    CHECK(received.outcome == OMA_DM_OUTCOME_INCOMPLETE);
    received = oma_dm_receive_sms(&inbox, 2, 3, first, sizeof first);
    CHECK(received.displaced.reason == OMA_DM_REASON_GAVE_WAY);
    CHECK(received.displaced.originator == 1 && received.displaced.reference == 0x5A);
    CHECK(received.displaced.missing == 1 && received.displaced.total == 2);
    CHECK(oma_dm_inbox_expire(&inbox, 5).reason == OMA_DM_REASON_NONE);
    oma_dm_displaced displaced = oma_dm_inbox_expire(&inbox, 12);
    CHECK(displaced.reason == OMA_DM_REASON_EXPIRED && displaced.originator == 2);

    /* Other applications'. */
    received = oma_dm_receive_datagram(&inbox, 9200, first, sizeof first);
    CHECK(received.outcome == OMA_DM_OUTCOME_NOT_FOR_DM);
    CHECK_KIND(received.error, OMA_DM_KIND_NOT_DM);
    CHECK(received.error.field == OMA_DM_FIELD_DESTINATION_PORT);
    received = oma_dm_receive_tpdu(&inbox, 0, OMA_DM_FRAMING_BARE, 0, octets("\x04\0"), 2);
    CHECK(received.outcome == OMA_DM_OUTCOME_NOT_FOR_DM);
    /* Malformed. */
    received = oma_dm_receive_package0(&inbox, first, 15);
    CHECK(received.outcome == OMA_DM_OUTCOME_MALFORMED);
    CHECK_KIND(received.error, OMA_DM_KIND_TRUNCATED);
    CHECK(received.error.field == OMA_DM_FIELD_DIGEST && received.error.number == 0);
    char words[32];
    CHECK(oma_dm_error_words(received.error, words, sizeof words) == 27);
    CHECK(same(words, "truncated digest at octet 0", 28));
}

/* --- Mistakes --- */

/* Octets of any alignment. */
static size_t aligned[300];

static void check_mistakes(void)
{
    uint8_t *memory = (uint8_t *)aligned;
    oma_dm_inbox *misaligned = (oma_dm_inbox *)(void *)(memory + 1);
    oma_dm_received received;

    /* An inbox. */
    CHECK_KIND(oma_dm_inbox_init(NULL, sizeof inbox, 0), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_inbox_init(misaligned, sizeof inbox, 0), OMA_DM_KIND_MISALIGNED);
    CHECK_KIND(oma_dm_inbox_init(&inbox, 16, 0), OMA_DM_KIND_SHORT_MEMORY);
    for (size_t place = 0; place < 2; place++) {
        aligned[place] = 0;
    }
    oma_dm_inbox *fresh = (oma_dm_inbox *)(void *)aligned;
    received = oma_dm_receive_sms(fresh, 0, 0, memory, 1);
    CHECK(received.outcome == OMA_DM_OUTCOME_MISUSE);
    CHECK_KIND(received.error, OMA_DM_KIND_UNINITIALISED);
    CHECK(oma_dm_inbox_expire(fresh, 0).reason == OMA_DM_REASON_NONE);
    CHECK(oma_dm_inbox_expire(NULL, 0).reason == OMA_DM_REASON_NONE);
    received = oma_dm_receive_sms(NULL, 0, 0, memory, 1);
    CHECK_KIND(received.error, OMA_DM_KIND_NULL_POINTER);
    received = oma_dm_receive_sms(misaligned, 0, 0, memory, 1);
    CHECK_KIND(received.error, OMA_DM_KIND_MISALIGNED);

    /* Octets. */
    CHECK_OK(oma_dm_inbox_init(&inbox, sizeof inbox, 600));
    received = oma_dm_receive_sms(&inbox, 0, 0, NULL, 1);
    CHECK(received.outcome == OMA_DM_OUTCOME_MISUSE);
    CHECK_KIND(received.error, OMA_DM_KIND_NULL_POINTER);
    received = oma_dm_receive_sms(&inbox, 0, 0, NULL, 0);
    CHECK(received.outcome == OMA_DM_OUTCOME_NOT_FOR_DM);
    received = oma_dm_receive_sms(&inbox, 0, 0, memory, SIZE_MAX);
    CHECK_KIND(received.error, OMA_DM_KIND_SHORT_MEMORY);
    received = oma_dm_receive_sms(&inbox, 0, 0, (const uint8_t *)&inbox + 8, 20);
    CHECK_KIND(received.error, OMA_DM_KIND_OVERLAP);
    CHECK_KIND(oma_dm_receive_cdma(&inbox, 0, 0, 0, false, NULL, 3).error,
               OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_receive_datagram(&inbox, 2948, NULL, 3).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_receive_package0(&inbox, NULL, 3).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_receive_tpdu(&inbox, 0, 3, 0, memory, 3).error, OMA_DM_KIND_UNKNOWN_VALUE);
    CHECK_KIND(oma_dm_receive_tpdu(&inbox, 0, 0, 0, NULL, 3).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_receive_rp(&inbox, 0, NULL, 3).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_receive_cdma_message(&inbox, 0, false, memory, 3, memory, 300).error,
               OMA_DM_KIND_OVERLAP);
    CHECK_KIND(oma_dm_receive_cdma_message(&inbox, 0, false, memory, 3,
                                           (uint8_t *)&inbox + sizeof inbox / 2, 10).error,
               OMA_DM_KIND_OVERLAP);
    CHECK_KIND(oma_dm_answer_rp(NULL, 4, 0).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_answer_rp(octets("\x01"), 1, 0).error, OMA_DM_KIND_TRUNCATED);
    CHECK(oma_dm_answer_rp(octets("\x01"), 1, 0).size == 0);

    /* An OBEX receiver. */
    CHECK_KIND(oma_dm_obex_init(NULL, sizeof obex, true, 0), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_obex_init(&obex, 8, true, 0), OMA_DM_KIND_SHORT_MEMORY);
    CHECK_KIND(oma_dm_obex_init(&obex, sizeof obex, true, 254), OMA_DM_KIND_OUT_OF_RANGE);
    CHECK_KIND(oma_dm_obex_receive((oma_dm_obex *)(void *)aligned, memory, 3).error,
               OMA_DM_KIND_UNINITIALISED);
    CHECK(oma_dm_obex_receive(&obex, NULL, 3).response_size == 0);

    /* States and sessions. */
    oma_dm_account_state state = oma_dm_account_new();
    oma_dm_device_state server = oma_dm_device_new();
    oma_dm_session session = {{0}};
    oma_dm_account account = {{{0}}, 3, {NULL, 0}, {NULL, 0}};
    bool resumed;
    CHECK_KIND(oma_dm_account_check(NULL), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_receive(NULL, &account, memory, 24).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_receive(&state, NULL, memory, 24).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_receive(&state, &account, NULL, 24).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_receive(&state, &account, memory, 23).error, OMA_DM_KIND_TRUNCATED);
    CHECK_KIND(oma_dm_account_receive(&state, &account, memory, 24).error,
               OMA_DM_KIND_UNKNOWN_VALUE);
    CHECK_KIND(oma_dm_account_receive(&state, (const oma_dm_account *)(const void *)(memory + 1),
                                      memory, 24).error,
               OMA_DM_KIND_MISALIGNED);
    account.policy = OMA_DM_POLICY_LIMITED;
    account.agreed.size = 4;
    CHECK_KIND(oma_dm_account_receive(&state, &account, memory, 24).error,
               OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_note(&state, NULL, OMA_DM_EVENT_COMPLETED),
               OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_note(NULL, &session, OMA_DM_EVENT_FAILED), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_note(&state, &session, OMA_DM_EVENT_CLIENT_NONCE_RENEWED),
               OMA_DM_KIND_INVALID);
    CHECK_KIND(oma_dm_account_note(NULL, NULL, OMA_DM_EVENT_SECRET_REPLACED),
               OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_note(&state, &session, OMA_DM_EVENT_COMPLETED | OMA_DM_EVENT_FAILED),
               OMA_DM_KIND_UNKNOWN_VALUE);
    CHECK_KIND(oma_dm_account_note(&state, &session, 64), OMA_DM_KIND_UNKNOWN_VALUE);
    CHECK_KIND(oma_dm_account_power_cycled(NULL).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_resume(&state, &session, 0, NULL), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_resume(&state, &session, 0, &resumed), OMA_DM_KIND_INVALID);
    CHECK_KIND(oma_dm_account_restart(NULL, &session, 0).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_restart(&state, NULL, 0).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_account_restart(&state, &session, 3).error, OMA_DM_KIND_UNKNOWN_VALUE);
    CHECK_KIND(oma_dm_session_read(NULL).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_session_read(&session).error, OMA_DM_KIND_INVALID);
    CHECK_KIND(oma_dm_secret_new(NULL, 1, NULL, 0, &account.secret), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_secret_new(NULL, 0, NULL, 0, NULL), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_session_credential(&account.secret, NULL, 0, NULL), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_device_check(NULL), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_device_notify(NULL, 1).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_device_session(NULL, 1, &session), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_device_note(NULL, &session, OMA_DM_EVENT_FAILED), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_device_note(&server, NULL, OMA_DM_EVENT_FAILED), OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_device_note(&server, &session, OMA_DM_EVENT_SERVER_NONCE_OFFERED),
               OMA_DM_KIND_UNKNOWN_VALUE);
    CHECK(oma_dm_device_should_replace_secret(NULL));

    /* Sending. */
    oma_dm_trigger trigger = {1, 0, 4, 0, {NULL, 0}, {NULL, 0}};
    CHECK_KIND(oma_dm_compose(NULL, &account.secret, NULL, 0, buffer, 99).error,
               OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_compose(&trigger, &account.secret, NULL, 0, buffer, 99).error,
               OMA_DM_KIND_UNKNOWN_VALUE);
    trigger.ui_mode = 0;
    trigger.version = 0x400;
    CHECK_KIND(oma_dm_compose(&trigger, &account.secret, NULL, 0, buffer, 99).error,
               OMA_DM_KIND_OUT_OF_RANGE);
    trigger.version = 0;
    CHECK_KIND(oma_dm_compose(&trigger, &account.secret, NULL, 0, NULL, 0).error,
               OMA_DM_KIND_BUFFER_TOO_SMALL);
    CHECK_KIND(oma_dm_compose(&trigger, &account.secret, NULL, 0, NULL, 99).error,
               OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_compose(&trigger, &account.secret, buffer, 1, buffer, 99).error,
               OMA_DM_KIND_OVERLAP);
    oma_dm_push push = {1, {buffer, 30}, {NULL, 0}};
    oma_dm_sms sms = {0xC002, 0x100, 8};
    CHECK_KIND(oma_dm_write_datagram(NULL, buffer, 99).error, OMA_DM_KIND_NULL_POINTER);
    CHECK_KIND(oma_dm_write_datagram(&push, buffer + 29, 99).error, OMA_DM_KIND_OVERLAP);
    CHECK_KIND(oma_dm_write_sms(&push, &sms, 0, buffer + 30, 140).error,
               OMA_DM_KIND_UNKNOWN_VALUE);
    CHECK_KIND(oma_dm_write_cdma(&push, 0, 6, 0, buffer + 30, 140).error, OMA_DM_KIND_OUT_OF_RANGE);
    push.extra_headers.octets = octets("\x8D");
    push.extra_headers.size = 1;
    CHECK_KIND(oma_dm_write_datagram(&push, buffer + 30, 99).error, OMA_DM_KIND_TRUNCATED);

    /* Words. */
    char words[8];
    oma_dm_error error = {200, 200, 1};
    CHECK(oma_dm_error_words(error, words, sizeof words) == length("unknown error"));
    CHECK(same(words, "unknown", sizeof words));
    CHECK(oma_dm_error_words(error, NULL, 0) == length("unknown error"));
    error.kind = OMA_DM_KIND_NONE;
    CHECK(oma_dm_error_words(error, words, sizeof words) == 0 && words[0] == '\0');
}

int main(void)
{
    CHECK_OK(oma_dm_inbox_init(&inbox, sizeof inbox, 600));
    CHECK_OK(oma_dm_obex_init(&obex, sizeof obex, false, 0));
    for (size_t place = 0; place < sizeof golden / sizeof *golden; place++) {
        unsigned before = failures;
        check_received(&golden[place]);
        check_sent(&golden[place]);
        if (failures != before) {
            print(golden[place].name);
            print("\n");
        }
    }
    check_account_day();
    check_server_day();
    check_server_bearers();
    check_inbox();
    check_mistakes();
    print_number(checks);
    print(failures == 0 ? " checks ok\n" : " checks, some failed\n");
    return failures == 0 ? 0 : 1;
}
