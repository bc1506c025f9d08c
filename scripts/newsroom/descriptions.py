"""What pages and ninjs say to machines of stories, events, unions and the site: the facts that linked_data and ninjs write down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from .authority import Authority, Region, Union
from .feeds import make_tag
from .ical import CalendarEvent
from .languages import Language
from .linked_data import Node, Origin, Publisher, describe_article, describe_organization, describe_path, describe_site, write_graph
from .model import SITE_SECTIONS, Story
from .moments import find_span, find_zone
from .ninjs import Identity, Item, describe_item
from .phrases import choose_phrase, find_phrase
from .render import SiteNames
from .urls import article_url, home_url, index_url, ninjs_url
from .views import ArticleView, Head

Path = tuple[tuple[str, str], ...]
"""(name, site path) of the pages between the front page and a page."""


class Descriptions:
    """Describes what a site has, in one of its languages at a time."""

    def __init__(self, authority: Authority, names: Mapping[str, SiteNames], site_url: str) -> None:
        self._authority = authority
        self._names = names
        self._site_url = site_url

    def complete_head(self, head: Head, view: ArticleView, story: Story, language: Language) -> Head:
        """The head of an article with all that machines are told. Its picture is told of when it is the story's own."""
        modified = story.modified(language.code) if view.corrections else None
        head = msgspec.structs.replace(head, section=view.kind.text, modified=modified, ninjs_url=self._site_url + ninjs_url(language.code, story))
        article = describe_article(view, head, self._find_origin(story, view, language, head), self.publisher(language), language, site_url=self._site_url)
        way = self.way(((view.kind.text, view.kind.url), (view.title, article_url(language.code, story))), language)
        return msgspec.structs.replace(head, linked_data=write_graph([*article, way]))

    def _find_origin(self, story: Story, view: ArticleView, language: Language, head: Head) -> Origin:
        event = story.facts.event
        span = find_span(event, find_zone(story.facts, self._authority)) if event else None
        region = self._authority.get("regions", event.region) if event and event.region else None
        country = region.iso[:2] if isinstance(region, Region) else ""
        original_url = self._site_url + view.original.url if view.original else ""
        images = (head.image.url,) if head.image and head.image.is_own else ()
        return Origin(self._describe_author(story.facts.byline, view.byline, language), span, country, original_url, images)

    def _describe_author(self, reference: str | None, name: str, language: Language) -> Node:
        """The byline; without one the publisher answers for the story."""
        section, _, id = (reference or "").partition("/")
        if not section:
            publisher = self.publisher(language)
            return {"@type": "Organization", "name": publisher.name, "url": publisher.url}
        url = {"url": self._site_url + index_url(language.code, section, id)} if section in SITE_SECTIONS else {}
        return {"@type": "Person" if section == "people" else "Organization", "name": name, **url}

    def publisher(self, language: Language) -> Publisher:
        names = self._names[language.code]
        return Publisher(names.organization or names.name, self._site_url + home_url(language.code))

    def site(self, language: Language) -> list[Node]:
        """The front page."""
        return describe_site(self._names[language.code].name, self._site_url + home_url(language.code), language.code, self.publisher(language))

    def union(self, union: Union, language: Language) -> Node:
        """A union, on its own page: a member of the publisher when the authority file says since when."""
        former = [name for name, _ in union.former_names(language.code)]
        parent = self.publisher(language) if union.member_since and union.membership_verified else None
        return describe_organization(union.name(language.code), self._site_url + index_url(language.code, "unions", union.id), former, parent)

    def way(self, path: Path, language: Language) -> Node:
        """The way from the front page to a page, which is the last of the path."""
        steps = ((language.text("home"), home_url(language.code)), *path)
        return describe_path([(name, self._site_url + url) for name, url in steps])

    def item(self, story: Story, view: ArticleView, head: Head, language: Language) -> Item:
        """A version of a story for ninjs, without its text."""
        identity = Identity(self.tag(story, f"{language.code}/{story.slug}"), self.event_tag(story), story.slug, language.code)
        return describe_item(identity, view, head, site_url=self._site_url, role=language.text("ninjs-web"))

    def event(self, story: Story, language: Language) -> CalendarEvent:
        """The event of a story that has one, for a calendar."""
        event, version = story.facts.event, story.version_for(language.code)
        assert event is not None
        name = find_phrase(event.name, language, story)
        venue = choose_phrase(event.venue, language, story)
        region = self._authority.get("regions", event.region).short_name(language.code, story.date) if event.region else ""
        zone = find_zone(story.facts, self._authority)
        return CalendarEvent(
            uid=self.event_tag(story), name=name.text, name_language=name.language, span=find_span(event, zone), zone=zone,
            url=self._site_url + article_url(version.language, story), description="\n\n".join(_list_sentences((version.title, version.summary))),
            place=", ".join(_list_sentences((venue.text if venue else "", region))), language=version.language, published=story.date, modified=story.modified(language.code),
        )  # fmt: skip

    def tag(self, story: Story, path: str) -> str:
        return make_tag(self._site_url, story.year, path)

    def event_tag(self, story: Story) -> str:
        """The same in every language: a calendar that takes in two of them has the event once."""
        return self.tag(story, f"{story.slug}/event")


def _list_sentences(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]
