"""The files of the search index that need no terms: ids of stories, result cards, facets and entities (docs/handbook/search-index.md). Pure."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec

from .authority import Authority, Entity
from .keys import make_key, split_words
from .languages import Language
from .model import SITE_SECTIONS, Facts, Site, Story
from .shards import write_varint
from .urls import article_url, index_url

FIRST_DAY = date(1900, 1, 1)
"""Of the folders of years that there may be."""
LEAST_FACTOR = 64
_BUCKET_ARTICLES = 24
_ARTICLES_PER_BUCKET_LIMIT = 10_000
FACETS_MAGIC = b"NRF1"


def number_stories(site: Site) -> tuple[int, dict[str, int]]:
    """The factor of the ids, and the id of every story by its slug."""
    days: dict[date, list[str]] = defaultdict(list)
    for slug, story in site.stories.items():
        days[story.date].append(slug)
    factor = LEAST_FACTOR
    while factor < 4 * max(map(len, days.values()), default=0):
        factor *= 2
    ids = {}
    for day, slugs in days.items():
        first = (day - FIRST_DAY).days * factor
        taken: set[int] = set()
        for slug in sorted(slugs):
            slot = zlib.crc32(slug.encode()) % factor
            while slot in taken:
                slot = (slot + 1) % factor
            taken.add(slot)
            ids[slug] = first + slot
    return factor, ids


# ---------------------------------------------------------------- cards


def cut_buckets(stories: Iterable[Story]) -> list[list[str]]:
    """The slugs in buckets of neighbouring days, ascending: of a year, of a month or of a third of a month, as many as may share a file."""
    years: dict[int, dict[int, dict[int, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    count = 0
    for story in sorted(stories, key=lambda story: story.date):
        count += 1
        years[story.date.year][story.date.month][min((story.date.day - 1) // 10, 2)].append(story.slug)
    limit = _BUCKET_ARTICLES
    while count > _ARTICLES_PER_BUCKET_LIMIT * limit // _BUCKET_ARTICLES:
        limit *= 2
    buckets = []
    for months in years.values():
        of_year = [slug for thirds in months.values() for slugs in thirds.values() for slug in slugs]
        if len(of_year) <= limit:
            buckets.append(of_year)
            continue
        for thirds in months.values():
            of_month = [slug for slugs in thirds.values() for slug in slugs]
            buckets += [of_month] if len(of_month) <= limit else thirds.values()
    return buckets


def write_cards(stories: Iterable[tuple[int, Story]], language: str) -> bytes:
    """c/<number>.json."""
    rows = []
    for id, story in sorted(stories, key=lambda item: item[0]):
        article = story.versions[language]
        rows.append((id, article_url(language, story), article.title, story.date, story.facts.kind, story.facts.regions))
    return msgspec.json.encode(rows)


# ---------------------------------------------------------------- facets and entities


def write_facets(stories: Iterable[tuple[int, Facts]], authority: Authority) -> bytes:
    """facets.bin."""
    places = {section: {entity.id: place for place, entity in enumerate(authority.entities(section))} for section in ("kinds", "regions", "unions")}
    rows = sorted(((id, facts) for id, facts in stories), key=lambda row: row[0])
    parts = [write_varint(len(rows))]
    previous = 0
    for id, facts in rows:
        parts += (write_varint(id - previous), write_varint(places["kinds"][facts.kind or ""]))
        for section, ids in (("regions", facts.regions), ("unions", facts.unions)):
            parts += (write_varint(len(ids)), *(write_varint(places[section][entity]) for entity in ids))
        previous = id
    body = b"".join(parts)
    return FACETS_MAGIC + zlib.crc32(body).to_bytes(4, "little") + body


def write_entities(authority: Authority, language: Language) -> bytes:
    """entities.json."""
    return msgspec.json.encode({section: [_describe(entity, language.code) for entity in authority.entities(section)] for section in SITE_SECTIONS})


def _describe(entity: Entity, language: str) -> tuple[str, str, str, list[str]]:
    aliases = {" ".join(_list_keys(spelling, language, is_whole=is_whole)) for spelling in entity.list_spellings() for is_whole in (False, True)}
    return entity.id, entity.name(language), index_url(language, entity.section, entity.id), sorted(aliases - {""})


def _list_keys(spelling: str, language: str, *, is_whole: bool) -> list[str]:
    """The keys of a name's words; is_whole: with hyphenated words as a whole instead of their parts."""
    words = split_words(spelling)
    if is_whole:
        wholes = [word for word in words if word.is_whole]
        words = [word for word in words if word.is_whole or not any(whole.start <= word.start and word.end <= whole.end for whole in wholes)]
        words.sort(key=lambda word: word.start)
    else:
        words = [word for word in words if not word.is_whole]
    return [key for word in words if (key := make_key(word.text, language))]


def read_checksum(path: str, content: bytes) -> int:
    """What the header says of a file: the checksum that a .bin file carries, of the others that of their bytes."""
    return int.from_bytes(content[4:8], "little") if path.endswith(".bin") else zlib.crc32(content)
