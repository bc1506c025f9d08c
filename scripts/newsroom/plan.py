"""Site -> every output, with its path, its recipe and the fingerprint of all that it depends on.

Pure. Makes the choice of what each page lists; pages, feeds and sitemap render from the same choices, so a
fingerprint cannot forget what a page shows. Two builds with equal fingerprints write equal bytes.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property

from .authority import Authority
from .events import COMING_EVENTS, FEED_EVENTS, PAST_EVENTS
from .fingerprints import CARD_STORIES, Fingerprints, Output, Settings, hash_parts, list_references, media_fingerprint
from .link import resolve_target
from .model import SITE_SECTIONS, Site, Story
from .registers import Table
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
from .uses import list_media, list_shown

SITEMAP_STORIES = 10_000
"""A year with more has a part for each month: sitemaps.org allows 50,000 URLs in one."""
CARD_SIZE = (1200, 630)
"""Pixels."""
FEED_SECTIONS = ("regions", "unions", "kinds")
CALENDAR_SECTIONS = ("regions", "unions")
"""Those whose entities have an iCalendar feed."""
NEWS_DAYS = 2
NEWS_STORIES = 1_000
"""The most that search engines take from a news sitemap."""
_TARGETS_OF_SITE = ("article", "attachment")


# ---------------------------------------------------------------- the plan


class Planner(Fingerprints):
    """Makes the list of outputs."""

    def __init__(self, site: Site, authority: Authority, settings: Settings) -> None:
        super().__init__(site, authority, settings)
        self._search_buckets: dict[str, list[list[str]]] = {}

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
            fingerprint = hash_parts(parts)
            yield Output(f"{article_url(language, story)}index.html", fingerprint, Recipe("article", language, id=story.slug))
            yield Output(ninjs_url(language, story), fingerprint, Recipe("ninjs", language, id=story.slug))
            if story.facts.event:
                yield Output(event_url(language, story), self._hash_events(language, [story.slug]), Recipe("event", language, id=story.slug))

    # ------------------------------------------------------------ pictures of shared links

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

    def _plan_search(self, language: str) -> Iterator[Output]:
        """The files of the search index that need no terms; the others are made when the pages are."""
        folder, common = search_folder(language), self._settings.digest_by_language[language]
        yield Output(f"{folder}entities.json", hash_parts([common, self.authority.digest]), Recipe("search-entities", language))
        rows: list[tuple[int, str | None, tuple[str, ...], tuple[str, ...]]] = []
        numbers, stories = self.search_ids, self.site.stories
        for number, slugs in enumerate(self.search_buckets(language)):
            ids = [numbers[slug].to_bytes(8, "big") for slug in slugs]
            yield Output(f"{folder}c/{number}.json", hash_parts([common, *ids, *self._cards(slugs, language)]), Recipe("search-cards", language, id=str(number)))
            rows += [(numbers[slug], facts.kind, facts.regions, facts.unions) for slug in slugs if (facts := stories[slug].original.facts)]
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

    # ------------------------------------------------------------ figures and registers

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
        recipes = [Recipe("home", language), Recipe("search", language), Recipe("list", language), *(Recipe("list", language, section) for section in SITE_SECTIONS)]
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
