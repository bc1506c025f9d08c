"""What the pages of figures, registers and entities show: views.py goes on here."""

from __future__ import annotations

from datetime import date

from .views import AwardView, Card, CountedLink, DisputeView, DocumentView, EventCard, Feed, Link, Phrase, View


class StoryLink(View):
    """The story that a fact is taken from."""

    title: Phrase
    url: str
    date: date
    foreign_name: str = ""
    """As on a Card."""


# ---------------------------------------------------------------- figures as data


class ChartDot(View):
    """One value; x to the right and y downwards, in units of the drawing, written as SVG writes them."""

    x: str
    y: str
    text: str
    """Day and value."""
    is_exact: bool


class ChartTick(View):
    """A label of a scale and its place on it."""

    place: str
    text: str
    anchor: str = "end"
    """Which end of the text stands there, in SVG's words."""


class Chart(View):
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


class FigureRow(View):
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


class Series(View):
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


class FigureSource(View):
    """The newest figures of several series that one story gives for one day."""

    day: date
    story: StoryLink
    series: tuple[Series, ...]


class FiguresView(View):
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


class MeasureLine(View):
    """A measure in the list of all."""

    link: CountedLink
    newest: FigureRow


class FiguresIndexView(View):
    """All measures that have figures, and the regions and unions that figures are about."""

    measures: tuple[MeasureLine, ...]
    regions: tuple[CountedLink, ...]
    unions: tuple[CountedLink, ...]
    json_url: str


# ---------------------------------------------------------------- registers


class QuoteView(View):
    """Words of a person."""

    text: Phrase
    person: Link | None = None
    """None on the person's own page."""


class RegisterEntry(View):
    """A dispute, document, award or quotation with its story; one of the four is set."""

    story: StoryLink
    dispute: DisputeView | None = None
    document: DocumentView | None = None
    award: AwardView | None = None
    quote: QuoteView | None = None


class RegisterView(View):
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


class Term(View):
    """A fact of an entity; a value without a page of its own has no URL."""

    label: str
    values: tuple[Link, ...]


class RoleLine(View):
    """An office of a person and when it was held; or a person who holds it."""

    text: Phrase
    days: str
    url: str = ""
    story: StoryLink | None = None
    """Of a role that only stories tell."""


class NeighbourLine(View):
    link: Link
    shared: tuple[Link, ...]
    """What the stories of both are about."""


class EntityView(View):
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
    quotes: tuple[RegisterEntry, ...] = ()
    neighbours: tuple[NeighbourLine, ...] = ()
    newest: tuple[Card, ...] = ()
    years: tuple[CountedLink, ...] = ()
    feed: Feed | None = None
    calendar_url: str = ""
    """Of the iCalendar file of a region or union."""
