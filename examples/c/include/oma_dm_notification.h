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

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Errors: kind, field, offset
 * ===========================
 */

/* What kind of error it is. */
typedef uint8_t oma_dm_kind;
enum {
  /* No error. */
  OMA_DM_KIND_NONE = 0,
  /*
   * The octets end before the field does. This and the next seven are of received octets: number
   * is the offset.
   */
  OMA_DM_KIND_TRUNCATED = 1,
  /* A length that the field's rule forbids. */
  OMA_DM_KIND_LENGTH = 2,
  /* A variable-length integer that does not fit 32 bits (WSP 8.1.2). */
  OMA_DM_KIND_OVERFLOW = 3,
  /* A value that the field's rule forbids. */
  OMA_DM_KIND_INVALID = 4,
  /* The message is one segment of several, which must be put together first. */
  OMA_DM_KIND_SEGMENT = 5,
  /* The inbox, or the buffer, has no room for the octets. */
  OMA_DM_KIND_NO_ROOM = 6,
  /* The field that would address OMA DM is missing: the message is another application's. */
  OMA_DM_KIND_MISSING = 7,
  /* The field addresses another application. */
  OMA_DM_KIND_NOT_DM = 8,
  /*
   * The buffer is too small: number says how many octets are needed. This and the next three are
   * of values to send. Nothing has been written.
   */
  OMA_DM_KIND_BUFFER_TOO_SMALL = 16,
  /*
   * The value lies outside the range that a sender may use; number is the value, if it is known.
   */
  OMA_DM_KIND_OUT_OF_RANGE = 17,
  /* The field has more octets than the number that it may have. */
  OMA_DM_KIND_TOO_LONG = 18,
  /* The push needs that number of segments, and 255 is the most. */
  OMA_DM_KIND_TOO_MANY_SEGMENTS = 19,
  /* There is no segment or packet with this index. */
  OMA_DM_KIND_NO_SUCH_INDEX = 20,
  /*
   * A pointer is NULL, and its size is not 0. This and the following are mistakes in the
   * calling program. Nothing has been changed.
   */
  OMA_DM_KIND_NULL_POINTER = 32,
  /* A pointer to something other than octets is misaligned. */
  OMA_DM_KIND_MISALIGNED = 33,
  /* The memory is smaller than the library needs, or larger than any object in C. */
  OMA_DM_KIND_SHORT_MEMORY = 34,
  /* The memory has not been initialised by the function for it. */
  OMA_DM_KIND_UNINITIALISED = 35,
  /* Memory that is written to overlaps with octets that are read. */
  OMA_DM_KIND_OVERLAP = 36,
  /* A value that its enumeration does not have. */
  OMA_DM_KIND_UNKNOWN_VALUE = 37,
};

/*
 * Which field is wrong, by the name that its specification gives it. Numbers are never given to
 * another field; later versions may add some.
 */
