"""The pages of regions, unions, people and kinds: what the authority files say of them and what stories state about them.

The last of the page makers: what makes these pages makes all others too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from .authority import DatedItem, Entity, Person, Region, Role, Union
from .calendar_pages import view_events
from .charts import SMALL
from .data_pages import DataPages
from .data_views import EntityView, FigureSource, NeighbourLine, RoleLine, Term
from .languages import Language
from .plan import CALENDAR_SECTIONS, FEED_SECTIONS
from .registers import Neighbour, RoleSpan
from .render import PageJob
from .urls import Recipe, calendar_feed_url, figures_url, index_url, section_url
from .views import Link, Phrase


class EntityPages(DataPages):
    """Makes every page of the site."""

    def _make_entity(self, recipe: Recipe, language: Language) -> PageJob:
        section, id = recipe.section, recipe.id
        entity, index, registers = self._authority.get(section, id), self._planner.index(section, id), self._planner.registers
        name, lead = entity.name(language.code), _write_lead(entity, language)
        entries = {kind: self._view_entries(registers.list_facts(kind, section, id), language, page_of=(section, id)) for kind in ("disputes", "documents", "awards", "quotes")}
        view = EntityView(
            section=section, section_name=language.text(section), section_url=section_url(language.code, section), name=name, lead=lead,
            former=tuple(_write_dated(former, dates, language) for former, dates in entity.former_names(language.code)),
            facts=tuple(self._list_facts(entity, language)), roles=tuple(self._list_roles(entity, language)), offices=tuple(self._list_offices(entity, language)),
            figures=tuple(self._list_newest_figures(section, id, language)), figures_url=figures_url(language.code, section, id) if (section, id) in registers.figures else "",
            events=view_events((row.slug for row in registers.list_facts("events", section, id)), self._planner, language),
            **entries, neighbours=tuple(self._view_neighbour(item, section, language) for item in registers.find_neighbours(section, id)),
            newest=self._view_cards(index.newest, language), years=self._count_years(section, id, language),
            feed=self._make_feed(section, id, language, absolute=False) if section in FEED_SECTIONS else None,
            calendar_url=calendar_feed_url(language.code, section, id) if section in CALENDAR_SECTIONS else "",
        )  # fmt: skip
        nodes = [self._describe.union(entity, language)] if isinstance(entity, Union) else []
        path = ((language.text(section), section_url(language.code, section)),)
        return self._wrap(recipe, "entity.html", view, self._make_head(recipe, name, lead, is_indexed=bool(index.slugs), path=path, nodes=nodes))

    # ------------------------------------------------------------ what the authority files say

    def _list_facts(self, entity: Entity, language: Language) -> Iterator[Term]:
        code = language.code
        if isinstance(entity, Region):
            yield from self._list_region_facts(entity, language)
        elif isinstance(entity, Union):
            yield Term(language.text("sector"), (Link(entity.sector[code], ""),))
            if entity.member_since:
                yield Term(language.text("member-since"), (Link(language.date(entity.member_since), ""),))

    def _list_region_facts(self, region: Region, language: Language) -> Iterator[Term]:
        code = language.code
        if region.centres:
            centres = [_write_dated(centre.text[code], centre, language) for centre in sorted(region.centres, key=_begin, reverse=True)]
            yield Term(language.text("centre"), tuple(Link(text, "") for text in centres))
        if region.since:
            yield Term(language.text("since"), (Link(language.date(region.since), ""),))
        if region.predecessors:
            yield Term(language.text("predecessors"), tuple(self._link_region(id, language, region.since) for id in region.predecessors))
        heirs = [other for other in self._authority.entities("regions") if isinstance(other, Region) and region.id in other.predecessors]
        if heirs:
            links = [self._link_region(heir.id, language, heir.since) for heir in heirs]
            yield Term(language.text("successors"), tuple(Link(_write_dated(link.text, heir, language), link.url) for link, heir in zip(links, heirs, strict=True)))
        if organization := self._authority.find_centre(region.id):
            yield Term(language.text("union-centre"), (Link(organization.name(code), ""),))

    def _link_region(self, id: str, language: Language, day: date | None) -> Link:
        """By the name it had on that day."""
        return Link(self._authority.get("regions", id).name(language.code, day), index_url(language.code, "regions", id))

    def _list_offices(self, entity: Entity, language: Language) -> Iterator[RoleLine]:
        """People with a dated role in the union, or in the region's trade union centre, the present ones first."""
        centre = self._authority.find_centre(entity.id) if isinstance(entity, Region) else entity if isinstance(entity, Union) else None
        people = self._authority.entities("people") if centre else ()
        held = [(role, person) for person in people if isinstance(person, Person) for role in person.roles if centre and role.organization == centre.id]
        for role, person in sorted(held, key=lambda pair: (_begin(pair[0]), pair[1].id), reverse=True):
            name = Phrase(person.name(language.code), language.code)
            yield RoleLine(name, _write_dated(role.title[language.code], role, language), index_url(language.code, "people", person.id))

    def _list_roles(self, entity: Entity, language: Language) -> Iterator[RoleLine]:
        """The roles of a person through the years, newest first: those of the authority file, then those that only stories tell."""
        if not isinstance(entity, Person):
            return
        for role in sorted(entity.roles, key=_begin, reverse=True):
            yield RoleLine(Phrase(role.title[language.code], language.code), _write_days(role, language))
        known = {text for role in entity.roles for text in role.title.values()}
        for span in self._planner.registers.list_roles(entity.id):
            if known.isdisjoint(span.role.values()):
                yield self._view_span(span, language)

    def _view_span(self, span: RoleSpan, language: Language) -> RoleLine:
        code = next(code for code in (language.code, span.language, *span.role) if code in span.role)
        return RoleLine(Phrase(span.role[code], code), language.date_range(span.first, span.last), story=self._link_story(span.slug, language))

    # ------------------------------------------------------------ what stories state

    def _list_newest_figures(self, section: str, id: str, language: Language) -> Iterator[FigureSource]:
        """The newest figure of each series, those of one story and day together."""
        registers = self._planner.registers
        for (day, slug), keys in groupby(registers.list_series(section, id), lambda key: registers.figures[section, id].series[key][0][:2]):
            series = tuple(self._view_series(key, registers.figures[section, id], language, of=section, size=SMALL) for key in keys)
            yield FigureSource(day, self._link_story(slug, language), series)

    def _view_neighbour(self, neighbour: Neighbour, section: str, language: Language) -> NeighbourLine:
        shared = tuple(self._link_now(*reference, language) for reference in neighbour.shared)
        return NeighbourLine(self._link_now(section, neighbour.id, language), shared)

    def _link_now(self, section: str, id: str, language: Language) -> Link:
        return Link(self._authority.get(section, id).short_name(language.code), index_url(language.code, section, id))


