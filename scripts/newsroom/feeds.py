"""Atom 1.0 and JSON Feed 1.1 of one channel, as bytes. Pure; the caller chooses the entries and their order.

Stories have dates without a time; feeds want one: moments.day_moment says which. "Updated" is the newest date of the entries, never the time of the build, so the same stories give the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

import msgspec
from feedgenerator import Atom1Feed

from .moments import day_moment

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold."""


class Channel(msgspec.Struct, frozen=True):
    """A feed: all news of a language, or those of one region, union or kind."""

    id: str
    """Never changes: a tag URI (`make_tag`)."""
    title: str
    description: str
    language: str
    home_url: str
    """Absolute URL of the page that shows the same stories."""
    atom_url: str
    json_url: str
    author: str
    """The organization that publishes the site."""
    updated: date
    """Shown when there is no entry."""


class Entry(msgspec.Struct, frozen=True):
    """A story in a feed; plain texts, absolute URLs."""

    id: str
    """Never changes: a tag URI (`make_tag`)."""
    title: str
    summary: str
    url: str
    published: date
    updated: date | None = None
    """None when the story was not changed after its date."""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""
    """Of title and summary, when it is not the channel's."""


def make_tag(site_url: str, year: int, path: str) -> str:
    """A tag URI (RFC 4151) for a channel or story: stays the same when its title, day or place in a feed changes.

    The year makes it unambiguous should the host once belong to someone else; use the year in the story's path.
    """
    return f"tag:{urlsplit(site_url).hostname},{year}:{path}"


# ---------------------------------------------------------------- Atom


class _AtomFeed(Atom1Feed):
    """feedgenerator's Atom with what it leaves out: its own dates, several authors, the language of an entry."""

    def latest_post_date(self) -> datetime:
        updated: datetime = self.feed["updated"]
        return updated

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement(
            "link", "", {"rel": "alternate", "type": "application/feed+json", "href": self.feed["json_url"]}
        )

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item["language"] else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["more_authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


def atom_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """The channel as Atom 1.0 (RFC 4287)."""
    feed = _AtomFeed(
        title=_legal(channel.title), link=channel.home_url, description=_legal(channel.description),
        language=channel.language, author_name=_legal(channel.author), feed_url=channel.atom_url,
        feed_guid=channel.id, json_url=channel.json_url, updated=day_moment(_newest(channel, entries)),
    )  # fmt: skip
    for entry in entries:
        _add_item(feed, entry)
    output = io.BytesIO()
    feed.write(output, "utf-8")
    return output.getvalue()


def _add_item(feed: _AtomFeed, entry: Entry) -> None:
    first, *others = [_legal(name) for name in entry.authors] or [None]
    feed.add_item(
        title=_legal(entry.title), link=entry.url, unique_id=entry.id,
        description=escape(_legal(entry.summary), quote=False) or None,  # feedgenerator declares summaries as HTML
        pubdate=day_moment(entry.published), updateddate=day_moment(_last_change(entry)),
        author_name=first, more_authors=others,
        categories=[_legal(category) for category in entry.categories], language=entry.language,
    )  # fmt: skip


# ---------------------------------------------------------------- JSON Feed


class _Author(msgspec.Struct):
    name: str


class _Item(msgspec.Struct, omit_defaults=True):
    """An item as https://www.jsonfeed.org/version/1.1/ has it."""

    id: str
    url: str
    title: str
    content_text: str
    date_published: datetime
    date_modified: datetime
    authors: list[_Author] = []
    tags: list[str] = []
    language: str = ""


class _JsonFeed(msgspec.Struct):
    """The top level of https://www.jsonfeed.org/version/1.1/."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    description: str
    language: str
    authors: list[_Author]
    items: list[_Item]


def json_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """The channel as JSON Feed 1.1, with the same entries, ids and dates as the Atom feed."""
    feed = _JsonFeed(
        version="https://jsonfeed.org/version/1.1", title=_legal(channel.title), home_page_url=channel.home_url,
        feed_url=channel.json_url, description=_legal(channel.description), language=channel.language,
        authors=[_Author(_legal(channel.author))], items=[_make_item(entry) for entry in entries],
    )  # fmt: skip
    return msgspec.json.encode(feed)


def _make_item(entry: Entry) -> _Item:
    """An item must have a content; a story without summary shows its title."""
    return _Item(
        id=entry.id, url=entry.url, title=_legal(entry.title), content_text=_legal(entry.summary or entry.title),
        date_published=day_moment(entry.published), date_modified=day_moment(_last_change(entry)),
        authors=[_Author(_legal(name)) for name in entry.authors],
        tags=[_legal(category) for category in entry.categories], language=entry.language,
    )  # fmt: skip


# ---------------------------------------------------------------- texts and dates of both


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _last_change(entry: Entry) -> date:
    """A change dated before the publication does not count: Atom readers take "updated" for the later of the two."""
    return max(entry.published, entry.updated or entry.published)


def _newest(channel: Channel, entries: Sequence[Entry]) -> date:
    return max((_last_change(entry) for entry in entries), default=channel.updated)
