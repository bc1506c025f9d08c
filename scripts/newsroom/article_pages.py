"""The page of a story in one of its languages, its ninjs, and the views of its facts, which other pages show too.

Pure, except that the body and what becomes of a picture come through functions given by build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from .authority import Measure, Person
from .calendar_pages import view_event
from .ical import CalendarEvent
from .languages import Language
from .link import resolve_target
from .model import Article, Award, Dispute, Document, Figure, Participation, Story
from .ninjs import Item
from .pages import Inputs, PageMaker
from .phrases import choose_phrase, find_phrase
from .plan import CARD_SIZE, Planner
from .render import EVENT_TEMPLATE, NINJS_TEMPLATE, PageJob, Target
from .urls import Recipe, article_url, card_path, event_url, index_url, media_url, ninjs_url, picture_url
from .views import ArticleView, AwardView, CorrectionView, DisputeView, DocumentView, FigureGroup, FigureView, Head, HeadImage, LanguageLink, PersonLine, Phrase, PictureView

SHARED_WIDTH = 1200
"""Pixels: what social networks show."""
SHARED_MINIMUM = 600
"""A smaller picture is shown as a stamp beside the link."""


class ArticlePages(PageMaker):
    """Makes the pages of stories too."""

    def __init__(self, planner: Planner, inputs: Inputs) -> None:
        super().__init__(planner, inputs)
        self._last_article: tuple[Recipe, PageJob] | None = None
        """An article's page, its ninjs and its event are made one after the other, from one job."""

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
        job = job._replace(body=self._inputs.read_body(article.path), targets=self._resolve_targets(article, language))
        self._last_article = recipe, job
        return job

    def _make_ninjs(self, recipe: Recipe, language: Language) -> PageJob:
        job = self._make_article(recipe._replace(kind="article"), language)
        story = self._site.stories[recipe.id]
        item = self._describe.item(story, job.view, job.head, language)
        return job._replace(path=ninjs_url(language.code, story), template=NINJS_TEMPLATE, view=item)

    def _make_event(self, recipe: Recipe, language: Language) -> PageJob:
        job = self._make_article(recipe._replace(kind="article"), language)
        return job._replace(path=event_url(language.code, self._site.stories[recipe.id]), template=EVENT_TEMPLATE, view=self.describe_event(recipe.id, language), body="")

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
        head = msgspec.structs.replace(head, image=self._choose_image(story, story.versions[language.code]))
        return self._describe.complete_head(head, view, story, language)

    def _view_article(self, story: Story, language: Language, switch: tuple[LanguageLink, ...]) -> ArticleView:
        article = story.versions[language.code]
        facts = story.facts
        pictures = tuple(self._view_pictures(story, article)) if facts.pictures else ()
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
            lead=pictures[0] if pictures else None,
            gallery=pictures[1:],
        )

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

    def _view_pictures(self, story: Story, article: Article) -> Iterator[PictureView]:
        """The pictures of the original's front matter, with the version's own texts where it has them."""
        language = self._inputs.languages[article.language]
        own = {resolve_target(article.path, item.file).path: item for item in article.facts.pictures}
        for item in story.facts.pictures:
            path = resolve_target(story.original.path, item.file).path
            if path in self._site.attachments and (picture := self._inputs.find_picture(path)):
                texts = {name: {**(getattr(item, name) or {}), **(getattr(own.get(path), name, None) or {})} for name in ("alt", "caption", "credit")}
                yield PictureView(url=picture_url(path), picture=picture, alt=find_phrase(texts["alt"], language, story),
                                  caption=choose_phrase(texts["caption"], language, story), credit=choose_phrase(texts["credit"], language, story))  # fmt: skip

    def _choose_image(self, story: Story, article: Article) -> HeadImage:
        """What stands for a story where a link to it is shared: its first picture, else its card, else that of the whole language."""
        path = self._planner.find_lead(story)
        picture = self._inputs.find_picture(path) if path else None
        if picture and picture.width >= SHARED_MINIMUM:
            width = max(width for width in picture.widths if width <= SHARED_WIDTH)
            height = max(1, round(picture.height * width / picture.width))
            return HeadImage(self._absolute(f"{picture_url(path)}{width}.jpg"), width, height, article.title, is_own=True)
        shared = story if story.slug in self._planner.carded_slugs else None
        title = article.title if shared else self._inputs.names[article.language].name
        return HeadImage(self._absolute(card_path(article.language, shared)), *CARD_SIZE, title, is_own=shared is not None)

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
                picture = self._inputs.find_picture(target.path) if target.is_image else None
                targets[target.destination] = Target(picture_url(target.path), picture=picture) if picture else Target(media_url(target.path))
        return targets

    def _resolve_article(self, slug: str, linked_language: str, fragment: str, language: Language) -> Target:
        """The reader's own version of the linked story, else the one that was linked. A fragment holds in its own version only."""
        story = self._site.stories[slug]
        version = language.code if language.code in story.versions else story.versions.get(linked_language, story.original).language
        kept = fragment if version == linked_language else ""
        return Target(article_url(version, story) + kept, "" if version == language.code else version)
