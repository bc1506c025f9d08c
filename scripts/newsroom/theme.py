"""MkDocs and Material as the frame of the site: its configuration, the shells, and the pages of docs/ in their language.

With plugin the only module that imports MkDocs; build and pages see nothing of it. A language has its own copy of the
configuration, because Material reads `theme.language` and `site_name` there; the shared one is never changed. Templates:
overrides/main.html and overrides/partials/, with the context variable `newsroom` (`_describe_frame`).
"""

from __future__ import annotations

import copy
import json
import logging
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import jinja2
import mkdocs.config
from markupsafe import Markup, escape
from mkdocs.commands.build import build, get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Link, Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_markdown_title, meta
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from .disk import explain_write_error, is_full_disk
from .fonts import FAMILY, find_fonts, write_faces
from .languages import Language
from .registers import REGISTERS
from .render import TEMPLATES_FOLDER, PageEnvironment, SiteNames
from .scripts import ScriptError, shorten_script
from .shell import CURRENT, CURRENT_ATTRIBUTE, POLICY_MARKER, SLOTS, Shell, ShellError, cut_shell, slot_marker, write_policy
from .styles import StyleError, drop_unused, shorten_style
from .urls import search_url
from .views import Head, LanguageLink

SECTIONS = (("home", ""), ("regions", "regions/"), ("unions", "unions/"), ("people", "people/"), ("kinds", "kinds/"), ("archive", "archive/"))  # fmt: skip
"""The site's navigation: id, which is also the key of its text, and folder below the language's."""

DOCUMENT_TEXTS = ("about", "guide", "send-news")
"""Pages of docs/<language>/ that the navigation names with an interface text; the others go by their title."""

GHOST_FOLDER = "__shell__"
"""Folders of the page that makes a shell. No real URL has them, so every relative link of a shell starts at the root."""

_UNUSED_PARTS = re.compile(
    r'\s*<(?:input class="md-toggle"[^>]*>|label class="md-overlay"[^>]*></label>|div data-md-component="announce">\s*</div>'
    r'|div class="md-dialog"[^>]*>\s*<div[^>]*></div>\s*</div>)'
)
"""Material's check boxes for its drawer and search, its place for announcements and its dialog, which main.html does without. They
stand in base.html outside every block, and the autocomplete attribute of the boxes is an error to the Nu Html Checker
(mkdocs-material 9.8.1)."""
_INDENT = re.compile(r"\n\s+")


_PYTHON_TYPE = re.compile(r"<class '(\w+)'>")
_TYPE_WORDS = {"str": "text", "int": "number", "float": "number", "bool": "true or false", "list": "list", "dict": "group of fields", "NoneType": "nothing"}
"""For Python's names of types, which MkDocs uses."""

OWN_FOLDER = "assets/newsroom/"
"""Of the scripts and style sheets of overrides/."""
FONT_FOLDER = "fonts"
"""Below OWN_FOLDER."""

log = logging.getLogger("mkdocs.plugins.newsroom")


class HostError(Exception):
    """MkDocs cannot do its part. The message is for people and may have several lines."""


@dataclass(frozen=True, slots=True)
class Document:
    """A page of docs/ in one language."""

    language: str
    name: str
    """Path below the language's folder, without .md."""
    url: str
    title: str
    path: str
    """Relative to docs/, with forward slashes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What header and footer show in one language."""

    language: Language
    names: SiteNames
    documents: tuple[Document, ...]
    """The pages of docs/<language>/ that the navigation lists."""


def load_config(config_file: Path, *, site_dir: Path | None = None) -> MkDocsConfig:
    """The validated configuration of a project. Raises HostError with all that MkDocs found wrong."""
    with _collect_messages() as messages:
        try:
            config = mkdocs.config.load_config(str(config_file), site_dir=str(site_dir) if site_dir else None)
        except MkDocsException as error:
            raise HostError(_name_types("\n".join(messages or [str(error)]))) from error
    for message in messages:
        log.warning(message)
    if "newsroom" not in config.plugins:
        raise HostError(f"{config_file}: the plugin newsroom is missing; add `- newsroom` to plugins")
    return config


