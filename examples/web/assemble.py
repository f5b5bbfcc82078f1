"""Puts the page, its style, its script and the module into one HTML file.

assemble.py MODULE PAGE
"""

import base64
import hashlib
import pathlib
import sys

here = pathlib.Path(__file__).parent / "page"
module, page = map(pathlib.Path, sys.argv[1:])


def source(text):
    """The source expression that allows this text, and no other."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


style = (here / "style.css").read_text()
script = (here / "script.js").read_text()
# No request of any kind: `default-src` holds for connections, images, frames, workers, fonts.
policy = "; ".join(
    [
        "default-src 'none'",
        f"script-src {source(script)} 'wasm-unsafe-eval'",
        f"style-src {source(style)}",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    ]
)
parts = {
    "@POLICY@": policy,
    "@STYLE@": style,
    "@MODULE@": base64.b64encode(module.read_bytes()).decode(),
    "@SCRIPT@": script,
}
text = (here / "page.html").read_text()
for name, part in parts.items():
    assert text.count(name) == 1, name
    text = text.replace(name, part)
page.write_text(text)
print(f"page {len(text.encode())} octets, module {module.stat().st_size} octets")
