"""Site -> every output, with its path, its recipe and the fingerprint of all that it depends on.

Pure. Makes the choice of what each page lists; pages, feeds and sitemap render from the same choices, so a
fingerprint cannot forget what a page shows. Two builds with equal fingerprints write equal bytes.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import msgspec

from .authority import Authority
from .events import COMING_EVENTS, FEED_EVENTS, PAST_EVENTS, Events
from .front import Front, choose_front
from .frontmatter import KeyPath
from .indexes import Index
from .link import resolve_target
from .model import SITE_SECTIONS, Facts, Site, Story, Target
from .registers import ENTITY_FACTS, Registers, Row, Table
from .search_files import cut_buckets, number_stories
from .urls import (
    Recipe,
    article_url,
    calendar_feed_url,
    card_path,
    data_path,
    event_url,
    feed_folder,
    figures_url,
    media_path,
    ninjs_feed_url,
    ninjs_url,
    page_url,
    picture_folder,
    register_url,
    search_folder,
    search_url,
)

SITEMAP_STORIES = 10_000
"""A year with more has a part for each month: sitemaps.org allows 50,000 URLs in one."""
CARD_STORIES = 20
"""The newest have a picture with their title for shared links; drawing one takes 15 ms, rendering a page 1 ms."""
CARD_SIZE = (1200, 630)
"""Pixels."""
FEED_SECTIONS = ("regions", "unions", "kinds")
CALENDAR_SECTIONS = ("regions", "unions")
"""Those whose entities have an iCalendar feed."""
NINJS_STORIES = 1_000
"""The newest stories, which have a ninjs file each; for all of 10,000 these files would be an eighth of the time of a build."""
NEWS_DAYS = 2
NEWS_STORIES = 1_000
"""The most that search engines take from a news sitemap."""
_TARGETS_OF_SITE = ("article", "attachment")


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


# ---------------------------------------------------------------- the plan


class Planner:
    """Makes the list of outputs; keeps what pages will ask again (indexes) for one build."""

    def __init__(self, site: Site, authority: Authority, settings: Settings) -> None:
        self.site = site
        self.authority = authority
        self.events = Events(site)
        self._with_ninjs = frozenset(itertools.islice(site.stories, NINJS_STORIES))
        self._settings = settings
        self._indexes: dict[tuple[str, str], Index] = {}
        self._search_buckets: dict[str, list[list[str]]] = {}
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

    def has_ninjs(self, slug: str) -> bool:
        """True for a story whose versions stand as ninjs beside their pages."""
        return slug in self._with_ninjs

    def plan(self) -> list[Output]:
        """Every output but those of the host (docs pages and theme assets), each path once."""
        parts = (self._plan_articles(), self._plan_indexes(), self._plan_data(), self._plan_calendar(), self._plan_feeds(), self._plan_sitemaps(), self._plan_media(),
                 self._plan_cards())  # fmt: skip
        return [output for outputs in parts for output in outputs]

    # ------------------------------------------------------------ articles

    def _plan_articles(self) -> Iterator[Output]:
        return (output for story in self.site.stories.values() for output in self.plan_story(story))

    def plan_story(self, story: Story) -> Iterator[Output]:
        """The pages of a story in its languages, with what stands beside each: its ninjs, and its event for calendars."""
        common = self._settings.digest_by_language
        names = self._digest_entities(list_references(story.facts))
        pictures = [self._target_key(resolve_target(story.original.path, item.file, is_image=True)) for item in story.facts.pictures]
        shared = self._shared_key(story)
        languages = self._version_keys[story.slug]
        files = [self._target_key(resolve_target(story.original.path, document.file)) for document in story.facts.documents if document.file]
        for language, article in story.versions.items():
            cards = self._card_keys[language]
            parts = [common[language], article.digest, story.original.facts_digest, languages, names, *files, *pictures, shared]
            parts += [cards[slug] for slug in story.related]
            parts += [self._target_key(target) for target in article.targets if target.kind in _TARGETS_OF_SITE]
            fingerprint = hash_parts([*parts, b"ninjs" if self.has_ninjs(story.slug) else b""])
            yield Output(f"{article_url(language, story)}index.html", fingerprint, Recipe("article", language, id=story.slug))
            if self.has_ninjs(story.slug):
                yield Output(ninjs_url(language, story), fingerprint, Recipe("ninjs", language, id=story.slug))
            if story.facts.event:
                yield Output(event_url(language, story), self._hash_events(language, [story.slug]), Recipe("event", language, id=story.slug))

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
            return repr((picture.width, picture.height, picture.suffix) if picture else self.site.attachments[target.path]).encode()
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

    # ------------------------------------------------------------ pictures of shared links

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

    def _plan_cards(self) -> Iterator[Output]:
        for language in self.languages:
            common = self._settings.digest_by_language[language]
            yield Output(card_path(language, None), hash_parts([common]), Recipe("card", language))
            for slug in self.index().slugs[:CARD_STORIES]:
                story = self.site.stories[slug]
                if language in story.versions:
                    yield Output(card_path(language, story), hash_parts([common, self._card_keys[language][slug]]), Recipe("card", language, id=slug))

    # ------------------------------------------------------------ indexes

    def _plan_indexes(self) -> Iterator[Output]:
        for language in self._settings.languages:
            yield self._make_page(Recipe("home", language), self._front_parts(language))
            yield self._make_page(Recipe("not-found", language), [])
            yield self._make_page(Recipe("search", language), [self._counts()])
            yield from self._plan_search(language)
            yield Output(f"{search_url(language)}texts.json", self._settings.digest_by_language[language], Recipe("search-texts", language))
            yield Output(f"{language}/sight.json", self._settings.digest_by_language[language], Recipe("sight-texts", language))
            yield self._make_page(Recipe("list", language), [self._year_counts(self.index())])
            yield from self._plan_periods(language, "", "")
            for section in SITE_SECTIONS:
                yield self._make_page(Recipe("list", language, section), [self._counts()])
                for id in self.entity_ids(section):
                    index = self.index(section, id)
                    parts = [self._entity_key(section, id), self._year_counts(index), *self._cards(index.newest, language), *self._list_entity_parts(section, id, language)]
                    yield self._make_page(Recipe("entity", language, section, id), parts)
                    yield from self._plan_periods(language, section, id)
        all_languages = hash_parts(self._settings.digest_by_language.values())
        yield Output("index.html", hash_parts([all_languages, b"root"]), Recipe("root"))
        yield Output("404.html", hash_parts([all_languages, b"not-found"]), Recipe("not-found"))

    @cached_property
    def front(self) -> Front:
        return choose_front(self.site, self.events, self.entity_ids("kinds"))

    def _front_parts(self, language: str) -> list[bytes]:
        """Cards, facts of events and figures, and the names of all that is counted (in the digest of the authority files)."""
        front = self.front
        facts = [self.site.stories[slug].original.facts_digest for slug in front.sources]
        return [repr(front).encode(), *self._cards(front.slugs, language), *self._cards(front.sources, language), *facts, self._counts()]

    def _plan_search(self, language: str) -> Iterator[Output]:
        """The files of the search index that need no terms; the others are made when the pages are."""
        folder, common = search_folder(language), self._settings.digest_by_language[language]
        yield Output(f"{folder}entities.json", hash_parts([common, self.authority.digest]), Recipe("search-entities", language))
        rows = []
        for number, slugs in enumerate(self.search_buckets(language)):
            ids = [self.search_ids[slug].to_bytes(8, "big") for slug in slugs]
            yield Output(f"{folder}c/{number}.json", hash_parts([common, *ids, *self._cards(slugs, language)]), Recipe("search-cards", language, id=str(number)))
            rows += [(self.search_ids[slug], story.facts.kind, story.facts.regions, story.facts.unions) for slug in slugs if (story := self.site.stories[slug])]
        yield Output(f"{folder}facets.bin", hash_parts([common, self.authority.digest, repr(rows).encode()]), Recipe("search-facets", language))

    @cached_property
    def search_numbering(self) -> tuple[int, dict[str, int]]:
        """The factor of the ids in the search index, and each story's id by slug."""
        return number_stories(self.site)

    @property
    def search_ids(self) -> dict[str, int]:
        return self.search_numbering[1]

    def search_buckets(self, language: str) -> list[list[str]]:
        """The slugs of each file of result cards."""
        found = self._search_buckets.get(language)
        if found is None:
            found = self._search_buckets[language] = cut_buckets(story for story in self.site.stories.values() if language in story.versions)
        return found

    def _plan_periods(self, language: str, section: str, id: str) -> Iterator[Output]:
        index = self.index(section, id)
        entity = [self._entity_key(section, id)] if section else []
        siblings = repr(list(index.by_year)).encode()
        for year in index.by_year:
            months = index.by_month(year)
            counts = repr([(month, len(slugs)) for month, slugs in months.items()]).encode()
            for month in (0, *months):
                parts = [*entity, siblings, counts, *self._cards(index.listed(year, month), language)]
                yield self._make_page(Recipe("period", language, section, id, year, month), parts)

    def _make_page(self, recipe: Recipe, parts: list[bytes]) -> Output:
        url = page_url(recipe, self.site)
        path = url if url.endswith(".html") else f"{url}index.html"
        return Output(path, hash_parts([self._settings.digest_by_language[recipe.language], *parts]), recipe)

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

    # ------------------------------------------------------------ figures and registers

    @cached_property
    def registers(self) -> Registers:
        """The facts of all stories as tables."""
        return Registers(self.site)

    def _plan_data(self) -> Iterator[Output]:
        for language in self.languages:
            figures = sorted(self.registers.figures.items())
            common = [self._settings.digest_by_language[language], self.authority.digest]
            newest = [part for _, table in figures for part in (repr(len(table.rows)).encode(), *self._row_keys(table.rows[:1], language))]
            yield self._make_page(Recipe("figures", language), [self.authority.digest, *newest])
            yield Output(data_path(figures_url(language), "json"), hash_parts([*common, repr([(id, len(table.rows)) for (_, id), table in figures]).encode()]),
                         Recipe("figures-json", language))  # fmt: skip
            for (section, id), table in figures:
                whole = yield from self._plan_table(Recipe("figures", language, section, id), table)
                if section == "measures":
                    for suffix in ("csv", "json"):
                        path = data_path(figures_url(language, section, id), suffix)
                        yield Output(path, hash_parts([*common, whole]), Recipe(f"figures-{suffix}", language, section, id))
            for name, table in self.registers.tables.items():
                whole = yield from self._plan_table(Recipe("register", language, name), table)
                yield Output(data_path(register_url(language, name), "json"), hash_parts([*common, whole]), Recipe("register-json", language, name))

    def _plan_table(self, recipe: Recipe, table: Table) -> Generator[Output, None, bytes]:
        """The pages of a table; returns what identifies all of its rows. A landing page shows something of every row, and of
        a period the page above only how many rows it has."""
        wholes = {year: hash_parts(self._row_keys(rows, recipe.language)) for year, rows in table.by_year.items()} or {0: hash_parts(self._row_keys(table.rows, recipe.language))}
        whole = hash_parts(wholes.values())
        counts = repr([(year, month, len(table.by_month(year)[month]) if month else len(table.by_year[year])) for year, month in table.periods if year]).encode()
        for year, month in table.periods:
            rows = [hash_parts(self._row_keys(table.by_month(year)[month], recipe.language))] if month else [wholes[year] if year else whole]
            yield self._make_page(recipe._replace(year=year, month=month), [self.authority.digest, counts, *rows])
        return whole

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
    # ------------------------------------------------------------ calendar

    def _plan_calendar(self) -> Iterator[Output]:
        """The calendar's pages and feeds."""
        index = self.events.index()
        for language in self.languages:
            first = [*self.events.list_coming()[:COMING_EVENTS], *self.events.list_past()[:PAST_EVENTS]]
            counts = self._year_counts(index) + self.events.today.isoformat().encode()
            yield self._make_page(Recipe("calendar", language), [counts, self._hash_events(language, first)])
            for year in index.by_year:
                months = repr([(month, len(slugs)) for month, slugs in index.by_month(year).items()]).encode()
                for month in (0, *index.by_month(year)):
                    parts = [repr(list(index.by_year)).encode(), months, self._hash_events(language, index.listed(year, month))]
                    yield self._make_page(Recipe("calendar", language, year=year, month=month), parts)
            for section, id in [("", ""), *((section, id) for section in CALENDAR_SECTIONS for id in self.entity_ids(section))]:
                entity = self._entity_digests[section, id] if section else b""
                events = self._hash_events(language, self.events.index(section, id).slugs[:FEED_EVENTS])
                yield Output(calendar_feed_url(language, section, id), hash_parts([entity, events]), Recipe("calendar-feed", language, section, id))

    def _hash_events(self, language: str, slugs: Iterable[str]) -> bytes:
        """Of all that a calendar says of events."""
        return hash_parts([self._settings.digest_by_language[language], *(self._event_key(slug, language) for slug in slugs)])

    def _event_key(self, slug: str, language: str) -> bytes:
        story = self.site.stories[slug]
        event = story.facts.event
        region = self._entity_digests["regions", event.region] if event and event.region else b""
        return self._card_keys[language][slug] + story.original.facts_digest + region

    # ------------------------------------------------------------ feeds, sitemaps, media

    def _plan_feeds(self) -> Iterator[Output]:
        for language in self._settings.languages:
            for section, id in [("", ""), *((section, id) for section in FEED_SECTIONS for id in self.entity_ids(section))]:
                entity = self._entity_digests[section, id] if section else b""
                entries = [self._entry_key(slug, language) for slug in self.index(section, id).newest]
                fingerprint = hash_parts([self._settings.digest_by_language[language], entity, *entries])
                folder = feed_folder(language, section, id)
                yield Output(f"{folder}feed.xml", fingerprint, Recipe("atom", language, section, id))
                yield Output(f"{folder}feed.json", fingerprint, Recipe("json", language, section, id))
            parts = [part for slug in self.index().newest for part in self._item_key(slug, language)]
            yield Output(ninjs_feed_url(language), hash_parts([self._settings.digest_by_language[language], *parts]), Recipe("ninjs-feed", language))

    def _item_key(self, slug: str, language: str) -> tuple[bytes, ...]:
        """Of what ninjs says of a story besides its text."""
        facts = self.site.stories[slug].original.facts_digest
        return self._card_keys[language][slug], facts, self._digest_entities(list_references(self.site.stories[slug].facts))

    def _plan_sitemaps(self) -> Iterator[Output]:
        settings = hash_parts(self._settings.digest_by_language.values())
        newest = {}
        for part, slugs in self.sitemap_parts().items():
            rows = [(slug, sorted((code, str(story.modified(code))) for code in story.versions)) for slug in slugs if (story := self.site.stories[slug])]
            newest[part] = str(self.find_newest_change(slugs))
            yield Output(f"sitemaps/{part}.xml", hash_parts([settings, repr(rows).encode()]), Recipe("sitemap", id=part))
        for language in self.languages:
            recipes = [(*recipe, str(self.find_newest(recipe))) for recipe in self.list_index_recipes(language)]
            yield Output(f"sitemaps/sections-{language}.xml", hash_parts([settings, repr(recipes).encode()]), Recipe("sitemap", language))
        yield Output("sitemaps/site.xml", settings, Recipe("sitemap"))
        if news := self.list_news():
            cards = [key for language in self.languages for key in self._cards(news, language)]
            newest["news"] = str(self.site.stories[news[0]].date)
            yield Output("sitemaps/news.xml", hash_parts([settings, *cards, *(self._version_keys[slug] for slug in news)]), Recipe("sitemap-news"))
        yield Output("sitemap.xml", hash_parts([settings, repr(newest).encode()]), Recipe("sitemap-index"))
        yield Output("robots.txt", settings, Recipe("robots"))

    def sitemap_parts(self) -> dict[str, list[str]]:
        """The articles by name of the sitemap part that lists them: a year, or a month of a very large year."""
        index = self.index()
        parts = {}
        for year, slugs in index.by_year.items():
            months = index.by_month(year) if len(slugs) > SITEMAP_STORIES else {}
            parts |= {f"{year}-{month:02d}": members for month, members in months.items()} or {str(year): slugs}
        return parts

    def list_news(self) -> list[str]:
        """The stories of the last two days, counted from the newest story's: the clock would make each day's build another one, and a
        reader of the news sitemap drops by itself what has grown old."""
        first = self.events.today - timedelta(days=NEWS_DAYS - 1) if self.site.stories else None
        return [slug for slug, story in self.site.stories.items() if first and story.date >= first][:NEWS_STORIES]

    def find_newest_change(self, slugs: Iterable[str]) -> date:
        """The newest day of the stories and their corrections."""
        return max(story.modified(language) for slug in slugs if (story := self.site.stories[slug]) for language in story.versions)

    def find_newest(self, recipe: Recipe) -> date | None:
        """The day of the newest story of a year or month; None for every other page."""
        slugs = self.index(recipe.section, recipe.id).listed(recipe.year, recipe.month) if recipe.kind == "period" else []
        return self.site.stories[slugs[0]].date if slugs else None

    def list_index_recipes(self, language: str) -> list[Recipe]:
        """Every index page of a language that search engines may keep, without those of entities that have no story."""
        recipes = [Recipe("home", language), Recipe("list", language), *(Recipe("list", language, section) for section in SITE_SECTIONS)]
        if self.events.index().slugs:
            recipes.append(Recipe("calendar", language))
        for year in self.events.index().by_year:
            recipes += [Recipe("calendar", language, year=year, month=month) for month in (0, *self.events.index().by_month(year))]
        for section, id in [("", ""), *((section, id) for section in SITE_SECTIONS for id in self.entity_ids(section))]:
            index = self.index(section, id)
            if section and index.slugs:
                recipes.append(Recipe("entity", language, section, id))
            for year in index.by_year:
                recipes += [Recipe("period", language, section, id, year, month) for month in (0, *index.by_month(year))]
        recipes.append(Recipe("figures", language))
        for (section, id), table in sorted(self.registers.figures.items()):
            recipes += [Recipe("figures", language, section, id, *period) for period in table.periods]
        for name, table in self.registers.tables.items():
            recipes += [Recipe("register", language, name, "", *period) for period in table.periods]
        return recipes

    def _plan_media(self) -> Iterator[Output]:
        """The pictures and documents that a story uses; others are not published."""
        for url, path in sorted(self.media_by_path.items()):
            yield Output(url, media_fingerprint(self.site, path), Recipe("media", id=path))
        for folder, path in sorted(self.picture_by_folder.items()):
            if picture := self.site.pictures.get(path):
                fingerprint = hash_parts([self._settings.encoder, picture.digest])
                yield from (Output(f"{folder}{name}", fingerprint, Recipe("picture", section=name, id=path)) for name in picture.file_names)

    @cached_property
    def media_by_path(self) -> dict[str, str]:
        """Where each is published -> its own path."""
        return {media_path(path): path for path in list_media(self.site)}

    @cached_property
    def picture_by_folder(self) -> dict[str, str]:
        """Where the files of each picture that pages show are published -> its own path."""
        return {picture_folder(path): path for path in list_shown(self.site)}


