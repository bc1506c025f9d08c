"""The one place that wires the stages: sources -> check -> link -> plan -> render -> publish, with what the store remembers.

`prepare` reads and checks, and touches nothing but the store; `publish_site` writes the site. Both work on a Workspace, which
holds the lock, the store and the executor of one build.
"""

from __future__ import annotations

import contextlib
import functools
import platform
import posixpath
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import filelock
import msgspec

from .authority import Authority
from .authority_files import load_authority
from .check import Checked, check_article, is_still_right, locate_finding
from .disk import explain_write_error
from .execute import TaskError, Tasks
from .images import ImageError, image_size
from .languages import Language, LanguageError, load_languages
from .link import PICTURE_SUFFIXES, Finding, link_site
from .markup import heading_ids
from .model import Article, Site
from .outputs import OutputMaker, read_body, stage_pages
from .plan import Output, Planner, Settings, find_uses, hash_parts, list_media, media_fingerprint
from .problems import Problem, Report
from .project import Host, Project
from .publish import Publisher, PublishError, Put, Stager
from .render import RenderError, SiteNames, render_batch
from .shell import ShellError
from .sources import AUTHORITY_FOLDER, SourceChanged, SourceFile, Stamp, digest_bytes, read_source, scan_sources
from .store import OutputRecord, SourceRecord, Store, StoreError
from .urls import Recipe, media_path

_PACKAGES = ("babel", "feedgenerator", "jinja2", "markupsafe", "msgspec", "nh3", "pillow", "pyromark")
CHECK_BATCH = 100
RENDER_BATCH = 50
RACY_NS = 2_000_000_000
"""A file changed so shortly before it was read may change again without a new stamp: it is read again next time."""

Progress = Callable[[str, int, int], None]
"""(stage, done, of how many)."""


class BuildError(Exception):
    """The build cannot go on for a reason outside of the content; the message is for people."""


PLAIN_ERRORS = (BuildError, PublishError, StoreError, TaskError, LanguageError, RenderError, ShellError, SourceChanged)
"""What stops a build with a message for people, besides problems in the content."""


class Summary(NamedTuple):
    """What a build did."""

    stories: int
    articles: int
    written: int
    unchanged: int
    removed: int
    bytes_written: int
    seconds: float


class Prepared(NamedTuple):
    """A checked and linked site, ready to be published."""

    languages: dict[str, Language]
    authority: Authority
    site: Site
    article_count: int


class Reading(NamedTuple):
    """What stands in articles/, each file checked alone."""

    languages: dict[str, Language]
    authority: Authority
    articles: dict[str, Article]
    """By path; without the files that have errors."""
    failed: set[str]
    """Paths of the files that have errors."""
    attachments: dict[str, tuple[int, ...]]
    problems: list[Problem]


class Workspace:
    """Lock, store and workers of one build of one site folder. Use as a context manager."""

    def __init__(self, project: Project, *, jobs: int = 0, tasks: Tasks | None = None, progress: Progress | None = None) -> None:
        self.project = project
        self.tasks = tasks or Tasks(jobs=jobs)
        self.progress: Progress = progress or (lambda stage, done, total: None)
        self.started = time.perf_counter()
        self._lock = filelock.FileLock(project.state_dir / "lock")

    def __enter__(self) -> Workspace:
        try:
            self.project.state_dir.mkdir(parents=True, exist_ok=True)
            self._acquire()
            digest = hash_parts([_program_digest(), repr(self.project.languages).encode(), str(self.project.site_dir).encode()])
            self.store = Store(self.project.state_dir / "store.sqlite", version=digest)
        except OSError as error:
            self._lock.release()
            raise BuildError(explain_write_error(error, self.project.state_dir)) from error
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()
        self._lock.release()

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            self.progress("another build of this site is running; waiting for it", 0, 0)
            self._lock.acquire()


# ---------------------------------------------------------------- reading and checking


def prepare(workspace: Workspace) -> Prepared | Report:
    """The checked site, or the report of what stops it. Raises BuildError for a setting that the content does not bear out."""
    project = workspace.project
    reading = read_articles(workspace)
    _check_publisher(project, reading.authority)
    site, findings = link_reading(project, reading)
    findings += _check_pictures(workspace, site)
    report = Report([*reading.problems, *(locate_finding(finding, read_source(project.root, finding.path)) for finding in findings)])
    if report.has_errors:
        return report
    return Prepared(reading.languages, reading.authority, site, len(reading.articles))


