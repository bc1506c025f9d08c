"""What identifies the parts that outputs depend on: cards, entities, targets, rows, events; and the choices that pages share. Pure.

The plan hashes these into the fingerprint of each output, and the page makers ask for the same choices, so that a fingerprint cannot
forget what a page shows.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import msgspec

from .authority import Authority
from .events import Events
from .front import Front, choose_front
from .indexes import Index
from .link import resolve_target
from .model import SITE_SECTIONS, Facts, Site, Story, Target
from .registers import ENTITY_FACTS, Registers, Row
from .urls import Recipe

CARD_STORIES = 20
"""The newest have a picture with their title for shared links; drawing one takes 15 ms, rendering a page 1 ms."""


class Output(NamedTuple):
    """One file of the site."""

    path: str
    """Relative to the site folder, forward slashes."""
    fingerprint: bytes
    recipe: Recipe


class Settings(NamedTuple):
    """What plan must know of the project besides its stories."""

    languages: tuple[str, ...]
    digest_by_language: Mapping[str, bytes]
    """Of all that every page of a language depends on: shell, templates, strings, settings, program."""
    encoder: bytes = b""
    """Of what draws pictures."""


class _Kept(dict[str, bytes]):
    """Makes a value when it is first asked for."""

    def __init__(self, make: Callable[[str], bytes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> bytes:
        value = self[key] = self._make(key)
        return value


class Fingerprints:
    """Keys of one site's parts; keeps what pages will ask again (indexes) for one build."""

    def __init__(self, site: Site, authority: Authority, settings: Settings) -> None:
        self.site = site
        self.authority = authority
        self.events = Events(site)
        self._settings = settings
        self._indexes: dict[tuple[str, str], Index] = {}
        self._version_keys = _Kept(self._make_version_key)
        """By slug: the languages that a story has."""
        self._card_keys = {language: _Kept(functools.partial(self._make_card_key, language)) for language in settings.languages}
        """By language and slug: identifies what a card of the story shows."""
        self._entity_digests = {(section, entity.id): entity.digest for section in authority.sections for entity in authority.entities(section)}

    @property
    def languages(self) -> tuple[str, ...]:
        return self._settings.languages

    def index(self, section: str = "", id: str = "") -> Index:
        """The stories of an entity; of the whole site without arguments."""
        found = self._indexes.get((section, id))
        if found is None:
            slugs = self.site.members.get((section, id), []) if section else list(self.site.stories)
            found = self._indexes[section, id] = Index(slugs, self.site.stories)
        return found

    def entity_ids(self, section: str) -> list[str]:
        return [entity.id for entity in self.authority.entities(section)]

    def digest_frame(self) -> bytes:
        """Of all that the plan depends on besides the articles."""
        parts = (*self._settings.digest_by_language.values(), self.authority.digest, repr((self.languages, self.site.attachments, self.site.pictures)).encode())
        return hash_parts(parts)

    def _digest_entities(self, references: Iterable[tuple[str, str]]) -> bytes:
        return b"".join(self._entity_digests[reference] for reference in references)

    def _target_key(self, target: Target) -> bytes:
        """What the rendering of a link depends on: the versions that the other story has, or the file it shows."""
        if target.kind == "article":
            return self._version_keys[target.slug]
        if target.kind == "attachment":
            picture = self.site.pictures.get(target.path) if target.is_image else None
            if target.path not in self.site.attachments:
                return b""
            return repr((picture.width, picture.height) if picture else self.site.attachments[target.path]).encode()
        return b""

    def _make_version_key(self, slug: str) -> bytes:
        return ",".join(sorted(self.site.stories[slug].versions)).encode()

    def _make_card_key(self, language: str, slug: str) -> bytes:
        story = self.site.stories[slug]
        facts = story.facts
        names = self._digest_entities([("kinds", facts.kind or ""), *(("regions", id) for id in facts.regions)])
        return b"".join((slug.encode(), story.date.isoformat().encode(), story.version_for(language).card_digest, names))

    def _cards(self, slugs: Iterable[str], language: str) -> list[bytes]:
        keys = self._card_keys[language]
        return [keys[slug] for slug in slugs]

    def _entry_key(self, slug: str, language: str) -> bytes:
        """The same for an entry of a feed, which also names the story's unions."""
        return self._card_keys[language][slug] + self._digest_entities(("unions", id) for id in self.site.stories[slug].facts.unions)

    @cached_property
    def carded_slugs(self) -> frozenset[str]:
        """The stories that have a card of their own."""
        return frozenset(self.index().slugs[:CARD_STORIES])

    def find_lead(self, story: Story) -> str:
        """Path of the first picture of a story, in its front matter or else in the original's text; empty when it has none."""
        shown = [resolve_target(story.original.path, item.file, is_image=True) for item in story.facts.pictures]
        targets = (target for target in (*shown, *story.original.targets) if target.is_image and target.path in self.site.attachments)
        return next((target.path for target in targets), "")

    def _shared_key(self, story: Story) -> bytes:
        """What decides which picture stands for a story."""
        lead = self.find_lead(story) if self.site.attachments else ""
        key = self._target_key(resolve_target("", lead, is_image=True)) if lead else b""
        return lead.encode() + key + (b"card" if story.slug in self.carded_slugs else b"")

    @cached_property
    def front(self) -> Front:
        return choose_front(self.site, self.events, self.entity_ids("kinds"), self.entity_ids("measures"))

    def _front_parts(self, language: str) -> list[bytes]:
        """Cards, the lead's picture, facts of events and figures, and the names of all that is counted (in the digest of the authority files)."""
        front = self.front
        leads = [self.site.stories[slug] for slug in front.newest[:1]]
        pictures = [part for lead in leads for part in (self._shared_key(lead), lead.original.facts_digest, lead.version_for(language).facts_digest)]
        facts = [self.site.stories[slug].original.facts_digest for slug in front.sources]
        return [repr(front).encode(), *self._cards(front.slugs, language), *self._cards(front.sources, language), *pictures, *facts, self._counts()]

    def _entity_key(self, section: str, id: str) -> bytes:
        """Of an entity and those its page names (a region's predecessors, a person's organizations)."""
        return self._entity_digests[section, id] + self.authority.digest

    def _year_counts(self, index: Index) -> bytes:
        return repr([(year, len(slugs)) for year, slugs in index.by_year.items()]).encode()

    def _counts(self) -> bytes:
        return self._site_counts

    @cached_property
    def _site_counts(self) -> bytes:
        counts = {key: len(slugs) for key, slugs in self.site.members.items()}
        rows = [(section, [(id, counts.get((section, id), 0)) for id in self.entity_ids(section)]) for section in SITE_SECTIONS]
        return hash_parts([repr(rows).encode(), self._year_counts(self.index()), self.authority.digest])

    @cached_property
    def registers(self) -> Registers:
        """The facts of all stories as tables."""
        return Registers(self.site)

    def _row_keys(self, rows: Iterable[Row], language: str) -> list[bytes]:
        cards = self._card_keys[language]
        return [key for row in rows for key in (cards[row.slug], row.key)]

    def _list_entity_parts(self, section: str, id: str, language: str) -> list[bytes]:
        """What the page of an entity shows besides its stories."""
        registers = self.registers
        rows = [row for name in ENTITY_FACTS for row in registers.list_facts(name, section, id)]
        parts = [*self._row_keys(rows, language), repr(registers.find_neighbours(section, id)).encode()]
        for key in registers.list_series(section, id):
            rows = registers.figures[section, id].series[key]
            parts += [*self._row_keys(rows[:1], language), *(row.key for row in rows)]
        if section == "people":
            roles = registers.list_roles(id)
            parts += [repr(roles).encode(), *self._cards((span.slug for span in roles), language)]
        return parts

    def _hash_events(self, language: str, slugs: Iterable[str]) -> bytes:
        """Of all that a calendar says of events."""
        return hash_parts([self._settings.digest_by_language[language], *(self._event_key(slug, language) for slug in slugs)])

    def _event_key(self, slug: str, language: str) -> bytes:
        story = self.site.stories[slug]
        event = story.facts.event
        region = self._entity_digests["regions", event.region] if event and event.region else b""
        return self._card_keys[language][slug] + story.original.facts_digest + region

    def _item_key(self, slug: str, language: str) -> tuple[bytes, ...]:
        """Of what ninjs says of a story besides its text."""
        facts = self.site.stories[slug].original.facts_digest
        return self._card_keys[language][slug], facts, self._digest_entities(list_references(self.site.stories[slug].facts))


def media_fingerprint(site: Site, path: str) -> bytes:
    return hash_parts([repr(site.attachments[path]).encode()])


def list_references(facts: Facts) -> Iterator[tuple[str, str]]:
    """(section, id) of every entity that the page of a story names."""
    for section, id in (("kinds", facts.kind), ("regions", facts.event and facts.event.region)):
        if id:
            yield section, id
    for section, ids in (("regions", facts.regions), ("unions", facts.unions), ("organizations", facts.organizations)):
        for id in ids:
            yield section, id
    for person in facts.people:
        yield "people", person.person
    for figure in facts.figures:
        yield "measures", figure.measure
        for section, id in (("regions", figure.region), ("unions", figure.union)):
            if id:
                yield section, id
    for dispute in facts.disputes:
        if dispute.region:
            yield "regions", dispute.region
    for award in facts.awards:
        for id in award.to:
            yield "people", id
    for reference in (facts.byline, *(party for document in facts.documents for party in document.parties)):
        if reference:
            section, _, id = reference.partition("/")
            yield section, id


def hash_parts(parts: Iterable[bytes]) -> bytes:
    """16 bytes over the parts and their borders."""
    return hashlib.blake2b(msgspec.msgpack.encode(list(parts)), digest_size=16).digest()
