"""The command `newsroom`: build, check, new. Exit code 0: fine; 1: problems in the content; 2: wrong usage or no way to go on."""

from __future__ import annotations

import errno
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

gc.disable()  # while modules are read: they leave no cycles, and the search for them was a tenth of the start
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy multiplies no matrices here: threads for that only cost time at the start

import click

from . import __version__
from .authority_files import load_authority
from .build import PLAIN_ERRORS, describe_summary, name_site, publish_site
from .check import check_article
from .execute import Tasks
from .intake import Prepared, prepare
from .languages import LanguageError, load_languages
from .problems import Problem, Report
from .progress import ProgressLine
from .project import Project
from .skeleton import PLACEHOLDER_KEY, Skeleton, SkeletonError, make_story, make_translation, write_skeleton
from .sources import AUTHORITY_FOLDER, SourceFile, Stamp, explain_slug, explain_year
from .workspace import Workspace

if TYPE_CHECKING:
    from .host import HostMaker
    from .preview import Preview
    from .serve import PreviewServer

gc.enable()
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # a banner of mkdocs-material that is of no use to editors

_CONFIG_FILE = click.option(
    "-f", "--config-file", type=click.Path(path_type=Path), default=Path("mkdocs.yml"), show_default=True, help="The project's configuration."
)


class _Failure(click.ClickException):
    """Stops with one plain message."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"error: {self.message}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsroom")
def main() -> None:
    """Makes the news site from the stories in articles/.

    \b
    newsroom check    what is wrong in the stories, with file, line and column
    newsroom build    check everything, then bring site/ up to date
    newsroom new      start a story or a translation
    newsroom serve    see the site in the browser while you write
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console or a file may know fewer letters than Kazakh has
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


_held: object = None
"""The site that was built; see `run`."""


def run() -> None:
    """The command `newsroom`. After a build it leaves without taking a large site apart object by object: a fifth of the time of an edit."""
    try:
        main()
    except SystemExit as end:
        if _held is None or not isinstance(end.code, int):
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)


@main.command()
@_CONFIG_FILE
@click.option("-d", "--site-dir", type=click.Path(path_type=Path), help="Folder of the finished site; the configuration's site_dir otherwise.")
@click.option("-j", "--jobs", type=click.IntRange(min=0), default=0, help="Processes to work with; 0 means one for each core.  [default: 0]")
@click.option("--executor", metavar="URL", help="Work on a Dask cluster: dask://host:port of its scheduler (extra package: mkdocs-newsroom[dask]).")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but problems.")
def build(config_file: Path, site_dir: Path | None, jobs: int, executor: str | None, quiet: bool) -> None:
    """Check all stories, then bring the site up to date.

    Only pages that show something new are written. With a problem in any story the site stays as it was, and the exit code
    is 1.
    """
    global _held
    gc.disable()  # nothing here makes cycles worth a search: it took a fifth of the time of a build of 30,000 articles
    project, make_host = _open_project(config_file, site_dir)
    progress = ProgressLine(sys.stderr, is_quiet=quiet)
    with _plain_errors(), _open_tasks(executor, jobs=jobs) as tasks, Workspace(project, tasks=tasks, progress=progress.show) as workspace:
        _held = prepared = prepare(workspace)
        if isinstance(prepared, Report):
            progress.clear()
            click.echo(prepared.as_text(), err=True)
            click.echo("The site was not changed.", err=True)
            sys.exit(1)
        host = make_host(prepared.languages, name_site(project, prepared))
        summary = publish_site(workspace, prepared, host)
    progress.clear()
    if not quiet:
        click.echo(f"{_shorten(project.site_dir)}: {describe_summary(summary)}")


