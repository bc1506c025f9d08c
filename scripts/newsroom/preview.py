"""The site in memory, for `newsroom serve`: pages are made when they are asked for, and a saved file changes only what it is in.

An edit that leaves a story's facts alone replaces one article in the site; any other edit of an article links all articles
again; a change of anything else loads the project anew. None of these renders or writes a page. What the reader sees is a
Snapshot, which never changes: a request works on the one it took while the next is being made.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from .build import PLAIN_ERRORS, name_site
from .check import check_article, locate_finding
from .intake import Prepared, link_reading, read_articles
from .languages import Language
from .link import Finding, TargetChecker
from .markup import heading_ids
from .model import Article, Site
from .outputs import OutputMaker, read_body
from .plan import Planner, Settings
from .problems import Problem, Report
from .project import Host, Project
from .render import Renderer, SiteNames
from .routes import find_recipe
from .sources import SourceFile, Stamp
from .workspace import Workspace

HostMaker = Callable[[Mapping[str, Language], Mapping[str, SiteNames]], Host]
Opener = Callable[[], tuple[Project, HostMaker]]
_DEPTHS = (1, 2, 3, 4, 5, None)
"""Of the shells that pages stand in, from the home page to a month of an entity, and the 404 page."""


class Answer(NamedTuple):
    """What a URL leads to."""

    content: bytes
    suffix: str
    """Of the file's name, for its type."""
    is_found: bool = True


@dataclass(frozen=True)
class Snapshot:
    """The site at one moment."""

    planner: Planner
    maker: OutputMaker
    renderer: Renderer
    host_folder: Path
    host_files: frozenset[str]
    report: Report
    number: int
    """Grows with every change."""

    def answer(self, url: str) -> Answer:
        """The file for a site path ("kk/news/2022/forum/", "kk/feed.xml"); the 404 page when there is none."""
        path = f"{url}index.html" if url.endswith("/") else url
        if path in self.host_files:
            return Answer((self.host_folder / path).read_bytes(), Path(path).suffix)
        recipe = find_recipe(url, self.planner)
        if recipe is None:
            missing = find_recipe(f"{url.partition('/')[0]}/404.html", self.planner) or find_recipe("404.html", self.planner)
            assert missing is not None
            return Answer(self.renderer.render(self.maker.pages.make_job(missing)), ".html", is_found=False)
        if self.maker.is_page(recipe):
            return Answer(self.renderer.render(self.maker.pages.make_job(recipe)), ".html")
        return Answer(self.maker.make_content(recipe), Path(url).suffix)


