"""The facts of all stories as tables: figures by measure, region and union; disputes, documents, awards, quotations, events.

Pure. Gathers and orders what the originals state and says which page lists which rows; names and texts are chosen by pages. A row
carries the bytes of its own fact, so that the fingerprint of a page covers its rows and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import NamedTuple

import msgspec

from .link import resolve_target
from .model import Award, Dispute, Document, Event, Facts, Figure, Quote, Site, Story

REGISTERS = ("disputes", "documents", "awards")
"""Facts with a page of their own for all of the site, by their name in front matter."""
FIGURE_SECTIONS = ("measures", "regions", "unions")
"""What has a page of its figures."""
ENTITY_FACTS = ("events", "disputes", "documents", "awards", "quotes")
"""Those that the page of a region, union or person shows."""
TABLE_LIMIT = 100
"""A table with more rows is split by year, and a year with more by month."""
NEWEST_ROWS = 20
"""Of a split table on its landing page."""
SERIES_OF_ENTITY = 12
"""Series of figures on the page of a region or union."""
ITEMS_OF_ENTITY = 5
"""Events, disputes and others on the page of a region, union or person."""
ROLES_OF_PERSON = 8
"""That only stories tell."""
NEIGHBOURS = 4
_SUBJECTS = {"regions": ("unions", "people", "kinds"), "unions": ("regions", "people", "kinds")}
"""What regions, and unions, are compared by."""
_KIND_WEIGHT = 0.1
"""All places have the same kinds of story: a kind in common decides only between neighbours that are equal otherwise."""

Fact = Figure | Dispute | Document | Award | Quote | Event


class Row(NamedTuple):
    """One fact of one story."""

    day: date
    """What it is ordered by: the day of a figure, document or award, the story's where it has none."""
    slug: str
    fact: Fact
    key: bytes
    """Of the fact; for fingerprints."""


class SeriesKey(NamedTuple):
    """What figures must share to be compared with each other: the measure and all of the scope."""

    measure: str
    region: str | None
    union: str | None
    is_part: bool
    """They are parts of a whole (4,876 of 6,939)."""


class Neighbour(NamedTuple):
    """Another region, union or person that the same stories are about."""

    id: str
    shared: tuple[tuple[str, str], ...]
    """(section, id) of what both are about, what they share most first; empty between people, who share stories."""


class Table:
    """Rows, newest first, and the pages that they are split over: (0, 0) is the landing page, (year, 0) and (year, month) the others."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = sorted(rows, key=lambda row: row.day, reverse=True)  # stable: of one day those of the newest story come first

    @property
    def is_split(self) -> bool:
        return len(self.rows) > TABLE_LIMIT

    @cached_property
    def by_year(self) -> dict[int, list[Row]]:
        """Of a table that is split; else empty."""
        result: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows if self.is_split else ():
            result[row.day.year].append(row)
        return dict(result)

    @cached_property
    def _by_month(self) -> dict[int, dict[int, list[Row]]]:
        result: dict[int, dict[int, list[Row]]] = {}
        for year, rows in self.by_year.items():
            if len(rows) > TABLE_LIMIT:
                months = result[year] = defaultdict(list)
                for row in rows:
                    months[row.day.month].append(row)
        return result

    def by_month(self, year: int) -> dict[int, list[Row]]:
        """Of a year that is split; else empty."""
        return self._by_month.get(year, {})

    @cached_property
    def periods(self) -> list[tuple[int, int]]:
        """(year, month) of every page."""
        return [(0, 0), *((year, month) for year in self.by_year for month in (0, *self.by_month(year)))]

    def listed(self, year: int = 0, month: int = 0) -> list[Row]:
        """The rows that a page shows one by one; of a period that is split only the newest."""
        if month:
            return self.by_month(year).get(month, [])
        rows = self.by_year.get(year, []) if year else self.rows
        return rows[:NEWEST_ROWS] if (self.by_month(year) if year else self.is_split) else rows

    @cached_property
    def series(self) -> dict[SeriesKey, list[Row]]:
        """The figures of each series, newest first; the series with the newest figure first."""
        result: dict[SeriesKey, list[Row]] = defaultdict(list)
        for row in self.rows:
            result[find_series(row.fact)].append(row)
        return dict(result)


def find_series(figure: Fact) -> SeriesKey:
    assert isinstance(figure, Figure)
    return SeriesKey(figure.measure, figure.region, figure.union, figure.of is not None)


class RoleSpan(NamedTuple):
    """How stories call a person where they say it themselves."""

    slug: str
    """Of the newest story that does."""
    language: str
    """Of that story's original."""
    role: dict[str, str]
    first: date
    last: date


