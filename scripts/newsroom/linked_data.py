"""What pages tell machines of themselves: JSON-LD in the words of schema.org, as JSON. Pure.

Made from the views, so that machines are told what readers see. Every URL is absolute. `head.html` makes the JSON safe for a
script element.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from .languages import Language
from .moments import Span, write_moment
from .views import ArticleView, EventView, Head, Link

_ATTENDANCE = {
    "in-person": "OfflineEventAttendanceMode",
    "videoconference": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
Node = dict[str, Any]


class Publisher(NamedTuple):
    """Who publishes the site; absolute URLs."""

    name: str
    url: str
    logo: str = ""


class Origin(NamedTuple):
    """What JSON-LD says of an article besides what its page shows; absolute URLs."""

    author: Node
    span: Span | None = None
    """Of the event."""
    country: str = ""
    """Two letters, of the event's region."""
    original_url: str = ""
    """Of the version that this one was translated from."""
    images: Sequence[str] = ()
    """Of the story, the best first."""


def write_graph(nodes: Iterable[Node]) -> str:
    """The nodes as one JSON-LD document."""
    return msgspec.json.encode({"@context": "https://schema.org", "@graph": list(nodes)}).decode()


def describe_article(view: ArticleView, head: Head, origin: Origin, publisher: Publisher, language: Language, *, site_url: str) -> list[Node]:
    """The article, and the event that it reports."""
    url = head.canonical_url
    modified = head.modified or view.date
    node: Node = {
        "@type": "NewsArticle", "@id": f"{url}#article", "mainEntityOfPage": url, "headline": view.title, "inLanguage": language.code,
        "datePublished": write_moment(view.date), "dateModified": write_moment(modified), "articleSection": view.kind.text,
        "author": origin.author, "publisher": describe_publisher(publisher),
    }  # fmt: skip
    if view.summary:
        node["description"] = view.summary
    if view.place:
        node["dateline"] = f"{view.place.text}, {language.date(view.date)}"
    if origin.images:
        node["image"] = list(origin.images)
    about = [*_describe_links("AdministrativeArea", view.regions, site_url), *_describe_links("Organization", view.unions, site_url)]
    if view.event:
        about.insert(0, {"@id": f"{url}#event"})
    mentions = [{"@type": "Person", "name": person.name, "url": site_url + person.url} for person in view.people]
    mentions += [{"@type": "Organization", "name": name} for name in view.organizations]
    node |= {name: nodes for name, nodes in (("about", about), ("mentions", mentions)) if nodes}
    if origin.original_url:
        node["translationOfWork"] = {"@id": f"{origin.original_url}#article"}
    if view.corrections:
        node["correction"] = [{"@type": "CorrectionComment", "text": item.text, "datePublished": write_moment(item.date)} for item in view.corrections]
    return [node, *([_describe_event(view.event, origin, url, site_url)] if view.event and origin.span else [])]


def _describe_event(event: EventView, origin: Origin, url: str, site_url: str) -> Node:
    """All the days of an event without a time; moments of one that has it."""
    assert origin.span is not None
    span = origin.span
    timed = bool(event.time)
    node: Node = {"@type": "Event", "@id": f"{url}#event", "name": event.name.text, "url": url, "startDate": span.start.isoformat()}
    if timed and span.end is not None or not timed and event.end:
        node["endDate"] = span.end.isoformat() if timed and span.end is not None else _write_day(event.end)
    if event.format:
        node["eventAttendanceMode"] = f"https://schema.org/{_ATTENDANCE[event.format]}"
    if event.venue or event.region:
        place: Node = {"@type": "Place", "name": event.venue.text if event.venue else event.region.text if event.region else ""}
        address: Node = {"@type": "PostalAddress", **({"addressRegion": event.region.text} if event.region else {}), **({"addressCountry": origin.country} if origin.country else {})}
        if len(address) > 1:
            place["address"] = address
        if event.region and not event.venue:
            place["url"] = site_url + event.region.url
        node["location"] = place
    return node


def _write_day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _describe_links(type: str, links: Iterable[Link], site_url: str) -> list[Node]:
    return [{"@type": type, "name": link.text, "url": site_url + link.url} for link in links]


def describe_publisher(publisher: Publisher) -> Node:
    node: Node = {"@type": "Organization", "name": publisher.name, "url": publisher.url}
    return node | {"logo": {"@type": "ImageObject", "url": publisher.logo}} if publisher.logo else node


def describe_site(name: str, url: str, language: str, publisher: Publisher) -> list[Node]:
    """The front page of a language: the site, and the organization that publishes it."""
    organization = {**describe_publisher(publisher), "@id": f"{publisher.url}#publisher"}
    site = {"@type": "WebSite", "@id": f"{url}#site", "name": name, "url": url, "inLanguage": language, "publisher": {"@id": organization["@id"]}}
    return [organization, site]


def describe_organization(name: str, url: str, former_names: Sequence[str], parent: Publisher | None) -> Node:
    """A union on its own page. parent: what it is a member of, when that is known."""
    node: Node = {"@type": "Organization", "@id": f"{url}#organization", "name": name, "url": url}
    if former_names:
        node["alternateName"] = list(former_names)
    if parent:
        node["memberOf"] = describe_publisher(parent)
    return node


def describe_path(steps: Sequence[tuple[str, str]]) -> Node:
    """Where a page stands: (name, absolute URL) from the front page to the page itself."""
    items = [{"@type": "ListItem", "position": position, "name": name, "item": url} for position, (name, url) in enumerate(steps, 1)]
    return {"@type": "BreadcrumbList", "itemListElement": items}
