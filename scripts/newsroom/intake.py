"""Sources -> check -> link, with what the store remembers: the site that a build publishes and a preview shows.

Reads and checks, and touches nothing but the store.
"""

from __future__ import annotations

import functools
import posixpath
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from .authority import Authority
from .authority_files import load_authority
from .check import Checked, check_article, is_still_right, locate_finding, outline_article
from .images import ImageError, check_image
from .languages import Language, load_languages
from .link import PICTURE_SUFFIXES, Finding, TargetChecker, link_site
from .markup import heading_ids
from .model import Article, Site
from .outputs import read_body
from .pictures import take_in_pictures
from .problems import Problem, Report
from .project import Project
from .sources import AUTHORITY_FOLDER, SourceFile, announce_sources, digest_bytes, distrust_racy, read_source, scan_sources
from .store import SourceRecord, Store
from .uses import find_uses, list_media, list_shown
from .workspace import BuildError, Workspace

CHECK_BATCH = 100
TEXT_EDITS = "text-edits"
"""In the store: what was read since the last build, as long as that is running text only."""


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
    unsound: list[SourceFile]
    """Those of them that are articles by name and place."""
    attachments: dict[str, tuple[int, ...]]
    problems: list[Problem]


def prepare(workspace: Workspace) -> Prepared | Report:
    """The checked site, or the report of what stops it. Raises BuildError for a setting that the content does not bear out."""
    project = workspace.project
    reading = read_articles(workspace)
    if unpack_edits(workspace.store.meta(TEXT_EDITS)):
        workspace.start_looking()
    check_publisher(project, reading.authority)
    site, findings = link_reading(project, reading)
    findings += check_failed_links(project, reading)
    pictures, faults = take_in_pictures(workspace, {path: site.attachments[path] for path in list_pictures(site)})
    findings += [finding for path, fault in faults.items() for finding in explain_picture(site, path, fault.message, fault.hint)]
    report = Report([*reading.problems, *(locate_finding(finding, read_source(project.root, finding.path)) for finding in findings)])
    if report.has_errors:
        return report
    site = msgspec.structs.replace(site, pictures=pictures)
    return Prepared(reading.languages, reading.authority, site, len(reading.articles))


def check_publisher(project: Project, authority: Authority) -> None:
    """Raises BuildError for a publisher that the authority files do not name."""
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
    fresh = [(path, record._replace(stamp=distrust_racy(record.stamp, started_ns))) for path, record in changed.items()]
    removed = [path for path in store.sources if path not in records]
    if (fresh or removed or not is_same_authority) and not authority.incomplete_sections:  # else facts may lack what could not be read
        edits = None if removed or not is_same_authority else find_text_edits(store, changed)
        store.save_sources(fresh, removed, meta={"authority": authority.digest, TEXT_EDITS: pack_edits(edits)})
    articles = {path: article for path in sorted(records) if (article := records[path].article) is not None}
    failed = {file.path for file in sources.files} - records.keys() | {problem.path for problem in sources.problems}
    attachments = {path: tuple(stamp) for path, stamp in sources.attachments.items()}
    unsound = [file for file in sources.files if file.path not in records]
    return Reading(languages, authority, articles, failed, unsound, attachments, report.problems)


def find_text_edits(store: Store, changed: Mapping[str, SourceRecord]) -> set[str] | None:
    """The slugs of all stories of which no more than the running text has changed since the last build; None when more may have."""
    edits = unpack_edits(store.meta(TEXT_EDITS))
    for path, record in changed.items():
        known = store.sources.get(path)
        old, new = known and known.article, record.article
        if edits is None or old is None or new is None or msgspec.structs.replace(old, digest=new.digest) != new:
            return None
        edits.add(new.slug)
    return edits


def pack_edits(edits: Collection[str] | None) -> bytes:
    """Text edits as the store keeps them."""
    return b"" if edits is None else "\n".join(["edited", *sorted(edits)]).encode()


def unpack_edits(packed: bytes) -> set[str] | None:
    return set(packed.decode().split("\n")[1:]) if packed else None


def link_reading(project: Project, reading: Reading) -> tuple[Site, list[Finding]]:
    """The site of all that was read, and what does not fit together in it."""
    read_headings = functools.cache(lambda path: heading_ids(read_body(project.root, path)))
    return link_site(
        reading.articles.values(), attachments=reading.attachments, docs_pages=project.document_urls, failed_paths=reading.failed, read_headings=read_headings
    )


def check_failed_links(project: Project, reading: Reading) -> list[Finding]:
    """What is wrong with the links of files that have other problems: an editor learns all of a file in one run."""
    read_headings = functools.cache(lambda path: heading_ids(read_body(project.root, path)))
    checker = TargetChecker(reading.articles, reading.attachments, project.document_urls, reading.failed, read_headings)
    outlines = (outline_article(file, read_source(project.root, file.path)) for file in reading.unsound)
    return [finding for outline in outlines if outline is not None for finding in checker.check(outline)]


def list_pictures(site: Site) -> list[str]:
    """Paths of the pictures that stories show or link."""
    return sorted(path for path in list_media(site) | list_shown(site) if posixpath.splitext(path)[1].lower() in PICTURE_SUFFIXES)


def check_picture(project: Project, site: Site, path: str) -> list[Finding]:
    """What the header of a picture shows to be wrong with it, for each article that names it."""
    try:
        check_image(project.root / path)
    except ImageError as error:
        return explain_picture(site, path, error.message, error.hint)
    except OSError as error:
        return explain_picture(site, path, str(error.strerror), "")
    return []


def explain_picture(site: Site, path: str, message: str, hint: str) -> list[Finding]:
    """A finding in each article that names the picture."""
    return [Finding(use.path, "bad-image", f"{path}: {message}", hint, key=use.key, destination=use.destination) for use in find_uses(site, path)]


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
    announce_sources(root, (file.path for file, given in batch if given is None))
    checked = []
    for file, given in batch:
        content = read_source(root, file.path) if given is None else given
        checked.append(check_article(file, content, authority=authority, languages=languages))
    return msgspec.msgpack.encode(checked)


_decode_checked = msgspec.msgpack.Decoder(list[Checked]).decode
