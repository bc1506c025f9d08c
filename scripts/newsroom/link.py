"""Articles -> the Site: stories with their versions, who belongs where, related stories; and what does not fit together.

Pure. Problems between files come out as Findings, without line and column: check.locate_finding reads the file for those.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from .frontmatter import KeyPath
from .model import Article, Facts, Site, Story, Target

RELATED_STORIES = 4
_OLDER_NEIGHBOURS = 3
_NEWER_NEIGHBOURS = 2
"""Few newer ones, so that a new story changes the pages of few old ones."""

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
DOCUMENT_SUFFIXES = frozenset({".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".rtf", ".txt", ".csv", ".zip", ".mp3"})
"""Files that a browser shows or saves but never runs."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:")


class Finding(NamedTuple):
    """A problem between files; `key` is a path of front matter keys, `destination` a link of the body as written."""

    path: str
    code: str
    message: str
    hint: str = ""
    key: KeyPath = ()
    destination: str = ""


class LinkTarget(NamedTuple):
    """What a destination means."""

    kind: Literal["external", "fragment", "article", "docs", "attachment", "wrong"]
    value: str = ""
    """Slug, path of a docs page or attachment relative to the project folder; the problem code when wrong."""
    language: str = ""
    """Of the article file that was linked."""
    fragment: str = ""


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
    checker = _TargetChecker(by_slug, attachments, docs_pages, failed_paths, read_headings)
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
        for name in article.stated:
            if not _agree(getattr(article.facts, name), getattr(original.facts, name)):
                yield Finding(article.path, "contradiction", f'"{name}" differs from the original {original.path}', "delete it here: a translation inherits the facts of its original; or mend the wrong one", key=(name,))


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


def resolve_target(article_path: str, destination: str) -> LinkTarget:
    """What a destination (percent-escapes decoded) means, by its form alone; whether it exists is not asked."""
    if _SCHEME.match(destination):
        return LinkTarget("external" if destination.lower().startswith(_SAFE_SCHEMES) else "wrong", "unsafe-link")
    if destination.startswith("//"):
        return LinkTarget("wrong", "unsafe-link")
    if destination.startswith(("/", "\\")):
        return LinkTarget("wrong", "absolute-link")
    path, _, fragment = destination.partition("#")
    if not path:
        return LinkTarget("fragment", fragment=fragment)
    full = posixpath.normpath(posixpath.join(posixpath.dirname(article_path), path.partition("?")[0]))
    if full.startswith(".."):
        return LinkTarget("wrong", "broken-link")
    if not full.endswith(".md"):
        return LinkTarget("attachment", full, fragment=fragment)
    articles_folder = article_path.split("/", 1)[0]
    if not full.startswith(f"{articles_folder}/"):
        return LinkTarget("docs", full, fragment=fragment)
    slug, _, language = posixpath.basename(full)[:-3].rpartition(".")
    return LinkTarget("article", slug, language, fragment)


class _TargetChecker:
    """Checks the destinations of one article after the other against what exists."""

    def __init__(self, by_slug: Mapping[str, list[Article]], attachments: Collection[str], docs_pages: Collection[str],
                 failed_paths: Collection[str], read_headings: Callable[[str], tuple[str, ...]]) -> None:  # fmt: skip
        self._by_path = {article.path: article for versions in by_slug.values() for article in versions}
        self._attachments = attachments
        self._docs_pages = docs_pages
        self._failed_paths = failed_paths
        self._read_headings = read_headings

    def check(self, article: Article) -> Iterator[Finding]:
        for target in article.targets:
            problem = self._explain(article, target)
            if problem is not None:
                yield Finding(article.path, *problem, destination=target.destination)
        for index, document in enumerate(article.facts.documents):
            if document.file is not None:
                problem = self._explain(article, Target(document.file))
                if problem is not None:
                    yield Finding(article.path, *problem, key=("documents", index, "file"))

    def _explain(self, article: Article, target: Target) -> tuple[str, str, str] | None:
        """(code, message, hint) of what is wrong with a destination, or None."""
        found = resolve_target(article.path, target.destination)
        shown = target.destination[:100]
        if target.is_image and found.kind == "external":
            return "remote-image", f"the picture {shown} is on another site", "put the picture into the story's own folder: pages load nothing from other sites"
        match found.kind:
            case "external":
                return None
            case "fragment":
                return self._explain_fragment(article, found.fragment)
            case "wrong":
                return _explain_wrong(found.value, shown)
            case "attachment":
                return self._explain_attachment(article, found.value, is_image=target.is_image)
            case _:
                return self._explain_page(article, found, target)

    def _explain_page(self, article: Article, found: LinkTarget, target: Target) -> tuple[str, str, str] | None:
        shown = target.destination[:100]
        if found.kind == "docs":
            return None if found.value in self._docs_pages else self._explain_missing(shown, self._docs_pages)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(article.path), target.destination.partition("#")[0]))
        other = self._by_path.get(path)
        if other is None:
            return None if path in self._failed_paths else self._explain_missing(shown, self._by_path)
        return self._explain_fragment(other, found.fragment)

    def _explain_fragment(self, article: Article, fragment: str) -> tuple[str, str, str] | None:
        if not fragment:
            return None
        ids = self._read_headings(article.path)
        if fragment in ids:
            return None
        close = difflib.get_close_matches(fragment, ids, n=1)
        hint = f'did you mean "#{close[0]}"?' if close else f"headings that can be linked: {', '.join(ids) or 'none'}"
        return "broken-link", f'{article.path} has no heading "{fragment}"', hint

    def _explain_attachment(self, article: Article, path: str, *, is_image: bool) -> tuple[str, str, str] | None:
        suffix = posixpath.splitext(path)[1].lower()
        if path not in self._attachments:
            code, what = ("missing-image", "picture") if is_image else ("broken-link", "file")
            close = difflib.get_close_matches(path, self._attachments, n=1)
            folder = f"{posixpath.dirname(article.path)}/{article.slug}/"
            return code, f"the {what} {path} does not exist", f"did you mean {close[0]}?" if close else f"put it into {folder}"
        if is_image and suffix not in PICTURE_SUFFIXES:
            return "bad-image", f"{path} is not a picture that can be shown", f"use one of {', '.join(sorted(PICTURE_SUFFIXES))}"
        if not is_image and suffix not in PICTURE_SUFFIXES | DOCUMENT_SUFFIXES:
            return "bad-attachment", f"files of the type {suffix or 'without an ending'} are not published", f"use one of {', '.join(sorted(DOCUMENT_SUFFIXES))}"
        return None

    def _explain_missing(self, shown: str, known: Collection[str]) -> tuple[str, str, str]:
        name = posixpath.basename(shown.partition("#")[0])
        close = difflib.get_close_matches(name, {posixpath.basename(path): None for path in known}, n=1)
        match = next((path for path in known if close and posixpath.basename(path) == close[0]), None)
        return "broken-link", f"the link {shown} leads to nothing", f"did you mean {match}?" if match else "write the path of the other .md file, relative to this file"


def _explain_wrong(code: str, shown: str) -> tuple[str, str, str]:
    hints = {
        "unsafe-link": "links may start with https:, http:, mailto: or tel:, or be a relative path",
        "absolute-link": "write the path relative to this file, for example ../2022/forum.kk.md",
        "broken-link": "write the path of the other .md file, relative to this file",
    }
    messages = {"unsafe-link": f"{shown} is not a kind of link that is allowed", "absolute-link": f"{shown} starts with a slash", "broken-link": f"{shown} leads out of the project"}
    return code, messages[code], hints[code]
