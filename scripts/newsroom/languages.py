"""What the site knows of each language: interface texts, names, dates, numbers, plurals, sort order, and slugs for all.

A language is one file, strings/<code>.yml; a project's own folder may override single texts or add a language. Month names,
number formats and plural rules come from CLDR through Babel, which is imported when the first language is loaded. Texts
are not escaped here.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from .model import Qualifier

if TYPE_CHECKING:
    from babel import Locale

STRINGS_FOLDER = Path(__file__).parent / "strings"
"""The languages that come with the program."""

_YAML_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every scalar as text, so that no key or text needs quotes because it looks like a number or like yes and no."""
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_SOUND_TEXT = re.compile(r"(?:[^{}]|\{[a-z]+\})*")


class LanguageError(Exception):
    """A strings file is missing, unreadable or not complete; `messages` says where, one line each."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


# ---------------------------------------------------------------- a language


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the site. Texts come back as plain text: the caller escapes."""

    code: str
    name: str
    """Its name in itself: «Қазақша»."""
    names: Mapping[str, str]
    """Code -> name, in this language, of every language of the site: «орысша», "Russian"."""
    digest: bytes
    """Changes with anything this object can say; for fingerprints."""
    _texts: Mapping[str, str]
    _plurals: Mapping[str, Mapping[str, str]]
    _patterns: Mapping[str, str]
    _signs: Mapping[str, _Sign]
    _locale: Locale
    _memory: dict[object, str] = field(default_factory=dict, repr=False, compare=False)
    """Dates, numbers and plurals already written: 30,000 articles share a few thousand."""

    def text(self, key: str, **values: object) -> str:
        """An interface text with its placeholders filled. KeyError if the key, or a value it needs, is missing."""
        return self._texts[key].format_map(values)

    def plural(self, key: str, count: int | float) -> str:
        """A number with its noun: «5 материалов». KeyError on an unknown key."""
        return self._fill_plural(key, count, write=self.number)

    def quantity(self, value: int | float, unit: str, *, qualifier: Qualifier = "exact") -> str:
        """A figure as running text says it: «150 000 адамнан астам». The unit is people, percent, years or count."""
        return self._fill_plural(f"{unit}-{qualifier}", value, write=self.percent if unit == "percent" else self.number)

    def _fill_plural(self, key: str, count: int | float, *, write: Callable[[int | float], str]) -> str:
        filled = self._memory.get((key, count))
        if filled is None:
            template = self._plurals[key][self._locale.plural_form(count)]
            filled = self._memory[key, count] = template.format_map({"count": write(count)})
        return filled

    def date(self, day: datetime.date) -> str:
        """«2022 жылғы 10 қазан», «10 октября 2022 года», "10 October 2022"."""
        written = self._memory.get(day)
        if written is None:
            written = self._memory[day] = self._write_date(day.year, self._write_day(day.day, day.month))
        return written

    def date_pattern(self, month: int) -> str:
        """How a script writes a date of the month: «{year} жылғы {day} қазан»."""
        return self._write_date("{year}", self._write_day("{day}", month))

    def plural_forms(self, key: str) -> Mapping[str, str]:
        """The forms of a plural by their CLDR names, for a script. KeyError on an unknown key."""
        return self._plurals[key]

    def date_range(self, start: datetime.date, end: datetime.date) -> str:
        """The days from start to end without repeating what they share: "10–12 October 2022"."""
        if start == end:
            return self.date(end)
        if start.year != end.year:
            return f"{self.date(start)} – {self.date(end)}"
        if start.month != end.month:
            days = f"{self._write_day(start.day, start.month)} – {self._write_day(end.day, end.month)}"
        else:
            days = self._write_day(f"{start.day}–{end.day}", end.month)
        return self._write_date(end.year, days)

    def _write_day(self, day: int | str, month: int) -> str:
        name = self._locale.months["format"]["wide"][month]
        return self._patterns["day"].format_map({"day": day, "month": name})

    def _write_date(self, year: int | str, day: str) -> str:
        return self._patterns["date"].format_map({"day": day, "year": year})

    def month_name(self, month: int) -> str:
        """The name of a month (1 to 12) as a heading."""
        return _capitalize(self._locale.months["stand-alone"]["wide"][month])

    def month_year(self, year: int, month: int) -> str:
        """A month of a year as a heading: «2022 жылғы қазан», «Октябрь 2022»."""
        name = self._locale.months["stand-alone"]["wide"][month].lower()
        return _capitalize(self._patterns["month-year"].format_map({"month": name, "year": year}))

    def number(self, value: int | float) -> str:
        """The number with all its digits: «4 876» (no-break space), "4,876"."""
        written = self._memory.get(value)
        if written is None:
            from babel.numbers import format_decimal

            exact = value + 0  # -0.0 and 0 share a place in the memory, so they must be written alike
            written = format_decimal(exact, locale=self._locale, decimal_quantization=False)
            self._memory[value] = written
        return written

    def percent(self, value: int | float) -> str:
        """A number of percent (65, not 0.65) with its sign: "65%", «65 %» (no-break space)."""
        written = self._memory.get(("percent", value))
        if written is None:
            from babel.numbers import format_percent

            share = Decimal(str(value + 0)) / 100
            written = self._memory["percent", value] = format_percent(share, locale=self._locale, decimal_quantization=False)
        return written

    @property
    def decimal_sign(self) -> str:
        """What stands before the decimals of a number: "," or "."."""
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(self._locale)

    def sort_key(self, text: str) -> tuple[str, str, str]:
        """A key that sorts texts as readers of the language expect; equal only for equal texts.

        First come the ranks: a word break before digits, digits before the alphabet, the alphabet before all other letters
        (these by code point, without their accents). Case, punctuation and surrounding space have no rank. Then, for texts of
        equal rank, the place among letters that share a rank; last the text itself, so that no order depends on the input.
        """
        signs = tuple(_read_signs(text, self._signs))
        ranks = "".join(sign.rank for sign in signs).strip(_WORD_BREAK.rank)
        return ranks, "".join(sign.position for sign in signs), text

    def initial(self, text: str) -> str:
        """The heading under which a sorted list shows the text: its first letter, `0–9`, or empty without either."""
        return next((sign.heading for sign in _read_signs(text, self._signs) if sign is not _WORD_BREAK), "")


