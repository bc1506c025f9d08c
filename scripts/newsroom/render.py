"""A page job -> the bytes of its file. Runs in this process, in a pool or on another machine: a Context holds all it needs.

Pure but for reading the context's templates, which come as text. The job's view is the only thing a template sees.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import jinja2.nodes
import msgspec
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from .ical import write_calendar, write_event
from .languages import Language
from .markup import Labels, ResolvedLink, plain_text, render_body
from .model import Picture
from .ninjs import encode_item
from .picture_html import figure, front_picture, hasten_picture, picture_tag, thumbnail
from .shell import Shell
from .terms import EncodedTexts, encode_texts
from .views import Card, Head, LanguageLink, Phrase, PictureView

_SEAM = "<!-- seam -->"
"""Between the parts of a page that are rendered in one go. No text can forge it: templates escape, and nh3 drops comments."""
try:
    from markupsafe._speedups import _escape_inner as _escape_text  # text to text, in C; the lock file names its version
except ImportError:  # markupsafe without its C part, or with another one
    from html import escape as _escape_text

TEMPLATES_FOLDER = Path(__file__).parent / "templates"
"""The templates that come with the program."""
_ARTICLE = "article.html"
_WHOLE_ARTICLE = "whole/article.html"
"""The parts of an article's page as one template: fastest by far to render, but to compile each kind of page so would take longer than it saves."""
_PARTS = ("head.html", "_switch.html")
_HEAD_PLACE = "<!-- head -->"
"""Where a document of its own (root.html) wants the head."""

ABSOLUTE_DEPTH = None
"""Depth of a page that is shown at any URL (404): its links start at the root of the site."""

MAXIMUM_KEPT_CARDS = 20_000
"""About 30 MB."""


NINJS_TEMPLATE = "ninjs.json"
EVENT_TEMPLATE = "event.ics"
"""Stands for a template in the job of an article's ninjs: its view is an item, which lacks only the text."""


class RenderError(Exception):
    """A template is at fault, most likely one of the project's own; the message is for people."""


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
    """Where a destination in a body leads: a site path (or "#fragment"), the language when it differs, what becomes of a picture."""

    path: str
    hreflang: str = ""
    picture: Picture | None = None


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


class Rendered(NamedTuple):
    """A batch of pages."""

    pages: list[bytes]
    """HTML, UTF-8."""
    texts: EncodedTexts
    """Of the body of each page, for the search."""


class _Generator(CodeGenerator):
    """Compiles templates with our own escape in place of markupsafe's, which wraps each result in a Markup only for it to be joined
    at once: a tenth of the time of a page. The hook is the one of jinja2.nativetypes (Jinja2 3.1)."""

    def _output_child_pre(self, node: jinja2.nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
            return
        self.write("environment.escape_output(")
        if finalize.src is not None:
            self.write(finalize.src)


def _escape_output(value: object) -> str:
    """A value as HTML: text escaped, Markup as it is."""
    if type(value) is str:
        return _escape_text(value)
    return value if type(value) is Markup else str(escape(value))


def _write_json(value: object) -> Markup:
    """JSON that can stand in a script element: the signs that could end it are written as escapes."""
    return _embed_json(msgspec.json.encode(value, order="sorted").decode())


def _embed_json(text: str) -> Markup:
    """The same of JSON that is written already; these signs stand in its texts only."""
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("'", "\\u0027"))


_compiled: dict[tuple[Any, str | None], Any] = {}
"""Templates by source and name, for the environments of all languages."""
_MAXIMUM_COMPILED = 200


def _at_run_time(function: Callable[..., str]) -> Callable[..., str]:
    """A filter that Jinja does not work out while it compiles a template."""

    @jinja2.pass_context
    def call(_: jinja2.runtime.Context, *values: Any, **named: Any) -> str:
        return function(*values, **named)

    return call


