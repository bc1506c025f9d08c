"""Articles -> the Site: stories with their versions, who belongs where, related stories; and what does not fit together.

Pure. Problems between files come out as Findings, without line and column: check.locate_finding reads the file for those.
"""

from __future__ import annotations

import difflib
import functools
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from .frontmatter import KeyPath
from .model import Article, Facts, Site, Story, Target
from .nearest import PathIndex
from .problems import MAXIMUM_PROBLEMS, TOO_MANY, shorten

RELATED_STORIES = 4
_OLDER_NEIGHBOURS = 3
_NEWER_NEIGHBOURS = 2
"""Few newer ones, so that a new story changes the pages of few old ones."""

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
DOCUMENT_SUFFIXES = frozenset({".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".rtf", ".txt", ".csv", ".zip", ".mp3"})
"""Files that a browser shows or saves but never runs."""

HEIC_SUFFIXES = frozenset({".heic", ".heif", ".hif"})
HEIC_HINT = "save it as JPEG; an iPhone takes JPEG from the start with Settings > Camera > Formats > Most Compatible"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:")
_COMPLETE = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_PATH_HINT = "write the path of the other .md file, relative to this file"


class Finding(NamedTuple):
    """A problem between files; `key` is a path of front matter keys, `destination` a link of the body, decoded."""

    path: str
    code: str
    message: str
    hint: str = ""
    key: KeyPath = ()
    destination: str | None = None


def link_site(articles: Iterable[Article], *, attachments: Mapping[str, tuple[int, ...]], docs_pages: Collection[str],
              failed_paths: Collection[str], read_headings: Callable[[str], tuple[str, ...]]) -> tuple[Site, list[Finding]]:  # fmt: skip
    """The site of all articles. docs_pages are paths relative to the project folder; failed_paths are article files with
    problems of their own: what only follows from these is not reported again. read_headings: path of an article -> ids of its
    headings, asked only where a link has a fragment."""
    findings: list[Finding] = []
    by_slug: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_slug[article.slug].append(article)
    stories = [story for slug, versions in by_slug.items() if (story := _build_story(slug, versions, failed_paths, findings))]
    stories.sort(key=lambda story: story.slug)
    stories.sort(key=lambda story: story.date, reverse=True)
    site = _assemble_site(stories, dict(attachments))
    by_path = {article.path: article for versions in by_slug.values() for article in versions}
    checker = TargetChecker(by_path, attachments, docs_pages, failed_paths, read_headings)
    for versions in by_slug.values():
        for article in versions:
            findings.extend(checker.check(article))
    return site, findings


# ---------------------------------------------------------------- versions of one story


def _build_story(slug: str, versions: list[Article], failed_paths: Collection[str], findings: list[Finding]) -> Story | None:
    versions.sort(key=lambda article: (article.year, article.language))
    first = versions[0]
    for other in versions[1:]:
        if other.year != first.year:
            findings.append(Finding(other.path, "duplicate-slug", f'the slug "{slug}" is already used by {first.path}', "a slug belongs to one story of all years: rename this story's files"))
            return None
    originals = [article for article in versions if article.is_original]
    if len(originals) != 1:
        findings.extend(_explain_originals(versions, originals, failed_paths))
        return None
    original = originals[0]
    by_language = {article.language: article for article in versions}
    findings.extend(_check_translations(original, versions))
    return Story(slug, original.year, original, by_language)


def _explain_originals(versions: list[Article], originals: list[Article], failed_paths: Collection[str]) -> Iterator[Finding]:
    for article in originals:
        others = ", ".join(other.path for other in originals if other is not article)
        yield Finding(article.path, "two-originals", f"{others} also says that it is the original", f'add "original: {article.language}" to the translation, and leave it out of the original')
    if originals:
        return
    for article in versions:
        expected = original_path(article)
        if expected not in failed_paths:
            yield Finding(article.path, "no-original", f"this is a translation, but {expected} is not there or is not an original", 'write the original first, or mend "original"', key=("original",))


def original_path(article: Article) -> str:
    """Where the original of a translation must stand."""
    return f"{posixpath.dirname(article.path)}/{article.slug}.{article.original_language}.md"


def _check_translations(original: Article, versions: list[Article]) -> Iterator[Finding]:
    for article in versions:
        if article is original:
            continue
        if article.original_language != original.language:
            yield Finding(article.path, "wrong-original", f"the original is {original.path}", f"write original: {original.language}", key=("original",))
        known = {resolve_target(original.path, item.file).path for item in original.facts.pictures}
        for index, item in enumerate(article.facts.pictures):
            if resolve_target(article.path, item.file).path not in known:
                yield Finding(article.path, "contradiction", f"the original {original.path} has no picture {shorten(item.file)}",
                              "add it there: a translation only gives the texts of pictures that its original has", key=("pictures", index, "file"))  # fmt: skip
        for name in article.stated:
            ours, theirs = getattr(article.facts, name), getattr(original.facts, name)
            if not _agree(ours, theirs):
                values = (str(value or "missing").rpartition("/")[2] for value in (ours, theirs))
                difference = "is {} here and {} in".format(*values) if isinstance(ours, (str, date)) else "differs from"
                yield Finding(article.path, "contradiction", f'"{name}" {difference} the original {original.path}',
                              "delete it here: a translation inherits the facts of its original; or mend the wrong one", key=(name,))  # fmt: skip


def _agree(ours: Any, theirs: Any) -> bool:
    """True when one value does not contradict another; texts in several languages are compared where both have them."""
    if isinstance(ours, msgspec.Struct) and type(ours) is type(theirs):
        return all(_agree(getattr(ours, name), getattr(theirs, name)) for name in ours.__struct_fields__)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(ours[code] == theirs[code] for code in ours.keys() & theirs.keys())
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)):
        if all(isinstance(item, str) for item in (*ours, *theirs)):
            return set(ours) == set(theirs)
        return len(ours) == len(theirs) and all(map(_agree, ours, theirs))
    return ours is None or bool(ours == theirs)


