"""The other side of the emulated devices, written without the library: notifications as an honest
server makes them, and the record that a device keeps, as `src/flash.rs` and `src/record.rs` lay it
out.
"""

import base64, collections, hashlib, random, struct, zlib

SERVER_ID = b"com.mgmtsrv.manage"
ZERO = bytes(4)
RECORD = 47 + 24 + 17 + 17 + 18


def h(octets):
    return hashlib.md5(octets).digest()


def b64(octets):
    return base64.b64encode(octets)


def secret_of(password, server_id=SERVER_ID):
    return b64(h(server_id + b":" + password))


# A notification: what it was signed with, its session id, and TP-User-Data of its short messages.
Message = collections.namedtuple("Message", "secret nonce id parts")


def notification(secret, nonce, session, vendor_specific=b"", reference=1, server_id=SERVER_ID):
    trigger = bytes.fromhex("02d0000000") + struct.pack(">HB", session, len(server_id))
    trigger += server_id + vendor_specific
    digest = h(secret + b":" + nonce + b":" + b64(h(trigger)))
    push = bytes.fromhex("010603c4af87") + digest + trigger
    ports = bytes.fromhex("05040b84c002")
    if len(push) <= 133:
        parts = [bytes([len(ports)]) + ports + push]
    else:
        halves = [push[:128], push[128:]]
        parts = [bytes([len(ports) + 5]) + ports + bytes([0, 3, reference, 2, n + 1]) + half
                 for n, half in enumerate(halves)]
    return Message(secret, nonce, session, tuple(parts))


def provision(path, secret, agreed):
    """The first record of an account, as a factory writes it."""
    state = bytes([0x11]) + bytes(42)
    state += zlib.crc32(state).to_bytes(4, "big")
    none = bytes([255]) + bytes(16)
    agreed = bytes([len(agreed)]) + agreed.ljust(16, b"\0")
    copy = bytes(4) + state + secret + agreed + none + bytes(18)
    with open(path, "wb") as file:
        file.write(copy + zlib.crc32(copy).to_bytes(4, "big"))


def read_copy(path):
    """The sequence number and the record of a copy; `None` if it is torn or not there."""
    try:
        with open(path, "rb") as file:
            octets = file.read()
    except FileNotFoundError:
        return None
    if len(octets) != RECORD + 8 or zlib.crc32(octets[:-4]) != int.from_bytes(octets[-4:], "big"):
        return None
    return int.from_bytes(octets[:4], "big"), octets[4:-4]


def nonce(octets):
    return None if octets[0] == 255 else octets[1:1 + octets[0]]


def decode(record):
    """Secret, agreed and offered nonce, generation, completed sessions, those under way."""
    state = record[:47]
    if state[0] != 0x11 or zlib.crc32(state[:43]) != int.from_bytes(state[43:], "big") or state[42]:
        raise ValueError("the state is torn, or lost")
    ids = struct.unpack(">20H", state[1:41])
    lists = [[session for session in part if session]
             for part in (ids[:8], ids[8:12], ids[12:16], ids[16:])]
    return (record[47:71], nonce(record[71:88]), nonce(record[88:105]), state[41],
            {"stored": lists[0], "resync": lists[2]}, {"stored": lists[1], "resync": lists[3]})
