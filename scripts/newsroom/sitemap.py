"""The maps for search engines: a sitemap index, its parts and robots.txt, as bytes. Pure.

One part for each language and year and one for each language's other pages, so that a new story changes a few hundred lines
and the index, not one file of 40,000 URLs. Alternates are written as they are given: the caller names versions that exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from xml.etree import ElementTree

import msgspec

PART_LIMIT = 10_000
"""URLs of one part; sitemaps.org allows 50,000 and 50 MB."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


class SitemapPage(msgspec.Struct, frozen=True):
    """A page that search engines should know."""

    url: str
    """Absolute."""
    language: str = ""
    """Empty for the page that offers the languages."""
    year: int | None = None
    """Of a story or a list of one year; the page stands in that year's part."""
    changed: date | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    """(hreflang, absolute URL) of every version that exists, this one and x-default among them."""


def sitemap_parts(pages: Iterable[SitemapPage], *, site_url: str) -> dict[str, bytes]:
    """Site path -> content: `sitemap.xml` (the index) and `sitemaps/….xml`; the same for any order of the pages."""
    parts = group_pages(pages)
    files = {path: sitemap_part(part) for path, part in parts.items()}
    return {"sitemap.xml": sitemap_index(parts, site_url=site_url), **files}


def group_pages(pages: Iterable[SitemapPage]) -> dict[str, list[SitemapPage]]:
    """Site path of each part -> its pages by URL; lets a build write only the parts that changed."""
    groups: dict[tuple[str, int], list[SitemapPage]] = {}
    for page in pages:
        groups.setdefault((page.language, page.year or 0), []).append(page)
    parts = {}
    for (language, year), group in sorted(groups.items()):
        name = "-".join(filter(None, (language, str(year or "")))) or "site"
        group.sort(key=lambda page: page.url)
        for number in range(0, len(group), PART_LIMIT):
            suffix = f"-part{number // PART_LIMIT + 1}" if number else ""
            parts[f"sitemaps/{name}{suffix}.xml"] = group[number : number + PART_LIMIT]
    return parts


def sitemap_part(pages: Sequence[SitemapPage]) -> bytes:
    """One part, in the order given."""
    root = ElementTree.Element("urlset", {"xmlns": _NAMESPACE, "xmlns:xhtml": _XHTML})
    add = ElementTree.SubElement
    for page in pages:
        element = add(root, "url")
        add(element, "loc").text = page.url
        if page.changed is not None:
            add(element, "lastmod").text = page.changed.isoformat()
        for language, url in page.alternates:
            add(element, "xhtml:link", {"rel": "alternate", "hreflang": language, "href": url})
    return _write(root)


def sitemap_index(parts: Mapping[str, Sequence[SitemapPage]], *, site_url: str) -> bytes:
    """The index of the parts that `group_pages` gave, each with its newest change."""
    root = ElementTree.Element("sitemapindex", {"xmlns": _NAMESPACE})
    for path, pages in sorted(parts.items()):
        element = ElementTree.SubElement(root, "sitemap")
        ElementTree.SubElement(element, "loc").text = _join(site_url, path)
        newest = max((page.changed for page in pages if page.changed is not None), default=None)
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
