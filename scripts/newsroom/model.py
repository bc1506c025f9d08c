"""The types that pass between stages.

No behaviour beyond what a type says of itself, no I/O. Everything is frozen; texts that exist in several languages are
mappings from language code to text (`Text`). Dates are `datetime.date`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Text = dict[str, str]
"""One text in several languages: language code -> text. Never empty."""

LocalText = str | dict[str, str]
"""The same as an editor may write it: a plain text stands in the language of the original."""

SECTIONS = ("regions", "unions", "people", "organizations", "kinds", "measures")
"""The authority files, by name."""

SITE_SECTIONS = ("regions", "unions", "people", "kinds")
"""Those that have pages of their own."""

Qualifier = Literal["exact", "about", "more-than", "less-than"]
DocumentType = Literal[
    "memorandum", "resolution", "agreement", "collective-agreement", "action-plan", "charter", "report", "letter", "other"
]
DisputeStatus = Literal["resolved", "open"]
TargetKind = Literal["external", "fragment", "article", "docs", "attachment", "wrong"]
EventFormat = Literal["in-person", "videoconference", "hybrid"]


class _Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


# ---------------------------------------------------------------- what an original states (its front matter)


class Participation(_Frozen):
    """A person in a story. Without a role, the person's dated role of the authority file is shown."""

    person: str
    role: LocalText | None = None


class Event(_Frozen):
    """What the story reports on."""

    name: LocalText
    start: date
    end: date | None = None
    """Last day; None when the event lasted one day."""
    time: str | None = None
    """HH:MM on the first day, by the clocks of the event's region; None: no time is known."""
    end_time: str | None = None
    """HH:MM on the last day."""
    venue: LocalText | None = None
    region: str | None = None
    format: EventFormat | None = None
    """None: the source does not say."""


class Figure(_Frozen):
    """One number the story gives, as data. Without region and union its scope is the whole country."""

    measure: str
    """Id of authority/measures.yml; its unit is said there."""
    value: int | float
    as_of: date
    qualifier: Qualifier = "exact"
    of: int | float | None = None
    """The whole that value is a part of (4,876 of 6,939)."""
    region: str | None = None
    union: str | None = None


class Document(_Frozen):
    """A document signed, adopted or presented."""

    title: LocalText
    type: DocumentType = "other"
    date: date | None = None
    parties: list[str] = []
    """Organizations, unions or people, in any spelling."""
    file: str | None = None
    """Path of a file, relative to the story's own file."""


class Dispute(_Frozen):
    """A labour dispute: who, about what, what was done, how it ended."""

    employer: LocalText
    issue: LocalText
    action: LocalText | None = None
    """What the union or others did about it."""
    outcome: LocalText | None = None
    status: DisputeStatus = "open"
    region: str | None = None
    """Where it was; None: where the event was, else the only region of the story."""


class Award(_Frozen):
    """An award given at the event."""

    name: LocalText
    to: list[str] = []
    """People, in any spelling."""
    date: date | None = None


class Quote(_Frozen):
    """Words of a person that the story reports."""

    person: str
    """In any spelling."""
    text: LocalText
    """Without quotation marks; in the language they were said in, and in translations."""


class Correction(_Frozen):
    """What was wrong in a published version and has been put right, in the version's own language."""

    date: date
    text: str


class PictureItem(_Frozen):
    """A picture of a story. On a translation only its texts; the file says whose."""

    file: str
    """Path relative to the story's own file."""
    alt: LocalText | None = None
    """What the picture shows, for those who do not see it; an original must have it."""
    caption: LocalText | None = None
    credit: LocalText | None = None
    """Who made the picture."""


class FrontMatter(_Frozen):
    """The front matter of one article file, as written."""

    title: str
    summary: str = ""
    original: str | None = None
    """Language code of the original; None says that this file is the original."""
    corrections: list[Correction] = []
    date: date | None = None
    kind: str | None = None
    byline: str | None = None
    """An organization or a person, in any spelling."""
    place: LocalText | None = None
    """The dateline's place."""
    regions: list[str] = []
    unions: list[str] = []
    organizations: list[str] = []
    people: list[Participation] = []
    event: Event | None = None
    figures: list[Figure] = []
    documents: list[Document] = []
    disputes: list[Dispute] = []
    awards: list[Award] = []
    quotes: list[Quote] = []
    pictures: list[PictureItem] = []
    """The first stands over the text, the others below it."""


FACT_FIELDS = (
    "date", "kind", "byline", "place", "regions", "unions", "organizations", "people",
    "event", "figures", "documents", "disputes", "awards", "quotes",
)  # fmt: skip
"""The fields that belong to the story and stand in its original; the others belong to each version."""


