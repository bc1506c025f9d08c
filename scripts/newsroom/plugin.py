"""The MkDocs plugin: `mkdocs build` and `mkdocs serve` make the whole site, not docs/ alone.

MkDocs renders the pages of docs/ into a staging folder, which it empties first; the articles are checked before that, and
published from there after it. So a problem in an article never touches the published site. Under a command of our own
(`newsroom build`) MkDocs does docs/ alone: theme.build_host says so through `use_theme`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import filelock
from mkdocs.config import config_options
from mkdocs.config.base import Config, ConfigErrors, ConfigWarnings, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from .build import PLAIN_ERRORS, describe_summary, name_site, publish_site
from .disk import explain_write_error
from .host import STATE_FOLDER, MkDocsHost, describe_project
from .intake import Prepared, prepare
from .languages import STRINGS_FOLDER, load_languages, make_slug
from .problems import Report
from .render import SiteNames
from .theme import HostError, Theme, add_fonts, drop_unused_files, shorten_assets
from .workspace import Workspace

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
        self._host: MkDocsHost | None = None
        self._prepared: Prepared | None = None
        """The checked site; None while a preview has problems to show."""
        self._files = Files([])
        self._lock: filelock.BaseFileLock | None = None
        """On the staging folder, while a build uses it."""

    def use_theme(self, theme: Theme) -> None:
        """Do docs/ alone, with this theme, in the build that follows."""
        self._command, self._theme = "", theme

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """A new run; MkDocs keeps one plugin for all configurations that a process loads."""
        self._command = command
        self._theme = self._host = self._prepared = None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Everything that can stop the build happens here, before MkDocs empties its folder."""
        config.theme.static_templates = set()  # 404.html and sitemap.xml are ours
        config.mdx_configs.setdefault("toc", {}).setdefault("slugify", _name_heading)
        if self._command:
            staging = _staging_folder(config, self._command)
            self._claim(staging)
            self._prepare(config)
            config.site_dir = str(staging)
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        drop_unused_files(files, config)
        add_fonts(files, config)
        shorten_assets(files, config)
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
        assert self._host is not None
        staging, config.site_dir = Path(config.site_dir), str(self._host.project.site_dir)  # gh-deploy publishes site_dir next
        if self._prepared is not None:
            self._publish(self._prepared, self._host, staging)
        self._release()

    def on_build_error(self, *, error: Exception) -> None:
        self._release()

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        package = Path(__file__).parent
        watched = (self.config.articles_dir, config.theme.custom_dir, package / "templates", STRINGS_FOLDER)
        for folder in watched:
            if folder and Path(folder).is_dir():
                server.watch(str(folder))
        return server

    # ------------------------------------------------------------ what build does

    def _claim(self, staging: Path) -> None:
        """Waits for another run that renders into the staging folder, or has not yet published from it."""
        lock = filelock.FileLock(f"{staging}.lock")
        try:
            staging.parent.mkdir(exist_ok=True)
            lock.acquire(timeout=0)
        except filelock.Timeout:
            log.info("another build of this site is running; waiting for it")
            lock.acquire()
        except OSError as error:
            raise PluginError(explain_write_error(error, staging.parent)) from error
        self._lock = lock

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
        self._lock = None

    def _prepare(self, config: MkDocsConfig) -> None:
        """Checks the articles, or stops.

        `mkdocs build` aborts with exit code 1. `mkdocs serve` shows the problems, keeps what it last published and goes on.
        """
        with _plain_errors():
            project = describe_project(config, state_name=self._command if self._command == "serve" else "")
            with Workspace(project) as workspace:
                result = prepare(workspace)
        self._prepared = None if isinstance(result, Report) else result
        if isinstance(result, Report):
            self._show_problems(result)
        with _plain_errors():
            languages = load_languages(project.languages, folders=project.strings_folders)
        names = name_site(project, result) if isinstance(result, Prepared) else {code: SiteNames(project.site_names[code], "") for code in languages}
        if self._prepared is not None or self._host is None:
            self._host = MkDocsHost(config, project, languages, names, is_preview=self._command == "serve")
            self._theme = self._host.theme
            with _plain_errors():  # a broken template stops here, before MkDocs would answer it with a traceback
                self._theme.render_shell(project.default_language, depth=1)

    def _show_problems(self, report: Report) -> None:
        if self._command == "serve":
            log.error("the site stays as it was, because of problems in its content:\n%s", report.as_text())
            return
        click.echo(report.as_text(), err=True)
        raise Abort("The published site was not touched.")

    def _publish(self, prepared: Prepared, host: MkDocsHost, staging: Path) -> None:
        with _plain_errors(), Workspace(host.project) as workspace:
            summary = publish_site(workspace, prepared, host, staging=staging)
        log.info("%s", describe_summary(summary))


@contextmanager
def _plain_errors() -> Iterator[None]:
    """MkDocs' own way to stop with one message."""
    try:
        yield
    except (*PLAIN_ERRORS, HostError) as error:
        raise PluginError(str(error)) from error


def _name_heading(text: str, separator: str) -> str:
    """The id of a heading of docs/: Python-Markdown's own knows Latin letters only and would number Cyrillic headings."""
    return make_slug(text).replace("-", separator) or "section"


def _staging_folder(config: MkDocsConfig, command: str) -> Path:
    return Path(config.config_file_path).resolve().parent / STATE_FOLDER / f"host-{command}"
