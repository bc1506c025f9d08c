"""Footnotes: what pyromark writes for them, turned into one list at the end of the body with links there and back.

Works on sanitised, well-formed HTML; which references and definitions belong together is told by their labels. The class
names are those that Material styles (of Python-Markdown's footnotes), the roles those of DPUB-ARIA.
"""

from __future__ import annotations

import re
from html import escape
from itertools import chain

NOTE_REFERENCE = re.compile(r'<sup class="footnote-reference"><a href="#([^"]*)">(\d+)</a></sup>')
"""A reference as pyromark writes it: label and pyromark's own number."""

_DEFINITION = re.compile(r' class="footnote-definition" id="([^"]*)"')
_DIV = re.compile(r"<div([^>]*)>|</div>")
_ARROW = "\u21a9\ufe0e"
"""With the variation selector that asks for a plain sign instead of an emoji."""

_NOTE_LABEL = re.compile(r'\s*<sup class="footnote-definition-label">\d*</sup>\s*')


class _Notes:
    """The footnotes of one body while they are numbered, in the order of their first reference."""

    def __init__(self, contents: dict[str, str]) -> None:
        self.contents = contents
        self.numbers: dict[str, int] = {}
        self.uses: dict[str, int] = {}
        self.order: list[str] = []

    def number(self, label: str) -> int:
        if label not in self.numbers:
            self.order.append(label)
            self.numbers[label] = len(self.order)
            self.uses[label] = 0
        return self.numbers[label]

    def link_references(self, html: str) -> str:
        return NOTE_REFERENCE.sub(self._link_reference, html)

    def _link_reference(self, match: re.Match[str]) -> str:
        label = match[1]
        if label not in self.contents:
            return f"<sup>{match[2]}</sup>"
        number = self.number(label)
        self.uses[label] += 1
        identifier = _make_reference_id(number, self.uses[label])
        return f'<sup id="{identifier}"><a class="footnote-ref" href="#fn-{number}" role="doc-noteref">{number}</a></sup>'


def move_notes(html: str, *, heading: str, back: str) -> str:
    """The HTML with its footnotes in one ordered list at the end, each with links back to where it is referred to.

    `back` names such a link; "{number}" in it becomes the note's number, or the reference's ("2.1") where a note has several.
    A note that nothing refers to stands last, without such a link: what an editor wrote does not vanish.
    """
    html, contents = _take_notes(html)
    notes = _Notes(contents)
    html = notes.link_references(html)
    texts: dict[str, str] = {}
    for label in chain(notes.order, contents):  # `order` grows while notes refer to further notes
        if label not in texts:
            notes.number(label)
            texts[label] = notes.link_references(contents[label])
    if not texts:
        return html
    items = [_render_note(texts[label], notes, label, back=back) for label in notes.order]
    return (
        f'{html}<section class="footnote" role="doc-endnotes" aria-labelledby="fn-notes">\n'
        f'<h2 id="fn-notes">{escape(heading)}</h2>\n<ol>\n{"".join(items)}</ol>\n</section>\n'
    )


def _take_notes(html: str) -> tuple[str, dict[str, str]]:
    """The HTML without its note definitions, and their contents by label; two with one label become one note."""
    contents: dict[str, str] = {}
    open_labels: list[str | None] = []
    pieces: list[list[str]] = [[]]
    position = 0
    for match in _DIV.finditer(html):
        pieces[-1].append(html[position : match.start()])
        position = match.end()
        if match[0] != "</div>":
            open_labels.append(_read_note_label(match[1]))
            pieces.append([])
            continue
        label, content = open_labels.pop(), "".join(pieces.pop())
        if label is None:
            pieces[-1].append(f"<div>{content}</div>")
        else:
            contents[label] = contents.get(label, "") + _NOTE_LABEL.sub("", content, count=1).strip()
    pieces[-1].append(html[position:])
    return "".join(pieces[0]), contents


def _read_note_label(attributes: str) -> str | None:
    """The label of a div that pyromark made for a note; None for a div of the editor's own."""
    match = _DEFINITION.fullmatch(attributes)
    return match[1] if match is not None else None


def _render_note(text: str, notes: _Notes, label: str, *, back: str) -> str:
    number = notes.numbers[label]
    uses = notes.uses[label]
    links = " ".join(_render_back_link(number, use, uses=uses, back=back) for use in range(1, uses + 1))
    if links:
        text = f"{text[:-4]} {links}</p>" if text.endswith("</p>") else f"{text}<p>{links}</p>"
    return f'<li id="fn-{number}">\n{text}\n</li>\n'


def _render_back_link(number: int, use: int, *, uses: int, back: str) -> str:
    name = escape(back.replace("{number}", str(number) if uses == 1 else f"{number}.{use}"))
    target = _make_reference_id(number, use)
    return f'<a class="footnote-backref" href="#{target}" role="doc-backlink" aria-label="{name}">{_ARROW}</a>'


def _make_reference_id(number: int, use: int) -> str:
    return f"fn-{number}-ref" if use == 1 else f"fn-{number}-ref-{use}"
