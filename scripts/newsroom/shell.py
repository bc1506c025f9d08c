"""A page of the theme, rendered once and cut at its slots, so that an article costs a join instead of a template.

theme renders a ghost page whose slots hold markers; `cut_shell` cuts the result there and `Shell.fill` puts the parts of a
real page in. Pure: no file, no clock, no MkDocs. A shell belongs to one language and one folder depth, because the links
of its header and footer are relative. Shells are frozen and small: they travel to other processes. Also here: the
Content-Security-Policy that every page carries, because it depends on the theme's HTML alone.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape

SLOTS = ("title", "head", "switch", "content")
"""The slots that every shell has once. `title` holds text, which `fill` escapes; the others hold HTML."""

CURRENT = "current-"
"""Prefix of the slots in the navigation: `current-regions` marks the link to the regions as the reader's place."""

CURRENT_ATTRIBUTE = ' aria-current="true"'

POLICY_MARKER = "the-content-security-policy-stands-here"
"""What main.html writes where `write_policy` puts the policy."""

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src=|type=\"?application/))[^>]*>(.*?)</script>", re.DOTALL)


class ShellError(Exception):
    """The theme's page lacks a slot or has one that nobody fills: a template was changed, or Material was."""


@dataclass(frozen=True, slots=True)
class Shell:
    """What the theme puts around the pages of one language at one depth."""

    language: str
    depth: int | None
    """Number of folders in the page's URL; None: the links are absolute, for a page shown at any URL (404)."""
    parts: tuple[str, ...]
    """The HTML around the slots, one more than there are slots."""
    slots: tuple[str, ...]
    """The slots' names in the order of the page."""
    digest: bytes
    """SHA-256 over parts and slots: shells of equal digest fill to equal pages."""

    def fill(self, *, title: str, head: str, switch: str, content: str, section: str = "") -> str:
        """The whole HTML page. `section` is the id of the navigation entry that the page belongs to."""
        values = {"title": escape(title), "head": head, "switch": switch, "content": content}
        values[CURRENT + section] = CURRENT_ATTRIBUTE
        pieces = [self.parts[0]]
        for slot, part in zip(self.slots, self.parts[1:], strict=True):
            pieces += (values.get(slot, ""), part)
        return "".join(pieces)


def slot_marker(nonce: str, slot: str) -> str:
    """The text that stands for a slot in the ghost page: letters, digits and hyphens, which no template escapes."""
    return f"slot-{nonce}-{slot}-end-{nonce}"


def cut_shell(html: str, *, nonce: str, language: str, depth: int | None) -> Shell:
    """The shell that the ghost page makes. Raises ShellError, naming the slots that are missing, double or unknown."""
    pieces = re.split(f"slot-{re.escape(nonce)}-([a-z-]+?)-end-{re.escape(nonce)}", html)
    parts, slots = tuple(pieces[::2]), tuple(pieces[1::2])
    _check_slots(slots, language)
    return Shell(language=language, depth=depth, parts=parts, slots=slots, digest=_digest((*parts, *slots)))


def write_policy(html: str, *, content: str = "", is_preview: bool = False) -> str:
    """The page with its Content-Security-Policy in the place of POLICY_MARKER.

    Scripts come from the site alone. Inline scripts of the templates are allowed by their hashes, so a change of the theme
    needs no edit here; those of `content`, the HTML that editors wrote, are not. A preview allows them all, because
    `mkdocs serve` adds its reload script as an inline script after the page is written.
    """
    hashes = [_script_hash(script) for script in _INLINE_SCRIPT.findall(html.replace(content, "") if content else html)]
    scripts = " ".join(("'self'", "'unsafe-inline'") if is_preview else dict.fromkeys(("'self'", *hashes)))
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'"
    )
    return html.replace(POLICY_MARKER, policy, 1)


def _check_slots(slots: tuple[str, ...], language: str) -> None:
    wrong = [slot for slot in SLOTS if slots.count(slot) != 1]
    unknown = sorted({slot for slot in slots if slot not in SLOTS and not slot.startswith(CURRENT)})
    for names, rule in ((wrong, "must have exactly one slot"), (unknown, "has a slot that nothing fills:")):
        if names:
            raise ShellError(f"the theme's page for language {language} {rule} {', '.join(names)}; see overrides/main.html")


def _digest(texts: tuple[str, ...]) -> bytes:
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def _script_hash(script: str) -> str:
    """A source expression of CSP level 3 (section 2.3.1): the hash of the script's text exactly as it stands."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