typedef uint8_t oma_dm_field;
enum {
  /* None: the error is not of a field. */
  OMA_DM_FIELD_NONE = 0,
  /* <digest> (OMA 6.2.2). */
  OMA_DM_FIELD_DIGEST = 1,
  /* <version> (OMA 6.2.6). */
  OMA_DM_FIELD_VERSION = 2,
  /* <future-use> (OMA 6.2.9). */
  OMA_DM_FIELD_FUTURE_USE = 3,
  /* <sessionid> (OMA 6.2.10). */
  OMA_DM_FIELD_SESSION_ID = 4,
  /* <length-identifier> (OMA 6.2.11). */
  OMA_DM_FIELD_LENGTH_IDENTIFIER = 5,
  /* <server-identifier> (OMA 6.2.12). */
  OMA_DM_FIELD_SERVER_IDENTIFIER = 6,
  /* B64(H(server-identifier:password)) (OMA 6.2.2). */
  OMA_DM_FIELD_CREDENTIALS = 7,
  /* The user data header as a whole, by its length octet UDHL (TS 23.040 9.2.3.24). */
  OMA_DM_FIELD_USER_DATA_HEADER = 8,
  /* One information element of the user data header (TS 23.040 9.2.3.24). */
  OMA_DM_FIELD_INFORMATION_ELEMENT = 9,
  /* The destination port of the datagram (OMA 7.1; TS 23.040 9.2.3.24.4). */
  OMA_DM_FIELD_DESTINATION_PORT = 10,
  /* The concatenation element (TS 23.040 9.2.3.24.1 and 9.2.3.24.8). */
  OMA_DM_FIELD_CONCATENATION = 11,
  /* The part of the message that one segment carries (TS 23.040 9.2.3.24.1; WAP-259 6.5). */
  OMA_DM_FIELD_SEGMENT = 12,
  /* The octets that a sender gives one segment over CDMA (WAP-259 6.5). */
  OMA_DM_FIELD_SEGMENT_LENGTH = 13,
  /* MSG_TYPE over CDMA (WAP-259 6.5). */
  OMA_DM_FIELD_MESSAGE_TYPE = 14,
  /* TOTAL_SEGMENTS over CDMA (WAP-259 6.5). */
  OMA_DM_FIELD_TOTAL_SEGMENTS = 15,
  /* SEGMENT_NUMBER over CDMA (WAP-259 6.5). */
  OMA_DM_FIELD_SEGMENT_NUMBER = 16,
  /* The source port of a datagram over CDMA (WAP-259 6.5). */
  OMA_DM_FIELD_SOURCE_PORT = 17,
  /* A UDP datagram as a whole (OMA 7.1). */
  OMA_DM_FIELD_DATAGRAM = 18,
  /* TID, the transaction or push identifier (WSP 8.2.1). */
  OMA_DM_FIELD_TRANSACTION_ID = 19,
  /* The PDU type (WSP 8.2.1). */
  OMA_DM_FIELD_PDU_TYPE = 20,
  /* HeadersLen (WSP 8.2.4.1). */
  OMA_DM_FIELD_HEADERS_LENGTH = 21,
  /* Content-Type and the headers, as a whole (WSP 8.2.4.1). */
  OMA_DM_FIELD_HEADERS = 22,
  /* Content-Type (WSP 8.4.2.24). */
  OMA_DM_FIELD_CONTENT_TYPE = 23,
  /* One header (WSP 8.4.2.6). */
  OMA_DM_FIELD_HEADER = 24,
  /* X-Wap-Application-Id (WSP 8.4.2.54). */
  OMA_DM_FIELD_APPLICATION_ID = 25,
  /* A TPDU as a whole, by the length that an AT command states (TS 27.005 3.1, <length>). */
  OMA_DM_FIELD_TPDU = 26,
  /* The address of the service centre before a TPDU (TS 27.005 3.1, TS 24.011 8.2.5). */
  OMA_DM_FIELD_SERVICE_CENTRE_ADDRESS = 27,
  /* TP-Message-Type-Indicator (TS 23.040 9.2.3.1). */
  OMA_DM_FIELD_TP_MESSAGE_TYPE = 28,
  /* TP-User-Data-Header-Indicator (TS 23.040 9.2.3.23). */
  OMA_DM_FIELD_TP_USER_DATA_HEADER_INDICATOR = 29,
  /* TP-Message-Reference (TS 23.040 9.2.3.6). */
  OMA_DM_FIELD_TP_MESSAGE_REFERENCE = 30,
  /* TP-Originating-Address (TS 23.040 9.2.3.7). */
  OMA_DM_FIELD_TP_ORIGINATING_ADDRESS = 31,
  /* TP-Destination-Address (TS 23.040 9.2.3.8). */
  OMA_DM_FIELD_TP_DESTINATION_ADDRESS = 32,
  /* TP-Protocol-Identifier (TS 23.040 9.2.3.9). */
  OMA_DM_FIELD_TP_PROTOCOL_IDENTIFIER = 33,
  /* TP-Data-Coding-Scheme (TS 23.040 9.2.3.10, TS 23.038 4). */
  OMA_DM_FIELD_TP_DATA_CODING_SCHEME = 34,
  /* TP-Service-Centre-Time-Stamp (TS 23.040 9.2.3.11). */
  OMA_DM_FIELD_TP_TIME_STAMP = 35,
  /* TP-Validity-Period (TS 23.040 9.2.3.12). */
  OMA_DM_FIELD_TP_VALIDITY_PERIOD = 36,
  /* TP-User-Data-Length (TS 23.040 9.2.3.16). */
  OMA_DM_FIELD_TP_USER_DATA_LENGTH = 37,
  /* TP-User-Data (TS 23.040 9.2.3.24). */
  OMA_DM_FIELD_TP_USER_DATA = 38,
  /* RP-Message type (TS 24.011 8.2.2). */
  OMA_DM_FIELD_RP_MESSAGE_TYPE = 39,
  /* RP-Message Reference (TS 24.011 8.2.3). */
  OMA_DM_FIELD_RP_MESSAGE_REFERENCE = 40,
  /* RP-Originator Address (TS 24.011 8.2.5.1). */
  OMA_DM_FIELD_RP_ORIGINATOR_ADDRESS = 41,
  /* RP-Destination Address (TS 24.011 8.2.5.2). */
  OMA_DM_FIELD_RP_DESTINATION_ADDRESS = 42,
  /* RP-User Data (TS 24.011 8.2.5.3). */
  OMA_DM_FIELD_RP_USER_DATA = 43,
  /* RP-Cause (TS 24.011 8.2.5.4). */
  OMA_DM_FIELD_RP_CAUSE = 44,
  /* SMS_MSG_TYPE (3GPP2 C.S0015 3.4). */
  OMA_DM_FIELD_SMS_MESSAGE_TYPE = 45,
  /* A parameter of an SMS message as a whole (3GPP2 C.S0015 3.4.3). */
  OMA_DM_FIELD_SMS_PARAMETER = 46,
  /* Teleservice Identifier (3GPP2 C.S0015 3.4.3.1). */
  OMA_DM_FIELD_TELESERVICE = 47,
  /* Originating Address (3GPP2 C.S0015 3.4.3.3). */
  OMA_DM_FIELD_ORIGINATING_ADDRESS = 48,
  /* Bearer Data (3GPP2 C.S0015 3.4.3.7). */
  OMA_DM_FIELD_BEARER_DATA = 49,
  /* A subparameter of Bearer Data as a whole (3GPP2 C.S0015 4.5). */
  OMA_DM_FIELD_SUBPARAMETER = 50,
  /* Message Identifier (3GPP2 C.S0015 4.5.1). */
  OMA_DM_FIELD_MESSAGE_IDENTIFIER = 51,
  /* MSG_ENCODING of the User Data (3GPP2 C.S0015 4.5.2). */
  OMA_DM_FIELD_MESSAGE_ENCODING = 52,
  /* User Data (3GPP2 C.S0015 4.5.2). */
  OMA_DM_FIELD_USER_DATA = 53,
  /* The number of digits or characters of an address (TS 23.040 9.1.2.5). */
  OMA_DM_FIELD_ADDRESS_LENGTH = 54,
  /* One character of an address, by its Unicode number (TS 23.038 6.2.1). */
  OMA_DM_FIELD_ADDRESS_CHARACTER = 55,
  /* An OBEX packet as a whole, by its length (OBEX 1.3, request and response format). */
  OMA_DM_FIELD_OBEX_PACKET = 56,
  /* Version and flags of an OBEX CONNECT (OBEX 1.3, CONNECT). */
  OMA_DM_FIELD_OBEX_VERSION = 57,
  /* The maximum packet length (OBEX 1.3, CONNECT). */
  OMA_DM_FIELD_MAXIMUM_PACKET_LENGTH = 58,
  /* One header of an OBEX packet (OBEX 1.3, object model). */
  OMA_DM_FIELD_OBEX_HEADER = 59,
  /* The version octet of a stored value, such as AccountState::to_bytes gives. */
  OMA_DM_FIELD_STATE_VERSION = 60,
  /* The contents of a stored value. */
  OMA_DM_FIELD_STATE = 61,
  /* The check octets of a stored value. */
  OMA_DM_FIELD_STATE_CHECK = 62,
  /* A field that this header has no number for yet. */
  OMA_DM_FIELD_OTHER = 255,
};

/* An error. All zeros if there is none. */
typedef struct {
  /* An oma_dm_kind: what is wrong. OMA_DM_KIND_NONE, 0, if nothing is. */
  uint8_t kind;
  /* An oma_dm_field: where. */
  uint8_t field;
  /*
   * Of received octets the offset: where that field starts, or would have to start, counted in
   * octets from the first one that was passed. Of a message that was put together from segments,
   * from the first of its WSP PDU. Of values to send what the kind says, and otherwise 0.
   */
  size_t number;
} oma_dm_error;

/*
 * Words an error, such as "truncated sessionid at octet 5".
 *
 * Writes at most size octets to buffer, a zero octet at the end of them, and cuts off what does
 * not fit. Returns how many characters there are in all, without the zero octet. Words the empty
 * text for no error. NULL for buffer only counts.
 */