def _begin(dates: DatedItem) -> date:
    return dates.since or date.min


def _write_lead(entity: Entity, language: Language) -> str:
    name = entity.name(language.code)
    key = {"regions": "region-lead", "unions": "union-lead", "people": "person-lead", "kinds": "kind-lead"}[entity.section]
    return language.text(key, inside=entity.inside(language.code)) if isinstance(entity, Region) else language.text(key, name=name)


def _list_days(dates: DatedItem, language: Language) -> Iterable[str]:
    """First and last day, or year, as texts; empty for one that is not known."""
    days = (dates.first_year, dates.last_year) if dates.is_by_year else (dates.since, dates.until)
    return ["" if day is None else str(day) if isinstance(day, int) else language.date(day) for day in days]


def _write_dated(text: str, dates: DatedItem, language: Language) -> str:
    """A text with the days, or years, between which it holds; alone when no day is known."""
    since, until = _list_days(dates, language)
    if since and since == until:
        return f"{text} ({since})"
    if since and until:
        return language.text("valid-between", name=text, since=since, until=until)
    if since or until:
        return language.text("valid-since" if since else "valid-until", name=text, date=since or until)
    return text


def _write_days(role: Role, language: Language) -> str:
    """The days, or years, of a role; empty when none is known."""
    since, until = _list_days(role, language)
    if since == until:
        return since
    if since and until:
        return f"{since} – {until}"
    return language.text("days-since", date=since) if since else language.text("days-until", date=until)
