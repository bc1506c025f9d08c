"""What each kind of page shows: the only thing its template sees, so a page cannot depend on what its fingerprint lacks.

All texts are chosen, dates are dates, numbers are already written the language's way. URLs are site paths without a leading
slash ("kk/news/2022/forum/"); templates make them relative with `url()`. Frozen, cheap to send to another process.
"""

from __future__ import annotations

from datetime import date

import msgspec

from .model import DisputeStatus, DocumentType, EventFormat, Picture


class _View(msgspec.Struct, frozen=True, omit_defaults=True):
    pass


class Phrase(_View):
    """A text and the language it is written in; templates put a `lang` attribute where it is not the page's."""

    text: str
    language: str


class Link(_View):
    text: str
    url: str


class CountedLink(_View):
    text: str
    url: str
    count: int
    """How many stories stand behind the link."""


class LanguageLink(_View):
    """One entry of the language switch."""

    language: str
    name: str
    """The language's name in itself."""
    url: str
    is_current: bool
    is_same_page: bool
    """False when the page has no version in that language and the link goes to the section or home page instead."""


class Feed(_View):
    title: str
    atom_url: str
    json_url: str


class HeadImage(_View):
    """What stands for the page where somebody shares a link to it; the URL is absolute."""

    url: str
    width: int
    height: int
    alt: str


class Head(_View):
    """What stands in <head>; absolute URLs."""

    title: str
    description: str
    canonical_url: str
    alternates: tuple[tuple[str, str], ...] = ()
    """(hreflang, absolute URL), x-default among them."""
    feeds: tuple[Feed, ...] = ()
    published: date | None = None
    is_article: bool = False
    is_indexed: bool = True
    image: HeadImage | None = None


class Card(_View):
    """A story in a list."""

    title: Phrase
    summary: Phrase
    url: str
    date: date
    kind: str
    regions: tuple[str, ...] = ()
    """Names in the page's language, as on the story's date."""
    foreign_name: str = ""
    """Name, in the page's language, of the language of a story that has no version in the page's; else empty."""


class PersonLine(_View):
    name: str
    url: str
    role: Phrase | None = None


class EventView(_View):
    name: Phrase
    start: date
    format: EventFormat | None
    end: date | None = None
    venue: Phrase | None = None
    region: Link | None = None


class FigureView(_View):
    label: str
    """Name of the measure."""
    value: str
    """Written the language's way, with its qualifier and unit."""
    of: str = ""
    """The whole that value is a part of."""


class FigureGroup(_View):
    """Figures of one scope and day."""

    scopes: tuple[Link, ...]
    """Region, union or both; none means the whole country."""
    as_of: date
    figures: tuple[FigureView, ...]


class DocumentView(_View):
    title: Phrase
    type: DocumentType
    date: date | None = None
    parties: tuple[str, ...] = ()
    file_url: str = ""


class DisputeView(_View):
    employer: Phrase
    issue: Phrase
    status: DisputeStatus
    outcome: Phrase | None = None


class AwardView(_View):
    name: Phrase
    to: tuple[Link, ...] = ()
    date: date | None = None


class PictureView(_View):
    url: str
    """Of the folder of its files."""
    picture: Picture
    alt: Phrase
    caption: Phrase | None = None
    credit: Phrase | None = None


class ArticleView(_View):
    title: str
    summary: str
    date: date
    kind: Link
    place: Phrase | None = None
    byline: str = ""
    event: EventView | None = None
    people: tuple[PersonLine, ...] = ()
    regions: tuple[Link, ...] = ()
    unions: tuple[Link, ...] = ()
    organizations: tuple[str, ...] = ()
    figures: tuple[FigureGroup, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    disputes: tuple[DisputeView, ...] = ()
    awards: tuple[AwardView, ...] = ()
    related: tuple[Card, ...] = ()
    versions: tuple[LanguageLink, ...] = ()
    """The other language versions that exist."""
    original: LanguageLink | None = None
    """The version this one was translated from; None on the original."""
    lead: PictureView | None = None
    """Stands over the text."""
    gallery: tuple[PictureView, ...] = ()


class HomeView(_View):
    lead: Card | None
    newest: tuple[Card, ...]
    kinds: tuple[CountedLink, ...]
    regions: tuple[CountedLink, ...]
    unions: tuple[CountedLink, ...]
    years: tuple[CountedLink, ...]


class EntityView(_View):
    """Landing page of one region, union, person or kind: the newest stories and a link to each year."""

    section: str
    section_name: str
    section_url: str
    """Of the list of all regions, unions, people or kinds."""
    name: str
    lead: str
    """One sentence that says what the page is, in the language's own grammar."""
    facts: tuple[tuple[str, str], ...] = ()
    """(label, value): centre of a region, roles of a person, former names."""
    newest: tuple[Card, ...] = ()
    years: tuple[CountedLink, ...] = ()
    feed: Feed | None = None


class PeriodView(_View):
    """All stories of one year or month, of everything or of one entity."""

    title: str
    up: Link
    """The page above: the entity, the archive or the year."""
    cards: tuple[Card, ...] = ()
    """Newest first; only the newest when the year is split by month."""
    months: tuple[CountedLink, ...] = ()
    siblings: tuple[Link, ...] = ()
    """The other years; without counts, so that a new story leaves their pages alone."""


class ListGroup(_View):
    heading: str
    """A letter, or empty for a list without groups."""
    links: tuple[CountedLink, ...]


class ListView(_View):
    """All regions, unions, people, kinds or years."""

    section: str
    title: str
    lead: str
    groups: tuple[ListGroup, ...]


class SearchView(_View):
    """The search page. Without a script it is a way to every story: links to what the stories are listed under."""

    languages: tuple[str, ...]
    """Codes of all languages, the page's own first."""
    kinds: tuple[CountedLink, ...]
    regions: tuple[CountedLink, ...]
    unions: tuple[CountedLink, ...]
    people: Link
    """To the list of people, who may be many."""
    years: tuple[CountedLink, ...]


class NotFoundView(_View):
    home: Link
    links: tuple[Link, ...]


class Choice(_View):
    """One language on the page at the root of the site."""

    language: str
    name: str
    """The language's name in itself."""
    site_name: str
    organization: str
    invitation: str
    """"Choose a language", in the language."""
    url: str


class RootView(_View):
    title: str
    choices: tuple[Choice, ...]


class AnyNotFoundView(_View):
    """The 404 page of hosts that know only one: the words of every language."""

    title: str
    pages: tuple[tuple[str, str, str, Link], ...]
    """(language, title, text, link to the home page)."""