size_t oma_dm_error_words(oma_dm_error error,
                          char *buffer,
                          size_t size);

/*
 * Octets
 * ======
 */

/* Octets in the caller's memory: a reference, not a copy. {NULL, 0} is no octets. */
typedef struct {
  /* The first of them. */
  const uint8_t *octets;
  /* How many there are. */
  size_t size;
} oma_dm_octets;

/* What was written to a buffer. */
typedef struct {
  /* OMA_DM_KIND_NONE, or why nothing was written. */
  oma_dm_error error;
  /* How many octets were written, from the front of the buffer. */
  size_t size;
  /* How many segments or packets there are in all: 1 for what is not in segments. */
  size_t total;
} oma_dm_written;

/*
 * A device's first step: the inbox
 * ================================
 *
 * Takes what a bearer delivered, puts segments together, and hands out what is for OMA DM. Nothing
 * that it hands out is authentic yet: the account decides.
 *
 * A device with two SIMs has two inboxes.
 *
 * Originators are told apart by a number of your choice, such as an index into your table of
 * addresses, or a hash of the address. Where the library reads the address it takes a hash of 32
 * bits. Two originators with one number can replace each other's segments.
 *
 * Who can send short messages can fill the inbox, and can make a segment give way to one that
 * differs: each costs a notification, as a lost short message does, and is reported as displaced.
 */

/* Why segments that were held have been given up. */
typedef uint8_t oma_dm_reason;
enum {
  /* None have. */
  OMA_DM_REASON_NONE = 0,
  /* Their message was not whole within its time. */
  OMA_DM_REASON_EXPIRED = 1,
  /* All sets were taken, and a segment of another message came. */
  OMA_DM_REASON_GAVE_WAY = 2,
  /* A segment came that differs from the held one with its number. */
  OMA_DM_REASON_REPLACED = 3,
};

/* What came of a delivery. */
typedef uint8_t oma_dm_outcome;
enum {
  /* Nothing was done: error says which mistake the calling program makes. */
  OMA_DM_OUTCOME_MISUSE = 0,
  /*
   * octets is a Package #0, and server_id its server-identifier: look up the account, and pass
   * octets to oma_dm_account_receive.
   */
  OMA_DM_OUTCOME_PACKAGE0 = 1,
  /* It is a segment, kept until missing others have come. */
  OMA_DM_OUTCOME_INCOMPLETE = 2,
  /* It is a segment that had come before, with the same octets. */
  OMA_DM_OUTCOME_REPEATED_SEGMENT = 3,
  /*
   * It is addressed to another application (OMA 7.1.1), or carries no readable address: error
   * says why. octets is the WSP PDU for that application if it was put together from segments,
   * and otherwise {NULL, 0}: then the delivery itself is for that application.
   */
  OMA_DM_OUTCOME_NOT_FOR_DM = 4,
  /* It is addressed to OMA DM as far as it was read, and malformed: error says how. */
  OMA_DM_OUTCOME_MALFORMED = 5,
  /* It is a segment of a message that has no room in the inbox. Nothing has changed. */
  OMA_DM_OUTCOME_NO_ROOM = 6,
};

/* A message of which segments have been given up. */
typedef struct {
  /* Why. OMA_DM_REASON_NONE if no segments have been given up. */
  oma_dm_reason reason;
  /* How many of its segments were missing then. */
  uint8_t missing;
  /* How many it has. */
  uint8_t total;
  /* Its reference, 8 or 16 bits; over CDMA its message identifier. */
  uint16_t reference;
  /* The number that you gave its originator. If the library read its address, a hash of that. */
  uint32_t originator;
} oma_dm_displaced;

/*
 * What the inbox says of a delivery. octets and server_id lie in the delivery, or in the inbox if
 * they were put together from segments: they are there until the delivery's memory is used for
 * something else, or the inbox takes another delivery.
 */
typedef struct {
  /* What came of the delivery. */
  oma_dm_outcome outcome;
  /* For OMA_DM_OUTCOME_INCOMPLETE: how many segments are missing, 1 to 254. */
  uint8_t missing;
  /*
   * For OMA_DM_OUTCOME_INCOMPLETE: whether it is known to be for port 2948. It always is, but
   * over CDMA, where only the first segment names a port. Keep a copy of the others if another
   * application listens on that bearer.
   */
  bool port_known;
  /* For the last three outcomes, and for misuse. */
  oma_dm_error error;
  /* The octets, by the outcome. */
  oma_dm_octets octets;
  /*
   * For OMA_DM_OUTCOME_PACKAGE0: the server-identifier, 0 to 255 octets. Not authentic: use it
   * to find the account, or to log.
   */
  oma_dm_octets server_id;
  /* The message of which segments were given up for this delivery, if any. */
  oma_dm_displaced displaced;
} oma_dm_received;

/*
 * Initialises an inbox in size octets of memory: sizeof(oma_dm_inbox) or more. Call it once,
 * before any other function takes the inbox, and again to give up all segments.
 *
 * A message in segments has max_age ticks to become whole; UINT32_MAX is for ever. You pass now,
 * in ticks of a length that you choose, with each delivery. It may wrap.
 *
 * Errors: OMA_DM_KIND_SHORT_MEMORY also if the library was built for a larger inbox than this
 * header says.
 */
oma_dm_error oma_dm_inbox_init(oma_dm_inbox *inbox,
                               size_t size,
                               uint32_t max_age);

/*
 * Gives up one message that has expired, and says which: call it until the reason is
 * OMA_DM_REASON_NONE, as it is for an inbox that is NULL or not initialised.
 *
 * Without it messages expire too, when their memory is needed. Call it if you want to log them, or
 * if now wraps, once in that time.
 */
oma_dm_displaced oma_dm_inbox_expire(oma_dm_inbox *inbox,
                                     uint32_t now);

/*
 * Takes one short message: user_data is its TP-User-Data with a user data header (TP-UDHI set), 3
 * to 140 octets.
 *
 * Only 8-bit data can be a notification: hand text to its application without asking here.
 */
oma_dm_received oma_dm_receive_sms(oma_dm_inbox *inbox,
                                   uint32_t now,
                                   uint32_t originator,
                                   const uint8_t *user_data,
                                   size_t size);

/*
 * Takes the user data of one short message of the WAP teleservice over CDMA: a WDP segment
 * (WAP-259 6.5). message_id is the message identifier of the bearer data.
 *
 * repeated_ports says that this carrier repeats the ports before the WSP PDU: they are skipped.
 */
