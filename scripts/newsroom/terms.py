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

from .keys import GROUP, make_key, split_words

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
        """Of what was packed."""
        end = 4 + int.from_bytes(packed[:4], "little")
        return cls(packed[end:].decode("ascii").split("\n") if end > 4 else [], packed[4:end])


class TermFinder:
    """Finds the terms of the articles of one language. Keeps every word it has met: an archive has each many times."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._keys_by_word: dict[str, str] = {}
        self._keys_by_chunk: dict[str, tuple[str, ...]] = {}
        self._keys_by_names: dict[tuple[str, ...], frozenset[str]] = {}

    def find(self, fields: Fields) -> Terms:
        counts: dict[str, int] = {}
        known = self._keys_by_chunk
        for chunk, count in Counter(_join_thousands(fields.body).split()).items():
            keys = known.get(chunk) or self._key_chunk(chunk)
            for key in keys:
                counts[key] = counts.get(key, 0) + count
        counts.pop("", None)
        divisor = _divide_by_length(sum(counts.values()))
        rates = _rate_counts(divisor)
        impacts = {key: rates[count] if count < _COMMON_COUNT else _rate(count / divisor) for key, count in counts.items()}
        for key, weight in self._weigh_fields(fields).items():
            impacts[key] = _rate(weight + counts.get(key, 0) / divisor)
        return Terms(list(impacts), bytes(impacts.values()))

    def _weigh_fields(self, fields: Fields) -> dict[str, float]:
        names = self._keys_by_names.get(fields.names)
        if names is None:
            names = self._keys_by_names[fields.names] = frozenset(key for name in fields.names for key in self._key_text(name))
        weights: dict[str, float] = {}
        for weight, keys in ((TITLE_WEIGHT, self._key_text(fields.title)), (SUMMARY_WEIGHT, self._key_text(fields.summary)), (NAME_WEIGHT, names)):
            for key in keys:
                weights[key] = weights.get(key, 0.0) + weight
        return weights

    def _key_text(self, text: str) -> set[str]:
        keys = {key for chunk in _join_thousands(text).split() for key in self._keys_by_chunk.get(chunk) or self._key_chunk(chunk)}
        keys.discard("")
        return keys

    def _key_chunk(self, chunk: str) -> tuple[str, ...]:
        """The keys of what stands between two spaces; ("",) when it has no word."""
        keys = tuple(key for word in split_words(chunk) if (key := self._key_word(word.text))) or ("",)
        self._keys_by_chunk[chunk] = keys
        return keys

    def _key_word(self, word: str) -> str:
        key = self._keys_by_word.get(word)
        if key is None:
            key = self._keys_by_word[word] = make_key(word, self._language)
        return key


def _join_thousands(text: str) -> str:
    """Numbers as one word: 35 994 as 35994."""
    return _GROUPED_NUMBER.sub("", text) if _GROUPED_NUMBER.search(text) else text


def _divide_by_length(words: int) -> float:
    """What the length of a body makes of its counts; the length is rounded to a scale that doubles every two steps."""
    length = 2 ** (round(math.log2(max(words, 1)) * _STEPS_PER_DOUBLING) / _STEPS_PER_DOUBLING)
    return 1 - _LENGTH_SHARE + _LENGTH_SHARE * length / _USUAL_WORDS


@functools.cache
def _rate_counts(divisor: float) -> bytes:
    """The impacts of words that stand in a body alone, by their number."""
    return bytes(_rate(count / divisor) for count in range(_COMMON_COUNT))


def _rate(weight: float) -> int:
    return max(1, round(MAXIMUM_IMPACT * weight / (_SATURATION + weight)))
