"""Checks the page in Chromium, and prints a line a check.

checks.py PAGE AXE SCREENSHOTS
"""

import base64
import hashlib
import json
import pathlib
import socket
import sys

from browser import Browser

page, axe, screenshots = map(pathlib.Path, sys.argv[1:])
screenshots.mkdir(exist_ok=True)

# Appendix C over every bearer, as TS 23.040, TS 24.011 and C.S0015 frame it; each was read by
# tshark before it was read here.
USER_DATA = (
    "0605040b84c002010603c4af87e4000751d15da7d8b5fc1fbce45ee71502d0000000123412636f6d2e6d676d74737276"
    "2e6d616e616765"
)
DELIVER = f"440b914477001032f400f56211220000000037{USER_DATA}"
SUBMIT = f"41000c91447700091032000437{USER_DATA}"
BEARER_DATA = (
    "0003112340013901b800080600105c2008301e257c3f20003a8e8aed3ec5afe0fde722f738a8168000000091a0931b7b"
    "69736b3b6ba39b93b1736b0b730b3b28"
)
NESTED = (
    "000002fdea020702911deaa848c008490003100010014202000018ab6b0009c80dc00040300082e1004180f12be1f900"
    "01d4745769f62d7f07ef3917b9c540b4000000048d0498dbdb4b9b59db5d1cdc9d8b9b585b9859d940"
)
CENTRE = "0791447758100650"
CDMA_MESSAGE = "CDMA: C.S0015 message or bearer data"
CDMA = ["WDP: segment over CDMA", "WDP: ports"]
SMS = ["WDP: user data header"]
# Name: paste, outermost layer, layers before WSP, who sent it.
MESSAGES = {
    "T1 SMS-DELIVER": (
        DELIVER,
        "SMS-DELIVER or SMS-SUBMIT",
        ["TPDU: SMS-DELIVER", *SMS],
        "+44770001234",
    ),
    "T2 +CMT": (
        f"+CMT: ,74\n{CENTRE}{DELIVER}",
        "SMS-DELIVER or SMS-SUBMIT",
        ["Service centre address", "TPDU: SMS-DELIVER", *SMS],
        "+44770001234",
    ),
    "T3 SMS-SUBMIT": (SUBMIT, "SMS-DELIVER or SMS-SUBMIT", ["TPDU: SMS-SUBMIT", *SMS], None),
    "T4 AT+CMGS": (
        f"AT+CMGS=68\n> 00{SUBMIT}^Z",
        "SMS-DELIVER or SMS-SUBMIT",
        ["Service centre address", "TPDU: SMS-SUBMIT", *SMS],
        None,
    ),
    "T5 SMS-SUBMIT with TP-VP": (
        f"51000c914477000910320004a737{USER_DATA}",
        "SMS-DELIVER or SMS-SUBMIT",
        ["TPDU: SMS-SUBMIT", *SMS],
        None,
    ),
    "T6 RP-DATA to the device": (
        f"012a{CENTRE}004a{DELIVER}",
        "RP-DATA (SMS over IMS)",
        ["RP: RP-DATA", "TPDU: SMS-DELIVER", *SMS],
        "+44770001234",
    ),
    "T7 RP-DATA to the network": (
        f"002a00{CENTRE}44{SUBMIT}",
        "RP-DATA (SMS over IMS)",
        ["RP: RP-DATA", "TPDU: SMS-SUBMIT", *SMS],
        None,
    ),
    "T8 bearer data": (BEARER_DATA, CDMA_MESSAGE, ["CDMA: bearer data", *CDMA], None),
    "T9 point-to-point message": (
        f"0000021004020702911deaa848c00840{BEARER_DATA}",
        CDMA_MESSAGE,
        ["CDMA: point-to-point message", *CDMA],
        "4477000123",
    ),
    "T10 nested bearer data": (
        NESTED,
        CDMA_MESSAGE,
        ["CDMA: point-to-point message", *CDMA],
        "4477000123",
    ),
}
SEEN = """(() => {
    const texts = (of, selector) => [...of.querySelectorAll(selector)].map((it) => it.innerText);
    return [...document.querySelectorAll('article')].map((of) => ({
        verdict: texts(of, '.verdict p'),
        layers: texts(of, 'h3'),
        facts: Object.fromEntries([...of.querySelectorAll('dl div')].map((it) => it.innerText.split('\\n'))),
        wrong: [...of.querySelectorAll('.pane mark')].map((it) => it.textContent),
    }));
})()"""
# Every way in which a script could send something; the directives that refused, in order.
ATTEMPTS = """new Promise((done) => {
    const refused = [];
    document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
    const to = 'http://ADDRESS/';
    const add = (name, values) => document.body.append(Object.assign(document.createElement(name), values));
    fetch(to).catch(() => {});
    navigator.sendBeacon(to, 'x');
    new EventSource(to);
    try { new WebSocket('ws://ADDRESS/'); } catch {}
    new Image().src = to;
    add('iframe', { src: to });
    add('link', { rel: 'stylesheet', href: to });
    try { add('script', { src: to }); } catch {}
    add('base', { href: to });
    add('form', { action: to, method: 'post' });
    document.querySelector('form').submit();
    setTimeout(() => done(refused.sort()), 500);
})"""