# ---------------------------------------------------------------- sort order


class _Sign(NamedTuple):
    """One letter, digit or word break of a text, as the sort order sees it."""

    rank: str
    position: str
    """Its place among the letters of equal rank (Russian е before ё)."""
    heading: str


_WORD_BREAK = _Sign("\x01", "", "")
_FIRST_DIGIT_RANK = 2
_FIRST_LETTER_RANK = _FIRST_DIGIT_RANK + 10
_FOREIGN_RANK = "\uffff"


def _read_alphabet(letters: str) -> dict[str, _Sign]:
    """Lower-case letter -> its sign. Letters stand between spaces; those written together share the first one's rank."""
    signs = {}
    for rank, group in enumerate(letters.split(), start=_FIRST_LETTER_RANK):
        for position, letter in enumerate(group, start=1):
            signs[letter] = _Sign(chr(rank), chr(position), _capitalize(group[0]))
    return signs


def _read_signs(text: str, alphabet: Mapping[str, _Sign]) -> Iterator[_Sign]:
    """The ranked signs of a text; a run of spaces is one word break."""
    previous = None
    for character in _fold(text, form="NFC"):
        for sign in _read_character(character, alphabet):
            if sign is not _WORD_BREAK or previous is not _WORD_BREAK:
                yield sign
            previous = sign


def _read_character(character: str, alphabet: Mapping[str, _Sign]) -> Iterator[_Sign]:
    if character in alphabet:
        yield alphabet[character]
    elif character.isspace():
        yield _WORD_BREAK
    else:
        for part in _fold(unicodedata.normalize("NFKD", character), form="NFKD"):
            if part.isdecimal():
                yield _Sign(chr(_FIRST_DIGIT_RANK + int(part)), "", "0–9")
            elif part.isalnum():
                yield alphabet.get(part) or _Sign(_FOREIGN_RANK + part, "", _capitalize(part))


