"""A URL -> the recipe of what stands there: the opposite of urls.page_url, for the preview. Pure."""

from __future__ import annotations

from .indexes import Index
from .model import SITE_SECTIONS
from .plan import CALENDAR_SECTIONS, FEED_SECTIONS, Planner
from .registers import FIGURE_SECTIONS, REGISTERS, Table
from .urls import CARDS_FOLDER, MEDIA_FOLDER, PICTURES_FOLDER, Recipe


def find_recipe(url: str, planner: Planner) -> Recipe | None:
    """The recipe of the page or file at a site path, the opposite of page_url; None when the generator makes nothing there."""
    folder, _, name = url.rpartition("/")
    parts = folder.split("/") if folder else []
    language = parts[0] if parts else ""
    if not parts:
        return {"": Recipe("root"), "index.html": Recipe("root"), "404.html": Recipe("not-found"), "robots.txt": Recipe("robots"), "sitemap.xml": Recipe("sitemap-index")}.get(url)
    if parts == ["sitemaps"] and name.endswith(".xml"):
        return _find_sitemap(name.removesuffix(".xml"), planner)
    if parts[0] == MEDIA_FOLDER:
        return Recipe("media", id=planner.media_by_path[url]) if url in planner.media_by_path else None
    if parts[0] == PICTURES_FOLDER:
        return _find_picture(f"{folder}/", name, planner)
    if parts[0] == CARDS_FOLDER:
        return _find_card(parts[1:], name, planner)
    if language not in planner.languages:
        return None
    match name:
        case "" | "index.html":
            return _find_page(language, parts[1:], planner)
        case "404.html":
            return Recipe("not-found", language) if len(parts) == 1 else None
        case "feed.xml" | "feed.json":
            return _find_feed(language, parts[1:], "atom" if name.endswith("xml") else "json", planner)
        case "calendar.ics":
            return _find_feed(language, parts[1:], "calendar-feed", planner, sections=CALENDAR_SECTIONS)
        case "ninjs.json" if len(parts) == 1:
            return Recipe("ninjs-feed", language)
        case "ninjs.json" | "event.ics":
            return _find_beside(language, parts[1:], "ninjs" if name.endswith("json") else "event", planner)
        case "sight.json":
            return Recipe("sight-texts", language) if len(parts) == 1 else None
        case "texts.json":
            return Recipe("search-texts", language) if parts[1:] == ["search"] else None
        case _ if name.endswith((".csv", ".json")):
            return _find_data(language, parts[1:], name, planner)
    return None


def _find_picture(folder: str, name: str, planner: Planner) -> Recipe | None:
    """A preview knows the names of a picture's files only when it draws it: there they are taken as they come."""
    path = planner.picture_by_folder.get(folder)
    picture = planner.site.pictures.get(path or "")
    return Recipe("picture", section=name, id=path) if path and (picture is None or name in picture.file_names) else None


def _find_card(parts: list[str], name: str, planner: Planner) -> Recipe | None:
    slug = name.removesuffix(".png")
    if not parts:
        return Recipe("card", slug) if slug in planner.languages and slug != name else None
    story = planner.site.stories.get(slug) if slug in planner.carded_slugs else None
    is_there = story is not None and slug != name and parts == [parts[0], str(story.year)] and parts[0] in story.versions
    return Recipe("card", parts[0], id=slug) if is_there else None


def _find_sitemap(part: str, planner: Planner) -> Recipe | None:
    if part == "news":
        return Recipe("sitemap-news") if planner.site.stories else None
    language = part.removeprefix("sections-")
    if part == "site" or language != part and language in planner.languages:
        return Recipe("sitemap", "" if part == "site" else language)
    return Recipe("sitemap", id=part) if part in planner.sitemap_parts() else None


def _find_page(language: str, parts: list[str], planner: Planner) -> Recipe | None:
    """The page of a folder below a language's."""
    match parts:
        case []:
            return Recipe("home", language)
        case ["news", year, slug]:
            story = planner.site.stories.get(slug)
            is_there = story is not None and year == str(story.year) and language in story.versions
            return Recipe("article", language, id=slug) if is_there else None
        case ["search"]:
            return Recipe("search", language)
        case ["figures"]:
            return Recipe("figures", language)
        case ["figures", id, *period]:
            return _find_figures(language, "measures", id, period, planner)
        case [section, id, "figures", *period] if section in FIGURE_SECTIONS:
            return _find_figures(language, section, id, period, planner)
        case [name, *period] if name in REGISTERS:
            found = _match_period(planner.registers.tables[name], period)
            return Recipe("register", language, name, "", *found) if found else None
        case ["calendar", *period]:
            found = _match_period(planner.events.index(), period)
            return Recipe("calendar", language, "", "", *found) if found else None
        case ["archive", *period]:
            return _find_period(language, "", "", period, planner) if period else Recipe("list", language)
        case [section] if section in SITE_SECTIONS:
            return Recipe("list", language, section)
        case [section, id, *period] if section in SITE_SECTIONS and id in planner.entity_ids(section):
            return _find_period(language, section, id, period, planner) if period else Recipe("entity", language, section, id)
    return None


def _find_beside(language: str, parts: list[str], kind: str, planner: Planner) -> Recipe | None:
    """What stands in the folder of a story's page."""
    page = _find_page(language, parts, planner)
    if page is None or page.kind != "article":
        return None
    is_there = kind == "ninjs" or planner.site.stories[page.id].facts.event is not None
    return page._replace(kind=kind) if is_there else None


def _find_period(language: str, section: str, id: str, period: list[str], planner: Planner) -> Recipe | None:
    found = _match_period(planner.index(section, id), period)
    return Recipe("period", language, section, id, *found) if found else None


def _match_period(index: Index | Table, period: list[str]) -> tuple[int, int] | None:
    """Year and month that the end of a URL names; zeros for the landing page and for a whole year."""
    if not period:
        return 0, 0
    for year in index.by_year:
        for month in (0, *index.by_month(year)):
            if period == ([str(year), f"{month:02d}"] if month else [str(year)]):
                return year, month
    return None


def _find_figures(language: str, section: str, id: str, period: list[str], planner: Planner) -> Recipe | None:
    table = planner.registers.figures.get((section, id))
    found = _match_period(table, period) if table else None
    return Recipe("figures", language, section, id, *found) if found else None


def _find_data(language: str, parts: list[str], name: str, planner: Planner) -> Recipe | None:
    stem, _, suffix = name.rpartition(".")
    if parts == ["figures"] and ("measures", stem) in planner.registers.figures:
        return Recipe(f"figures-{suffix}", language, "measures", stem)
    if parts or suffix != "json":
        return None
    if stem == "figures":
        return Recipe("figures-json", language)
    return Recipe("register-json", language, stem) if stem in REGISTERS else None


def _find_feed(language: str, parts: list[str], kind: str, planner: Planner, *, sections: tuple[str, ...] = FEED_SECTIONS) -> Recipe | None:
    match parts:
        case []:
            return Recipe(kind, language)
        case [section, id] if section in sections and id in planner.entity_ids(section):
            return Recipe(kind, language, section, id)
    return None