class PageEnvironment(jinja2.Environment):
    """The templates in one language, with autoescape and these filters: "key"|text, day|date, start|date_range(end),
    number|number, count|plural("key"), path|url, story|card, story|short_card, picture|lead, picture|front, picture|thumbnail, JSON|json, and day|day,
    which is a time element.

    Filters instead of functions: Jinja calls them without the checks a call needs. Nothing of a language becomes part of a compiled
    template, so that each is compiled once for all languages.
    """

    code_generator_class = _Generator
    escape_output = staticmethod(_escape_output)

    def __init__(self, templates: Mapping[str, str], language: Language, names: SiteNames) -> None:
        super().__init__(loader=jinja2.DictLoader(dict(templates)), autoescape=True, undefined=jinja2.StrictUndefined,
                         trim_blocks=True, lstrip_blocks=True, auto_reload=False)  # fmt: skip
        self.prefix = ""
        """What leads from the page to the root of the site; set before each page."""
        self.globals.update(language=language, site=names)
        self.filters.update(
            text=_at_run_time(language.text), date=_at_run_time(language.date), date_range=_at_run_time(language.date_range),
            number=_at_run_time(language.number), plural=_at_run_time(lambda count, key: language.plural(key, count)), url=self._make_url, card=self._make_card, short_card=self._make_short_card,
            tojson=_write_json, json=_embed_json, lead=self._make_lead, front=self._make_front, thumbnail=self._make_thumbnail, day=self._make_day,
        )  # fmt: skip
        self._cards: dict[tuple[Any, ...], list[str]] = {}
        self._days: dict[date, Markup] = {}
        self._language = language

    def compile(self, source: Any, name: str | None = None, *options: Any, **more: Any) -> Any:
        code = _compiled.get((source, name))
        if code is None:
            if len(_compiled) >= _MAXIMUM_COMPILED:
                _compiled.clear()
            code = _compiled[source, name] = super().compile(source, name, *options, **more)
        return code

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dictionary in place of Jinja's chain of two, which every page reads whole; ours do not change once templates are loaded."""
        return {**self.globals, **(d or {})}

    @staticmethod
    @jinja2.pass_context  # keeps Jinja from working out a constant path once for all pages
    def _make_url(context: jinja2.runtime.Context, path: str) -> str:
        environment = context.environment
        assert isinstance(environment, PageEnvironment)
        return environment.prefix + path or "./"

    def _make_lead(self, view: PictureView) -> Markup:
        """The picture over the text, with its caption."""
        tag = picture_tag(self.prefix + view.url, view.picture, alt=_escape_output(view.alt.text), attributes=self._mark_language(view.alt), is_eager=True)
        return Markup(figure(tag, self._write_caption(view), classes="nr-picture nr-picture--lead"))

    def _make_front(self, view: PictureView) -> Markup:
        """The picture of the lead story on the front page, without its caption."""
        return Markup(front_picture(self.prefix + view.url, view.picture, alt=_escape_output(view.alt.text), attributes=self._mark_language(view.alt)))

    def _make_thumbnail(self, view: PictureView) -> Markup:
        """A picture of the gallery, with its caption."""
        tag = thumbnail(self.prefix + view.url, view.picture, alt=_escape_output(view.alt.text), attributes=self._mark_language(view.alt))
        return Markup(figure(tag, self._write_caption(view)))

    def _write_caption(self, view: PictureView) -> str:
        texts = (("nr-picture__caption", view.caption), ("nr-picture__credit", view.credit))
        return " ".join(f'<span class="{name}"{self._mark_language(text)}>{_escape_output(text.text)}</span>' for name, text in texts if text)

    def _mark_language(self, text: Phrase) -> str:
        return "" if text.language == self._language.code else f' lang="{text.language}"'

    def _make_day(self, day: date) -> Markup:
        """A day in words, and for machines."""
        html = self._days.get(day)
        if html is None:
            html = self._days[day] = Markup(f'<time datetime="{day}">{_escape_output(self._language.date(day))}</time>')
        return html

    @cached_property
    def _macros(self) -> Any:
        return self.get_template("_card.html").module

    def _make_card(self, story: Card, dated: bool = True) -> Markup:
        """The macro `card` with a memory: a story's card stands on many pages of one language."""
        return self._keep_card("card", story, dated)

    def _make_short_card(self, story: Card) -> Markup:
        return self._keep_card("short_card", story)

    def _keep_card(self, macro: str, story: Card, *options: bool) -> Markup:
        """Kept in pieces, between which the prefix of the page belongs."""
        key = (macro, story, *options)
        pieces = self._cards.get(key)
        if pieces is None:
            if len(self._cards) > MAXIMUM_KEPT_CARDS:
                self._cards.clear()
            prefix, self.prefix = self.prefix, Markup(_SEAM)
            try:
                pieces = self._cards[key] = str(getattr(self._macros, macro)(story, *options)).split(_SEAM)
            finally:
                self.prefix = prefix
        return Markup(_escape_output(self.prefix).join(pieces))


