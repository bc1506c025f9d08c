"""Running text drawn from a vocabulary: words by rank, sentences by pattern. Knows no language of its own.

Draws come from `random.Random.random` alone, whose numbers are the same in every Python and on every machine for a seed.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Generic, NamedTuple, Protocol, TypeVar

Item = TypeVar("Item")
Source = Callable[[], float]
"""Gives the next number from 0 up to 1."""

_SLOT = re.compile(r"\{([^}]+)\}")
_RANK_OFFSET = 3.0
"""Zipf-Mandelbrot: the first few words of a list are about as frequent as each other."""


def list_weights(count: int, *, rare: int = 0) -> list[float]:
    """Weights of `count` words in the order of their frequency, then of `rare` ones, which share a tenth of all draws."""
    weights = [1 / (rank + _RANK_OFFSET) for rank in range(count)]
    return weights + [sum(weights) / 9 / rare] * rare if rare else weights


class Drawer(Protocol):
    """Something that gives a word or phrase for every draw."""

    def draw(self, source: Source) -> str: ...


class Ranked(Generic[Item]):
    """Items in the order of their frequency; the n-th is drawn with a weight of 1 / (n + 3)."""

    def __init__(self, items: Iterable[Item], *, weights: Iterable[float] | None = None) -> None:
        self.items = tuple(items)
        self._sums = list(accumulate(weights if weights is not None else list_weights(len(self.items))))

    def draw(self, source: Source) -> Item:
        return self.items[bisect(self._sums, source() * self._sums[-1])]


class Even:
    """Words drawn with equal weights: numbers, years."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    def draw(self, source: Source) -> str:
        return self._words[int(source() * len(self._words))]


class Joined:
    """Two draws side by side: first name and surname."""

    def __init__(self, first: Drawer, second: Drawer) -> None:
        self._first, self._second = first, second

    def draw(self, source: Source) -> str:
        return f"{self._first.draw(source)} {self._second.draw(source)}"


NUMBERS: dict[str, Drawer] = {"num": Even(map(str, range(5, 990))), "percent": Even(map(str, range(5, 20))), "year": Even(map(str, range(1998, 2027)))}
"""Slots of every language. 5 to 19 and the like keep Russian's plural simple enough."""


class Lexicon(NamedTuple):
    """A language's vocabulary and the patterns of its texts, with slots in braces: {code} draws, {@name} is given."""

    drawers: Mapping[str, Drawer]
    leads: Sequence[str]
    """First sentences; may use {@day}, {@inside} and {@union}."""
    sentences: Sequence[str]
    titles: Sequence[str]
    """May use {@inside}."""
    headings: Sequence[str]
    points: Sequence[str]
    """Items of lists, without a full stop."""
    links: Sequence[str]
    """Sentences around {@link}."""
    notes: Sequence[str]
    columns: tuple[str, str, str]
    """Heads of a table: what, how much, of which year."""
    fixture_note: str
    """Says that a program made the text up."""
    write_day: Callable[[int, int, int], str]
    """Year, month and day as running text needs them."""


class Pattern:
    """One pattern of a lexicon, ready to be filled."""

    def __init__(self, text: str, drawers: Mapping[str, Drawer]) -> None:
        parts = _SLOT.split(text)
        self._literals = parts[0::2]
        self._slots = [code[1:] if code.startswith("@") else drawers[code] for code in parts[1::2]]

    def fill(self, source: Source, given: Mapping[str, str]) -> str:
        """The text, with a capital at its start."""
        words = [self._literals[0]]
        for slot, literal in zip(self._slots, self._literals[1:], strict=True):
            words.append(given[slot] if isinstance(slot, str) else slot.draw(source))
            words.append(literal)
        text = "".join(words)
        return text[0].upper() + text[1:]


class Patterns:
    """Patterns that are drawn with equal weights."""

    def __init__(self, texts: Iterable[str], drawers: Mapping[str, Drawer]) -> None:
        self._patterns = [Pattern(text, drawers) for text in texts]

    def fill(self, source: Source, given: Mapping[str, str] = {}) -> str:
        return self._patterns[int(source() * len(self._patterns))].fill(source, given)


class Writer:
    """Writes the parts of articles in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.leads, self.sentences, self.titles, self.headings, self.points, self.links, self.notes = (
            Patterns(texts, lexicon.drawers)
            for texts in (lexicon.leads, lexicon.sentences, lexicon.titles, lexicon.headings, lexicon.points, lexicon.links, lexicon.notes)
        )

    def write_paragraph(self, source: Source, *, sentences: int) -> str:
        return " ".join(self.sentences.fill(source) for _ in range(sentences))

    def write_list(self, source: Source, *, is_numbered: bool, items: int) -> str:
        ends = [";"] * (items - 1) + ["."]
        marks = [f"{number}." if is_numbered else "-" for number in range(1, items + 1)]
        points = [self.points.fill(source) for _ in range(items)]
        return "\n".join(f"{mark} {point}{end}" for mark, point, end in zip(marks, points, ends, strict=True))

    def write_table(self, source: Source, *, rows: int, year: int) -> str:
        lines = ["| " + " | ".join(self.lexicon.columns) + " |", "| --- | ---: | ---: |"]
        lines += [f"| {self.points.fill(source)} | {int(source() * 9000) + 10} | {year - int(source() * 3)} |" for _ in range(rows)]
        return "\n".join(lines)


def count_words(text: str) -> int:
    return len(text.split())
