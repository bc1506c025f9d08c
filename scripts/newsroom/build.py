"""The checked site -> the site folder: plan -> render -> publish, with what the store remembers of the last build."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from .execute import Beside, TaskError
from .fingerprints import Output, Settings, hash_parts
from .indexing import BatchTexts, Indexer, is_index_path
from .intake import TEXT_EDITS, Prepared, pack_edits, unpack_edits
from .languages import LanguageError
from .outputs import OutputMaker, stage_pages
from .pictures import put_pictures
from .plan import Planner
from .project import Host, Project
from .publish import Publisher, PublishError, Put, Stager
from .render import RenderError, SiteNames, render_batch
from .search_files import read_checksum
from .shell import ShellError
from .sources import SourceChanged, digest_bytes
from .store import OutputRecord, Store, StoreError
from .terms import EncodedTexts
from .urls import Recipe, search_folder
from .variants import digest_encoder
from .workspace import BuildError, Workspace, digest_program

RENDER_BATCH = 300
_FRAME = "frame"
"""In the store, from the end of a build to the first change by the next: what the site was made of besides articles."""
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
    settings = Settings(project.languages, _digest_languages(project, prepared, host, names), digest_encoder())
    planner = Planner(prepared.site, prepared.authority, settings)
    plan = None if staging else _plan_text_edits(workspace, planner, host)
    if plan is None:
        host_files = _start_host(workspace, host, publisher, staging)
        plan = _plan_everything(planner, host_files, store, publisher)
    maker = OutputMaker(project, planner, prepared.languages, names, host, plan.host_folder)
    indexer = Indexer(store, planner, publisher, maker.read_text, maker.common_words)
    to_index = [code for code in project.languages if _is_index_touched(code, plan) or not indexer.is_in_place(code)]
    paths = {*plan.paths, *(path for code in project.languages if code not in to_index for path in indexer.list_paths(code))}
    done = {_FRAME: planner.digest_frame(), TEXT_EDITS: pack_edits([])}
    if not plan.todo and not plan.stale and not plan.touched and not to_index:
        publisher.write_manifest(paths)
        if any(store.meta(name) != value for name, value in done.items()):
            store.save_outputs([], meta=done)
        return _summarize(workspace, prepared, publisher, count=len(paths))
    records, texts, terms, indexes = plan.touched, list[BatchTexts](), {}, {}
    try:
        stager = publisher.start()
        files = _Files(store, publisher)
        pages, pictures, others = _sort_outputs(plan.todo, maker)

        def accept(puts: Generator[tuple[Output, Put], None, None]) -> None:
            with contextlib.closing(puts):
                for output, put in puts:
                    records.extend(publisher.accept(put, output.fingerprint))
                    files.take(put)

        accept(_put_pages(workspace, maker, pages, stager, texts))
        accept(put_pictures(workspace, prepared.site.pictures, pictures, stager))
        others_made = functools.partial(accept, _put_others(workspace, maker, others, stager, files))
        with contextlib.closing(indexer.update(to_index, texts, files.read_sum, stager, workspace.tasks, others_made)) as indexing:
            for number, indexed in enumerate(indexing, 1):
                workspace.progress("indexing for the search", number, len(to_index))
                indexes[indexed.language] = indexed.state
                terms |= indexed.terms
                paths.update(indexed.paths)
                for put in indexed.puts:
                    records.extend(publisher.accept(put, put.digest))
        stale = sorted({*plan.stale, *(path for path in publisher.read_manifest() | store.outputs.keys() if is_index_path(path))} - paths)
        if publisher.staged or stale:
            store.forget_outputs([*(staged.path for staged in publisher.staged), *stale], meta={_FRAME: b""})
            publisher.write_manifest({*paths, *stale})
            publisher.make_way(stale)
        records.extend(publisher.publish())
        publisher.remove(stale)
    finally:
        publisher.discard()
    publisher.write_manifest(paths)
    store.save_outputs(records, terms=terms, indexes=indexes, gone=stale, meta=done)
    return _summarize(workspace, prepared, publisher, count=len(paths))


def _is_index_touched(language: str, plan: _Plan) -> bool:
    """True when an article of the language, or what its index says of articles, is made or goes."""
    changed = (*(output.path for output in plan.todo), *plan.stale)
    return any(path.startswith((f"{language}/news/", search_folder(language))) for path in changed)


class _Files:
    """Files that this build made or left as they were."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._puts: dict[str, Put] = {}

    def take(self, put: Put) -> None:
        if put.path.startswith("search/") or put.path.endswith(".ics"):
            self._puts[put.path] = put

    def read(self, path: str) -> bytes:
        put = self._puts.get(path)
        return Path(put.temporary).read_bytes() if put and put.temporary else self._publisher.read_content(path)

    def read_sum(self, path: str) -> int:
        """What the header of a search index says of a file: the checksum that a .bin file carries, of the others that of their bytes."""
        if path.endswith(".bin"):
            return read_checksum(path, self.read(path))
        put = self._puts.get(path)
        return int.from_bytes(put.digest if put else self._store.outputs[path].digest, "big")


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
    common = [digest_program(), host.shell_digest, project.site_url.encode(), project.default_language.encode(), repr(names).encode()]
    common += [language.digest for language in prepared.languages.values()]
    common += [digest_bytes(path.read_bytes()) for folder in project.template_folders for path in sorted(folder.glob("*.html"))]
    return {code: hash_parts([*common, code.encode()]) for code in project.languages}


class _HostFiles(NamedTuple):
    """The files that the host makes."""

    paths: list[str]
    fingerprint: bytes
    folder: Path


