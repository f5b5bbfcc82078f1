/* The device as an image: what it costs in flash. beside/receive.rs is the same in Rust. */

#include "device.h"

static struct device device;

/* The modem's registers, the log and the flash: the program cannot know what is in them. */
extern struct machine {
    uint32_t now;
    uint32_t sender;
    size_t size;
    uint8_t octets[256];
    uint8_t room[256];
    size_t length;
    uint16_t number;
    uint8_t bearer;
    uint8_t framing;
    uint8_t done;
    uint8_t decision;
    oma_dm_error error;
    oma_dm_received received;
    oma_dm_request request;
    oma_dm_session_facts session;
#ifdef EVERY_BEARER
    oma_dm_obex_reply reply;
    oma_dm_rp_answer answer;
#endif
    struct record stored;
} machine;

void store(const struct record *record)
{
    machine.stored = *record;
}

void report(oma_dm_error error)
{
    machine.error = error;
}

void note(const oma_dm_received *received)
{
    machine.received = *received;
}

void announce(const oma_dm_request *request)
{
    machine.request = *request;
}

uint8_t manage(const oma_dm_session_facts *session)
{
    machine.session = *session;
    return machine.done;
}

#ifdef EVERY_BEARER
enum { NO_MEMORY = 22 }; /* RP-Cause (TS 24.011 8.2.5.4) */

static oma_dm_obex obex;

/* Over IMS the device acknowledges by itself. */
static oma_dm_received receive_rp(void)
{
    oma_dm_received received =
        oma_dm_receive_rp(&device.inbox, machine.now, machine.octets, machine.size);
    uint8_t cause = received.outcome == OMA_DM_OUTCOME_NO_ROOM ? NO_MEMORY : 0;
    machine.answer = oma_dm_answer_rp(machine.octets, machine.size, cause);
    return received;
}

static oma_dm_received receive(void)
{
    oma_dm_inbox *inbox = &device.inbox;
    switch (machine.bearer) {
    case 0:
        return oma_dm_receive_sms(inbox, machine.now, machine.sender, machine.octets, machine.size);
    case 1:
        return oma_dm_receive_cdma(inbox, machine.now, machine.sender, machine.number, true,
                                   machine.octets, machine.size);
    case 2:
        return oma_dm_receive_datagram(inbox, machine.number, machine.octets, machine.size);
    case 3:
        return oma_dm_receive_tpdu(inbox, machine.now, machine.framing, machine.length,
                                   machine.octets, machine.size);
    case 4:
        return receive_rp();
    case 5:
        return oma_dm_receive_cdma_message(inbox, machine.now, true, machine.octets, machine.size,
                                           machine.room, sizeof machine.room);
    default:
        machine.reply = oma_dm_obex_receive(&obex, machine.octets, machine.size);
        return oma_dm_receive_package0(inbox, machine.reply.package0.octets,
                                       machine.reply.package0.size);
    }
}
#else
static oma_dm_received receive(void)
{
    return oma_dm_receive_sms(&device.inbox, machine.now, machine.sender, machine.octets,
                              machine.size);
}
#endif

int main(void)
{
    device.record = machine.stored;
    device_start(&device);
#ifdef EVERY_BEARER
    oma_dm_obex_init(&obex, sizeof obex, true, 0);
#endif
    for (;;) {
        oma_dm_received received = receive();
        machine.decision = device_take(&device, &received);
        /* The next delivery. */
        __asm__ volatile("" ::: "memory");
    }
}
