/* The device as an image: what it costs in flash. beside/receive.rs is the same in Rust. */

#include "device.h"

static struct device device;

/* The modem's registers and the flash: the program cannot know what is in them. */
extern struct machine {
    uint32_t now;
    uint32_t sender;
    size_t size;
    uint8_t octets[256];
    uint16_t number;
    uint8_t bearer;
    uint8_t done;
    uint8_t decision;
    uint8_t id;
    uint8_t ui_mode;
    uint8_t initiator;
    uint8_t kind;
    uint8_t field;
    size_t offset;
    uint32_t displaced;
    uint8_t missing;
    uint8_t response[24];
    size_t response_size;
    struct record stored;
} machine;

void store(const struct record *record)
{
    machine.stored = *record;
}

void report(oma_dm_error error)
{
    machine.kind = error.kind;
    machine.field = error.field;
    machine.offset = error.offset;
}

void report_displaced(oma_dm_displaced displaced)
{
    machine.displaced = displaced.originator;
    machine.missing = displaced.missing;
}

void announce(uint8_t ui_mode, uint8_t initiator)
{
    machine.ui_mode = ui_mode;
    machine.initiator = initiator;
}

unsigned manage(const char *session_id, oma_dm_nonce client_nonce)
{
    machine.id = (uint8_t)(session_id[0] + client_nonce);
    return machine.done;
}

#ifdef EVERY_BEARER
static oma_dm_obex obex;

static oma_dm_received receive(void)
{
    oma_dm_obex_reply reply;
    switch (machine.bearer) {
    case 0:
        return oma_dm_receive_sms(&device.inbox, machine.now, machine.sender, machine.octets,
                                  machine.size);
    case 1:
        return oma_dm_receive_cdma(&device.inbox, machine.now, machine.sender, machine.number, true,
                                   machine.octets, machine.size);
    case 2:
        return oma_dm_receive_datagram(&device.inbox, machine.number, machine.octets, machine.size);
    default:
        reply = oma_dm_obex_receive(&obex, machine.octets, machine.size);
        for (size_t place = 0; place < sizeof reply.response; place++) {
            machine.response[place] = reply.response[place];
        }
        machine.response_size = reply.response_size;
        return oma_dm_receive_package0(&device.inbox, reply.package0.octets, reply.package0.size);
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