oma_dm_received oma_dm_receive_cdma(oma_dm_inbox *inbox,
                                    uint32_t now,
                                    uint32_t originator,
                                    uint16_t message_id,
                                    bool repeated_ports,
                                    const uint8_t *segment,
                                    size_t size);

/* Takes the payload of one UDP datagram to destination_port. */
oma_dm_received oma_dm_receive_datagram(oma_dm_inbox *inbox,
                                        uint16_t destination_port,
                                        const uint8_t *payload,
                                        size_t size);

/*
 * Takes a Package #0 without any bearer: as oma_dm_obex_receive hands it out, or one that you
 * stored.
 */
oma_dm_received oma_dm_receive_package0(oma_dm_inbox *inbox,
                                        const uint8_t *package0,
                                        size_t size);

/*
 * What modems hand over, with the layers below the user data
 * ==========================================================
 *
 * These read the address of the originator themselves. A message without a user data header, or
 * that is not 8-bit data, is OMA_DM_OUTCOME_NOT_FOR_DM: hand it to the next application.
 *
 * A device acknowledges what it receives, whatever it is: with AT+CSMS=1 by AT+CNMA, over IMS by
 * oma_dm_answer_rp. Otherwise the network delivers it again.
 */

/* What precedes a TPDU. */
typedef uint8_t oma_dm_framing;
enum {
  /* Nothing: the QMI transfer route, a simulator. */
  OMA_DM_FRAMING_BARE = 0,
  /* The address of the service centre, or an octet 00 in its place: RIL, MBIM, QMI raw read. */
  OMA_DM_FRAMING_SERVICE_CENTRE = 1,
  /*
   * As a modem printed it behind +CMT, +CMGR or +CMGL, with a length that counts the TPDU alone:
   * some modems print the service centre, others do not.
   */
  OMA_DM_FRAMING_LENGTH = 2,
};

/* What the device owes for an RP-DATA. */
typedef struct {
  /* OMA_DM_KIND_NONE, or why it is not an RP-DATA to the device. Then there is no answer. */
  oma_dm_error error;
  /* The answer: send its first size octets. */
  uint8_t octets[6];
  /* 4 to 6; 0 if there is none. */
  uint8_t size;
} oma_dm_rp_answer;

/*
 * Takes an SMS-DELIVER (TS 23.040 9.2.2.1). framing is an oma_dm_framing, and length what the
 * modem printed for OMA_DM_FRAMING_LENGTH.
 */
oma_dm_received oma_dm_receive_tpdu(oma_dm_inbox *inbox,
                                    uint32_t now,
                                    uint8_t framing,
                                    size_t length,
                                    const uint8_t *tpdu,
                                    size_t size);

/*
 * Takes an RP-DATA to the device: the body of a SIP MESSAGE of type application/vnd.3gpp.sms (TS
 * 24.341 5.3.2). Answer 200 OK at once, and then by oma_dm_answer_rp.
 */
oma_dm_received oma_dm_receive_rp(oma_dm_inbox *inbox,
                                  uint32_t now,
                                  const uint8_t *rp_data,
                                  size_t size);

/*
 * Takes a point-to-point message as CDMA modems hand it over (3GPP2 C.S0015 3.4.2.1).
 *
 * Its user data is not aligned to octets: it is copied to buffer, where room 255 suffices, and
 * where the octets of the outcome lie.
 */
oma_dm_received oma_dm_receive_cdma_message(oma_dm_inbox *inbox,
                                            uint32_t now,
                                            bool repeated_ports,
                                            const uint8_t *message,
                                            size_t size,
                                            uint8_t *buffer,
                                            size_t room);

/*
 * Returns the answer to an RP-DATA, whether that was for OMA DM or not.
 *
 * With cause 0, RP-ACK: the message was taken. Otherwise RP-ERROR with that cause, 1 to 127, such
 * as 22 if there is no memory (TS 24.011 8.2.5.4).
 */
oma_dm_rp_answer oma_dm_answer_rp(const uint8_t *rp_data,
                                  size_t size,
                                  uint8_t cause);

/*
 * OBEX, a device's end
 * ====================
 *
 * Answers one request packet after the other and collects the Package #0 of a PUT (OMA 7.2). Cut
 * the stream into packets by their length, octets 1 and 2, big endian.
 */

/* The answer to one request packet. */
typedef struct {
  /*
   * How the request is malformed, which the response tells the peer; or OMA_DM_KIND_NONE. Of a
   * mistake in the calling program there is no response.
   */
  oma_dm_error error;
  /* The response packet: send its first response_size octets. */
  uint8_t response[24];
  /* 3, 7 or 24; 0 if there is no response. */
  uint8_t response_size;
  /* Its code, such as 0xA0 for success. */
  uint8_t code;
  /*
   * The Package #0, for oma_dm_receive_package0, if this was the last packet of its PUT;
   * otherwise {NULL, 0}. It is in the memory of the receiver, until that takes another packet.
   */
  oma_dm_octets package0;
} oma_dm_obex_reply;

/*
 * Initialises a receiver in size octets of memory, sizeof(oma_dm_obex) or more: call it once,
 * before any other function takes the receiver, and again whenever the transport was closed.
 *
 * required says whether a PUT needs a connection to SYNCML-DM, as SYNCOBEX demands: say true for a
 * transport that other OBEX services share. maximum_packet_length is the longest packet that the
 * transport can hand over whole, 255 to 65535; 0 is for 1024.
 */
oma_dm_error oma_dm_obex_init(oma_dm_obex *obex,
                              size_t size,
                              bool required,
                              uint16_t maximum_packet_length);

/* Takes one whole request packet, and returns the response to send. */
oma_dm_obex_reply oma_dm_obex_receive(oma_dm_obex *obex, const uint8_t *packet, size_t size);