def list_media(site: Site) -> set[str]:
    """Paths of the documents and pictures that a link of a story leads to."""
    return {use.file for use in _list_uses(site) if not use.is_shown}


def list_shown(site: Site) -> set[str]:
    """Paths of the pictures that the page of a story shows."""
    return {use.file for use in _list_uses(site) if use.is_shown}


class Use(NamedTuple):
    """A place of an article that names a file."""

    path: str
    """Of the article."""
    file: str
    is_shown: bool
    """False for a link."""
    key: KeyPath = ()
    """Of the front matter."""
    destination: str | None = None
    """In the body."""


def find_uses(site: Site, path: str) -> Iterator[Use]:
    """The places that name a file."""
    return (use for use in _list_uses(site) if use.file == path)


def _list_uses(site: Site) -> Iterator[Use]:
    """Every place that names a file of the site."""
    if not site.attachments:
        return
    for story in site.stories.values():
        for article in story.versions.values():
            for target in article.targets:
                if target.kind == "attachment" and target.path in site.attachments:
                    yield Use(article.path, target.path, target.is_image, destination=target.destination)
            for index, document in enumerate(article.facts.documents):
                if document.file and (path := resolve_target(article.path, document.file).path) in site.attachments:
                    yield Use(article.path, path, False, ("documents", index, "file"))
            for index, item in enumerate(article.facts.pictures):
                if (path := resolve_target(article.path, item.file).path) in site.attachments:
                    yield Use(article.path, path, True, ("pictures", index, "file"))


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
