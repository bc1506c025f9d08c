"""The store saves work and nothing else: damaged, lost or of another version, it costs time and never a wrong site."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

import newsroom.store
from newsroom.workspace import Workspace
from newsroom.host import open_project
from newsroom.sources import Stamp
from newsroom.store import OutputRecord, Store
from site_factory import Draft, SiteProject, compare_trees, read_tree

RECORD = OutputRecord(b"fingerprint", Stamp(1, 2, 3, 4), b"digest")
Damage = Callable[[Path, random.Random], None]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    project = SiteProject(tmp_path_factory.mktemp("store") / "project")
    project.write_story(Draft("pact", date="2021-02-01", languages=("kk", "ru"), kind="report", regions=["north"]))
    return project


class Rounds:
    """Builds one of two editions of the site after each damage, and compares it with what a clean build makes of it."""

    def __init__(self, project: SiteProject) -> None:
        self.project = project
        self.store = project.find_state() / "store.sqlite"
        self._trees: dict[str, dict[str, bytes | None]] = {}
        self._edition = ""

    def build(self) -> None:
        """Builds the other edition than the last one."""
        self._edition = "first" if self._edition != "first" else "second"
        self.project.write_story(Draft("forum", regions=["south"], people=["asanov"], titles={"kk": f"Форум {self._edition}"}))
        if self._edition not in self._trees:
            self._trees[self._edition] = self.project.build_clean(self.project.root)
        result = self.project.run("build")
        assert result.exit_code == 0, result.output
        assert compare_trees(read_tree(self.project.site), self._trees[self._edition]) == []


@pytest.fixture(scope="module")
def rounds(project: SiteProject) -> Rounds:
    rounds = Rounds(project)
    rounds.build()
    return rounds


# ---------------------------------------------------------------- damage


def flip(path: Path, generator: random.Random, *, count: int) -> None:
    """Flips bits at random places."""
    content = bytearray(path.read_bytes())
    for _ in range(count):
        content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
    path.write_bytes(content)


def cut(path: Path, generator: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: generator.randrange(len(content))])


def replace_by_folder(path: Path, _: random.Random) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").write_text("text")


def replace_tables(path: Path, _: random.Random) -> None:
    """Tables of the same names, of a program that keeps other things in them."""
    path.unlink()
    connection = sqlite3.connect(path)
    for table in ("meta", "sources", "outputs"):
        connection.execute(f"CREATE TABLE {table} (path TEXT PRIMARY KEY, other TEXT NOT NULL)")
        connection.execute(f"INSERT INTO {table} VALUES ('version', 'x')")
    connection.commit()
    connection.close()


def add_column(path: Path, _: random.Random) -> None:
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE outputs ADD COLUMN more TEXT NOT NULL DEFAULT 'x'")
    connection.commit()
    connection.close()


DAMAGES: dict[str, Damage] = {
    "deleted": lambda path, _: path.unlink(),
    "folder deleted": lambda path, _: shutil.rmtree(path.parent),
    "empty": lambda path, _: path.write_bytes(b""),
    "text": lambda path, _: path.write_text("not a database " * 1000),
    "folder": replace_by_folder,
    "other tables": replace_tables,
    "more columns": add_column,
    "dangling link": lambda path, _: (path.unlink(), path.symlink_to(path.parent / "nothing" / "there")),  # type: ignore[func-returns-value]
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_store_replaced(rounds: Rounds, damage: Damage) -> None:
    """Whatever stands in the store's place, the next build gives the right site, and the one after it has nothing to do."""
    damage(rounds.store, random.Random(1))
    rounds.build()
    assert "0 files written" in rounds.project.run("build").output


def test_store_truncated(rounds: Rounds) -> None:
    """A store that was cut off anywhere is no more than a lost one."""
    for seed in range(6):
        cut(rounds.store, random.Random(seed))
        rounds.build()


@pytest.mark.parametrize("count", [1, 10, 300])
def test_flipped_bits(rounds: Rounds, count: int) -> None:
    """Flipped bits are noticed, wherever they are."""
    for seed in range(6):
        flip(rounds.store, random.Random(seed), count=count)
        rounds.build()