# ---------------------------------------------------------------- who belongs where


def list_memberships(facts: Facts) -> Iterator[tuple[str, str]]:
    """(section, id) of everything on whose pages a story is listed."""
    if facts.kind:
        yield "kinds", facts.kind
    for section, ids in (("regions", facts.regions), ("unions", facts.unions)):
        for id in ids:
            yield section, id
    for person in dict.fromkeys(item.person for item in facts.people):
        yield "people", person


def _assemble_site(stories: list[Story], attachments: dict[str, tuple[int, ...]]) -> Site:
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    places: list[list[tuple[list[str], int]]] = []
    for story in stories:
        own = []
        for membership in list_memberships(story.facts):
            chain = members[membership]
            own.append((chain, len(chain)))
            chain.append(story.slug)
        places.append(own)
    linked = {}
    for position, (story, own) in enumerate(zip(stories, places, strict=True)):
        related = _choose_related(story.slug, own, stories, position)
        linked[story.slug] = Story(story.slug, story.year, story.original, story.versions, related)
    return Site(linked, dict(members), attachments)


def _choose_related(slug: str, own: list[tuple[list[str], int]], stories: list[Story], position: int) -> tuple[str, ...]:
    """The stories nearest in time that share most with this one; the kind (first of its chains) counts least."""
    scores: dict[str, float] = {}
    for number, (chain, index) in enumerate(own):
        weight = 0.5 if number == 0 else 1.0
        for distance, other in enumerate(chain[index + 1 : index + 1 + _OLDER_NEIGHBOURS]):
            scores[other] = scores.get(other, 0.0) + weight - distance / 100
        for distance, other in enumerate(reversed(chain[max(0, index - _NEWER_NEIGHBOURS) : index])):
            scores[other] = scores.get(other, 0.0) + weight - distance / 100
    if len(scores) < RELATED_STORIES:
        near = stories[position + 1 : position + 1 + _OLDER_NEIGHBOURS] + stories[max(0, position - _NEWER_NEIGHBOURS) : position]
        for story in near:
            scores.setdefault(story.slug, 0.0)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple(other for other, _ in ranked[:RELATED_STORIES] if other != slug)


# ---------------------------------------------------------------- links


