"""A command that runs while a test does: what it prints, and waiting for it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


class RunningCommand:
    """A process whose output is read as it comes."""

    def __init__(self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], seconds: float) -> None:
        """seconds: how long to wait for anything."""
        self.printed = ""
        self._seconds = seconds
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.printed += line

    def wait(self, find: Callable[[], Any], what: str) -> Any:
        """What `find` finds, once it finds something."""
        end = time.monotonic() + self._seconds
        while not (found := find()):
            assert self.process.poll() is None, f"the command ended:\n{self.printed}"
            assert time.monotonic() < end, f"{what} did not come in {self._seconds} s:\n{self.printed}"
            time.sleep(0.02)
        return found

    def wait_for_line(self, text: str, *, start: int = 0) -> None:
        self.wait(lambda: text in self.printed[start:], f'"{text}"')

    def end(self, stop: Callable[[subprocess.Popen[str]], None]) -> None:
        """Ends this one process."""
        if self.process.poll() is None:
            stop(self.process)
        self.process.wait(self._seconds)
        self._reader.join(self._seconds)
        assert self.process.stdout
        self.process.stdout.close()
