"""Markdown bodies: safe HTML with resolved links, and what stands in a body (link targets, heading ids, plain text).

CommonMark with tables, footnotes and strikethrough, parsed by pyromark and sanitised by nh3. A body without raw HTML whose
parsed HTML has nothing but the commonest tags is safe as it is, and nh3 is left out; every other body goes through it. What
comes out either way is well-formed, and `<`, `>` and `"` inside attribute values are escaped: the passes after it rely on
that to find tags with regular expressions (tests hold both ways to it). No file is read here: the caller's resolver knows
what exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from urllib.parse import unquote

import msgspec
import nh3
import pyromark

from .footnotes import NOTE_REFERENCE, move_notes
from .languages import make_slug
from .model import Picture, Target
from .picture_html import LAZY, arrange_pictures, picture_tag

HEADING_PREFIX = "h-"
"""What every heading id begins with, so that no heading can take an id of the page around it."""


class ResolvedLink(msgspec.Struct, frozen=True):
    """Where a local link or picture leads, seen from the page."""

    url: str
    hreflang: str = ""
    """Language of the target, when it is not the page's."""
    picture: Picture | None = None
    """Of a picture that has files of several widths: then the url is that of their folder."""


Resolver = Callable[[str], ResolvedLink | None]
"""Destination with percent-escapes and entities decoded -> where it leads; None drops the link and keeps its text."""


class Labels(msgspec.Struct, frozen=True):
    """Words that a body needs in its language; plain text, in which "{number}" stands for a number."""

    table: str
    """Name of a table for screen readers: "Table {number}"."""
    notes: str
    """Heading over the footnotes."""
    back: str
    """Name of the link from a footnote to the place that refers to it."""


class Body(msgspec.Struct, frozen=True):
    """A rendered body."""

    html: str
    headings: tuple[str, ...]
    """Ids of the headings, in their order."""


# ---------------------------------------------------------------- parsing and sanitising

_OPTIONS = pyromark.Options
MARKDOWN = pyromark.Markdown(
    options=_OPTIONS.ENABLE_TABLES | _OPTIONS.ENABLE_FOOTNOTES | _OPTIONS.ENABLE_STRIKETHROUGH
)
_ALIGNMENTS = ("left", "center", "right")
_TAGS = set(
    "a abbr b blockquote br cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p"
    " pre q s samp small span strong sub sup table tbody td th thead tr u ul var wbr".split()
)
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "iframe", "noembed", "noframes", "template", "xmp"},
    attributes={
        "a": {"href", "title"},
        "abbr": {"title"},
        "blockquote": {"lang"},
        "div": {"id"},
        "img": {"src", "alt", "title"},
        "ol": {"start"},
        "q": {"lang"},
        "span": {"lang"},
    },
    allowed_classes={
        "div": {"footnote-definition"},
        "sup": {"footnote-reference", "footnote-definition-label"},
        "td": {f"nr-{side}" for side in _ALIGNMENTS},
        "th": {f"nr-{side}" for side in _ALIGNMENTS},
    },
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
)


def render_body(text: str, *, resolve: Resolver, labels: Labels) -> Body:
    """Safe HTML of a Markdown body, for a place below the page's h1.

    External http, https, mailto and tel links stay; a link or picture that is none of these and that `resolve` does not know
    is dropped (a link keeps its text), and so are pictures of other hosts.
    """
    html, headings = _name_headings(_clean(text))
    if "<a" in html or "<img" in html:
        html = _rewrite_links(html, resolve, headings)
    if "<picture" in html:
        html = arrange_pictures(html)
    if "<div" in html or "footnote-reference" in html:
        html = move_notes(html, heading=labels.notes, back=labels.back)
    if "<table" in html:
        html = _wrap_tables(html, labels.table)
    return Body(html, headings)


def heading_ids(text: str) -> tuple[str, ...]:
    """Ids of a body's headings, that a link's fragment can point to; the same as `render_body` gives."""
    html = _clean(text) if _RAW_HTML.search(text) else _parse(text)
    return _name_headings(html)[1]


