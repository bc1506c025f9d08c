"""Sitemaps: every page once, in small parts, with the versions that exist."""

from __future__ import annotations

from datetime import date
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from newsroom import sitemap
from newsroom.sitemap import SitemapPage, group_pages, robots_txt, sitemap_index, sitemap_part, sitemap_parts

SITE = "https://kasipodaq.example/news/"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def make_page(language: str, year: int, slug: str, *others: str) -> SitemapPage:
    """A story of a year with versions in `language` and in the other languages."""
    urls = {code: f"{SITE}{code}/news/{year}/{slug}/" for code in (language, *others)}
    return SitemapPage(urls[language], language, year, date(year, 10, 10), (*sorted(urls.items()), ("x-default", urls[language])))


PAGES = [
    SitemapPage(SITE, alternates=(("kk", f"{SITE}kk/"), ("x-default", SITE))),
    SitemapPage(f"{SITE}kk/", "kk", changed=date(2023, 1, 2)),
    SitemapPage(f"{SITE}kk/about/?a=1&b=<2>", "kk"),
    make_page("kk", 2022, "forum", "ru"),
    make_page("ru", 2022, "forum", "kk"),
    make_page("kk", 2023, "plan"),
]


def read_urls(content: bytes) -> dict[str, tuple[str | None, dict[str, str]]]:
    """URL -> (lastmod, URL by hreflang)."""
    root = ElementTree.fromstring(content)
    assert root.tag == f"{MAP}urlset"
    found = {}
    for url in root:
        links = {link.get("hreflang", ""): link.get("href", "") for link in url.findall(LINK)}
        assert all(link.get("rel") == "alternate" for link in url.findall(LINK))
        found[url.findtext(f"{MAP}loc") or ""] = (url.findtext(f"{MAP}lastmod"), links)
    return found


def test_each_page_stands_in_one_part() -> None:
    """Parts hold a language's pages by year, all parts together every page once, signs of XML in URLs included."""
    parts = sitemap_parts(PAGES, site_url=SITE)
    assert set(parts) == {
        "sitemap.xml", "sitemaps/site.xml", "sitemaps/kk.xml", "sitemaps/kk-2022.xml", "sitemaps/ru-2022.xml", "sitemaps/kk-2023.xml",
    }  # fmt: skip
    urls = [url for path, content in parts.items() if path != "sitemap.xml" for url in read_urls(content)]
    assert sorted(urls) == sorted(page.url for page in PAGES)


def test_alternates_are_those_given() -> None:
    """A page names its versions, itself and x-default; a page with one version and none given names none."""
    part = read_urls(sitemap_part([PAGES[3], PAGES[2]]))
    kazakh, russian = f"{SITE}kk/news/2022/forum/", f"{SITE}ru/news/2022/forum/"
    assert part[kazakh] == ("2022-10-10", {"kk": kazakh, "ru": russian, "x-default": kazakh})
    assert part[PAGES[2].url] == (None, {})


def test_index_names_the_parts() -> None:
    """The index has the absolute URL of every part and the newest change in it."""
    parts = group_pages(PAGES)
    root = ElementTree.fromstring(sitemap_index(parts, site_url=SITE))
    assert root.tag == f"{MAP}sitemapindex"
    rows = {entry.findtext(f"{MAP}loc"): entry.findtext(f"{MAP}lastmod") for entry in root}
    assert rows == {
        f"{SITE}sitemaps/site.xml": None, f"{SITE}sitemaps/kk.xml": "2023-01-02", f"{SITE}sitemaps/kk-2022.xml": "2022-10-10",
        f"{SITE}sitemaps/ru-2022.xml": "2022-10-10", f"{SITE}sitemaps/kk-2023.xml": "2023-10-10",
    }  # fmt: skip


def test_new_story_changes_its_part_only() -> None:
    """Adding a story changes the index and the part of its language and year, no other file."""
    before = sitemap_parts(PAGES, site_url=SITE)
    after = sitemap_parts([*PAGES, make_page("kk", 2022, "zhalaqy")], site_url=SITE)
    assert {path for path in after if after[path] != before.get(path)} == {"sitemaps/kk-2022.xml"}


def test_order_of_pages_does_not_matter() -> None:
    """The same pages give the same bytes in any order."""
    assert sitemap_parts(PAGES[::-1], site_url=SITE) == sitemap_parts(PAGES, site_url=SITE)


def test_large_groups_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """No part holds more URLs than its limit, and none is lost."""
    monkeypatch.setattr(sitemap, "PART_LIMIT", 2)
    pages = [make_page("kk", 2022, f"s{number}") for number in range(5)]
    parts = group_pages(pages)
    assert {path: len(part) for path, part in parts.items()} == {
        "sitemaps/kk-2022.xml": 2, "sitemaps/kk-2022-part2.xml": 2, "sitemaps/kk-2022-part3.xml": 1,
    }  # fmt: skip
    assert {page for part in parts.values() for page in part} == set(pages)


def test_robots_may_read_everything() -> None:
    """robots.txt allows every page and names the sitemap."""
    parser = RobotFileParser()
    parser.parse(robots_txt(SITE).decode().splitlines())
    assert parser.can_fetch("anyone", f"{SITE}kk/news/2022/forum/")
    assert parser.site_maps() == [f"{SITE}sitemap.xml"]
