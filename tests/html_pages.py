"""Reads the HTML pages of a built site: a strict tree of each page, its texts with their language, its addresses.

Only the standard library is used. Reading a page fails where a tag is left open or closed twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

EMPTY_TAGS = frozenset("area base br col embed hr img input link meta source track wbr".split())
SPOKEN_ATTRIBUTES = ("title", "aria-label", "alt", "placeholder")
SPOKEN_METAS = ("description", "og:title", "og:description", "og:site_name")
ADDRESS_ATTRIBUTES = ("href", "src", "poster", "data", "action")


class _TreeReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes})
        assert len(element.attrib) == len(attributes), f"<{tag}> has an attribute twice, line {self.getpos()[0]}"
        self._open[-1].append(element)
        if tag not in EMPTY_TAGS:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in EMPTY_TAGS:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>, line {self.getpos()[0]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        element = self._open[-1]
        if len(element):
            element[-1].tail = (element[-1].tail or "") + data
        else:
            element.text = (element.text or "") + data

    def close(self) -> None:
        super().close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> is never closed"


class Text(NamedTuple):
    """What a reader sees or hears in one place."""

    text: str
    language: str


class Page:
    """One HTML page of a site."""

    def __init__(self, path: str, html: str) -> None:
        reader = _TreeReader()
        reader.feed(html)
        reader.close()
        self.path = path
        """Of the file, relative to the site."""
        self.url = path.removesuffix("index.html")
        self.root = reader.root

    @property
    def language(self) -> str:
        return self.find("html").get("lang", "")

    @cached_property
    def ids(self) -> list[str]:
        return [element.attrib["id"] for element in self.root.iter() if "id" in element.attrib]

    def find_all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of a tag ("*": of any) with these attributes; `class_name` is one of their classes."""
        return find_all(self.root, tag, **attributes)

    def find(self, tag: str, **attributes: str) -> Element:
        """The only element of its kind."""
        (element,) = self.find_all(tag, **attributes)
        return element

    def read(self, tag: str, **attributes: str) -> str:
        """The text of the only element of its kind, on one line."""
        return read_text(self.find(tag, **attributes))

    def list_texts(self) -> Iterator[Text]:
        """Every text and spoken attribute, with the language that is in force there."""
        return _list_texts(self.root, "")

    def list_alternates(self) -> dict[str, str]:
        """hreflang -> absolute URL."""
        return {link.attrib["hreflang"]: link.attrib["href"] for link in self.find_all("link", rel="alternate") if "hreflang" in link.attrib}

    def list_addresses(self) -> Iterator[tuple[str, str]]:
        """(tag, address as written) of everything that a page leads to or loads."""
        for element in self.root.iter():
            for name in ADDRESS_ATTRIBUTES:
                if name in element.attrib:
                    yield element.tag, element.attrib[name]
            for source in filter(None, element.get("srcset", "").split(",")):
                yield element.tag, source.split()[0]


def find_all(root: Element, tag: str, *, class_name: str = "", **attributes: str) -> list[Element]:
    """The elements below root, in the order of the page."""
    found = root.iter() if tag == "*" else root.iter(tag)
    return [
        element
        for element in found
        if (not class_name or class_name in element.get("class", "").split())
        and all(element.get(name.rstrip("_").replace("_", "-")) == value for name, value in attributes.items())
    ]


def read_text(element: Element, *, without: Collection[str] = ()) -> str:
    """The text below an element on one line, leaving out what has one of the classes."""
    return " ".join("".join(_list_strings(element, set(without))).split())


def _list_strings(element: Element, without: set[str]) -> Iterator[str]:
    if element.tag in ("script", "style") or without & set(element.get("class", "").split()):
        return
    yield element.text or ""
    for child in element:
        yield from _list_strings(child, without)
        yield child.tail or ""


def _list_texts(element: Element, language: str) -> Iterator[Text]:
    if element.tag in ("script", "style"):
        return
    language = element.get("lang", language)
    names = (*SPOKEN_ATTRIBUTES, "content") if element.get("name", element.get("property", "")) in SPOKEN_METAS else SPOKEN_ATTRIBUTES
    texts = [element.attrib[name] for name in names if name in element.attrib] + [element.text or ""]
    yield from (Text(text.strip(), language) for text in texts if text.strip())
    for child in element:
        yield from _list_texts(child, language)
        if child.tail and child.tail.strip():
            yield Text(child.tail.strip(), language)


# ---------------------------------------------------------------- a whole site


class SitePages:
    """All HTML pages of a built site, by path."""

    def __init__(self, folder: Path, *, site_url: str) -> None:
        self.folder = folder
        self.site_url = site_url
        self.pages: dict[str, Page] = {}
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            self.pages[name] = Page(name, path.read_text(encoding="utf-8"))

    def __getitem__(self, url: str) -> Page:
        """The page of a URL relative to the site ("kk/regions/")."""
        return self.pages[f"{url}index.html" if not url or url.endswith("/") else url]

    def find_page(self, address: str) -> Page | None:
        """The page of an absolute URL."""
        path = self.find_file(address)
        return self.pages.get(path) if path else None

    def find_file(self, address: str) -> str | None:
        """Path of the file that a host sends for an absolute URL of the site; None when there is none."""
        path = unquote(urlsplit(address.removeprefix(self.site_url)).path)
        path = path + "index.html" if not path or path.endswith("/") else path
        return path if address.startswith(self.site_url) and (self.folder / path).is_file() else None

    def list_broken_addresses(self) -> Iterator[str]:
        """One line for each address of the site that leads to no file, or to a fragment that its page lacks."""
        known: dict[str, str | None] = {}
        for page in self.pages.values():
            for _, address in page.list_addresses():
                target, fragment = urldefrag(urljoin(self.site_url + page.url, address))
                if not target.startswith(self.site_url):
                    continue
                if target not in known:
                    known[target] = self.find_file(target)
                path = known[target]
                if path is None or (fragment and (path not in self.pages or unquote(fragment) not in self.pages[path].ids)):
                    yield f"{page.path}: {address}"