def plain_text(html: str) -> str:
    """The words of a rendered body, without footnote numbers and arrows; white space as it comes."""
    if "footnote" in html:
        html = _NOTE_SIGN.sub("", html)
    html = _INLINE_TAG.sub("", html)
    return unescape(_ANY_TAG.sub(" ", html))


_RAW_HTML = re.compile(r"<(?:[A-Za-z][A-Za-z0-9-]*[\s/>]|[/!?])")
"""The beginning of any raw HTML; not of an autolink."""


def _parse(text: str) -> str:
    return MARKDOWN.html(_replace_null(text))


def _replace_null(text: str) -> str:
    """As CommonMark (section 2.3) wants it; the sanitiser would do it too, but `find_targets` does without it."""
    return text.replace("\0", "\ufffd")


_PLAIN_HTML = re.compile(
    r'''(?:[^<]++|</?(?:p|em|strong|del|h[1-6]|ul|ol|li|blockquote|code)>|<ol start="\d++">|</a>'''
    r'''|<a href="(?:(?:https?://|mailto:|tel:)(?:[^"<>&]|&amp;)*+|(?:[^"<>&:]|&amp;)*+)"(?: title="[^"<>]*+")?>)*+'''
)
"""HTML that nh3 would change in nothing but the spelling of characters; for what is known to be well-formed."""


def _clean(text: str) -> str:
    html = _parse(text)
    if not _RAW_HTML.search(text) and _PLAIN_HTML.fullmatch(html):
        return html
    if ' style="text-align: ' in html:
        for side in _ALIGNMENTS:
            for cell in ("td", "th"):
                html = html.replace(f'<{cell} style="text-align: {side}">', f'<{cell} class="nr-{side}">')
    return _CLEANER.clean(html)


_NOTE_SIGN = re.compile(r'<a class="footnote-(?:ref|backref)"[^>]*>[^<]*</a>|<h2 id="fn-notes">[^<]*</h2>')
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr)(?: [^>]*)?>"
)
_ANY_TAG = re.compile(r"<[^>]*>")

# ---------------------------------------------------------------- headings and tables

_LONGEST_HEADING = 2000
"""Characters of HTML that an id is made of; unclosed tags can make one heading of a whole body."""

_HEADING_TAG = re.compile(r"<(/?)h([1-6])>")


def _name_headings(html: str) -> tuple[str, tuple[str, ...]]:
    """The HTML with an id on each heading and no h1 (one h1 moves all levels down), and the ids."""
    if "<h" not in html:
        return html, ()
    shift = "<h1>" in html
    ids: dict[str, int] = {}

    def replace(match: re.Match[str]) -> str:
        level = min(int(match[2]) + shift, 6)
        if match[1]:
            return f"</h{level}>"
        content, _, _ = html[match.end() : match.end() + _LONGEST_HEADING].partition("</h")
        return f'<h{level} id="{_make_heading_id(content, ids)}">'

    return _HEADING_TAG.sub(replace, html), tuple(ids)


def _make_heading_id(content: str, ids: dict[str, int]) -> str:
    """An id that is not among `ids`, which maps each id to the last number that was added to it."""
    text = unescape(_ANY_TAG.sub("", NOTE_REFERENCE.sub("", content)))
    stem = identifier = HEADING_PREFIX + (make_slug(text) or "section")
    number = ids.get(stem, 0)
    while identifier in ids:
        number = max(number, 1) + 1
        identifier = f"{stem}-{number}"
    ids[stem] = number
    ids[identifier] = 0
    return identifier


def _wrap_tables(html: str, label: str) -> str:
    """The HTML with each table in a box that scrolls sideways and can be reached with the keyboard."""
    first, *rest = html.replace("</table>", "</table></div>").split("<table>")
    pieces = [first]
    for number, piece in enumerate(rest, start=1):
        name = escape(label.replace("{number}", str(number)))
        pieces.append(f'<div class="nr-table" tabindex="0" role="region" aria-label="{name}"><table>{piece}')
    return "".join(pieces)


# ---------------------------------------------------------------- links and pictures

_WHITESPACE = " \t\n\f\r"
"""That of HTML; Python's \\s and strip() go further."""