# ---------------------------------------------------------------- what check makes of the files


class Facts(_Frozen):
    """What a story states, resolved: every LocalText is a `Text`, every region, union, person, kind and measure an id.

    byline and parties are references of the form "section/id", since they may name a person, a union or an organization.
    On a translation only the fields that it repeats are set.
    """

    date: date | None = None
    kind: str | None = None
    byline: str | None = None
    place: Text | None = None
    regions: tuple[str, ...] = ()
    unions: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    people: tuple[Participation, ...] = ()
    event: Event | None = None
    figures: tuple[Figure, ...] = ()
    documents: tuple[Document, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    awards: tuple[Award, ...] = ()
    quotes: tuple[Quote, ...] = ()
    pictures: tuple[PictureItem, ...] = ()
    """Not a fact, but kept and compared with them: plain texts of a translation stand in its own language."""


class Mention(_Frozen, array_like=True):
    """How one spelling in front matter was resolved: an article is checked again when this would come out otherwise."""

    sections: tuple[str, ...]
    spelling: str
    reference: str
    """section/id."""


class Article(_Frozen):
    """One checked article file. Does not hold the body: it is read again when the page is rendered."""

    path: str
    year: int
    """Of the folder; equal to the year of the date on an original."""
    slug: str
    language: str
    original_language: str
    title: str
    summary: str
    digest: bytes
    """Of the whole file, 16 bytes."""
    facts_digest: bytes
    """Of the facts; a translation of which only the body changed keeps its neighbours' fingerprints."""
    card_digest: bytes
    """Of what a list shows of this file alone: title, summary, language."""
    facts: Facts
    corrections: tuple[Correction, ...] = ()
    stated: tuple[str, ...] = ()
    """Names of the fact fields that the file gives."""
    mentions: tuple[Mention, ...] = ()
    targets: tuple[Target, ...] = ()

    @property
    def is_original(self) -> bool:
        return self.language == self.original_language


class Target(_Frozen, array_like=True):
    """The destination of a link or picture in a body, and what it means by its form alone (link.resolve_target)."""

    destination: str
    """As written, with percent-escapes and entities decoded."""
    is_image: bool = False
    kind: TargetKind = "wrong"
    path: str = ""
    """Of an article, a page of docs/ or an attachment, relative to the project folder."""
    slug: str = ""
    language: str = ""
    """Of a linked article."""
    fragment: str = ""
    fault: str = ""
    """Problem code of a wrong one."""


PICTURE_WIDTHS = (480, 800, 1200, 1600)
"""Pixels."""


class Picture(_Frozen, array_like=True):
    """A picture as it is published: in several widths, each as AVIF and as JPEG."""

    width: int
    height: int
    """Pixels of the largest, upright."""
    digest: bytes
    """Of the original's bytes, 16 bytes."""

    @property
    def widths(self) -> tuple[int, ...]:
        """Growing; the last is that of the largest."""
        return (*(width for width in PICTURE_WIDTHS if width < self.width), self.width)

    @property
    def file_names(self) -> tuple[str, ...]:
        """Of all files, the smallest first, AVIF before JPEG."""
        return tuple(f"{width}{suffix}" for width in self.widths for suffix in (".avif", ".jpg"))


# ---------------------------------------------------------------- what link makes of the articles


class Story(msgspec.Struct, frozen=True):
    """One story with its versions."""

    slug: str
    year: int
    original: Article
    versions: dict[str, Article]
    """Language code -> article; holds the original too."""
    related: tuple[str, ...] = ()
    """Slugs of other stories, nearest first."""

    @property
    def date(self) -> date:
        assert self.original.facts.date is not None
        return self.original.facts.date

    @property
    def facts(self) -> Facts:
        return self.original.facts

    def version_for(self, language: str) -> Article:
        """The version in the language, else the original."""
        return self.versions.get(language, self.original)

    def modified(self, language: str) -> date:
        """The day of the version's last correction; of the story when it has none."""
        corrections = self.version_for(language).corrections
        return max(self.date, *(correction.date for correction in corrections)) if corrections else self.date


class Site(msgspec.Struct, frozen=True):
    """All stories, newest first, and which of them belong to each region, union, person and kind."""

    stories: dict[str, Story]
    members: dict[tuple[str, str], list[str]]
    """(section, entity id) -> slugs, newest first."""
    attachments: dict[str, tuple[int, ...]]
    """Path of each picture or document -> its stamp (what tells that it changed)."""
    pictures: dict[str, Picture] = {}
    """By path, those that stories show. A preview looks into them one by one, and leaves this empty."""
