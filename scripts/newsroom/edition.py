"""The articles of a preview: read once, then revised as files are saved, without the store and without reading the others.

Makes of them what a build would, with one difference: a story with problems stays as it last was. An edit that leaves its story in
its day and its lists replaces one article in the site; any other links all articles again. Renders and writes nothing.
"""

from __future__ import annotations

import functools
import os
import posixpath
import stat
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from .authority_files import load_authority
from .check import check_article, is_still_right, locate_finding
from .frontmatter import split_article
from .intake import Reading, check_failed_links, check_picture, link_reading, list_pictures, read_articles
from .languages import load_languages
from .link import Finding, TargetChecker, list_memberships
from .markup import heading_ids
from .model import Article, Site, Story
from .outputs import read_body
from .problems import Report
from .project import Project
from .sources import AUTHORITY_FOLDER, MAXIMUM_ARTICLE_BYTES, SourceFile, Stamp, decode_source, digest_bytes, scan_sources
from .workspace import Workspace

_MAXIMUM_BODIES = 500
"""About 3 MB."""


class Edition(NamedTuple):
    """The articles at one moment, checked and linked."""

    project: Project
    reading: Reading
    """Of a file with errors it has the last good article, if there was one."""
    site: Site
    findings: list[Finding]
    pictures: Mapping[str, tuple[int, ...]] = {}
    """Those that were opened and can be shown: path -> stamp."""
    bad_pictures: Sequence[Finding] = ()


class BrokenAuthority(Exception):
    """There are problems in the authority files, and no earlier state of them to go by."""

    def __init__(self, report: Report) -> None:
        super().__init__("authority files cannot be read")
        self.report = report


def read_edition(project: Project) -> Edition:
    """All articles of the project; raises BrokenAuthority."""
    with Workspace(project) as workspace:
        reading = read_articles(workspace)
    if any(_is_below(problem.path, _authority_folder(project)) for problem in reading.problems):
        raise BrokenAuthority(Report(reading.problems))
    return _check_pictures(Edition(project, reading, *link_reading(project, reading)))


def renew_settings(edition: Edition, project: Project) -> Edition:
    """The edition after a change of anything but the articles: these are read again only if they may come out otherwise."""
    before = edition.project
    if (before.root, before.articles_dir, before.languages) != (project.root, project.articles_dir, project.languages):
        return read_edition(project)
    languages = load_languages(project.languages, folders=project.strings_folders)
    renewed = edition._replace(project=project, reading=edition.reading._replace(languages=languages))
    return renewed if before.document_urls == project.document_urls else _link_all(renewed)


def revise_edition(edition: Edition, names: Iterable[str]) -> Edition:
    """The edition after files or folders of articles/ were saved, added or deleted. Names are relative to the project folder."""
    project, reading, saved = edition.project, edition.reading, set(names)
    if any(_is_below(name, _authority_folder(project)) or _is_below(_authority_folder(project), name) for name in saved):
        reading, doubtful = _reload_authority(reading, project)
        saved |= doubtful
    if all(name in reading.articles and _is_plain_file(project.root / name) for name in saved):
        files = [_describe_source(reading.articles[name]) for name in saved]
    else:
        reading, files = _scan_again(reading, project, saved)
    return _check_pictures(_link_changed(edition, _check_again(reading, project, files)))


def report_problems(edition: Edition) -> Report:
    """Every problem of the edition at its place, as a build finds them."""
    project, reading = edition.project, edition.reading
    findings = [finding for finding in (*edition.findings, *edition.bad_pictures) if finding.path not in reading.failed]  # of those the disk has another text
    findings += check_failed_links(project, reading)
    return Report([*reading.problems, *(locate_finding(finding, _read_bytes(project.root / finding.path)) for finding in findings)])


# ---------------------------------------------------------------- reading again


def _reload_authority(reading: Reading, project: Project) -> tuple[Reading, set[str]]:
    """The reading with the authority files as they are now, and the articles to check again. Broken ones only add their problems."""
    authority, problems = load_authority(project.articles_dir / AUTHORITY_FOLDER, root=project.root, languages=project.languages)
    others = [problem for problem in reading.problems if not _is_below(problem.path, _authority_folder(project))]
    reading = reading._replace(problems=[*others, *problems])
    if problems:
        return reading, set()
    doubtful = {path for path, article in reading.articles.items() if not is_still_right(article, authority)}
    return reading._replace(authority=authority), doubtful | reading.failed


