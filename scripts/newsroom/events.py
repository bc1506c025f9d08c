"""Which events the calendar has, of the whole site, a region or a union: by year and month, coming and past. Pure.

An event is coming until the day of the newest story is past its last day, or until a story of that last day tells of it: that one is
a report. A page that asked the clock would be another page on every day without any change of the stories; so builds are repeatable,
and calendar.js takes out what the reader's own day is past.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from .indexes import Index
from .model import Site, Story
from .moments import last_day

COMING_EVENTS = 50
"""Shown at most on the calendar's first page."""
PAST_EVENTS = 20
FEED_EVENTS = 200
"""In an iCalendar feed: the last to begin. Calendars keep what they have taken in."""


def _find_start(story: Story) -> date:
    assert story.facts.event is not None
    return story.facts.event.start


class Events:
    """The events of a site; each stands for the story that states it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._indexes: dict[tuple[str, str], Index] = {}

    @cached_property
    def today(self) -> date:
        """The day that coming events are counted from: the newest story's."""
        return next((story.date for story in self._site.stories.values()), date.min)

    def index(self, section: str = "", id: str = "") -> Index:
        """The stories with an event, the last to begin first; of a region, those that are about it or took place there."""
        found = self._indexes.get((section, id))
        if found is None:
            found = self._indexes[section, id] = Index(self._list_slugs(section, id), self._site.stories, _find_start)
        return found

    def _list_slugs(self, section: str, id: str) -> list[str]:
        if not section:
            slugs = [slug for slug, story in self._site.stories.items() if story.facts.event]
            return sorted(slugs, key=lambda slug: (_find_start(self._site.stories[slug]), slug), reverse=True)
        members = set(self._site.members.get((section, id), ()))
        return [slug for slug in self.index().slugs if slug in members or section == "regions" and self._find_region(slug) == id]

    def _find_region(self, slug: str) -> str | None:
        event = self._site.stories[slug].facts.event
        return event.region if event else None

    def list_coming(self, section: str = "", id: str = "") -> list[str]:
        """The events that are not over, the next one first."""
        return [slug for slug in reversed(self.index(section, id).slugs) if not self._is_over(slug)]

    def list_past(self, section: str = "", id: str = "") -> list[str]:
        """The events that are over, the last one first."""
        return [slug for slug in self.index(section, id).slugs if self._is_over(slug)]

    def _is_over(self, slug: str) -> bool:
        story = self._site.stories[slug]
        event = story.facts.event
        return event is not None and last_day(event) <= max(story.date, self.today - timedelta(days=1))
