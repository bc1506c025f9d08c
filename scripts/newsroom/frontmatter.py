"""YAML that editors write, read safely and fast: front matter of articles and whole authority files.

python-frontmatter splits an article; libyaml (through PyYAML) parses, and only plain values are built from its events: text,
whole and decimal numbers, true/false, dates, lists, mappings. Anchors, aliases, tags and repeated keys are refused. Positions are looked up only when a problem needs them, by parsing once more.
Does not know what an article is: check and authority pass the msgspec types that the values must fit.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

import frontmatter
import msgspec
import yaml
from msgspec import inspect

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML without libyaml: slower, same values
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

T = TypeVar("T")
KeyPath = tuple[str | int, ...]

MAXIMUM_DEPTH = 32
_SPECIAL_STARTS = frozenset("0123456789+-tfn~")
"""A plain scalar that starts otherwise is text."""
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
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
    loader = _Loader(text)
    try:
        return _ValueReader(loader.get_event).read_document()
    except yaml.YAMLError as error:
        raise _explain_error(text, error) from None
    finally:
        loader.dispose()


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
            if type(event) is not yaml.ScalarEvent:
                self._read(event)  # an anchor or alias is named as such
                raise _at(event.start_mark, "yaml-syntax", "the name of a field must be a plain word", "check the colons and brackets")
            if event.value in result:
                raise _at(event.start_mark, "duplicate-field", f'"{event.value}" is given twice', "keep one of the two")
            result[event.value] = self._read(self._next())
        return result


def _explain_error(text: str, error: yaml.YAMLError) -> YamlError:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return _explain_syntax(text, mark.line + 1, mark.column + 1, str(error.problem or error.context))
    line, column = _find_forbidden_character(text)
    return YamlError(line, column, "yaml-syntax", "a character that is not allowed here", f"delete it ({str(error).splitlines()[0]})")


def _find_forbidden_character(text: str) -> tuple[int, int]:
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            if not (character.isprintable() or character in "\t\xa0\u3000"):
                return number, column
    return 1, 1


def _explain_syntax(text: str, line: int, column: int, problem: str) -> YamlError:
    lines = text.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    hint = "check the quotes, brackets and spaces at the start of this line and the one above"
    if "mapping values are not allowed" in problem:
        hint = "a text with a colon needs quotes around it, for example title: \"Forum: first day\""
    elif "\t" in shown[: len(shown) - len(shown.lstrip())] or "found character '\\t'" in problem:
        hint = "use spaces, not tabs, at the start of the line"
    elif "end of stream" in problem or "quoted scalar" in problem:
        hint = "a quote or bracket that was opened is not closed"
    return YamlError(line, column, "yaml-syntax", f"the YAML cannot be read here ({problem})", hint)


def _at(mark: yaml.Mark, code: str, message: str, hint: str = "") -> YamlError:
    return YamlError(mark.line + 1, mark.column + 1, code, message, hint)


def _refuse_tag(event: yaml.Event) -> None:
    if event.tag is not None:
        raise _at(event.start_mark, "yaml-tag", f"YAML tags ({event.tag}) are not allowed", "delete the word that starts with an exclamation mark")


def _build_scalar(event: yaml.ScalarEvent) -> Any:
    """Plain scalars by YAML 1.2's core rules and ISO dates; everything else is text (`no` is text, not false)."""
    value = event.value
    if event.tag is not None:
        _refuse_tag(event)
    if event.style or (value and value[0] not in _SPECIAL_STARTS):
        return value
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    if _WHOLE.fullmatch(value):
        return int(value) if len(value) < 19 else value
    if _DECIMAL.fullmatch(value):
        return float(value)
    if matched := _DATE.fullmatch(value):
        return _build_date(value, *map(int, matched.groups()))
    return value


def _build_date(text: str, year: int, month: int, day: int) -> date | str:
    """The date, or the text as it stands when the calendar has no such day: the field's type then complains."""
    try:
        return date(year, month, day)
    except ValueError:
        return text


# ---------------------------------------------------------------- positions


