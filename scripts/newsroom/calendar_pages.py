"""What the pages of the calendar show, and how an event is written on any page. Pure; pages puts it into page jobs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from .authority import Authority
from .events import COMING_EVENTS, PAST_EVENTS
from .languages import Language
from .model import Event, Story
from .moments import last_day
from .phrases import choose_phrase, find_phrase
from .plan import Planner
from .urls import Recipe, article_url, calendar_feed_url, calendar_url, event_url, index_url
from .views import CalendarView, CountedLink, EventCard, EventGroup, EventView, Link


def view_event(story: Story, language: Language, authority: Authority) -> EventView:
    """The event of a story that has one."""
    event = story.facts.event
    assert event is not None
    region = None
    if event.region:
        region = Link(authority.get("regions", event.region).short_name(language.code, story.date), index_url(language.code, "regions", event.region))
    return EventView(
        name=find_phrase(event.name, language, story), start=event.start, end=event.end, format=event.format, venue=choose_phrase(event.venue, language, story),
        region=region, time=_write_time(event, language), file_url=event_url(story.version_for(language.code).language, story),
    )  # fmt: skip


def _write_time(event: Event, language: Language) -> str:
    """The times of day in words; empty when none is known."""
    if event.time is None or event.end_time is None:
        return event.time or ""
    if last_day(event) == event.start:
        return f"{event.time}–{event.end_time}"
    return language.text("event-time-span", start=event.time, end=event.end_time)


def view_calendar(recipe: Recipe, planner: Planner, language: Language) -> CalendarView:
    """The calendar's first page, a year, or a month of a year with many events."""
    index = planner.events.index()
    if not recipe.year:
        return CalendarView(
            title=language.text("calendar"), coming=view_events(planner.events.list_coming()[:COMING_EVENTS], planner, language),
            past=view_events(planner.events.list_past()[:PAST_EVENTS], planner, language),
            years=tuple(CountedLink(str(year), calendar_url(language.code, year), len(slugs)) for year, slugs in index.by_year.items()),
            feed_url=calendar_feed_url(language.code),
        )  # fmt: skip
    period = language.month_year(recipe.year, recipe.month) if recipe.month else language.text("year-heading", year=str(recipe.year))
    calendar = language.text("calendar")
    up = Link(f"{calendar}, {recipe.year}", calendar_url(language.code, recipe.year)) if recipe.month else Link(calendar, calendar_url(language.code))
    months = index.by_month(recipe.year)
    return CalendarView(
        title=language.text("period-title", name=calendar, period=period), up=up,
        groups=tuple(_group_events(index.listed(recipe.year, recipe.month), planner, language)),
        months=tuple(CountedLink(language.month_name(month), calendar_url(language.code, recipe.year, month), len(slugs)) for month, slugs in months.items()),
        siblings=tuple(Link(str(year), calendar_url(language.code, year)) for year in index.by_year if year != recipe.year),
    )  # fmt: skip


def view_events(slugs: Iterable[str], planner: Planner, language: Language) -> tuple[EventCard, ...]:
    """The events of stories, in the order given; for every page that lists events."""
    return tuple(_view_card(planner.site.stories[slug], planner, language) for slug in slugs)


def _view_card(story: Story, planner: Planner, language: Language) -> EventCard:
    version = story.version_for(language.code)
    foreign_name = "" if version.language == language.code else language.names[version.language]
    return EventCard(view_event(story, language, planner.authority), article_url(version.language, story), version.language, foreign_name)


def _group_events(slugs: Iterable[str], planner: Planner, language: Language) -> Iterable[EventGroup]:
    cards = view_events(slugs, planner, language)
    for (year, month), group in groupby(cards, lambda card: (card.event.start.year, card.event.start.month)):
        yield EventGroup(language.month_year(year, month), tuple(reversed(tuple(group))))
