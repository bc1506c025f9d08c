"""The parser of article bodies against every example of the CommonMark specification 0.31.2.

The examples come from the specification's own npm package, whose licence (CC BY-SA) keeps them out of this repository;
tests/commonmark/package-lock.json pins its content. They are fetched once and kept in pytest's cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

from newsroom.markup import MARKDOWN
from npm_packages import fetch_packages

PACKAGE = Path(__file__).with_name("commonmark")
EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.DOTALL | re.MULTILINE)

QUOTATION_MARKS = (12, 14, 27, 41, 91, 209, 210, 211, 343, 352, 359, 363, 380, 385, 395, 508, 590, 619, 620, 624, 632)
DIFFERENCES = {
    **dict.fromkeys(QUOTATION_MARKS, "a quotation mark in a text is written as itself, not as &quot;"),
    175: "no line break between <li> and the HTML block in it",
}
"""Examples whose output is another spelling of the same HTML: number -> reason."""


class Example(NamedTuple):
    markdown: str
    html: str


@pytest.fixture(scope="module")
def examples(request: pytest.FixtureRequest) -> dict[int, Example]:
    """The specification's examples by their numbers."""
    specification = fetch_packages(request.config, PACKAGE) / "commonmark-spec" / "spec.txt"
    text = specification.read_text(encoding="utf-8").replace("\N{RIGHTWARDS ARROW}", "\t")
    return {number: Example(*match.groups()) for number, match in enumerate(EXAMPLE.finditer(text), start=1)}


class Reader(HTMLParser):
    """Reads HTML as a browser would tell it apart: tags with sorted attributes, texts; whitespace between tags dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(data.strip("\n"))


def read_html(html: str) -> list[object]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.parts


def list_different(examples: dict[int, Example]) -> Iterator[int]:
    for number, example in examples.items():
        if MARKDOWN.html(example.markdown) != example.html:
            yield number


def test_all_examples_are_read(examples: dict[int, Example]) -> None:
    """All 652 examples of the specification are there."""
    assert len(examples) == 652
    assert examples[1] == Example("\tfoo\tbaz\t\tbim\n", "<pre><code>foo\tbaz\t\tbim\n</code></pre>\n")


def test_output_is_that_of_the_specification(examples: dict[int, Example]) -> None:
    """630 examples give the specification's output byte for byte, with tables, footnotes and strikethrough switched on."""
    assert sorted(list_different(examples)) == sorted(DIFFERENCES)
    assert len(DIFFERENCES) == 22


@pytest.mark.parametrize("number", sorted(DIFFERENCES))
def test_different_output_is_the_same_html(examples: dict[int, Example], number: int) -> None:
    """The other 22 differ in their spelling only."""
    assert read_html(MARKDOWN.html(examples[number].markdown)) == read_html(examples[number].html)


def test_comparison_tells_html_apart() -> None:
    """The comparison of spellings notices another text, tag or attribute."""
    assert read_html('<li>\n<a b="1" c="&quot;">&quot;x</a>') == read_html("<li><a c='\"' b=1>\"x</a>")
    assert read_html("<p>x</p>") != read_html("<p>y</p>")
    assert read_html("<p>x</p>") != read_html("<b>x</b>")
    assert read_html('<p a="1">x</p>') != read_html('<p a="2">x</p>')
