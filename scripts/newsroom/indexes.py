"""Stories in the order of a day, cut into years and months: of one entity, of the whole archive, of the calendar. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from .model import Story

NEWEST_STORIES = 20
"""On a landing page and in a feed."""
YEAR_LIMIT = 100
"""A year with more stories is split by month."""


def _find_date(story: Story) -> date:
    return story.date


@dataclass(frozen=True)
class Index:
    """Stories, newest first, cut into years and months."""

    slugs: list[str]
    stories: Mapping[str, Story] = field(repr=False)
    find_day: Callable[[Story], date] = field(default=_find_date, repr=False)
    """The day that the stories are in the order of."""

    @cached_property
    def by_year(self) -> dict[int, list[str]]:
        result: dict[int, list[str]] = defaultdict(list)
        for slug in self.slugs:
            result[self.find_day(self.stories[slug]).year].append(slug)
        return dict(result)

    def by_month(self, year: int) -> dict[int, list[str]]:
        """The months of a year that is split, newest first; empty for a year that stays whole."""
        return self._months.get(year, {})

    @cached_property
    def _months(self) -> dict[int, dict[int, list[str]]]:
        return {year: self._split_year(slugs) for year, slugs in self.by_year.items() if len(slugs) > YEAR_LIMIT}

    def _split_year(self, slugs: list[str]) -> dict[int, list[str]]:
        result: dict[int, list[str]] = defaultdict(list)
        for slug in slugs:
            result[self.find_day(self.stories[slug]).month].append(slug)
        return dict(result)

    @property
    def newest(self) -> list[str]:
        return self.slugs[:NEWEST_STORIES]

    def listed(self, year: int, month: int) -> list[str]:
        """What the page of a year (month 0) or month lists."""
        months = self.by_month(year)
        if month:
            return months.get(month, [])
        return self.by_year.get(year, [])[: NEWEST_STORIES if months else None]
