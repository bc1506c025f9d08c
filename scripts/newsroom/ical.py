"""Events as iCalendar files (RFC 5545), written by the library icalendar: one event, or a feed of many. Pure.

The library costs half a millisecond for an event, so each is written once a language, by the workers, into the file of its story; the
feeds of the language and of its regions and unions take it from there. It is imported when the first calendar is written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from .moments import DEFAULT_ZONE, Span, day_moment, load_zone

_PRODUCT = "-//mkdocs-newsroom//calendar//EN"
_EVENT = b"BEGIN:VEVENT\r\n"
_END = b"END:VCALENDAR\r\n"
_ZONE = re.compile(rb"^DTSTART;TZID=([A-Za-z0-9_+/-]+):", re.MULTILINE)
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2038, 1, 1)
"""What the descriptions of time zones cover."""


class CalendarEvent(msgspec.Struct, frozen=True):
    """An event; plain texts, absolute URL."""

    uid: str
    """Never changes: a tag URI."""
    name: str
    span: Span
    zone: str
    """IANA name."""
    url: str
    """Of the story's page."""
    description: str
    place: str
    language: str
    """Of the description."""
    name_language: str
    published: date
    modified: date


class WrittenEvent(NamedTuple):
    """An event as a component, for `write_calendar`."""

    content: bytes
    zone: str
    """That its times name; empty when it has none."""


def write_event(event: CalendarEvent) -> WrittenEvent:
    """The event as iCalendar writes it. Its stamps are the story's, so the same story gives the same bytes."""
    import icalendar

    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("dtstamp", day_moment(event.modified))
    component.add("created", day_moment(event.published))
    component.add("last-modified", day_moment(event.modified))
    component.add("dtstart", event.span.start)
    if event.span.end is not None:
        component.add("dtend", event.span.end)
    component.add("summary", event.name, parameters={"LANGUAGE": event.name_language})
    if event.description:
        component.add("description", event.description, parameters={"LANGUAGE": event.language})
    if event.place:
        component.add("location", event.place)
    component.add("url", event.url)
    component.add("transp", "TRANSPARENT")  # news of an event takes nobody's time
    content: bytes = component.to_ical()
    return WrittenEvent(content, event.zone if isinstance(event.span.start, datetime) else "")


def write_calendar(events: Sequence[WrittenEvent], *, language: str, url: str, name: str = "") -> bytes:
    """A calendar file. name: of one to subscribe to; without, a program adds the events to a calendar of the reader's.

    Almaty's time zone is always described: a calendar must not be empty (RFC 5545, section 3.4)."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    if name:
        calendar.add("name", name, parameters={"LANGUAGE": language})
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", DEFAULT_ZONE)
    calendar.add("url", url)
    head = calendar.to_ical()
    assert head.endswith(_END)
    zones = sorted({DEFAULT_ZONE, *(event.zone for event in events if event.zone)})
    return b"".join([head.removesuffix(_END), *map(_describe_zone, zones), *(event.content for event in events), _END])


def read_event(content: bytes) -> WrittenEvent | None:
    """The event of a file that `write_calendar` made of it alone; None of any other bytes."""
    start, end = content.find(_EVENT), content.rfind(_END)
    if start < 0 or end < start or not content.endswith(_END):
        return None
    zone = _ZONE.search(content, start)
    return WrittenEvent(content[start:end], zone[1].decode() if zone else "")


@functools.lru_cache
def _describe_zone(zone: str) -> bytes:
    import icalendar

    described: bytes = icalendar.Timezone.from_tzinfo(load_zone(zone), zone, _FIRST_DAY, _LAST_DAY).to_ical()
    return described
