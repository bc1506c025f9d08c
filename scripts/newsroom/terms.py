"""What travels of an article to the search: its body in numbers, its other fields, its packed terms. Pure."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from typing import NamedTuple

from .keys import GROUP

_GROUPED_NUMBER = re.compile(f"([0-9])[{GROUP}](?=[0-9]{{3}}(?![0-9]))")


class Fields(NamedTuple):
    """What of an article can be found besides its body, as plain text."""

    title: str
    summary: str
    names: tuple[tuple[str, ...], ...]
    """For each entity that the story is tagged with, its spellings in all languages."""


NO_FIELDS = Fields("", "", ())


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
    places = list(map(vocabulary.__getitem__, chunks))
    try:
        return array("H", places)
    except OverflowError:
        return array("I", places)


class _Vocabulary(dict[str, int]):
    """Chunk -> how many others were met before it."""

    def __missing__(self, chunk: str) -> int:
        place = self[chunk] = len(self)
        return place


def split_chunks(text: str) -> list[str]:
    """What stands between two spaces. The thousands of a number do not: 35 994 is one chunk."""
    return _GROUPED_NUMBER.sub(r"\1", text).split()
