"""What the front page shows, chosen once for all languages: lead, newest, a strip for each kind, regions, events, figures. Pure.

No clock: "today" is the day of the newest story, so that the same stories make the same page on any day (docs/handbook/design.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from .events import Events
from .model import Site, Story

NEWEST = 5
"""Stories beside the lead."""
STRIP = 2
"""Stories of a kind that stand nowhere above."""
COMING_EVENTS = 4
PAST_EVENTS = 3
FIGURES = 4
FIGURES_OF_A_STORY = 2
YEAR = timedelta(days=365)


class Front(NamedTuple):
    """Stories by their slugs."""

    newest: tuple[str, ...]
    """The lead first."""
    strips: dict[str, tuple[str, ...]]
    """Id of each kind that has stories -> those of its strip, at least one."""
    recent: dict[str, int]
    """Id of a region -> its stories of the year up to the newest story."""
    coming: tuple[str, ...]
    """Stories whose event is not over (events.py), the next one first."""
    past: tuple[str, ...]
    """Stories whose event is over, the last one first."""
    figures: tuple[tuple[str, int], ...]
    """(slug, place among the story's figures), of each measure the newest."""

    @property
    def slugs(self) -> list[str]:
        """Every story of which the page shows a card."""
        return list(dict.fromkeys([*self.newest, *(slug for strip in self.strips.values() for slug in strip)]))

    @property
    def sources(self) -> list[str]:
        """Every story of which the page shows a fact."""
        return list(dict.fromkeys([*self.coming, *self.past, *(slug for slug, _ in self.figures)]))


def choose_front(site: Site, events: Events, kinds: Iterable[str], measures: Iterable[str]) -> Front:
    """kinds: the ids of all kinds, in the order of the strips. measures: of all measures, the weightiest first."""
    stories = list(site.stories.values())
    newest = tuple(story.slug for story in stories[: NEWEST + 1])
    coming, past = tuple(events.list_coming()[:COMING_EVENTS]), tuple(events.list_past()[:PAST_EVENTS])
    return Front(newest, _choose_strips(site, kinds, shown=set(newest)), _count_recent(stories, events.today), coming, past, _choose_figures(stories, {measure: rank for rank, measure in enumerate(measures)}))


def _choose_strips(site: Site, kinds: Iterable[str], *, shown: set[str]) -> dict[str, tuple[str, ...]]:
    strips = {}
    for kind in kinds:
        slugs = site.members.get(("kinds", kind), [])
        fresh = [slug for slug in slugs[: NEWEST + 1 + STRIP] if slug not in shown][:STRIP]
        if slugs:
            strips[kind] = tuple(fresh or slugs[:1])
    return strips


def _count_recent(stories: list[Story], today: date) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for story in stories:
        if today - story.date >= YEAR:
            break
        counts.update(story.facts.regions)
    return dict(counts)


def _choose_figures(stories: list[Story], ranks: dict[str, int]) -> tuple[tuple[str, int], ...]:
    chosen: list[tuple[str, int]] = []
    known: set[str] = set()
    for story in stories:
        firsts = {figure.measure: place for place, figure in reversed(list(enumerate(story.facts.figures))) if figure.measure not in known}
        for measure in sorted(firsts, key=ranks.__getitem__)[:FIGURES_OF_A_STORY]:
            chosen.append((story.slug, firsts[measure]))
            known.add(measure)
        if len(chosen) >= FIGURES:
            break
    return tuple(chosen[:FIGURES])