/*
 * A session: its id, and the nonces for the credentials of its messages
 * =====================================================================
 *
 * Of a device from oma_dm_account_receive, of a server from oma_dm_device_session. Plain octets:
 * store them as they are. A session that ended is all zeros, and no function takes it any more.
 * Names in capitals are events, OMA_DM_EVENT_.., for oma_dm_account_note and oma_dm_device_note.
 *
 *        device                                                 server
 *           |  Pkg #0                                              |
 *           |<-----------------------------------------------------|  oma_dm_device_notify
 *     oma_dm_account_receive                                       |
 *           |  Pkg #1, credentials under client_nonce              |
 *           |----------------------------------------------------->|  oma_dm_device_session
 *           |  Pkg #2, under server_nonce; a new client nonce      |
 *           |<-----------------------------------------------------|  CLIENT_NONCE_RENEWED
 *     CLIENT_NONCE_RENEWED                                         |
 *     SERVER_NONCE_OFFERED                                         |
 *           |  Pkg #3, under client_nonce; a new server nonce      |
 *           |----------------------------------------------------->|  SERVER_NONCE_RENEWED
 *           |  Pkg #4, under the nonce that Pkg #3 offered         |
 *           |<-----------------------------------------------------|
 *     SERVER_NONCE_RENEWED                                         |
 */

/* A nonce: the one that is stored, or four zero octets (OMA 5.1). */
typedef uint8_t oma_dm_nonce;
enum {
  /* The nonce that is stored. */
  OMA_DM_NONCE_STORED = 0,
  /*
   * The nonce that this device offered in Pkg #3 and no Pkg #4 has confirmed: the server has it,
   * so store it as the agreed one.
   */
  OMA_DM_NONCE_OFFERED = 1,
  /* The nonce 0x00000000: the other end has lost the stored one. */
  OMA_DM_NONCE_RESYNC = 2,
};

/*
 * What happened in a session, as bits: oma_dm_account_note and oma_dm_device_note take one or
 * several.
 */
typedef uint8_t oma_dm_event;
enum {
  /*
   * Pkg #2 has renewed the client nonce, and it is stored (OMA 5.1, step 4). From here on the
   * session took place.
   */
  OMA_DM_EVENT_CLIENT_NONCE_RENEWED = 1,
  /*
   * Of a device alone: Pkg #3 goes out with a Chal, and its nonce is stored as the offered one
   * (OMA 5.1, step 5). Store the record before Pkg #3 goes out, or the server may have a nonce
   * that the device has not.
   */
  OMA_DM_EVENT_SERVER_NONCE_OFFERED = 2,
  /*
   * Of a device: Pkg #4 has confirmed the nonce that Pkg #3 offered, and it is the agreed one
   * now. What completed under the one before is forgotten. Of a server: Pkg #3 has brought a
   * Chal, and its nonce is the stored one now. Store the record before Pkg #4 goes out.
   */
  OMA_DM_EVENT_SERVER_NONCE_RENEWED = 4,
  /*
   * The secret has been replaced (OMA 5.1, step 6); of a server: the device has acknowledged
   * that. All sessions under the old one are forgotten.
   */
  OMA_DM_EVENT_SECRET_REPLACED = 8,
  /*
   * The session took place, and has ended. Of a device: its message starts no other. It has no
   * effect if the session began under an older secret.
   */
  OMA_DM_EVENT_COMPLETED = 16,
  /*
   * The session did not take place, and has ended. Of a device: its message may start it again.
   * Of a server: its notification stays out. If a nonce was renewed in it, it took place.
   */
  OMA_DM_EVENT_FAILED = 32,
};

/* What a session is. */
typedef struct {
  /* OMA_DM_KIND_NONE, or why the octets are no session. Then nothing else counts. */
  oma_dm_error error;
  /* The session id, 1 to 0xFFFF. */
  uint16_t session_id;
  /* The text for SessionID of its messages: 1 to 4 hexadecimal digits and a zero octet. */
  char session_id_text[5];
  /* The nonce that its notification was authentic under. */
  oma_dm_nonce nonce;
  /*
   * The nonce for the credentials of the client's messages, Pkg #1 and Pkg #3: stored or resync.
   */
  oma_dm_nonce client_nonce;
  /*
   * The nonce for the credentials of the server's messages, Pkg #2 and, if Pkg #3 offered none,
   * Pkg #4: stored or resync.
   */
  oma_dm_nonce server_nonce;
  /*
   * Whether Pkg #3 has offered a server nonce that Pkg #4 has not confirmed: Pkg #4 is under it.
   */
  bool offered;
  /* Whether a nonce was renewed: the session took place, whatever is said of it. */
  bool took_place;
} oma_dm_session_facts;

/* A session as octets, to be stored as they are. */
typedef struct {
  /* They have check octets: what was torn or changed is an error. */
  uint8_t octets[9];
} oma_dm_session;

/* H(name:password), to be stored in the place of the password: MD5, and a secret. */
typedef struct {
  /* The hash. */
  uint8_t hash[16];
} oma_dm_secret;

/* Returns what a session is. */
oma_dm_session_facts oma_dm_session_read(const oma_dm_session *session);

/*
 * Computes the hash of a name and a password, either of any octets. The name is the
 * server-identifier, or in a session the name by which the server knows the client.
 */
oma_dm_error oma_dm_secret_new(const uint8_t *name,
                               size_t name_size,
                               const uint8_t *password,
                               size_t password_size,
                               oma_dm_secret *secret);

/*
 * Computes the credential of a session's message, the 24 characters B64(H(B64(secret):nonce)) of
 * syncml:auth-md5, and writes them to credential, without a zero octet at their end.
 */
oma_dm_error oma_dm_session_credential(const oma_dm_secret *secret,
                                       const uint8_t *nonce,
                                       size_t nonce_size,
                                       char *credential);

/*
 * A device's second step: the account
 * ===================================
 *
 * Decides which notification starts a session: each session once, whoever sends its message again
 * (OMA 6.2.10), and under the nonce 0 as the policy permits (OMA 5.1).
 *
 * An account's state is plain octets. Keep state, nonces and secret in one record, in two copies
 * that you write alternately, and write it, if its octets differ from those stored, before
 * anything else:
 *   - after OMA_DM_DECISION_START, with the session, to be able to resume it;
 *   - after oma_dm_account_note.
 * Acknowledge the short message after the record of its start is stored, or at once if there is
 * nothing to store.
 *
 * What you owe the account:
 *   - Completed: a message of the server was authenticated, or it answered, even with a refusal. A
 *     session that asks for a reboot is completed before it.
 *   - Failed: nothing of the server was authenticated and it answered nothing. Limit the retries:
 *     a message whose session failed starts it again.
 *   - One session of an account at a time: two overwrite each other's stored nonces. Queue the
 *     second.
 *   - Under the nonce 0 the server's credential can be replayed: such a session needs transport
 *     security, and the secret must be replaced in it.
 */