class Registers:
    """All tables of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        rows: dict[str, list[Row]] = {name: [] for name in REGISTERS}
        figures: dict[tuple[str, str], list[Row]] = defaultdict(list)
        members: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for story in site.stories.values():
            for name, fact in _list_facts(story):
                row = _make_row(story, fact, site)
                if name in rows:
                    rows[name].append(row)
                for owner in _list_owners(fact, story.facts):
                    if isinstance(fact, Figure):
                        figures[owner].append(row)
                    else:
                        members[name, *owner].append(row)
        self.tables = {name: Table(each) for name, each in rows.items()}
        """Of each register."""
        self.figures = {owner: Table(each) for owner, each in figures.items()}
        """(section, id) -> figures of that measure, region or union; only of those that have any."""
        self._members = {owner: sorted(each, key=lambda row: row.day, reverse=True) for owner, each in members.items()}

    def list_facts(self, name: str, section: str, id: str) -> list[Row]:
        """The newest events, disputes, documents, awards or quotations of a region, union or person."""
        return self._members.get((name, section, id), [])[:ITEMS_OF_ENTITY]

    def list_series(self, section: str, id: str) -> list[SeriesKey]:
        """What the page of a region or union shows of its figures: the series with the newest ones."""
        table = self.figures.get((section, id))
        return list(table.series)[:SERIES_OF_ENTITY] if table else []

    def list_roles(self, person: str) -> list[RoleSpan]:
        """The roles that stories give a person, newest first; without those that the authority file gives."""
        spans: dict[bytes, RoleSpan] = {}
        for slug in self._site.members.get(("people", person), []):
            story = self._site.stories[slug]
            for item in story.facts.people:
                if item.person == person and isinstance(item.role, dict):
                    key = msgspec.msgpack.encode(item.role)
                    known = spans.get(key)
                    spans[key] = known._replace(first=story.date) if known else RoleSpan(slug, story.original.language, item.role, story.date, story.date)
        return list(spans.values())[:ROLES_OF_PERSON]

    # ------------------------------------------------------------ neighbours

    def find_neighbours(self, section: str, id: str) -> list[Neighbour]:
        """Regions, or unions, whose stories share most with this one's; people who are in the same stories."""
        if section == "people":
            return self._find_companions(id)
        return self._neighbours.get((section, id), [])

    @cached_property
    def _neighbours(self) -> dict[tuple[str, str], list[Neighbour]]:
        result = {}
        for section, subject_sections in _SUBJECTS.items():
            profiles = {id: self._count_subjects(slugs, subject_sections) for (of, id), slugs in sorted(self._site.members.items()) if of == section}
            for id in profiles:
                result[section, id] = _rank_neighbours(id, profiles)
        return result

    def _count_subjects(self, slugs: list[str], sections: tuple[str, ...]) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for slug in slugs:
            for subject in _list_subjects(self._site.stories[slug].facts, sections):
                counts[subject] += 1
        return counts

    def _find_companions(self, person: str) -> list[Neighbour]:
        counts: dict[str, int] = defaultdict(int)
        for slug in self._site.members.get(("people", person), []):
            for _, id in set(_list_subjects(self._site.stories[slug].facts, ("people",))):
                counts[id] += 1
        counts.pop(person, None)
        ranked = sorted(counts, key=lambda id: (-counts[id], id))
        return [Neighbour(id, ()) for id in ranked[:NEIGHBOURS]]


