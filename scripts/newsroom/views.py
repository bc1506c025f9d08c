"""What each kind of page shows: the only thing its template sees, so a page cannot depend on what its fingerprint lacks.

All texts are chosen, dates are dates, numbers are already written the language's way. URLs are site paths without a leading
slash ("kk/news/2022/forum/"); templates make them relative with `url()`. Frozen, cheap to send to another process.
"""

from __future__ import annotations

from datetime import date

import msgspec

from .model import DisputeStatus, DocumentType, EventFormat, Picture


class View(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a template may see."""


class Phrase(View):
    """A text and the language it is written in; templates put a `lang` attribute where it is not the page's."""

    text: str
    language: str


class Link(View):
    text: str
    url: str


class CountedLink(View):
    text: str
    url: str
    count: int
    """How many stories stand behind the link."""


class LanguageLink(View):
    """One entry of the language switch."""

    language: str
    name: str
    """The language's name in itself."""
    url: str
    is_current: bool
    is_same_page: bool
    """False when the page has no version in that language and the link goes to the section or home page instead."""


class Feed(View):
    title: str
    atom_url: str
    json_url: str


class HeadImage(View):
    """What stands for the page where somebody shares a link to it; the URL is absolute."""

    url: str
    width: int
    height: int
    alt: str
    is_own: bool = False
    """True for a picture or card of the story, false for the card of the whole language."""


class Head(View):
    """What stands in <head>; absolute URLs."""

    title: str
    description: str
    canonical_url: str
    linked_data: str = ""
    """JSON-LD, as JSON; not yet safe inside of a script element."""
    locale: str = ""
    """As Open Graph writes it: kk_KZ."""
    other_locales: tuple[str, ...] = ()
    calendar_url: str = ""
    ninjs_url: str = ""
    section: str = ""
    """Kind of an article."""
    modified: date | None = None
    """Of an article with corrections: the day of the last."""
    alternates: tuple[tuple[str, str], ...] = ()
    """(hreflang, absolute URL), x-default among them."""
    feeds: tuple[Feed, ...] = ()
    published: date | None = None
    is_article: bool = False
    is_indexed: bool = True
    image: HeadImage | None = None


class Card(View):
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


class PersonLine(View):
    name: str
    url: str
    role: Phrase | None = None


class EventView(View):
    name: Phrase
    start: date
    format: EventFormat | None
    end: date | None = None
    venue: Phrase | None = None
    region: Link | None = None
    time: str = ""
    """HH:MM, "10:00–12:00", or words, by the clocks of the place."""
    file_url: str = ""
    """Of the event as an iCalendar file."""


class CorrectionView(View):
    date: date
    text: str


class FigureView(View):
    label: str
    """Name of the measure."""
    value: str
    """Written the language's way, with its qualifier and unit."""
    of: str = ""
    """The whole that value is a part of."""


class FigureGroup(View):
    """Figures of one scope and day."""

    scopes: tuple[Link, ...]
    """Region, union or both; none means the whole country."""
    as_of: date
    figures: tuple[FigureView, ...]


class DocumentView(View):
    title: Phrase
    type: DocumentType
    date: date | None = None
    parties: tuple[str, ...] = ()
    file_url: str = ""


class DisputeView(View):
    employer: Phrase
    issue: Phrase
    status: DisputeStatus
    action: Phrase | None = None
    outcome: Phrase | None = None
    region: Link | None = None


class AwardView(View):
    name: Phrase
    to: tuple[Link, ...] = ()
    date: date | None = None


class PictureView(View):
    url: str
    """Of the folder of its files."""
    picture: Picture
    alt: Phrase
    caption: Phrase | None = None
    credit: Phrase | None = None


class ArticleView(View):
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
    corrections: tuple[CorrectionView, ...] = ()
    versions: tuple[LanguageLink, ...] = ()
    """The other language versions that exist."""
    original: LanguageLink | None = None
    """The version this one was translated from; None on the original."""
    lead: PictureView | None = None
    """Stands over the text."""
    gallery: tuple[PictureView, ...] = ()


class Strip(View):
    """Stories of one kind."""

    kind: CountedLink
    cards: tuple[Card, ...]


class Tile(View):
    """A region on the map of tiles."""

    code: str
    """ISO 3166-2: KZ-61."""
    label: str
    url: str
    count: int
    """Stories of the last year."""
    step: int
    """0 (none) to 3 (many): how dark the tile is."""
    row: int
    """From 1; 0 for a region without a place of its own."""
    column: int


class FigureLine(View):
    """A figure in a list, with the story it comes from."""

    figure: FigureView
    measure_url: str
    """Of all figures of the measure."""
    as_of: date
    scope: str
    """Name of the region or union; empty for the whole country."""
    story: Phrase
    url: str


class HomeView(View):
    lead: Card | None
    picture: PictureView | None
    """The first of the lead's."""
    newest: tuple[Card, ...]
    strips: tuple[Strip, ...]
    tiles: tuple[Tile, ...]
    steps: tuple[str, ...]
    """What each step of the map means: "0", "1–2"."""
    unions: tuple[CountedLink, ...]
    years: tuple[CountedLink, ...]
    coming: tuple[EventCard, ...]
    past: tuple[EventCard, ...]
    calendar_url: str
    figures: tuple[FigureLine, ...]
    figures_url: str


class DayView(View):
    """The stories of one day."""

    date: date
    cards: tuple[Card, ...]


class PeriodView(View):
    """All stories of one year or month, of everything or of one entity."""

    title: str
    up: Link
    """The page above: the entity, the archive or the year."""
    days: tuple[DayView, ...] = ()
    """Newest first; only the newest when the year is split by month."""
    months: tuple[CountedLink, ...] = ()
    siblings: tuple[Link, ...] = ()
    """The other years; without counts, so that a new story leaves their pages alone."""


class EventCard(View):
    """An event in the calendar; it leads to the story that reports it."""

    event: EventView
    url: str
    language: str
    """Of the story's version that the link leads to."""
    foreign_name: str = ""
    """Name, in the page's language, of that language when it is not the page's; else empty."""


class EventGroup(View):
    """The events that begin in one month."""

    heading: str
    events: tuple[EventCard, ...]


class CalendarView(View):
    """The calendar's first page, or the events of a year or month."""

    title: str
    up: Link | None = None
    """The page above; None on the first page."""
    coming: tuple[EventCard, ...] = ()
    """The next one first; on the first page only, like `past`."""
    past: tuple[EventCard, ...] = ()
    groups: tuple[EventGroup, ...] = ()
    """The last month first; events in the order of days."""
    months: tuple[CountedLink, ...] = ()
    years: tuple[CountedLink, ...] = ()
    siblings: tuple[Link, ...] = ()
    feed_url: str = ""
    """Of the iCalendar feed; on the first page only."""


class ListGroup(View):
    heading: str
    """A letter, or empty for a list without groups."""
    links: tuple[CountedLink, ...]


class ListView(View):
    """All regions, unions, people, kinds or years."""

    section: str
    title: str
    lead: str
    groups: tuple[ListGroup, ...]


class SearchView(View):
    """The search page. Without a script it is a way to every story: links to what the stories are listed under."""

    languages: tuple[str, ...]
    """Codes of all languages, the page's own first."""
    kinds: tuple[CountedLink, ...]
    regions: tuple[CountedLink, ...]
    unions: tuple[CountedLink, ...]
    people: Link
    """To the list of people, who may be many."""
    years: tuple[CountedLink, ...]


class NotFoundView(View):
    home: Link
    links: tuple[Link, ...]


class Choice(View):
    """One language on the page at the root of the site."""

    language: str
    name: str
    """The language's name in itself."""
    site_name: str
    organization: str
    invitation: str
    """"Choose a language", in the language."""
    url: str


class RootView(View):
    title: str
    choices: tuple[Choice, ...]


class AnyNotFoundView(View):
    """The 404 page of hosts that know only one: the words of every language."""

    title: str
    pages: tuple[tuple[str, str, str, Link], ...]
    """(language, title, text, link to the home page)."""