/* What a notification leads to. */
typedef uint8_t oma_dm_decision;
enum {
  /*
   * Nothing was decided: error says why. An error of kind OMA_DM_KIND_INVALID or _LENGTH of a
   * field OMA_DM_FIELD_STATE.. says that the state is not one: see oma_dm_account_check.
   */
  OMA_DM_DECISION_UNDECIDED = 0,
  /* Start the session. Store the record first. */
  OMA_DM_DECISION_START = 1,
  /* The session was started before, and completed: start none. */
  OMA_DM_DECISION_REPEATED = 2,
  /* The session was started before, and neither completed nor failed: start none. */
  OMA_DM_DECISION_UNDER_WAY = 3,
  /* The session id is 0, which no session has. */
  OMA_DM_DECISION_NO_SESSION = 4,
  /* The digest matches under none of the nonces: ignore the message (OMA 5.1, step 2). */
  OMA_DM_DECISION_NOT_AUTHENTIC = 5,
  /* It is authentic under the nonce 0, which the policy forbids. */
  OMA_DM_DECISION_RESYNC_FORBIDDEN = 6,
  /*
   * It is authentic under the nonce 0, and the policy permits no more such sessions before the
   * secret is replaced.
   */
  OMA_DM_DECISION_RESYNC_EXHAUSTED = 7,
};

/* Whether a device takes notifications under the nonce 0. */
typedef uint8_t oma_dm_policy;
enum {
  /* At most 4 sessions under the nonce 0 complete under one secret: the one to choose. */
  OMA_DM_POLICY_LIMITED = 0,
  /* None. */
  OMA_DM_POLICY_FORBIDDEN = 1,
  /*
   * Any number, of which the last 4 are remembered: for servers that replace their secret in
   * each such session (OMA 5.1, step 6).
   */
  OMA_DM_POLICY_ALLOWED = 2,
};

/* What a device remembers of one server, as octets, to be stored as they are. */
typedef struct {
  /* They have check octets: what was torn or changed is an error. */
  uint8_t octets[47];
} oma_dm_account_state;

/* What an authentic notification asks of the session. */
typedef struct {
  /* The session id, 1 to 0xFFFF (OMA 6.2.10). */
  uint16_t session_id;
  /*
   * The text for SessionID of the session's messages: 1 to 4 hexadecimal digits and a zero
   * octet.
   */
  char session_id_text[5];
  /* An oma_dm_ui_mode: what the server recommends towards the user (OMA 6.2.7). */
  uint8_t ui_mode;
  /* An oma_dm_initiator: who caused the management action (OMA 6.2.8). */
  uint8_t initiator;
  /*
   * The nonce that it is authentic under. If that is the offered one, store it as the agreed
   * one.
   */
  oma_dm_nonce nonce;
  /* The version, 10 bits: 11 for 1.1 (OMA 6.2.6). */
  uint16_t version;
  /* The reserved bits, 27 of them (OMA 6.2.9). */
  uint32_t future_use;
  /* The vendor-specific octets, often none, within the Package #0 (OMA 6.2.13). */
  oma_dm_octets vendor_specific;
} oma_dm_request;

/* What oma_dm_account_receive decided. */
typedef struct {
  /* What the notification leads to. */
  oma_dm_decision decision;
  /* For OMA_DM_DECISION_UNDECIDED. */
  oma_dm_error error;
  /* For START: the session, to be stored with the state. Otherwise zeros. */
  oma_dm_session session;
  /* For START, REPEATED and UNDER_WAY. Otherwise zeros. */
  oma_dm_request request;
} oma_dm_decided;

/* A server's account, as you have stored it. */
typedef struct {
  /* The server's secret: of oma_dm_secret_new. */
  oma_dm_secret secret;
  /* An oma_dm_policy. */
  uint8_t policy;
  /* The agreed server nonce, as it is after Base64 decoding; {NULL, 0} if there is none yet. */
  oma_dm_octets agreed;
  /*
   * The server nonce that Pkg #3 offered and Pkg #4 has not confirmed; {NULL, 0} if there is
   * none.
   */
  oma_dm_octets offered;
} oma_dm_account;

/* What oma_dm_account_restart found. */
typedef struct {
  /* OMA_DM_KIND_NONE, or why the octets were no state: it is that of oma_dm_account_lost now. */
  oma_dm_error error;
  /* Whether the session is under way again. Store the record, then connect. */
  bool resumed;
} oma_dm_restarted;

/* The sessions that a power cycle interrupted. */
typedef struct {
  /* OMA_DM_KIND_NONE, or why the octets are no state. */
  oma_dm_error error;
  /* How many there are: 0 to 8. */
  uint8_t count;
  /*
   * They, with the nonces that they began with: those under the stored nonce first, of each kind
   * the oldest first.
   */
  oma_dm_session sessions[8];
} oma_dm_interrupted;

/* Returns the state of a new account: no session was started. */
oma_dm_account_state oma_dm_account_new(void);

/*
 * Returns the state to go on with after the record was lost.
 *
 * Under OMA_DM_POLICY_LIMITED no session starts under the nonce 0 until the secret is replaced.
 */
oma_dm_account_state oma_dm_account_lost(void);

/*
 * Says whether the octets are a state: call it after start-up with what was stored. After an error
 * take the other copy of the record, or oma_dm_account_lost.
 */
oma_dm_error oma_dm_account_check(const oma_dm_account_state *state);

/*
 * Decides what a Package #0 leads to. Changes the state for OMA_DM_DECISION_START alone.
 *
 * account is that of the message's server-identifier. The nonces are tried in order: the agreed
 * one, the offered one, and four zero octets.
 */
oma_dm_decided oma_dm_account_receive(oma_dm_account_state *state,
                                      const oma_dm_account *account,
                                      const uint8_t *package0,
                                      size_t size);

/*
 * Notes what happened in a session: bits of oma_dm_event. Store the record afterwards.
 *
 * A session that completed or failed has ended, and its octets are zeros. session may be NULL for
 * OMA_DM_EVENT_SECRET_REPLACED alone.
 *
 * Errors: OMA_DM_KIND_UNKNOWN_VALUE also if both ends are among them.
 */
oma_dm_error oma_dm_account_note(oma_dm_account_state *state,
                                 oma_dm_session *session,
                                 uint8_t events);

/*
 * Restarts an account after a power cycle, with the session that was stored beside it: call it
 * once after start-up. policy is an oma_dm_policy.
 *
 * It does what oma_dm_account_check, oma_dm_account_lost, oma_dm_account_power_cycled and
 * oma_dm_account_resume do, for a device that has at most one session of an account under way.
 */