def _check_publisher(project: Project, authority: Authority) -> None:
    known = [entity.id for entity in authority.entities("organizations")]
    if project.publisher and project.publisher not in known and "organizations" not in authority.incomplete_sections:
        raise BuildError(f'mkdocs.yml: the publisher "{project.publisher}" is not an id of authority/organizations.yml')


def read_articles(workspace: Workspace) -> Reading:
    """Every article as far as it can be checked alone. Files that did not change since the last time are not read again."""
    project, store = workspace.project, workspace.store
    languages = load_languages(project.languages, folders=project.strings_folders)
    authority, problems = load_authority(project.articles_dir / AUTHORITY_FOLDER, root=project.root, languages=project.languages)
    sources = scan_sources(project.root, project.articles_dir, languages=project.languages)
    started_ns = time.time_ns()
    report = Report([*problems, *sources.problems])
    is_same_authority = store.meta("authority") == authority.digest
    records: dict[str, SourceRecord] = {}
    unknown: list[SourceFile] = []
    for file in sources.files:
        known = store.sources.get(file.path)
        if known is not None and known.stamp == file.stamp and (is_same_authority or is_still_right(known.article, authority)):
            records[file.path] = known
        else:
            unknown.append(file)
    changed = dict(_check_files(workspace, unknown, authority, report))
    records.update(changed)
    fresh = [(path, _distrust_racy(record, started_ns)) for path, record in changed.items()]
    removed = [path for path in store.sources if path not in records]
    if (fresh or removed or not is_same_authority) and not authority.incomplete_sections:  # else facts may lack what could not be read
        store.save_sources(fresh, removed, meta={"authority": authority.digest})
    articles = {path: article for path in sorted(records) if (article := records[path].article) is not None}
    failed = {file.path for file in sources.files} - records.keys() | {problem.path for problem in sources.problems}
    attachments = {path: tuple(stamp) for path, stamp in sources.attachments.items()}
    return Reading(languages, authority, articles, failed, attachments, report.problems)


def link_reading(project: Project, reading: Reading) -> tuple[Site, list[Finding]]:
    """The site of all that was read, and what does not fit together in it."""
    read_headings = functools.cache(lambda path: heading_ids(read_body(project.root, path)))
    return link_site(
        reading.articles.values(), attachments=reading.attachments, docs_pages=project.document_urls, failed_paths=reading.failed, read_headings=read_headings
    )


def _check_pictures(workspace: Workspace, site: Site) -> list[Finding]:
    """Pictures that cannot be published; one that was published as it is now is not opened again."""
    findings = []
    for path in sorted(list_media(site)):
        fingerprint = media_fingerprint(site, path)
        known = workspace.store.outputs.get(media_path(path))
        if posixpath.splitext(path)[1].lower() not in PICTURE_SUFFIXES or known is not None and known.fingerprint == fingerprint:
            continue
        try:
            image_size(workspace.project.root / path)
        except (ImageError, OSError) as error:
            message, hint = (error.message, error.hint) if isinstance(error, ImageError) else (str(error.strerror), "")
            findings += [Finding(article.path, "bad-image", f"{path}: {message}", hint, destination=target.destination)
                         for article, target in find_uses(site, path)]  # fmt: skip
    return findings


def _distrust_racy(record: SourceRecord, now_ns: int) -> SourceRecord:
    if now_ns - max(record.stamp.modified_ns, record.stamp.changed_ns) > RACY_NS:
        return record
    return record._replace(stamp=Stamp(0, 0, -1, 0))


def _check_files(workspace: Workspace, files: list[SourceFile], authority: Authority, report: Report) -> Iterator[tuple[str, SourceRecord]]:
    """The records of all files without errors; the problems of the others go into the report."""
    project = workspace.project
    changed = []
    for file in files:
        same = _find_same(workspace, file, authority)
        if same is not None:
            yield file.path, same
        else:
            changed.append(file)
    is_remote = workspace.tasks.executor is not None
    state = (authority, project.languages, project.root)
    jobs = ((file, read_source(project.root, file.path) if is_remote else None) for file in changed)
    done = 0
    for results in workspace.tasks.run(check_batch, state, jobs, count=len(changed), batch_size=CHECK_BATCH):
        checked = _decode_checked(results)
        for file, (article, problems) in zip(changed[done : done + len(checked)], checked, strict=True):
            report.extend(problems)
            if not any(problem.severity == "error" for problem in problems):
                yield file.path, SourceRecord(file.stamp, article)
        done += len(checked)
        workspace.progress("checking articles", done, len(changed))


