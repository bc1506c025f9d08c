"""Russian and English forms of a word to one stem, by the Snowball algorithms of these names.

Written from the algorithms' description on snowballstem.org and tested against the package snowballstemmer; keys.js has the same
tables under the same names. A Russian word comes in small Russian letters without ё, an English one in a-z and apostrophes.
"""

from __future__ import annotations

import re


def _read_table(table: str) -> dict[str, str]:
    """Ending -> what stands in its place, from endings between spaces: `ending`, which falls away, or `ending>what it becomes`."""
    return {entry.partition(">")[0]: entry.partition(">")[2] for entry in table.split()}


class _Endings(dict[str, list[tuple[str, str]]]):
    """A table by the last letter of its endings, the longest first: most words end in a letter that few endings have."""

    def __init__(self, table: str) -> None:
        super().__init__()
        for ending, kept in sorted(_read_table(table).items(), key=lambda entry: -len(entry[0])):
            self.setdefault(ending[-1], []).append((ending, kept))

    def find(self, word: str, start: int) -> tuple[str, str]:
        """The longest ending of the word with what stands in its place, if it begins at `start` or behind; else two empty texts."""
        for ending, kept in self.get(word[-1:], ()):
            if word.endswith(ending):
                return (ending, kept) if len(word) - len(ending) >= start else ("", "")
        return ("", "")


def _mark_region(word: str, border: re.Pattern[str], start: int) -> int:
    """Where the part behind the first vowel with a consonant after it begins, from `start` on; the word's length without such."""
    found = border.search(word, start)
    return found.end() if found else len(word)


# ---------------------------------------------------------------- Russian

_RUSSIAN_VOWEL = re.compile("[аеиоуыэюя]")
_NEVER_CUT = frozenset("бгджзкпрсфцчщъэ")
"""Letters that no ending ends in."""
_RUSSIAN_BORDER = re.compile("[аеиоуыэюя][^аеиоуыэюя]")

_AFTER_A = "а"
"""In the tables of Russian it stands for no letter: `ending>а` is an ending that falls away after а and я only."""
GERUNDS = "в>а вши>а вшись>а ив ивши ившись ыв ывши ывшись"
REFLEXIVES = "ся сь"
ADJECTIVES = "ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею"
PARTICIPLES = "ем>а нн>а вш>а ющ>а щ>а ивш ывш ующ"
VERBS = """
ла>а на>а ете>а йте>а ли>а й>а л>а ем>а н>а ло>а но>а ет>а ют>а ны>а ть>а ешь>а нно>а
ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю
"""
NOUNS = "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я"
DERIVATIONS = "ост ость"
SUPERLATIVES = "ейш ейше"

_GERUNDS = _Endings(GERUNDS)
_REFLEXIVES = _Endings(REFLEXIVES)
_ADJECTIVES = _Endings(ADJECTIVES)
_PARTICIPLES = _Endings(PARTICIPLES)
_VERBS = _Endings(VERBS)
_NOUNS = _Endings(NOUNS)
_DERIVATIONS = _Endings(DERIVATIONS)
_SUPERLATIVES = _Endings(SUPERLATIVES)


def stem_russian(word: str) -> str:
    """The stem of a Russian word; all letters up to the first vowel stay."""
    vowel = _RUSSIAN_VOWEL.search(word)
    if vowel is None or word[-1] in _NEVER_CUT:
        return word
    start = vowel.end()
    stem = _cut(word, _GERUNDS, start)
    if stem == word:
        word = _cut(word, _REFLEXIVES, start)
        stem = _cut_adjective(word, start)
        if stem == word:
            stem = _cut(word, _VERBS, start)
        if stem == word:
            stem = _cut(word, _NOUNS, start)
    if stem[-1] == "и" and len(stem) > start:
        stem = stem[:-1]
    if stem.endswith(("ост", "ость")):
        second = _mark_region(word, _RUSSIAN_BORDER, _mark_region(word, _RUSSIAN_BORDER, 0))
        stem = _cut(stem, _DERIVATIONS, max(start, second))
    without = _cut(stem, _SUPERLATIVES, start)
    if without != stem or stem[-1] == "н":
        return without[:-1] if without.endswith("нн") and len(without) - 2 >= start else without
    return stem[:-1] if stem[-1] == "ь" and len(stem) > start else stem


def cut_russian_noun(word: str) -> str:
    """The word without a noun's ending; for names, which look like verbs to stem_russian (Нурлана)."""
    vowel = _RUSSIAN_VOWEL.search(word)
    return _cut(word, _NOUNS, vowel.end()) if vowel else word


def _cut_adjective(word: str, start: int) -> str:
    """The word without an adjective's ending and the participle's before it."""
    stem = _cut(word, _ADJECTIVES, start)
    return stem if stem == word else _cut(stem, _PARTICIPLES, start)


def _cut(word: str, table: _Endings, start: int) -> str:
    """The word without its longest ending of the table; unchanged when the letter before may not have this ending."""
    room = len(word) - start
    for ending, kept in table.get(word[-1:], ()):
        if len(ending) <= room and word.endswith(ending):
            stem = word[: -len(ending)]
            return word if kept == _AFTER_A and not (len(stem) > start and stem[-1] in "ая") else stem
    return word


# ---------------------------------------------------------------- English

_ENGLISH_VOWELS = frozenset("aeiouy")
_ENGLISH_BORDER = re.compile("[aeiouy][^aeiouy]")
_NOT_SHORT = frozenset("aeiouywxY")
"""A syllable that ends in one of these is not short."""
_POSSESSIVE = re.compile("'s'$|'s$|'$")
_DOUBLES = frozenset("bb dd ff gg mm nn pp rr tt".split())

