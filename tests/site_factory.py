"""Writes small projects for tests, builds them in this process, and tells which files of a site were written.

A project has the theme of this repository (its overrides/), an authority of a dozen entities and one page of docs/ a language, so
that a whole clean build takes a few tenths of a second. Stories are kept as drafts: change one, write it again, build.
"""

from __future__ import annotations

import gc
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result

from newsroom.build import Summary, name_site, publish_site
from newsroom.intake import prepare
from newsroom.workspace import Progress, Workspace
from newsroom.cli import main
from newsroom.execute import Tasks
from newsroom.host import open_project
from newsroom.problems import Report

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ".newsroom-files"

_TITLES = {"kk": "Кеңес отырысы", "ru": "Заседание совета", "en": "Council meeting"}
_SUMMARIES = {"kk": "Кеңес жылды қорытындылады.", "ru": "Совет подвёл итоги года.", "en": "The council summed up the year."}
_BODIES = {"kk": "Отырысқа кәсіподақ мүшелері қатысты.", "ru": "В заседании участвовали члены профсоюза.", "en": "Union members took part."}
_DOCUMENTS = {"kk": "# Біз туралы\n\nКәсіподақ.\n", "ru": "# О нас\n\nПрофсоюз.\n", "en": "# About us\n\nA union.\n"}

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73"
    "0000001149444154789c63f8cfc0c0c0f01f8c81000c1e01ff1f1ac41c0000000049454e44ae426082"
)


def _names(kk: str, ru: str, en: str) -> dict[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


def make_authority() -> dict[str, dict[str, Any]]:
    """Section -> id -> entry: two regions, one made of the other, and two or three of everything else."""
    north = {"iso": "KZ-59", "type": "region", "names": _names("Солтүстік облыс", "Северная область", "Northern Region"),
             "inside": _names("Солтүстік облыста", "в Северной области", "in the Northern Region")}  # fmt: skip
    south = {"iso": "KZ-61", "type": "region", "names": _names("Оңтүстік облыс", "Южная область", "Southern Region"),
             "inside": _names("Оңтүстік облыста", "в Южной области", "in the Southern Region"), "since": 2010, "predecessors": ["north"]}  # fmt: skip
    chair = [
        {"title": _names("Төраға", "Председатель", "Chair"), "organization": "centre", "since": 2020},
        {"title": _names("Хатшы", "Секретарь", "Secretary"), "since": 2015, "until": 2019},
    ]
    return {
        "regions": {"north": north, "south": south},
        "unions": {
            "miners": {"names": _names("Кеншілер кәсіподағы", "Профсоюз горняков", "Miners' union"), "sector": _names("Тау-кен", "Горное дело", "Mining")},
            "teachers": {"names": _names("Мұғалімдер кәсіподағы", "Профсоюз учителей", "Teachers' union"), "sector": _names("Білім", "Образование", "Education")},
        },
        "people": {
            "asanov": {"names": _names("Асан Асанов", "Асан Асанов", "Asan Asanov"), "roles": chair},
            "ospanova": {"names": _names("Әсел Оспанова", "Асель Оспанова", "Asel Ospanova")},
        },
        "organizations": {
            "federation": {"names": _names("Федерация", "Федерация профсоюзов", "Federation")},
            "centre": {"names": _names("Оңтүстік орталығы", "Южный центр", "Southern centre"), "centre_of": "south"},
        },
        "kinds": {
            "news": {"names": _names("Жаңалық", "Новость", "News story"), "plural": _names("Жаңалықтар", "Новости", "News")},
            "report": {"names": _names("Есеп", "Отчёт", "Report"), "plural": _names("Есептер", "Отчёты", "Reports")},
        },
        "measures": {"members": {"names": _names("Кәсіподақ мүшелері", "Члены профсоюза", "Union members"), "unit": "people"}},
    }


@dataclass
class Draft:
    """One story as its files say it."""

    slug: str
    date: str = "2022-03-01"
    languages: tuple[str, ...] = ("kk", "ru", "en")
    """The original first."""
    kind: str = "news"
    regions: list[str] = field(default_factory=list)
    unions: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    figures: list[int] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    """Files in the story's folder."""
    event: dict[str, Any] = field(default_factory=dict)
    """As front matter has it; days as text."""
    titles: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)

    @property
    def year(self) -> str:
        return self.date[:4]

    def as_markdown(self, language: str) -> str:
        """The whole file of one version."""
        fields: dict[str, Any] = {"title": self.titles.get(language, f"{_TITLES[language]}: {self.slug}"), "summary": self.summaries.get(language, _SUMMARIES[language])}
        fields |= {"original": self.languages[0]} if language != self.languages[0] else self._list_facts()
        return f"---\n{_dump(fields)}---\n\n{self.bodies.get(language, _BODIES[language])}\n"

    def _list_facts(self) -> dict[str, Any]:
        figures = [{"measure": "members", "value": value, "as_of": _Day(self.date)} for value in self.figures]
        documents = [{"title": name, "file": f"{self.slug}/{name}"} for name in self.documents]
        people = [{"person": id} for id in self.people]
        facts = {"regions": self.regions, "unions": self.unions, "people": people, "figures": figures, "documents": documents, "event": self.event}
        return {"date": _Day(self.date), "kind": self.kind, **{name: value for name, value in facts.items() if value}}


