"""Runs `newsroom` with its arguments where everything that should not matter is different; used by test_reproducible.

SHUFFLE: a seed for the order in which the system lists folders. UMASK: octal. LATER_SECONDS: added to the clock. LOW_THRESHOLD: a pool
for a few pages.
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import Any

import newsroom.build
import newsroom.execute
import newsroom.intake
from newsroom.cli import main


class Shuffled:
    """What os.scandir gives, in another order."""

    def __init__(self, entries: list[os.DirEntry[str]]) -> None:
        self._entries = entries

    def __iter__(self) -> Shuffled:
        return self

    def __next__(self) -> os.DirEntry[str]:
        if not self._entries:
            raise StopIteration
        return self._entries.pop()

    def __enter__(self) -> Shuffled:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries = []


def shuffle_folders(seed: str) -> None:
    """Every listing of a folder comes in another order."""
    generator = random.Random(seed)
    scan, names = os.scandir, os.listdir

    def scan_shuffled(path: Any = ".") -> Shuffled:
        with scan(path) as entries:
            found = list(entries)
        generator.shuffle(found)
        return Shuffled(found)

    def list_shuffled(path: Any = ".") -> list[str]:
        found = names(path)
        generator.shuffle(found)
        return found

    os.scandir, os.listdir = scan_shuffled, list_shuffled  # type: ignore[assignment]


if __name__ == "__main__":
    if "SHUFFLE" in os.environ:
        shuffle_folders(os.environ["SHUFFLE"])
    if "UMASK" in os.environ:
        os.umask(int(os.environ["UMASK"], 8))
    if "LATER_SECONDS" in os.environ:
        now, later = time.time, int(os.environ["LATER_SECONDS"])
        time.time = lambda: now() + later
    if "LOW_THRESHOLD" in os.environ:
        newsroom.execute.POOL_THRESHOLD = 2
        newsroom.intake.CHECK_BATCH = newsroom.build.RENDER_BATCH = 5
    sys.exit(main())