@main.command()
@_CONFIG_FILE
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="text for people, json for programs, github for annotations in GitHub Actions.")  # fmt: skip
@click.option("-j", "--jobs", type=click.IntRange(min=0), default=0, help="Processes to work with; 0 means one for each core.  [default: 0]")
def check(config_file: Path, style: str, jobs: int) -> None:
    """Check all stories and authority files; change nothing.

    Prints every problem of every file, each with its place and a hint, and ends with exit code 1 when there is one.
    """
    project, _ = _open_project(config_file, None)
    with _plain_errors(), Workspace(project, jobs=jobs) as workspace:
        result = prepare(workspace)
    report = Report() if isinstance(result, Prepared) else result
    writers: dict[str, Callable[[], str]] = {"text": report.as_text, "json": report.as_json, "github": report.as_github}
    click.echo(writers[style]())
    sys.exit(1 if report.has_errors else 0)


@main.command()
@_CONFIG_FILE
@click.option("-t", "--title", help="Headline.")
@click.option("-l", "--language", help="Language of the text, for example kk.")
@click.option("-k", "--kind", help="Kind of story: an id of authority/kinds.yml.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the story; today otherwise.")
@click.option("--slug", help="Name in the address; made from the headline otherwise.")
@click.option("--summary", default="", help="One or two sentences under the headline.")
@click.option("--region", "regions", multiple=True, help="Region, in any spelling; may be given several times.")
@click.option("--union", "unions", multiple=True, help="Union, in any spelling; may be given several times.")
@click.option("--translate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The original's file: start a translation of it.")
def new(config_file: Path, title: str | None, language: str | None, kind: str | None, day: datetime | None, slug: str | None, summary: str,
        regions: tuple[str, ...], unions: tuple[str, ...], translate: Path | None) -> None:  # fmt: skip
    """Start a story or a translation: writes the file with its fields, ready for the text.

    Asks for what is not given. Examples:

    \b
    newsroom new
    newsroom new --title "Forum of trade unions" --language en --kind forum-report --region turkistan
    newsroom new --translate articles/2022/solidarity-forum.kk.md --language ru --title "Форум солидарности"
    """
    project, _ = _open_project(config_file, None)
    with _plain_errors():
        languages = load_languages(project.languages, folders=project.strings_folders)
        language = language or _ask("Language", choices=project.languages, default=project.default_language)
        if language not in languages:
            raise _Failure(f'"{language}" is not a language of this site; its languages: {", ".join(languages)}')
        title = title or _ask("Headline")
        _refuse_broken_text(f"{title}{summary}")
        body = languages[language].text(PLACEHOLDER_KEY)
        if translate is not None:
            skeleton = make_translation(translate.resolve(), title, articles_dir=project.articles_dir, language=language, summary=summary, body=body)
        else:
            kind = _resolve_kind(project, kind)
            skeleton = make_story(title, language=language, day=day.date() if day else date.today(), kind=kind, slug=slug or "",
                                  summary=summary, regions=regions, unions=unions, body=body)  # fmt: skip
        problems = _preview_problems(project, skeleton)
        if problems.has_errors:
            raise _Failure(f"nothing was written:\n{problems.as_text()}")
        path = write_skeleton(skeleton, project.articles_dir, is_translation=translate is not None)
    click.echo(f"{_shorten(path)} is ready: write the text in it, then run newsroom check")


@main.command()
@_CONFIG_FILE
@click.option("-p", "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port on this machine; 0 takes a free one.")
def serve(config_file: Path, port: int) -> None:
    """Show the site while you write: http://127.0.0.1:8000/

    A saved file shows at once; the page reloads by itself. Problems are printed here and shown on the page, with the last good
    version of the story. Nothing is written to the site folder. Only this machine can see the preview. Ctrl+C ends it.
    """
    for name in ("SIGTERM", "SIGHUP"):  # the terminal was closed: no other end than Ctrl+C
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) == signal.SIG_DFL:
            signal.signal(getattr(signal, name), signal.default_int_handler)
    _require_file(config_file)
    try:
        _serve(config_file.resolve(), port)
    except KeyboardInterrupt:
        with suppress(OSError):
            click.echo("ended")