oma_dm_restarted oma_dm_account_restart(oma_dm_account_state *state,
                                        const oma_dm_session *session,
                                        uint8_t policy);

/*
 * Returns the sessions that were under way, and forgets them: call it once after start-up, if you
 * do not call oma_dm_account_restart.
 *
 * oma_dm_account_resume takes one up again. One that is not taken up can be started by its
 * message.
 */
oma_dm_interrupted oma_dm_account_power_cycled(oma_dm_account_state *state);

/*
 * Takes up a session that was interrupted: it is under way again. Store the record, then connect.
 * policy is an oma_dm_policy.
 *
 * Writes false to resumed, and leaves the state as it was, if the session began under an older
 * secret, if it was completed or started again since, or if the policy has no room for it.
 */
oma_dm_error oma_dm_account_resume(oma_dm_account_state *state,
                                   const oma_dm_session *session,
                                   uint8_t policy,
                                   bool *resumed);

/*
 * A server's step: what it remembers of a device
 * ==============================================
 *
 * Decides the session id and the nonce of each notification. Plain octets: store them with the
 * device's nonces and secrets in one record, before a message goes out that the record does not
 * know.
 *   - Notify: draw an id at random, call oma_dm_device_notify, store, compose, send. A counter
 *     would fall back when a record is restored, and give one id to two sessions.
 *   - No answer: call oma_dm_device_unanswered. The next notification is under the other nonce.
 *   - Nonce 0: one message is out at a time. Store its octets, and repeat those until its session
 *     took place.
 *   - Pkg #1: call oma_dm_device_session with its session id, and check its credentials under
 *     client_nonce. A Pkg #2 may be lost: accept the client nonce that it gave and the one before
 *     it.
 *   - Secret: in the first session under the nonce 0, replace it. Until the device has
 *     acknowledged that, it may have either: send each notification signed with both.
 */

/* What a server remembers of one device, as octets, to be stored as they are. */
typedef struct {
  /* They have check octets: what was torn or changed is an error. */
  uint8_t octets[11];
} oma_dm_device_state;

/* The next notification for a device. */
typedef struct {
  /* OMA_DM_KIND_NONE, or why nothing was decided. */
  oma_dm_error error;
  /* The session id to compose it with, 1 to 0xFFFF. */
  uint16_t session_id;
  /* The nonce to compose it under: stored or resync. */
  oma_dm_nonce nonce;
  /*
   * Whether this id has gone out under this nonce, and its session has not taken place. Under
   * the nonce 0, send the same octets again.
   */
  bool repeated;
} oma_dm_notify;

/* Returns the state of a device that no notification has gone to. */
oma_dm_device_state oma_dm_device_new(void);

/* Returns the state of a device whose record is lost, its nonces included. */
oma_dm_device_state oma_dm_device_lost(void);

/* Says whether the octets are a state: call it with what was stored. */
oma_dm_error oma_dm_device_check(const oma_dm_device_state *state);

/*
 * Decides what the next notification is. fresh is a session id that you drew at random, 1 to
 * 0xFFFF.
 */
oma_dm_notify oma_dm_device_notify(oma_dm_device_state *state, uint16_t fresh);

/* Notes that the device did not answer the notification in time. */
oma_dm_error oma_dm_device_unanswered(oma_dm_device_state *state);

/*
 * Writes the session of a Pkg #1 with this session id, 1 to 0xFFFF, by which its credentials are
 * checked.
 */
oma_dm_error oma_dm_device_session(const oma_dm_device_state *state,
                                   uint16_t session_id,
                                   oma_dm_session *session);

/*
 * Notes what happened in a session: bits of oma_dm_event, other than
 * OMA_DM_EVENT_SERVER_NONCE_OFFERED. Store the state afterwards. Completed is a session whose Pkg
 * #1 was authentic and whose Pkg #2 has gone out; failed is any other.
 *
 * A session that completed or failed has ended, and its octets are zeros. session may be NULL for
 * OMA_DM_EVENT_SECRET_REPLACED alone.
 *
 * Errors: OMA_DM_KIND_UNKNOWN_VALUE also if both ends are among them.
 */
oma_dm_error oma_dm_device_note(oma_dm_device_state *state,
                                oma_dm_session *session,
                                uint8_t events);

/*
 * Says whether the secret should be replaced: a notification under the nonce 0 was signed with it
 * (OMA 5.1, step 6). True also if the state is not one.
 */
bool oma_dm_device_should_replace_secret(const oma_dm_device_state *state);

/*
 * Sending: from the trigger to what a bearer takes
 * ================================================
 *
 * Compose the Package #0 first, into a buffer of yours. Each bearer then takes its octets: a
 * datagram as a whole, short messages and CDMA segment by segment, from index 0 until
 * written.total of them have been written.
 */

/* What the server recommends towards the user (OMA 6.2.7). */
typedef uint8_t oma_dm_ui_mode;
enum {
  /* Nothing. */
  OMA_DM_UI_MODE_NOT_SPECIFIED = 0,
  /* To do it in the background. */
  OMA_DM_UI_MODE_BACKGROUND = 1,
  /* To inform the user. */
  OMA_DM_UI_MODE_INFORMATIVE = 2,
  /* To ask the user first. */
  OMA_DM_UI_MODE_USER_INTERACTION = 3,
};

/* Who caused the management action (OMA 6.2.8). */
typedef uint8_t oma_dm_initiator;
enum {
  /* The client. */
  OMA_DM_INITIATOR_CLIENT = 0,
  /* The server. */
  OMA_DM_INITIATOR_SERVER = 1,
};

/* What a notification says. */
typedef struct {
  /* The session id, 1 to 0xFFFF: of oma_dm_device_notify. */
  uint16_t session_id;
  /*
   * The version, 10 bits; 0 is for 11, version 1.1, which a server that conforms to 1.2.1 sends.
   */
  uint16_t version;
  /* An oma_dm_ui_mode. */
  uint8_t ui_mode;
  /* An oma_dm_initiator. */
  uint8_t initiator;
  /* The server-identifier, 0 to 255 octets. */
  oma_dm_octets server_id;
  /* Vendor-specific octets, as many as the bearer can carry; usually {NULL, 0}. */
  oma_dm_octets vendor_specific;
} oma_dm_trigger;

/* A WAP push of a Package #0 (OMA 7.1). */
typedef struct {
  /* TID, of your choice. */
  uint8_t tid;
  /* The Package #0. */
  oma_dm_octets package0;
  /* WSP headers after X-Wap-Application-Id that the device is known to use; usually {NULL, 0}. */
  oma_dm_octets extra_headers;
} oma_dm_push;

