#!/usr/bin/env python3
"""The network between a gateway and one device: an SMSC (SMPP 3.4), and UDP to the push port.

    network.py PORT     the SMSC listens at 127.0.0.1:PORT, for one client

Prints a line for all that the device gets, as `handset --replay` takes it:

    # ready
    tpdu HEX            a submit_sm, as the SMS-DELIVER TPDU of TS 23.040 §9.2.2.1
    udp 2948 HEX        the payload of a datagram
"""
import re
import socket
import struct
import sys
import threading

PUSH_PORT = 2948
OK, INVALID_LENGTH, INVALID_COMMAND = 0x00, 0x01, 0x03
SUBMIT_SM, UNBIND, ENQUIRE_LINK = 0x04, 0x06, 0x15
BINDS = {0x01, 0x02, 0x09}
RESPONSE = 0x80000000
# TP-SCTS: 22 November 2026, 12:00:00 GMT.
TIME_STAMP = bytes.fromhex("62112221000000")


def say(line):
    """Prints a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def c_string(body, at):
    """Returns a string that ends in a zero octet, and where the next field begins."""
    end = body.index(0, at)
    return body[at:end], end + 1


def address(ton, npi, digits):
    """Returns a TP-address: number of digits, their kind, then two an octet, low nibble first."""
    padded = digits.decode() + "F" * (len(digits) % 2)
    pairs = (padded[i + 1] + padded[i] for i in range(0, len(padded), 2))
    return bytes([len(digits), 0x80 | ton << 4 | npi]) + bytes.fromhex("".join(pairs))


def deliver(body):
    """Returns the SMS-DELIVER TPDU of a submit_sm, or None if its fields do not fit into one."""
    _, at = c_string(body, 0)
    ton, npi = body[at : at + 2]
    source, at = c_string(body, at + 2)
    _, at = c_string(body, at + 2)
    esm_class, protocol_id = body[at : at + 2]
    _, at = c_string(body, at + 3)
    _, at = c_string(body, at)
    data_coding, length = body[at + 2], body[at + 4]
    user_data = body[at + 5 : at + 5 + length]
    if len(user_data) != length or length > 140 or not re.fullmatch(rb"[0-9]{1,20}", source):
        return None
    # TP-MTI 0; TP-MMS 1: no more messages; TP-UDHI as in esm_class.
    first = 0x04 | esm_class & 0x40
    fields = bytes([protocol_id, data_coding]) + TIME_STAMP + bytes([length]) + user_data
    return bytes([first]) + address(ton, npi, source) + fields


def serve(stream):
    """Answers the client, until it unbinds or is gone."""
    submitted = 0
    while len(header := stream.read(16)) == 16:
        length, command, _, number = struct.unpack(">4I", header)
        body = stream.read(length - 16)
        status, answer = OK, b""
        if command in BINDS:
            answer = b"smsc\0"
        elif command == SUBMIT_SM and (tpdu := deliver(body)):
            say("tpdu " + tpdu.hex())
            submitted += 1
            answer = b"%d\0" % submitted
        elif command == SUBMIT_SM:
            status = INVALID_LENGTH
        elif command not in (UNBIND, ENQUIRE_LINK):
            status = INVALID_COMMAND
        response = struct.pack(">4I", 16 + len(answer), command | RESPONSE, status, number)
        stream.write(response + answer)
        stream.flush()
        if command == UNBIND:
            return


def receive(datagrams):
    """Prints every datagram."""
    while True:
        say(f"udp {PUSH_PORT} {datagrams.recv(65535).hex()}")


datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", PUSH_PORT))
threading.Thread(target=receive, args=[datagrams], daemon=True).start()
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    say("# ready")
    client, _ = listener.accept()
    with client.makefile("rwb") as stream:
        serve(stream)