class SiteProject:
    """A project in a folder of its own."""

    def __init__(self, root: Path, *, languages: tuple[str, ...] = ("kk", "ru", "en")) -> None:
        self.root = root
        self.site = root / "site"
        self.languages = languages
        self.authority = make_authority()
        self.names = {code: f"Site {code}" for code in languages}
        self.site_url = "https://news.example.org/"
        shutil.copytree(ROOT / "overrides", root / "overrides", dirs_exist_ok=True)
        for code in languages:
            self.write(f"docs/{code}/about.md", _DOCUMENTS[code])
        self.write_settings()
        self.write_authority()

    @property
    def config_file(self) -> Path:
        return self.root / "mkdocs.yml"

    def write(self, path: str, content: str | bytes) -> Path:
        """A file of the project, with the folders above it."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def write_settings(self) -> None:
        options = {"languages": list(self.languages), "default_language": self.languages[0], "names": self.names, "publisher": "federation"}
        theme = {"name": "material", "custom_dir": "overrides", "language": self.languages[0], "font": False}
        settings = {"site_name": self.names[self.languages[0]], "site_url": self.site_url, "theme": theme, "plugins": [{"newsroom": options}]}
        self.write("mkdocs.yml", _dump(settings))

    def write_authority(self) -> None:
        for section, entries in self.authority.items():
            self.write(f"articles/authority/{section}.yml", _dump(entries))

    def write_story(self, draft: Draft) -> None:
        """The files of all its versions; those of languages it no longer has are deleted."""
        for code in self.languages:
            path = f"articles/{draft.year}/{draft.slug}.{code}.md"
            if code in draft.languages:
                self.write(path, draft.as_markdown(code))
            else:
                (self.root / path).unlink(missing_ok=True)

    def delete_story(self, draft: Draft) -> None:
        for path in self.root.glob(f"articles/{draft.year}/{draft.slug}.*.md"):
            path.unlink()
        shutil.rmtree(self.root / f"articles/{draft.year}/{draft.slug}", ignore_errors=True)

    def build(self, *, site: Path | None = None, tasks: Tasks | None = None, progress: Progress | None = None) -> Summary:
        """Builds as `newsroom build` does; fails the test when the content has problems."""
        result = self.try_build(site=site, tasks=tasks, progress=progress)
        assert isinstance(result, Summary), result.as_text()
        return result

    def try_build(self, *, site: Path | None = None, tasks: Tasks | None = None, progress: Progress | None = None) -> Summary | Report:
        project, make_host = open_project(self.config_file, site_dir=site or self.site)
        with Workspace(project, tasks=tasks or Tasks(jobs=1), progress=progress) as workspace:
            prepared = prepare(workspace)
            if isinstance(prepared, Report):
                return prepared
            return publish_site(workspace, prepared, make_host(prepared.languages, name_site(project, prepared)))

    def run(self, command: str, *arguments: str) -> Result:
        """Runs a command as a user does; the test fails when an exception gets out."""
        try:
            result = CliRunner().invoke(main, [command, "--config-file", str(self.config_file), *arguments])
        finally:
            gc.enable()  # `newsroom build` switches it off for the short life of its process
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        assert "Traceback" not in result.output
        return result

    def find_state(self, site: Path | None = None) -> Path:
        """The folder of the store of a site folder."""
        return open_project(self.config_file, site_dir=site or self.site)[0].state_dir

    def build_clean(self, folder: Path) -> dict[str, bytes | None]:
        """The tree of a build into a new folder with a new store; both are deleted again."""
        site = folder / "clean-site"
        shutil.rmtree(site, ignore_errors=True)
        state = self.find_state(site)
        shutil.rmtree(state, ignore_errors=True)
        self.build(site=site)
        tree = read_tree(site)
        shutil.rmtree(site)
        shutil.rmtree(state)
        return tree


class _Day(str):
    """A day, written without quotation marks."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(_Day, lambda dumper, day: dumper.represent_scalar("tag:yaml.org,2002:timestamp", str(day)))


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)


