"""What the last build knew: every source with its checked article, every output with its fingerprint and stamp. SQLite.

A row carries a checksum; a row or a whole file that does not fit is dropped, and what it held is made again. Nothing in the
store is needed for a right site: it only saves work. One writer at a time (build holds the lock).
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from .model import Article
from .sources import Stamp

FORMAT = 1
"""Raise it when the meaning of a row changes: an older store is then dropped."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (path TEXT PRIMARY KEY, stamp BLOB NOT NULL, article BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outputs (path TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, stamp BLOB NOT NULL, digest BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
"""


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
        """Opens or makes the store. version: digest of the program; a store of another version is dropped."""
        self._path = path
        self.sources: dict[str, SourceRecord] = {}
        self.outputs: dict[str, OutputRecord] = {}
        self._meta: dict[str, bytes] = {}
        try:
            self._connection = self._open(version)
        except (sqlite3.DatabaseError, msgspec.DecodeError):
            self._reset()
            self._connection = self._open(version)

    def _open(self, version: bytes) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            self._load(connection)
        except BaseException:
            connection.close()
            raise
        if self._meta.get("version") != _version_key(version):
            self.sources.clear()
            self.outputs.clear()
            self._meta.clear()
            with _transaction(connection):
                for table in ("sources", "outputs", "meta"):
                    connection.execute(f"DELETE FROM {table}")
                connection.execute("INSERT INTO meta VALUES (?, ?, ?)", _seal("version", _version_key(version)))
            self._meta["version"] = _version_key(version)
        return connection

    def _reset(self) -> None:
        """Deletes a store that SQLite cannot read."""
        self.sources, self.outputs, self._meta = {}, {}, {}
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def _load(self, connection: sqlite3.Connection) -> None:
        decode_article = msgspec.msgpack.Decoder(Article | None).decode
        decode_stamp = msgspec.msgpack.Decoder(tuple[int, int, int, int]).decode
        for name, value, checksum in connection.execute("SELECT * FROM meta"):
            if _is_sound(checksum, name, value):
                self._meta[name] = value
        for path, stamp, article, checksum in connection.execute("SELECT * FROM sources"):
            if _is_sound(checksum, path, stamp, article):
                self.sources[path] = SourceRecord(Stamp._make(decode_stamp(stamp)), decode_article(article))
        for path, fingerprint, stamp, digest, checksum in connection.execute("SELECT * FROM outputs"):
            if _is_sound(checksum, path, fingerprint, stamp, digest):
                self.outputs[path] = OutputRecord(fingerprint, Stamp._make(decode_stamp(stamp)), digest)

    def meta(self, name: str) -> bytes:
        """A remembered value; empty when there is none."""
        return self._meta.get(name, b"")

    def save_sources(self, changed: Iterable[tuple[str, SourceRecord]], removed: Iterable[str], *, meta: dict[str, bytes]) -> None:
        """Remembers checked sources and values in one transaction."""
        encode = msgspec.msgpack.encode
        rows = [_seal(path, encode(tuple(record.stamp)), encode(record.article)) for path, record in changed]
        with _transaction(self._connection):
            self._connection.executemany("DELETE FROM sources WHERE path = ?", [(path,) for path in removed])
            self._connection.executemany("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)", rows)
            self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", [_seal(*item) for item in meta.items()])
        self._meta.update(meta)

    def forget_outputs(self, paths: Iterable[str]) -> None:
        """Marks outputs as about to change or go: a build that is killed now makes them again."""
        with _transaction(self._connection):
            self._connection.executemany("DELETE FROM outputs WHERE path = ?", [(path,) for path in paths])

    def save_outputs(self, records: Iterable[tuple[str, OutputRecord]]) -> None:
        rows = [_seal(path, record.fingerprint, msgspec.msgpack.encode(tuple(record.stamp)), record.digest) for path, record in records]
        with _transaction(self._connection):
            self._connection.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?)", rows)

    def close(self) -> None:
        self._connection.close()


class _transaction:
    """Commits on success, rolls back on an exception."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._connection.execute("ROLLBACK" if kind else "COMMIT")


def _version_key(version: bytes) -> bytes:
    return FORMAT.to_bytes(4, "big") + version


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
