"""What the last build knew: every source with its checked article, every output with its fingerprint and stamp. SQLite.

A row carries a checksum; a row or a whole file that does not fit is dropped, and what it held is made again. Nothing in the
store is needed for a right site: it only saves work. One writer at a time (build holds the lock).
"""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .disk import explain_full_disk, explain_write_error
from .model import Article, Picture
from .sources import Stamp

FORMAT = 4
"""Raise it when the meaning of a row changes: an older store is then dropped."""

_TABLES = ("meta", "sources", "outputs", "terms", "indexes", "pictures")
"""All alike: a name or path, a value, and the checksum of both."""
_SCHEMA = "".join(f"CREATE TABLE IF NOT EXISTS {table} (name TEXT PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;" for table in _TABLES)

_PAGE_BYTES = 16_384
"""Of a new store. Rows with the terms of an article have about 1.6 KB; SQLite's usual pages of 4 KB hold no such row whole."""

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


class PictureRecord(NamedTuple):
    """A picture at the last build."""

    stamp: Stamp
    picture: Picture


class OutputRecord(NamedTuple):
    """A file of the site as the last build left it."""

    fingerprint: bytes
    stamp: Stamp
    digest: bytes
    """Of its bytes."""


class Store:
    """The store of one site folder. Reads everything on opening; writes in one transaction a call, checked sources with the call that follows."""

    def __init__(self, path: Path, *, version: bytes) -> None:
        """Opens or makes the store; raises StoreError. version: digest of the program; a store of another version is dropped."""
        self._path = path
        self._version = FORMAT.to_bytes(4, "big") + version
        self.sources: dict[str, SourceRecord] = {}
        self.outputs: dict[str, OutputRecord] = {}
        self.pictures: dict[str, PictureRecord] = {}
        self._meta: dict[str, bytes] = {}
        self._waiting: list[Callable[[], tuple[str, Sequence[Any]]]] = []
        """Make statements that are run with the next ones."""
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
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
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
        self._disconnect()
        self.sources, self.outputs, self.pictures, self._meta = {}, {}, {}, {}
        try:
            for suffix in ("", "-wal", "-shm", "-journal"):
                _delete(Path(f"{self._path}{suffix}"))
            self._connection = self._open()
        except (OSError, sqlite3.Error) as second_error:
            raise self._explain(second_error) from second_error

    def _drop_everything(self) -> None:
        self.sources, self.outputs, self.pictures, self._meta = {}, {}, {}, {"version": self._version}
        self._write(*((f"DELETE FROM {table}", [()]) for table in _TABLES))

    def _load(self) -> None:
        self._meta = dict(self._read_rows("meta"))
        if self._meta.get("version") == self._version:
            self.sources = dict(self._read_rows("sources", msgspec.msgpack.Decoder(SourceRecord).decode))
            self.outputs = dict(self._read_rows("outputs", msgspec.msgpack.Decoder(OutputRecord).decode))
            self.pictures = dict(self._read_rows("pictures", msgspec.msgpack.Decoder(PictureRecord).decode))

    def _read_rows(self, table: str, decode: Callable[[bytes], Any] = bytes, *, name: str | None = None) -> Iterator[tuple[str, Any]]:
        """The rows (of one name, or all) that are what was written: flipped bytes can change even the type of a value."""
        where = "" if name is None else "WHERE name = ?"
        for key, value, checksum in self._connection.execute(f"SELECT name, value, checksum FROM {table} {where}", () if name is None else (name,)):
            if type(key) is str and type(value) is bytes and _checksum(key, value) == checksum:
                yield key, decode(value)

    def meta(self, name: str) -> bytes:
        """A remembered value; empty when there is none."""
        return self._meta.get(name, b"")

    def save_sources(self, changed: Iterable[tuple[str, SourceRecord]], removed: Iterable[str], *, meta: Mapping[str, bytes]) -> None:
        """Remembers checked sources and values with the next writing: flush(), or close() at the latest."""
        self._meta.update(meta)
        self._waiting += (lambda: ("DELETE FROM sources WHERE name = ?", [(path,) for path in removed]), lambda: _insert("sources", changed))

    def flush(self) -> None:
        """Writes what waits, in one transaction; raises StoreError."""
        if self._waiting:
            self._write()

    def save_pictures(self, changed: Iterable[tuple[str, PictureRecord]], removed: Iterable[str]) -> None:
        """Remembers what becomes of pictures in one transaction; raises StoreError."""
        self._write(("DELETE FROM pictures WHERE name = ?", [(path,) for path in removed]), _insert("pictures", changed))

    def forget_outputs(self, paths: Iterable[str], *, meta: Mapping[str, bytes] = {}) -> None:
        """Marks outputs as about to change or go, and values as no longer true: a build that is killed now makes them again. Raises StoreError."""
        self._meta.update(meta)
        self._write(("DELETE FROM outputs WHERE name = ?", [(path,) for path in paths]))

    def save_outputs(self, records: Iterable[tuple[str, OutputRecord]], *, terms: Mapping[str, bytes] = {}, indexes: Mapping[str, bytes] = {},
                     gone: Iterable[str] = (), meta: Mapping[str, bytes] = {}) -> None:  # fmt: skip
        """Remembers published files, packed terms by page, the states of search indexes by language, and values in one transaction; raises
        StoreError. gone: files that the site no longer has."""
        self._meta.update(meta)
        forgotten = ("DELETE FROM terms WHERE name = ?", [(path,) for path in gone])
        self._write(forgotten, _insert_values("terms", terms.items()), _insert_values("indexes", indexes.items()), _insert("outputs", records))

    def read_terms(self, names: Iterable[str]) -> dict[str, bytes]:
        """The packed terms of articles as far as they are remembered and sound, by page."""
        return {name: value for wanted in names for name, value in self._read_rows("terms", name=wanted)}

    def read_index(self, language: str) -> bytes:
        """The state of a language's search index; empty when there is none."""
        return dict(self._read_rows("indexes", name=language)).get(language, b"")

    def close(self) -> None:
        """Writes what waits; raises StoreError."""
        try:
            self.flush()
        finally:
            self._disconnect()

    def _disconnect(self) -> None:
        if hasattr(self, "_connection"):
            self._connection.close()

    def _write(self, *statements: tuple[str, Sequence[Any]]) -> None:
        """Runs what waits and these statements in one transaction. A store that proves to be damaged only now is made anew: what it forgets is made again."""
        waiting, self._waiting = self._waiting, []
        statements = (*(make() for make in waiting), *statements)
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
        meta = [(name, value, _checksum(name, value)) for name, value in self._meta.items()]
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


def _checksum(name: str, value: bytes) -> int:
    return zlib.crc32(value, zlib.crc32(name.encode()))


def _insert(table: str, records: Iterable[tuple[str, NamedTuple]]) -> tuple[str, list[tuple[str, bytes, int]]]:
    return _insert_values(table, ((name, msgspec.msgpack.encode(record)) for name, record in records))


def _insert_values(table: str, values: Iterable[tuple[str, bytes]]) -> tuple[str, list[tuple[str, bytes, int]]]:
    """The statement and its rows, in the order in which SQLite keeps them: that is faster by half."""
    return f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", [(name, value, _checksum(name, value)) for name, value in sorted(values)]
