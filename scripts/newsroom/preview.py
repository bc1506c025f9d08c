"""The site in memory, for `newsroom serve`: pages are made when they are asked for, and a saved file changes only what it is in.

Articles are an Edition; the settings, docs/ and the theme around them are a Frame, made anew when one of their files changes. What
the reader sees is a Snapshot of both, which never changes: a request works on the one it took while the next is being made.
"""

from __future__ import annotations

import functools
import gc
import posixpath
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import jinja2

from .build import PLAIN_ERRORS, name_site
from .edition import BodyKeeper, BrokenAuthority, Edition, read_edition, renew_settings, report_problems, revise_edition
from .entity_pages import EntityPages
from .fingerprints import Settings
from .images import ImageError, publish_image
from .intake import Prepared, check_publisher
from .languages import Language
from .link import PICTURE_SUFFIXES
from .model import Picture
from .outputs import OutputMaker
from .pages import Inputs
from .plan import Planner
from .preview_search import PreviewSearch, SearchSource
from .problems import Report
from .project import Host, Project
from .render import PageEnvironment, Renderer, SiteNames
from .routes import find_recipe
from .theme import HostError
from .urls import Recipe
from .variants import draw_file, inspect_picture
from .workspace import BuildError

HostMaker = Callable[[Mapping[str, Language], Mapping[str, SiteNames]], Host]
Opener = Callable[[], tuple[Project, HostMaker]]
_DEPTHS = (1, 2, 3, 4, 5, 6, None)
"""Of the shells that pages stand in, from the home page to a month of a region's figures, and the 404 page."""
_KEPT_PICTURES = 100
_ANY_PICTURE = Picture(1, 1, b"")
"""For the words of a page, among them captions, where nobody asks how large its pictures are."""
_EMPTY_PAGE = b"<!doctype html><html><head><meta charset=utf-8><title>newsroom</title></head><body></body></html>"
_PATIENCE_SECONDS = 10.0
"""How long a first request waits for the site before it is told to."""


class Reply(NamedTuple):
    """What a URL leads to."""

    content: bytes
    suffix: str
    """Of the file's name, for its type."""
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""


class Frame(NamedTuple):
    """What stands around the articles."""

    make_host: HostMaker
    host: Host
    names: dict[str, SiteNames]
    renderer: Renderer
    rendering: threading.Lock
    """A renderer serves one page at a time."""
    files: dict[str, bytes]
    """The pages of docs/ and the theme's files: path -> content."""


@dataclass(frozen=True)
class Snapshot:
    """The site at one moment."""

    root: Path
    planner: Planner
    maker: OutputMaker
    frame: Frame
    search: SearchSource

    def answer(self, url: str) -> Reply:
        """The file for a site path ("kk/news/2022/forum/", "kk/feed.xml"), the way to it, or the 404 page."""
        recipe = self._find(url)
        if recipe is not None:
            return Reply(self._make(recipe), ".html" if url.endswith("/") or not url else posixpath.splitext(url)[1])
        if url and not url.endswith("/") and self._find(f"{url}/"):
            return Reply(b"", "", HTTPStatus.MOVED_PERMANENTLY, f"/{quote(url)}/")
        missing = self._find(f"{url.partition('/')[0]}/404.html") or Recipe("not-found")
        return Reply(self._make(missing), ".html", HTTPStatus.NOT_FOUND)

    def _find(self, url: str) -> Recipe | None:
        path = f"{url}index.html" if url.endswith("/") else url
        return Recipe("host", id=path) if path in self.frame.files else find_recipe(url, self.planner)

    def _make(self, recipe: Recipe) -> bytes:
        if recipe.kind == "host":
            return self.frame.files[recipe.id]
        if recipe.kind == "media" and posixpath.splitext(recipe.id)[1].lower() in PICTURE_SUFFIXES:
            return _draw_picture(self.root / recipe.id, self.planner.site.attachments[recipe.id])
        if recipe.kind == "picture":
            return _draw_file(self.root / recipe.id, self.planner.site.attachments[recipe.id], recipe.section)
        if not self.maker.is_page(recipe):
            return self.maker.make_content(recipe)
        job = self.maker.pages.make_job(recipe)
        with self.frame.rendering:
            return self.frame.renderer.render(job)


@dataclass(frozen=True)
class State:
    """What there is to show."""

    number: int
    """Grows with every change, also from one run of the preview to the next."""
    snapshot: Snapshot | None = None
    report: Report = field(default_factory=Report)
    """The problems of the content."""
    notice: str = ""
    """Why something could not be taken in, besides problems of the content; empty when everything could."""


