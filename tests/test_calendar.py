"""The calendar: iCalendar files read back by the library and held against the stories, time zones, pages by year, what is coming."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Page

from newsroom import ical
from newsroom.indexes import YEAR_LIMIT
from newsroom.model import Event
from newsroom.moments import ZONE_BY_ISO, Span, find_span, load_zone
from site_factory import Draft, SiteProject, compare_trees, read_tree

HOSTILE = "Forum; \"A, B\" \\ \n<script>alert(1)</script>\nEND:VEVENT «Бірлік»"
FORUM = {"name": {"kk": "Форум; «Бірлік», \\ <b>", "en": "Forum"}, "start": "2023-05-01", "end": "2023-05-03", "venue": {"kk": "Үлкен зал, 2-қабат"}, "region": "south"}
MEETING = {"name": "Кеңес", "start": "2023-06-10", "time": "10:00", "end_time": "12:30", "region": "north"}


def write_event(project: SiteProject, draft: Draft, event: dict[str, Any], *, corrections: str = "") -> None:
    """A story with an event; its original is Kazakh."""
    project.write_story(draft)
    path = f"articles/{draft.year}/{draft.slug}.kk.md"
    text = (project.root / path).read_text("utf-8")
    project.write(path, text.replace("---\n", f"---\nevent: {json.dumps(event, ensure_ascii=False)}\n{corrections}", 1))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """Two events of days and hours in two regions, and a newer story without any."""
    project = SiteProject(tmp_path_factory.mktemp("calendar"))
    project.authority["regions"]["north"]["iso"] = "KZ-47"
    project.write_authority()
    write_event(project, Draft("forum", "2023-04-20", regions=["north"], unions=["miners"]), FORUM, corrections="corrections: [{date: 2023-04-25, text: Күні түзетілді.}]\n")
    write_event(project, Draft("meeting", "2023-05-02", ("kk", "ru"), regions=["north"]), MEETING)
    project.write_story(Draft("other", "2023-05-05", regions=["south"]))
    project.build()
    return project


def read_calendar(path: Path) -> icalendar.Calendar:
    """The calendar of a file whose lines are as RFC 5545 (section 3.1) wants them."""
    content = path.read_bytes()
    lines = content.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    calendar = icalendar.Calendar.from_ical(content)
    assert isinstance(calendar, icalendar.Calendar)
    assert [calendar.errors, *(component.errors for component in calendar.walk())] == [[]] * len([calendar, *calendar.walk()])
    assert calendar["version"] == "2.0" and calendar["prodid"]
    return calendar


def read_events(project: SiteProject, path: str) -> dict[str, icalendar.Event]:
    """By the slug of the story."""
    events = [event for event in read_calendar(project.site / path).walk("VEVENT")]
    return {str(event["uid"]).split(":")[-1].removesuffix("/event"): event for event in events}


def test_feed_says_what_the_story_says(project: SiteProject) -> None:
    """Days, texts with signs that iCalendar escapes, place, link and stamps come back as they were written."""
    forum = read_events(project, "kk/calendar.ics")["forum"]
    assert (forum.decoded("dtstart"), forum.decoded("dtend")) == (date(2023, 5, 1), date(2023, 5, 4))
    assert forum["dtstart"].params["value"] == "DATE"
    assert (forum["summary"], forum["location"]) == ("Форум; «Бірлік», \\ <b>", "Үлкен зал, 2-қабат, Оңтүстік облыс")
    assert forum["description"] == "Кеңес отырысы: forum\n\nКеңес жылды қорытындылады."
    assert forum["url"] == "https://news.example.org/kk/news/2023/forum/"
    assert forum["uid"] == "tag:news.example.org,2023:forum/event"
    assert forum.decoded("created") == datetime(2023, 4, 20, tzinfo=timezone.utc)
    assert forum.decoded("dtstamp") == forum.decoded("last-modified") == datetime(2023, 4, 25, tzinfo=timezone.utc)


def test_times_stand_in_the_zone_of_the_region(project: SiteProject) -> None:
    """An hour of Mangystau in 2023 is UTC+5, though Almaty was at UTC+6; the file describes that zone."""
    meeting = read_events(project, "kk/calendar.ics")["meeting"]
    assert meeting["dtstart"].params["tzid"] == "Asia/Aqtau"
    assert meeting.decoded("dtstart").astimezone(timezone.utc) == datetime(2023, 6, 10, 5, tzinfo=timezone.utc)
    assert meeting.decoded("dtend") - meeting.decoded("dtstart") == timedelta(hours=2, minutes=30)
    zones = read_calendar(project.site / "kk/calendar.ics").walk("VTIMEZONE")
    assert [str(zone["tzid"]) for zone in zones] == ["Asia/Almaty", "Asia/Aqtau"]


def test_described_zone_is_right_before_and_after_the_change(project: SiteProject) -> None:
    """The description in the file, not what this machine knows, says UTC+6 until 2024-02-29 and UTC+5 from 2024-03-01."""
    (zone,) = read_calendar(project.site / "kk/unions/teachers/calendar.ics").walk("VTIMEZONE")
    described = zone.to_tz(lookup_tzid=False)
    hours = [datetime(*day, 12, tzinfo=described).utcoffset() for day in ((2022, 7, 1), (2024, 2, 29), (2024, 3, 1), (2026, 1, 1))]
    assert hours == [timedelta(hours=6), timedelta(hours=6), timedelta(hours=5), timedelta(hours=5)]


@pytest.mark.parametrize(("iso", "hours"), [("KZ-75", 6), ("KZ-39", 6), ("KZ-15", 5), ("KZ-23", 5), ("KZ-27", 5), ("KZ-43", 5), ("KZ-47", 5)])
def test_clocks_of_the_regions(iso: str, hours: int) -> None:
    """Where each region's clock stood in 2023; since 2024-03-01 all stand at UTC+5."""
    zone = load_zone(ZONE_BY_ISO.get(iso, "Asia/Almaty"))
    assert datetime(2023, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=hours)
    assert datetime(2024, 3, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=5)


