"""A recipe and the site -> the page job: what the page shows, chosen and written in its language.

Pure, except that an article's body and the size of its pictures come through functions given by build. Chooses with plan's own
indexes, so that a page shows just what its fingerprint covers. Rendering is render's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from .authority import Authority, DatedItem, Entity, Measure, Person, Region, Union
from .languages import Language
from .link import resolve_target
from .model import SITE_SECTIONS, Article, Award, Dispute, Document, Event, Facts, Figure, Participation, Story, Text
from .plan import FEED_SECTIONS, HOME_STORIES, Index, Planner
from .render import ABSOLUTE_DEPTH, PageJob, SiteNames, Target
from .urls import Recipe, article_url, feed_folder, home_url, index_url, media_url, page_url, period_url, section_url
from .views import (
    AnyNotFoundView,
    ArticleView,
    AwardView,
    Card,
    Choice,
    CountedLink,
    DisputeView,
    DocumentView,
    EntityView,
    EventView,
    Feed,
    FigureGroup,
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
    measure_picture: Callable[[str], tuple[int, int]]
    """Path of a picture -> width and height as published."""


class PageMaker:
    """Makes the page jobs of one build."""

    def __init__(self, planner: Planner, inputs: Inputs) -> None:
        self._planner = planner
        self._site = planner.site
        self._authority: Authority = planner.authority
        self._inputs = inputs
        self._cards: dict[tuple[str, str], Card] = {}

    def make_job(self, recipe: Recipe) -> PageJob:
        """The job of any page recipe (not of feeds, sitemaps and media)."""
        maker = getattr(self, f"_make_{recipe.kind.replace('-', '_')}")
        job: PageJob = maker(recipe, self._inputs.languages.get(recipe.language))
        return job

    # ------------------------------------------------------------ articles

    def _make_article(self, recipe: Recipe, language: Language) -> PageJob:
        story = self._site.stories[recipe.id]
        article = story.versions[language.code]
        facts = story.facts
        switch = self._switch_article(story, language)
        view = ArticleView(
            title=article.title,
            summary=article.summary,
            date=story.date,
            kind=self._link_entity("kinds", facts.kind or "", language, story.date),
            place=_choose_phrase(facts.place, language, story),
            byline=self._name_reference(facts.byline, language, story.date),
            event=self._view_event(facts.event, language, story) if facts.event else None,
            people=tuple(self._view_person(item, language, story) for item in facts.people),
            regions=tuple(self._link_entity("regions", id, language, story.date) for id in facts.regions),
            unions=tuple(self._link_entity("unions", id, language, story.date) for id in facts.unions),
            organizations=tuple(self._name_reference(f"organizations/{id}", language, story.date) for id in facts.organizations),
            figures=tuple(self._group_figures(facts.figures, language)),
            documents=tuple(self._view_document(item, language, story) for item in facts.documents),
            disputes=tuple(_view_dispute(item, language, story) for item in facts.disputes),
            awards=tuple(self._view_award(item, language, story) for item in facts.awards),
            related=self._view_cards(story.related, language),
            versions=tuple(link for link in switch if link.is_same_page and not link.is_current),
            original=next((link for link in switch if link.language == story.original.language and not link.is_current), None),
        )
        head = self._make_head(recipe, article.title, article.summary, languages=list(story.versions), published=story.date)
        job = self._wrap(recipe, "article.html", view, head, switch)
        return job._replace(body=self._inputs.read_body(article.path), targets=self._resolve_targets(article, language))

    def _view_person(self, item: Participation, language: Language, story: Story) -> PersonLine:
        person = self._authority.get("people", item.person)
        assert isinstance(person, Person)
        role = _choose_phrase(item.role, language, story) if item.role else None
        dated = None if role else person.role(language.code, story.date)
        return PersonLine(person.name(language.code, story.date), index_url(language.code, "people", person.id), role or (Phrase(dated, language.code) if dated else None))

    def _view_event(self, event: Event, language: Language, story: Story) -> EventView:
        region = self._link_entity("regions", event.region, language, story.date) if event.region else None
        return EventView(name=_phrase(event.name, language, story), start=event.start, end=event.end, format=event.format,
                         venue=_choose_phrase(event.venue, language, story), region=region)  # fmt: skip

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
        return DocumentView(title=_phrase(document.title, language, story), type=document.type, date=document.date, parties=parties, file_url=file_url)

    def _view_award(self, award: Award, language: Language, story: Story) -> AwardView:
        people = tuple(self._link_entity("people", id, language, story.date) for id in award.to)
        return AwardView(name=_phrase(award.name, language, story), to=people, date=award.date)

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
        cards = self._view_cards(self._planner.index().slugs[: HOME_STORIES + 1], language)
        view = HomeView(
            lead=cards[0] if cards else None,
            newest=cards[1:],
            kinds=self._count_entities("kinds", language, with_stories=True),
            regions=self._count_entities("regions", language, is_short=True),
            unions=self._count_entities("unions", language, is_short=True),
            years=self._count_years("", "", language),
        )
        names = self._inputs.names[language.code]
        return self._wrap(recipe, "home.html", view, self._make_head(recipe, names.name, language.text("home-description", organization=names.organization)))

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

    def _make_entity(self, recipe: Recipe, language: Language) -> PageJob:
        section, id = recipe.section, recipe.id
        entity = self._authority.get(section, id)
        index = self._planner.index(section, id)
        name = entity.name(language.code)
        lead = _write_lead(entity, language)
        view = EntityView(
            section=section, section_name=language.text(section), section_url=section_url(language.code, section), name=name, lead=lead,
            facts=tuple(self._list_facts(entity, language)), newest=self._view_cards(index.newest, language),
            years=self._count_years(section, id, language), feed=self._make_feed(section, id, language, absolute=False) if section in FEED_SECTIONS else None,
        )  # fmt: skip
        return self._wrap(recipe, "entity.html", view, self._make_head(recipe, name, lead, is_indexed=bool(index.slugs)))

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
        return self._wrap(recipe, "period.html", view, self._make_head(recipe, title, language.text("period-description", name=above, period=period)))

    def _list_facts(self, entity: Entity, language: Language) -> Iterator[tuple[str, str]]:
        """(label, value) of what an entity's page says of it; every value is one line."""
        code = language.code
        if isinstance(entity, Region):
            yield from self._list_region_facts(entity, language)
        elif isinstance(entity, Union):
            yield language.text("sector"), entity.sector[code]
            if entity.member_since:
                yield language.text("member-since"), language.date(entity.member_since)
        elif isinstance(entity, Person):
            roles = [_write_dated(role.title[code], role, language) for role in entity.roles]
            if roles:
                yield language.text("roles"), "; ".join(roles)
        former = [_write_dated(name, dates, language) for name, dates in entity.former_names(code)]
        if former:
            yield language.text("former-names"), "; ".join(former)

    def _list_region_facts(self, region: Region, language: Language) -> Iterator[tuple[str, str]]:
        if centre := region.centre(language.code):
            yield language.text("centre"), centre
        if region.since:
            yield language.text("since"), language.date(region.since)
        if region.predecessors:
            before = [self._authority.get("regions", id).name(language.code, region.since) for id in region.predecessors]
            yield language.text("predecessors"), ", ".join(before)
        if organization := self._authority.find_centre(region.id):
            yield language.text("union-centre"), organization.name(language.code)

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
        section = recipe.section or {"list": "archive", "period": "archive", "home": "home"}.get(recipe.kind, "")
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

    def _make_head(self, recipe: Recipe, title: str, description: str, *, languages: list[str] | None = None, published: date | None = None, is_indexed: bool = True) -> Head:
        codes = [code for code in self._inputs.languages if languages is None or code in languages]
        urls = {code: self._absolute(page_url(recipe._replace(language=code), self._site)) for code in codes}
        language = self._inputs.languages[recipe.language]
        feeds = [self._make_feed("", "", language, absolute=True)]
        if recipe.kind == "entity" and recipe.section in FEED_SECTIONS:
            feeds.append(self._make_feed(recipe.section, recipe.id, language, absolute=True))
        return Head(
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
        return Link(self._authority.get(section, id).short_name(language.code, day), index_url(language.code, section, id))

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


def _write_lead(entity: Entity, language: Language) -> str:
    name = entity.name(language.code)
    key = {"regions": "region-lead", "unions": "union-lead", "people": "person-lead", "kinds": "kind-lead"}[entity.section]
    inside = entity.inside(language.code) if isinstance(entity, Region) else name
    return language.text(key, inside=inside) if isinstance(entity, Region) else language.text(key, name=name)


def _write_dated(text: str, dates: DatedItem, language: Language) -> str:
    """A text with the days, or years, between which it holds; alone when no day is known."""
    since, until = (dates.first_year, dates.last_year) if dates.is_by_year else (dates.since, dates.until)
    written = [day if day is None else str(day) if isinstance(day, int) else language.date(day) for day in (since, until)]
    if since and since == until:
        return f"{text} ({written[0]})"
    if since and until:
        return language.text("valid-between", name=text, since=written[0], until=written[1])
    if since or until:
        return language.text("valid-since" if since else "valid-until", name=text, date=written[0] or written[1])
    return text


def _view_dispute(dispute: Dispute, language: Language, story: Story) -> DisputeView:
    return DisputeView(
        employer=_phrase(dispute.employer, language, story), issue=_phrase(dispute.issue, language, story),
        outcome=_choose_phrase(dispute.outcome, language, story), status=dispute.status,
    )  # fmt: skip


def _phrase(text: Text | str, language: Language, story: Story) -> Phrase:
    """The text in the language, else in the original's, else in whichever there is."""
    assert isinstance(text, dict)
    for code in (language.code, story.original.language, *text):
        if code in text:
            return Phrase(text[code], code)
    raise AssertionError("check lets no empty text through")


def _choose_phrase(text: Text | str | None, language: Language, story: Story) -> Phrase | None:
    return None if not text else _phrase(text, language, story)