_EXTERNAL = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]{2}|\\", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_LINK_TAG = re.compile(
    r"<(?:a(?P<link>(?: [^>]*)?)|(?P<end>/a)|img(?P<image>(?: [^>]*)?)"
    r'|(?P<note>sup class="footnote-reference"><a href="#[^"]*">\d+</a></sup))>'
)


def _rewrite_links(html: str, resolve: Resolver, ids: tuple[str, ...]) -> str:
    """The HTML with page-relative links and pictures; footnote references are left for `move_notes`."""
    kept: list[bool] = []

    def replace(match: re.Match[str]) -> str:
        if match["note"]:
            return match[0]
        if match["end"]:
            return match[0] if kept.pop() else ""
        if match["image"] is not None:
            return _render_image(dict(_ATTRIBUTE.findall(match["image"])), resolve)
        tag = "" if any(kept) else _render_link(dict(_ATTRIBUTE.findall(match["link"])), resolve, ids)
        kept.append(bool(tag))
        return tag

    return _LINK_TAG.sub(replace, html)


def _render_link(attributes: dict[str, str], resolve: Resolver, ids: tuple[str, ...]) -> str:
    """The opening tag; empty when the link is to be dropped."""
    written = attributes.get("href", "").strip(_WHITESPACE)
    destination = _decode(written)
    title = f' title="{attributes["title"]}"' if attributes.get("title") else ""
    if _EXTERNAL.match(written):
        relation = ' rel="external noopener"' if written[0] in "hH" else ""
        return f'<a href="{written}"{title}{relation}>'
    if destination.startswith("#"):
        return f'<a href="{escape(destination)}"{title}>' if destination[1:] in ids else ""
    target = _resolve_local(destination, resolve)
    if target is None:
        return ""
    language = f' hreflang="{escape(target.hreflang)}"' if target.hreflang else ""
    return f'<a href="{escape(target.url)}"{title}{language}>'


def _render_image(attributes: dict[str, str], resolve: Resolver) -> str:
    target = _resolve_local(_decode(attributes.get("src", "")), resolve)
    if target is None:
        return ""
    title = f' title="{attributes["title"]}"' if attributes.get("title") else ""
    alt = attributes.get("alt", "")
    if target.picture:
        return picture_tag(escape(target.url), target.picture, alt=alt, attributes=title)
    return f'<img src="{escape(target.url)}" alt="{alt}"{title}{LAZY}'


def _resolve_local(destination: str, resolve: Resolver) -> ResolvedLink | None:
    """None for an empty destination, another host or scheme, and what the resolver does not know."""
    return None if not destination or _FOREIGN.match(destination) else resolve(destination)


def _decode(written: str) -> str:
    """A destination as in HTML, without whitespace around it and with entities and percent-escapes decoded."""
    if "&" in written:
        written = unescape(written)
    written = written.strip(_WHITESPACE)
    return unquote(written) if "%" in written else written


# ---------------------------------------------------------------- what a body points to

_SPACE = rf"[{_WHITESPACE}]"
_VALUE = rf"""={_SPACE}*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^{_WHITESPACE}>]*+)"""
_TARGET_TAG = re.compile(
    r"""<(?:sup class="footnote-reference"><a href="#[^"]*">"""
    rf"""|([aA]|[iI][mM][gG])\b((?:[^>=]++|{_VALUE})*+)(?:[>=]|$))"""
)
"""An a or img tag, in capitals too; a footnote's reference comes as a match without groups.

An unclosed tag matches as far as it goes: were it passed over, a body full of them would be read once for each.
"""
_TARGET_ATTRIBUTE = re.compile(
    rf"""([^{_WHITESPACE}=/>]+)(?:{_SPACE}*={_SPACE}*(?:"([^"]*)"|'([^']*)'|(?!["'])([^{_WHITESPACE}>]+)))?"""
)
_BEFORE_DESTINATION = re.compile(rb"\](?:\(|:)\s*<?")


