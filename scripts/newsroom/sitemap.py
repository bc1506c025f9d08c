"""The maps for search engines: a sitemap index, its parts and robots.txt, as bytes. Pure.

Which page stands in which part is plan's choice. Alternates are written as they are given: the caller names versions that exist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from xml.etree import ElementTree

import msgspec

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold."""
_XHTML = "http://www.w3.org/1999/xhtml"
_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"


class SitemapPage(msgspec.Struct, frozen=True):
    """A page that search engines should know."""

    url: str
    """Absolute."""
    changed: date | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    """(hreflang, absolute URL) of every version that exists, this one and x-default among them."""


def sitemap_part(pages: Sequence[SitemapPage]) -> bytes:
    """One part, in the order given."""
    return f'{_DECLARATION}<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="{_XHTML}">{"".join(map(_write_page, pages))}</urlset>\n'.encode()


def _write_page(page: SitemapPage) -> str:
    """As text: a tree of elements for every page of a large site takes a twentieth of its build."""
    changed = f"<lastmod>{page.changed.isoformat()}</lastmod>" if page.changed else ""
    links = (f'<xhtml:link rel="alternate" hreflang="{escape(language)}" href="{escape(url)}" />' for language, url in page.alternates)
    return f"<url><loc>{escape(page.url)}</loc>{changed}{''.join(links)}</url>"


class NewsPage(msgspec.Struct, frozen=True):
    """A story of the last days."""

    url: str
    """Absolute."""
    site_name: str
    language: str
    published: date
    title: str


def news_sitemap(pages: Sequence[NewsPage]) -> bytes:
    """The stories of the last days as https://www.google.com/schemas/sitemap-news/0.9 wants them, in the order given."""
    root = ElementTree.Element("urlset", {"xmlns": _NAMESPACE, "xmlns:news": _NEWS})
    add = ElementTree.SubElement
    for page in pages:
        element = add(root, "url")
        add(element, "loc").text = page.url
        news = add(element, "news:news")
        publication = add(news, "news:publication")
        add(publication, "news:name").text = _ILLEGAL.sub("", page.site_name)
        add(publication, "news:language").text = page.language
        add(news, "news:publication_date").text = page.published.isoformat()
        add(news, "news:title").text = _ILLEGAL.sub("", page.title)
    return _write(root)


def sitemap_index(newest_by_path: Mapping[str, date | None], *, site_url: str) -> bytes:
    """The index of the parts: site path of each -> its newest change, when one is known."""
    root = ElementTree.Element("sitemapindex", {"xmlns": _NAMESPACE})
    for path, newest in sorted(newest_by_path.items()):
        element = ElementTree.SubElement(root, "sitemap")
        ElementTree.SubElement(element, "loc").text = _join(site_url, path)
        if newest is not None:
            ElementTree.SubElement(element, "lastmod").text = newest.isoformat()
    return _write(root)


def robots_txt(site_url: str) -> bytes:
    """Everything may be read, and where the sitemap is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {_join(site_url, 'sitemap.xml')}\n".encode()


def _join(site_url: str, path: str) -> str:
    return f"{site_url.rstrip('/')}/{path}"


def _write(root: ElementTree.Element) -> bytes:
    """With an XML declaration and a newline at the end."""
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
