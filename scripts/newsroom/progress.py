"""What a long build says meanwhile: one line that renews itself on a terminal, a plain line a stage elsewhere, nothing when quiet."""

from __future__ import annotations

import time
from typing import TextIO

_BAR_CHARACTERS = 24
_REDRAW_SECONDS = 0.1
_LOG_SECONDS = 5.0
"""Between two lines in a log."""


class ProgressLine:
    """Shows the stages of a build on a stream."""

    def __init__(self, stream: TextIO, *, is_quiet: bool = False) -> None:
        self._stream = stream
        self._is_quiet = is_quiet
        self._is_terminal = stream.isatty()
        self._stage = ""
        self._started = self._drawn = self._logged = 0.0

    def show(self, stage: str, done: int, total: int) -> None:
        """A step of a stage; total 0 means that nobody knows how many there are."""
        if self._is_quiet:
            return
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._started, self._drawn, self._logged = stage, now, 0.0, now
        if self._is_terminal:
            self._draw(done, total, now)
        elif total == 0 or now - self._logged > _LOG_SECONDS:
            self._logged = now
            self._stream.write(f"{stage}{f': {done} of {total}' if total else ''}\n")
            self._stream.flush()

    def clear(self) -> None:
        """Takes the line away."""
        if self._is_terminal and not self._is_quiet and self._stage:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _draw(self, done: int, total: int, now: float) -> None:
        if now - self._drawn < _REDRAW_SECONDS and done < total:
            return
        self._drawn = now
        filled = _BAR_CHARACTERS * done // total if total else 0
        bar = f" [{'#' * filled}{'.' * (_BAR_CHARACTERS - filled)}] {done:,} of {total:,}{self._estimate(done, total, now)}" if total else " …"
        self._stream.write(f"\r\x1b[K{self._stage}{bar}")
        self._stream.flush()

    def _estimate(self, done: int, total: int, now: float) -> str:
        elapsed = now - self._started
        if not 0 < done < total or elapsed < 1:
            return ""
        return f", {elapsed / done * (total - done):.0f} s left"