ENGLISH_EXCEPTIONS = """
skis>ski skies>sky idly>idl gently>gentl ugly>ugli early>earli only>onli singly>singl
sky>sky news>news howe>howe atlas>atlas cosmos>cosmos bias>bias andes>andes
"""
INVARIABLE = "inning outing canning herring earring evening proceed exceed succeed"
"""What stays as it is once the plural's s is off."""
LONG_BEGINNINGS = "gener commun arsen past univers later emerg organ inter"
"""R1 begins behind these."""
STEP_2 = """
tional>tion enci>ence anci>ance abli>able entli>ent izer>ize ization>ize ational>ate ation>ate ator>ate alism>al aliti>al alli>al
fulness>ful ousli>ous ousness>ous iveness>ive iviti>ive biliti>ble bli>ble ogi>og ogist>og fulli>ful lessli>less li
"""
STEP_3 = "tional>tion ational>ate alize>al icate>ic iciti>ic ical>ic ful ness ative"
STEP_4 = "al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion"

_EXCEPTIONS = dict(entry.split(">") for entry in ENGLISH_EXCEPTIONS.split())
_INVARIABLE = frozenset(INVARIABLE.split())
_LONG_BEGINNING = re.compile("|".join(LONG_BEGINNINGS.split()))
_VERB_ENDINGS = _Endings("eedly ingly edly eed ing ed")
_STEP_2 = _Endings(STEP_2)
_STEP_3 = _Endings(STEP_3)
_STEP_4 = _Endings(STEP_4)


def stem_english(word: str) -> str:
    """The stem of an English word."""
    if len(word) < 3 or word in _EXCEPTIONS:
        return _EXCEPTIONS.get(word, word)
    word = _mark_consonant_y(word.removeprefix("'"))
    beginning = _LONG_BEGINNING.match(word)
    first = beginning.end() if beginning else _mark_region(word, _ENGLISH_BORDER, 0)
    second = _mark_region(word, _ENGLISH_BORDER, first)
    word = _cut_plural(word)
    if word not in _INVARIABLE:
        word = _cut_verb(word, first)
        if len(word) > 2 and word[-1] in "yY" and word[-2] not in _ENGLISH_VOWELS:
            word = word[:-1] + "i"
        word = _derive_2(word, first)
        word = _derive_3(word, first, second)
        word = _derive_4(word, second)
        word = _cut_final(word, first, second)
    return word.replace("Y", "y")


def _mark_consonant_y(word: str) -> str:
    """With Y for each y that is a consonant: at the beginning and after a vowel."""
    if "y" not in word:
        return word
    letters = list(word)
    for index, letter in enumerate(letters):
        if letter == "y" and (index == 0 or letters[index - 1] in _ENGLISH_VOWELS):
            letters[index] = "Y"
    return "".join(letters)


def _has_vowel(stem: str) -> bool:
    return not _ENGLISH_VOWELS.isdisjoint(stem)


def _ends_in_short_syllable(stem: str) -> bool:
    if len(stem) == 2:
        return stem[0] in _ENGLISH_VOWELS and stem[1] not in _ENGLISH_VOWELS
    has_short = len(stem) > 2 and stem[-1] not in _NOT_SHORT and stem[-2] in _ENGLISH_VOWELS and stem[-3] not in _ENGLISH_VOWELS
    return has_short or stem == "past"


def _cut_plural(word: str) -> str:
    if "'" in word:
        word = _POSSESSIVE.sub("", word)
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and _has_vowel(word[:-2]):
        return word[:-1]
    return word


def _cut_verb(word: str, first: int) -> str:
    ending, _ = _VERB_ENDINGS.find(word, 0)
    if not ending:
        return word
    stem = word[: -len(ending)]
    if ending in ("eed", "eedly"):
        return f"{stem}ee" if len(stem) >= first else word
    if not _has_vowel(stem):
        return word
    if ending == "ing" and len(stem) == 2 and stem[1] == "y" and stem[0] not in _ENGLISH_VOWELS:
        return f"{stem[0]}ie"
    if stem.endswith(("at", "bl", "iz")):
        return f"{stem}e"
    if stem[-2:] in _DOUBLES:
        return stem if len(stem) == 3 and stem[0] in "aeo" else stem[:-1]
    return f"{stem}e" if len(stem) == first and _ends_in_short_syllable(stem) else stem


def _derive_2(word: str, first: int) -> str:
    ending, kept = _STEP_2.find(word, first)
    stem = word[: len(word) - len(ending)]
    if not ending or (ending == "ogi" and stem[-1:] != "l") or (ending == "li" and stem[-1:] not in tuple("cdeghkmnrt")):
        return word
    return stem + kept


def _derive_3(word: str, first: int, second: int) -> str:
    ending, kept = _STEP_3.find(word, first)
    stem = word[: len(word) - len(ending)]
    return word if not ending or (ending == "ative" and len(stem) < second) else stem + kept


def _derive_4(word: str, second: int) -> str:
    ending, _ = _STEP_4.find(word, second)
    stem = word[: len(word) - len(ending)]
    return word if ending == "ion" and stem[-1:] not in ("s", "t") else stem


def _cut_final(word: str, first: int, second: int) -> str:
    stem = word[:-1]
    if word.endswith("e") and (len(stem) >= second or (len(stem) >= first and not _ends_in_short_syllable(stem))):
        return stem
    return stem if word.endswith("ll") and len(stem) >= second else word