@pytest.mark.parametrize(
    ("fields", "end"),
    [({}, date(2024, 2, 29)), ({"end": date(2024, 3, 1)}, date(2024, 3, 2)), ({"time": "10:00"}, None),
     ({"time": "10:00", "end": date(2024, 3, 1)}, datetime(2024, 3, 1, 19, tzinfo=timezone.utc)),
     ({"time": "10:00", "end_time": "11:00"}, datetime(2024, 2, 28, 5, tzinfo=timezone.utc))],
)  # fmt: skip
def test_spans(fields: dict[str, Any], end: date | None) -> None:
    """Ends are exclusive; without a time of its end an event lasts to the end of its last day, or has no end."""
    span = find_span(Event({"kk": "A"}, date(2024, 2, 28), **fields), "Asia/Almaty")
    assert span.end == end


def test_feeds_of_regions_and_unions(project: SiteProject) -> None:
    """A region's has the events of its stories and those that take place there, a union's those of its stories; without any, a
    calendar is there to subscribe to all the same."""
    names = {path: list(read_events(project, path)) for path in ("kk/regions/north/calendar.ics", "kk/regions/south/calendar.ics", "ru/unions/miners/calendar.ics", "en/unions/teachers/calendar.ics")}
    assert list(names.values()) == [["meeting", "forum"], ["forum"], ["forum"], []]
    assert read_events(project, "en/calendar.ics")["meeting"]["url"] == "https://news.example.org/kk/news/2023/meeting/"


def test_file_of_one_event(project: SiteProject) -> None:
    """A story with an event has a file with it alone, the same event as in the feed, and its page links to the file."""
    assert read_events(project, "ru/news/2023/forum/event.ics") == {"forum": read_events(project, "ru/calendar.ics")["forum"]}
    assert not (project.site / "ru/news/2023/other/event.ics").exists()
    assert 'href="../../../../ru/news/2023/forum/event.ics"' in (project.site / "ru/news/2023/forum/index.html").read_text("utf-8")


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    """No sign of a name ends a component, a line or an element."""
    project = SiteProject(tmp_path)
    write_event(project, Draft("hostile", "2023-04-20"), {"name": HOSTILE, "start": "2023-05-01", "venue": HOSTILE})
    project.build()
    one_line = " ".join(HOSTILE.split())
    event = read_events(project, "kk/calendar.ics")["hostile"]
    assert (event["summary"], event["location"]) == (one_line, one_line)
    for page in ("kk/calendar/index.html", "kk/calendar/2023/index.html"):
        assert one_line.replace("<", "&lt;")[:30].split('"')[0] in (project.site / page).read_text("utf-8")
        assert "<script>alert" not in (project.site / page).read_text("utf-8")


def test_coming_and_past(project: SiteProject) -> None:
    """What is not over on the day of the newest story is coming; the other events are past."""
    html = (project.site / "kk/calendar/index.html").read_text("utf-8")
    coming, past = html.split("Өткен іс-шаралар")
    assert "Кеңес</a>" in coming and "Форум;" not in coming
    assert "Форум;" in past and "Кеңес</a>" not in past
    assert "10:00–12:30" in coming and "1–3 мамыр" in past


