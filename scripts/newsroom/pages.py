"""A recipe and the site -> the page job: what the page shows, chosen and written in its language.

Pure, except that an article's body and the size of its pictures come through functions given by build. Chooses with plan's own
indexes, so that a page shows just what its fingerprint covers. Rendering is render's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from .authority import MAXIMUM_TILE, Authority, Entity, Kind, Measure, Person, Region
from .calendar_pages import view_calendar, view_event
from .descriptions import Descriptions, Path
from .ical import CalendarEvent
from .indexes import Index
from .languages import Language
from .link import list_memberships, resolve_target
from .linked_data import Node, write_graph
from .model import SITE_SECTIONS, Article, Award, Dispute, Document, Facts, Figure, Participation, Story
from .ninjs import Item
from .phrases import choose_phrase, find_phrase
from .plan import CALENDAR_SECTIONS, FEED_SECTIONS, Planner
from .render import ABSOLUTE_DEPTH, NINJS_TEMPLATE, PageJob, SiteNames, Target
from .urls import (
    Recipe,
    article_url,
    calendar_feed_url,
    calendar_url,
    feed_folder,
    home_url,
    index_url,
    media_url,
    ninjs_url,
    page_url,
    period_url,
    section_url,
)
from .views import (
    AnyNotFoundView,
    ArticleView,
    AwardView,
    Card,
    Choice,
    CorrectionView,
    CountedLink,
    DisputeView,
    DocumentView,
    EventLine,
    Feed,
    FigureGroup,
    FigureLine,
    FigureView,
    Head,
    HomeView,
    LanguageLink,
    Link,
    ListGroup,
    ListView,
    NotFoundView,
    PeriodView,
    PersonLine,
    Phrase,
    RootView,
    SearchView,
    Strip,
    Tile,
)

HEAT_STEPS = (1, 3, 10)
"""A region's stories of the last year from which its tile on the front page is darker."""
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
    measure_picture: Callable[[str], tuple[int, int]]
    """Path of a picture -> width and height as published."""


