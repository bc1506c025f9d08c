"""Articles -> the keys they are found by, each with its impact: what the article adds to a result, from 1 to 15.

BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009, section 3.6) without its IDF, which the browser knows. The
length of an article counts in steps, so that an edit of a word changes few impacts and few files of the index. Works on arrays of all
terms of a language at once. Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .keys import LETTER, make_key, split_words
from .terms import EncodedTexts, Fields, Terms, encode_texts

MAXIMUM_IMPACT = 15
TITLE_WEIGHT = 8
SUMMARY_WEIGHT = 3
NAME_WEIGHT = 5
"""Of each spelling of what the story is tagged with: a region, a union, a person, a kind."""
_SATURATION = 1.8
"""k1 of BM25: a weighted number of times that gives half of the largest impact."""
_LENGTH_SHARE = 0.6
"""b of BM25, for the body."""
_USUAL_WORDS = 350
_STEPS_PER_DOUBLING = 2

_PUNCTUATION = ".,:;!?()«»\"“”„"
_ONE_WORD = re.compile(f"[{LETTER}]+")
_ARTICLE_BITS = 32
"""A code is (number of a key) << 32 | (place of an article)."""
_ARTICLE_MASK = (1 << _ARTICLE_BITS) - 1

Ints = NDArray[np.int64]
Counts = NDArray[np.int32]
_NOTHING: Ints = np.zeros(0, np.int64)
_NO_COUNTS: Counts = np.zeros(0, np.int32)


class TermTable(NamedTuple):
    """The terms of some articles: three arrays of one length, ascending by key, then by article."""

    keys: list[str]
    """Key by its number."""
    numbers: Ints
    """Of the keys."""
    articles: Ints
    """Places of the articles."""
    impacts: NDArray[np.uint8]

    def pack(self, count: int) -> Iterator[bytes]:
        """The packed terms of each of so many articles."""
        order = np.argsort(self.articles.astype(np.min_scalar_type(count)), kind="stable")
        names, numbers = np.array(self.keys, dtype=object), self.numbers[order]
        impacts = self.impacts[order].tobytes()
        ends = np.cumsum(np.bincount(self.articles, minlength=count)).tolist()
        return (Terms(names[numbers[start:end]].tolist(), impacts[start:end]).pack() for start, end in zip([0, *ends], ends, strict=False))


def tabulate(articles: Iterable[Terms]) -> TermTable:
    """The table of articles whose terms are known."""
    numbers = _Numbers()
    codes, impacts = _encode_terms(numbers, enumerate(articles))
    return _make_table(numbers, codes, impacts)


class TermFinder:
    """Finds the terms of the articles of one language."""

    def __init__(self, language: str) -> None:
        self._numbers = _Numbers()
        self._keys = _ChunkKeys(language, self._numbers)
        self._keys_by_names: dict[tuple[str, ...], Ints] = {}

    def find(self, fields: Sequence[Fields], bodies: Iterable[tuple[Sequence[int], EncodedTexts]], known: Mapping[int, Terms] = {}) -> TermTable:
        """fields: of each article. bodies: texts, each with the place of its article among the fields, or -1 for a text that does not count.
        known: terms of articles that have no body."""
        codes, counts = _join([self._count(texts, places) for places, texts in bodies])
        words = np.bincount(codes & _ARTICLE_MASK, weights=counts, minlength=len(fields))
        divisors = np.array([_divide_by_length(int(length)) for length in words])
        weighed = [(codes, counts, np.zeros(len(codes), np.int32))]
        wanted = [place for place in range(len(fields)) if place not in known]
        for weight, field in ((TITLE_WEIGHT, "title"), (SUMMARY_WEIGHT, "summary")):
            found, _ = self._count(encode_texts(getattr(fields[place], field) for place in wanted), wanted)
            weighed.append((found, np.zeros(len(found), np.int32), np.full(len(found), weight, np.int32)))
        names = self._find_names(fields, wanted)
        weighed.append((names, np.zeros(len(names), np.int32), np.full(len(names), NAME_WEIGHT, np.int32)))
        columns = [np.concatenate(column) for column in zip(*weighed, strict=True)]
        del codes, counts, weighed  # a hundred megabytes less in each worker
        codes, counts, weights = _add_up(*columns)
        del columns
        impacts = _rate(weights, counts, divisors[codes & _ARTICLE_MASK])
        known_codes, known_impacts = _encode_terms(self._numbers, known.items())
        return _make_table(self._numbers, np.concatenate((codes, known_codes)), np.concatenate((impacts, known_impacts)))

    def _count(self, texts: EncodedTexts, places: Sequence[int]) -> tuple[Ints, Counts]:
        """Codes, ascending, and how often each is there."""
        keys = list(map(self._keys.__getitem__, texts.list_chunks()))
        sizes = np.fromiter(map(len, keys), np.int64, len(keys))
        starts = np.cumsum(sizes) - sizes
        flat = np.fromiter(chain.from_iterable(keys), np.int64, int(sizes.sum()))
        chosen = [(place, np.frombuffer(text, text.typecode)) for place, text in zip(places, texts.texts, strict=True) if place >= 0 and text]
        if not chosen:
            return _NOTHING, _NO_COUNTS
        chunks = np.concatenate([text for _, text in chosen]).astype(np.int64)
        articles = np.repeat(np.array([place for place, _ in chosen], np.int64), [len(text) for _, text in chosen])
        lengths = sizes[chunks]
        within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        numbers = flat[np.repeat(starts[chunks], lengths) + within]
        codes, counts = np.unique(numbers << _ARTICLE_BITS | np.repeat(articles, lengths), return_counts=True)
        return codes, counts.astype(np.int32)

    def _find_names(self, fields: Sequence[Fields], wanted: Sequence[int]) -> Ints:
        """Codes of the names of what the articles are tagged with, each once, ascending."""
        keys = [(place, self._find_keys(names)) for place in wanted for names in fields[place].names]
        if not keys:
            return _NOTHING
        articles = np.repeat(np.array([place for place, _ in keys], np.int64), [len(numbers) for _, numbers in keys])
        codes = np.sort(np.concatenate([numbers for _, numbers in keys]) << _ARTICLE_BITS | articles)  # np.unique takes thrice as long
        return codes[np.concatenate(([True], codes[1:] != codes[:-1]))]

    def _find_keys(self, names: tuple[str, ...]) -> Ints:
        keys = self._keys_by_names.get(names)
        if keys is None:
            chunks = encode_texts(names).list_chunks()
            keys = self._keys_by_names[names] = np.fromiter(chain.from_iterable(map(self._keys.__getitem__, chunks)), np.int64)
        return keys


class _Numbers(dict[str, int]):
    """Key -> its number, by first appearance."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class _ChunkKeys(dict[str, tuple[int, ...]]):
    """Chunk -> the numbers of the keys of its words. Each chunk and each word is keyed once: an archive has them many times."""

    def __init__(self, language: str, numbers: _Numbers) -> None:
        super().__init__()
        self._language = language
        self._numbers = numbers
        self._keys_by_word: dict[str, tuple[int, ...]] = {}

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        stripped = chunk.strip(_PUNCTUATION)
        if _ONE_WORD.fullmatch(stripped):
            keys = self._key_word(stripped.lower())
        else:
            keys = tuple(chain.from_iterable(self._key_word(word.text) for word in split_words(chunk)))
        self[chunk] = keys
        return keys

    def _key_word(self, word: str) -> tuple[int, ...]:
        keys = self._keys_by_word.get(word)
        if keys is None:
            key = make_key(word, self._language)
            keys = self._keys_by_word[word] = (self._numbers[key],) if key else ()
        return keys


