"""The stories of a generated corpus: what each one states, and the files of its three versions.

A story depends on the seed, its number and the project's authority files alone, so that any process can write any part of a
corpus and still link to stories of the others. Regions are used only on days on which they exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from newsroom.authority import Authority, Entity, Measure, Person, Region

from . import english, kazakh, russian
from .prose import Ranked, Source, Writer, count_words

SEED = 20121016
LANGUAGES = ("kk", "ru", "en")
FIRST_DAY, LAST_DAY = date(2012, 1, 4), date(2026, 10, 30)
FRESH_DAY = date(2026, 11, 2)
"""Of a story that is added to a finished corpus: the newest of all."""
_ORIGINALS = Ranked(LANGUAGES, weights=(5, 4, 1))
_DOCUMENT_TYPES = ("memorandum", "resolution", "agreement", "collective-agreement", "action-plan", "report")
_FORMATS = ("in-person", "videoconference", "hybrid")


class Plan(NamedTuple):
    """What must be known of a story to write it or to link to it."""

    number: int
    day: date
    region: Region
    slug: str
    original: str
    """Language code."""

    def path(self, language: str) -> str:
        """Relative to the folder of all articles."""
        return f"{self.day.year}/{self.slug}.{language}.md"


class Fields:
    """Front matter as it is being written, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, name: str, value: object, *, indent: int = 0, is_item: bool = False) -> None:
        """A field; texts are quoted unless they are plain ids."""
        is_plain = not isinstance(value, str) or value.isascii() and value.replace("-", "").isalnum() and not value[0].isdigit()
        written = str(value) if is_plain else json.dumps(value, ensure_ascii=False)
        self.lines.append(f"{'  ' * indent}{'- ' if is_item else ''}{name}: {written}")

    def add_text(self, name: str, text: dict[str, str], *, indent: int = 0, is_item: bool = False) -> None:
        """A field with a text in every language."""
        self.lines.append(f"{'  ' * indent}{'- ' if is_item else ''}{name}:")
        for code, value in text.items():
            self.add(code, value, indent=indent + 1 + is_item)

    def add_list(self, name: str, values: Sequence[str], *, indent: int = 0) -> None:
        if values:
            self.lines.append(f"{'  ' * indent}{name}:")
            self.lines += [f"{'  ' * indent}  - {json.dumps(value, ensure_ascii=False) if not value.isascii() or ' ' in value else value}" for value in values]

    def open(self, name: str) -> None:
        self.lines.append(f"{name}:")