class PageMaker:
    """Makes the page jobs of one build: those of articles and lists of stories here, the others in data_pages and entity_pages."""

    def __init__(self, planner: Planner, inputs: Inputs) -> None:
        self._planner = planner
        self._site = planner.site
        self._authority: Authority = planner.authority
        self._inputs = inputs
        self._describe = Descriptions(planner.authority, inputs.names, inputs.site_url)
        self._last_article: tuple[Recipe, PageJob] | None = None
        """An article's page and its ninjs are made one after the other, from one job."""
        self._links: dict[tuple[str, str, str], Link] = {}
        """To entities that have one name for all days."""
        self._cards: dict[tuple[str, str], Card] = {}
        self._spellings_by_entity: dict[tuple[str, str], tuple[str, ...]] = {}

    def make_job(self, recipe: Recipe) -> PageJob:
        """The job of any page recipe (not of feeds, sitemaps and media)."""
        maker = getattr(self, f"_make_{recipe.kind.replace('-', '_')}")
        job: PageJob = maker(recipe, self._inputs.languages.get(recipe.language))
        return job

    # ------------------------------------------------------------ articles

    def _make_article(self, recipe: Recipe, language: Language) -> PageJob:
        last = self._last_article
        if last is not None and last[0] == recipe:
            return last[1]
        story = self._site.stories[recipe.id]
        article = story.versions[language.code]
        switch = self._switch_article(story, language)
        view = self._view_article(story, language, switch)
        head = self._make_article_head(recipe, view, story, language)
        job = self._wrap(recipe, "article.html", view, head, switch)
        names = self._list_names(story.facts)
        job = job._replace(body=self._inputs.read_body(article.path), targets=self._resolve_targets(article, language), names=names)
        self._last_article = recipe, job
        return job

    def _make_ninjs(self, recipe: Recipe, language: Language) -> PageJob:
        job = self._make_article(recipe._replace(kind="article"), language)
        story = self._site.stories[recipe.id]
        item = self._describe.item(story, job.view, job.head, language)
        return job._replace(path=ninjs_url(language.code, story), template=NINJS_TEMPLATE, view=item, names=())

    def describe_item(self, slug: str, code: str) -> Item:
        """What a feed of ninjs says of a story, in the language or the original's."""
        story = self._site.stories[slug]
        language = self._inputs.languages[story.version_for(code).language]
        view = self._view_article(story, language, self._switch_article(story, language))
        head = self._make_article_head(Recipe("article", language.code, id=slug), view, story, language)
        return self._describe.item(story, view, head, language)

    def describe_event(self, slug: str, language: Language) -> CalendarEvent:
        """The event of a story, for calendars."""
        return self._describe.event(self._site.stories[slug], language)

    def _make_article_head(self, recipe: Recipe, view: ArticleView, story: Story, language: Language) -> Head:
        head = self._make_head(recipe, view.title, view.summary, languages=list(story.versions), published=story.date)
        return self._describe.complete_head(head, view, story, language, has_ninjs=self._planner.has_ninjs(story.slug))

    def _view_article(self, story: Story, language: Language, switch: tuple[LanguageLink, ...]) -> ArticleView:
        article = story.versions[language.code]
        facts = story.facts
        return ArticleView(
            title=article.title,
            summary=article.summary,
            date=story.date,
            kind=self._link_entity("kinds", facts.kind or "", language, story.date),
            place=choose_phrase(facts.place, language, story),
            byline=self._name_reference(facts.byline, language, story.date),
            event=view_event(story, language, self._authority) if facts.event else None,
            people=tuple(self._view_person(item, language, story) for item in facts.people),
            regions=tuple(self._link_entity("regions", id, language, story.date) for id in facts.regions),
            unions=tuple(self._link_entity("unions", id, language, story.date) for id in facts.unions),
            organizations=tuple(self._name_reference(f"organizations/{id}", language, story.date) for id in facts.organizations),
            figures=tuple(self._group_figures(facts.figures, language)),
            documents=tuple(self._view_document(item, language, story) for item in facts.documents),
            disputes=tuple(self._view_dispute(item, language, story) for item in facts.disputes),
            awards=tuple(self._view_award(item, language, story) for item in facts.awards),
            related=self._view_cards(story.related, language),
            corrections=tuple(CorrectionView(item.date, item.text) for item in article.corrections),
            versions=tuple(link for link in switch if link.is_same_page and not link.is_current),
            original=next((link for link in switch if link.language == story.original.language and not link.is_current), None),
        )

    def _list_names(self, facts: Facts) -> tuple[str, ...]:
        """Every spelling of what a story is tagged with."""
        references = [*list_memberships(facts), *(("organizations", id) for id in facts.organizations)]
        return tuple(spelling for section, id in references for spelling in self._spellings(section, id))

    def _spellings(self, section: str, id: str) -> tuple[str, ...]:
        known = self._spellings_by_entity.get((section, id))
        if known is None:
            known = self._spellings_by_entity[section, id] = self._authority.spellings(self._authority.get(section, id))
        return known

    def _view_person(self, item: Participation, language: Language, story: Story) -> PersonLine:
        person = self._authority.get("people", item.person)
        assert isinstance(person, Person)
        role = choose_phrase(item.role, language, story) if item.role else None
        dated = None if role else person.role(language.code, story.date)
        return PersonLine(person.name(language.code, story.date), index_url(language.code, "people", person.id), role or (Phrase(dated, language.code) if dated else None))

    def _group_figures(self, figures: Iterable[Figure], language: Language) -> Iterator[FigureGroup]:
        """The figures in their order, those that follow each other with one scope and day together."""
        for (region, union, as_of), group in groupby(figures, lambda figure: (figure.region, figure.union, figure.as_of)):
            scopes = [("regions", region), ("unions", union)]
            links = tuple(self._link_entity(section, id, language, as_of) for section, id in scopes if id)
            yield FigureGroup(links, as_of, tuple(self._view_figure(figure, language) for figure in group))

    def _view_figure(self, figure: Figure, language: Language) -> FigureView:
        measure = self._authority.get("measures", figure.measure)
        assert isinstance(measure, Measure)
        value = language.quantity(figure.value, measure.unit, qualifier=figure.qualifier)
        return FigureView(measure.name(language.code), value, language.number(figure.of) if figure.of is not None else "")

    def _view_document(self, document: Document, language: Language, story: Story) -> DocumentView:
        path = resolve_target(story.original.path, document.file).path if document.file else ""
        file_url = media_url(path) if path in self._site.attachments else ""
        parties = tuple(self._name_reference(party, language, story.date) for party in document.parties)
        return DocumentView(title=find_phrase(document.title, language, story), type=document.type, date=document.date, parties=parties, file_url=file_url)

    def _view_dispute(self, dispute: Dispute, language: Language, story: Story) -> DisputeView:
        return DisputeView(
            employer=find_phrase(dispute.employer, language, story), issue=find_phrase(dispute.issue, language, story), status=dispute.status,
            action=choose_phrase(dispute.action, language, story), outcome=choose_phrase(dispute.outcome, language, story),
            region=self._link_entity("regions", dispute.region, language, story.date) if dispute.region else None,
        )  # fmt: skip

    def _view_award(self, award: Award, language: Language, story: Story) -> AwardView:
        people = tuple(self._link_entity("people", id, language, story.date) for id in award.to)
        return AwardView(name=find_phrase(award.name, language, story), to=people, date=award.date)

    def _resolve_targets(self, article: Article, language: Language) -> dict[str, Target]:
        """Where the article's links lead; without those that lead to nothing, which a preview may have to show."""
        targets = {}
        for target in article.targets:
            fragment = f"#{target.fragment}" if target.fragment else ""
            if target.kind == "fragment":
                targets[target.destination] = Target(fragment)
            elif target.kind == "article" and target.slug in self._site.stories:
                targets[target.destination] = self._resolve_article(target.slug, target.language, fragment, language)
            elif target.kind == "docs" and target.path in self._inputs.docs_urls:
                targets[target.destination] = Target(self._inputs.docs_urls[target.path] + fragment)
            elif target.kind == "attachment" and target.path in self._site.attachments:
                width, height = self._inputs.measure_picture(target.path) if target.is_image else (0, 0)
                targets[target.destination] = Target(media_url(target.path), width=width, height=height)
        return targets

    def _resolve_article(self, slug: str, linked_language: str, fragment: str, language: Language) -> Target:
        """The reader's own version of the linked story, else the one that was linked. A fragment holds in its own version only."""
        story = self._site.stories[slug]
        version = language.code if language.code in story.versions else story.versions.get(linked_language, story.original).language
        kept = fragment if version == linked_language else ""
        return Target(article_url(version, story) + kept, "" if version == language.code else version)

    # ------------------------------------------------------------ indexes

    def _make_home(self, recipe: Recipe, language: Language) -> PageJob:
        front = self._planner.front
        cards = self._view_cards(front.newest, language)
        view = HomeView(
            lead=cards[0] if cards else None,
            newest=cards[1:],
            strips=tuple(self._view_strip(kind, slugs, language) for kind, slugs in front.strips.items()),
            tiles=tuple(self._view_tiles(front.recent, language)),
            steps=("0", *(f"{low}–{high - 1}" for low, high in pairwise(HEAT_STEPS)), f"{HEAT_STEPS[-1]}+"),
            unions=self._count_entities("unions", language, is_short=True),
            years=self._count_years("", "", language),
            coming=tuple(self._view_event_line(slug, language) for slug in front.coming),
            past=tuple(self._view_event_line(slug, language) for slug in front.past),
            figures=tuple(self._view_figure_line(slug, place, language) for slug, place in front.figures),
        )
        names = self._inputs.names[language.code]
        return self._wrap(recipe, "home.html", view, self._make_head(recipe, names.name, language.text("home-description", organization=names.organization), nodes=self._describe.site(language)))

    def _view_strip(self, id: str, slugs: tuple[str, ...], language: Language) -> Strip:
        kind = self._authority.get("kinds", id)
        assert isinstance(kind, Kind)
        link = CountedLink(kind.plural_name(language.code), index_url(language.code, "kinds", id), len(self._planner.index("kinds", id).slugs))
        return Strip(link, self._view_cards(slugs, language))

    def _view_tiles(self, recent: Mapping[str, int], language: Language) -> Iterator[Tile]:
        """The regions of today from north to south, those without a place last; a place belongs to the first region that claims it."""
        taken: set[tuple[int, int]] = {(0, 0)}
        for region in sorted(self._authority.entities("regions"), key=_place_tile):
            assert isinstance(region, Region)
            place = (0, 0) if region.tile in taken else region.tile
            taken.add(place)
            if region.until is None:
                count = recent.get(region.id, 0)
                label = region.label.get(language.code) or region.short_name(language.code)
                yield Tile(region.iso, label, index_url(language.code, "regions", region.id), count, bisect_right(HEAT_STEPS, count), *place)

    def _view_event_line(self, slug: str, language: Language) -> EventLine:
        story = self._site.stories[slug]
        event = story.facts.event
        assert event is not None
        place = self._authority.get("regions", event.region).short_name(language.code, story.date) if event.region else ""
        return EventLine(find_phrase(event.name, language, story), article_url(story.version_for(language.code).language, story), event.start, event.end, place)

    def _view_figure_line(self, slug: str, place: int, language: Language) -> FigureLine:
        story = self._site.stories[slug]
        figure, article = story.facts.figures[place], story.version_for(language.code)
        scopes = [("regions", figure.region), ("unions", figure.union)]
        scope = ", ".join(self._authority.get(section, id).short_name(language.code, figure.as_of) for section, id in scopes if id)
        return FigureLine(self._view_figure(figure, language), figure.as_of, scope, Phrase(article.title, article.language), article_url(article.language, story))

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
        return self._wrap(recipe, "search.html", view, self._make_head(recipe, language.text("search"), language.text("search-lead"), is_indexed=False))

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
            title=title, up=up, cards=self._view_cards(index.listed(year, recipe.month), language), months=months,
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


def _place_tile(region: Entity) -> tuple[int, int]:
    """Row and column; far below for a region without a place."""
    assert isinstance(region, Region)
    return region.tile if region.tile != (0, 0) else (MAXIMUM_TILE + 1, 0)