class Renderer:
    """Renders page jobs with one context."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._labels = {code: _make_labels(language) for code, language in context.languages.items()}
        templates = {**context.templates, _WHOLE_ARTICLE: _SEAM.join(context.templates[name] for name in (*_PARTS, _ARTICLE))}
        self._templates: dict[tuple[str, str], list[jinja2.Template]] = {}
        self._last_body: tuple[PageJob, str, str] | None = None
        """The job that had a body last, its HTML and text: an article's page and its ninjs follow each other."""
        self._environments = {code: PageEnvironment(templates, language, context.names[code]) for code, language in context.languages.items()}

    def render(self, job: PageJob) -> bytes:
        """The page's HTML, UTF-8."""
        return self.render_with_text(job)[0]

    def render_with_text(self, job: PageJob) -> tuple[bytes, str]:
        """The page, and the plain text of its body; ninjs have theirs in them, and an event's file has none."""
        if job.template == EVENT_TEMPLATE:
            return write_calendar([write_event(job.view)], language=job.language, url=job.head.canonical_url), ""
        html, text = self._read_body(job)
        if job.template == NINJS_TEMPLATE:
            return encode_item(job.view, text), ""
        return self._render(job, html), text

    def _read_body(self, job: PageJob) -> tuple[str, str]:
        """The body as HTML and as text."""
        if not job.body:
            return "", ""
        last = self._last_body
        if last is None or last[0].body is not job.body or last[0].targets is not job.targets or (last[0].language, last[0].depth) != (job.language, job.depth):
            html = self._render_body(job)
            last = self._last_body = job, html, plain_text(html)
        return last[1], last[2]

    def read_text(self, job: PageJob) -> str:
        """The plain text of the body. While a page is rendered this may run too."""
        return plain_text(self._render_body(job))

    def _render(self, job: PageJob, body_html: str) -> bytes:
        context = self._context
        environment = self._environments[job.language]
        environment.prefix = self._find_prefix(job)
        body = Markup(body_html if not body_html or job.view.lead else hasten_picture(body_html))
        try:
            parts = [template.render(view=job.view, body=body, head=job.head, links=job.switch) for template in self._find_templates(job.language, job.template)]
        except (jinja2.TemplateError, LookupError, TypeError) as error:
            raise RenderError(f"the template {job.template} cannot make {job.path}: {error}") from error
        head, switch, content = parts[0].split(_SEAM) if len(parts) == 1 else parts
        if not job.in_shell:
            return content.replace(_HEAD_PLACE, head).encode()
        site_name = context.names[job.language].name
        title = site_name if job.head.title == site_name else f"{job.head.title} – {site_name}"
        shell = context.shells[job.language, job.depth]
        return shell.fill(title=title, head=head, switch=switch, content=content, section=job.section).encode()

    def _find_templates(self, language: str, name: str) -> list[jinja2.Template]:
        """Those of head, language switch and content, or one of all three."""
        templates = self._templates.get((language, name))
        if templates is None:
            names = (_WHOLE_ARTICLE,) if name == _ARTICLE else (*_PARTS, name)
            templates = self._templates[language, name] = [self._environments[language].get_template(name) for name in names]
        return templates

    def _find_prefix(self, job: PageJob) -> str:
        """What leads from the page to the root of the site."""
        return self._context.base_path if job.depth is None else "../" * job.depth

    def _render_body(self, job: PageJob) -> str:
        if not job.body:
            return ""
        prefix = self._find_prefix(job)

        def resolve(destination: str) -> ResolvedLink | None:
            target = job.targets.get(destination)
            if target is None:
                return None
            path = target.path if target.path.startswith("#") else prefix + target.path
            return ResolvedLink(path, target.hreflang, target.picture)

        return render_body(job.body, resolve=resolve, labels=self._labels[job.language]).html


def render_batch(context: Context, jobs: Sequence[PageJob]) -> Rendered:
    """The unit of work of an executor. Keeps the renderer of the last context."""
    with _rendering:
        renderer = _keep_renderer(context.digest, context)
        rendered = [renderer.render_with_text(job) for job in jobs]
    return Rendered([page for page, _ in rendered], encode_texts(text for _, text in rendered))


_kept: dict[bytes, Renderer] = {}
_rendering = threading.Lock()
"""A renderer serves one page at a time, and the threads of an executor share it."""


def _keep_renderer(digest: bytes, context: Context) -> Renderer:
    """A worker sees the same context many times; compiling its templates each time would cost more than the pages."""
    renderer = _kept.get(digest)
    if renderer is None:
        _kept.clear()
        renderer = _kept[digest] = Renderer(context)
    return renderer


def _make_labels(language: Language) -> Labels:
    return Labels(table=language.text("table-label", number="{number}"), notes=language.text("notes"), back=language.text("note-back", number="{number}"))
