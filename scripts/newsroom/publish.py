"""Puts files into the site folder so that readers never see a torn one, and takes away those that no longer belong.

New contents are written to a folder of their own inside the site folder first; only when all of them are there are they renamed
into place, and removals come last. A full disk or a kill before the renames leaves the old site as it was. A list of all
files that were ever put there stands in the site folder itself: what it does not name is never deleted.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from .sources import Stamp, digest_bytes
from .store import OutputRecord

STAGING_FOLDER = ".newsroom-new"
MANIFEST_NAME = ".newsroom-files"
_MANIFEST_HEAD = "newsroom files"


class PublishError(Exception):
    """The site folder cannot be written; the message is for people."""


class Staged(NamedTuple):
    """A new content that waits beside the site."""

    temporary: str
    path: str
    fingerprint: bytes
    digest: bytes


class Publisher:
    """One run of changes to a site folder: stage(), then publish(), or discard()."""

    def __init__(self, site_dir: Path) -> None:
        self._site = str(site_dir)
        self._staging = os.path.join(self._site, STAGING_FOLDER)
        self.staged: list[Staged] = []
        self._safe_folders: set[str] = set()
        self.files_written = 0
        self.bytes_written = 0

    def read_stamp(self, path: str) -> Stamp | None:
        """The stamp of a published file; None when there is no regular file."""
        try:
            status = os.lstat(f"{self._site}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Stamp.of(status) if stat.S_ISREG(status.st_mode) else None

    def read_digest(self, path: str) -> bytes:
        with open(f"{self._site}/{path}", "rb") as file:
            return digest_bytes(file.read())

    def is_published(self, path: str, content: bytes) -> bool:
        """True when the file is there with exactly this content."""
        stamp = self.read_stamp(path)
        if stamp is None or stamp.size_bytes != len(content):
            return False
        with open(f"{self._site}/{path}", "rb") as file:
            return file.read() == content

    def stage(self, path: str, content: bytes, fingerprint: bytes) -> None:
        """Writes the new content of a file beside the site; raises PublishError."""
        temporary = f"{self._staging}/{len(self.staged)}"
        try:
            if not self.staged:
                self._start()
            self._make_folder(os.path.dirname(path))
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
            try:
                _write_all(descriptor, content)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._explain(error, path) from error
        self.staged.append(Staged(temporary, path, fingerprint, digest_bytes(content)))
        self.bytes_written += len(content)

    def publish(self) -> list[tuple[str, OutputRecord]]:
        """Renames everything staged into place; returns what the store must remember of it."""
        records = []
        for staged in self.staged:
            target = f"{self._site}/{staged.path}"
            try:
                os.replace(staged.temporary, target)
                stamp = Stamp.of(os.lstat(target))
            except OSError as error:
                raise self._explain(error, staged.path) from error
            records.append((staged.path, OutputRecord(staged.fingerprint, stamp, staged.digest)))
        self.files_written = len(records)
        return records

    def remove(self, paths: Iterable[str]) -> int:
        """Deletes published files and the folders that become empty; returns how many files were there."""
        count = 0
        for path in paths:
            try:
                if not self._is_inside(os.path.dirname(path)):
                    continue
                os.unlink(f"{self._site}/{path}")
                count += 1
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                continue
            except OSError as error:
                raise self._explain(error, path) from error
            self._remove_empty_folders(os.path.dirname(path))
        return count

    def discard(self) -> None:
        """Forgets what is staged and takes its folder away, with what a killed build left there."""
        self.staged = []
        shutil.rmtree(self._staging, ignore_errors=True)

    # ------------------------------------------------------------ the list of our files

    def read_manifest(self) -> set[str]:
        """Paths of all files that earlier builds put here; empty when the list is missing or damaged."""
        try:
            with open(f"{self._site}/{MANIFEST_NAME}", encoding="utf-8", newline="\n") as file:
                head, _, listed = file.read().partition("\n")
        except (OSError, UnicodeDecodeError):
            return set()
        if head != f"{_MANIFEST_HEAD} {digest_bytes(listed.encode()).hex()}":
            return set()
        return {path for path in listed.split("\n") if path and ".." not in path.split("/") and not path.startswith("/")}

    def write_manifest(self, paths: Iterable[str]) -> None:
        """Replaces the list, when it differs."""
        listed = "".join(f"{path}\n" for path in sorted(paths))
        content = f"{_MANIFEST_HEAD} {digest_bytes(listed.encode()).hex()}\n{listed}".encode()
        if self.is_published(MANIFEST_NAME, content):
            return
        temporary = f"{self._site}/{MANIFEST_NAME}.new"
        try:
            os.makedirs(self._site, exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(content)
            os.replace(temporary, f"{self._site}/{MANIFEST_NAME}")
        except OSError as error:
            raise self._explain(error, MANIFEST_NAME) from error

    # ------------------------------------------------------------ folders

    def _start(self) -> None:
        shutil.rmtree(self._staging, ignore_errors=True)
        os.makedirs(self._staging)

    def _make_folder(self, folder: str) -> None:
        """Makes a folder and those above it; none of them may be a symbolic link."""
        if folder in self._safe_folders or not folder:
            return
        self._make_folder(os.path.dirname(folder))
        place = f"{self._site}/{folder}"
        try:
            os.mkdir(place)
        except FileExistsError:
            if os.path.islink(place):
                raise OSError(errno.ELOOP, "a folder of the site is a symbolic link") from None
        self._safe_folders.add(folder)

    def _is_inside(self, folder: str) -> bool:
        """False when a folder on the way is a symbolic link: nothing is written or deleted behind it."""
        while folder:
            if os.path.islink(f"{self._site}/{folder}"):
                return False
            folder = os.path.dirname(folder)
        return True

    def _remove_empty_folders(self, folder: str) -> None:
        while folder:
            try:
                os.rmdir(f"{self._site}/{folder}")
            except OSError:
                return
            folder = os.path.dirname(folder)

    def _explain(self, error: OSError, path: str) -> PublishError:
        place = f"{self._site}/{path}"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return PublishError(f"the disk is full: {place} cannot be written. Free some space and build again.")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return PublishError(f"{place} cannot be written: the folder is read-only or belongs to somebody else.")
        return PublishError(f"{place} cannot be written: {error.strerror}.")


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