def _fold(text: str, *, form: str) -> str:
    """The text without differences of case; by way of upper case, so that letters with one capital become one."""
    return unicodedata.normalize(form, text.upper().casefold())


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------- strings files


def load_languages(codes: Sequence[str], *, folders: Sequence[Path]) -> dict[str, Language]:
    """The languages of these codes, in this order.

    A folder holds <code>.yml files; the first is the program's own (STRINGS_FOLDER), and what a later one says goes before
    what an earlier one says. A folder that does not exist is skipped. Every language needs each key that any other has, and
    uses only placeholders that the program's own texts have. LanguageError lists all that is wrong.
    """
    messages: list[str] = []
    files = [_read_file(path, messages) for folder in folders for path in sorted(folder.glob("*.yml"))]
    locales = {code: _find_locale(code, messages) for code in codes}
    for code in codes:
        messages += _list_missing_keys(code, files, folders)
    placeholders = _find_placeholders(files, folders[0])
    for file in files:
        messages += _list_text_faults(file, placeholders)
        messages += _list_plural_faults(file, locales.get(file.path.stem))
    if messages:
        raise LanguageError(dict.fromkeys(messages))
    entries = {code: _merge_files(code, files) for code in codes}
    endonyms = {code: entries[code]["name"] for code in codes}
    return {code: _make_language(code, entries[code], locales[code], endonyms=endonyms) for code in codes}


class _File(NamedTuple):
    """A strings file, flat: "name", "texts.home", "plurals.stories"."""

    path: Path
    entries: dict[str, Any]
    """Key -> text; a plural has a text, good for every number, or a mapping from CLDR's plural form to text."""


def _read_file(path: Path, messages: list[str]) -> _File:
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), _YAML_LOADER)
    except UnicodeDecodeError:
        messages.append(f"{path}: the file is not in UTF-8")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        messages.append(f"{path}{f', line {mark.line + 1}' if mark else ''}: the file is not valid YAML")
    else:
        if isinstance(tree, dict):
            return _File(path, dict(_flatten(tree)))
        messages.append(f"{path}: the file has no keys")
    return _File(path, {})


