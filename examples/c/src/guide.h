/*
 * oma_dm_notification.h: OMA Device Management 1.2.1 notifications (Package #0) for C99 and C++17
 *
 * A DM server tells a device to start a management session by a notification, which comes as a
 * short message or over another bearer. A device receives in two steps, and looks its account up
 * between them; a server composes and hands the octets to a bearer:
 *
 *     device                                        server
 *       oma_dm_receive_sms, _datagram, ..             oma_dm_device_notify
 *         |  octets of a Package #0, server_id          |  session id, nonce
 *       your table of accounts                        oma_dm_compose
 *         |  secret, nonces, state                      |  octets of a Package #0
 *       oma_dm_account_receive                        oma_dm_write_sms, _datagram, ..
 *         |  a session to start                         |  octets for a modem, a gateway, a socket
 *
 * A device, in short (programs/receive.c is the whole of it):
 *
 *     static oma_dm_inbox inbox;
 *     oma_dm_inbox_init(&inbox, sizeof inbox, 600);
 *     oma_dm_account_restart(&record->state, &record->session, OMA_DM_POLICY_LIMITED);
 *
 *     oma_dm_received received = oma_dm_receive_sms(&inbox, now, sender, user_data, size);
 *     if (received.outcome == OMA_DM_OUTCOME_PACKAGE0) {
 *         struct record *record = find(received.server_id);
 *         oma_dm_decided decided = oma_dm_account_receive(&record->state, &record->account,
 *                 received.octets.octets, received.octets.size);
 *         if (decided.decision == OMA_DM_DECISION_START) {
 *             record->session = decided.session;
 *             store(record);
 *             bool took_place = manage(record, decided.request.session_id_text);
 *             oma_dm_account_note(&record->state, &record->session,
 *                     took_place ? OMA_DM_EVENT_COMPLETED : OMA_DM_EVENT_FAILED);
 *             store(record);
 *         }
 *     }
 *
 * Memory
 *
 *  1. All of it is yours. The library allocates nothing, has no global variables, calls nothing
 *      back, and keeps no pointer after a function has returned, except that octets which were put
 *      together from segments lie in the inbox.
 *  2. Where a function takes a pointer and a size, there must be that many octets. {NULL, 0} is no
 *      octets. NULL with any other size, NULL for anything else, and what is misaligned are errors,
 *      and nothing is changed. So is memory to write to that overlaps with octets to read.
 *  3. An inbox and an OBEX receiver are of no use before their function .._init, which checks the
 *      size of their memory: other functions refuse them then. They cannot be copied or moved by
 *      octets that lie in them.
 *  4. A state and a session are plain octets with check octets. Store them, copy them, and pass
 *      them to another version of your firmware. What is not one is an error.
 *  5. Different threads, or an interrupt, may call any function at a time, with different memory.
 *
 * Errors
 *
 *     A function that can fail returns an oma_dm_error, or a struct with one. All zeros is no
 *     error. Then nothing was changed or written. oma_dm_error_words words it for a log.
 *
 * Numbers in brackets are clauses: OMA 6.2.10 is of OMA-TS-DM_Notification-V1_2_1.
 */

#ifndef OMA_DM_NOTIFICATION_H
#define OMA_DM_NOTIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sizes. Define them before the header if the library was built with others, by environment
 * variables of the same names. A library that needs more memory than the header gives says so in
 * .._init.
 */

/* How many messages in segments an inbox holds at a time. */
#ifndef OMA_DM_INBOX_SETS
#define OMA_DM_INBOX_SETS 2
#endif

/* The octets of each: those of the message, and 2 more for each of its segments. */
#ifndef OMA_DM_INBOX_OCTETS
#define OMA_DM_INBOX_OCTETS 512
#endif

/* The octets of the longest Package #0 over OBEX. */
#ifndef OMA_DM_OBEX_OCTETS
#define OMA_DM_OBEX_OCTETS 512
#endif

/* An inbox: memory for segments. Of the default sizes, 1080 octets. */
typedef struct oma_dm_inbox {
  uint32_t memory[2 + OMA_DM_INBOX_SETS * (6 + (OMA_DM_INBOX_OCTETS + 3) / 4)];
} oma_dm_inbox;

/* A device's end of OBEX. */
typedef struct oma_dm_obex {
  size_t memory[6 + (OMA_DM_OBEX_OCTETS + sizeof(size_t) - 1) / sizeof(size_t)];
} oma_dm_obex;
