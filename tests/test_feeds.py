"""Feeds: valid Atom and JSON Feed that say the same, in the right language, and never change by themselves."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.feeds import Channel, Entry, atom_feed, json_feed, make_tag

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

CHANNEL = Channel(
    id="tag:kasipodaq.example,2022:kk", title="Кәсіподақтар <жаңалықтары>", description="Федерация & салалық кәсіподақтар",
    language="kk", home_url="https://kasipodaq.example/kk/", atom_url="https://kasipodaq.example/kk/feed.xml",
    json_url="https://kasipodaq.example/kk/feed.json", author="Медиа орталық", updated=date(2020, 1, 1),
)  # fmt: skip
FORUM = Entry(
    id="tag:kasipodaq.example,2022:kk/news/2022/forum", title="Форум: 5 < 6 & «шарт»", summary="<b>Қысқаша</b> мазмұны & AT&amp;T",
    url="https://kasipodaq.example/kk/news/2022/forum/", published=date(2022, 10, 10), updated=date(2022, 10, 12),
    authors=("Дана Әбенова", "Бас кеңес"), categories=("Форумнан есеп", "Түркістан облысы"),
)  # fmt: skip
RUSSIAN = Entry(
    id="tag:kasipodaq.example,2022:ru/news/2022/plan", title="План мероприятий", summary="",
    url="https://kasipodaq.example/ru/news/2022/plan/", published=date(2022, 9, 1), language="ru",
)  # fmt: skip


def parse_atom(*entries: Entry, channel: Channel = CHANNEL) -> ElementTree.Element:
    return ElementTree.fromstring(atom_feed(channel, entries))


# ---------------------------------------------------------------- Atom


def test_feed_parser_reads_the_feed() -> None:
    """A feed parser finds nothing to complain about, and reads back what was put in."""
    found = feedparser.parse(atom_feed(CHANNEL, [FORUM, RUSSIAN]))
    assert not found.bozo and found.version == "atom10"
    assert (found.feed.id, found.feed.language, found.feed.author) == (CHANNEL.id, "kk", "Медиа орталық")
    assert found.feed.updated == "2022-10-12T00:00:00+00:00"
    entry = found.entries[0]
    assert (entry.id, entry.link, entry.title) == (FORUM.id, FORUM.url, FORUM.title)
    assert (entry.published, entry.updated) == ("2022-10-10T00:00:00+00:00", "2022-10-12T00:00:00+00:00")
    assert [author.name for author in entry.authors] == ["Дана Әбенова", "Бас кеңес"]
    assert [tag.term for tag in entry.tags] == ["Форумнан есеп", "Түркістан облысы"]


def test_feed_parser_notices_damage() -> None:
    """The parser that the other test trusts complains about a broken feed."""
    assert feedparser.parse(atom_feed(CHANNEL, [FORUM])[:-20]).bozo


def test_required_parts_of_atom() -> None:
    """What RFC 4287 requires is there: id, title, updated and an author of the feed, a self link, ids and dates of entries."""
    feed = parse_atom(FORUM, RUSSIAN)
    assert feed.tag == f"{ATOM}feed" and feed.get(LANG) == "kk"
    links = {(link.get("rel"), link.get("type")): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        ("alternate", None): CHANNEL.home_url, ("self", None): CHANNEL.atom_url,
        ("alternate", "application/feed+json"): CHANNEL.json_url,
    }  # fmt: skip
    assert (feed.findtext(f"{ATOM}title"), feed.findtext(f"{ATOM}subtitle")) == (CHANNEL.title, CHANNEL.description)
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Медиа орталық"


def test_texts_stay_texts() -> None:
    """Signs of HTML in titles and summaries are shown, not run; a summary declared as HTML is escaped once more."""
    entry = parse_atom(FORUM).find(f"{ATOM}entry")
    assert entry is not None and entry.findtext(f"{ATOM}title") == FORUM.title
    summary = entry.find(f"{ATOM}summary")
    assert summary is not None and summary.get("type") == "html"
    assert summary.text == "&lt;b&gt;Қысқаша&lt;/b&gt; мазмұны &amp; AT&amp;amp;T"


def test_entry_in_another_language_says_so() -> None:
    """A story without a version in the feed's language carries its own; the others do not repeat the feed's."""
    first, second = parse_atom(FORUM, RUSSIAN).findall(f"{ATOM}entry")
    assert (first.get(LANG), second.get(LANG)) == (None, "ru")
    assert second.find(f"{ATOM}summary") is None and second.find(f"{ATOM}author") is None


def test_empty_feed() -> None:
    """A channel without stories is a valid feed with the date it was given, not that of the build."""
    found = feedparser.parse(atom_feed(CHANNEL, []))
    assert not found.bozo and found.feed.updated == "2020-01-01T00:00:00+00:00" and found.entries == []


def test_updated_is_never_before_published() -> None:
    """A change dated before the story does not make it older."""
    entry = Entry(id="tag:a,2022:b", title="a", summary="b", url="https://a/b/", published=date(2022, 2, 2), updated=date(2021, 1, 1))
    assert parse_atom(entry).findtext(f"{ATOM}entry/{ATOM}updated") == "2022-02-02T00:00:00+00:00"


# ---------------------------------------------------------------- JSON Feed


def test_json_feed() -> None:
    """The JSON feed follows version 1.1 and says what the Atom feed says."""
    feed = json.loads(json_feed(CHANNEL, [FORUM, RUSSIAN]))
    items = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1", "title": CHANNEL.title, "home_page_url": CHANNEL.home_url,
        "feed_url": CHANNEL.json_url, "description": CHANNEL.description, "language": "kk", "authors": [{"name": "Медиа орталық"}],
    }  # fmt: skip
    assert items[0] == {
        "id": FORUM.id, "url": FORUM.url, "title": FORUM.title, "content_text": FORUM.summary,
        "date_published": "2022-10-10T00:00:00Z", "date_modified": "2022-10-12T00:00:00Z",
        "authors": [{"name": "Дана Әбенова"}, {"name": "Бас кеңес"}], "tags": ["Форумнан есеп", "Түркістан облысы"],
    }  # fmt: skip
    assert items[1] == {
        "id": RUSSIAN.id, "url": RUSSIAN.url, "title": "План мероприятий", "content_text": "План мероприятий",
        "date_published": "2022-09-01T00:00:00Z", "date_modified": "2022-09-01T00:00:00Z", "language": "ru",
    }  # fmt: skip


# ---------------------------------------------------------------- both


@pytest.mark.parametrize("write", [atom_feed, json_feed])
def test_same_entries_give_same_bytes(write, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    """Feeds do not depend on the clock or the time zone; another entry does change them."""
    first = write(CHANNEL, [FORUM, RUSSIAN])
    monkeypatch.setenv("TZ", "Asia/Almaty")
    assert write(CHANNEL, [FORUM, RUSSIAN]) == first
    assert write(CHANNEL, [FORUM]) != first


def test_tag_is_stable() -> None:
    """The id of a story depends on host, year and path only."""
    assert make_tag("https://kasipodaq.example/news/", 2022, "kk/news/2022/forum") == FORUM.id
    assert make_tag("https://KASIPODAQ.example:8443/", 2022, "kk/news/2022/forum") == FORUM.id


@given(st.text(), st.text())
def test_any_text_gives_well_formed_feeds(title: str, summary: str) -> None:
    """Control characters and other signs that XML cannot hold are left out, the rest stays."""
    entry = Entry(id="tag:a,2022:b", title=title, summary=summary, url="https://a/b/", published=date(2022, 2, 2), authors=(title,))
    atom = parse_atom(entry)
    item = json.loads(json_feed(CHANNEL, [entry]))["items"][0]
    written = (atom.findtext(f"{ATOM}entry/{ATOM}title") or "").replace("\r\n", "\n").replace("\r", "\n")
    assert written == item["title"].replace("\r\n", "\n").replace("\r", "\n")
    assert set(title) - set(item["title"]) <= {chr(code) for code in (*range(0x20), 0xFFFE, 0xFFFF)}


def test_control_characters_are_left_out() -> None:
    """A title with a control character gives a feed without it, and without loss around it."""
    entry = Entry(id="tag:a,2022:b", title="a\x0bb\ud800c\ufffe", summary="d\x00e", url="https://a/b/", published=date(2022, 2, 2))
    assert parse_atom(entry).findtext(f"{ATOM}entry/{ATOM}title") == "abc"
    assert json.loads(json_feed(CHANNEL, [entry]))["items"][0]["content_text"] == "de"