# ---------------------------------------------------------------- looking at a site


def read_tree(folder: Path) -> dict[str, bytes | None]:
    """Path -> content of everything in a folder; None for a folder. Symbolic links are named, not followed."""
    tree: dict[str, bytes | None] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        tree[name] = f"-> {path.readlink()}".encode() if path.is_symlink() else None if path.is_dir() else path.read_bytes()
    return tree


def compare_trees(found: Mapping[str, bytes | None], wanted: Mapping[str, bytes | None]) -> list[str]:
    """What differs, one line a path; empty when the trees are equal."""
    extra = [f"too much: {path}" for path in found.keys() - wanted.keys()]
    missing = [f"missing: {path}" for path in wanted.keys() - found.keys()]
    different = [f"different: {path}" for path in found.keys() & wanted.keys() if found[path] != wanted[path]]
    return sorted(extra + missing + different)


class Changes:
    """What happened to the files of a folder, as their inodes, times and sizes tell."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.removed: list[str] = []

    @property
    def search(self) -> list[str]:
        """Of what was written, the files of the search indexes."""
        return [path for path in self.written if path.startswith("search/")]

    @property
    def pages(self) -> list[str]:
        """Of what was written, everything else."""
        return [path for path in self.written if not path.startswith("search/")]


@contextmanager
def watch(folder: Path) -> Iterator[Changes]:
    """Fills `written` and `removed`, sorted, when the block ends."""
    before = _read_stamps(folder)
    changes = Changes()
    yield changes
    after = _read_stamps(folder)
    changes.written = sorted(path for path, stamp in after.items() if before.get(path) != stamp)
    changes.removed = sorted(before.keys() - after.keys())


def _read_stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    stamps = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        if not path.is_dir():
            stamps[path.relative_to(folder).as_posix()] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return stamps


def expand(*patterns: str) -> list[str]:
    """The paths that patterns like "{kk,ru}/feed.{xml,json}" stand for, sorted."""
    return sorted(path for pattern in patterns for path in _expand_one(pattern))


def _expand_one(pattern: str) -> Iterator[str]:
    parts = re.split(r"\{([^}]*)\}", pattern)
    choices = [part.split(",") if number % 2 else [part] for number, part in enumerate(parts)]
    for chosen in product(*choices):
        yield "".join(chosen)

