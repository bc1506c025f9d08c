"""The files of articles/: which there are, what each is, and their bytes.

Walks the folder once with one stat a file. Says what cannot be an article (wrong name, wrong place, symbolic link, too large);
does not open a file before it is asked to. Feeds check.
"""

from __future__ import annotations

import codecs
import functools
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .problems import Problem

MAXIMUM_ARTICLE_BYTES = 256 * 1024
"""About 18,000 words of Kazakh. No article is longer, and what is made to be slow to read stays fast."""
MAXIMUM_SLUG_BYTES = 80
AUTHORITY_FOLDER = "authority"

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*")
_ALMOST_ARTICLE = re.compile(r"\.(?:md\.\w+|md|markdown|mdown|mkd)$", re.IGNORECASE)
_WINDOWS_NAMES = frozenset({"con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(10))})
_IGNORED_NAMES = frozenset({"README.md", "Thumbs.db", "desktop.ini"})


class Stamp(NamedTuple):
    """What tells an unchanged file without reading it: nanoseconds, bytes and the file system's own number of the file."""

    modified_ns: int
    changed_ns: int
    size_bytes: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


RACY_NS = 2_000_000_000
"""A file changed so shortly before it was read may change again without a new stamp: it is read again next time."""


def distrust_racy(stamp: Stamp, now_ns: int) -> Stamp:
    """The stamp to remember of a file that was read now; one that no file has, when it may still change without a new stamp."""
    return stamp if now_ns - max(stamp.modified_ns, stamp.changed_ns) > RACY_NS else Stamp(0, 0, -1, 0)


class SourceFile(NamedTuple):
    """One article file."""

    path: str
    """Relative to the project folder, forward slashes."""
    year: int
    slug: str
    language: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything found in articles/."""

    files: list[SourceFile] = field(default_factory=list)
    attachments: dict[str, Stamp] = field(default_factory=dict)
    """Pictures and documents: path relative to the project folder -> stamp."""
    problems: list[Problem] = field(default_factory=list)


class Scanner:
    """Walks one articles folder; entries in the order of their names, so that every machine reports alike."""

    def __init__(self, root: Path, articles: Path, languages: tuple[str, ...]) -> None:
        self._root = root
        self._articles = articles
        self._languages = languages
        self._prefix = articles.relative_to(root).as_posix()
        self._found = Sources()

    def scan(self) -> Sources:
        if not self._articles.is_dir():
            self._report(self._prefix, "no-articles-folder", f"the folder {self._prefix}/ does not exist", "create it, or set articles_dir in mkdocs.yml")
            return self._found
        for entry in _list_entries(self._articles):
            path = f"{self._prefix}/{entry.name}"
            if self._is_refused(entry, path) or entry.name == AUTHORITY_FOLDER:
                continue
            if entry.is_dir():
                self._scan_year(entry, path)
            else:
                self._report(path, "misplaced-file", "an article must stand in the folder of its year", f"move it to {self._prefix}/<year>/")
        return self._found

    def _scan_year(self, folder: os.DirEntry[str], path: str) -> None:
        if (fault := explain_year(folder.name)) is not None:
            self._report(path, *fault)
            return
        for entry in _list_entries(folder.path):
            entry_path = f"{path}/{entry.name}"
            if self._is_refused(entry, entry_path):
                continue
            if entry.is_dir():
                self._scan_story_folder(entry, entry_path)
            elif entry.name.endswith(".md"):
                self._add_file(entry, entry_path, int(folder.name))
            elif _ALMOST_ARTICLE.search(entry.name):
                self._report(entry_path, "bad-file-name", "the name of an article ends in .md", "rename it; to see the whole name, switch on file name extensions in Windows Explorer")
            else:
                self._report(entry_path, "misplaced-file", "pictures and documents stand in a folder with the story's name", f"move it to {path}/<slug>/")

    def _scan_story_folder(self, folder: os.DirEntry[str], path: str) -> None:
        if folder.name.endswith(".md"):
            self._report(path, "not-a-file", "this is a folder with the name of an article", "rename it to the story's slug if it holds its pictures, else delete it")
        else:
            self._scan_attachments(folder.path, path)

    def _scan_attachments(self, folder: str, path: str) -> None:
        for entry in _list_entries(folder):
            entry_path = f"{path}/{entry.name}"
            if self._is_refused(entry, entry_path):
                continue
            if entry.is_dir():
                self._scan_attachments(entry.path, entry_path)
            elif not entry.name.isprintable():
                self._report(entry_path, "bad-file-name", "the name has characters that cannot be shown", "rename it with letters, digits and hyphens")
            else:
                self._found.attachments[entry_path] = Stamp.of(entry.stat())

    def _add_file(self, entry: os.DirEntry[str], path: str, year: int) -> None:
        slug, _, language = entry.name.removesuffix(".md").rpartition(".")
        status = entry.stat()
        if not slug or language not in self._languages and not _LANGUAGE.fullmatch(language):
            self._report(path, "bad-file-name", "the name does not say the language", f"name it <slug>.<language>.md, for example forum.{self._languages[0]}.md")
        elif language not in self._languages:
            self._report(path, "unknown-language", f'"{language}" is not a language of this site', f"the site's languages: {', '.join(self._languages)}")
        elif (fault := explain_slug(slug)) is not None:
            self._report(path, *fault)
        elif status.st_size > MAXIMUM_ARTICLE_BYTES:
            self._report(path, "file-too-large", f"the file has {status.st_size:,} bytes, more than {MAXIMUM_ARTICLE_BYTES:,}", "an article is text only; pictures and documents stand in the story's folder")
        else:
            self._found.files.append(SourceFile(path, year, slug, language, Stamp.of(status)))

    def _is_refused(self, entry: os.DirEntry[str], path: str) -> bool:
        """True for what is not read: hidden and system files quietly, links and devices with a problem."""
        if entry.name.startswith(".") or entry.name in _IGNORED_NAMES or entry.name.endswith("~"):
            return True
        if entry.is_symlink() or entry.is_junction() if hasattr(entry, "is_junction") else entry.is_symlink():
            self._report(path, "symlink", "a symbolic link is not followed", "put the file itself here")
            return True
        if not (entry.is_file() or entry.is_dir()):
            self._report(path, "not-a-file", "this is neither a file nor a folder", "delete it")
            return True
        return False

    def _report(self, path: str, code: str, message: str, hint: str) -> None:
        path = path.encode(errors="backslashreplace").decode()  # a name that is not UTF-8 must still be printable
        self._found.problems.append(Problem(path, 1, 1, code, message, hint))


@functools.lru_cache(maxsize=8)  # the versions of a story follow each other
def explain_slug(slug: str) -> tuple[str, str, str] | None:
    """(problem code, message, hint) of what is wrong with a slug; None for a good one."""
    size_bytes = len(slug.encode(errors="surrogatepass"))
    if size_bytes > MAXIMUM_SLUG_BYTES:
        return "slug-too-long", f"the slug has {size_bytes} bytes, more than {MAXIMUM_SLUG_BYTES}", "shorten the file's name (in every language)"
    if not _SLUG.fullmatch(slug) or slug in _WINDOWS_NAMES:
        return "bad-slug", f'"{slug}" is not a slug', "use small Latin letters, digits and single hyphens, for example solidarity-forum"
    return None


def explain_year(name: str) -> tuple[str, str, str] | None:
    """(problem code, message, hint) of what is wrong with a year's folder; None for a good one."""
    if _YEAR.fullmatch(name):
        return None
    return "misplaced-file", f'"{name}" is not a year from 1900 to 2099', "articles stand in the folder of their year, for example 2022/"


def scan_sources(root: Path, articles: Path, *, languages: tuple[str, ...]) -> Sources:
    """Every article file and attachment below the articles folder, with problems of names and places."""
    return Scanner(root, articles, languages).scan()


def _list_entries(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return iter(sorted(entries, key=lambda entry: entry.name))


class SourceChanged(Exception):
    """A file changed while the build was running, or cannot be used after all; the message is for people."""


def read_source(root: Path, path: str) -> bytes:
    """The bytes of a file that was there when the folder was listed; raises SourceChanged."""
    try:
        with open(f"{root}/{path}", "rb", buffering=0) as file:
            return file.read()
    except OSError as error:
        raise SourceChanged(f"{path} cannot be read, or went while the site was being built: {error.strerror}") from error


def announce_sources(root: Path, paths: Iterable[str]) -> None:
    """Tells the system which files will be read next, where it can be told: it fetches them together, and one that it does not hold in
    memory costs a fifth of what it does alone. A file that is not there is passed over."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in paths:
        try:
            descriptor = os.open(f"{root}/{path}", os.O_RDONLY)
        except OSError:
            continue
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_WILLNEED)
        finally:
            os.close(descriptor)


def digest_bytes(content: bytes) -> bytes:
    """16 bytes that identify a content (BLAKE2b)."""
    return hashlib.blake2b(content, digest_size=16).digest()


def decode_source(content: bytes) -> str:
    """The text with `\\n` line ends and without a byte order mark; raises UnicodeDecodeError when it is not UTF-8."""
    text = content.removeprefix(codecs.BOM_UTF8).decode()  # the codec utf-8-sig is written in Python, and slow
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