def _find_same(workspace: Workspace, file: SourceFile, authority: Authority) -> SourceRecord | None:
    """The known record of a file whose stamp is new but whose bytes are not."""
    known = workspace.store.sources.get(file.path)
    if known is None or known.article is None or known.article.digest != digest_bytes(read_source(workspace.project.root, file.path)):
        return None
    return known._replace(stamp=file.stamp) if is_still_right(known.article, authority) else None


def check_batch(state: tuple[Authority, tuple[str, ...], Path], batch: list[tuple[SourceFile, bytes | None]]) -> bytes:
    """Checks files; the unit of work of an executor. Reads those whose bytes are not given, on this machine only.

    The result travels as msgpack, at a third of pickle's cost.
    """
    authority, languages, root = state
    checked = []
    for file, given in batch:
        content = read_source(root, file.path) if given is None else given
        checked.append(check_article(file, content, authority=authority, languages=languages))
    return msgspec.msgpack.encode(checked)


_decode_checked = msgspec.msgpack.Decoder(list[Checked]).decode


# ---------------------------------------------------------------- rendering and publishing


def name_site(project: Project, prepared: Prepared) -> dict[str, SiteNames]:
    """What each language's pages call the site and its publisher."""
    publisher = prepared.authority.get("organizations", project.publisher) if project.publisher else None
    return {code: SiteNames(project.site_names[code], publisher.name(code) if publisher else "") for code in project.languages}


def publish_site(workspace: Workspace, prepared: Prepared, host: Host, *, staging: Path | None = None) -> Summary:
    """Brings the site folder up to date. staging: what the host has already built, when it is MkDocs that runs us."""
    project, store = workspace.project, workspace.store
    publisher = Publisher(project.site_dir)
    publisher.discard()  # what a killed build left
    names = name_site(project, prepared)
    settings = Settings(project.languages, _digest_languages(project, prepared, host, names))
    planner = Planner(prepared.site, prepared.authority, settings)
    outputs = {output.path: output for output in planner.plan()}
    files = _list_host_files(workspace, host, publisher, staging)
    _refuse_collisions(outputs, files.paths)
    outputs.update({path: Output(path, files.fingerprint, Recipe("host", id=path)) for path in files.paths})
    todo, records = _compare_with_site(outputs.values(), store, publisher)
    ours = publisher.read_manifest() | store.outputs.keys()
    stale = sorted(ours - outputs.keys())
    if not todo and not stale and not records:
        publisher.write_manifest(outputs)
        return _summarize(workspace, prepared, publisher, count=len(outputs))
    maker = OutputMaker(project, planner, prepared.languages, names, host, files.folder)
    try:
        with contextlib.closing(_put_files(workspace, maker, todo, publisher.start())) as puts:
            for output, put in puts:
                records.extend(publisher.accept(put, output.fingerprint))
        if publisher.staged or stale:
            store.forget_outputs([*(staged.path for staged in publisher.staged), *stale])
            publisher.make_way(stale)
            publisher.write_manifest(ours | outputs.keys())
        records.extend(publisher.publish())
        publisher.remove(stale)
    finally:
        publisher.discard()
    publisher.write_manifest(outputs)
    store.save_outputs(records)
    return _summarize(workspace, prepared, publisher, count=len(outputs))


