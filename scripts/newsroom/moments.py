"""Days and times of day as moments: where a region's clocks stood, and what machines are told of a story that has only a day.

A story's day becomes midnight UTC of that day: the same day on every clock from London to Kamchatka (05:00 in Almaty since
2024-03-01, 06:00 before), and never in the future for a story dated the day it is published, as noon would be. Feeds, JSON-LD,
ninjs and the share tags all say that one moment. Time zones come from the package tzdata and not from this machine, whose own may
be older than Kazakhstan's change of 2024, so the same stories give the same bytes anywhere.
"""

from __future__ import annotations

import functools
from datetime import date, datetime, time, timedelta, timezone
from importlib import resources
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .authority import Authority, Region
from .model import Event, Facts

DEFAULT_ZONE = "Asia/Almaty"
ZONE_BY_ISO = {
    "KZ-15": "Asia/Aqtobe",
    "KZ-23": "Asia/Atyrau",
    "KZ-27": "Asia/Oral",
    "KZ-39": "Asia/Qostanay",
    "KZ-43": "Asia/Qyzylorda",
    "KZ-47": "Asia/Aqtau",
}
"""Regions whose clocks once differed from Almaty's; since 2024-03-01 all of Kazakhstan is at UTC+5. From the table of zones of the
tz database (zone1970.tab), which names the regions of each."""


class Span(NamedTuple):
    """When an event takes place."""

    start: date | datetime
    """A day, or a moment with its zone when the time is known."""
    end: date | datetime | None
    """Exclusive: the day after the last one, or the moment of its end; None when only the moment of its start is known."""


def day_moment(day: date) -> datetime:
    """The moment that stands for a whole day."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def write_moment(day: date) -> str:
    """The same as text: 2022-10-10T00:00:00Z."""
    return f"{day.isoformat()}T00:00:00Z"


@functools.lru_cache
def load_zone(key: str) -> ZoneInfo:
    """The zone of an IANA name, as the locked tzdata has it."""
    *folders, name = key.split("/")
    place = resources.files("tzdata").joinpath("zoneinfo", *folders, name)
    with place.open("rb") as file:
        return ZoneInfo.from_file(file, key=key)


def find_zone(facts: Facts, authority: Authority) -> str:
    """The time zone of a story's event: that of the event's region, else of the story's only one, else Almaty's."""
    event_region = facts.event.region if facts.event else None
    id = event_region or (facts.regions[0] if len(facts.regions) == 1 else None)
    region = authority.get("regions", id) if id else None
    return ZONE_BY_ISO.get(region.iso, DEFAULT_ZONE) if isinstance(region, Region) else DEFAULT_ZONE


def last_day(event: Event) -> date:
    return event.end or event.start


def find_span(event: Event, zone: str) -> Span:
    """An event of which only the time of its start is known ends with its last day, when it has several."""
    if event.time is None:
        return Span(event.start, last_day(event) + timedelta(days=1))
    start = _join(event.start, event.time, zone)
    if event.end_time is not None:
        return Span(start, _join(last_day(event), event.end_time, zone))
    return Span(start, _join(last_day(event) + timedelta(days=1), "00:00", zone) if last_day(event) > event.start else None)


def _join(day: date, clock: str, zone: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=load_zone(zone))
