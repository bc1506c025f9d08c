"""Measures the search keys: `python -m benchmark.keys` in scripts/ prints how forms of one word meet and how different words stay apart.

Under-stemming: forms that have another key than their word. Over-stemming: words that share a key with another one. Pairs of forms
give precision (of the pairs that share a key, how many are of one word), recall (of the pairs of one word, how many share a key), F1.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from newsroom.keys import LANGUAGES, list_keys, make_key

from . import kazakh
from .declension import decline, read_noun
from .key_words import KAZAKH_NOUNS, list_english_words, list_kazakh_nouns, list_kazakh_verbs, list_late_nouns, list_names, list_russian_words
from .names import LATIN_NAMES, RUSSIAN_NAMES, spell

NEW_LATIN = LATIN_NAMES | {
    "ә": "ä", "ғ": "ğ", "қ": "q", "ң": "ñ", "ө": "ö", "ұ": "ū", "ү": "ü", "і": "ı", "ж": "j", "ш": "ş", "х": "h", "ю": "iu", "я": "ia",
}  # fmt: skip
"""The Kazakh alphabet of 2021."""
TYPED = {"without Kazakh letters": RUSSIAN_NAMES, "in Latin letters as in passports": LATIN_NAMES, "in the Latin alphabet of 2021": NEW_LATIN}


class Scores(NamedTuple):
    words: int
    forms: int
    missed: int
    """Forms with another key than their word."""
    merged: int
    """Words that share the key of their base form with another word."""
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def score(forms_by_word: Mapping[str, Sequence[str]], key: Callable[[str], str]) -> Scores:
    """How the forms of each word meet; the first form is the word itself."""
    words_by_key: dict[str, Counter[str]] = defaultdict(Counter)
    keys_by_word: dict[str, Counter[str]] = defaultdict(Counter)
    base_keys = Counter(key(forms[0]) for forms in forms_by_word.values())
    missed = 0
    for word, forms in forms_by_word.items():
        for form in dict.fromkeys(forms):
            found = key(form)
            words_by_key[found][word] += 1
            keys_by_word[word][found] += 1
            missed += found != key(forms[0])
    together = sum(map(_count_pairs, (count for counts in words_by_key.values() for count in counts.values())))
    return Scores(
        words=len(forms_by_word),
        forms=sum(counts.total() for counts in keys_by_word.values()),
        missed=missed,
        merged=sum(count for count in base_keys.values() if count > 1),
        precision=together / sum(_count_pairs(counts.total()) for counts in words_by_key.values()),
        recall=together / sum(_count_pairs(counts.total()) for counts in keys_by_word.values()),
    )


def _count_pairs(count: int) -> int:
    return count * (count - 1) // 2


def list_scores() -> Iterator[tuple[str, Scores]]:
    """Of each list: the nouns the rules were made with, some written later, some others chose (for the corpus), verbs, names, ..."""
    nouns = dict(list_kazakh_nouns())
    verbs = {f"{verb}-": forms for verb, forms in list_kazakh_verbs()}
    yield "kk nouns", score(nouns, _key("kk"))
    yield "kk late nouns", score(dict(list_late_nouns()), _key("kk"))
    yield "kk nouns of the corpus", score(list_other_nouns(), _key("kk"))
    yield "kk verbs, without -атын", score({verb: [*forms[:4]] for verb, forms in verbs.items()}, _key("kk"))
    yield "kk verbs", score({verb: forms[:5] for verb, forms in verbs.items()}, _key("kk"))
    yield "kk nouns and verbs", score(nouns | {verb: forms[:4] for verb, forms in verbs.items()}, _key("kk"))
    yield "kk names", score({name: forms["kk"] for name, forms in list_names()}, _key("kk"))
    yield "ru names", score({name: forms["ru"] for name, forms in list_names()}, _key("ru"))
    yield "en names", score({name: forms["en"] for name, forms in list_names()}, _key("en"))
    for part in ("noun", "adjective"):
        yield f"ru {part}s", score({word: forms for kind, word, forms in list_russian_words() if kind == part}, _key("ru"))
    for part in ("noun", "verb"):
        yield f"en {part}s", score({word: forms for kind, word, forms in list_english_words() if kind == part}, _key("en"))


def _key(language: str) -> Callable[[str], str]:
    return lambda word: make_key(word, language)


def list_other_nouns() -> dict[str, list[str]]:
    """Nouns of the benchmark's corpus that are not in the list the rules were made with."""
    known = {read_noun(entry).word for entry in KAZAKH_NOUNS.split()}
    return {entry: decline(read_noun(entry)) for entry in kazakh.NOUNS if read_noun(entry).word not in known}


def list_typed_scores() -> Iterator[tuple[str, int, int]]:
    """How many forms of Kazakh nouns have the same key when they are typed otherwise: way of typing, the same, all."""
    forms = [form for _, forms in list_kazakh_nouns() for form in forms]
    for way, letters in TYPED.items():
        same = sum(make_key(spell(form, letters), "kk") == make_key(form, "kk") for form in forms)
        yield way, same, len(forms)


def list_missed_names() -> tuple[list[tuple[str, str, str]], int]:
    """(language of the index, form that stands there, form that was typed) where typing one does not find the other; and all tried."""
    missed, count = [], 0
    for _, forms in list_names():
        for typed in dict.fromkeys(form for each in forms.values() for form in each):
            for language in LANGUAGES:
                found = list_keys(typed, language)
                missed += [(language, written, typed) for written in forms[language] if make_key(written, language) not in found]
                count += len(forms[language])
    return missed, count


def measure_speed() -> Iterator[tuple[str, float]]:
    """Microseconds a word of each language, best of five."""
    words = {
        "kk": [form for _, forms in list_kazakh_nouns() for form in forms],
        "ru": [form for _, _, forms in list_russian_words() for form in forms],
        "en": [form for _, _, forms in list_english_words() for form in forms],
    }
    for language, forms in words.items():
        times = []
        for _ in range(5):
            start = time.perf_counter()
            for form in forms:
                make_key(form, language)
            times.append(time.perf_counter() - start)
        yield language, min(times) / len(forms) * 1e6


def main() -> None:
    lines = ["| | words | forms | missed forms | words merged | precision | recall | F1 |", "|---|---|---|---|---|---|---|---|"]
    for name, scores in list_scores():
        missed = f"{scores.missed} ({scores.missed / scores.forms:.2%})"
        figures = f"{scores.precision:.3f} | {scores.recall:.3f} | {scores.f1:.3f}"
        lines.append(f"| {name} | {scores.words} | {scores.forms} | {missed} | {scores.merged} | {figures} |")
    lines.append("")
    lines += [f"{way}: {same} of {count} forms have the same key" for way, same, count in list_typed_scores()]
    missed, count = list_missed_names()
    lines += ["", f"names in another spelling, case or language: {len(missed)} of {count} pairs missed", *map(str, missed), ""]
    lines += [f"{language}: {microseconds:.1f} us a word" for language, microseconds in measure_speed()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
