"""Which of many known paths was most likely meant by one that leads to nothing.

difflib compares one name with another in about 10 us, too long for a site's 30,000: pairs of letters pick the few that are worth it.
"""

from __future__ import annotations

import difflib
import posixpath
from collections import Counter
from collections.abc import Iterable

_LONGEST_NAME = 100
_COMPARED_NAMES = 30
_CLOSE_ENOUGH = 0.75


class PathIndex:
    """Known paths, found by a misspelt name."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths_by_name: dict[str, list[str]] = {}
        for path in paths:
            self._paths_by_name.setdefault(_find_name(path), []).append(path)
        self._names_by_pair: dict[str, list[str]] = {}
        for name in self._paths_by_name:
            for pair in _list_pairs(name):
                self._names_by_pair.setdefault(pair, []).append(name)
        self._known: dict[str, list[str]] = {}

    def find(self, path: str) -> str | None:
        """The path whose name is close to this one's, of several the one that shares most with it; None when none is close."""
        name = _find_name(path)
        if name not in self._known:
            self._known[name] = self._find_paths(name)
        return max(self._known[name], key=lambda other: difflib.SequenceMatcher(None, path, other).ratio(), default=None)

    def _find_paths(self, name: str) -> list[str]:
        shared = Counter(other for pair in _list_pairs(name) for other in self._names_by_pair.get(pair, ()))
        likely = [other for other, _ in shared.most_common(_COMPARED_NAMES)]
        close = difflib.get_close_matches(name, likely, n=1, cutoff=_CLOSE_ENOUGH)
        return self._paths_by_name[close[0]] if close else []


def _find_name(path: str) -> str:
    """What tells the path from others: the slug of an article, the name of a page without .md, the whole name of another file."""
    name = posixpath.basename(path).lower()[:_LONGEST_NAME]
    if not name.endswith(".md"):
        return name
    stem = name.removesuffix(".md")
    return stem.rpartition(".")[0] or stem


def _list_pairs(name: str) -> set[str]:
    framed = f" {name} "
    return {framed[start : start + 2] for start in range(len(framed) - 1)}