def _scan_again(reading: Reading, project: Project, saved: set[str]) -> tuple[Reading, list[SourceFile]]:
    """The reading of what is in articles/ now, and the files to check: those that were saved, are new or are in a moved folder."""
    sources = scan_sources(project.root, project.articles_dir, languages=project.languages)
    folders = tuple(f"{name}/" for name in saved)
    known = reading.articles.keys() | reading.failed
    files = [file for file in sources.files if file.path in saved or file.path not in known or file.path.startswith(folders)]
    refused = {problem.path for problem in sources.problems}
    present = {file.path for file in sources.files}
    problems = [problem for problem in reading.problems if problem.path in present or _is_below(problem.path, _authority_folder(project))]
    articles = {path: article for path, article in reading.articles.items() if path in present or path in refused and is_still_right(article, reading.authority)}
    attachments = {path: tuple(stamp) for path, stamp in sources.attachments.items()}
    unsound = [file for file in reading.unsound if file.path in present]
    failed = reading.failed & present | refused
    scanned = reading._replace(articles=articles, failed=failed, unsound=unsound, attachments=attachments, problems=[*problems, *sources.problems])
    return scanned, files


def _check_again(reading: Reading, project: Project, files: list[SourceFile]) -> Reading:
    """The reading with these files as they are now."""
    articles, failed = dict(reading.articles), set(reading.failed)
    checked = {file.path for file in files}
    problems = [problem for problem in reading.problems if problem.path not in checked]
    unsound = [file for file in reading.unsound if file.path not in checked]
    for file in files:
        try:
            content = (project.root / file.path).read_bytes()
        except FileNotFoundError:
            continue  # deleted this moment: its event is on the way
        article, found = check_article(file, content, authority=reading.authority, languages=project.languages)
        problems += found
        failed.discard(file.path)
        if found:
            failed.add(file.path)
            unsound.append(file)
            article = articles.get(file.path)
        if article is not None and is_still_right(article, reading.authority):
            articles[file.path] = article
        else:
            articles.pop(file.path, None)
    return reading._replace(articles=articles, failed=failed, unsound=unsound, problems=problems)


# ---------------------------------------------------------------- linking again


def _link_changed(edition: Edition, reading: Reading) -> Edition:
    """The edition with another reading; all articles are linked again only if some story may stand elsewhere."""
    before, revised = edition.reading, edition._replace(reading=reading)
    if before.articles.keys() != reading.articles.keys() or before.attachments != reading.attachments:
        return _link_all(revised)
    changed = {path for path, article in reading.articles.items() if before.articles[path] is not article}
    findings = _check_targets(revised, changed)
    wrong = {finding.path for finding in findings}
    mended = {finding.path for finding in edition.findings} - wrong
    if not all(_keeps_place(revised, reading.articles[path]) for path in changed | mended):
        return _link_all(revised)
    slugs = {_find_slug(path) for path in changed | mended}
    stories = edition.site.stories | {slug: _renew_story(edition.site.stories[slug], reading, wrong) for slug in slugs}
    return revised._replace(site=msgspec.structs.replace(edition.site, stories=stories), findings=findings)


def _link_all(edition: Edition) -> Edition:
    """The edition with its site made of its reading. A story with a finding stays as it was in the former site."""
    project, reading, former = edition.project, edition.reading, edition.site
    site, findings = link_reading(project, reading)
    wrong = {_find_slug(finding.path) for finding in findings} & former.stories.keys()
    kept = [version for slug in wrong for version in former.stories[slug].versions.values()]
    kept = [version for version in kept if is_still_right(version, reading.authority)]
    if any(reading.articles.get(version.path) is not version for version in kept):
        others = {path: article for path, article in reading.articles.items() if article.slug not in wrong}
        site, _ = link_reading(project, reading._replace(articles=others | {version.path: version for version in kept}))
    return edition._replace(site=site, findings=findings)


def _check_targets(edition: Edition, changed: Collection[str]) -> list[Finding]:
    """The findings after a change of these articles' texts: of their own links, and of links to their headings."""
    project, reading, findings = edition.project, edition.reading, edition.findings
    paths = {path for path, article in reading.articles.items() if path in changed or any(target.fragment and target.path in changed for target in article.targets)}
    read_headings = functools.cache(lambda path: heading_ids(read_body(project.root, path)))
    checker = TargetChecker(reading.articles, reading.attachments, project.document_urls, reading.failed, read_headings)
    kept = [finding for finding in findings if finding.path not in paths or not _is_of_target(finding)]
    return [*kept, *(finding for path in sorted(paths) for finding in checker.check(reading.articles[path]))]


def _is_of_target(finding: Finding) -> bool:
    """True for what TargetChecker finds: a link of the body, or the file of a document."""
    return finding.destination is not None or len(finding.key) > 1