/* How a push is sent by short messages. */
typedef struct {
  /* The port that it is sent from, of your choice. */
  uint16_t originator_port;
  /* The reference, if there are several: another one for each message to a device. */
  uint16_t reference;
  /* The width of the reference: 8 or 16 bits. */
  uint8_t reference_bits;
} oma_dm_sms;

/*
 * Writes a Package #0: the trigger, and its digest under the secret and the nonce (OMA 6.2.2).
 *
 * Under OMA_DM_NONCE_RESYNC the nonce is four zero octets.
 *
 * Errors: OMA_DM_KIND_OUT_OF_RANGE of the session id if it is 0, of the version if it is more than
 * 10 bits, of the length-identifier if the server-identifier is longer than 255 octets;
 * OMA_DM_KIND_UNKNOWN_VALUE of the ui-mode or the initiator.
 */
oma_dm_written oma_dm_compose(const oma_dm_trigger *trigger,
                              const oma_dm_secret *secret,
                              const uint8_t *nonce,
                              size_t nonce_size,
                              uint8_t *buffer,
                              size_t size);

/*
 * Writes the payload of a datagram to UDP port 2948.
 *
 * Errors: those of received octets for malformed extra headers, whose offset counts from the first
 * of them; OMA_DM_KIND_TOO_LONG of the headers if they exceed 48 octets with those of the bearer.
 */
oma_dm_written oma_dm_write_datagram(const oma_dm_push *push,
                                     uint8_t *buffer,
                                     size_t size);

/*
 * Writes TP-User-Data of one of the short messages that carry the push: at most 140 octets. Send
 * it with TP-UDHI set and 8-bit data, or see oma_dm_write_submit.
 *
 * Errors: those of oma_dm_write_datagram, OMA_DM_KIND_TOO_MANY_SEGMENTS,
 * OMA_DM_KIND_NO_SUCH_INDEX; OMA_DM_KIND_UNKNOWN_VALUE for a reference that has not the width.
 */
oma_dm_written oma_dm_write_sms(const oma_dm_push *push,
                                const oma_dm_sms *sms,
                                size_t index,
                                uint8_t *buffer,
                                size_t size);

/*
 * Writes one of the WDP segments that carry the push over CDMA, each the user data of a short
 * message of the WAP teleservice (WAP-259 6.5). longest is how many octets the bearer has room
 * for, 7 or more: 140 is usual.
 *
 * Errors: those of oma_dm_write_sms; OMA_DM_KIND_OUT_OF_RANGE of the segment length.
 */
oma_dm_written oma_dm_write_cdma(const oma_dm_push *push,
                                 uint16_t source_port,
                                 size_t longest,
                                 size_t index,
                                 uint8_t *buffer,
                                 size_t size);

/*
 * SMS-SUBMIT, for a server with a modem
 * =====================================
 */

/* A short message to send with a modem. */
typedef struct {
  /*
   * Whom it is for, as characters without a zero octet: "+" and digits, digits alone, or a name.
   */
  oma_dm_octets destination;
  /* The service centre likewise; {NULL, 0} for that of the SIM, which is usual. */
  oma_dm_octets service_centre;
  /* TP-User-Data: of oma_dm_write_sms. */
  oma_dm_octets user_data;
  /* TP-Message-Reference; most modems replace it by their own. */
  uint8_t reference;
  /* Whether a relative validity period is sent, and that: TS 23.040 9.2.3.12.1. */
  uint8_t has_validity;
  /* The relative validity period: 167 is one day. */
  uint8_t validity;
  /* Whether a status report is wanted. */
  uint8_t status_report;
} oma_dm_submit;

/*
 * Writes the service centre's address and an SMS-SUBMIT with them: what AT+CMGS takes, in
 * hexadecimal, at most 176 octets. The number that AT+CMGS= is told is written to length, if that
 * is not NULL: the octets after the service centre's address.
 *
 * Errors: OMA_DM_KIND_OUT_OF_RANGE of the address length or an address character;
 * OMA_DM_KIND_TOO_LONG of TP-User-Data.
 */
oma_dm_written oma_dm_write_submit(const oma_dm_submit *submit,
                                   size_t *length,
                                   uint8_t *buffer,
                                   size_t size);

/*
 * OBEX, a server's end
 * ====================
 *
 * CONNECT, the packets of one PUT, DISCONNECT. After each packet read the response; after any code
 * but the expected one send no more of the PUT.
 */

/*
 * A connection to a device, as its response to CONNECT has it. All zeros if there was no CONNECT.
 */
typedef struct {
  /* OMA_DM_KIND_NONE, or how the response is malformed. */
  oma_dm_error error;
  /* The code of the response: 0xA0 is success, 0x90 says to go on. */
  uint8_t code;
  /* Whether there is a ConnectionID: 0 or 1. */
  uint8_t has_connection_id;
  /* The ConnectionID. */
  uint32_t connection_id;
  /* The longest packet that the device takes; 0 is for 255, which every device takes. */
  uint16_t maximum_packet_length;
} oma_dm_obex_connection;

/*
 * Writes a CONNECT to a device's DM client: 19 octets. maximum_packet_length is the longest
 * response that you take, 255 to 65535; 0 is for 1024.
 */
oma_dm_written oma_dm_write_obex_connect(uint16_t maximum_packet_length,
                                         uint8_t *buffer,
                                         size_t size);

/* Reads the response to a CONNECT. */
oma_dm_obex_connection oma_dm_read_obex_connected(const uint8_t *response, size_t size);

/* Reads the response to a packet of a PUT, or to a DISCONNECT. */
oma_dm_obex_connection oma_dm_read_obex_response(const uint8_t *response, size_t size);

/*
 * Writes one of the packets of the PUT of a Package #0. The last one, with index total - 1,
 * expects the response code 0xA0, the others 0x90.
 */
oma_dm_written oma_dm_write_obex_put(const oma_dm_obex_connection *connection,
                                     const uint8_t *package0,
                                     size_t package0_size,
                                     size_t index,
                                     uint8_t *buffer,
                                     size_t size);

/* Writes the DISCONNECT that ends the connection: 8 octets, or 3 without a ConnectionID. */
oma_dm_written oma_dm_write_obex_disconnect(const oma_dm_obex_connection *connection,
                                            uint8_t *buffer,
                                            size_t size);

#ifdef __cplusplus
}
#endif

#endif
