"""An article -> the keys it is found by, each with its impact: what the article adds to a result, from 1 to 15.

BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009, section 3.6) without its IDF, which the browser knows. The
length of an article counts in steps, so that an edit of a word changes few impacts and few files of the index. Pure.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import NamedTuple

from .keys import GROUP, LETTER, make_key, split_words

MAXIMUM_IMPACT = 15
TITLE_WEIGHT = 8.0
SUMMARY_WEIGHT = 3.0
NAME_WEIGHT = 5.0
"""Of each spelling of what the story is tagged with: a region, a union, a person, a kind."""
_SATURATION = 1.8
"""k1 of BM25: a weighted number of times that gives half of the largest impact."""
_LENGTH_SHARE = 0.6
"""b of BM25, for the body."""
_USUAL_WORDS = 350
_STEPS_PER_DOUBLING = 2
_COMMON_COUNT = 50

_THREE_DIGITS = re.compile("[0-9]{3}(?![0-9])")
_GROUPED_NUMBER = re.compile(f"(?<=[0-9])[{GROUP}](?=[0-9]{{3}}(?![0-9]))")


class Fields(NamedTuple):
    """What of an article can be found, as plain text."""

    title: str
    summary: str
    names: tuple[str, ...]
    """Spellings, in all languages, of what the story is tagged with."""
    body: str


class Terms(NamedTuple):
    """The keys of an article and the impact of each, in no order."""

    keys: list[str]
    impacts: bytes

    def pack(self) -> bytes:
        return len(self.impacts).to_bytes(4, "little") + self.impacts + "\n".join(self.keys).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Terms:
        """Of what was packed; nothing packed is no terms."""
        end = 4 + int.from_bytes(packed[:4], "little")
        return cls(packed[end:].decode("ascii").split("\n") if end > 4 else [], packed[4:end])


_SEVERAL = "\n"
"""Stands between the keys of a chunk; at the beginning of those of a chunk that may go on with a number."""
_PUNCTUATION = ".,:;!?()«»\"“”„"
_ONE_WORD = re.compile(f"[{LETTER}]+")


class _ChunkKeys(dict[str, str]):
    """What stands between two spaces -> the keys of its words. Each chunk and each word is keyed once: an archive has them many times."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._key_by_word: dict[str, str] = {}

    def __missing__(self, chunk: str) -> str:
        stripped = chunk.strip(_PUNCTUATION)
        if _ONE_WORD.fullmatch(stripped):
            keys = self._key_word(stripped)
        else:
            keys = _SEVERAL.join(key for word in split_words(chunk) if (key := self._key_word(word.text)))
            if _THREE_DIGITS.match(chunk):  # may be the end of a number whose thousands stand apart: the 994 of 35 994
                keys = _SEVERAL + keys
        self[chunk] = keys
        return keys

    def _key_word(self, word: str) -> str:
        key = self._key_by_word.get(word)
        if key is None:
            key = self._key_by_word[word] = make_key(word, self._language)
        return key


class TermFinder:
    """Finds the terms of the articles of one language."""

    def __init__(self, language: str) -> None:
        self._keys = _ChunkKeys(language)
        self._keys_by_name: dict[str, tuple[str, ...]] = {}

    def find(self, fields: Fields) -> Terms:
        counts = self._count_keys(fields.body)
        divisor = _divide_by_length(sum(counts.values()))
        weights = self._weigh_fields(fields)
        weighted = bytes([_rate(weight, counts.pop(key, 0), divisor) for key, weight in weights.items()])
        rates = _rate_counts(divisor)
        try:
            impacts = bytes(map(rates.__getitem__, counts.values()))
        except IndexError:
            impacts = bytes(_rate(0.0, count, divisor) for count in counts.values())
        return Terms([*counts, *weights], impacts + weighted)

    def _weigh_fields(self, fields: Fields) -> dict[str, float]:
        weights: dict[str, float] = {}
        for name in fields.names:
            keys = self._keys_by_name.get(name)
            if keys is None:
                keys = self._keys_by_name[name] = tuple(self._count_keys(name))
            weights |= dict.fromkeys(keys, NAME_WEIGHT)
        for weight, text in ((TITLE_WEIGHT, fields.title), (SUMMARY_WEIGHT, fields.summary)):
            for key in self._count_keys(text):
                weights[key] = weights.get(key, 0.0) + weight
        return weights

    def _count_keys(self, text: str) -> dict[str, int]:
        """How often each key stands in the text."""
        counts: dict[str, int] = Counter(map(self._keys.__getitem__, text.split()))
        counts.pop("", None)
        several = [keys for keys in counts if _SEVERAL in keys]
        if any(keys[0] == _SEVERAL for keys in several):
            joined = _GROUPED_NUMBER.sub("", text)
            if joined != text:
                return self._count_keys(joined)
        for keys in several:
            count = counts.pop(keys)
            for key in keys.lstrip(_SEVERAL).split(_SEVERAL):
                counts[key] = counts.get(key, 0) + count
        return counts


def _divide_by_length(words: int) -> float:
    """What the length of a body makes of its counts; the length is rounded to a scale that doubles every two steps."""
    length = 2 ** (round(math.log2(max(words, 1)) * _STEPS_PER_DOUBLING) / _STEPS_PER_DOUBLING)
    return 1 - _LENGTH_SHARE + _LENGTH_SHARE * length / _USUAL_WORDS


@functools.cache
def _rate_counts(divisor: float) -> bytes:
    """The impacts of words that stand in a body alone, by their number."""
    return bytes(_rate(0.0, count, divisor) for count in range(_COMMON_COUNT))


@functools.lru_cache(10_000)
def _rate(weight: float, count: int, divisor: float) -> int:
    """The impact of a word with the weight of its other fields and its number in the body."""
    weight += count / divisor
    return max(1, round(MAXIMUM_IMPACT * weight / (_SATURATION + weight)))
