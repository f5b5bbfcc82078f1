#!/usr/bin/env python3
"""What tshark makes of packets, read as lines of hexadecimal: the wanted fields of the last one, one per line.

    dissect.py udp|sms|smpp|obex|rp|cdma FIELD ... <packets
"""
import json
import os
import subprocess
import sys
import tempfile

# How text2pcap frames its packets: ports, or the dissector that gets them.
FRAMES = {
    "udp": ["-u", "49154,2948"],
    "sms": ["-P", "gsm_sms"],
    "smpp": ["-T", "40000,2775"],
    "obex": ["-P", "obex"],
    "rp": ["-P", "gsm_a_rp"],
    "cdma": ["-P", "ansi_637_trans"],
}
# Neither preferences nor plugins of whoever runs this.
ENVIRONMENT = {**os.environ, "HOME": "/nonexistent"}


def capture(path, packets, framing):
    """Writes packets, given in hexadecimal, as a capture."""
    # The letter is the direction, "out", for those framings that ask for one by -D.
    lines = [
        "O\n000000 " + " ".join(octets[i : i + 2] for i in range(0, len(octets), 2)) + "\n"
        for octets in packets
    ]
    with open(path + ".text", "w") as file:
        file.writelines(lines)
    subprocess.run(["text2pcap", "-q", *framing, path + ".text", path], check=True, stderr=subprocess.DEVNULL)


def layers(path, *options):
    """Returns the layers of each packet as tshark sees them."""
    output = subprocess.run(
        ["tshark", "-r", path, *options, "-T", "json", "--no-duplicate-keys"],
        check=True, capture_output=True, env=ENVIRONMENT,
    ).stdout
    return [packet["_source"]["layers"] for packet in json.loads(output)]


def fields(layer, found):
    """Every field of a layer with its values, however deep it lies."""
    for name, value in layer.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                fields(part, found)
            elif not name.endswith("_raw"):
                found.setdefault(name, []).append(part.replace(":", "") if name in OCTETS else part)
    return found


OCTETS = {"media.type", "obex.header.value.byte_sequence"}


def main(kind, *wanted):
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/capture"
        capture(path, [line.strip() for line in sys.stdin], FRAMES[kind])
        found = fields(layers(path)[-1], {})
    for name in wanted:
        print(name, *found.get(name, ["-"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