def _serve(config_file: Path, port: int) -> None:
    from .serve import PreviewServer, ServeError

    try:
        server = PreviewServer(config_file, port)
    except ServeError as error:
        raise _Failure(str(error)) from error
    click.echo("reading the project …")
    server.run(ready=_report_ready, report=_report_update)


def _report_ready(server: PreviewServer) -> None:
    _print_state(server.preview)
    click.echo(f"{server.address} shows the site; Ctrl+C ends the preview")


def _report_update(preview: Preview, seconds: float) -> None:
    click.echo(f"updated in {seconds * 1000:.0f} ms")
    _print_state(preview)


def _print_state(preview: Preview) -> None:
    state = preview.state
    if state.notice:
        click.echo(f"error: {state.notice}", err=True)
    if state.report.problems:
        click.echo(state.report.as_text(), err=True)


# ---------------------------------------------------------------- what the commands share


def _open_project(config_file: Path, site_dir: Path | None) -> tuple[Project, HostMaker]:
    from .host import open_project
    from .theme import HostError

    _require_file(config_file)
    try:
        return open_project(config_file, site_dir=site_dir)
    except (HostError, LanguageError) as error:
        raise _Failure(str(error)) from error


@contextmanager
def _open_tasks(url: str | None, *, jobs: int) -> Iterator[Tasks]:
    """The workers of a cluster, or of this machine."""
    if url is None:
        yield Tasks(jobs=jobs)
        return
    from .cluster import open_cluster

    with open_cluster(url) as tasks:
        yield tasks


def _require_file(config_file: Path) -> None:
    if not config_file.is_file():
        raise _Failure(f"{config_file} does not exist; run the command in the project's folder, or name the file with --config-file")


class _plain_errors:
    """Turns the errors that are not the content's into one message and exit code 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        from .theme import HostError

        if isinstance(error, (*PLAIN_ERRORS, SkeletonError, HostError)):
            raise _Failure(str(error)) from error
        if isinstance(error, OSError) and error.errno != errno.EPIPE:  # a closed pipe is click's
            raise _Failure(f"{error.filename or 'a file'} cannot be used: {error.strerror}") from error
        if isinstance(error, KeyboardInterrupt):
            raise _Failure("stopped; the site is complete, as it was or as it is now") from error


def _shorten(path: Path) -> str:
    """The path as seen from here, when it is below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _ask(question: str, *, choices: tuple[str, ...] = (), default: str | None = None) -> str:
    if not sys.stdin.isatty():
        raise _Failure(f"{question.lower()} is missing; give it as an option (newsroom new --help)")
    return click.prompt(question, type=click.Choice(choices) if choices else str, default=default)


def _refuse_broken_text(text: str) -> None:
    """Fails for bytes of the command line that are not letters in the terminal's encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Failure("the headline or summary cannot be read: the terminal must use UTF-8") from None


def _resolve_kind(project: Project, kind: str | None) -> str:
    authority, _ = load_authority(project.articles_dir / AUTHORITY_FOLDER, root=project.root, languages=project.languages)
    ids = tuple(entity.id for entity in authority.entities("kinds"))
    return kind or _ask("Kind of story", choices=ids, default="news" if "news" in ids else None)


def _preview_problems(project: Project, skeleton: Skeleton) -> Report:
    """What the checks will say of a file that is not written yet."""
    authority, _ = load_authority(project.articles_dir / AUTHORITY_FOLDER, root=project.root, languages=project.languages)
    path = f"{project.articles_dir.relative_to(project.root).as_posix()}/{skeleton.name}"
    if not skeleton.slug:
        raise _Failure("no address can be made of this headline; give one with --slug, for example --slug solidarity-forum")
    fault = explain_slug(skeleton.slug) or explain_year(str(skeleton.year))
    if fault is not None:
        return Report([Problem(path, 1, 1, *fault)])
    source = SourceFile(path, skeleton.year, skeleton.slug, skeleton.language, Stamp(0, 0, 0, 0))
    return Report(check_article(source, skeleton.text.encode(), authority=authority, languages=project.languages)[1])
