"""What is wrong with an article file before anyone asks what its fields mean: its encoding, its front matter's two lines, and
what no body may hold.

Pure; check calls it with a file's bytes and texts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from .frontmatter import explain_control_character, find_control_characters
from .problems import MAXIMUM_PROBLEMS, TOO_MANY, Problem

MAXIMUM_TAGS = 2000
"""Of raw HTML in one body. The sanitiser's work grows with the square of nested or unclosed ones: 11 s for 40,000."""

_CHARACTER_REFERENCE = re.compile(r"&#(?:([0-9]{1,7})|[xX]([0-9A-Fa-f]{1,6}));?")
_NESTED = re.compile(r"\n(?:[ \t]*(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]))){33}")
_TAG = re.compile(r"</?[A-Za-z]")


class Fault(NamedTuple):
    """A place in a body that cannot stay as it is."""

    offset: int
    """In characters, from 0."""
    code: str
    message: str
    hint: str


NOT_UTF8 = ("not-utf8", "the file is not saved as UTF-8", "save it again and choose the encoding UTF-8")
"""Code, message and hint."""


def locate_byte(error: UnicodeDecodeError) -> tuple[int, int]:
    """Line and column of the first byte that is not UTF-8, lines counted as decode_source does."""
    before = error.object[: error.start].decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def explain_no_front_matter(path: str, text: str) -> Problem:
    """Says which of the two lines --- is missing, or what stands before the first."""
    hint = "start it with a line ---, the fields (title, date, kind…), and another line ---"
    if text.startswith("---"):
        return Problem(path, 1, 1, "no-front-matter", "the front matter opens here and does not close", "write a line --- below the fields, without spaces before it")
    if "\0" in text:  # UTF-16 without its mark
        return Problem(path, 1, 1, *NOT_UTF8)
    if text.lstrip("\ufeff \t\n\xa0").startswith("---"):
        hint = "the line --- must be the first of the file, with nothing before it"
    return Problem(path, 1, 1, "no-front-matter", "the file does not start with front matter", hint)


def find_body_faults(body: str) -> Iterator[Fault]:
    """Invisible characters (up to MAXIMUM_PROBLEMS), and structure that would take long to render."""
    for number, fault in enumerate(islice(_find_invisible(body), MAXIMUM_PROBLEMS + 1)):
        yield fault if number < MAXIMUM_PROBLEMS else Fault(fault.offset, *TOO_MANY)
    if nested := _NESTED.search(f"\n{body}"):
        yield Fault(nested.start(), "too-complex", "more than 32 quotations or lists inside each other", "write the text with fewer > or list marks at the start of the line")
    if len(tags := list(_TAG.finditer(body))) > MAXIMUM_TAGS:
        message = f"the text has {len(tags):,} HTML tags, more than {MAXIMUM_TAGS:,}"
        yield Fault(tags[MAXIMUM_TAGS].start(), "too-complex", message, "write it in Markdown instead of HTML")


def _find_invisible(body: str) -> Iterator[Fault]:
    """Each character that no text needs, written as such or as &#7;."""
    for offset in find_control_characters(body):
        yield Fault(offset, *explain_control_character(body[offset]))
    for reference in _CHARACTER_REFERENCE.finditer(body) if "&#" in body else ():
        number = int(reference[1]) if reference[1] else int(reference[2], 16)
        if number <= sys.maxunicode and next(find_control_characters(chr(number)), None) is not None:
            yield Fault(reference.start(), "control-character", f"{reference[0]} stands for an invisible character", "delete it")
