"""Sitemaps: every page once, in small parts, with the versions that exist."""

from __future__ import annotations

from datetime import date
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

from newsroom.sitemap import SitemapPage, robots_txt, sitemap_index, sitemap_part

SITE = "https://kasipodaq.example/news/"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def make_page(language: str, year: int, slug: str, *others: str) -> SitemapPage:
    """A story of a year with versions in `language` and in the other languages."""
    urls = {code: f"{SITE}{code}/news/{year}/{slug}/" for code in (language, *others)}
    return SitemapPage(urls[language], date(year, 10, 10), (*sorted(urls.items()), ("x-default", urls[language])))


PAGES = [
    SitemapPage(SITE, alternates=(("kk", f"{SITE}kk/"), ("x-default", SITE))),
    SitemapPage(f"{SITE}kk/", changed=date(2023, 1, 2)),
    SitemapPage(f"{SITE}kk/about/?a=1&b=<2>"),
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


def test_part_holds_every_page_once() -> None:
    """A part holds its pages in the order given, signs of XML in URLs included, each with its day when that is known."""
    part = read_urls(sitemap_part(PAGES))
    assert list(part) == [page.url for page in PAGES]
    assert part[f"{SITE}kk/"][0] == "2023-01-02"
    assert part[SITE][0] is None


def test_alternates_are_those_given() -> None:
    """A page names its versions, itself and x-default; a page with one version and none given names none."""
    part = read_urls(sitemap_part([PAGES[3], PAGES[2]]))
    kazakh, russian = f"{SITE}kk/news/2022/forum/", f"{SITE}ru/news/2022/forum/"
    assert part[kazakh] == ("2022-10-10", {"kk": kazakh, "ru": russian, "x-default": kazakh})
    assert part[PAGES[2].url] == (None, {})


def test_index_names_the_parts() -> None:
    """The index has the absolute URL of every part and its newest change, in the same order whatever the parts' own is."""
    newest = {"sitemaps/site.xml": None, "sitemaps/2022.xml": date(2022, 10, 10)}
    content = sitemap_index(newest, site_url=SITE)
    root = ElementTree.fromstring(content)
    assert root.tag == f"{MAP}sitemapindex"
    rows = {entry.findtext(f"{MAP}loc"): entry.findtext(f"{MAP}lastmod") for entry in root}
    assert rows == {f"{SITE}sitemaps/site.xml": None, f"{SITE}sitemaps/2022.xml": "2022-10-10"}
    assert sitemap_index(dict(reversed(newest.items())), site_url=SITE) == content


def test_robots_may_read_everything() -> None:
    """robots.txt allows every page and names the sitemap."""
    parser = RobotFileParser()
    parser.parse(robots_txt(SITE).decode().splitlines())
    assert parser.can_fetch("anyone", f"{SITE}kk/news/2022/forum/")
    assert parser.site_maps() == [f"{SITE}sitemap.xml"]
