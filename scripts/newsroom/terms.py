"""An article -> the keys it is found by, each with its impact: what the article adds to a result, from 1 to 15.

BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009, section 3.6) without its IDF, which the browser knows. The
length of an article counts in steps, so that an edit of a word changes few impacts and few files of the index. Pure.
"""

from __future__ import annotations

import functools
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable
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

_GROUPED_NUMBER = re.compile(f"([0-9])[{GROUP}](?=[0-9]{{3}}(?![0-9]))")


class Fields(NamedTuple):
    """What of an article can be found besides its body, as plain text."""

    title: str
    summary: str
    names: tuple[tuple[str, ...], ...]
    """For each entity that the story is tagged with, its spellings in all languages."""


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


# ---------------------------------------------------------------- texts


class EncodedTexts(NamedTuple):
    """Some texts in numbers: little to send to another process, and each different chunk has to be looked at once only."""

    vocabulary: bytes
    """What stands between two spaces, each chunk once: a line of UTF-8 each."""
    texts: list[array[int]]
    """The places of each text's chunks in the vocabulary."""

    def list_chunks(self) -> list[str]:
        return self.vocabulary.decode().split("\n")


def encode_texts(texts: Iterable[str]) -> EncodedTexts:
    """One text after the other, with nothing between that would drive the vocabulary out of the processor's cache."""
    vocabulary = _Vocabulary()
    encoded = [_encode(split_chunks(text), vocabulary) for text in texts]
    return EncodedTexts("\n".join(vocabulary).encode(), encoded)


def _encode(chunks: list[str], vocabulary: _Vocabulary) -> array[int]:
    try:
        return array("H", map(vocabulary.__getitem__, chunks))
    except OverflowError:
        return array("I", map(vocabulary.__getitem__, chunks))


class _Vocabulary(dict[str, int]):
    """Chunk -> how many others were met before it."""

    def __missing__(self, chunk: str) -> int:
        place = self[chunk] = len(self)
        return place


def split_chunks(text: str) -> list[str]:
    """What stands between two spaces. The thousands of a number do not: 35 994 is one chunk."""
    return _GROUPED_NUMBER.sub(r"\1", text).split()


# ---------------------------------------------------------------- terms

_SEVERAL = "\n"
"""Stands between the keys of a chunk."""
_PUNCTUATION = ".,:;!?()«»\"“”„"
_ONE_WORD = re.compile(f"[{LETTER}]+")


class _ChunkKeys(dict[str, str]):
    """Chunk -> the keys of its words. Each chunk and each word is keyed once: an archive has them many times."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._key_by_word: dict[str, str] = {}

    def __missing__(self, chunk: str) -> str:
        stripped = chunk.strip(_PUNCTUATION)
        if _ONE_WORD.fullmatch(stripped):
            keys = self._key_word(stripped.lower())
        else:
            keys = _SEVERAL.join(key for word in split_words(chunk) if (key := self._key_word(word.text)))
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
        self._keys_by_names: dict[tuple[str, ...], frozenset[str]] = {}

    def look_up(self, chunks: Iterable[str]) -> list[str]:
        """The keys of each chunk, as `find` wants them."""
        return list(map(self._keys.__getitem__, chunks))

    def find(self, fields: Fields, body: Iterable[str]) -> Terms:
        """body: what was looked up of the chunks of the body, in any order."""
        counts = _count_keys(body)
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
        for names in fields.names:
            keys = self._keys_by_names.get(names)
            if keys is None:
                keys = self._keys_by_names[names] = frozenset(key for name in names for key in self._count_keys_of(name))
            weights |= dict.fromkeys(keys, NAME_WEIGHT)
        for weight, text in ((TITLE_WEIGHT, fields.title), (SUMMARY_WEIGHT, fields.summary)):
            for key in self._count_keys_of(text):
                weights[key] = weights.get(key, 0.0) + weight
        return weights

    def _count_keys_of(self, text: str) -> dict[str, int]:
        return _count_keys(self.look_up(split_chunks(text)))


def _count_keys(keys_of_chunks: Iterable[str]) -> dict[str, int]:
    """How often each key is there."""
    counts: dict[str, int] = Counter(keys_of_chunks)
    counts.pop("", None)
    for keys in [keys for keys in counts if _SEVERAL in keys]:
        count = counts.pop(keys)
        for key in keys.split(_SEVERAL):
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