@pytest.mark.parametrize("suffix", ["-wal", ""])
def test_leftovers_of_a_killed_build(rounds: Rounds, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What SQLite leaves beside the store of a killed build may be damaged, cut or gone as well."""
    for seed in range(3):
        leave_open(rounds, monkeypatch)
        path = Path(f"{rounds.store}{suffix}")
        assert path.stat().st_size > 0
        generator = random.Random(seed)
        if seed % 3 == 0:
            flip(path, generator, count=20)
        elif seed % 3 == 1:
            cut(path, generator)
        else:
            path.unlink()
        rounds.build()


def leave_open(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds and leaves the store's files as they are before it is closed."""
    kept: dict[Path, bytes] = {}
    close = Store.close

    def keep_and_close(store: Store) -> None:
        kept.update((path, path.read_bytes()) for path in (rounds.store, Path(f"{rounds.store}-wal")))
        close(store)

    rounds.project.write_story(Draft("forum", titles={"kk": "Үшінші"}))
    with monkeypatch.context() as patch:
        patch.setattr(Store, "close", keep_and_close)
        rounds.project.build()
    Path(f"{rounds.store}-shm").write_bytes(b"of an older program")
    for path, content in kept.items():
        path.write_bytes(content)


# ---------------------------------------------------------------- versions


def test_other_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of another program version or format is dropped; the same one is read back."""
    path = tmp_path / "store.sqlite"
    save_record(path, version=b"one")
    assert read_outputs(path, version=b"one") == {"a.html": RECORD}
    assert read_outputs(path, version=b"two") == {}
    save_record(path, version=b"one")
    monkeypatch.setattr(newsroom.store, "FORMAT", newsroom.store.FORMAT + 1)
    assert read_outputs(path, version=b"one") == {}


def save_record(path: Path, *, version: bytes) -> None:
    store = Store(path, version=version)
    store.save_outputs([("a.html", RECORD)])
    store.close()


def read_outputs(path: Path, *, version: bytes) -> dict[str, OutputRecord]:
    store = Store(path, version=version)
    store.close()
    return store.outputs


def test_row_with_a_wrong_checksum(tmp_path: Path) -> None:
    """A row whose bytes are not those that were written is left out; the others stay."""
    path = tmp_path / "store.sqlite"
    store = Store(path, version=b"one")
    store.save_outputs([("a.html", RECORD), ("b.html", RECORD)])
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE outputs SET value = x'00' WHERE name = 'a.html'")
    connection.commit()
    connection.close()
    assert read_outputs(path, version=b"one") == {"b.html": RECORD}


def test_damage_found_while_writing(tmp_path: Path) -> None:
    """A store that turns out to be damaged only when it is written is made anew, and holds what was written then."""
    path = tmp_path / "store.sqlite"
    store = Store(path, version=b"one")
    store.save_sources([], [], meta={"name": b"value"})
    store.save_outputs([("a.html", RECORD)])
    store._connection.execute("DROP TABLE outputs")
    store.save_outputs([("b.html", RECORD)])
    store.close()
    store = Store(path, version=b"one")
    store.close()
    assert (store.outputs, store.meta("name")) == ({"b.html": RECORD}, b"value")


def test_store_in_use(project: SiteProject, rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that another program holds is named in one line, and kept."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: connect(path, timeout=0.1, **options))
    other = connect(rounds.store, isolation_level=None)
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    result = project.run("build")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "is held by another program" in result.output
    other.execute("ROLLBACK")
    other.close()
    monkeypatch.undo()
    rounds.build()


def test_lock_is_given_back(project: SiteProject, rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that fails before it begins holds no lock: the next one does not wait."""
    described = open_project(project.config_file)[0]
    monkeypatch.setattr(newsroom.store.Store, "_open", raise_full)
    with pytest.raises(newsroom.store.StoreError, match="disk is full"), Workspace(described):
        pass
    monkeypatch.undo()
    messages: list[str] = []
    with Workspace(described, progress=lambda stage, done, total: messages.append(stage)):
        assert messages == []


def raise_full(store: Store) -> sqlite3.Connection:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error