def read_settings(config_file: Path) -> str:
    """All settings of a configuration file, those it inherits and takes from the environment among them, as stable JSON."""
    with open(config_file, encoding="utf-8-sig") as file:
        settings = yaml_load(file, get_yaml_loader())
    return json.dumps(settings, sort_keys=True, default=lambda value: getattr(value, "__qualname__", type(value).__qualname__))


def _name_types(message: str) -> str:
    """What MkDocs says of a setting, without Python's names of types."""
    return _PYTHON_TYPE.sub(lambda found: _TYPE_WORDS.get(found[1], "something else"), message).replace(" (dict)", "")


@contextmanager
def _collect_messages() -> Iterator[list[str]]:
    """What MkDocs logs meanwhile, warnings and errors, instead of printing it."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield messages
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates


def find_documents(docs_dir: Path, *, languages: tuple[str, ...]) -> tuple[Document, ...]:
    """The pages of docs/<language>/, in the order of their paths. Reads their titles, renders nothing."""
    documents = []
    for language in languages:
        folder = docs_dir / language
        for path in sorted(folder.rglob("*.md")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            if path.stem not in ("index", "README"):
                documents.append(_read_document(path, language=language, name=name))
    return tuple(documents)


def _read_document(path: Path, *, language: str, name: str) -> Document:
    text, fields = meta.get_data(path.read_text("utf-8-sig", errors="replace"))
    title = str(fields.get("title") or get_markdown_title(text) or path.stem)
    url = quote(f"{language}/{name}/")
    return Document(language=language, name=name, url=url, title=title, path=f"{language}/{name}.md")


def create_frame(language: Language, names: SiteNames, *, documents: tuple[Document, ...]) -> Frame:
    """The frame of one language. Of `documents` it lists those that stand directly in the language's folder."""
    listed = tuple(document for document in documents if document.language == language.code and "/" not in document.name)
    return Frame(language=language, names=names, documents=listed)


def language_config(config: MkDocsConfig, language: str, *, site_name: str) -> MkDocsConfig:
    """A copy of the configuration that Material renders in the language; `config` stays as it is."""
    copied = copy.copy(config)
    copied.theme = copy.deepcopy(config.theme)
    copied.theme["language"] = language
    copied.site_name = site_name
    return copied


