#!/usr/bin/env python3
"""What tshark makes of packets, read as lines of hexadecimal: the wanted fields of the last one, one per line.

    dissect.py udp|sms|smpp|obex FIELD ... <packets
"""
import json
import subprocess
import sys
import tempfile

# How text2pcap is to frame what it is given: ports, or the dissector that gets it.
FRAMES = {
    "udp": ["-u", "49154,2948"],
    "sms": ["-P", "gsm_sms"],
    "smpp": ["-T", "40000,2775"],
    "obex": ["-P", "obex"],
}


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
kind, *wanted = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    text, capture = folder + "/text", folder + "/capture"
    with open(text, "w") as file:
        for line in sys.stdin:
            octets = line.strip()
            file.write("000000 " + " ".join(octets[i : i + 2] for i in range(0, len(octets), 2)) + "\n")
    subprocess.run(["text2pcap", "-q", *FRAMES[kind], text, capture], check=True, stderr=subprocess.DEVNULL)
    output = subprocess.run(
        ["tshark", "-r", capture, "-T", "json", "--no-duplicate-keys"],
        check=True, capture_output=True,
    ).stdout
found = fields(json.loads(output)[-1]["_source"]["layers"], {})
for name in wanted:
    print(name, *found.get(name, ["-"]))