def describe_summary(summary: Summary) -> str:
    """One line for the end of a build."""
    return (
        f"{_count(summary.stories, 'story', 'stories')}, {_count(summary.articles, 'article', 'articles')}: "
        f"{_count(summary.written, 'file', 'files')} written, "
        f"{summary.unchanged:,} unchanged, {summary.removed:,} removed in {summary.seconds:.1f} s"
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _summarize(workspace: Workspace, prepared: Prepared, publisher: Publisher, *, count: int) -> Summary:
    seconds = time.perf_counter() - workspace.started
    unchanged = count - publisher.files_written
    return Summary(len(prepared.site.stories), prepared.article_count, publisher.files_written, unchanged, publisher.files_removed, publisher.bytes_written, seconds)


def _digest_languages(project: Project, prepared: Prepared, host: Host, names: Mapping[str, SiteNames]) -> dict[str, bytes]:
    """Of what all pages of a language depend on. The switch names every language, so they depend on all."""
    common = [_program_digest(), host.shell_digest, project.site_url.encode(), project.default_language.encode(), repr(names).encode()]
    common += [language.digest for language in prepared.languages.values()]
    common += [digest_bytes(path.read_bytes()) for folder in project.template_folders for path in sorted(folder.glob("*.html"))]
    return {code: hash_parts([*common, code.encode()]) for code in project.languages}


class _HostFiles(NamedTuple):
    """The files that the host makes."""

    paths: list[str]
    fingerprint: bytes
    folder: Path


def _list_host_files(workspace: Workspace, host: Host, publisher: Publisher, staging: Path | None) -> _HostFiles:
    """Builds the host's part unless all of it is in place since the last build with the same digest."""
    store, project = workspace.store, workspace.project
    folder = staging or project.state_dir / "host"
    if staging is None:
        if store.meta("host-digest") == host.digest:
            paths = store.meta("host-files").decode().split("\n")
            if all(_is_in_place(path, host.digest, store, publisher) for path in paths):
                return _HostFiles(paths, host.digest, folder)
        workspace.progress("building docs/ and the theme's files", 0, 0)
        host.build(folder)
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    store.save_sources([], [], meta={"host-digest": host.digest, "host-files": "\n".join(paths).encode()})
    return _HostFiles(paths, host.digest, folder)


def _refuse_collisions(outputs: Mapping[str, Output], host_paths: Iterable[str]) -> None:
    for path in host_paths:
        if path in outputs:
            raise BuildError(f"a page of docs/ or a file of overrides/ would take the place of {path}, which the generator makes; rename it")


def _compare_with_site(outputs: Iterable[Output], store: Store, publisher: Publisher) -> tuple[list[Output], list[tuple[str, OutputRecord]]]:
    """The outputs to make, and the records of those that are right but were touched."""
    todo, touched = [], []
    for output in outputs:
        record = store.outputs.get(output.path)
        if record is None or record.fingerprint != output.fingerprint:
            todo.append(output)
            continue
        stamp = publisher.read_stamp(output.path)
        if stamp == record.stamp:
            continue
        if stamp is not None and stamp.size_bytes == record.stamp.size_bytes and publisher.read_digest(output.path) == record.digest:
            touched.append((output.path, record._replace(stamp=stamp)))
        else:
            todo.append(output)
    return todo, touched


def _is_in_place(path: str, fingerprint: bytes, store: Store, publisher: Publisher) -> bool:
    record = store.outputs.get(path)
    return record is not None and record.fingerprint == fingerprint and publisher.read_stamp(path) == record.stamp


def _put_files(workspace: Workspace, maker: OutputMaker, outputs: list[Output], stager: Stager) -> Generator[tuple[Output, Put], None, None]:
    """Makes every output and puts it beside the site: pages through the workers, the others here."""
    pages = [output for output in outputs if maker.is_page(output.recipe)]
    others = [output for output in outputs if not maker.is_page(output.recipe)]
    done = 0
    with contextlib.closing(_put_pages(workspace, maker, pages, stager)) as batches:
        for puts in batches:
            yield from zip(pages[done : done + len(puts)], puts, strict=True)
            done += len(puts)
            workspace.progress("rendering pages", done, len(outputs))
    for number, output in enumerate(others, len(pages)):
        yield output, stager.put(number, output.path, maker.make_content(output.recipe))
    workspace.progress("rendering pages", len(outputs), len(outputs))


def _put_pages(workspace: Workspace, maker: OutputMaker, pages: list[Output], stager: Stager) -> Generator[list[Put], None, None]:
    """Batches of pages. Our own processes have the whole site and write their pages themselves, which saves sending each page
    through a pipe; an executor on other machines gets complete jobs and gives bytes back."""
    context = maker.make_context({maker.find_shell(output.recipe) for output in pages})
    tasks = workspace.tasks
    if tasks.executor is None:
        yield from tasks.run(stage_pages, (context, maker.pages, stager), enumerate(pages), count=len(pages), batch_size=RENDER_BATCH)
        return
    jobs = (maker.pages.make_job(output.recipe) for output in pages)
    done = 0
    for contents in tasks.run(render_batch, context, jobs, count=len(pages), batch_size=RENDER_BATCH):
        yield [stager.put(number, pages[number].path, content) for number, content in enumerate(contents, done)]
        done += len(contents)


@functools.cache
def _program_digest() -> bytes:
    """Of the program and the packages that write pages: a new version makes everything anew, which costs no more than one cold build."""
    files = [path for path in sorted(Path(__file__).parent.rglob("*")) if path.suffix in (".py", ".html", ".yml")]
    versions = [platform.python_version(), *(f"{package} {version(package)}" for package in _PACKAGES)]
    return hash_parts([*(part.encode() for part in versions), *(part for path in files for part in (path.name.encode(), path.read_bytes()))])
