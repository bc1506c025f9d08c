"""A page job -> the bytes of its file. Runs in this process, in a pool or on another machine: a Context holds all it needs.

Pure but for reading the context's templates, which come as text. The job's view is the only thing a template sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from .languages import Language
from .markup import Labels, ResolvedLink, render_body
from .shell import Shell
from .views import Card, Head, LanguageLink

ABSOLUTE_DEPTH = None
"""Depth of a page that is shown at any URL (404): its links start at the root of the site."""

MAXIMUM_KEPT_CARDS = 20_000
"""About 30 MB."""


class SiteNames(NamedTuple):
    """What a language's pages call the site and who publishes it."""

    name: str
    organization: str


class Context(NamedTuple):
    """Everything that rendering needs besides the jobs; picklable."""

    digest: bytes
    templates: dict[str, str]
    """File name -> source."""
    languages: dict[str, Language]
    names: dict[str, SiteNames]
    shells: dict[tuple[str, int | None], Shell]
    """By language and depth."""
    base_path: str
    """Path of the site on its host, "/" or "/name/"; for pages of absolute depth."""


class Target(NamedTuple):
    """Where a destination in a body leads: a site path (or "#fragment"), the language when it differs, size of a picture."""

    path: str
    hreflang: str = ""
    width: int = 0
    height: int = 0


class PageJob(NamedTuple):
    """One page to render."""

    path: str
    template: str
    language: str
    depth: int | None
    head: Head
    switch: tuple[LanguageLink, ...]
    section: str
    """Entry of the navigation that the page belongs to."""
    view: Any
    """A struct of views.py."""
    body: str = ""
    """Markdown of an article."""
    targets: dict[str, Target] = {}
    """Destination as written -> where it leads."""
    in_shell: bool = True


class Renderer:
    """Renders page jobs with one context."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._environment = jinja2.Environment(
            loader=jinja2.DictLoader(context.templates), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip
        self._environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
        self._labels = {code: _make_labels(language) for code, language in context.languages.items()}
        self._card = self._environment.get_template("_card.html").module.card  # type: ignore[attr-defined]
        self._cards: dict[tuple[Card, str, int | None, bool], str] = {}
        self._switch = self._environment.get_template("_switch.html")
        self._head = self._environment.get_template("head.html")

    def render(self, job: PageJob) -> bytes:
        """The page's HTML, UTF-8."""
        context = self._context
        language = context.languages[job.language]
        url = _make_url(job.depth, context.base_path)
        common = {"language": language, "url": url, "site": context.names[job.language], "card": self._keep_card(language, url, job.depth)}
        head = self._head.render(view=job.head, **common)
        body = self._render_body(job, language, url) if job.body else ""
        content = self._environment.get_template(job.template).render(view=job.view, body=Markup(body), head=Markup(head), **common)
        if not job.in_shell:
            return content.encode()
        switch = self._switch.render(links=job.switch, **common)
        shell = context.shells[job.language, job.depth]
        title = f"{job.head.title} – {context.names[job.language].name}" if job.head.title != context.names[job.language].name else job.head.title
        return shell.fill(title=title, head=head, switch=switch, content=content, section=job.section).encode()

    def _keep_card(self, language: Language, url: Callable[[str], str], depth: int | None) -> Callable[..., str]:
        """The macro `card` with a memory: a story's card stands on many pages of the same language and depth."""

        def card(story: Card, dated: bool = True) -> str:
            key = (story, language.code, depth, dated)
            html = self._cards.get(key)
            if html is None:
                if len(self._cards) > MAXIMUM_KEPT_CARDS:
                    self._cards.clear()
                html = self._cards[key] = self._card(story, language, url, dated)
            return html

        return card

    def _render_body(self, job: PageJob, language: Language, url: Callable[[str], str]) -> str:
        def resolve(destination: str) -> ResolvedLink | None:
            target = job.targets.get(destination)
            if target is None:
                return None
            path = target.path if target.path.startswith("#") else url(target.path)
            return ResolvedLink(path, target.hreflang, target.width, target.height)

        return render_body(job.body, resolve=resolve, labels=self._labels[language.code]).html


def render_batch(context: Context, jobs: Sequence[PageJob]) -> list[bytes]:
    """The bytes of each page of a batch; the unit of work of an executor. Keeps the renderer of the last context."""
    renderer = _keep_renderer(context.digest, context)
    return [renderer.render(job) for job in jobs]


_kept: dict[bytes, Renderer] = {}


def _keep_renderer(digest: bytes, context: Context) -> Renderer:
    """A worker sees the same context many times; compiling its templates each time would cost more than the pages."""
    renderer = _kept.get(digest)
    if renderer is None:
        _kept.clear()
        renderer = _kept[digest] = Renderer(context)
    return renderer


@lru_cache(maxsize=16)
def _make_url(depth: int | None, base_path: str) -> Callable[[str], str]:
    """The function that templates call `url`: site path -> URL relative to a page of the depth."""
    prefix = base_path if depth is None else "../" * depth

    @lru_cache(maxsize=65536)
    def url(path: str) -> str:
        return prefix + quote(path, safe="/#?=&:;,+@!$'()*~-._") or "./"

    return url


def _make_labels(language: Language) -> Labels:
    return Labels(table=language.text("table-label", number="{number}"), notes=language.text("notes"), back=language.text("note-back", number="{number}"))