class Preview:
    """Keeps the newest State. `load` and `update` are for one thread; `answer` and `wait` for any."""

    def __init__(self, open_project: Opener) -> None:
        """open_project is asked again after every change of the settings, docs/ or the theme."""
        self._open = open_project
        self._changed = threading.Condition()
        self._building = threading.Lock()
        self._bodies = BodyKeeper()
        self._editing = threading.Lock()
        self._search = PreviewSearch(self._editing)
        self._notices: dict[str, str] = {}
        self._edition: Edition | None = None
        self._frame: Frame | None = None
        self._first = self.state = State(int(time.time() * 1000), notice="the site is being read")

    # ------------------------------------------------------------ for requests

    def answer(self, url: str) -> tuple[Reply, State]:
        """What a site path leads to, and the state that this is of; an empty page when there is none or it cannot be made."""
        if self.state is self._first:
            self.wait(self._first.number, seconds=_PATIENCE_SECONDS)
        state = self.state
        if state.snapshot is None:
            return Reply(_EMPTY_PAGE, ".html", HTTPStatus.SERVICE_UNAVAILABLE), state
        try:
            if url.startswith("search/"):
                return self._search_file(url, state.snapshot), state
            return state.snapshot.answer(url), state
        except Exception as error:  # a fault of a template, a picture, a file that goes this moment: the reader must see it
            return Reply(_EMPTY_PAGE, ".html", HTTPStatus.INTERNAL_SERVER_ERROR), replace(state, notice=explain_error(error))

    def _search_file(self, url: str, snapshot: Snapshot) -> Reply:
        content = self._search.find(url, snapshot.search)
        return Reply(b"", ".txt", HTTPStatus.NOT_FOUND) if content is None else Reply(content, posixpath.splitext(url)[1])

    def wait(self, number: int, *, seconds: float) -> int:
        """The newest number, once it is not the given one or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.state.number != number, timeout=seconds)
            return self.state.number

    def close(self) -> None:
        """Lets no other page of docs/ be made, and waits for those that are: nothing is left in the folder for temporary files."""
        self._building.acquire(timeout=_PATIENCE_SECONDS)

    # ------------------------------------------------------------ for the watcher

    def load(self) -> None:
        """Reads the whole project; when that cannot be done the state says why."""
        self._attempt("project", self._load)
        gc.collect()
        gc.freeze()  # 30,000 articles that stay: the collector need not look at them after every edit

    def update(self, paths: Iterable[Path]) -> None:
        """Takes in files and folders that were saved, added or deleted."""
        if self._edition is None:
            self.load()
            return
        project, saved = self._edition.project, set(paths)
        names = {path.relative_to(project.root).as_posix() for path in saved if path == project.articles_dir or project.articles_dir in path.parents}
        if len(names) < len(saved) or project.articles_dir in saved:  # another folder of this name is not watched yet
            self._attempt("project", self._load)
        if names:
            self._attempt("articles", lambda: self._revise(names))

    def note(self, name: str, notice: str) -> None:
        """Keeps a word for every page, or takes it back when it is empty; it shows with the next state."""
        self._notices.pop(name, None)
        if notice:
            self._notices[name] = notice

    def _attempt(self, name: str, action: Callable[[], None]) -> None:
        """Shows what the action makes. When it fails the state stays as it was, with a notice until the same succeeds."""
        self.note(name, "")
        try:
            with self._editing:
                action()
            self._set(self._make_state())
        except BrokenAuthority as error:
            self._set(replace(self.state, report=error.report, notice="the site cannot be shown before this is mended"))
        except Exception as error:  # a preview that ends in silence would be worse
            self.note(name, explain_error(error))
            self._set(replace(self.state, notice=self._list_notices()))

    def _load(self) -> None:
        project, make_host = self._open()
        edition = renew_settings(self._edition, project) if self._edition else read_edition(project)
        self._frame = self._make_frame(make_host, edition)
        self._edition = edition

    def _revise(self, names: set[str]) -> None:
        assert self._edition is not None and self._frame is not None
        edition = revise_edition(self._edition, names)
        if name_edition(edition) != self._frame.names:
            self._frame = self._make_frame(self._frame.make_host, edition)
        self._edition = edition
        self._bodies.keep(edition, names)

    def _make_frame(self, make_host: HostMaker, edition: Edition) -> Frame:
        with self._building:
            return make_frame(make_host, edition)

    # ------------------------------------------------------------ states

    def _make_state(self) -> State:
        assert self._edition is not None and self._frame is not None
        edition, frame = self._edition, self._frame
        project, reading, site = edition.project, edition.reading, edition.site
        planner = Planner(site, reading.authority, Settings(project.languages, dict.fromkeys(project.languages, b"")))
        maker = OutputMaker(project, planner, reading.languages, frame.names, frame.host, Path())
        readers = functools.partial(self._bodies.read, project.root, site), functools.partial(_find_picture, project.root, site.attachments)
        inputs = Inputs(reading.languages, project.default_language, frame.names, project.site_url, project.document_urls, *readers)
        maker.pages = EntityPages(planner, inputs)
        searched = EntityPages(planner, inputs._replace(read_body=functools.partial(self._bodies.look_up, project.root, site), find_picture=lambda path: _ANY_PICTURE))
        snapshot = Snapshot(project.root, planner, maker, frame, SearchSource(planner, maker, searched, frame.renderer))
        return State(0, snapshot, report_problems(edition), self._list_notices())

    def _list_notices(self) -> str:
        return "\n".join(self._notices.values())

    def _set(self, state: State) -> None:
        """Puts the state in place under a new number and wakes those who wait for it."""
        with self._changed:
            self.state = replace(state, number=self.state.number + 1)
            self._changed.notify_all()


# ---------------------------------------------------------------- the frame


def name_edition(edition: Edition) -> dict[str, SiteNames]:
    """What the pages call the site and its publisher; raises BuildError for a publisher that is not known."""
    project, reading = edition.project, edition.reading
    check_publisher(project, reading.authority)
    return name_site(project, Prepared(reading.languages, reading.authority, edition.site, 0))


def make_frame(make_host: HostMaker, edition: Edition) -> Frame:
    """The frame of an edition; raises what says that settings, docs/ or the theme cannot be used."""
    project, languages, names = edition.project, edition.reading.languages, name_edition(edition)
    host = make_host(languages, names)
    planner = Planner(edition.site, edition.reading.authority, Settings(project.languages, {}))
    maker = OutputMaker(project, planner, languages, names, host, Path())
    context = maker.make_context([(code, depth) for code in project.languages for depth in _DEPTHS])  # tells a broken template with its place
    _check_templates(project, PageEnvironment(context.templates, languages[project.default_language], names[project.default_language]))
    return Frame(make_host, host, names, Renderer(context), threading.Lock(), _read_host(host))


def _read_host(host: Host) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="newsroom-preview-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        host.build(folder)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _check_templates(project: Project, environment: PageEnvironment) -> None:
    """Raises BuildError with the place of what is wrong in a template of the project's own."""
    for path in (path for folder in project.template_folders[1:] for path in sorted(folder.glob("*.html"))):
        try:
            environment.compile(path.read_text(encoding="utf-8"), path.name)
        except jinja2.TemplateSyntaxError as error:
            raise BuildError(f"{path.relative_to(project.root).as_posix()}:{error.lineno}: {error.message}") from error