browser = Browser()
checks = failures = 0


def check(name, found, expected):
    """Compares, and counts."""
    global checks, failures
    if found == expected:
        checks += 1
        print(f"web {name}: ok")
    else:
        failures += 1
        print(f"web {name}: expected {expected!r}, found {found!r}")
        browser.screenshot(screenshots / f"failed-{failures}.png")


def settled():
    browser.wait_for("document.querySelector('#results').getAttribute('aria-busy') === 'false'")


def enter(control, text):
    """Replaces what a control holds, as by a paste."""
    browser.value(f"document.querySelector('#{control}').focus()")
    browser.value("document.activeElement.select()")
    if text:
        browser.call("Input.insertText", text=text)
    else:
        browser.value("document.execCommand('delete')")
    settled()


def choose(control, option):
    browser.value(
        f"(() => {{ const it = document.querySelector('#{control}'); it.value = '{option}';"
        "it.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    settled()


def read(paste, secret="password", nonce="00000000"):
    """Pastes, and returns what the page then says of each message."""
    enter("secret", secret)
    enter("nonce", nonce)
    enter("paste", paste)
    return browser.value(SEEN)


def words(message):
    """The verdict without its mark."""
    first, *others = message["verdict"]
    return [first[1:].strip(), *others]


def shown(selector):
    """The text of an element; None if there is none."""
    return browser.value(f"document.querySelector({json.dumps(selector)})?.innerText")


def invalid(control):
    return browser.value(f"document.querySelector('#{control}').ariaInvalid")


def chosen(what):
    """The rows and the octets that are marked."""
    rows = f"[...document.querySelectorAll('tr.{what} th')].map((it) => it.innerText)"
    runs = f"[...document.querySelectorAll('.run.{what}')].map((it) => it.innerText).join('')"
    rows, octets = browser.value(f"[{rows}, {runs}]")
    return rows, octets.replace(" ", "")


def accepted(server):
    """The next connection; None if there is none soon."""
    try:
        return server.accept()[0]
    except TimeoutError:
        return None


def received(connection):
    """What is sent over a connection soon."""
    with connection:
        connection.settimeout(1)
        try:
            return connection.recv(1 << 16)
        except TimeoutError:
            return b""


browser.size(1300, 900)
browser.offline()
browser.call("Page.navigate", url=page.resolve().as_uri())
browser.wait_for("document.readyState === 'complete' && typeof update === 'function'")
settled()
browser.screenshot(screenshots / "empty.png")

for name, (paste, bearer, layers, sender) in MESSAGES.items():
    [message] = read(paste)
    expected = (
        ["Authentic under the stored nonce.", "Conforms to 1.2.1."],
        [*layers, "WSP: push", "Package #0"],
        (bearer, sender, "com.mgmtsrv.manage"),
    )
    facts = message["facts"]
    found = (
        words(message),
        message["layers"],
        (facts["Read as"], facts.get("From"), facts["Server"]),
    )
    check(name, found, expected)

# --- Verdicts

NOT_AUTHENTIC = "Not authentic: the digest does not match."
STORED = "Authentic under the stored nonce."


def verdict(*arguments, **more):
    """The first words on the only message of a paste."""
    [message] = read(*arguments, **more)
    return words(message)[0]


check("no password", verdict(USER_DATA, ""), "Nothing was verified: there was no password.")
check("wrong password", verdict(USER_DATA, "wrong"), NOT_AUTHENTIC)
check("the status says so", shown("#status"), NOT_AUTHENTIC)
resync = "Authentic under the nonce 00000000: resynchronisation, OMA §5.1."
check("no nonce", verdict(USER_DATA, nonce=""), resync)
unread = "Nothing was verified: the nonce cannot be read."
check("a nonce that cannot be read", verdict(USER_DATA, nonce="0z"), unread)
check("and the control says why", (shown("#nonce-problem") != "", invalid("nonce")), (True, "true"))
choose("secret_form", "hash")
unread = "Nothing was verified: the secret cannot be read."
check("a hash that cannot be read", verdict(USER_DATA), unread)
check("and the control says so", (invalid("nonce"), invalid("secret")), ("false", "true"))
digest = hashlib.md5(b"com.mgmtsrv.manage:password").digest()
for form, text in ("hexadecimal", digest.hex()), ("Base64", base64.b64encode(digest).decode()):
    check(f"stored hash in {form}", verdict(USER_DATA, text), STORED)
choose("secret_form", "password")
choose("nonce_form", "text")
browser.click("#resync")
check(
    "a nonce in the wrong form is named",
    words(read(USER_DATA)[0])[:2],
    [NOT_AUTHENTIC, "The nonce would match as hexadecimal."],
)
choose("nonce_form", "hexadecimal")

# --- Errors

for octets, mark in (50, "63 error"), (37, "·· missing"):
    short = read(USER_DATA[: 2 * octets])[0]
    found = (words(short)[0], short["wrong"])
    check(
        f"error after {octets} octets",
        found,
        ("Error: truncated server-identifier at octet 37.", [mark]),
    )
browser.screenshot(screenshots / "error.png")
foreign = "Error: not for OMA DM: foreign X-Wap-Application-Id at octet 11."
check("a push for MMS", verdict(USER_DATA.replace("af87", "af84")), foreign)
check("no hexadecimal", verdict("0605 hello").startswith("Error: "), True)
check("markup is text", (len(read("<b>06</b>")), shown("article b")), (1, None))

browser.value("compiled = Promise.reject(new Error('out of memory')); compiled.catch(() => {}); 0")
enter("paste", "06")
check(
    "a decoder that fails says so",
    shown("#results"),
    "The decoder failed: out of memory. Please report it with what you pasted.",
)
browser.value("compiled = undefined")

# --- Segments, and several messages

push = USER_DATA[14:]
segments = [
    f"0b05040b84c00200032a0201{push[:60]}",
    f"0b05040b84c00200032a0202{push[60:]}",
]
[joined] = read("\n".join(reversed(segments)))
check(
    "segments in any order",
    (words(joined)[0], joined["facts"]["Segments"], joined["layers"][-3:]),
    (STORED, "2", ["WDP: short messages", "WSP: push", "Package #0"]),
)
browser.screenshot(screenshots / "segments.png")
check("a segment alone", verdict(segments[1]), "Error: 1 segment is missing.")
several = read(f"{DELIVER}\n{SUBMIT}\n{USER_DATA[:-20]}")
check("several messages", len(several), 3)
check(
    "the status counts them",
    shown("#status"),
    "3 messages: 2 authentic, 1 with an error.",
)
browser.screenshot(screenshots / "several.png")

# --- Octets and rows highlight each other

SERVER = ["server-identifier"], USER_DATA[74:].upper()
VERSION = ["version", "ui-mode", "initiator", "future-use"], "02D0000000"
read(USER_DATA)
browser.point_at(".run[data-start='37']")
check("pointing at octets marks their row", chosen("near"), SERVER)
browser.point_at("tr[data-start='29'] ~ tr")
check("pointing at a row marks its octets", chosen("near"), VERSION)
browser.click("tr[data-start='37'] td:last-child")
check("a click on a row chooses it", chosen("chosen"), SERVER)
browser.click(".run[data-start='29']")
check("a click on octets chooses them", chosen("chosen"), VERSION)

# --- The keyboard

WHERE = "[document.activeElement.id || document.activeElement.innerText]"
browser.value("document.activeElement.blur(); scrollTo(0, 0)")
browser.click("h1")
stops = []
for _ in range(13):
    browser.press("Tab")
    stops += browser.value(WHERE)
check(
    "Tab goes through everything",
    stops,
    ["paste", "example", "clear", "secret", "secret_form", "shown", "nonce", "nonce_form", "resync"]
    + ["How it arrived", "02 D0 00 00 00", "version", "As text and JSON, to copy"],
)
browser.value("document.querySelector('.run').focus()")
browser.press("ArrowRight", 3)
check("an arrow goes to the next octets", chosen("chosen"), (["destination port"], "0B84"))
browser.press("Enter")
check("Enter goes to their row", browser.value(WHERE), ["destination port"])
browser.press("End")
check("End goes to the last row", chosen("chosen"), SERVER)
browser.press("ArrowUp", 2)
browser.press("Enter")
check("Enter goes to its octets", browser.value(WHERE), ["12 34"])

browser.size(400, 800)
read(USER_DATA + "ab" * 80)
browser.value("document.querySelector('th button').focus()")
browser.press("End")
octets, pane = browser.value(
    "['.run.chosen', '.pane'].map((it) => document.querySelector(it).getClientRects()[0])"
    ".map(({ top, bottom }) => [top, bottom])"
)
check("octets come into view when their row is chosen", pane[0] < octets[0] < pane[1] - 20, True)
browser.screenshot(screenshots / "long-400.png", whole=False)

# --- Screen readers, and 400 pixels


def tree():
    """The accessible names, by role."""
    names = {}
    for node in browser.call("Accessibility.getFullAXTree")["nodes"]:
        if not node["ignored"]:
            role = node["role"]["value"]
            names.setdefault(role, []).append(node.get("name", {}).get("value", ""))
    return names


def violations():
    """What axe finds: rules and elements."""
    of = "({ id, nodes }) => [id, ...nodes.map((node) => String(node.target))]"
    return browser.value(f"axe.run().then((it) => it.violations.map({of}))")


browser.value(axe.read_text() + "; 0")
for width, height in (1300, 900), (400, 800):
    for dark in False, True:
        browser.size(width, height, dark)
        read(USER_DATA)
        browser.value("for (const it of document.querySelectorAll('details')) it.open = true")
        label = f"{width} pixels, {'dark' if dark else 'light'}"
        check(f"axe, {label}", violations(), [])
        width_of_all = browser.value("document.documentElement.scrollWidth")
        check(f"nothing is cut off, {label}", width_of_all <= width, True)
    names = tree()
    check(
        f"names, {width} pixels",
        (names["textbox"], names["combobox"], names["checkbox"]),
        (
            ["Octets", "Secret", "Server nonce"],
            ["The secret is", "The nonce is", "Bearer"],
            [
                "Show the secret",
                "Accept the nonce 00000000 as well (resynchronisation)",
                "The CDMA carrier repeats the ports of segments",
            ],
        ),
    )
    check(
        f"a table, {width} pixels",
        (names["table"], names["columnheader"], names["rowheader"][:3]),
        (
            ["Fields, layer by layer"],
            ["At", "Octets", "Field", "Value"],
            ["WDP: user data header", "UDHL", "information element"],
        ),
    )

# --- Pictures

browser.size(1200, 900)
browser.click("#clear")
settled()
browser.click("#example")
settled()
check("the example is authentic", words(browser.value(SEEN)[0])[0], STORED)
browser.click("tr[data-start='37'] td:last-child")
browser.value("scrollTo(0, 0)")
browser.screenshot(screenshots / "page.webp")
PICTURES = {
    "authentic": (DELIVER, "password"),
    "wrong": (DELIVER, "wrong"),
    "error": (USER_DATA[:100], ""),
    "nested": (NESTED, "password"),
}
for name, (paste, secret) in PICTURES.items():
    for width, height, dark in (1300, 900, False), (400, 800, False), (400, 800, True):
        browser.size(width, height, dark)
        read(paste, secret)
        browser.value("scrollTo(0, 0)")
        browser.screenshot(screenshots / f"{name}-{width}{'-dark' if dark else ''}.png")
    browser.size(400, 800)
    browser.value("[...document.querySelectorAll('th button')].at(-1).focus()")
    browser.screenshot(screenshots / f"{name}-400-chosen.png", whole=False)

# --- Nothing leaves the page

browser.size(1300, 900)
check("the page asked for nothing but itself", set(browser.requests()), {page.resolve().as_uri()})
check("the browser has no complaint", browser.complaints(), [])
stores = "[localStorage.length, sessionStorage.length, document.cookie]"
check("nothing is stored", browser.value(stores), [0, 0, ""])
browser.online()
with socket.create_server(("127.0.0.1", 0)) as server:
    server.settimeout(1)
    address = f"127.0.0.1:{server.getsockname()[1]}"
    refused = browser.value(ATTEMPTS.replace("ADDRESS", address))
    heard = b""
    # Chromium may open a connection before it asks the policy, but must not use it.
    while connection := accepted(server):
        heard += received(connection)
check(
    "the policy refuses every request",
    refused,
    ["base-uri", *["connect-src"] * 4, "form-action", "frame-src", "img-src"]
    + ["require-trusted-types-for", "style-src-elem"],
)
check("and nobody hears one", heard, b"")

browser.click("#clear")
settled()
check(
    "everything can be cleared",
    (browser.value("[paste.value, secret.value, nonce.value]"), shown("#results")),
    (["", "", ""], ""),
)
browser.close()
if failures:
    sys.exit(f"web {failures} checks failed; see {screenshots}")
print(f"web {checks} checks ok")