class Theme:
    """Material in every language of one site: renders shells, and completes what MkDocs renders of docs/."""

    def __init__(self, config: MkDocsConfig, frames: Mapping[str, Frame], *, default_language: str, is_preview: bool = False) -> None:
        """`frames` by language code, in the order of the language switch; `is_preview` allows the script of mkdocs serve."""
        self._frames = frames
        self._configs = {code: language_config(config, code, site_name=frame.names.name) for code, frame in frames.items()}
        self._default_language = default_language
        self._is_preview = is_preview

    @cached_property
    def _template(self) -> jinja2.Template:
        return self._configs[self._default_language].theme.get_env().get_template("main.html")

    def render_shell(self, language: str, *, depth: int | None) -> Shell:
        """The shell of one language for URLs of `depth` folders (1: `kk/`); None: with absolute links, for 404.html.

        Raises ShellError when a template is broken or main.html lacks a slot.
        """
        frame, config = self._frames[language], self._configs[language]
        nonce = secrets.token_hex(8)
        page = None if depth is None else _create_ghost(config, depth)
        context = get_context(_list_links(frame), [], config, page, urlsplit(config.site_url or "/").path)
        slots = {slot: slot_marker(nonce, slot) for slot in SLOTS}
        marks = {name: slot_marker(nonce, CURRENT + name) for name, _ in SECTIONS}
        try:
            html = self._template.render(context | {"newsroom": _describe_frame(frame) | slots | {"current": marks}})
        except jinja2.TemplateError as error:
            raise ShellError(f"the theme's page for language {language} cannot be rendered: {_place_fault(error)}") from error
        html = write_policy(_INDENT.sub("\n", _UNUSED_PARTS.sub("", html)), is_preview=self._is_preview)
        return cut_shell(html, nonce=nonce, language=language, depth=depth)

    def describe_page(self, page: Page, files: Files) -> dict[str, Any]:
        """The template variables that make a page of docs/ speak its language: config, nav and newsroom."""
        language = self.page_language(page)
        frame, config = self._frames[language], self._configs[language]
        links = self._find_versions(page, files)
        slots = {
            "title": escape(f"{Markup(page.title).striptags()} – {frame.names.name}"),
            "head": _render_fragment("head.html", frame, page, head=self._describe_head(page, links, config)),
            "switch": _render_fragment("_switch.html", frame, page, links=links),
            "current": {page.url: CURRENT_ATTRIBUTE.replace("true", "page")},
        }
        return {"config": config, "nav": _list_links(frame), "newsroom": _describe_frame(frame) | slots}

    def finish_page(self, html: str, page: Page) -> str:
        """What MkDocs rendered of a page of docs/, with its Content-Security-Policy."""
        return write_policy(_UNUSED_PARTS.sub("", html), content=page.content or "", is_preview=self._is_preview)

    def page_language(self, page: Page) -> str:
        """The language whose folder the page stands in; the default language for pages outside of them."""
        folder = page.file.src_uri.partition("/")[0]
        return folder if folder in self._frames else self._default_language

    def _find_versions(self, page: Page, files: Files) -> tuple[LanguageLink, ...]:
        """The page in each language, or that language's home where it has none."""
        current = self.page_language(page)
        name = page.file.src_uri.removeprefix(f"{current}/")
        links = []
        for code, frame in self._frames.items():
            file = page.file if code == current else files.get_file_from_path(f"{code}/{name}")
            links.append(
                LanguageLink(
                    language=code,
                    name=frame.language.name,
                    url=file.url if file else f"{code}/",
                    is_current=code == current,
                    is_same_page=file is not None,
                )
            )
        return tuple(links)

    def _describe_head(self, page: Page, links: tuple[LanguageLink, ...], config: MkDocsConfig) -> Head:
        """Alternates are the versions that exist; x-default is the one in the default language, else the first."""
        base = config.site_url or ""
        alternates = [(link.language, urljoin(base, link.url)) for link in links if link.is_same_page] if base else []
        if alternates:
            alternates.append(("x-default", dict(alternates).get(self._default_language, alternates[0][1])))
        return Head(
            title=Markup(page.title).striptags(),
            description=str(page.meta.get("description", "")),
            canonical_url=page.canonical_url or "",
            alternates=tuple(alternates),
        )


def build_host(config: MkDocsConfig, staging: Path, theme: Theme) -> None:
    """Render docs/ and copy the theme's assets into the folder `staging`, which is emptied first.

    For commands of ours: the plugin, which would also build the articles under `mkdocs build`, is told not to. Raises
    HostError with what MkDocs logged.
    """
    config = copy.copy(config)
    config.site_dir = str(staging)
    config.plugins["newsroom"].use_theme(theme)
    with _collect_messages() as messages:
        try:
            build(config)
        except (MkDocsException, OSError, UnicodeError, jinja2.TemplateError) as error:
            if isinstance(error, OSError) and is_full_disk(error):
                raise HostError(explain_write_error(error, error.filename or staging)) from error
            raise HostError("\n".join(messages or [str(error)])) from error
    for message in (*messages, find_fonts().notice):
        if message:
            log.warning(message)


def drop_unused_files(files: Files, config: MkDocsConfig) -> None:
    """Remove what no page loads: the theme's scripts, source maps and sitemap, and the project's own strings and templates."""
    own_folder = config.theme.custom_dir
    for file in list(files):
        if file.src_dir == own_folder:
            is_unused = file.src_uri.startswith("newsroom/")
        else:
            is_unused = file.src_uri.endswith((".map", "sitemap.xml")) or file.src_uri.startswith("assets/javascripts/")
        if is_unused and file.src_dir in config.theme.dirs:
            files.remove(file)


