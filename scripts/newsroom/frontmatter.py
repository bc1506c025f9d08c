"""YAML that editors write, read safely and fast: front matter of articles and whole authority files.

python-frontmatter splits an article; libyaml (through PyYAML) parses, and only plain values are built from its events: text,
whole and decimal numbers, true/false, dates, lists, mappings. Anchors, aliases, tags, repeated keys and control characters are
refused. Positions are looked up only when a problem needs them, by parsing once more.
Does not know what the values mean: conversion holds them against types, check and authority_files know these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import frontmatter
import yaml

from .problems import shorten

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML without libyaml: slower, same values
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

KeyPath = tuple[str | int, ...]

MAXIMUM_DEPTH = 32
_SPECIAL_STARTS = frozenset("0123456789+-tfn~")
"""A plain scalar that starts otherwise is text."""
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")


class Complaint(NamedTuple):
    """Something wrong with a value, at a path of keys; `is_key` says that the key itself is meant."""

    path: KeyPath
    code: str
    message: str
    hint: str = ""
    is_key: bool = False


class YamlError(Exception):
    """YAML that cannot be read: line and column (from 1, within the YAML text), a problem code, message and hint."""

    def __init__(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.code, self.message, self.hint = line, column, code, message, hint


class Parts(NamedTuple):
    """An article file cut in two."""

    yaml_text: str
    yaml_line: int
    """Line of the file on which the YAML text starts, from 1."""
    body: str
    body_line: int
    """Line of the file on which the body starts, from 1."""


class _Handler(frontmatter.YAMLHandler):
    """python-frontmatter's YAML handler with our reader in place of its loader."""

    def load(self, fm: str, **kwargs: object) -> Any:
        return load_yaml(fm)


_HANDLER = _Handler()


def split_article(text: str) -> Parts | None:
    """The YAML and the body of an article, with the lines where they start; None without front matter."""
    opening = _HANDLER.FM_BOUNDARY.match(text)
    if opening is None:
        return None
    try:
        yaml_text, body = _HANDLER.split(text)
    except ValueError:  # no closing line
        return None
    body_start = len(text) - len(body)
    body = body.removeprefix("\n")
    return Parts(yaml_text, text.count("\n", 0, opening.end()) + 1, body, text.count("\n", 0, body_start) + 2)


def load_yaml(text: str) -> Any:
    """The plain value of a YAML text (None when empty); raises YamlError."""
    if (offset := next(find_control_characters(text), None)) is not None:
        line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
        raise YamlError(line, column, *explain_control_character(text[offset]))
    loader = _Loader(text)
    try:
        return _ValueReader(loader.get_event).read_document()
    except yaml.YAMLError as error:
        raise _explain_error(text, error) from None
    finally:
        loader.dispose()


def find_control_characters(text: str) -> Iterator[int]:
    """Offsets of characters that no text needs: control characters, marks that turn the direction of what follows, line
    separators that editors do not show, byte order marks."""
    is_plain = text.replace("\n", "").isprintable()  # eight times faster, and true of nearly every text
    return iter(()) if is_plain else (found.start() for found in _CONTROL.finditer(text))


def explain_control_character(character: str) -> tuple[str, str, str]:
    """(problem code, message, hint)."""
    return "control-character", f"an invisible character stands here (U+{ord(character):04X})", "delete it; if you cannot see it, delete the letters around it and type them anew"