class StoryWriter:
    """Plans and writes the stories of one corpus."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._writers = {"kk": Writer(kazakh.make_lexicon()), "ru": Writer(russian.make_lexicon()), "en": Writer(english.make_lexicon())}
        self._regions = [entity for entity in authority.entities("regions") if isinstance(entity, Region)]
        self._unions = authority.entities("unions")
        kinds = sorted((entity.id for entity in authority.entities("kinds")), key=lambda id: id != "news")
        self._kinds = Ranked(kinds)
        self._spellings = {entity: list_spellings(authority, entity) for entity in (*self._regions, *self._unions)}

    # ------------------------------------------------------------ plans

    def plan(self, number: int, *, day: date | None = None) -> Plan:
        """The story of a number; with a day, its region is one of that day."""
        source = Random(f"{SEED}/{number}").random
        region = self._regions[number % len(self._regions)]
        if day is None:
            first, last = max(FIRST_DAY, region.since or FIRST_DAY), min(LAST_DAY, (region.until or LAST_DAY) - timedelta(days=1))
            day = first + timedelta(days=int(source() * ((last - first).days + 1)))
        elif not region.is_valid(day):
            region = next(region for region in self._regions if region.is_valid(day))
        return Plan(number, day, region, f"{region.id}-{self._kinds.draw(source)}-{number}", _ORIGINALS.draw(source))

    # ------------------------------------------------------------ files

    def write(self, plan: Plan, *, linked: Plan | None) -> Iterator[tuple[str, str]]:
        """(path, text) of the versions. linked: another story that this one mentions."""
        facts = self._write_facts(plan)
        for language in LANGUAGES:
            source = Random(f"{SEED}/{plan.number}/{language}").random
            writer = self._writers[language]
            given = {"inside": plan.region.inside(language, plan.day), "day": writer.lexicon.write_day(plan.day.year, plan.day.month, plan.day.day)}
            given["union"] = self._choose_union(plan).name(language, plan.day)
            fields = Fields()
            fields.add("title", writer.titles.fill(source, given))
            fields.add("summary", f"{writer.write_paragraph(source, sentences=2)}")
            if language == plan.original:
                fields.lines += facts
            else:
                fields.add("original", plan.original)
            body = "\n\n".join(self._write_body(plan, language, source, given, linked=linked))
            yield plan.path(language), "---\n" + "\n".join(fields.lines) + f"\n---\n\n{body}\n"

    def _write_body(self, plan: Plan, language: str, source: Source, given: dict[str, str], *, linked: Plan | None) -> Iterator[str]:
        """The blocks of an article; the versions of a story share their shape."""
        writer = self._writers[language]
        shape = Random(f"{SEED}/{plan.number}/shape").random
        yield f"{writer.leads.fill(source, given)} {writer.write_paragraph(source, sentences=2)}"
        words, wanted, has_note = 40, 240 + 280 * shape(), shape() < 0.15
        while words < wanted:
            block = "\n\n".join(_write_section(writer, source, shape, plan.day.year))
            words += count_words(block)
            yield block
        if linked is not None:
            link = f"[{writer.headings.fill(source)}](../{linked.path(language)})"
            yield writer.links.fill(source, given | {"link": link})
        yield writer.lexicon.fixture_note + ("[^1]" if has_note else "")
        if has_note:
            yield f"[^1]: {writer.notes.fill(source)}"

    # ------------------------------------------------------------ facts

    def _choose_union(self, plan: Plan) -> Entity:
        """Every union comes up as soon as there are as many stories as unions."""
        return self._unions[(plan.number + plan.number // len(self._regions)) % len(self._unions)]

    def _write_facts(self, plan: Plan) -> list[str]:
        source = Random(f"{SEED}/{plan.number}/facts").random
        fields = Fields()
        fields.add("date", plan.day)
        fields.add("kind", plan.slug.removeprefix(f"{plan.region.id}-").rpartition("-")[0])
        fields.add("byline", self._draw(source, "organizations", plan.day, 1)[0].id)
        fields.add_text("place", {code: plan.region.centre(code, plan.day) or plan.region.short_name(code, plan.day) for code in LANGUAGES})
        fields.add_list("regions", self._draw_regions(source, plan))
        fields.add_list("unions", [self._spell(source, self._choose_union(plan))] if plan.number < len(self._unions) or source() < 0.7 else [])
        fields.add_list("organizations", [entity.id for entity in self._draw(source, "organizations", plan.day, int(source() * 4))])
        for write, share in ((self._add_people, 0.5), (self._add_event, 0.35), (self._add_figures, 0.4), (self._add_documents, 0.25), (self._add_dispute, 0.06), (self._add_award, 0.06)):
            if source() < share:
                write(fields, source, plan)
        return fields.lines

    def _draw(self, source: Source, section: str, day: date, count: int) -> list[Entity]:
        """Different entities of a section that exist on the day."""
        valid = [entity for entity in self._authority.entities(section) if entity.is_valid(day)]
        return list(dict.fromkeys(valid[int(source() * len(valid))] for _ in range(count)))

    def _draw_regions(self, source: Source, plan: Plan) -> list[str]:
        others = self._draw(source, "regions", plan.day, 1) if source() < 0.15 else []
        return [self._spell(source, entity) for entity in dict.fromkeys([plan.region, *others])]

    def _spell(self, source: Source, entity: Entity) -> str:
        """Mostly the id; else any other way to write the name."""
        spellings = self._spellings[entity]
        return entity.id if source() < 0.75 else spellings[int(source() * len(spellings))]

    def _write_text(self, source: Source) -> dict[str, str]:
        """A few words in every language."""
        return {code: self._writers[code].headings.fill(source) for code in LANGUAGES}

    def _add_people(self, fields: Fields, source: Source, plan: Plan) -> None:
        fields.open("people")
        for person in self._draw(source, "people", plan.day, 1 + int(source() * 3)):
            assert isinstance(person, Person)
            fields.add("person", person.id, indent=1, is_item=True)
            if person.role("en", plan.day) is None:
                fields.add_text("role", self._write_text(source), indent=2)

    def _add_event(self, fields: Fields, source: Source, plan: Plan) -> None:
        fields.open("event")
        fields.add_text("name", self._write_text(source), indent=1)
        start = plan.day - timedelta(days=int(source() * 3))
        fields.add("start", start, indent=1)
        if source() < 0.2:
            fields.add("end", start + timedelta(days=2), indent=1)
        if source() < 0.4:
            fields.add_text("venue", self._write_text(source), indent=1)
        fields.add("region", plan.region.id, indent=1)
        if source() < 0.5:
            fields.add("format", _FORMATS[int(source() * len(_FORMATS))], indent=1)

    def _add_figures(self, fields: Fields, source: Source, plan: Plan) -> None:
        fields.open("figures")
        for measure in self._draw(source, "measures", plan.day, 1 + int(source() * 5)):
            assert isinstance(measure, Measure)
            value = 1 + int(source() ** 3 * {"percent": 99, "years": 9, "people": 40000}.get(measure.unit, 5000))
            fields.add("measure", measure.id, indent=1, is_item=True)
            fields.add("value", value, indent=2)
            if measure.unit in ("people", "count") and source() < 0.1:
                fields.add("of", value + int(source() * 5000), indent=2)
            if source() < 0.15:
                fields.add("qualifier", "about", indent=2)
            fields.add("as_of", plan.day, indent=2)
            fields.add("region", plan.region.id, indent=2)
            if source() < 0.3:
                fields.add("union", self._choose_union(plan).id, indent=2)

    def _add_documents(self, fields: Fields, source: Source, plan: Plan) -> None:
        fields.open("documents")
        for _ in range(1 + int(source() * 2)):
            fields.add_text("title", self._write_text(source), indent=1, is_item=True)
            fields.add("type", _DOCUMENT_TYPES[int(source() * len(_DOCUMENT_TYPES))], indent=2)
            fields.add("date", plan.day, indent=2)
            parties = [*self._draw(source, "organizations", plan.day, 2), self._choose_union(plan)]
            fields.add_list("parties", [entity.id for entity in parties], indent=2)

    def _add_dispute(self, fields: Fields, source: Source, plan: Plan) -> None:
        fields.open("disputes")
        fields.add_text("employer", self._write_text(source), indent=1, is_item=True)
        fields.add_text("issue", self._write_text(source), indent=2)
        fields.add_text("outcome", self._write_text(source), indent=2)
        fields.add("status", "resolved", indent=2)

    def _add_award(self, fields: Fields, source: Source, plan: Plan) -> None:
        fields.open("awards")
        fields.add_text("name", self._write_text(source), indent=1, is_item=True)
        fields.add_list("to", [entity.id for entity in self._draw(source, "people", plan.day, 1)], indent=2)
        fields.add("date", plan.day, indent=2)


def list_spellings(authority: Authority, entity: Entity) -> list[str]:
    """The spellings that mean this entity and no other of its section."""
    return [spelling for spelling in authority.spellings(entity) if authority.resolve(spelling, entity.section) == entity]


def _write_section(writer: Writer, source: Source, shape: Callable[[], float], year: int) -> Iterator[str]:
    """A heading, two or three paragraphs, and sometimes a list, a table or a quotation."""
    yield f"## {writer.headings.fill(source)}"
    for _ in range(2 + int(shape() * 2)):
        paragraph = writer.write_paragraph(source, sentences=2 + int(shape() * 3))
        yield f"**{writer.sentences.fill(source)}** {paragraph}" if shape() < 0.1 else paragraph
    kind = shape()
    if kind < 0.3:
        yield writer.write_list(source, is_numbered=kind < 0.1, items=3 + int(shape() * 3))
    elif kind < 0.36:
        yield writer.write_table(source, rows=3 + int(shape() * 4), year=year)
    elif kind < 0.46:
        yield f"> {writer.sentences.fill(source)}"
