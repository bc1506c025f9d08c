"""Kazakh nouns in their forms, from their Cyrillic spelling: what the search keys are measured against.

The rules are those of the school grammar (vowel harmony, the last sound of the stem, possession before case); nothing here knows how
newsroom.kazakh cuts endings. A noun is written `орын/орн` when it loses a vowel before a possessive ending, with `!` when its last
letter does not become voiced (`банк!`), with `<` or `>` when its endings are front or back against its letters.
"""

from __future__ import annotations

from typing import NamedTuple

FORMS = (
    "nominative", "genitive", "dative", "accusative", "locative", "ablative", "instrumental",
    "plural", "possessive", "possessive accusative", "possessive locative", "plural possessive dative",
)  # fmt: skip
CASES = FORMS[:7]

_BACK, _FRONT = "аоұыяюё", "әөүіеэ"
_OPEN = "аәеэоөұүыіяюё"
"""Vowels after which an ending begins as after a vowel; и and у end in a glide and take what a consonant takes."""
_VOICELESS = "кқпстфхһцчшщбвгд"
_VOICED_BY_LETTER = {"к": "г", "қ": "ғ", "п": "б"}


class Noun(NamedTuple):
    word: str
    base: str
    """The stem before a possessive ending that begins with a vowel."""
    is_back: bool


def read_noun(entry: str) -> Noun:
    marks = "".join(mark for mark in entry if mark in "!<>")
    word, _, base = entry.rstrip("!<>").partition("/")
    if not base:
        base = word.removesuffix("ь")
        if "!" not in marks and len(word) > 2:
            base = base[:-1] + _VOICED_BY_LETTER.get(base[-1], base[-1])
    return Noun(word, base, ">" in marks or ("<" not in marks and find_harmony(word)))


def find_harmony(word: str) -> bool:
    """Whether the word takes back vowels: its last vowel tells, у goes with those before it; a last и and a final ль are soft."""
    if word.endswith("ль"):
        return False
    vowels = [letter for letter in word if letter in _BACK + _FRONT + "иу"]
    if vowels[-1:] == ["и"]:
        return False
    telling = [letter for letter in vowels if letter not in "иу"]
    return not telling or telling[-1] in _BACK


def decline(noun: Noun) -> list[str]:
    """The twelve FORMS."""
    word, is_back = noun.word, noun.is_back
    plural, possessive = add_plural(word, is_back=is_back), add_possessive(noun)
    plurals = plural + ("ы" if is_back else "і")
    return [
        *(add_case(word, case, is_back=is_back) for case in CASES),
        plural,
        possessive,
        *(add_case_after_possessive(possessive, case, is_back=is_back) for case in ("accusative", "locative")),
        add_case_after_possessive(plurals, "dative", is_back=is_back),
    ]


def decline_name(entry: str) -> list[str]:
    """A name in its seven cases; -ұлы and -қызы (his son, his daughter) are possessives, -ов and -ев do not tell the vowels."""
    name = entry.rstrip("<>")
    if name.endswith(("ұлы", "қызы")):
        return [add_case_after_possessive(name, case, is_back=True) for case in CASES]
    is_back = ">" in entry or find_harmony(name.removesuffix("ов").removesuffix("ев").lower())
    return [add_case(name, case, is_back=is_back) for case in CASES]


def add_plural(word: str, *, is_back: bool) -> str:
    last = word.removesuffix("ь")[-1]
    consonant = "т" if last in _VOICELESS else "д" if last in "лмнңжз" else "л"
    return f"{word}{consonant}{'а' if is_back else 'е'}р"


def add_possessive(noun: Noun) -> str:
    """Of the third person."""
    narrow = "ы" if noun.is_back else "і"
    return noun.word + "с" + narrow if noun.word[-1] in _OPEN else noun.base + narrow


def add_case(word: str, case: str, *, is_back: bool) -> str:
    last = word.removesuffix("ь")[-1].lower()
    wide, narrow = ("а", "ы") if is_back else ("е", "і")
    is_voiceless = last in _VOICELESS
    dental = "т" if is_voiceless else "д"
    match case:
        case "nominative":
            return word
        case "genitive":
            return f"{word}{'н' if last in _OPEN or last in 'мнң' else dental}{narrow}ң"
        case "dative":
            return word + (("қ" if is_back else "к") if is_voiceless else ("ғ" if is_back else "г")) + wide
        case "accusative":
            return f"{word}{'н' if last in _OPEN else dental}{narrow}"
        case "locative":
            return f"{word}{dental}{wide}"
        case "ablative":
            return f"{word}{'н' if last in 'мнң' else dental}{wide}н"
        case _:
            return word + ("пен" if is_voiceless else "бен" if last in "жз" else "мен")


def add_case_after_possessive(word: str, case: str, *, is_back: bool) -> str:
    wide, narrow = ("а", "ы") if is_back else ("е", "і")
    endings = {
        "nominative": "", "genitive": f"н{narrow}ң", "dative": f"н{wide}", "accusative": "н",
        "locative": f"нд{wide}", "ablative": f"н{wide}н", "instrumental": "мен",
    }  # fmt: skip
    return word + endings[case]


VERB_FORMS = ("infinitive", "past", "present", "participle", "habitual", "converb")


def conjugate(verb: str) -> list[str]:
    """The VERB_FORMS of a verb's stem: айт, қабылда."""
    is_back = find_harmony(verb)
    wide, narrow = ("а", "ы") if is_back else ("е", "і")
    ends_in_vowel, is_voiceless = verb[-1] in _OPEN, verb[-1] in _VOICELESS
    voiced = verb[:-1] + _VOICED_BY_LETTER.get(verb[-1], verb[-1])
    velar = ("қ" if is_back else "к") if is_voiceless else ("ғ" if is_back else "г")
    return [
        (verb[:-1] if verb[-1] in "ыій" else voiced) + ("ю" if verb[-1] == "й" else "у"),
        f"{verb}{'т' if is_voiceless else 'д'}{narrow}",
        (f"{verb}й" if ends_in_vowel else voiced + wide) + f"д{narrow}",
        f"{verb}{velar}{wide}н",
        (f"{verb}й" if ends_in_vowel else voiced + wide) + f"т{narrow}н",
        f"{verb}п" if ends_in_vowel else f"{voiced}{narrow}п",
    ]
