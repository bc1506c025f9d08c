"""The file that `newsroom new` writes: a story, or the translation of one, that passes the checks and waits for its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from .frontmatter import YamlError, load_yaml, split_article
from .languages import make_slug
from .sources import decode_source

PLACEHOLDER_KEY = "new-body"
"""Interface text that stands where the story's own will."""


class SkeletonError(Exception):
    """The file cannot be written; the message is for people."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A new article file."""

    slug: str
    language: str
    year: int
    fields: dict[str, object]
    body: str

    @property
    def name(self) -> str:
        return f"{self.year}/{self.slug}.{self.language}.md"

    @property
    def text(self) -> str:
        """The file's content: front matter in the order of the fields, then the body."""
        front = yaml.safe_dump(self.fields, allow_unicode=True, sort_keys=False, width=1000)
        return f"---\n{front}---\n\n{self.body}\n"


def make_story(title: str, *, language: str, day: date, kind: str, slug: str = "", summary: str = "", regions: tuple[str, ...] = (),
               unions: tuple[str, ...] = (), body: str) -> Skeleton:  # fmt: skip
    """A new original. The slug is made from the title when none is given."""
    fields: dict[str, object] = {"title": title, "summary": summary, "date": day, "kind": kind, "regions": list(regions), "unions": list(unions)}
    return Skeleton(slug or make_slug(title), language, day.year, fields, body)


def make_translation(original: Path, title: str, *, articles_dir: Path, language: str, summary: str = "", body: str) -> Skeleton:
    """A translation of the story whose file is given, which may itself be a translation. Raises SkeletonError."""
    slug, _, named_language = original.name.removesuffix(".md").rpartition(".")
    if not slug or original.parent.parent != articles_dir or not original.parent.name.isdigit():
        raise SkeletonError(f"{original} is not an article file: these are {articles_dir}/<year>/<slug>.<language>.md")
    original_language = _read_original_language(original) or named_language
    if language == original_language:
        raise SkeletonError(f"the story's original is in this language ({language}); choose another with --language")
    fields: dict[str, object] = {"title": title, "summary": summary, "original": original_language}
    return Skeleton(slug, language, int(original.parent.name), fields, body)


def _read_original_language(path: Path) -> str | None:
    """The field `original` of an article file; None when it has none or cannot be read."""
    try:
        parts = split_article(decode_source(path.read_bytes()))
        fields = load_yaml(parts.yaml_text) if parts is not None else None
    except (OSError, UnicodeDecodeError, YamlError):
        return None
    language = fields.get("original") if isinstance(fields, dict) else None
    return language if isinstance(language, str) else None


def write_skeleton(skeleton: Skeleton, articles_dir: Path, *, is_translation: bool) -> Path:
    """Writes the file and returns its path. Never replaces one, nor gives a new story the slug of another. Raises SkeletonError."""
    path = articles_dir / skeleton.name
    others = [] if is_translation else sorted(articles_dir.glob(f"*/{skeleton.slug}.*.md"))
    if others:
        raise SkeletonError(f'the slug "{skeleton.slug}" is taken by {others[0]}; choose another with --slug, or start a translation with --translate')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(skeleton.text)
    except FileExistsError:
        raise SkeletonError(f"{path} is already there; nothing was written") from None
    except OSError as error:
        raise SkeletonError(f"{path} cannot be written: {error.strerror}") from error
    return path
