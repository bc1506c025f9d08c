"""A recipe and the site -> the page job: what the page shows, chosen and written in its language.

Here are the parts that all pages share, lists, periods, the calendar, search, root and 404; article_pages, home_pages, data_pages and
entity_pages add theirs, each on top of the one before. Pure, except that an article's body and what becomes of its pictures come
through functions given by build. Chooses with plan's own indexes, so that a page shows just what its fingerprint covers. Rendering is
render's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from .authority import Authority
from .calendar_pages import view_calendar
from .descriptions import Descriptions, Path
from .indexes import Index
from .languages import Language
from .linked_data import Node, write_graph
from .model import SITE_SECTIONS, Picture, Story
from .plan import CALENDAR_SECTIONS, CARD_SIZE, FEED_SECTIONS, Planner
from .render import ABSOLUTE_DEPTH, PageJob, SiteNames
from .urls import Recipe, article_url, calendar_feed_url, calendar_url, card_path, feed_folder, home_url, index_url, page_url, period_url, section_url
from .views import (
    AnyNotFoundView,
    Card,
    Choice,
    CountedLink,
    DayView,
    Feed,
    Head,
    HeadImage,
    LanguageLink,
    Link,
    ListGroup,
    ListView,
    NotFoundView,
    PeriodView,
    Phrase,
    RootView,
    SearchView,
)

GROUPED_SECTIONS = ("people",)
"""Lists with a heading for each letter."""


class Inputs(NamedTuple):
    """What pages need besides the planner."""

    languages: Mapping[str, Language]
    default_language: str
    names: Mapping[str, SiteNames]
    site_url: str
    """Absolute, with a slash at the end."""
    docs_urls: Mapping[str, str]
    """Path of a docs page relative to the project folder -> its site path."""
    read_body: Callable[[str], str]
    """Path of an article -> its Markdown body."""
    find_picture: Callable[[str], Picture | None]
    """Path of a picture -> what becomes of it; None when it cannot be shown."""


class PageMaker:
    """Makes the page jobs of one build: those of articles and lists of stories here, the others in data_pages and entity_pages."""

    def __init__(self, planner: Planner, inputs: Inputs) -> None:
        self._planner = planner
        self._site = planner.site
        self._authority: Authority = planner.authority
        self._inputs = inputs
        self._describe = Descriptions(planner.authority, inputs.names, inputs.site_url)
        self._links: dict[tuple[str, str, str], Link] = {}
        """To entities that have one name for all days."""
        self._cards: dict[tuple[str, str], Card] = {}

    def make_job(self, recipe: Recipe) -> PageJob:
        """The job of any page recipe (not of feeds, sitemaps and media)."""
        maker = getattr(self, f"_make_{recipe.kind.replace('-', '_')}")
        job: PageJob = maker(recipe, self._inputs.languages.get(recipe.language))
        return job

    def list_sources(self, recipes: Iterable[Recipe]) -> Iterator[str]:
        """The files that the bodies of these pages are read from."""
        return (self._site.stories[recipe.id].versions[recipe.language].path for recipe in recipes if recipe.kind == "article")

    # ------------------------------------------------------------ indexes

    def _make_list(self, recipe: Recipe, language: Language) -> PageJob:
        section = recipe.section
        if section:
            links = self._count_entities(section, language)
            title, lead = language.text(f"all-{section}"), language.text(f"{section}-lead")
        else:
            links = self._count_years("", "", language)
            title, lead = language.text("archive"), language.text("archive-lead")
        groups = _group_links(links, language) if section in GROUPED_SECTIONS else (ListGroup("", links),) if links else ()
        return self._wrap(recipe, "list.html", ListView(section or "archive", title, lead, groups), self._make_head(recipe, title, lead))

    def _make_search(self, recipe: Recipe, language: Language) -> PageJob:
        view = SearchView(
            languages=(language.code, *(code for code in self._inputs.languages if code != language.code)),
            kinds=self._count_entities("kinds", language, with_stories=True), regions=self._count_entities("regions", language, with_stories=True),
            unions=self._count_entities("unions", language, with_stories=True),
            people=Link(language.text("all-people"), section_url(language.code, "people")), years=self._count_years("", "", language),
        )  # fmt: skip
        return self._wrap(recipe, "search.html", view, self._make_head(recipe, language.text("search"), language.text("search-lead")))

    def _make_period(self, recipe: Recipe, language: Language) -> PageJob:
        section, id, year = recipe.section, recipe.id, recipe.year
        index = self._planner.index(section, id)
        above = self._authority.get(section, id).name(language.code) if section else language.text("archive")
        period = language.month_year(year, recipe.month) if recipe.month else language.text("year-heading", year=str(year))
        title = language.text("period-title", name=above, period=period)
        up = Link(f"{above}, {year}", period_url(language.code, section, id, year)) if recipe.month else Link(above, index_url(language.code, section, id))
        months = tuple(
            CountedLink(language.month_name(month), period_url(language.code, section, id, year, month), len(slugs))
            for month, slugs in index.by_month(year).items()
        )
        view = PeriodView(
            title=title, up=up, days=self._view_days(index.listed(year, recipe.month), language), months=months,
            siblings=tuple(Link(str(other), period_url(language.code, section, id, other)) for other in index.by_year if other != year),
        )  # fmt: skip
        return self._wrap(recipe, "period.html", view, self._make_head(recipe, title, language.text("period-description", name=above, period=period), path=self._find_way(recipe, language)))

    def _find_way(self, recipe: Recipe, language: Language) -> Path:
        """(name, URL) of the pages above a year or month."""
        code, section, id = recipe.language, recipe.section, recipe.id
        way = [(language.text(section or "archive"), section_url(code, section))]
        if section:
            way.append((self._authority.get(section, id).name(code), index_url(code, section, id)))
        return (*way, *([(str(recipe.year), period_url(code, section, id, recipe.year))] if recipe.month else []))

    def _make_calendar(self, recipe: Recipe, language: Language) -> PageJob:
        view = view_calendar(recipe, self._planner, language)
        index = self._planner.events.index()
        description = language.text("calendar-lead") if not recipe.year else language.text("calendar-description", period=view.title)
        path = ((language.text("calendar"), calendar_url(language.code)),) if recipe.year else ()
        head = self._make_head(recipe, view.title, description, is_indexed=bool(index.slugs), path=path)
        return self._wrap(recipe, "calendar.html", view, head)

    # ------------------------------------------------------------ root and 404

    def _make_root(self, recipe: Recipe, _: Language | None) -> PageJob:
        choices = []
        for code, language in self._inputs.languages.items():
            choices.append(Choice(code, language.name, *self._inputs.names[code], language.text("choose-language"), home_url(code)))
        code = self._inputs.default_language
        name = " · ".join(self._inputs.names[code].name for code in self._inputs.languages)
        alternates = [(code, self._absolute(home_url(code))) for code in self._inputs.languages]
        head = Head(title=name, description=self._inputs.names[code].organization, canonical_url=self._absolute(""), alternates=(*alternates, ("x-default", self._absolute(""))))
        return PageJob("index.html", "root.html", code, 0, head, (), "", RootView(name, tuple(choices)), in_shell=False)

    def _make_not_found(self, recipe: Recipe, language: Language | None) -> PageJob:
        if language is None:
            return self._make_any_not_found(recipe)
        links = (Link(language.text("archive"), section_url(language.code, "")), *(Link(language.text(section), section_url(language.code, section)) for section in SITE_SECTIONS))
        view = NotFoundView(Link(language.text("home"), home_url(language.code)), links)
        head = Head(title=language.text("not-found-title"), description="", canonical_url="", is_indexed=False)
        return self._wrap(recipe, "not_found.html", view, head)

    def _make_any_not_found(self, recipe: Recipe) -> PageJob:
        pages = tuple(
            (code, language.text("not-found-title"), language.text("not-found-text"), Link(language.text("home"), home_url(code)))
            for code, language in self._inputs.languages.items()
        )
        language = self._inputs.languages[self._inputs.default_language]
        head = Head(title=language.text("not-found-title"), description="", canonical_url="", is_indexed=False)
        job = self._wrap(recipe._replace(language=language.code), "any_not_found.html", AnyNotFoundView(head.title, pages), head)
        return job._replace(path="404.html")

    # ------------------------------------------------------------ shared parts

    def _wrap(self, recipe: Recipe, template: str, view: object, head: Head, switch: tuple[LanguageLink, ...] | None = None) -> PageJob:
        url = page_url(recipe, self._site)
        is_file = url.endswith(".html")
        depth = ABSOLUTE_DEPTH if is_file else url.count("/")
        section = recipe.section or {"list": "archive", "period": "archive", "home": "home", "calendar": "calendar"}.get(recipe.kind, "")
        return PageJob(url if is_file else f"{url}index.html", template, recipe.language, depth, head, switch or self._switch_index(recipe), section, view)

    def _switch_article(self, story: Story, language: Language) -> tuple[LanguageLink, ...]:
        links = []
        for code, other in self._inputs.languages.items():
            exists = code in story.versions
            url = article_url(code, story) if exists else home_url(code)
            links.append(LanguageLink(code, other.name, url, code == language.code, exists))
        return tuple(links)

    def _switch_index(self, recipe: Recipe) -> tuple[LanguageLink, ...]:
        """Every index page exists in every language."""
        links = []
        for code, language in self._inputs.languages.items():
            url = home_url(code) if recipe.kind == "not-found" else page_url(recipe._replace(language=code), self._site)
            links.append(LanguageLink(code, language.name, url, code == recipe.language, True))
        return tuple(links)

    def _make_head(self, recipe: Recipe, title: str, description: str, *, languages: list[str] | None = None, published: date | None = None, is_indexed: bool = True,
                   path: Path = (), nodes: Iterable[Node] = ()) -> Head:  # fmt: skip
        """nodes: what JSON-LD says of a page besides its way from the front page; of an article it comes later."""
        codes = [code for code in self._inputs.languages if languages is None or code in languages]
        urls = {code: self._absolute(page_url(recipe._replace(language=code), self._site)) for code in codes}
        language = self._inputs.languages[recipe.language]
        feeds = [self._make_feed("", "", language, absolute=True)]
        if recipe.kind == "entity" and recipe.section in FEED_SECTIONS:
            feeds.append(self._make_feed(recipe.section, recipe.id, language, absolute=True))
        if recipe.kind not in ("article", "home"):
            nodes = (*nodes, self._describe.way((*path, (title, page_url(recipe, self._site))), language))
        has_calendar = recipe.kind in ("home", "calendar") or recipe.kind == "entity" and recipe.section in CALENDAR_SECTIONS
        section, id = (recipe.section, recipe.id) if recipe.kind == "entity" else ("", "")
        return Head(
            locale=language.text("locale"), other_locales=tuple(self._inputs.languages[code].text("locale") for code in codes if code != language.code),
            linked_data=write_graph(nodes) if nodes and is_indexed else "", calendar_url=self._absolute(calendar_feed_url(language.code, section, id)) if has_calendar else "",
            title=title, description=description, canonical_url=urls[recipe.language], alternates=(*urls.items(), ("x-default", self._choose_default(urls))),
            feeds=tuple(feeds), published=published, is_article=recipe.kind == "article", is_indexed=is_indexed,
            image=HeadImage(self._absolute(card_path(recipe.language, None)), *CARD_SIZE, self._inputs.names[recipe.language].name),
        )  # fmt: skip

    def _choose_default(self, urls: dict[str, str]) -> str:
        return urls.get(self._inputs.default_language) or next(iter(urls.values()))

    def _make_feed(self, section: str, id: str, language: Language, *, absolute: bool) -> Feed:
        name = self._inputs.names[language.code].name
        title = language.text("feed-title", site=name, name=self._authority.get(section, id).name(language.code)) if section else name
        folder = feed_folder(language.code, section, id)
        folder = self._absolute(folder) if absolute else folder
        return Feed(title, f"{folder}feed.xml", f"{folder}feed.json")

    def _absolute(self, path: str) -> str:
        return self._inputs.site_url + path

    def _view_cards(self, slugs: Iterable[str], language: Language) -> tuple[Card, ...]:
        return tuple(self._view_card(slug, language) for slug in slugs)

    def _view_days(self, slugs: Iterable[str], language: Language) -> tuple[DayView, ...]:
        return tuple(DayView(day, tuple(cards)) for day, cards in groupby(self._view_cards(slugs, language), lambda card: card.date))

    def _view_card(self, slug: str, language: Language) -> Card:
        card = self._cards.get((slug, language.code))
        if card is None:
            card = self._cards[slug, language.code] = self._build_card(self._site.stories[slug], language)
        return card

    def _build_card(self, story: Story, language: Language) -> Card:
        article = story.version_for(language.code)
        is_foreign = article.language != language.code
        return Card(
            title=Phrase(article.title, article.language), summary=Phrase(article.summary, article.language), url=article_url(article.language, story), date=story.date,
            kind=self._authority.get("kinds", story.facts.kind or "").name(language.code),
            regions=tuple(self._authority.get("regions", id).short_name(language.code, story.date) for id in story.facts.regions),
            foreign_name=language.names[article.language] if is_foreign else "",
        )  # fmt: skip

    def _link_entity(self, section: str, id: str, language: Language, day: date) -> Link:
        """The short name: beside a link to the entity's page it says enough."""
        link = self._links.get((section, id, language.code))
        if link is None:
            entity = self._authority.get(section, id)
            link = Link(entity.short_name(language.code, day), index_url(language.code, section, id))
            if len(entity.names) == 1:
                self._links[section, id, language.code] = link
        return link

    def _name_reference(self, reference: str | None, language: Language, day: date) -> str:
        if not reference:
            return ""
        section, _, id = reference.partition("/")
        return self._authority.get(section, id).name(language.code, day)

    def _count_entities(self, section: str, language: Language, *, with_stories: bool = False, is_short: bool = False) -> tuple[CountedLink, ...]:
        """Links to all entities of a section in the language's own order, with the number of stories."""
        links = []
        for entity in self._authority.entities(section):
            count = len(self._planner.index(section, entity.id).slugs)
            if count or not with_stories:
                name = entity.short_name(language.code) if is_short else entity.name(language.code)
                links.append(CountedLink(name, index_url(language.code, section, entity.id), count))
        return tuple(sorted(links, key=lambda link: language.sort_key(link.text)))

    def _count_years(self, section: str, id: str, language: Language) -> tuple[CountedLink, ...]:
        index: Index = self._planner.index(section, id)
        return tuple(CountedLink(str(year), period_url(language.code, section, id, year), len(slugs)) for year, slugs in index.by_year.items())


def _group_links(links: tuple[CountedLink, ...], language: Language) -> tuple[ListGroup, ...]:
    groups: dict[str, list[CountedLink]] = {}
    for link in links:
        groups.setdefault(language.initial(link.text), []).append(link)
    return tuple(ListGroup(letter, tuple(members)) for letter, members in groups.items())
