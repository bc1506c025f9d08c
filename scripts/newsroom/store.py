"""What the last build knew: every source with its checked article, every output with its fingerprint and stamp. SQLite.

A row carries a checksum; a row or a whole file that does not fit is dropped, and what it held is made again. Nothing in the
store is needed for a right site: it only saves work. One writer at a time (build holds the lock).
"""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .disk import explain_full_disk, explain_write_error
from .model import Article
from .sources import Stamp

FORMAT = 1
"""Raise it when the meaning of a row changes: an older store is then dropped."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (path TEXT PRIMARY KEY, stamp BLOB NOT NULL, article BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outputs (path TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, stamp BLOB NOT NULL, digest BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
"""


_OUTSIDE_FAULTS = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM})
"""Errors that a new store would run into just as well; all others mean that the file is damaged."""


_DAMAGE = (sqlite3.Error, msgspec.DecodeError, UnicodeDecodeError)
"""The last one comes from sqlite3 itself, when SQLite's message quotes flipped bytes of the schema (Python 3.11)."""


class StoreError(Exception):
    """The store cannot be written; the message is for people."""


class SourceRecord(NamedTuple):
    """A source file at the last build; article is None for a translation that is still empty."""

    stamp: Stamp
    article: Article | None


class OutputRecord(NamedTuple):
    """A file of the site as the last build left it."""

    fingerprint: bytes
    stamp: Stamp
    digest: bytes
    """Of its bytes."""


class Store:
    """The store of one site folder. Reads everything on opening; writes in one transaction a call."""

    def __init__(self, path: Path, *, version: bytes) -> None:
        """Opens or makes the store; raises StoreError. version: digest of the program; a store of another version is dropped."""
        self._path = path
        self._version = FORMAT.to_bytes(4, "big") + version
        self.sources: dict[str, SourceRecord] = {}
        self.outputs: dict[str, OutputRecord] = {}
        self._meta: dict[str, bytes] = {}
        try:
            self._connection = self._open()
            self._load()
        except _DAMAGE as error:
            self._begin_anew(error)
        if self._meta.get("version") != self._version:
            self._drop_everything()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # then the log needs no shared memory file
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin_anew(self, error: Exception) -> None:
        """Deletes a store that SQLite cannot read, with the files that it keeps beside it, and makes an empty one."""
        if _find_code(error) in _OUTSIDE_FAULTS:
            raise self._explain(error) from error
        self.close()
        self.sources, self.outputs, self._meta = {}, {}, {}
        try:
            for suffix in ("", "-wal", "-shm", "-journal"):
                _delete(Path(f"{self._path}{suffix}"))
            self._connection = self._open()
        except (OSError, sqlite3.Error) as second_error:
            raise self._explain(second_error) from second_error

    def _drop_everything(self) -> None:
        self.sources, self.outputs, self._meta = {}, {}, {"version": self._version}
        self._write(*((f"DELETE FROM {table}", [()]) for table in ("sources", "outputs", "meta")))

    def _load(self) -> None:
        execute = self._connection.execute
        decode_article = msgspec.msgpack.Decoder(Article | None).decode
        decode_stamp = msgspec.msgpack.Decoder(tuple[int, int, int, int]).decode
        for name, value, checksum in execute("SELECT name, value, checksum FROM meta"):
            if _is_sound(checksum, name, value):
                self._meta[name] = value
        if self._meta.get("version") != self._version:
            return
        for path, stamp, article, checksum in execute("SELECT path, stamp, article, checksum FROM sources"):
            if _is_sound(checksum, path, stamp, article):
                self.sources[path] = SourceRecord(Stamp._make(decode_stamp(stamp)), decode_article(article))
        for path, fingerprint, stamp, digest, checksum in execute("SELECT path, fingerprint, stamp, digest, checksum FROM outputs"):
            if _is_sound(checksum, path, fingerprint, stamp, digest):
                self.outputs[path] = OutputRecord(fingerprint, Stamp._make(decode_stamp(stamp)), digest)

    def meta(self, name: str) -> bytes:
        """A remembered value; empty when there is none."""
        return self._meta.get(name, b"")

    def save_sources(self, changed: Iterable[tuple[str, SourceRecord]], removed: Iterable[str], *, meta: dict[str, bytes]) -> None:
        """Remembers checked sources and values in one transaction; raises StoreError."""
        encode = msgspec.msgpack.encode
        self._meta.update(meta)
        self._write(
            ("DELETE FROM sources WHERE path = ?", [(path,) for path in removed]),
            ("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)", [_seal(path, encode(tuple(record.stamp)), encode(record.article)) for path, record in changed]),
        )

    def forget_outputs(self, paths: Iterable[str]) -> None:
        """Marks outputs as about to change or go: a build that is killed now makes them again. Raises StoreError."""
        self._write(("DELETE FROM outputs WHERE path = ?", [(path,) for path in paths]))

    def save_outputs(self, records: Iterable[tuple[str, OutputRecord]]) -> None:
        """Remembers published files; raises StoreError."""
        rows = [_seal(path, record.fingerprint, msgspec.msgpack.encode(tuple(record.stamp)), record.digest) for path, record in records]
        self._write(("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?)", rows))

    def close(self) -> None:
        if hasattr(self, "_connection"):
            self._connection.close()

    def _write(self, *statements: tuple[str, Sequence[Any]]) -> None:
        """Runs statements in one transaction. A store that proves to be damaged only now is made anew: what it forgets is made again."""
        try:
            self._run(statements)
        except _DAMAGE as error:
            meta = self._meta
            self._begin_anew(error)
            self._meta = meta
            self._run_again(statements)

    def _run_again(self, statements: Iterable[tuple[str, Sequence[Any]]]) -> None:
        try:
            self._run(statements)
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def _run(self, statements: Iterable[tuple[str, Sequence[Any]]]) -> None:
        meta = [_seal(*item) for item in self._meta.items()]
        with _transaction(self._connection):
            for statement, rows in (*statements, ("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", meta)):
                self._connection.executemany(statement, rows)

    def _explain(self, error: Exception) -> StoreError:
        if isinstance(error, OSError):
            return StoreError(explain_write_error(error, self._path))
        match _find_code(error):
            case sqlite3.SQLITE_FULL:
                return StoreError(explain_full_disk(self._path))
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreError(f"{self._path} is held by another program; close that and build again.")
            case _:
                return StoreError(f"{self._path} cannot be written: {error}.")


class _transaction:
    """Commits on success, rolls back on an exception."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.execute("COMMIT")
        elif self._connection.in_transaction:  # SQLite has rolled back by itself when the disk is full
            self._connection.execute("ROLLBACK")


def _find_code(error: Exception) -> int:
    """SQLite's result code without its extension (https://sqlite.org/rescode.html); -1 when the error is not SQLite's own."""
    code = getattr(error, "sqlite_errorcode", -1)
    return code & 0xFF if code >= 0 else -1


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _checksum(first: str, *values: bytes) -> int:
    checksum = zlib.crc32(first.encode())
    for value in values:
        checksum = zlib.crc32(value, zlib.crc32(len(value).to_bytes(4, "big"), checksum))
    return checksum


def _seal(first: str, *values: bytes) -> tuple[str | bytes | int, ...]:
    return (first, *values, _checksum(first, *values))


def _is_sound(checksum: object, first: object, *values: object) -> bool:
    """False for a row that is not what was written: flipped bytes can change even the type of a value."""
    if not isinstance(first, str) or not all(isinstance(value, bytes) for value in values):
        return False
    return checksum == _checksum(first, *values)  # type: ignore[arg-type]