def test_year_with_many_events_has_months(tmp_path: Path) -> None:
    """Such a year's pages are one for each month, and every event stands on one of them."""
    project = SiteProject(tmp_path, languages=("kk",))
    count = YEAR_LIMIT + 2
    for number in range(count):
        write_event(project, Draft(f"e{number}", "2023-01-01", ("kk",)), {"name": f"N{number}.", "start": f"2023-{number % 12 + 1:02d}-05"})
    project.build()
    months = sorted(path.name for path in (project.site / "kk/calendar/2023").iterdir() if path.is_dir())
    assert months == [f"{month:02d}" for month in range(1, 13)]
    shown = [name for month in months for name in re.findall(r">(N\d+)\.</a>", (project.site / f"kk/calendar/2023/{month}/index.html").read_text("utf-8"))]
    assert sorted(shown) == sorted(f"N{number}" for number in range(count))


def test_edited_events_leave_a_site_as_a_clean_build_makes_it(project: SiteProject, tmp_path: Path) -> None:
    """A moved event, a new place and a new correction reach every page and file that shows them."""
    copy = SiteProject(tmp_path)
    copy.authority = project.authority
    copy.write_authority()
    draft = Draft("forum", "2023-04-20", regions=["north"], unions=["miners"])
    write_event(copy, draft, FORUM)
    copy.build()
    for event, corrections in ((FORUM | {"start": "2023-04-01"}, ""), (FORUM | {"region": "north"}, ""), (FORUM, "corrections: [{date: 2023-05-01, text: A}]\n"), (MEETING, "")):
        write_event(copy, draft, event, corrections=corrections)
        copy.build()
        assert compare_trees(read_tree(copy.site), copy.build_clean(copy.root)) == []
    copy.write_story(draft)
    copy.build()
    assert compare_trees(read_tree(copy.site), copy.build_clean(copy.root)) == []
    assert not (copy.site / "kk/calendar/2023").exists()


def test_script_moves_what_is_over(project: SiteProject, open_page: Any, serve_folder: Any) -> None:
    """In a reader's browser of today the events of 2023 are past, the last one first; without scripts nothing is lost."""
    host = serve_folder(project.site)
    page: Page = open_page()
    page.goto(f"{host.url}kk/calendar/")
    assert page.locator("[data-coming] .nr-event").count() == 0
    assert page.locator("[data-coming] p.nr-empty").is_visible()
    assert page.locator("[data-past] h3").all_inner_texts() == ["Кеңес", "Форум; «Бірлік», \\ <b>"]
    plain: Page = open_page(java_script_enabled=False)
    plain.goto(f"{host.url}kk/calendar/")
    assert plain.locator("[data-coming] h3").all_inner_texts() == ["Кеңес"]
    assert plain.locator("[data-coming] p.nr-empty").is_hidden()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_calendar_is_found(project: SiteProject, language: str) -> None:
    """The sitemap has the calendar's pages, and pages that have a calendar say so in their head."""
    sitemap = (project.site / f"sitemaps/sections-{language}.xml").read_text("utf-8")
    assert f"https://news.example.org/{language}/calendar/2023/<" in sitemap
    for page, feed in (("", ""), ("calendar/", ""), ("regions/north/", "regions/north/")):
        html = (project.site / f"{language}/{page}index.html").read_text("utf-8")
        assert re.search(rf'type="text/calendar" title="[^"]+" href="https://news.example.org/{language}/{feed}calendar.ics"', html)


@pytest.mark.parametrize("is_timed", [False, True])
def test_an_event_is_taken_from_its_own_file(is_timed: bool) -> None:
    """Feeds join what the files of the stories have, whatever texts an event has; what is no such file is written anew."""
    start = datetime(2023, 5, 1, 9, 30, tzinfo=load_zone("Asia/Almaty")) if is_timed else date(2023, 5, 1)
    evil = "END:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Evil/Zone:20230501T000000\r\n"
    event = ical.write_event(ical.CalendarEvent(
        uid="tag:a", name=evil, span=Span(start, None), zone="Asia/Almaty", url="https://a.kz/", description=evil, place=evil, language="kk", name_language="kk",
        published=date(2023, 5, 1), modified=date(2023, 5, 1),
    ))  # fmt: skip
    assert event.zone == ("Asia/Almaty" if is_timed else "")
    written = ical.write_calendar([event], language="kk", url="https://a.kz/kk/")
    assert ical.read_event(written) == event
    for content in (b"", b"END:VCALENDAR\r\n", b"BEGIN:VEVENT\r\n", written[:-5]):
        assert ical.read_event(content) is None