def find_targets(text: str) -> tuple[Target, ...]:
    """Each destination of a body's links and pictures once, in their order, raw HTML included.

    A superset of what `render_body` passes to its resolver: external and unsafe destinations are among them, and tags in
    HTML comments.
    """
    if "](" not in text and "<" not in text and "]:" not in text:
        return ()
    targets = _read_simple_links(text)
    return tuple(dict.fromkeys((target for target, _ in _scan_tags(_parse(text))) if targets is None else targets))


_NO_SIMPLE_LINKS = ("<", "`", "|", "\\", "]:", "~~~", "    ", "\t")
"""What can make something else of the signs of a link: raw HTML, code, tables, escapes, definitions."""
_SIMPLE_LINK = re.compile(r"""\[[^\[\]^\n]*+\]\([^\s\x00-\x20\x7f()<>\[\]\\&%|"'`]++\)""")


def _read_simple_links(text: str) -> list[Target] | None:
    """The destinations of a body in which every `](` belongs to a link or picture beyond doubt; None of any other, which has to be parsed.

    Nearly all bodies are so simple, and to parse them would be a sixth of the time of a check.
    """
    for sign in _NO_SIMPLE_LINKS:
        if sign in text:
            return None
    links = list(_SIMPLE_LINK.finditer(text))
    if len(links) != text.count("]("):
        return None
    return [Target(link[0].rpartition("](")[2][:-1], text[link.start() - 1 : link.start()] == "!") for link in links]


def _scan_tags(html: str) -> Iterator[tuple[Target, int]]:
    """The destinations of a and img tags, quoted in any way that HTML allows, with their places in `html`."""
    for tag in _TARGET_TAG.finditer(html):
        if tag[1] is None:
            continue
        is_image = tag[1].lower() == "img"
        name = "src" if is_image else "href"
        for attribute in _TARGET_ATTRIBUTE.finditer(tag[2]):
            group = attribute.lastindex or 1
            if attribute[1].lower() == name and group > 1:
                yield Target(_decode(attribute[group]), is_image), tag.start(2) + attribute.start(group)
                break


def locate_target(text: str, destination: str) -> tuple[int, int]:
    """Line and column, from 1 within the body, of a destination that `find_targets` gave; (1, 1) when it is not there.

    Parses the body again: for problems only. Text in code is never taken for a link.
    """
    text = _replace_null(text)
    source = text.encode()
    before = source[: next(_find_places(text, source, destination), 0)].decode()
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _find_places(text: str, source: bytes, destination: str) -> Iterator[int]:
    """Byte offsets of a destination in Markdown links and pictures and in raw HTML."""
    open_links: list[dict[str, str]] = []
    content_end = 0
    for event, span in MARKDOWN.events_with_range(text):
        name, value = next(iter(event.items())) if isinstance(event, dict) else (event, None)
        if name == "Start" and isinstance(value, dict) and ("Link" in value or "Image" in value):
            open_links.append(value.get("Link") or value["Image"])
            content_end = span["start"] + 1
            continue
        if name == "End" and value in ("Link", "Image"):
            link = open_links.pop()
            if _read_destination(link) == destination:
                yield _locate_in_link(text, source, link, start=span["start"], content_end=content_end)
        elif name == "InlineHtml" or value == "HtmlBlock":
            yield from _find_in_html(source, destination, start=span["start"], end=span["end"])
        content_end = span["end"]


def _read_destination(link: dict[str, str]) -> str:
    return unquote("mailto:" + link["dest_url"] if link["link_type"] == "Email" else link["dest_url"])


def _locate_in_link(text: str, source: bytes, link: dict[str, str], *, start: int, content_end: int) -> int:
    """Where the destination of a link is written: inside it, or in the definition that it refers to."""
    if link["link_type"] in ("Autolink", "Email"):
        return start + 1
    if link["link_type"] != "Inline":
        definitions = MARKDOWN.reference_definitions(text).values()
        content_end = next((found["span"]["start"] for found in definitions if found["dest"] == link["dest_url"]), start)
    opening = _BEFORE_DESTINATION.search(source, content_end)
    return opening.end() if opening is not None else start


def _find_in_html(source: bytes, destination: str, *, start: int, end: int) -> Iterator[int]:
    html = source[start:end].decode()
    for target, place in _scan_tags(html):
        if target.destination == destination:
            yield start + len(html[:place].encode())
