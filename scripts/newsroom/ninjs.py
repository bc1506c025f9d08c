"""Stories as IPTC ninjs 3 (News in JSON): one item for each version, and a feed of the newest. Pure.

Written from the schema of version 3.2; everything used here is in 3.0 too. An item's parts come from the view of the article's page
and so say what readers see. Its text is added when the page is rendered, since the same Markdown is made into both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from .moments import write_moment
from .views import ArticleView, Head, Link

VERSION = "3.2"
_STANDARD = {"name": "ninjs", "version": VERSION, "schema": f"https://www.iptc.org/std/ninjs/ninjs-schema_{VERSION}.json"}
Item = dict[str, Any]


class Identity(NamedTuple):
    """What tells an item from all others."""

    uri: str
    """A tag URI, the same as in the feeds; never changes."""
    event_uri: str
    """The same as in the calendars."""
    slug: str
    language: str


def describe_item(identity: Identity, view: ArticleView, head: Head, *, site_url: str, role: str) -> Item:
    """An item without its text. role: what the renditions call the page, a word for people."""
    published, modified = write_moment(view.date), write_moment(head.modified or view.date)
    item: Item = {
        "uri": identity.uri, "type": "text", "representationType": "partial", "version": str(1 + len(view.corrections)), "firstCreated": published,
        "versionCreated": modified, "contentCreated": published, "pubStatus": "usable", "language": identity.language, "title": view.title, "slugline": identity.slug,
        "headlines": [{"role": "main", "value": view.title}],
        "genres": [{"name": view.kind.text, "uri": site_url + view.kind.url}],
        "renditions": [{"name": "web", "href": head.canonical_url, "contentType": "text/html", "title": role}],
        "standard": _STANDARD,
    }  # fmt: skip
    descriptions = [{"role": "summary", "contentType": "text/plain", "value": view.summary}] if view.summary else []
    descriptions += [{"role": "correction", "contentType": "text/plain", "value": f"{correction.date.isoformat()}: {correction.text}"} for correction in view.corrections]
    lists = {
        "descriptions": descriptions,
        "people": [{"name": person.name, "rel": "mentions", "uri": site_url + person.url} for person in view.people],
        "organisations": [*_name_links(view.unions, site_url), *({"name": name, "rel": "mentions"} for name in view.organizations)],
        "places": _name_links(view.regions, site_url),
        "events": [{"name": view.event.name.text, "rel": "about", "uri": identity.event_uri}] if view.event else [],
    }
    item |= {name: values for name, values in lists.items() if values}
    if view.byline:
        item["by"] = view.byline
    if view.place:
        item["located"] = view.place.text
    return item


def _name_links(links: Sequence[Link], site_url: str) -> list[dict[str, str]]:
    return [{"name": link.text, "rel": "about", "uri": site_url + link.url} for link in links]


def encode_item(item: Item, text: str) -> bytes:
    """The whole item. text: of the body, plain; a line for each paragraph or heading is left of it."""
    text = "\n".join(line for line in map(str.strip, text.split("\n")) if line)
    if not text:
        return msgspec.json.encode(item) + b"\n"
    body = {"role": "main", "contentType": "text/plain", "charCount": len(text), "value": text}
    return msgspec.json.encode({**item, "representationType": "full", "bodies": [body]}) + b"\n"


def encode_feed(uri: str, *, title: str, language: str, items: Sequence[Item]) -> bytes:
    """A feed: an item made of others, the newest first, without their texts."""
    newest = max((item["versionCreated"] for item in items), default="")
    feed = {"uri": uri, "type": "composite", "language": language, "title": title, "headlines": [{"role": "main", "value": title}], "standard": _STANDARD}
    dates = {"versionCreated": newest} if newest else {}
    return msgspec.json.encode({**feed, **dates, "associations": [{"name": item["slugline"], "rel": "item", **item} for item in items]}) + b"\n"
