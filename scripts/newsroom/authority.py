"""Regions, unions, people, organizations, kinds and measures: what each is called, in which language and when.

`Authority.resolve` finds the entity behind any spelling an editor may write, current or former. This module holds the types
and the look-up; authority_files reads them from articles/authority/. No I/O, no clock: a day is always passed in.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec

from .model import SECTIONS, Text

MAXIMUM_SPELLING_CHARACTERS = 300
MAXIMUM_TILE = 8
"""Rows and columns of the map of tiles."""
_DIGEST_BYTES = 16
_MINIMUM_WORD_LETTERS = 4
_DROPPED = re.compile("[\"'`´‘’‚‛“”„‟«»‹›′″ʼ\u00ad\u200b-\u200d\u2060\ufeff]")
_SPACED = re.compile(r"[-\u2010-\u2015\u2212.,;:()\[\]/]")


@lru_cache(maxsize=65536)
def fold_spelling(spelling: str) -> str:
    """The spelling without what does not tell names apart: capitals, quotation marks, dashes, dots, brackets, extra spaces.

    Composed (NFC), so that й typed as two characters equals й typed as one; ё equals е.
    """
    plain = unicodedata.normalize("NFKC", spelling).casefold().replace("ё", "е")
    plain = _SPACED.sub(" ", _DROPPED.sub("", unicodedata.normalize("NFC", plain)))
    return " ".join(plain.split())


class _Dated(msgspec.Struct, frozen=True, kw_only=True):
    """What holds between two days."""

    since: date | None = None
    """First day; None: no day is known, so it holds from ever."""
    until: date | None = None
    """First day on which it no longer holds; None: it still holds."""
    is_by_year: bool = False
    """Only years are known: show years, not days."""

    def is_valid(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    @property
    def first_year(self) -> int | None:
        return None if self.since is None else self.since.year

    @property
    def last_year(self) -> int | None:
        """Year of the last day on which it held."""
        return None if self.until is None else (self.until - timedelta(days=1)).year


DatedItem = TypeVar("DatedItem", bound=_Dated)


class DatedText(_Dated, frozen=True, kw_only=True):
    text: Text


class DatedName(DatedText, frozen=True, kw_only=True):
    """A name; `text` is the full one."""

    short: Text = {}
    inside: Text = {}
    """The name as running text needs it, with preposition or case ending; regions only."""


class Role(_Dated, frozen=True, kw_only=True):
    """An office or post of a person."""

    title: Text
    organization: str | None = None
    """Id of an organization or a union."""


class Entity(_Dated, frozen=True, kw_only=True):
    """Whatever articles can tag; `since` and `until` say when it exists."""

    id: str
    section: str
    """One of model.SECTIONS."""
    names: tuple[DatedName, ...]
    """Former names, oldest first, then the name of all other days."""
    aliases: tuple[str, ...] = ()
    """Spellings beyond the names."""
    digest: bytes = b""
    """Changes with everything the authority file says of this entity; 16 bytes."""

    def __hash__(self) -> int:
        return hash((self.section, self.id))

    def name(self, language: str, on: date | None = None) -> str:
        """The full name on that day; None: the present one."""
        return self._find_name(on).text[language]

    def short_name(self, language: str, on: date | None = None) -> str:
        """The name for lists and labels; the full one when there is no shorter."""
        name = self._find_name(on)
        return name.short.get(language) or name.text[language]

    def _find_name(self, on: date | None) -> DatedName:
        if on is not None and len(self.names) > 1:
            return next((name for name in self.names if name.is_valid(on)), self.names[-1])
        return self.names[-1]

    def former_names(self, language: str) -> list[tuple[str, DatedName]]:
        """Earlier names with their days, oldest first."""
        return [(name.text[language], name) for name in self.names[:-1]]

    def list_spellings(self) -> list[str]:
        """Every name and alias, in all languages, each once, the present names first."""
        texts = [text for name in reversed(self.names) for text in (name.text, name.short)]
        return list(dict.fromkeys([*(spelling for text in texts for spelling in text.values()), *self.aliases]))


class Region(Entity, frozen=True, kw_only=True):
    section: str = "regions"
    iso: str
    """ISO 3166-2 code."""
    tile: tuple[int, int] = (0, 0)
    """Row and column on the map of tiles, from 1; (0, 0): it has no place of its own there."""
    label: Text = {}
    """What its tile says, where the short name is too long for it."""
    type: Literal["region", "city"]
    centres: tuple[DatedText, ...] = ()
    """The administrative centre; several when it moved."""
    predecessors: tuple[str, ...] = ()
    """Ids of the regions it was formed from."""

    def inside(self, language: str, on: date | None = None) -> str:
        """"in Turkistan Region", «в Туркестанской области», «Түркістан облысында»."""
        return self._find_name(on).inside[language]

    def centre(self, language: str, on: date | None = None) -> str | None:
        """The administrative centre on that day (None: the present one); None for cities."""
        centre = find_latest(self.centres, on)
        return None if centre is None else centre.text[language]

    def list_spellings(self) -> list[str]:
        return [*super().list_spellings(), self.iso]


class Union(Entity, frozen=True, kw_only=True):
    section: str = "unions"
    sector: Text
    official: tuple[str, ...] = ()
    """Languages in which the name is the union's own official one."""
    member_since: date | None = None
    membership_verified: bool = True
    """False: nobody has confirmed that it is a member of the federation."""


