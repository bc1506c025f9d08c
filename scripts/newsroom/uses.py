"""Which files a site's stories use, and where they name them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .frontmatter import KeyPath
from .link import resolve_target
from .model import Site


def list_media(site: Site) -> set[str]:
    """Paths of the documents and pictures that a link of a story leads to."""
    return {use.file for use in _list_uses(site) if not use.is_shown}


def list_shown(site: Site) -> set[str]:
    """Paths of the pictures that the page of a story shows."""
    return {use.file for use in _list_uses(site) if use.is_shown}


class Use(NamedTuple):
    """A place of an article that names a file."""

    path: str
    """Of the article."""
    file: str
    is_shown: bool
    """False for a link."""
    key: KeyPath = ()
    """Of the front matter."""
    destination: str | None = None
    """In the body."""


def find_uses(site: Site, path: str) -> Iterator[Use]:
    """The places that name a file."""
    return (use for use in _list_uses(site) if use.file == path)


def _list_uses(site: Site) -> Iterator[Use]:
    """Every place that names a file of the site."""
    if not site.attachments:
        return
    for story in site.stories.values():
        for article in story.versions.values():
            for target in article.targets:
                if target.kind == "attachment" and target.path in site.attachments:
                    yield Use(article.path, target.path, target.is_image, destination=target.destination)
            for index, document in enumerate(article.facts.documents):
                if document.file and (path := resolve_target(article.path, document.file).path) in site.attachments:
                    yield Use(article.path, path, False, ("documents", index, "file"))
            for index, item in enumerate(article.facts.pictures):
                if (path := resolve_target(article.path, item.file).path) in site.attachments:
                    yield Use(article.path, path, True, ("pictures", index, "file"))
