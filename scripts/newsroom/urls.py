"""The site's URLs: which page stands where, and what media is published as. Pure; plan, pages and routes share it.

A URL is a site path without a leading slash ("kk/news/2022/forum/").
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from .model import Site, Story

MEDIA_FOLDER = "media"
PICTURES_FOLDER = "pictures"
CARDS_FOLDER = "cards"


class Recipe(NamedTuple):
    """Which page an output is; the fields that a kind does not need are empty."""

    kind: str
    """article, home, list, entity, period, calendar, figures, register, search, search-texts, sight-texts, not-found, root; ninjs, ninjs-feed,
    event, calendar-feed, atom, json, figures-csv, figures-json, register-json, sitemap, sitemap-news, sitemap-index, robots, media, picture
    or card."""
    language: str = ""
    section: str = ""
    """Section of a list or entity; empty for the archive and the whole language. Of a picture the name of the file: width and format."""
    id: str = ""
    """Entity id, story slug, sitemap part or path of an attachment; of a card the slug, empty for that of the whole language."""
    year: int = 0
    month: int = 0


def home_url(language: str) -> str:
    return f"{language}/"


def article_url(language: str, story: Story) -> str:
    return f"{language}/news/{story.year}/{story.slug}/"


def section_url(language: str, section: str) -> str:
    """Of the list of all regions, unions, people or kinds; of the archive when the section is empty."""
    return f"{language}/{section or 'archive'}/"


def index_url(language: str, section: str, id: str) -> str:
    """Of an entity's landing page, or of the archive."""
    return f"{language}/{section}/{id}/" if section else f"{language}/archive/"


def period_url(language: str, section: str, id: str, year: int, month: int = 0) -> str:
    return _add_period(index_url(language, section, id), year, month)


def calendar_url(language: str, year: int = 0, month: int = 0) -> str:
    """Of the calendar's first page, of a year or of a month of a year with many events."""
    return _add_period(f"{language}/calendar/", year, month)


def calendar_feed_url(language: str, section: str = "", id: str = "") -> str:
    """Of the iCalendar file of a language, or of a region or union (section and id), which always exists."""
    return f"{feed_folder(language, section, id)}calendar.ics"


def event_url(language: str, story: Story) -> str:
    """Of the iCalendar file of a story's event."""
    return f"{article_url(language, story)}event.ics"


def ninjs_url(language: str, story: Story) -> str:
    return f"{article_url(language, story)}ninjs.json"


def ninjs_feed_url(language: str) -> str:
    return f"{home_url(language)}ninjs.json"


def media_path(path: str) -> str:
    """Where a picture or document is published; its own path is articles/<year>/<slug>/<name>."""
    return f"{MEDIA_FOLDER}/{path.split('/', 1)[1]}"


def media_url(path: str) -> str:
    """The same as part of an address."""
    return quote(media_path(path))


def picture_folder(path: str) -> str:
    """Where the files of a picture that pages show are published, with a slash at the end."""
    return f"{PICTURES_FOLDER}/{path.split('/', 1)[1]}/"


def picture_url(path: str) -> str:
    """The same as part of an address."""
    return quote(picture_folder(path))


def card_path(language: str, story: Story | None) -> str:
    """Where the picture stands that is shown when a link to a story is shared; None: to any other page of the language."""
    return f"{CARDS_FOLDER}/{language}/{story.year}/{story.slug}.png" if story else f"{CARDS_FOLDER}/{language}.png"


def search_folder(language: str) -> str:
    """Of the index of a language."""
    return f"search/{language}/"


def search_url(language: str) -> str:
    return f"{language}/search/"


def feed_folder(language: str, section: str, id: str) -> str:
    return index_url(language, section, id) if section else home_url(language)


def figures_url(language: str, section: str = "", id: str = "", year: int = 0, month: int = 0) -> str:
    """Of all figures of a measure, region or union; of the list of all measures without a section."""
    if section in ("", "measures"):
        url = f"{language}/figures/{id}/" if id else f"{language}/figures/"
    else:
        url = f"{index_url(language, section, id)}figures/"
    return _add_period(url, year, month)


def register_url(language: str, name: str, year: int = 0, month: int = 0) -> str:
    """Of all disputes, documents or awards."""
    return _add_period(f"{language}/{name}/", year, month)


def _add_period(url: str, year: int, month: int) -> str:
    return f"{url}{year}/{month:02d}/" if month else f"{url}{year}/" if year else url


def data_path(url: str, suffix: str) -> str:
    """Where the data of a page stand: "kk/figures/members.csv" beside "kk/figures/members/"."""
    return f"{url.rstrip('/')}.{suffix}"


def page_url(recipe: Recipe, site: Site) -> str:
    """Site path of a page's folder; of the file itself for what is not a folder's index."""
    match recipe.kind:
        case "article":
            return article_url(recipe.language, site.stories[recipe.id])
        case "home":
            return home_url(recipe.language)
        case "list":
            return section_url(recipe.language, recipe.section)
        case "entity":
            return index_url(recipe.language, recipe.section, recipe.id)
        case "period":
            return period_url(recipe.language, recipe.section, recipe.id, recipe.year, recipe.month)
        case "figures":
            return figures_url(recipe.language, recipe.section, recipe.id, recipe.year, recipe.month)
        case "register":
            return register_url(recipe.language, recipe.section, recipe.year, recipe.month)
        case "calendar":
            return calendar_url(recipe.language, recipe.year, recipe.month)
        case "search":
            return search_url(recipe.language)
        case "not-found":
            return f"{recipe.language}/404.html" if recipe.language else "404.html"
        case _:
            return ""