def _flatten(tree: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{inner}", entry) for inner, entry in value.items())
        else:
            yield str(key), value


def _list_missing_keys(code: str, files: Sequence[_File], folders: Sequence[Path]) -> Iterator[str]:
    """A line for each key that some file has and no file of this language; names of languages CLDR has too."""
    places = [file.path for file in files if file.path.stem == code]
    if not places:
        candidates = " or ".join(str(folder / f"{code}.yml") for folder in folders)
        yield f"{code}: this language has no strings file; write {candidates}"
        return
    owners = {key: file.path for file in reversed(files) for key in file.entries if not key.startswith("language-names.")}
    for key in sorted(owners.keys() - _merge_files(code, files).keys()):
        yield f"{places[-1]}: {key} is missing; {owners[key]} has it"


def _find_placeholders(files: Sequence[_File], folder: Path) -> dict[str, set[str]]:
    """Key -> the placeholders that the program fills, as its own texts show them."""
    placeholders: dict[str, set[str]] = {}
    for file in files:
        for key, entry in file.entries.items() if file.path.parent == folder else ():
            for text in _list_forms(entry):
                placeholders.setdefault(key, set()).update(_PLACEHOLDER.findall(text))
    return placeholders


def _list_text_faults(file: _File, placeholders: Mapping[str, set[str]]) -> Iterator[str]:
    for key, entry in file.entries.items():
        for text in _list_forms(entry) if key.startswith("plurals.") else (entry,):
            if not isinstance(text, str) or not text.strip():
                yield f"{file.path}: {key} must be a text, and not empty"
            elif not _SOUND_TEXT.fullmatch(text):
                yield f"{file.path}: {key}: curly braces may only hold a name, such as {{name}}"
            else:
                found = set(_PLACEHOLDER.findall(text))
                for name in sorted(found - placeholders.get(key, found)):
                    yield f"{file.path}: {key}: nothing fills the placeholder {{{name}}}"


def _list_forms(entry: Any) -> Sequence[Any]:
    return tuple(entry.values()) if isinstance(entry, dict) else (entry,)


def _list_plural_faults(file: _File, locale: Locale | None) -> Iterator[str]:
    """A line for each plural whose forms are not those of the language's CLDR rules."""
    needed = locale.plural_form.tags | {"other"} if locale else set()
    for key, entry in file.entries.items():
        if locale and isinstance(entry, dict) and entry.keys() != needed:
            found = ", ".join(sorted(entry))
            yield f"{file.path}: {key} needs the forms {', '.join(sorted(needed))}; it has {found}"


def _find_locale(code: str, messages: list[str]) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        messages.append(f"{code}: no language has this code")
    return None


def _merge_files(code: str, files: Sequence[_File]) -> dict[str, Any]:
    return {key: entry for file in files if file.path.stem == code for key, entry in file.entries.items()}


def _make_language(code: str, entries: dict[str, Any], locale: Locale, *, endonyms: Mapping[str, str]) -> Language:
    names = _select(entries, "language-names.")
    names = {other: names.get(other) or locale.languages.get(other) or name for other, name in endonyms.items()}
    forms = locale.plural_form.tags | {"other"}
    plurals = _select(entries, "plurals.")
    return Language(
        code=code,
        name=entries["name"],
        names=names,
        digest=_digest(code, entries, names),
        _texts=_select(entries, "texts."),
        _plurals={key: entry if isinstance(entry, dict) else dict.fromkeys(forms, entry) for key, entry in plurals.items()},
        _patterns={name: entries[name] for name in ("day", "date", "month-year")},
        _signs=_read_alphabet(entries["alphabet"]),
        _locale=locale,
    )


def _select(entries: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key.removeprefix(prefix): entry for key, entry in entries.items() if key.startswith(prefix)}


def _digest(*parts: object) -> bytes:
    """Babel's version is in it because month names and number formats come from there."""
    from babel import __version__

    text = json.dumps([__version__, *parts], sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=16).digest()


# ---------------------------------------------------------------- slugs

_SILENT = "ъь'’ʼ`"
_LATIN_BY_LETTER = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщыэюя" "әғқңөұүһі" "ıøłđæœ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya a g q n o u u h i i o l d ae oe".split(),
        strict=True,
    ),
    **dict.fromkeys(_SILENT, ""),
)


def make_slug(text: str, *, limit: int = 80) -> str:
    """The text as part of a URL: words of a-z and 0-9 joined by hyphens, at most `limit` bytes, cut at the end of a word.

    Russian letters follow BGN/PCGN without its signs (е and ё are both e, й and ы both y, ъ and ь nothing); Kazakh letters
    are written as in names used abroad: қ q, ғ g, ң n, ә a, ө o, ұ and ү u, һ h, і i (Түркістан turkistan, Қызмет qyzmet).
    Accents fall away, apostrophes join. A letter without any such rule becomes its code point in hexadecimal, so only a
    text without letters and digits gives an empty slug. A slug is its own slug.
    """
    folded = unicodedata.normalize("NFC", text.casefold())
    words = re.findall("[a-z0-9]+", "".join(map(_romanize, folded)))
    if not words:
        words = [f"{ord(character):x}" for character in folded if character.isalnum()]
    slug = "-".join(words)
    if len(slug) <= limit:
        return slug
    return slug[: limit + 1].rpartition("-")[0] or slug[:limit]


@lru_cache(maxsize=4096)
def _romanize(character: str) -> str:
    """One folded character in ASCII: letters and digits, nothing for an accent or an invisible sign, else a space."""
    if character in _LATIN_BY_LETTER:
        return _LATIN_BY_LETTER[character]
    if character.isascii():
        return character
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:
        return "".join(map(_romanize, parts.casefold()))
    if character.isalnum():
        return f"{ord(character):x}"
    return "" if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf") else " "
