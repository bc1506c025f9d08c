"""Plain values of YAML -> the msgspec types they must fit, or a complaint about each one that does not, in an editor's words.

msgspec stops at the first value that does not fit, so complaints come from a walk of our own over the type's description.
Knows nothing of articles or authority files: check and authority_files pass their types. No I/O.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from .frontmatter import DATE, Complaint, KeyPath
from .problems import MAXIMUM_PROBLEMS, shorten

T = TypeVar("T")

_NUMBER_HINT = "write only digits, without quotes or spaces, and a point before decimals, for example 35994 or 7.5"
_LIST_HINT = "put it in square brackets, or each item on a line of its own that starts with a dash"
_DATE_HINT = "write the date as year-month-day, for example 2022-10-10"
_TEXTS_HINT = "for example name: {kk: …, ru: …, en: …}"
_DATES_OTHERWISE = (
    re.compile(r"(?P<year>\d{4})\D(?P<month>\d{1,2})\D(?P<day>\d{1,2})(?:\D.*)?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\D(?P<month>\d{1,2})\D(?P<year>\d{4})(?:\D.*)?", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII),
)
"""Ways to write a date that are understood, to show the right one."""


def convert_value(value: Any, type_: type[T]) -> tuple[T | None, list[Complaint]]:
    """The value as the msgspec type, or None and every complaint about it, up to one more than MAXIMUM_PROBLEMS.

    A field left empty means the same as no field.
    """
    with suppress(msgspec.ValidationError):  # most values have nothing empty
        return msgspec.convert(value, type_), []
    with suppress(msgspec.ValidationError):
        return msgspec.convert(_drop_empty(value), type_), []
    complaints = list(islice(_complain(value, inspect.type_info(type_), ()), MAXIMUM_PROBLEMS + 1))
    return None, complaints or [Complaint((), "wrong-type", "a value here does not fit its field")]


def _drop_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _drop_empty(item) if isinstance(item, (dict, list)) else item for key, item in value.items() if item is not None}
    return [_drop_empty(item) for item in value] if isinstance(value, list) else value


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
            if item is not None:
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
    for key in value:
        if key not in fields:
            yield Complaint((*path, key), "unknown-field", f'there is no field "{shorten(key)}" here', _suggest_field(key, list(fields)), is_key=True)
    for name, field in fields.items():
        if value.get(name) is not None:
            yield from _complain(value[name], field.type, (*path, name))
        elif field.required and name in value:
            yield Complaint((*path, name), "missing-field", f'"{name}" is empty', "write it after the colon; a text that starts with # needs quotes around it")
        elif field.required:
            yield Complaint(path, "missing-field", f'"{name}" is missing', f"add a line {name}: …")


def _suggest_field(word: str, known: Sequence[str]) -> str:
    if word != word.strip():
        return "the line starts with a special space, often pasted from a word processor: write ordinary spaces"
    close = difflib.get_close_matches(word[:100], known, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"known fields: {', '.join(sorted(known))}"


def _fits(value: Any, expected: inspect.Type) -> bool:
    leaf_checks: dict[type, Callable[[Any], bool]] = {
        inspect.StrType: lambda value: isinstance(value, str),
        inspect.BoolType: lambda value: isinstance(value, bool),
        inspect.IntType: lambda value: isinstance(value, int) and not isinstance(value, bool),
        inspect.FloatType: lambda value: isinstance(value, float),
        inspect.NoneType: lambda value: value is None,
        inspect.DateType: lambda value: isinstance(value, date) or isinstance(value, str) and _is_day(value),
    }
    if isinstance(expected, inspect.LiteralType):
        return isinstance(value, str) and value in expected.values
    check = leaf_checks.get(type(expected))
    return check is None and isinstance(expected, inspect.AnyType) or check is not None and check(value)


def _is_day(text: str) -> bool:
    """True for a date in quotes, which YAML gives as text."""
    try:
        return DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


# ---------------------------------------------------------------- what to say of one value


def _complain_leaf(value: Any, expected: inspect.Type, path: KeyPath) -> Complaint:
    if isinstance(expected, inspect.LiteralType) and isinstance(value, str):
        return _complain_word(value, [str(item) for item in expected.values], path)
    if isinstance(expected, inspect.DateType) and isinstance(value, str) and DATE.fullmatch(value):
        return Complaint(path, "impossible-date", f"{value} is not a day of the calendar", _DATE_HINT)
    wanted, hint = _describe(expected)
    if isinstance(expected, inspect.DateType):
        hint = _suggest_date(str(value))
    elif isinstance(expected, inspect.StrType) and isinstance(value, (list, dict)):
        hint = "write one text after the colon"
    elif value is None:
        hint = "write it, or delete the line"
    return Complaint(path, "wrong-type", f"{_name_place(path)} must be {wanted}, not {_describe_value(value)}", hint)


def _complain_word(word: str, known: list[str], path: KeyPath) -> Complaint:
    close = difflib.get_close_matches(word[:100], known, n=1, cutoff=0.6)
    hint = f'did you mean "{close[0]}"?' if close else f"known values: {', '.join(known)}"
    return Complaint(path, "unknown-value", f'"{shorten(word)}" is not a value of {_name_place(path)}', hint)


def _name_place(path: KeyPath) -> str:
    """What stands at the path, for a sentence: "date", or an item of "regions"."""
    name = next((step for step in reversed(path) if isinstance(step, str)), None)
    if name is None:
        return "this"
    return f'an item of "{name}"' if isinstance(path[-1], int) else f'"{shorten(name)}"'


def _suggest_date(text: str) -> str:
    for pattern in _DATES_OTHERWISE:
        if matched := pattern.fullmatch(text[:40]):
            try:
                return f"write the day as {date(*(int(matched[part]) for part in ('year', 'month', 'day')))}"
            except ValueError:
                continue
    return _DATE_HINT


def _describe(expected: inspect.Type) -> tuple[str, str]:
    """What is wanted and how to write it, in plain words."""
    if isinstance(expected, inspect.UnionType):
        kinds = {type(member) for member in expected.types}
        if inspect.DictType in kinds:
            return "a text, or one text for each language", _TEXTS_HINT
        if inspect.FloatType in kinds:
            return "a number", _NUMBER_HINT
    if isinstance(expected, inspect.LiteralType):
        return f"one of {', '.join(map(str, expected.values))}", "write one of these words"
    if isinstance(expected, inspect.StructType):
        return "a group of fields", f"put its fields on indented lines of their own, the first of them {expected.fields[0].encode_name}: …"
    words: dict[type, tuple[str, str]] = {
        inspect.StrType: ("a text", "put quotes around it"),
        inspect.IntType: ("a whole number", _NUMBER_HINT),
        inspect.FloatType: ("a number", _NUMBER_HINT),
        inspect.BoolType: ("true or false", "write true or false"),
        inspect.DateType: ("a date", _DATE_HINT),
        inspect.ListType: ("a list", _LIST_HINT),
        inspect.VarTupleType: ("a list", _LIST_HINT),
        inspect.DictType: ("one text for each language", _TEXTS_HINT),
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
    return f"the date {value}" if isinstance(value, date) else f'the text "{shorten(value, limit=40)}"'