def _start_host(workspace: Workspace, host: Host, publisher: Publisher, staging: Path | None) -> Callable[[], _HostFiles]:
    """Builds the host's part beside what comes next, unless all of it is in place since the last build with the same digest."""
    store, project = workspace.store, workspace.project
    folder = staging or project.state_dir / "host"
    build = Beside(functools.partial(host.build, folder)) if staging is None and not _is_host_in_place(host, store, publisher) else None

    def finish() -> _HostFiles:
        if build is not None:
            workspace.progress("building docs/ and the theme's files", 0, 0)
            build.result()
        elif staging is None:
            return _HostFiles(_read_host_files(store), host.digest, folder)
        paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        store.save_sources([], [], meta={"host-digest": host.digest, "host-files": "\n".join(paths).encode()})
        return _HostFiles(paths, host.digest, folder)

    return finish


def _is_host_in_place(host: Host, store: Store, publisher: Publisher) -> bool:
    return store.meta("host-digest") == host.digest and all(_is_in_place(path, host.digest, store, publisher) for path in _read_host_files(store))


def _read_host_files(store: Store) -> list[str]:
    return store.meta("host-files").decode().split("\n")


class _Plan(NamedTuple):
    """What a build has to do."""

    paths: Collection[str]
    """Of all files that the site is to have."""
    todo: list[Output]
    touched: list[tuple[str, OutputRecord]]
    """Files that are right, though their stamps are others than the store says."""
    stale: list[str]
    host_folder: Path


def _plan_everything(planner: Planner, finish_host: Callable[[], _HostFiles], store: Store, publisher: Publisher) -> _Plan:
    """Compares every output that the site is to have with what stands in its folder."""
    outputs = {output.path: output for output in planner.plan()}
    files = finish_host()
    _refuse_collisions(outputs, files.paths)
    outputs.update({path: Output(path, files.fingerprint, Recipe("host", id=path)) for path in files.paths})
    todo, touched = _compare_with_site(outputs.values(), store, publisher)
    stale = (publisher.read_manifest() | store.outputs.keys()) - outputs.keys()
    return _Plan(outputs.keys(), todo, touched, sorted(path for path in stale if not is_index_path(path)), files.folder)


def _plan_text_edits(workspace: Workspace, planner: Planner, host: Host) -> _Plan | None:
    """The pages of stories whose running text changed, if nothing else did since a build that left everything in place; None otherwise.

    The commonest edit of all, and planning the whole site would be a fifth of its time.
    """
    store = workspace.store
    edits = unpack_edits(store.meta(TEXT_EDITS))
    if edits is None or store.meta(_FRAME) != planner.digest_frame() or store.meta("host-digest") != host.digest or not workspace.is_in_place():
        return None
    pages = [output for slug in sorted(edits) for output in planner.plan_story(planner.site.stories[slug])]
    todo = [output for output in pages if store.outputs[output.path].fingerprint != output.fingerprint]
    return _Plan([path for path in store.outputs if not is_index_path(path)], todo, [], [], Path())


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


def _sort_outputs(outputs: Iterable[Output], maker: OutputMaker) -> tuple[list[Output], list[Output], list[Output]]:
    """Pages, pictures and others. Pages one language after the other: the words of all are more than the caches of a processor hold."""
    pages, pictures, others = list[Output](), list[Output](), list[Output]()
    for output in outputs:
        (pages if maker.is_page(output.recipe) else pictures if output.recipe.kind == "picture" else others).append(output)
    return sorted(pages, key=lambda output: output.recipe.language), pictures, others


def _put_pages(workspace: Workspace, maker: OutputMaker, pages: list[Output], stager: Stager, texts: list[BatchTexts]) -> Generator[tuple[Output, Put], None, None]:
    """Makes pages and puts them beside the site. The texts of the articles are added to `texts`."""
    done = 0
    with contextlib.closing(_put_batches(workspace, maker, pages, stager)) as batches:
        for puts, encoded in batches:
            batch = pages[done : done + len(puts)]
            texts.append(BatchTexts([output.path if output.recipe.kind == "article" else "" for output in batch], encoded))
            yield from zip(batch, puts, strict=True)
            done += len(puts)
            workspace.progress("rendering pages", done, len(pages))


def _put_batches(workspace: Workspace, maker: OutputMaker, pages: list[Output], stager: Stager) -> Generator[tuple[list[Put], EncodedTexts], None, None]:
    """Batches of pages. Our own processes have the whole site and write their pages themselves, which saves sending each page
    through a pipe; an executor on other machines gets complete jobs and gives bytes back."""
    context = maker.make_context(maker.find_shells(output.recipe for output in pages))
    tasks = workspace.tasks
    if tasks.executor is None:
        batches = tasks.run(stage_pages, (workspace.project.root, context, maker.pages, stager), pages, count=len(pages), batch_size=RENDER_BATCH)
        workspace.store.flush()  # while the workers have enough to do
        yield from batches
        return
    jobs = (maker.pages.make_job(output.recipe) for output in pages)
    done = 0
    for rendered in tasks.run(render_batch, context, jobs, count=len(pages), batch_size=RENDER_BATCH):
        count = len(rendered.pages)
        yield [stager.put(output.path, page) for output, page in zip(pages[done : done + count], rendered.pages, strict=True)], rendered.texts
        done += count


def _put_others(workspace: Workspace, maker: OutputMaker, outputs: list[Output], stager: Stager, files: _Files) -> Generator[tuple[Output, Put], None, None]:
    """Makes what is neither page nor picture: feeds, data, site maps, files of the host."""
    for number, output in enumerate(outputs, 1):
        yield output, stager.put(output.path, maker.make_content(output.recipe, files.read))
        workspace.progress("writing feeds and data", number, len(outputs))
