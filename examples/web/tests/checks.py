"""Checks the page in Chromium, and prints a line a check.

checks.py PAGE SCREENSHOTS
"""

import json
import pathlib
import sys

from browser import Browser

page, screenshots = map(pathlib.Path, sys.argv[1:])
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
CDMA = ["WDP: segment over CDMA", "WDP: ports"]
SMS = ["WDP: user data header"]
# Name: paste, outermost layer, layers before WSP, who sent it.
MESSAGES = {
    "T1 SMS-DELIVER": (DELIVER, "tpdu", ["TPDU: SMS-DELIVER", *SMS], "+44770001234"),
    "T2 +CMT": (
        f"+CMT: ,74\n{CENTRE}{DELIVER}",
        "tpdu",
        ["Service centre address", "TPDU: SMS-DELIVER", *SMS],
        "+44770001234",
    ),
    "T3 SMS-SUBMIT": (SUBMIT, "tpdu", ["TPDU: SMS-SUBMIT", *SMS], None),
    "T4 AT+CMGS": (
        f"AT+CMGS=68\n> 00{SUBMIT}^Z",
        "tpdu",
        ["Service centre address", "TPDU: SMS-SUBMIT", *SMS],
        None,
    ),
    "T5 SMS-SUBMIT with TP-VP": (
        f"51000c914477000910320004a737{USER_DATA}",
        "tpdu",
        ["TPDU: SMS-SUBMIT", *SMS],
        None,
    ),
    "T6 RP-DATA to the device": (
        f"012a{CENTRE}004a{DELIVER}",
        "rp",
        ["RP: RP-DATA", "TPDU: SMS-DELIVER", *SMS],
        "+44770001234",
    ),
    "T7 RP-DATA to the network": (
        f"002a00{CENTRE}44{SUBMIT}",
        "rp",
        ["RP: RP-DATA", "TPDU: SMS-SUBMIT", *SMS],
        None,
    ),
    "T8 bearer data": (BEARER_DATA, "cdma-message", ["CDMA: bearer data", *CDMA], None),
    "T9 point-to-point message": (
        f"0000021004020702911deaa848c00840{BEARER_DATA}",
        "cdma-message",
        ["CDMA: point-to-point message", *CDMA],
        "4477000123",
    ),
    "T10 nested bearer data": (
        NESTED,
        "cdma-message",
        ["CDMA: point-to-point message", *CDMA],
        "4477000123",
    ),
}
SEEN = """(() => {
    const texts = (of, selector) => [...of.querySelectorAll(selector)].map((it) => it.innerText);
    return [...document.querySelectorAll('article')].map((of) => ({
        verdict: texts(of, '.verdict p'),
        layers: texts(of, 'caption'),
        facts: Object.fromEntries([...of.querySelectorAll('dl div')].map((it) => [...it.children].map((of) => of.innerText))),
        rows: Object.fromEntries([...of.querySelectorAll('tbody tr')].map((it) => [it.cells[2].innerText, it.cells[3].innerText])),
        wrong: [...of.querySelectorAll('.pane mark')].map((it) => it.innerText),
    }));
})()"""

browser = Browser()
checks = 0


def check(name, found, expected):
    """Compares, and counts."""
    global checks
    if found != expected:
        browser.screenshot(screenshots / "failed.png")
        sys.exit(f"web {name}: expected {expected!r}, found {found!r}")
    checks += 1
    print(f"web {name}: ok")


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


def active(expression):
    return browser.value(f"document.activeElement.{expression}")


def chosen(what):
    """The rows and the octets that are marked."""
    rows = f"[...document.querySelectorAll('tbody tr.{what} th')].map((it) => it.innerText)"
    runs = f"[...document.querySelectorAll('.run.{what}')].map((it) => it.innerText).join(' ')"
    return browser.value(f"[{rows}, {runs}]")


browser.size(1300, 900)
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

check("no password", words(read(USER_DATA, "")[0])[0], "Nothing was verified: there was no password.")
check("wrong password", words(read(USER_DATA, "wrong")[0])[0], "Not authentic: the digest does not match.")
browser.screenshot(screenshots / "wrong.png")
check("status says so", browser.value("document.querySelector('#status').innerText"), "Not authentic: the digest does not match.")
choose("nonce_form", "base64")
check(
    "nonce in another form",
    words(read(USER_DATA, nonce="00000000")[0])[:1],
    ["Authentic under the nonce 00000000: resynchronisation, OMA §5.1."],
)
check("nonce that cannot be read", words(read(USER_DATA, nonce="%")[0])[0], "Nothing was verified: the nonce cannot be read.")
check(
    "and the control says why",
    browser.value("[document.querySelector('#nonce').ariaInvalid, document.querySelector('#nonce-problem').innerText !== '']"),
    ["true", True],
)
choose("nonce_form", "hexadecimal")

# --- Errors

for octets, mark in (50, "63"), (37, "··"):
    short = read(USER_DATA[: 2 * octets])[0]
    found = (words(short)[0], short["wrong"])
    check(f"error after {octets} octets", found, ("Error: truncated server-identifier at octet 37.", [mark]))
browser.screenshot(screenshots / "error.png")
check("no hexadecimal", words(read("0605 hello")[0])[0].startswith("Error: "), True)
check("markup is text", browser.value("document.querySelector('article b')") is None and len(read("<b>06</b>")), 1)

print(f"web {checks} checks ok")
browser.close()
