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
    is_own: bool = False
    """True for a picture or card of the story, false for the card of the whole language."""


class Head(_View):
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
    time: str = ""
    """HH:MM, "10:00–12:00", or words, by the clocks of the place."""
    file_url: str = ""
    """Of the event as an iCalendar file."""


class CorrectionView(_View):
    date: date
    text: str


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
    action: Phrase | None = None
    outcome: Phrase | None = None
    region: Link | None = None


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
    corrections: tuple[CorrectionView, ...] = ()
    versions: tuple[LanguageLink, ...] = ()
    """The other language versions that exist."""
    original: LanguageLink | None = None
    """The version this one was translated from; None on the original."""
    lead: PictureView | None = None
    """Stands over the text."""
    gallery: tuple[PictureView, ...] = ()


class Strip(_View):
    """Stories of one kind."""

    kind: CountedLink
    cards: tuple[Card, ...]


class Tile(_View):
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


class FigureLine(_View):
    """A figure in a list, with the story it comes from."""

    figure: FigureView
    measure_url: str
    """Of all figures of the measure."""
    as_of: date
    scope: str
    """Name of the region or union; empty for the whole country."""
    story: Phrase
    url: str


class HomeView(_View):
    lead: Card | None
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


class StoryLink(_View):
    """The story that a fact is taken from."""

    title: Phrase
    url: str
    date: date
    foreign_name: str = ""
    """As on a Card."""


# ---------------------------------------------------------------- figures as data


class ChartDot(_View):
    """One value; x to the right and y downwards, in units of the drawing, written as SVG writes them."""

    x: str
    y: str
    text: str
    """Day and value."""
    is_exact: bool


class ChartTick(_View):
    """A label of a scale and its place on it."""

    place: str
    text: str
    anchor: str = "end"
    """Which end of the text stands there, in SVG's words."""


class Chart(_View):
    """A line chart; its values stand in a table beside it."""

    width: int
    height: int
    left: str
    """Where the drawing begins, right of the labels."""
    label: str
    """What a screen reader says of it."""
    lines: tuple[str, ...]
    """The points of each piece of the line, as SVG writes them."""
    dots: tuple[ChartDot, ...]
    rows: tuple[ChartTick, ...] = ()
    columns: tuple[ChartTick, ...] = ()
    notes: tuple[str, ...] = ()
    """How to read it: what open dots are, where the line is broken and why."""


class FigureRow(_View):
    """One figure of a table."""

    day: date
    text: str
    """The value in words, with qualifier, unit and the whole it is a part of."""
    scopes: tuple[Link, ...] = ()
    """Region, union or both; none means the whole country."""
    measure: Link | None = None
    """On pages that have several."""
    story: StoryLink | None = None
    """None in a table that leaves the stories to another page."""
    region: str = ""
    union: str = ""
    """Ids, for the filter."""


class Series(_View):
    """Figures of one measure and scope, newest first."""

    id: str
    """Of its heading, for links."""
    title: str
    rows: tuple[FigureRow, ...]
    chart: Chart | None = None
    links: tuple[Link, ...] = ()
    """What the title is made of, each with its page; none for the whole country."""
    is_part: bool = False
    """Parts of a whole, where another series has the same links."""
    region: str = ""
    union: str = ""
    """Ids, for the filter."""


class FigureSource(_View):
    """The newest figures of several series that one story gives for one day."""

    day: date
    story: StoryLink
    series: tuple[Series, ...]


class FiguresView(_View):
    """All figures of one measure, region or union, or those of a year or month."""

    title: str
    lead: str
    up: Link
    series: tuple[Series, ...] = ()
    """Each with its table; of a page that is split by year only the charts."""
    rows: tuple[FigureRow, ...] = ()
    """Of a year or month, or the newest of each series on a page that is split by year."""
    is_newest: bool = False
    regions: tuple[tuple[str, str], ...] = ()
    unions: tuple[tuple[str, str], ...] = ()
    """(id, name) of what the filter offers."""
    years: tuple[CountedLink, ...] = ()
    months: tuple[CountedLink, ...] = ()
    siblings: tuple[Link, ...] = ()
    csv_url: str = ""
    json_url: str = ""


class MeasureLine(_View):
    """A measure in the list of all."""

    link: CountedLink
    newest: FigureRow


class FiguresIndexView(_View):
    """All measures that have figures, and the regions and unions that figures are about."""

    measures: tuple[MeasureLine, ...]
    regions: tuple[CountedLink, ...]
    unions: tuple[CountedLink, ...]
    json_url: str


# ---------------------------------------------------------------- registers


class RegisterEntry(_View):
    """A dispute, document or award with its story; one of the three is set."""

    story: StoryLink
    dispute: DisputeView | None = None
    document: DocumentView | None = None
    award: AwardView | None = None


class RegisterView(_View):
    """All labour disputes, documents or awards, or those of a year or month."""

    section: str
    title: str
    lead: str
    entries: tuple[RegisterEntry, ...]
    up: Link | None = None
    """The page above that of a year or month."""
    years: tuple[CountedLink, ...] = ()
    months: tuple[CountedLink, ...] = ()
    siblings: tuple[Link, ...] = ()
    json_url: str = ""


# ---------------------------------------------------------------- regions, unions, people, kinds


class Term(_View):
    """A fact of an entity; a value without a page of its own has no URL."""

    label: str
    values: tuple[Link, ...]


class RoleLine(_View):
    """An office of a person and when it was held; or a person who holds it."""

    text: Phrase
    days: str
    url: str = ""
    story: StoryLink | None = None
    """Of a role that only stories tell."""


class NeighbourLine(_View):
    link: Link
    shared: tuple[Link, ...]
    """What the stories of both are about."""


class EntityView(_View):
    """Landing page of one region, union, person or kind: the newest stories and a link to each year, and what stories say of it."""

    section: str
    section_name: str
    section_url: str
    """Of the list of all regions, unions, people or kinds."""
    name: str
    lead: str
    """One sentence that says what the page is, in the language's own grammar."""
    former: tuple[str, ...] = ()
    """Former names with their days, oldest first."""
    facts: tuple[Term, ...] = ()
    roles: tuple[RoleLine, ...] = ()
    """Of a person, newest first."""
    offices: tuple[RoleLine, ...] = ()
    """People who hold or held an office in the union, or in the region's trade union centre."""
    figures: tuple[FigureSource, ...] = ()
    figures_url: str = ""
    events: tuple[EventCard, ...] = ()
    disputes: tuple[RegisterEntry, ...] = ()
    documents: tuple[RegisterEntry, ...] = ()
    awards: tuple[RegisterEntry, ...] = ()
    neighbours: tuple[NeighbourLine, ...] = ()
    newest: tuple[Card, ...] = ()
    years: tuple[CountedLink, ...] = ()
    feed: Feed | None = None
    calendar_url: str = ""
    """Of the iCalendar file of a region or union."""


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


class EventCard(_View):
    """An event in the calendar; it leads to the story that reports it."""

    event: EventView
    url: str
    language: str
    """Of the story's version that the link leads to."""
    foreign_name: str = ""
    """Name, in the page's language, of that language when it is not the page's; else empty."""


class EventGroup(_View):
    """The events that begin in one month."""

    heading: str
    events: tuple[EventCard, ...]


class CalendarView(_View):
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
