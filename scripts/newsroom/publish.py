"""Puts files into the site folder so that readers never see a torn one, and takes away those that no longer belong.

New contents are written to a folder of their own inside the site folder first; only when all of them are there are they renamed
into place (a folder that the site does not have yet as a whole), and removals come last. A full disk, a missing permission or a kill before the renames leaves the old site as it
was. A list of all files that were ever put there stands in the site folder itself: what it does not name is never deleted.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .disk import explain_write_error
from .sources import Stamp, digest_bytes
from .store import OutputRecord

STAGING_FOLDER = ".newsroom-new"
MANIFEST_NAME = ".newsroom-files"
_NEW_MANIFEST_NAME = f"{MANIFEST_NAME}.new"
_MANIFEST_HEAD = "newsroom files"


class PublishError(Exception):
    """The site folder cannot be written; the message is for people."""


def digest_output(content: bytes) -> bytes:
    """Tells whether a published file of the same size is still ours; against chance, not malice (CRC-32, a sixth of BLAKE2's time)."""
    return zlib.crc32(content).to_bytes(4, "big")


class Put(NamedTuple):
    """A content that was made, and where it is now."""

    path: str
    temporary: str
    """The file beside the site that holds it; empty when the published file holds it already."""
    digest: bytes
    size_bytes: int
    stamp: Stamp | None = None
    """Of the file beside the site."""


class Stager(NamedTuple):
    """Puts new contents beside a site; may be sent to other processes, which do that at the same time."""

    site: str
    staging: str
    """A folder that holds what is new, each file at the path that it will have in the site."""
    has_site: bool
    """False when nothing is published yet."""

    def put(self, path: str, content: bytes) -> Put:
        """Writes a file's new content, unless it is published already; raises PublishError."""
        if self.has_site and self._is_published(path, content):
            return Put(path, "", digest_output(content), len(content))
        temporary = f"{self.staging}/{path}"
        try:
            stamp = _write_new_file(temporary, content)
        except OSError as error:
            raise PublishError(explain_write_error(error, f"{self.site}/{path}")) from error
        return Put(path, temporary, digest_output(content), len(content), stamp)

    def _is_published(self, path: str, content: bytes) -> bool:
        try:
            status = os.lstat(f"{self.site}/{path}")
            if not stat.S_ISREG(status.st_mode) or status.st_size != len(content):
                return False
            with open(f"{self.site}/{path}", "rb", buffering=0) as file:
                return file.read() == content
        except OSError:
            return False


class Staged(NamedTuple):
    """A new content that waits beside the site."""

    temporary: str
    path: str
    fingerprint: bytes
    digest: bytes
    stamp: Stamp | None


class Publisher:
    """One run of changes to a site folder: start(), accept() every file that was put, make_way(), publish(), remove(); and discard() in any case."""

    def __init__(self, site_dir: Path) -> None:
        self._site = str(site_dir)
        self._staging = os.path.join(self._site, STAGING_FOLDER)
        self.staged: list[Staged] = []
        self._safe_folders: set[str] = set()
        self._new_folders: set[str] = set()
        """The topmost of those that the site does not have yet."""
        self.files_written = 0
        self.files_removed = 0
        self.bytes_written = 0

    def read_stamp(self, path: str) -> Stamp | None:
        """The stamp of a published file; None when there is no regular file that can be reached."""
        try:
            status = os.lstat(f"{self._site}/{path}")
        except OSError:
            return None
        return Stamp.of(status) if stat.S_ISREG(status.st_mode) else None

    def read_digest(self, path: str) -> bytes:
        """The digest of a published file; empty when it cannot be read."""
        content = self._read(path)
        return b"" if content is None else digest_output(content)

    def read_content(self, path: str) -> bytes:
        """A published file; empty when it cannot be read."""
        return self._read(path) or b""

    def _read(self, path: str) -> bytes | None:
        try:
            with open(f"{self._site}/{path}", "rb") as file:
                return file.read()
        except OSError:
            return None

    def start(self) -> Stager:
        """What puts files beside the site; raises PublishError.

        Into a folder of this build alone: a worker may outlive a killed build by a moment, and must not write into the next one's.
        """
        folder = f"{self._staging}/{secrets.token_hex(8)}"
        has_site = os.path.lexists(self._site)
        try:
            os.makedirs(folder)
        except OSError as error:
            raise self._explain(error, STAGING_FOLDER) from error
        return Stager(self._site, folder, has_site)

    def accept(self, put: Put, fingerprint: bytes) -> list[tuple[str, OutputRecord]]:
        """Takes in what was put: publish() will rename it. Of a file that is right already, what the store must remember."""
        if put.temporary:
            self.staged.append(Staged(put.temporary, put.path, fingerprint, put.digest, put.stamp))
            self.bytes_written += put.size_bytes
            return []
        stamp = self.read_stamp(put.path)
        return [(put.path, OutputRecord(fingerprint, stamp, put.digest))] if stamp else []

    def make_way(self, stale: Iterable[str]) -> None:
        """Sees that everything staged has a place where nothing but our own files would be replaced; raises PublishError.

        Removals come last, but for a file of ours that stands where a folder is needed, or the other way round.
        """
        self._remove_obstacles(set(stale))
        for staged in self.staged:
            try:
                if self._find_folder(staged.path):
                    self._clear_place(staged.path)
            except OSError as error:
                raise self._explain(error, staged.path) from error

    def publish(self) -> list[tuple[str, OutputRecord]]:
        """Renames everything staged into place; returns what the store must remember of it."""
        records = []
        moved: set[str] = set()
        for staged in self.staged:
            whole = next((folder for folder in _list_folders(staged.path) if folder in self._new_folders), staged.path)
            try:
                if whole not in moved:
                    os.replace(staged.temporary.removesuffix(staged.path) + whole, f"{self._site}/{whole}")
                    moved.add(whole)
                # Nothing of a file changes when a folder above it is renamed; its own renaming is a change.
                stamp = staged.stamp if staged.stamp and whole != staged.path else Stamp.of(os.lstat(f"{self._site}/{staged.path}"))
            except OSError as error:
                raise self._explain(error, staged.path) from error
            records.append((staged.path, OutputRecord(staged.fingerprint, stamp, staged.digest)))
        self.files_written = len(records)
        return records

    def remove(self, paths: Iterable[str]) -> None:
        """Deletes published files and the folders that become empty."""
        for path in paths:
            try:
                if not self._is_inside(os.path.dirname(path)):
                    continue
                os.unlink(f"{self._site}/{path}")
                self.files_removed += 1
            except FileNotFoundError:
                pass  # by a build that was killed before it took away the folder
            except (NotADirectoryError, IsADirectoryError):
                continue
            except OSError as error:
                if os.path.isdir(f"{self._site}/{path}"):  # macOS says that this is not permitted
                    continue
                raise self._explain(error, path) from error
            self._remove_empty_folders(os.path.dirname(path))

    def discard(self) -> None:
        """Forgets what is staged and takes its folder away, with what a killed build left there."""
        self.staged = []
        if os.path.islink(self._staging) or os.path.isfile(self._staging):
            with suppress(OSError):
                os.unlink(self._staging)
        shutil.rmtree(self._staging, ignore_errors=True)
        with suppress(OSError):
            os.unlink(f"{self._site}/{_NEW_MANIFEST_NAME}")

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
        if self._read(MANIFEST_NAME) == content:
            return
        temporary = f"{self._site}/{_NEW_MANIFEST_NAME}"
        try:
            os.makedirs(self._site, exist_ok=True)
            _write_file(temporary, content)
            os.replace(temporary, f"{self._site}/{MANIFEST_NAME}")
        except OSError as error:
            raise self._explain(error, MANIFEST_NAME) from error

    # ------------------------------------------------------------ folders

    def _find_folder(self, path: str) -> bool:
        """False when the site lacks the folder of a file yet. None of those above it may be a symbolic link, and all must be writable."""
        for folder in _list_folders(path):
            if folder in self._safe_folders:
                continue
            if folder in self._new_folders:
                return False
            place = f"{self._site}/{folder}"
            if not os.path.lexists(place):
                self._new_folders.add(folder)
                return False
            _refuse_folder(place)
            self._safe_folders.add(folder)
        return True

    def _remove_obstacles(self, stale: set[str]) -> None:
        """Removes stale files that stand above or below the place of a new one."""
        if not stale:
            return
        folders = {folder for path in stale for folder in _list_folders(path)}
        for staged in self.staged:
            above = stale.intersection(_list_folders(staged.path))
            below = [path for path in stale if path.startswith(f"{staged.path}/")] if staged.path in folders else []
            self.remove([*above, *below])

    def _clear_place(self, path: str) -> None:
        """Refuses a folder at the place of a file; an empty one is taken away."""
        place = f"{self._site}/{path}"
        if not os.path.islink(place) and os.path.isdir(place):
            try:
                os.rmdir(place)
            except OSError as error:
                raise OSError(errno.EISDIR, "a folder stands there. Move it away and build again") from error

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
            except FileNotFoundError:
                pass
            except OSError:
                return
            folder = os.path.dirname(folder)

    def _explain(self, error: OSError, path: str) -> PublishError:
        return PublishError(explain_write_error(error, f"{self._site}/{path}"))


def _refuse_folder(place: str) -> None:
    """Raises OSError for what stands there, when nothing can or may be written into it."""
    if os.path.islink(place):
        raise OSError(errno.ELOOP, "a folder of the site is a symbolic link. Replace it by a folder and build again")
    if not os.path.isdir(place):
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(place, os.W_OK | os.X_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def _list_folders(path: str) -> list[str]:
    """The folders above a path, as paths."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _write_new_file(place: str, content: bytes) -> Stamp:
    """Makes its folder too."""
    try:
        return _write_file(place, content)
    except FileNotFoundError:
        _make_folder(os.path.dirname(place))
        return _write_file(place, content)


def _make_folder(folder: str) -> None:
    """What os.makedirs does, without looking first for the folder above, which is nearly always there."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        pass  # by another process, in the meantime
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)


def _write_file(place: str, content: bytes) -> Stamp:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        return Stamp.of(os.fstat(descriptor))
    finally:
        os.close(descriptor)