def _find_picture(root: Path, stamps: Mapping[str, tuple[int, ...]], path: str) -> Picture | None:
    """What becomes of a picture; None for one that cannot be shown, which the report tells."""
    return _look_at_picture(root / path, stamps[path])


@functools.lru_cache(maxsize=1000)
def _look_at_picture(path: Path, stamp: tuple[int, ...]) -> Picture | None:
    try:
        return inspect_picture(path.read_bytes())
    except (ImageError, OSError):
        return None


@functools.lru_cache(maxsize=_KEPT_PICTURES)
def _draw_file(path: Path, stamp: tuple[int, ...], name: str) -> bytes:
    """A file of the picture, as `_draw_picture` gives it."""
    content = draw_file(path.read_bytes(), name)
    if content is None:
        raise ImageError(f"there is no {name} of it", "reload the page")
    return content


@functools.lru_cache(maxsize=_KEPT_PICTURES)
def _draw_picture(path: Path, stamp: tuple[int, ...]) -> bytes:
    """The picture as it is published: drawn once for each stamp, since a browser asks again for it whenever the page reloads."""
    return publish_image(path)


def explain_error(error: Exception) -> str:
    """What went wrong, for people; the traceback of what nobody foresaw goes to the terminal."""
    if isinstance(error, (*PLAIN_ERRORS, HostError)):
        return str(error)
    if isinstance(error, ImageError):
        return f"a picture cannot be shown: {error.message}; {error.hint}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'a file'} cannot be used: {error.strerror}"
    traceback.print_exception(error)
    return f"an unexpected fault, {type(error).__name__}: {error}; the terminal shows where"