def _encode_terms(numbers: _Numbers, articles: Iterable[tuple[int, Terms]]) -> tuple[Ints, NDArray[np.uint8]]:
    """Codes and impacts of terms that are known."""
    codes, impacts = [], []
    for place, terms in articles:
        codes.append(np.fromiter(map(numbers.__getitem__, terms.keys), np.int64, len(terms.keys)) << _ARTICLE_BITS | place)
        impacts.append(np.frombuffer(terms.impacts, np.uint8))
    return np.concatenate([_NOTHING, *codes]), np.concatenate([np.zeros(0, np.uint8), *impacts])


def _make_table(numbers: _Numbers, codes: Ints, impacts: NDArray[np.uint8]) -> TermTable:
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    return TermTable(list(numbers), codes >> _ARTICLE_BITS, codes & _ARTICLE_MASK, impacts[order])


def _join(parts: list[tuple[Ints, Counts]]) -> tuple[Ints, Counts]:
    return np.concatenate([_NOTHING, *(codes for codes, _ in parts)]), np.concatenate([_NO_COUNTS, *(counts for _, counts in parts)])


def _add_up(codes: Ints, counts: Counts, weights: Counts) -> tuple[Ints, Counts, Counts]:
    """Each code once, ascending, with all its counts and all its weights."""
    if not len(codes):
        return codes, counts, weights
    order = np.argsort(codes)
    codes = codes[order]
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    return codes[starts], np.add.reduceat(counts[order], starts, dtype=np.int32), np.add.reduceat(weights[order], starts, dtype=np.int32)


def _divide_by_length(words: int) -> float:
    """What the length of a body makes of its counts; the length is rounded to a scale that doubles every two steps."""
    length = 2 ** (round(math.log2(max(words, 1)) * _STEPS_PER_DOUBLING) / _STEPS_PER_DOUBLING)
    return 1 - _LENGTH_SHARE + _LENGTH_SHARE * length / _USUAL_WORDS


def _rate(weights: Counts, counts: Counts, divisors: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The impacts of words with the weights of their other fields and their numbers in the body."""
    total = weights + counts / divisors
    impacts: NDArray[np.float64] = np.maximum(1, np.rint(MAXIMUM_IMPACT * total / (_SATURATION + total)))
    return impacts.astype(np.uint8)