def shorten_assets(files: Files, config: MkDocsConfig) -> None:
    """Publish scripts and style sheets in fewer bytes; one that cannot be read as it is, with a warning."""
    for file in files:
        is_own = file.src_uri.startswith(OWN_FOLDER) and file.src_dir == config.theme.custom_dir
        is_host = file.src_uri.startswith("assets/stylesheets/main.") and file.src_dir in config.theme.dirs
        suffix = file.src_uri.rpartition(".")[2]
        shorten = {(True, "js"): shorten_script, (True, "css"): shorten_style}.get((is_own, suffix)) or (drop_unused if is_host and suffix == "css" else None)
        if shorten:
            try:
                file.content_string = shorten(file.content_string)
            except (ScriptError, StyleError) as error:
                log.warning(f"{file.src_uri} is published as it is: {error}")


def add_fonts(files: Files, config: MkDocsConfig) -> None:
    """Publish the font beside the project's style sheet, which gets the rules that name it; without a font, one line says why."""
    style = files.get_file_from_path(f"{OWN_FOLDER}newsroom.css")
    if style is None or style.src_dir != config.theme.custom_dir or f'"{FAMILY}"' not in style.content_string:
        return
    fonts = find_fonts()
    style.content_string = write_faces(fonts, folder=FONT_FOLDER) + style.content_string
    for name, content in fonts.files.items():
        files.append(File.generated(config, f"{OWN_FOLDER}{FONT_FOLDER}/{name}", content=content))
    if fonts.notice:
        log.info(fonts.notice)


def _place_fault(error: jinja2.TemplateError) -> str:
    """The fault of a template, with file and line where Jinja2 knows them."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}: {error.message}"
    return str(error)


def _create_ghost(config: MkDocsConfig, depth: int) -> Page:
    """An empty page `depth` folders down. Its one heading makes Material write the skip link."""
    path = "/".join((*[GHOST_FOLDER] * depth, "index.md"))
    page = Page("", File(path, None, config.site_dir, use_directory_urls=True), config)
    page.content, page.toc = "", [AnchorLink("", "content", 1)]
    return page


def _list_links(frame: Frame) -> Navigation:
    """The navigation as MkDocs knows it, for templates of Material that a project may use."""
    entries = [*_list_sections(frame), *_list_documents(frame)]
    return Navigation([Link(entry["text"], entry["url"]) for entry in entries], [])


def _list_sections(frame: Frame) -> list[dict[str, str]]:
    code = frame.language.code
    return [{"id": name, "text": frame.language.text(name), "url": f"{code}/{folder}"} for name, folder in SECTIONS]


def _list_data(frame: Frame) -> list[dict[str, str]]:
    """The calendar and the pages of figures and registers, which every page's footer links."""
    code = frame.language.code
    return [{"id": name, "text": frame.language.text(name), "url": f"{code}/{name}/"} for name in ("calendar", "figures", *REGISTERS)]


def _list_documents(frame: Frame) -> list[dict[str, str]]:
    entries = []
    for document in frame.documents:
        text = frame.language.text(document.name) if document.name in DOCUMENT_TEXTS else document.title
        entries.append({"id": document.url, "text": text, "url": document.url})
    return entries


def _describe_frame(frame: Frame) -> dict[str, Any]:
    """The variable `newsroom` of overrides/, without its slots. Texts are plain; the templates escape them."""
    return {
        "text": frame.language.text,
        "names": frame.names,
        "home": f"{frame.language.code}/",
        "choice": "?choose",
        "search": search_url(frame.language.code),
        "sections": _list_sections(frame),
        "data": _list_data(frame),
        "documents": _list_documents(frame),
        "policy": POLICY_MARKER,
    }


def _render_fragment(name: str, frame: Frame, page: Page, **values: Any) -> str:
    """One of our own templates, escaped; the same that articles use."""
    templates = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES_FOLDER.glob("*.html")}
    environment = PageEnvironment(templates, frame.language, frame.names)
    environment.prefix = "../" * page.url.count("/")
    return environment.get_template(name).render(**values)