def resolve_target(article_path: str, destination: str, *, is_image: bool = False) -> Target:
    """What a destination (percent-escapes decoded) means, by its form alone; whether it exists is not asked."""
    make = functools.partial(Target, destination, is_image)
    if _SCHEME.match(destination):
        return make("external") if destination.lower().startswith(_SAFE_SCHEMES) else make(fault="unsafe-link")
    if destination.startswith("//"):
        return make(fault="unsafe-link")
    if destination.startswith(("/", "\\")):
        return make(fault="absolute-link")
    path, _, fragment = destination.partition("#")
    if not path:
        return make("fragment", fragment=fragment)
    full = posixpath.normpath(posixpath.join(posixpath.dirname(article_path), path.partition("?")[0]))
    if full.startswith(".."):
        return make(fault="broken-link")
    if not full.endswith(".md"):
        return make("attachment", full, fragment=fragment)
    if not full.startswith(article_path.partition("/")[0] + "/"):
        return make("docs", full, fragment=fragment)
    slug, _, language = posixpath.basename(full)[:-3].rpartition(".")
    return make("article", full, slug, language, fragment)


class TargetChecker:
    """Checks the destinations of one article after the other against what exists."""

    def __init__(self, by_path: Mapping[str, Article], attachments: Collection[str], docs_pages: Collection[str],
                 failed_paths: Collection[str], read_headings: Callable[[str], tuple[str, ...]]) -> None:  # fmt: skip
        self._by_path = by_path
        self._attachments = attachments
        self._docs_pages = docs_pages
        self._failed_paths = failed_paths
        self._read_headings = read_headings

    def check(self, article: Article) -> Iterator[Finding]:
        """What is wrong with the article's links, up to MAXIMUM_PROBLEMS and a word about the others."""
        doubtful = [target for target in article.targets if target.path not in self._by_path or target.fragment or target.is_image]
        if not doubtful and not article.facts.documents and not article.facts.pictures:
            return
        findings = self._find_wrong(article, doubtful)
        yield from islice(findings, MAXIMUM_PROBLEMS)
        yield from (Finding(article.path, *TOO_MANY, finding.key, finding.destination) for finding in islice(findings, 1))

    def _find_wrong(self, article: Article, targets: Iterable[Target]) -> Iterator[Finding]:
        for target in targets:
            if (problem := self._explain(article, target)) is not None:
                yield Finding(article.path, *problem, destination=target.destination)
        for index, document in enumerate(article.facts.documents):
            if document.file is not None and (problem := self._explain_document(article, document.file)) is not None:
                yield Finding(article.path, *problem, key=("documents", index, "file"))

        for index, item in enumerate(article.facts.pictures):
            if (problem := self._explain(article, resolve_target(article.path, item.file, is_image=True))) is not None:
                yield Finding(article.path, *problem, key=("pictures", index, "file"))

    def _explain_document(self, article: Article, destination: str) -> tuple[str, str, str] | None:
        """As for a link, but only a file of the site will do."""
        if resolve_target(article.path, destination).kind in ("attachment", "wrong"):
            return self._explain(article, resolve_target(article.path, destination))
        return "bad-attachment", f'"{shorten(destination)}" is not a file', f"put the file into {_own_folder(article)} and write its path, for example {article.slug}/agreement.pdf"

    def _explain(self, article: Article, target: Target) -> tuple[str, str, str] | None:
        """(code, message, hint) of what is wrong with a destination, or None."""
        shown = shorten(target.destination)
        if target.is_image and target.kind not in ("attachment", "wrong"):
            return _explain_image(target.kind, shown, article)
        match target.kind:
            case "external":
                return None if _COMPLETE.match(target.destination) else ("broken-link", f"the address {shown} is not complete", "write it in full, for example https://example.org/")
            case "fragment":
                return self._explain_fragment(article, target.fragment) if target.destination else ("broken-link", "the link has no address", "write it between the round brackets")
            case "wrong":
                return _explain_wrong(target.fault, shown)
            case "attachment":
                return self._explain_attachment(article, target.path, is_image=target.is_image)
            case _:
                return self._explain_page(article, target)

    def _explain_page(self, article: Article, target: Target) -> tuple[str, str, str] | None:
        path = target.path
        other = self._by_path.get(path)
        if other is not None:
            return self._explain_fragment(other, target.fragment) if target.fragment else None
        if path in self._failed_paths or target.kind == "docs" and path in self._docs_pages:
            return None
        match = (self._docs_index if target.kind == "docs" else self._articles_index).find(path)
        hint = f"did you mean {_relative(match, article)}?" if match else _PATH_HINT
        return "broken-link", f"the link {shorten(target.destination)} leads to nothing", hint

    def _explain_fragment(self, article: Article, fragment: str) -> tuple[str, str, str] | None:
        ids = self._read_headings(article.path) if fragment else ()
        if not fragment or fragment in ids:
            return None
        close = difflib.get_close_matches(fragment[:100], ids, n=1)
        hint = f'did you mean "#{close[0]}"?' if close else f"headings that can be linked: {', '.join(f'#{id}' for id in ids[:10]) or 'none'}"
        return "broken-link", f'{article.path} has no heading "{shorten(fragment)}"', hint

    def _explain_attachment(self, article: Article, path: str, *, is_image: bool) -> tuple[str, str, str] | None:
        if path not in self._attachments:
            return self._explain_missing(article, path, is_image=is_image)
        suffix = posixpath.splitext(path)[1].lower()
        if is_image and suffix not in PICTURE_SUFFIXES:
            hint = HEIC_HINT if suffix in HEIC_SUFFIXES else f"use one of {', '.join(sorted(PICTURE_SUFFIXES))}"
            return "bad-image", f"{path} is not a picture that can be shown", hint
        if not is_image and suffix not in PICTURE_SUFFIXES | DOCUMENT_SUFFIXES:
            return "bad-attachment", f"files of the type {suffix or 'without an ending'} are not published", f"use one of {', '.join(sorted(DOCUMENT_SUFFIXES))}"
        return None

    def _explain_missing(self, article: Article, path: str, *, is_image: bool) -> tuple[str, str, str]:
        match = (self._pictures_index if is_image else self._files_index).find(path)
        hint = f"did you mean {_relative(match, article)}?" if match else f"put it into {_own_folder(article)}"
        if is_image:
            return "missing-image", f"the picture {shorten(path)} does not exist", hint
        if path.count("/") < 3:  # not in a story's folder
            return "broken-link", f"the site does not publish {shorten(path)}", "link to an .md file, or to a file in a story's own folder"
        return "broken-link", f"the file {shorten(path)} does not exist", hint

    @cached_property
    def _articles_index(self) -> PathIndex:
        return PathIndex(self._by_path)

    @cached_property
    def _docs_index(self) -> PathIndex:
        return PathIndex(self._docs_pages)

    @cached_property
    def _pictures_index(self) -> PathIndex:
        return PathIndex(path for path in self._attachments if path.lower().endswith(tuple(PICTURE_SUFFIXES)))

    @cached_property
    def _files_index(self) -> PathIndex:
        return PathIndex(path for path in self._attachments if path.lower().endswith((*PICTURE_SUFFIXES, *DOCUMENT_SUFFIXES)))


def _own_folder(article: Article) -> str:
    return f"{posixpath.dirname(article.path)}/{article.slug}/"


def _relative(path: str, article: Article) -> str:
    """The path as it is written in the article's file."""
    return posixpath.relpath(path, posixpath.dirname(article.path))


def _explain_image(kind: str, shown: str, article: Article) -> tuple[str, str, str]:
    hint = f"put the picture into {_own_folder(article)} and write its path, for example {article.slug}/forum.jpg"
    if kind == "external":
        return "remote-image", f"the picture {shown} is on another site", f"pages load nothing from other sites: {hint}"
    if not shown:
        return "missing-image", "the picture has no address", hint
    return "bad-image", f"{shown} is not a picture", hint


def _explain_wrong(code: str, shown: str) -> tuple[str, str, str]:
    messages = {
        "unsafe-link": (f"{shown} is not a kind of link that is allowed", "links may start with https:, http:, mailto: or tel:, or be a relative path"),
        "absolute-link": (f"{shown} starts with a slash", "write the path relative to this file, for example ../2022/forum.kk.md"),
        "broken-link": (f"{shown} leads out of the project", _PATH_HINT),
    }
    return code, *messages[code]
