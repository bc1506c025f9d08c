"""What one build of one site folder works with: the lock, the store and the workers."""

from __future__ import annotations

import functools
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import filelock

from .disk import explain_write_error
from .execute import Beside, Tasks
from .fingerprints import hash_parts
from .project import Project
from .publish import Publisher
from .store import Store

_MANY_OUTPUTS = 10_000
"""To look at fewer takes less time than to start a process for it."""
_PACKAGES = ("babel", "feedgenerator", "fontpkg-source-sans-3", "jinja2", "markupsafe", "msgspec", "nh3", "pillow", "pyromark")

Progress = Callable[[str, int, int], None]
"""(stage, done, of how many)."""


class BuildError(Exception):
    """The build cannot go on for a reason outside of the content; the message is for people."""


class Workspace:
    """Lock, store and workers of one build of one site folder. Use as a context manager."""

    def __init__(self, project: Project, *, jobs: int = 0, tasks: Tasks | None = None, progress: Progress | None = None) -> None:
        self.project = project
        self.tasks = tasks or Tasks(jobs=jobs)
        self.progress: Progress = progress or (lambda stage, done, total: None)
        self.started = time.perf_counter()
        self._lock = filelock.FileLock(project.state_dir / "lock")
        self._looking: tuple[Beside[bool], object] | None = None

    def __enter__(self) -> Workspace:
        try:
            self.project.state_dir.mkdir(parents=True, exist_ok=True)
            self._acquire()
            digest = hash_parts([digest_program(), repr(self.project.languages).encode(), os.fsencode(self.project.site_dir)])
            self.store = Store(self.project.state_dir / "store.sqlite", version=digest)
        except OSError as error:
            self._lock.release()
            raise BuildError(explain_write_error(error, self.project.state_dir)) from error
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.store.close()
        finally:
            self._lock.release()

    def start_looking(self) -> None:
        """Begins to look at the published files beside what comes next: `is_in_place` will be asked."""
        if len(self.store.outputs) >= _MANY_OUTPUTS:
            self._looking = Beside(self._look), self.store.outputs

    def is_in_place(self) -> bool:
        """True when every published file is as the last build left it, and no other is published."""
        if self._looking and self._looking[1] is self.store.outputs:  # not if the store proved to be damaged and was made anew
            return self._looking[0].result()
        return self._look()

    def _look(self) -> bool:
        publisher, outputs = Publisher(self.project.site_dir), self.store.outputs
        return publisher.read_manifest() == outputs.keys() and all(publisher.read_stamp(path) == record.stamp for path, record in outputs.items())

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            self.progress("another build of this site is running; waiting for it", 0, 0)
            self._lock.acquire()




@functools.cache
def digest_program() -> bytes:
    """Of the program and the packages that write pages: a new version makes everything anew, which costs no more than one cold build."""
    files = [path for path in sorted(Path(__file__).parent.rglob("*")) if path.suffix in (".py", ".html", ".yml")]
    versions = [platform.python_version(), *(f"{package} {version(package)}" for package in _PACKAGES)]
    return hash_parts([*(part.encode() for part in versions), *(part for path in files for part in (path.name.encode(), path.read_bytes()))])