class Preview:
    """Keeps the newest Snapshot. `load` and `update` are for one thread; `answer` and `wait` for any."""

    def __init__(self, open_project: Opener) -> None:
        self._open = open_project
        self._changed = threading.Condition()
        self._rendering = threading.Lock()
        self._snapshot: Snapshot | None = None
        self.notice = ""
        """Why the newest change could not be loaded at all; empty when it could."""

    # ------------------------------------------------------------ for requests

    @property
    def number(self) -> int:
        return self._snapshot.number if self._snapshot else 0

    @property
    def report(self) -> Report:
        """The problems of the content."""
        return self._snapshot.report if self._snapshot else Report()

    def answer(self, url: str) -> tuple[Answer | None, Report]:
        """The file at a site path, and the problems of the content; no file while there is no site yet."""
        snapshot = self._snapshot
        if snapshot is None:
            return None, Report()
        with self._rendering:  # a renderer serves one page at a time
            return snapshot.answer(url), snapshot.report

    def wait(self, number: int, *, seconds: float) -> int:
        """The newest number, once it is not the given one or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.number != number, timeout=seconds)
            return self.number

    # ------------------------------------------------------------ for the watcher

    def update(self, paths: Iterable[Path]) -> None:
        """Takes in files that were saved, added or deleted."""
        if self._snapshot is None or not self._update_articles(list(paths)):
            self.load()

    def load(self) -> None:
        """Reads the whole project; keeps the last good site when that cannot be done."""
        try:
            self._load()
        except PLAIN_ERRORS as error:
            self._fail(str(error))

    def _load(self) -> None:
        project, make_host = self._open()
        with Workspace(project) as workspace:
            self._reading = read_articles(workspace)
        self._project = project
        self._site, self._findings = link_reading(project, self._reading)
        self._names = name_site(project, Prepared(self._reading.languages, self._reading.authority, self._site, 0))
        self._host = make_host(self._reading.languages, self._names)
        self._host_folder = project.state_dir / "host"
        self._host.build(self._host_folder)
        self._host_files = frozenset(path.relative_to(self._host_folder).as_posix() for path in self._host_folder.rglob("*") if path.is_file())
        maker = self._make_maker(self._make_planner())
        self._renderer = Renderer(maker.make_context([(language, depth) for language in project.languages for depth in _DEPTHS]))
        self._show()

    def _update_articles(self, paths: list[Path]) -> bool:
        """True when all of these were articles that are known and still there, so that nothing else need be read."""
        names = [path.relative_to(self._project.root).as_posix() for path in paths if path.is_relative_to(self._project.root)]
        if len(names) < len(paths) or not all(name in self._reading.articles for name in names):
            return False
        try:
            contents = {name: (self._project.root / name).read_bytes() for name in names}
        except OSError:
            return False
        if all([self._replace_article(name, content) for name, content in contents.items()]):
            self._recheck_targets(names)
        else:
            self._site, self._findings = link_reading(self._project, self._reading)
        self._show()
        return True

    def _replace_article(self, path: str, content: bytes) -> bool:
        """Checks a saved file and puts it in the place of its former self; False when stories must be linked again."""
        reading = self._reading
        old = reading.articles[path]
        source = SourceFile(path, old.year, old.slug, old.language, Stamp(0, 0, len(content), 0))
        article, problems = check_article(source, content, authority=reading.authority, languages=self._project.languages)
        others = [problem for problem in reading.problems if problem.path != path]
        failed = reading.failed - {path} if article else reading.failed | {path}
        self._reading = reading._replace(problems=[*others, *problems], failed=failed)
        if article is None:
            return True  # the last good version stays on the page
        self._reading.articles[path] = article
        if not _keeps_place(old, article):
            return False
        self._site = _replace_version(self._site, article)
        return True

    def _recheck_targets(self, names: list[str]) -> None:
        reading = self._reading
        read_headings = functools.cache(lambda path: heading_ids(read_body(self._project.root, path)))
        checker = TargetChecker(reading.articles, reading.attachments, self._project.document_urls, reading.failed, read_headings)
        kept = [finding for finding in self._findings if finding.path not in names]
        self._findings = [*kept, *(finding for name in names for finding in checker.check(reading.articles[name]))]

    # ------------------------------------------------------------ snapshots

    def _make_planner(self) -> Planner:
        languages = self._project.languages
        return Planner(self._site, self._reading.authority, Settings(languages, dict.fromkeys(languages, b"")))

    def _make_maker(self, planner: Planner) -> OutputMaker:
        return OutputMaker(self._project, planner, self._reading.languages, self._names, self._host, self._host_folder)

    def _show(self) -> None:
        """Puts a new snapshot in place and wakes those who wait for it."""
        findings = [self._locate(finding) for finding in self._findings if finding.path not in self._reading.failed]
        report = Report([*self._reading.problems, *findings])
        planner = self._make_planner()
        snapshot = Snapshot(planner, self._make_maker(planner), self._renderer, self._host_folder, self._host_files, report, self.number + 1)
        with self._changed:
            self._snapshot, self.notice = snapshot, ""
            self._changed.notify_all()

    def _locate(self, finding: Finding) -> Problem:
        return locate_finding(finding, (self._project.root / finding.path).read_bytes())

    def _fail(self, message: str) -> None:
        with self._changed:
            self.notice = message
            if self._snapshot is not None:
                self._snapshot = replace(self._snapshot, number=self._snapshot.number + 1)
            self._changed.notify_all()


def _keeps_place(old: Article, new: Article) -> bool:
    """True when the site around the article stays as it is: same facts, same original."""
    return (old.facts_digest, old.stated, old.original_language) == (new.facts_digest, new.stated, new.original_language)


def _replace_version(site: Site, article: Article) -> Site:
    """The site with one article in the place of its former self."""
    story = site.stories.get(article.slug)
    if story is None:
        return site
    original = article if story.original.language == article.language else story.original
    changed = msgspec.structs.replace(story, original=original, versions=story.versions | {article.language: article})
    return msgspec.structs.replace(site, stories=site.stories | {article.slug: changed})
