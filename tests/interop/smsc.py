#!/usr/bin/env python3
"""A small SMSC: takes submit_sm over SMPP 3.4, and prints the SMS-DELIVER TPDU of each (TS 23.040 §9.2.2.1).

    smsc.py PORT     `ready`, then `tpdu HEX` for each submit_sm, until a client unbinds or is gone
"""
import re
import socket
import struct
import sys

OK, INVALID_LENGTH, INVALID_COMMAND = 0x00, 0x01, 0x03
SUBMIT_SM, UNBIND, ENQUIRE_LINK = 0x04, 0x06, 0x15
BINDS = {0x01, 0x02, 0x09}
RESPONSE = 0x80000000
# TP-SCTS: 2026-11-22 12:00:00, GMT.
TIME_STAMP = bytes.fromhex("62112221000000")


def c_string(body, at):
    """A string that ends in a zero octet, and where the next field begins."""
    end = body.index(0, at)
    return body[at:end], end + 1


def address(ton, npi, digits):
    """A TP-address: the number of digits, their kind, and two in each octet, low nibble first."""
    padded = digits + b"F" * (len(digits) % 2)
    pairs = [padded[i : i + 2][::-1].decode() for i in range(0, len(padded), 2)]
    return bytes([len(digits), 0x80 | ton << 4 | npi]) + bytes.fromhex("".join(pairs))


def deliver(body):
    """The SMS-DELIVER TPDU of a submit_sm; None if its user data is too long for one."""
    _, at = c_string(body, 0)
    ton, npi = body[at], body[at + 1]
    source, at = c_string(body, at + 2)
    _, at = c_string(body, at + 2)
    esm_class, protocol_id = body[at], body[at + 1]
    _, at = c_string(body, at + 3)
    _, at = c_string(body, at)
    data_coding, length = body[at + 2], body[at + 4]
    user_data = body[at + 5 : at + 5 + length]
    if length != len(user_data) or length > 140 or not re.fullmatch(rb"[0-9]{1,20}", source):
        return None
    # TP-MTI 0, TP-MMS 1 (no more messages), TP-UDHI as in esm_class.
    first = 0x04 | esm_class & 0x40
    return (bytes([first]) + address(ton, npi, source) + bytes([protocol_id, data_coding])
            + TIME_STAMP + bytes([length]) + user_data)


def serve(stream):
    """Answers one client."""
    submitted = 0
    while len(header := stream.read(16)) == 16:
        length, command, _, number = struct.unpack(">4I", header)
        body = stream.read(length - 16)
        status, answer = OK, b""
        if command in BINDS:
            answer = b"smsc\0"
        elif command == SUBMIT_SM:
            if tpdu := deliver(body):
                print("tpdu", tpdu.hex(), flush=True)
                submitted += 1
                answer = b"%d\0" % submitted
            else:
                status = INVALID_LENGTH
        elif command not in (UNBIND, ENQUIRE_LINK):
            status = INVALID_COMMAND
        stream.write(struct.pack(">4I", 16 + len(answer), command | RESPONSE, status, number) + answer)
        stream.flush()
        if command == UNBIND:
            return


with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    print("ready", flush=True)
    client, _ = listener.accept()
    with client.makefile("rwb") as stream:
        serve(stream)