class _ValueReader:
    """Builds plain values straight from the parser's events, so that nothing is ever made of what is refused."""

    def __init__(self, get_event: Callable[[], yaml.Event]) -> None:
        self._next = get_event
        self._depth = 0

    def read_document(self) -> Any:
        self._next()  # the stream starts
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        value = self._read(self._next())
        self._next()  # the document ends
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _at(event.start_mark, "yaml-syntax", "a second YAML document starts here", "delete the line ---")
        return value

    def _read(self, event: yaml.Event) -> Any:
        if type(event) is yaml.ScalarEvent and event.anchor is None:
            return _build_scalar(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _at(event.start_mark, "yaml-anchor", f"YAML anchors (&{event.anchor}) and aliases (*{event.anchor}) are not allowed",
                      "write the value out in full; a text that starts with & or * needs quotes around it")  # fmt: skip
        _refuse_tag(event)
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise _at(event.start_mark, "yaml-too-deep", f"more than {MAXIMUM_DEPTH} levels of nesting", "write it flatter")
        value = self._read_mapping() if type(event) is yaml.MappingStartEvent else self._read_sequence()
        self._depth -= 1
        return value

    def _read_sequence(self) -> list[Any]:
        items = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            items.append(self._read(event))
        return items

    def _read_mapping(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent or event.anchor is not None or event.tag is not None or event.style == '"':
                self._read(event)  # an anchor, alias, tag or control character is named as such
            if type(event) is not yaml.ScalarEvent:
                raise _at(event.start_mark, "yaml-syntax", "the name of a field must be a plain word", "check the colons and brackets")
            if event.value in result:
                raise _at(event.start_mark, "duplicate-field", f'"{shorten(event.value)}" is given twice', "keep one of the two")
            result[event.value] = self._read(self._next())
        return result


def _explain_error(text: str, error: yaml.YAMLError) -> YamlError:
    if not isinstance(error, yaml.MarkedYAMLError):
        return YamlError(1, 1, "yaml-syntax", "this is not valid YAML", _CHECK_LINES)
    words, mark, lines = str(error.problem or error.context), error.problem_mark or error.context_mark, text.split("\n")
    line, column = mark.line + 1, mark.column + 1
    if line > len(lines):  # libyaml adds a line end to a text without one
        line, column = len(lines), len(lines[-1]) + 1
    if not text[mark.index :].strip() and "node content" in words:
        return YamlError(*_find_opening(text), "yaml-syntax", "a bracket opens here and does not close", "write the closing one")
    if "mapping values are not allowed" in words:
        return _explain_colon(lines, line, column)
    if "did not find expected key" in words:
        return _explain_key(lines, line, column)
    if "cannot start any token" in words:
        return _explain_start(line, column, lines[line - 1][column - 1 : column])
    slip = next((slip for slip in _SLIPS if slip.sign in words), None)
    if slip is None:
        return YamlError(line, column, "yaml-syntax", "this is not valid YAML", _CHECK_LINES)
    if slip.is_opening and error.context_mark is not None:
        line, column = error.context_mark.line + 1, error.context_mark.column + 1
    return YamlError(line, column, "yaml-syntax", slip.message, slip.hint)


def _find_opening(text: str) -> tuple[int, int]:
    """Line and column of the last bracket that opens; of the last line's beginning when there is none."""
    offset = max(text.rfind("["), text.rfind("{"))
    before = text[: offset if offset >= 0 else len(text)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


class _Slip(NamedTuple):
    """What an editor did when the parser says this."""

    sign: str
    """Part of the parser's message (libyaml 0.2)."""
    message: str
    hint: str
    is_opening: bool = False
    """Point at where the text or list begins, not at where the parser gave up."""


_CHECK_LINES = "check the quotes, brackets and spaces at the start of this line and the one above"
_QUOTE_IT = "put quotes around the whole text"
_CLOSE_QUOTE = "write the closing one at the end of the text; a quotation mark inside the text is better «»"
_BACKSLASH_HINT = "write two backslashes, or put the text into single quotes"
_SLIPS = (
    _Slip("unexpected end of stream", "a quotation mark opens here and never closes", _CLOSE_QUOTE, is_opening=True),
    _Slip("unexpected document indicator", "a quotation mark opens here and never closes", _CLOSE_QUOTE, is_opening=True),
    _Slip("expected ',' or ']'", "a list opens here with [ and does not close", "write ] at its end, and a comma between its items", is_opening=True),
    _Slip("expected ',' or '}'", "a group of fields opens here with { and does not close", "write } at its end, and a comma between its fields", is_opening=True),
    _Slip("escape", "a backslash in double quotes has a meaning of its own", _BACKSLASH_HINT),
    _Slip("hexdecimal", "a backslash in double quotes has a meaning of its own", _BACKSLASH_HINT),
    _Slip("tab character", "a tab stands where only spaces may", "use spaces, not tabs, at the start of the line"),
    _Slip("indentation indicator", "a text cannot begin with > or |", _QUOTE_IT, is_opening=True),
    _Slip("comment or line break", "a text cannot begin with > or |", _QUOTE_IT, is_opening=True),
    _Slip("alphabetic or numeric", "a text cannot begin with & or *", _QUOTE_IT, is_opening=True),
    _Slip("block sequence entries", "a text cannot begin with a dash and a space", f"{_QUOTE_IT}; a list begins on the next line"),
    _Slip("mapping keys are not", "a text cannot begin with a question mark and a space", _QUOTE_IT),
    *(_Slip(sign, "a line cannot begin with %", _QUOTE_IT, is_opening=True) for sign in ("directive", "incompatible", "non-alphabetical")),
    *(_Slip(sign, "a text cannot begin with an exclamation mark", _QUOTE_IT, is_opening=True) for sign in ("tag", "whitespace or", "expected '>'", "octet")),
    _Slip("could not find expected ':'", "this line has no field name with a colon", "write name: value; the further lines of a text are indented", is_opening=True),
    _Slip("<document start>", "this line stands further left than the fields above", "start all fields at the beginning of their lines"),
    _Slip("expected '-' indicator", "this line does not belong to the list above", "start its fields in the same column as the others of the item"),
    _Slip("node content", "a value cannot begin with this character", _QUOTE_IT),
)


def _explain_colon(lines: list[str], line: int, column: int) -> YamlError:
    """A colon where no field can begin: within a text, or in the first field after a line that is not what it seems."""
    before, above = lines[line - 1][: column - 1], lines[line - 2] if line > 1 else ""
    if ": " in before or not above.strip():
        return YamlError(line, column, "yaml-syntax", "a colon and a space in the middle of a text", 'put quotes around the text, for example title: "Forum: first day"')
    if matched := re.match(r"\s*[\w-]+:(?=\S)", above):
        return YamlError(line - 1, matched.end() + 1, "yaml-syntax", "there is no space after the colon", "write name: value, with a space after the colon")
    if not re.search(r":(\s|$)", above):
        return YamlError(line - 1, _indent(above) + 1, "yaml-syntax", "this line has no field name with a colon", "write name: value; the further lines of a text are indented")
    return YamlError(line, _indent(before) + 1, "yaml-syntax", "this line starts further right than it should", "start it in the same column as the field above")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _explain_key(lines: list[str], line: int, column: int) -> YamlError:
    before = lines[line - 1][: column - 1]
    if any(quote in before for quote in "\"'"):
        return YamlError(line, column, "yaml-syntax", "a text goes on after its closing quotation mark", "put the whole text between the marks; a mark inside the text is better «»")
    if before.strip():
        return YamlError(line, column, "yaml-syntax", "this does not belong to the value before it", f"delete it, or {_QUOTE_IT}")
    return YamlError(line, column, "yaml-syntax", "this line does not fit the fields above", "start it in the same column as they do")


def _explain_start(line: int, column: int, character: str) -> YamlError:
    if character == "\t":
        return YamlError(line, column, "yaml-syntax", "a tab stands where only spaces may", "use spaces, not tabs, at the start of the line")
    return YamlError(line, column, "yaml-syntax", f"a text cannot begin with {character}", _QUOTE_IT)


def _at(mark: yaml.Mark, code: str, message: str, hint: str = "") -> YamlError:
    return YamlError(mark.line + 1, mark.column + 1, code, message, hint)


def _refuse_tag(event: yaml.Event) -> None:
    if event.tag is not None:
        tag = shorten(event.tag.replace("tag:yaml.org,2002:", "!!"))
        raise _at(event.start_mark, "yaml-tag", f"YAML tags ({tag}) are not allowed", "put quotes around the text, or delete the word that starts with an exclamation mark")


def _build_scalar(event: yaml.ScalarEvent) -> Any:
    """Plain scalars by YAML 1.2's core rules and ISO dates; everything else is text (`no` is text, not false)."""
    value = event.value
    if event.tag is not None:
        _refuse_tag(event)
    if event.style == '"' and (found := _CONTROL.search(value)):
        raise _at(event.start_mark, "control-character", f"a backslash in this text makes an invisible character (U+{ord(found[0]):04X})", _BACKSLASH_HINT)
    if event.style or (value and value[0] not in _SPECIAL_STARTS):
        return value
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    if _WHOLE.fullmatch(value):
        return int(value) if len(value) < 19 else value
    if _DECIMAL.fullmatch(value):
        return float(value) if len(value) < 19 else value
    if DATE.fullmatch(value):
        return _build_date(value)
    return value


def _build_date(text: str) -> date | str:
    """The date, or the text as it stands when the calendar has no such day: the field's type then complains."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


# ---------------------------------------------------------------- positions


def find_position(text: str, path: KeyPath, *, is_key: bool = False) -> tuple[int, int]:
    """Line and column (from 1, within the YAML text) of the value at the path, or of its key.

    A path that goes deeper than the text gives the last node that exists.
    """
    node = _compose(text)
    mark = node.start_mark if node is not None else None
    for depth, step in enumerate(path):
        found = _step_into(node, step)
        if found is None:
            break
        key_node, node = found
        is_last = depth == len(path) - 1
        mark = key_node.start_mark if is_key and is_last else node.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


@lru_cache(maxsize=1)
def _compose(text: str) -> yaml.Node | None:
    """The nodes of a YAML text that load_yaml could read; kept for the next problem of the same file."""
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    except yaml.YAMLError:
        return None  # load_yaml says what is wrong
    finally:
        loader.dispose()


def _step_into(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
