"""A shell: cutting the theme's page at its slots, filling it, and the policy that the page carries."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.shell import CURRENT, POLICY_MARKER, SLOTS, ShellError, cut_shell, slot_marker, write_policy

NONCE = "0123456789abcdef"
NAMES = (*SLOTS, CURRENT + "home", CURRENT + "regions")


def make_page(names: tuple[str, ...] = NAMES) -> str:
    return "<html>" + "".join(f"<{name}>{slot_marker(NONCE, name)}</{name}>" for name in names) + "</html>"


def cut(html: str):
    return cut_shell(html, nonce=NONCE, language="kk", depth=2)


def test_fill_puts_every_part_in_its_place():
    """A filled shell is the theme's page with the page's own parts, and nothing of a marker is left."""
    page = cut(make_page()).fill(title="T", head="<h>", switch="<s>", content="<c>", section="regions")
    assert page == (
        "<html><title>T</title><head><h></head><switch><s></switch><content><c></content>"
        '<current-home></current-home><current-regions> aria-current="true"</current-regions></html>'
    )


def test_a_page_outside_the_navigation_marks_nothing():
    """Without a section, or with one that the navigation lacks, no link is marked as the reader's place."""
    for section in ("", "calendar"):
        assert "aria-current" not in cut(make_page()).fill(title="", head="", switch="", content="", section=section)


@given(st.text())
def test_title_is_text(title):
    """A title with HTML in it is shown as written, never run."""
    page = cut(make_page()).fill(title=title, head="", switch="", content="")
    inside = re.search("<title>(.*?)</title>", page, re.DOTALL).group(1)
    assert "<" not in inside and '"' not in inside
    assert not re.search("&(?!amp;|lt;|gt;|quot;|#x27;)", inside)


def test_parts_may_look_like_markers():
    """What stands in a part stays there, even when it is written like a slot."""
    marker = slot_marker(NONCE, "switch")
    assert cut(make_page()).fill(title="", head="", switch="S", content=marker).count(marker) == 1


@pytest.mark.parametrize("slot", SLOTS)
def test_missing_slot_is_named(slot):
    """A template that lost a slot stops the build, and the message names the slot and the language."""
    with pytest.raises(ShellError, match=f"language kk must have exactly one slot {slot}"):
        cut(make_page(tuple(name for name in NAMES if name != slot)))


@pytest.mark.parametrize("slot", SLOTS)
def test_double_slot_is_named(slot):
    """A slot that stands twice stops the build: the content would be published twice."""
    with pytest.raises(ShellError, match=slot):
        cut(make_page((*NAMES, slot)))


def test_unknown_slot_is_named():
    """A slot that no page fills stops the build."""
    with pytest.raises(ShellError, match="nothing fills: sidebar"):
        cut(make_page((*NAMES, "sidebar")))


def test_shell_travels_to_another_process():
    """Pickling keeps a shell whole: rendering may happen in a pool."""
    shell = cut(make_page())
    assert pickle.loads(pickle.dumps(shell)) == shell


def test_digest_does_not_depend_on_the_nonce():
    """Two renderings of one page have one digest, so that nothing is rebuilt; another page has another."""
    other = cut_shell(make_page().replace(NONCE, "f" * 16), nonce="f" * 16, language="kk", depth=2)
    assert other == cut(make_page())
    assert cut(make_page().replace("<html>", "<html lang=kk>")).digest != other.digest
    assert cut(make_page(tuple(reversed(NAMES)))).digest != other.digest


# ---------------------------------------------------------------- Content-Security-Policy


def read_policy(html: str, **options) -> dict[str, list[str]]:
    """Directive -> sources, of the policy that is written into the page."""
    page = write_policy(f'<meta content="{POLICY_MARKER}">{html}', **options)
    policy = re.match('<meta content="([^"]*)">', page).group(1)
    return {words[0]: words[1:] for words in map(str.split, policy.split(";"))}


def test_policy_allows_only_the_site_itself():
    """Nothing is loaded from elsewhere, and no script or style stands inline."""
    policy = read_policy('<script src="a.js" defer></script><script type="application/ld+json">{}</script>')
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["font-src"] == ["'self'"]
    assert policy["img-src"] == ["'self'", "data:"]


def test_policy_allows_a_templates_inline_script_by_its_hash():
    """An inline script of the theme or of overrides/ keeps working, and only as it stands there."""
    sources = read_policy("<script>alert(1)</script><script>alert(1)</script>")["script-src"]
    assert sources == ["'self'", "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]


def test_policy_allows_no_script_that_editors_write():
    """Inline scripts in the text of a page are blocked, beside an allowed one of the templates."""
    content = "<p>Text</p><script>steal()</script>"
    assert len(read_policy(f"<script>ours()</script>{content}", content=content)["script-src"]) == 2
    assert len(read_policy(f"<script>ours()</script>{content}")["script-src"]) == 3


def test_preview_allows_the_reload_script():
    """mkdocs serve adds an inline script to each page after it is written; only a preview allows that."""
    assert read_policy("<script>ours()</script>", is_preview=True)["script-src"] == ["'self'", "'unsafe-inline'"]
    assert read_policy("", is_preview=True)["default-src"] == ["'none'"]