class Person(Entity, frozen=True, kw_only=True):
    section: str = "people"
    roles: tuple[Role, ...] = ()

    def role(self, language: str, on: date | None = None) -> str | None:
        """Title of the role held on that day (None: the latest known), of several the one that began last."""
        role = find_latest(self.roles, on)
        return None if role is None else role.title[language]


class Organization(Entity, frozen=True, kw_only=True):
    section: str = "organizations"
    official: tuple[str, ...] = ()
    """Languages in which the name is the body's own official one."""
    centre_of: str | None = None
    """Id of the region whose territorial trade-union centre this is."""


class Kind(Entity, frozen=True, kw_only=True):
    section: str = "kinds"
    plural: Text
    """Heading above many stories of the kind."""

    def plural_name(self, language: str) -> str:
        return self.plural[language]

    def list_spellings(self) -> list[str]:
        return list(dict.fromkeys([*super().list_spellings(), *self.plural.values()]))


class Measure(Entity, frozen=True, kw_only=True):
    section: str = "measures"
    unit: Literal["people", "percent", "years", "count"]


class Ambiguity(msgspec.Struct, frozen=True):
    """A spelling that several entities share."""

    spelling: str
    candidates: tuple[Entity, ...]


def find_latest(items: Sequence[DatedItem], on: date | None) -> DatedItem | None:
    """The item that holds on that day (None: any day), of several the one that began last."""
    held = [item for item in items if on is None or item.is_valid(on)]
    return max(held, key=lambda item: item.since or date.min, default=None)


class Authority:
    """All entities of a site, found by id or by any spelling."""

    sections = SECTIONS

    def __init__(self, entities: Iterable[Entity], *, incomplete_sections: Iterable[str] = ()) -> None:
        self.incomplete_sections = frozenset(incomplete_sections)
        """Sections with an entry or a file that could not be read: an unknown name in them may be no error of the article."""
        self._by_section: dict[str, dict[str, Entity]] = {}
        self._by_spelling: dict[tuple[str | None, str], tuple[Entity, ...]] = {}
        self._nearest: dict[tuple[str, str], str | None] = {}
        self._near_by_section: dict[str, dict[str, str]] = {}
        for entity in entities:
            self._by_section.setdefault(entity.section, {})[entity.id] = entity
            self._index_entity(entity)
        self.digest = digest_entities(entity for section in self._by_section.values() for entity in section.values())
        """Changes when anything in any authority file changes what an entity says; 16 bytes."""

    def _index_entity(self, entity: Entity) -> None:
        for folded in {fold_spelling(spelling) for spelling in (entity.id, *entity.list_spellings())}:
            for section in (entity.section, None):
                known = self._by_spelling.get((section, folded), ())
                self._by_spelling[section, folded] = (*known, entity)

    def resolve(self, spelling: str, section: str | None = None) -> Entity | Ambiguity | None:
        """The entity of that id or spelling in the section (None: in all), an Ambiguity when several share it, or None."""
        found = self._by_spelling.get((section, fold_spelling(spelling)))
        if found is None:
            return None
        return found[0] if len(found) == 1 else Ambiguity(spelling, found)

    def get(self, section: str, id: str) -> Entity:
        """The entity of that id; raises KeyError."""
        return self._by_section[section][id]

    def entities(self, section: str) -> tuple[Entity, ...]:
        """All entities of a section, in the order of its file."""
        return tuple(self._by_section.get(section, {}).values())

    def spellings(self, entity: Entity) -> tuple[str, ...]:
        """Every spelling that stands for the entity, its id not among them."""
        return tuple(entity.list_spellings())

    def find_centre(self, region: str) -> Organization | None:
        """The territorial trade-union centre of a region, by the region's id."""
        organizations = self._by_section.get("organizations", {}).values()
        return next((item for item in organizations if isinstance(item, Organization) and item.centre_of == region), None)

    def nearest(self, spelling: str, section: str) -> str | None:
        """Id of the entity whose spelling is closest, for "did you mean"; None when nothing is close."""
        key = (fold_spelling(spelling[:MAXIMUM_SPELLING_CHARACTERS]), section)
        if key not in self._nearest:
            self._nearest[key] = self._find_nearest(*key)
        return self._nearest[key]

    def _find_nearest(self, folded: str, section: str) -> str | None:
        near = self._near_by_section.get(section)
        if near is None:
            near = self._near_by_section[section] = self._collect_near(section)
        close = difflib.get_close_matches(folded, near, n=1, cutoff=0.7)
        return near[close[0]] if close else None

    def _collect_near(self, section: str) -> dict[str, str]:
        """Folded spelling -> id; the words that occur in one entity's spellings only are in it too ("mining")."""
        ids_by_word: dict[str, set[str]] = {}
        id_by_spelling: dict[str, str] = {}
        for (of_section, spelling), entities in self._by_spelling.items():
            if of_section == section:
                id_by_spelling[spelling] = entities[0].id
                for word in spelling.split():
                    ids_by_word.setdefault(word, set()).update(entity.id for entity in entities)
        words = {word: min(ids) for word, ids in ids_by_word.items() if len(ids) == 1 and len(word) >= _MINIMUM_WORD_LETTERS}
        return words | id_by_spelling


def digest_entities(entities: Iterable[Entity]) -> bytes:
    """One digest of many entities, whatever their order."""
    hasher = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for entity in sorted(entities, key=lambda entity: (entity.section, entity.id)):
        hasher.update(entity.digest)
    return hasher.digest()


def digest_value(value: object) -> bytes:
    """Digest of anything msgspec can write, whatever the order of its mappings."""
    return hashlib.blake2b(msgspec.msgpack.encode(value, order="deterministic"), digest_size=_DIGEST_BYTES).digest()
