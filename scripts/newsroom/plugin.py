"""The MkDocs plugin: `mkdocs build` and `mkdocs serve` make the whole site, not docs/ alone.

MkDocs renders the pages of docs/ into a staging folder, which it empties first; the articles are checked before that, and
published from there after it. So a problem in an article never touches the published site. Under a command of our own
(`newsroom build`) MkDocs does docs/ alone: theme.build_host says so through `use_theme`.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import click
from mkdocs.config import config_options
from mkdocs.config.base import Config, ConfigErrors, ConfigWarnings, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from .languages import STRINGS_FOLDER, LanguageError, load_languages
from .problems import Report
from .render import SiteNames
from .theme import Theme, create_frame, drop_unused_files, find_documents

STAGING_FOLDER = ".newsroom"
"""In the project's folder: what the generator keeps for itself."""

log = logging.getLogger("mkdocs.plugins.newsroom")


class NewsroomOptions(Config):
    """The options under `newsroom` in mkdocs.yml."""

    articles_dir = config_options.Dir(default="articles")
    languages = config_options.ListOfItems(config_options.Type(str), default=["kk", "ru", "en"])
    default_language = config_options.Type(str, default="kk")
    names = config_options.DictOfItems(config_options.Type(str), default={})
    publisher = config_options.Type(str, default="")

    def validate(self) -> tuple[ConfigErrors, ConfigWarnings]:
        """What MkDocs finds, and then what the options say about each other."""
        errors, warnings = super().validate()
        if not errors:
            errors = [(name, ValidationError(message)) for name, message in self._find_contradictions()]
        return errors, warnings

    def _find_contradictions(self) -> list[tuple[str, str]]:
        found = []
        if not self.languages:
            found.append(("languages", "give at least one language"))
        elif self.default_language not in self.languages:
            found.append(("default_language", f'"{self.default_language}" is not in languages'))
        found += [("names", f"give the site's name in {language}") for language in self.languages if not self.names.get(language)]
        found += [("names", f'"{language}" is not in languages') for language in self.names if language not in self.languages]
        return found


class NewsroomPlugin(BasePlugin[NewsroomOptions]):
    """Hands MkDocs a staging folder, gives the pages of docs/ their language, and publishes the site."""

    def __init__(self) -> None:
        self._command = ""
        """build, serve or gh-deploy; empty under a command of our own."""
        self._theme: Theme | None = None
        self._site_dir = ""
        """Where MkDocs was asked to put the site."""
        self._prepared: Any = None
        """What build.prepare gave; None while a preview has problems to show."""
        self._files = Files([])

    def use_theme(self, theme: Theme) -> None:
        """Do docs/ alone, with this theme, in the build that follows."""
        self._command, self._theme = "", theme

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self._command = command

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Everything that can stop the build happens here, before MkDocs empties its folder."""
        config.theme.static_templates = set()  # 404.html and sitemap.xml are ours
        if self._command:
            self._prepare(config)
            self._site_dir = config.site_dir
            config.site_dir = str(_project_folder(config) / STAGING_FOLDER / f"host-{self._command}")
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        drop_unused_files(files, config)
        self._files = files
        return files

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Without "previous" and "next", which would lead from one language into another."""
        for page in nav.pages:
            page.previous_page = page.next_page = None
        return nav

    def on_page_context(self, context: Any, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
        assert self._theme is not None
        context.update(self._theme.describe_page(page, self._files))
        return context

    def on_post_page(self, output: str, page: Page, config: MkDocsConfig) -> str:
        assert self._theme is not None
        return self._theme.finish_page(output, page)

    def on_post_build(self, config: MkDocsConfig) -> None:
        if not self._command:
            return
        staging, config.site_dir = Path(config.site_dir), self._site_dir  # gh-deploy publishes site_dir next
        if self._prepared is not None:
            self._publish(staging, Path(self._site_dir))

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        package = Path(__file__).parent
        watched = (self.config.articles_dir, config.theme.custom_dir, package / "templates", STRINGS_FOLDER)
        for folder in watched:
            if folder and Path(folder).is_dir():
                server.watch(str(folder))
        return server

    # ------------------------------------------------------------ what build does

    def _prepare(self, config: MkDocsConfig) -> None:
        """Check the articles and build the theme, or stop.

        `mkdocs build` aborts with exit code 1. `mkdocs serve` shows the problems, keeps what it last published and goes on.
        """
        result = self._prepare_articles(config)
        self._prepared = None if isinstance(result, Report) else result
        if isinstance(result, Report):
            self._show_problems(result)
        if self._prepared is not None or self._theme is None:
            self._theme = self._create_theme(config)

    def _show_problems(self, report: Report) -> None:
        if self._command == "serve":
            log.error("the site stays as it was, because of problems in its content:\n%s", report.as_text())
            return
        click.echo(report.as_text(), err=True)
        raise Abort("The published site was not touched.")

    def _create_theme(self, config: MkDocsConfig) -> Theme:
        codes = tuple(self.config.languages)
        try:
            languages = load_languages(codes, folders=[STRINGS_FOLDER])
        except LanguageError as error:
            raise PluginError(str(error)) from error
        documents = find_documents(Path(config.docs_dir), languages=codes)
        organizations = self._name_publisher()
        frames = {}
        for code, language in languages.items():
            names = SiteNames(self.config.names[code], organizations.get(code, ""))
            frames[code] = create_frame(language, names, documents=documents)
        is_preview = self._command == "serve"
        return Theme(config, frames, default_language=self.config.default_language, is_preview=is_preview)

    def _prepare_articles(self, config: MkDocsConfig) -> Any:
        """LEAD: return build.prepare(project) here: what publishing needs, or a Report with the errors that stop it."""
        return ()

    def _name_publisher(self) -> dict[str, str]:
        """LEAD: language -> full name of options.publisher, from the authority in self._prepared; {} while it is None."""
        return {}

    def _publish(self, staging: Path, site_dir: Path) -> None:
        """LEAD: build.finish(self._prepared, render_shell=self._theme.render_shell, staging=staging, site_dir=site_dir)."""


def _project_folder(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).resolve().parent
