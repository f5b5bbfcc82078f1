#!/usr/bin/env python3
"""Has Kannel's push proxy gateway push a Package #0, and prints what its bearers deliver, one line of hexadecimal each.

    kannel_push.py udp FILE     the payload of the datagram to port 2948
    kannel_push.py sms FILE     TP-User-Data of each short message, as the SMSC gets it
"""
import http.client
import socket
import sys
import urllib.parse

GATEWAY, SMSC, PUSH = ("127.0.0.1", 13020), ("127.0.0.1", 13010), ("127.0.0.1", 2948)

bearer, file = sys.argv[1:]
package0 = open(file, "rb").read()
if bearer == "udp":
    address, quality = "WAPPUSH=127.0.0.1/TYPE=IPv4@interop", 'bearer="CSD" network="GSM"'
    arrivals = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    arrivals.bind(PUSH)
else:
    address, quality = "WAPPUSH=+447700900123/TYPE=PLMN@interop", 'bearer="SMS" network="GSM"'
    arrivals = socket.create_connection(SMSC)
arrivals.settimeout(20)

control = f"""<?xml version="1.0"?>
<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd">
<pap><push-message push-id="interop-{bearer}" progress-notes-requested="false">
<address address-value="{address}"></address>
<quality-of-service priority="low" delivery-method="unconfirmed" {quality}
 network-required="true" bearer-required="true"></quality-of-service>
</push-message></pap>"""
body = b"\r\n".join([
    b"--part", b"Content-Type: application/xml", b"", control.encode(),
    b"--part", b"Content-Type: application/vnd.syncml.notification",
    b"X-Wap-Application-Id: x-wap-application:syncml.dm", b"", package0,
    b"--part--", b"",
])
gateway = http.client.HTTPConnection(*GATEWAY)
gateway.request("POST", "/push?username=interop&password=interop", body, {
    "Content-Type": 'multipart/related; boundary=part; type="application/xml"',
    "X-Wap-Application-Id": "x-wap-application:syncml.dm",
})
response = gateway.getresponse()
answer = response.read()
if response.status != 202:
    sys.exit(f"{response.status} {answer!r}")

if bearer == "udp":
    print(arrivals.recv(65535).hex())
else:
    # A line of Kannel's fake SMSC: sender, receiver, "udh", user data header, "data", data.
    for line in arrivals.makefile():
        _, _, _, header, _, data = line.rstrip("\n").replace("+", " ").rsplit(" ", 5)
        user_data = b"".join(urllib.parse.unquote_to_bytes(part) for part in (header, data))
        print(user_data.hex(), flush=True)
        # The concatenation element, where there is one, is the last: total and number.
        if user_data[0] == 6 or user_data[user_data[0] - 1] == user_data[user_data[0]]:
            break