def _keeps_place(edition: Edition, article: Article) -> bool:
    """True when the site around the story of a changed article stays as it is: same day, lists and versions, all in order before."""
    story = edition.site.stories.get(article.slug)
    if story is None or article.language not in story.versions:
        return False
    if any(_find_slug(finding.path) == article.slug and not _is_of_target(finding) for finding in edition.findings):
        return False
    pairs = [(version, edition.reading.articles.get(version.path)) for version in story.versions.values()]
    if not all(new is not None and _describe_place(old) == _describe_place(new) for old, new in pairs):
        return False
    has_same_facts = all(new is not None and old.facts_digest == new.facts_digest for old, new in pairs)
    return has_same_facts or not any(version.stated or version.facts.pictures for version in story.versions.values() if not version.is_original)  # which could contradict


def _describe_place(article: Article) -> tuple[object, ...]:
    return article.path, article.original_language, article.stated, article.facts.date, *list_memberships(article.facts)


def _renew_story(story: Story, reading: Reading, wrong: Collection[str]) -> Story:
    """The story with its versions as they were read last, but for those at a path where something is wrong."""
    versions = {code: version if version.path in wrong else reading.articles[version.path] for code, version in story.versions.items()}
    return msgspec.structs.replace(story, original=versions[story.original.language], versions=versions)


def _check_pictures(edition: Edition) -> Edition:
    """The edition with its pictures checked; those that were opened before and did not change are not opened again."""
    stamps = {path: edition.site.attachments[path] for path in list_pictures(edition.site)}
    found = {path: check_picture(edition.project, edition.site, path) for path, stamp in stamps.items() if edition.pictures.get(path) != stamp}
    pictures = {path: stamp for path, stamp in stamps.items() if not found.get(path)}
    return edition._replace(pictures=pictures, bad_pictures=[finding for findings in found.values() for finding in findings])


# ---------------------------------------------------------------- bodies


class BodyKeeper:
    """The bodies of articles that were shown or saved, so that a story keeps its text while its file is broken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[bytes, str] = {}
        """By digest of the file."""

    def keep(self, edition: Edition, names: Iterable[str]) -> None:
        """Reads the bodies of articles that were saved now."""
        for name in list(names)[:_MAXIMUM_BODIES]:
            if name in edition.reading.articles:
                self.read(edition.project.root, edition.site, name)

    def read(self, root: Path, site: Site, path: str) -> str:
        """The body of an article of the site; what stands in its file now, when that has changed and was never read before."""
        article = _find_article(site, path)
        digest = article.digest if article else b""
        body = self._kept.get(digest)
        if body is None:
            content = _read_bytes(root / path)
            body = _read_body(content)
            if digest_bytes(content) == digest:
                self._remember(digest, body)
        return body

    def look_up(self, root: Path, site: Site, path: str) -> str:
        """The same, but what is not kept is not kept now: for whoever reads all bodies."""
        article = _find_article(site, path)
        body = self._kept.get(article.digest) if article else None
        return _read_body(_read_bytes(root / path)) if body is None else body

    def _remember(self, digest: bytes, body: str) -> None:
        with self._lock:
            self._kept[digest] = body
            if len(self._kept) > _MAXIMUM_BODIES:
                del self._kept[next(iter(self._kept))]


def _find_article(site: Site, path: str) -> Article | None:
    language = path.removesuffix(".md").rpartition(".")[2]
    story = site.stories.get(_find_slug(path))
    return story.versions.get(language) if story else None


def _read_bytes(path: Path) -> bytes:
    """The file's content; empty when it is not there."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _read_body(content: bytes) -> str:
    """The Markdown body of a file; empty when it has none that can be told."""
    try:
        parts = split_article(decode_source(content))
    except UnicodeDecodeError:
        return ""
    return parts.body if parts else ""


# ---------------------------------------------------------------- paths


def _authority_folder(project: Project) -> str:
    return f"{project.articles_dir.relative_to(project.root).as_posix()}/{AUTHORITY_FOLDER}"


def _is_below(path: str, folder: str) -> bool:
    """True for the folder itself too."""
    return path == folder or path.startswith(f"{folder}/")


def _find_slug(path: str) -> str:
    """Of an article's path."""
    return posixpath.basename(path).removesuffix(".md").rpartition(".")[0]


def _is_plain_file(path: Path) -> bool:
    """True for a file that the scan would give to check."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAXIMUM_ARTICLE_BYTES


def _describe_source(article: Article) -> SourceFile:
    return SourceFile(article.path, article.year, article.slug, article.language, Stamp(0, 0, 0, 0))
