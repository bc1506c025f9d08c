"""Runs a command and says what it and all processes below it took: wall time, CPU time, memory together, files written.

Memory is the sum of the proportional set size (PSS) of every process of the tree, as Linux has it in /proc: a page that three
processes share counts a third for each, so that the sum is what the machine gives. Reading it takes milliseconds from a large
process, so that large ones are looked at less often. Where the system does not tell something, it is None.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SAMPLE_SECONDS = 0.02
SAMPLING_SHARE = 0.05
"""Of one core at most for looking at memory."""


class CommandFailed(Exception):
    """The command ended with another exit code than 0; the message holds its words."""


class Usage(NamedTuple):
    """What one run took."""

    wall_seconds: float
    cpu_seconds: float | None
    """User and system time of all its processes that have ended."""
    peak_bytes: int | None


class FileState(NamedTuple):
    """What changes when a file is written or replaced."""

    modified_ns: int
    inode: int
    size_bytes: int


Tree = Mapping[str, FileState]
"""Path relative to the folder -> state, of every file in a folder."""


def run_measured(command: Sequence[str], *, folder: Path, variables: Mapping[str, str] = {}) -> Usage:
    """Runs the command in the folder to its end; raises CommandFailed."""
    with tempfile.TemporaryFile() as words:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT
        )
        sampler = MemorySampler(process.pid)
        sampler.start()
        cpu_seconds, largest_bytes = wait_for(process)
        wall_seconds = time.perf_counter() - started
        peak_bytes = sampler.stop()
        if process.returncode:
            words.seek(0)
            raise CommandFailed(f"{' '.join(command)} ended with exit code {process.returncode}:\n{words.read().decode(errors='replace')}")
    return Usage(wall_seconds, cpu_seconds, None if peak_bytes is None else max(peak_bytes, largest_bytes))


def wait_for(process: subprocess.Popen[bytes]) -> tuple[float | None, int]:
    """CPU seconds of the process and those below it, and the peak bytes of the largest one (0 when unknown)."""
    if not hasattr(os, "wait4"):
        process.wait()
        return None, 0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return used.ru_utime + used.ru_stime, used.ru_maxrss * unit


class MemorySampler(threading.Thread):
    """Watches the memory of a process and all below it until stop()."""

    def __init__(self, process_id: int) -> None:
        super().__init__(daemon=True)
        self._process_id = process_id
        self._ended = threading.Event()
        self._peak_bytes = 0

    def run(self) -> None:
        pause = SAMPLE_SECONDS
        while not self._ended.wait(pause):
            started = time.perf_counter()
            self._peak_bytes = max(self._peak_bytes, sum(map(read_memory, list_processes(self._process_id))))
            pause = max(SAMPLE_SECONDS, (time.perf_counter() - started) / SAMPLING_SHARE)

    def stop(self) -> int | None:
        """The peak in bytes; None where the system does not tell."""
        self._ended.set()
        self.join()
        return self._peak_bytes or None


def list_processes(process_id: int) -> Iterator[int]:
    """The process and all below it (Linux)."""
    yield process_id
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process_id}/task"):
            with open(f"/proc/{process_id}/task/{thread}/children", "rb") as file:
                children = file.read().split()
            for child in children:
                yield from list_processes(int(child))


def read_memory(process_id: int) -> int:
    """Proportional set size in bytes; 0 when the process is gone or the system does not tell."""
    try:
        with open(f"/proc/{process_id}/smaps_rollup", "rb") as file:
            matched = re.search(rb"^Pss:\s*(\d+) kB", file.read(), re.MULTILINE)
    except OSError:
        return 0
    return int(matched[1]) * 1024 if matched else 0


# ---------------------------------------------------------------- files


def scan_tree(folder: Path) -> dict[str, FileState]:
    """The state of every file in the folder; empty when there is no folder."""
    found: dict[str, FileState] = {}
    waiting = [str(folder)] if folder.is_dir() else []
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    status = entry.stat(follow_symlinks=False)
                    found[os.path.relpath(entry.path, folder)] = FileState(status.st_mtime_ns, status.st_ino, status.st_size)
    return found


def list_written(before: Tree, after: Tree) -> list[str]:
    """Files that are new or were written again, even with the same content."""
    return sorted(path for path, state in after.items() if before.get(path) != state)