def find_position(text: str, path: KeyPath, *, is_key: bool = False) -> tuple[int, int]:
    """Line and column (from 1, within the YAML text) of the value at the path, or of its key.

    A path that goes deeper than the text gives the last node that exists.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError:
        node = None  # load_yaml says what is wrong
    finally:
        loader.dispose()
    mark = node.start_mark if node is not None else None
    for depth, step in enumerate(path):
        found = _step_into(node, step)
        if found is None:
            break
        key_node, node = found
        is_last = depth == len(path) - 1
        mark = key_node.start_mark if is_key and is_last else node.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _step_into(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


# ---------------------------------------------------------------- values against types


def convert_value(value: Any, type_: type[T]) -> tuple[T | None, list[Complaint]]:
    """The value as the msgspec type, or None and every complaint about it (not only the first)."""
    try:
        return msgspec.convert(value, type_), []
    except msgspec.ValidationError as error:
        complaints = list(_complain(value, inspect.type_info(type_), ()))
        return None, complaints or [Complaint((), "wrong-type", str(error))]


def _complain(value: Any, expected: inspect.Type, path: KeyPath) -> Iterator[Complaint]:
    if isinstance(expected, inspect.UnionType):
        yield from _complain_union(value, expected, path)
    elif isinstance(expected, inspect.StructType) and isinstance(value, dict):
        yield from _complain_struct(value, expected, path)
    elif isinstance(expected, (inspect.ListType, inspect.VarTupleType)) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _complain(item, expected.item_type, (*path, index))
    elif isinstance(expected, inspect.DictType) and isinstance(value, dict):
        for key, item in value.items():
            yield from _complain(item, expected.value_type, (*path, key))
    elif not _fits(value, expected):
        yield _complain_leaf(value, expected, path)


def _complain_union(value: Any, expected: inspect.UnionType, path: KeyPath) -> Iterator[Complaint]:
    """Follows the member that has the value's own shape; without one, names them all."""
    shapes: tuple[type, ...] = (inspect.StructType, inspect.DictType) if isinstance(value, dict) else ()
    shapes = (inspect.ListType, inspect.VarTupleType) if isinstance(value, list) else shapes
    member = next((member for member in expected.types if isinstance(member, shapes)), None)
    if member is not None:
        yield from _complain(value, member, path)
    elif not any(_fits(value, member) for member in expected.types):
        plain = [member for member in expected.types if not isinstance(member, inspect.NoneType)]
        yield _complain_leaf(value, plain[0] if len(plain) == 1 else expected, path)


def _complain_struct(value: dict[str, Any], expected: inspect.StructType, path: KeyPath) -> Iterator[Complaint]:
    fields = {field.encode_name: field for field in expected.fields}
    for key in value.keys() - fields.keys():
        yield Complaint((*path, key), "unknown-field", f'there is no field "{key}" here', _suggest(key, list(fields)), is_key=True)
    for name, field in fields.items():
        if name in value:
            yield from _complain(value[name], field.type, (*path, name))
        elif field.required:
            yield Complaint(path, "missing-field", f'"{name}" is missing', f"add a line {name}: …")


def _suggest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(str(word), known, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"known fields: {', '.join(sorted(known))}"


def _fits(value: Any, expected: inspect.Type) -> bool:
    leaf_checks: dict[type, Callable[[Any], bool]] = {
        inspect.StrType: lambda value: isinstance(value, str),
        inspect.BoolType: lambda value: isinstance(value, bool),
        inspect.IntType: lambda value: isinstance(value, int) and not isinstance(value, bool),
        inspect.FloatType: lambda value: isinstance(value, float),
        inspect.NoneType: lambda value: value is None,
        inspect.DateType: _is_date,
    }
    if isinstance(expected, inspect.LiteralType):
        return value in expected.values
    check = leaf_checks.get(type(expected))
    return check is None and isinstance(expected, inspect.AnyType) or check is not None and check(value)


def _is_date(value: Any) -> bool:
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return isinstance(value, date)


def _complain_leaf(value: Any, expected: inspect.Type, path: KeyPath) -> Complaint:
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "the value")
    if isinstance(expected, inspect.LiteralType):
        known = [str(item) for item in expected.values]
        close = difflib.get_close_matches(str(value), known, n=1, cutoff=0.6)
        hint = f'did you mean "{close[0]}"?' if close else f"known values: {', '.join(known)}"
        return Complaint(path, "unknown-value", f'"{value}" is not a value of "{name}"', hint)
    if isinstance(expected, inspect.DateType) and isinstance(value, str) and _DATE.fullmatch(value):
        return Complaint(path, "impossible-date", f"{value} is not a day of the calendar", "write the date as year-month-day, for example 2022-10-10")
    wanted, hint = _describe(expected)
    return Complaint(path, "wrong-type", f'"{name}" must be {wanted}, not {_describe_value(value)}', hint)


def _describe(expected: inspect.Type) -> tuple[str, str]:
    """What is wanted and how to write it, in plain words."""
    if isinstance(expected, inspect.UnionType):
        kinds = {type(member) for member in expected.types}
        if inspect.DictType in kinds:
            return "a text, or one text for each language", "for example name: {kk: …, ru: …, en: …}"
        if inspect.FloatType in kinds:
            return "a number", "write the digits only, for example 35994"
    words: dict[type, tuple[str, str]] = {
        inspect.StrType: ("a text", "put quotes around it"),
        inspect.IntType: ("a whole number", "write the digits only, for example 35994"),
        inspect.FloatType: ("a number", "write the digits only, for example 35994"),
        inspect.BoolType: ("true or false", ""),
        inspect.DateType: ("a date", "write the date as year-month-day, for example 2022-10-10"),
        inspect.ListType: ("a list", "put each item on a line of its own that starts with a dash"),
        inspect.VarTupleType: ("a list", "put each item on a line of its own that starts with a dash"),
        inspect.StructType: ("a group of fields", "put its fields on indented lines of their own"),
        inspect.DictType: ("one text for each language", "for example name: {kk: …, ru: …, en: …}"),
    }
    return words.get(type(expected), ("something else", ""))


def _describe_value(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a group of fields"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    return f"the date {value}" if isinstance(value, date) else f'the text "{value[:40]}"'