def _list_facts(story: Story) -> Iterator[tuple[str, Fact]]:
    """(name of the field, fact); a dispute with its region."""
    facts = story.facts
    for figure in facts.figures:
        yield "figures", figure
    for document in facts.documents:
        yield "documents", document
    for dispute in facts.disputes:
        yield "disputes", msgspec.structs.replace(dispute, region=find_dispute_region(dispute, facts))
    for award in facts.awards:
        yield "awards", award
    for quote in facts.quotes:
        yield "quotes", quote
    if facts.event:
        yield "events", facts.event


def find_dispute_region(dispute: Dispute, facts: Facts) -> str | None:
    """Where a dispute was; None when that cannot be told: of several regions of a story it belongs to one."""
    if dispute.region:
        return dispute.region
    if facts.event and facts.event.region:
        return facts.event.region
    return facts.regions[0] if len(facts.regions) == 1 else None


def _make_row(story: Story, fact: Fact, site: Site) -> Row:
    key = msgspec.msgpack.encode((fact, story.original.language))  # the language in which a text without a translation is shown
    if isinstance(fact, Document) and fact.file:
        key += repr(site.attachments.get(resolve_target(story.original.path, fact.file).path)).encode()
    day = fact.as_of if isinstance(fact, Figure) else fact.start if isinstance(fact, Event) else fact.date if isinstance(fact, (Document, Award)) else None
    return Row(day or story.date, story.slug, fact, key)


def _list_owners(fact: Fact, facts: Facts) -> Iterator[tuple[str, str]]:
    """(section, id) of everything on whose page a fact stands."""
    if isinstance(fact, Figure):
        yield from ((section, id) for section, id in zip(FIGURE_SECTIONS, (fact.measure, fact.region, fact.union), strict=True) if id)
    elif isinstance(fact, Award):
        yield from (("people", id) for id in dict.fromkeys(fact.to))
    elif isinstance(fact, Quote):
        yield "people", fact.person
        yield from (("unions", id) for id in facts.unions)
    elif isinstance(fact, Document):
        yield from ((section, id) for section, _, id in (party.partition("/") for party in dict.fromkeys(fact.parties)))
    else:
        region = fact.region
        yield from (("regions", id) for id in ((region,) if region or isinstance(fact, Dispute) else facts.regions) if id)
        yield from (("unions", id) for id in facts.unions)
        if isinstance(fact, Event):
            yield from (("people", id) for id in dict.fromkeys(item.person for item in facts.people))


def _list_subjects(facts: Facts, sections: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for section in sections:
        if section == "people":
            yield from ((section, item.person) for item in facts.people)
        elif section == "kinds":
            yield section, facts.kind or ""
        else:
            yield from ((section, id) for id in (facts.regions if section == "regions" else facts.unions))


def _rank_neighbours(id: str, profiles: dict[str, dict[tuple[str, str], int]]) -> list[Neighbour]:
    """Those that share a union, region or person, by the share that is common to both; equal ones by id."""
    own = profiles[id]
    own_size = sum(own.values())
    ranked = []
    for other, theirs in profiles.items():
        common = {subject: min(count, theirs[subject]) for subject, count in own.items() if subject in theirs} if other != id else {}
        named = [subject for subject in common if subject[0] != "kinds"]
        if named:
            score = sum(count * (_KIND_WEIGHT if section == "kinds" else 1) for (section, _), count in sorted(common.items())) / (own_size + sum(theirs.values()))
            ranked.append((-score, Neighbour(other, tuple(sorted(named, key=lambda subject: (-common[subject], subject)))[:3])))
    return [neighbour for _, neighbour in sorted(ranked)[:NEIGHBOURS]]
