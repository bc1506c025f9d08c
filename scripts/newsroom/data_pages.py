"""The pages of figures and registers: tables of what stories state, each row with its story.

Chooses with plan's own tables (registers), so that a page shows just what its fingerprint covers. Charts are charts'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice

import msgspec

from .authority import Measure, Region
from .charts import LARGE, SMALL, Point, Size, draw_chart
from .data_views import Chart, FigureRow, FiguresIndexView, FiguresView, MeasureLine, QuoteView, RegisterEntry, RegisterView, Series, StoryLink
from .descriptions import Path
from .home_pages import HomePages
from .languages import Language
from .model import Award, Dispute, Document, Figure, Quote
from .pages import Inputs
from .phrases import find_phrase
from .plan import Planner
from .registers import FIGURE_SECTIONS, Row, SeriesKey, Table, find_series
from .render import PageJob
from .urls import Recipe, article_url, data_path, figures_url, index_url, register_url, section_url
from .views import CountedLink, Link, Phrase

CHARTS_OF_SPLIT = {"measures": 12, "regions": 6, "unions": 6}
"""On a page that is split by year."""
SERIES_OF_SPLIT = 40
"""Whose newest value such a page lists; the pages of years and the files have every figure."""


class DataPages(HomePages):
    """Makes these pages too."""

    def __init__(self, planner: Planner, inputs: Inputs) -> None:
        super().__init__(planner, inputs)
        self._story_links: dict[tuple[str, str], StoryLink] = {}
        self._figure_texts: dict[tuple[bytes, str], str] = {}
        self._sort_keys: dict[tuple[str, str], tuple[str, str, str]] = {}

    # ------------------------------------------------------------ figures

    def _make_figures(self, recipe: Recipe, language: Language) -> PageJob:
        if not recipe.section:
            return self._make_figures_index(recipe, language)
        table = self._planner.registers.figures[recipe.section, recipe.id]
        view = self._view_period(recipe, table, language) if recipe.year else self._view_figures(recipe, table, language)
        return self._wrap(recipe, "figures.html", view, self._make_head(recipe, view.title, view.lead, path=self._find_figures_way(recipe, view, language)))

    def _find_figures_way(self, recipe: Recipe, view: FiguresView, language: Language) -> Path:
        """The pages above one of figures: those of the measure; of the region or union."""
        code, section, id = language.code, recipe.section, recipe.id
        above: Path = ((language.text("figures"), figures_url(code)),) if section == "measures" else ((language.text(section), section_url(code, section)),)
        if recipe.year and section != "measures":
            above = (*above, (self._authority.get(section, id).name(code), index_url(code, section, id)))
        return (*above, (view.up.text, view.up.url)) if recipe.year or section != "measures" else above

    def _make_figures_index(self, recipe: Recipe, language: Language) -> PageJob:
        figures = self._planner.registers.figures
        links = {section: [self._count_figures(section, id, table, language) for (of, id), table in figures.items() if of == section] for section in FIGURE_SECTIONS}
        newest = {figures_url(language.code, section, id): table.rows[0] for (section, id), table in figures.items()}
        ordered = {section: sorted(each, key=lambda link: self._sort_key(link.text, language)) for section, each in links.items()}
        view = FiguresIndexView(
            measures=tuple(MeasureLine(link, self._view_row(newest[link.url], language)) for link in ordered["measures"]),
            regions=tuple(ordered["regions"]), unions=tuple(ordered["unions"]), json_url=data_path(figures_url(language.code), "json"),
        )  # fmt: skip
        return self._wrap(recipe, "figures_index.html", view, self._make_head(recipe, language.text("figures"), language.text("figures-lead")))

    def _count_figures(self, section: str, id: str, table: Table, language: Language) -> CountedLink:
        return CountedLink(self._authority.get(section, id).short_name(language.code), figures_url(language.code, section, id), len(table.rows))

    def _view_figures(self, recipe: Recipe, table: Table, language: Language) -> FiguresView:
        """All figures of a measure, region or union; of many the newest of each series, and charts."""
        name = self._authority.get(recipe.section, recipe.id).name(language.code)
        is_measure = recipe.section == "measures"
        if is_measure:
            title, lead = name, language.text("measure-lead")
        else:
            title, lead = language.text("figures-of", name=name), language.text("figures-of-lead", name=name)
        series = self._list_series(recipe, table, language)
        rows = tuple(self._view_row(rows[0], language, with_measure=not is_measure) for rows in islice(table.series.values(), SERIES_OF_SPLIT)) if table.is_split else ()
        page = figures_url(language.code, recipe.section, recipe.id)
        return FiguresView(
            title=title, lead=lead, up=self._link_above(recipe, language), series=series, rows=rows, is_newest=table.is_split,
            regions=self._list_choices("regions", recipe, table.rows, language), unions=self._list_choices("unions", recipe, table.rows, language),
            years=tuple(CountedLink(str(year), figures_url(language.code, recipe.section, recipe.id, year), len(rows)) for year, rows in table.by_year.items()),
            csv_url=data_path(page, "csv") if is_measure else "", json_url=data_path(page, "json") if is_measure else "",
        )  # fmt: skip

    def _link_above(self, recipe: Recipe, language: Language) -> Link:
        if recipe.section == "measures":
            return Link(language.text("figures"), figures_url(language.code))
        return Link(self._authority.get(recipe.section, recipe.id).name(language.code), index_url(language.code, recipe.section, recipe.id))

    def _view_period(self, recipe: Recipe, table: Table, language: Language) -> FiguresView:
        """The figures of a year or month."""
        section, id, year, month = recipe.section, recipe.id, recipe.year, recipe.month
        name = self._authority.get(section, id).name(language.code)
        above = name if section == "measures" else language.text("figures-of", name=name)
        period = language.month_year(year, month) if month else language.text("year-heading", year=str(year))
        rows = table.listed(year, month)
        return FiguresView(
            title=language.text("period-title", name=above, period=period), lead="", up=Link(above, figures_url(language.code, section, id)),
            rows=tuple(self._view_row(row, language, with_measure=section != "measures") for row in rows), is_newest=bool(not month and table.by_month(year)),
            regions=self._list_choices("regions", recipe, rows, language), unions=self._list_choices("unions", recipe, rows, language),
            months=tuple(CountedLink(language.month_name(each), figures_url(language.code, section, id, year, each), len(rows)) for each, rows in table.by_month(year).items()),
            siblings=tuple(Link(str(other), figures_url(language.code, section, id, other)) for other in table.by_year if other != year),
        )  # fmt: skip

    def _list_choices(self, section: str, recipe: Recipe, rows: Sequence[Row], language: Language) -> tuple[tuple[str, str], ...]:
        """(id, name) of the regions or unions that the filter of a page offers; nothing to choose from a single one."""
        name = {"regions": "region", "unions": "union"}[section]
        ids = {id for row in rows if (id := getattr(row.fact, name))} if recipe.section != section else set()
        choices = [(id, self._authority.get(section, id).short_name(language.code)) for id in ids]
        return tuple(sorted(choices, key=lambda choice: self._sort_key(choice[1], language)))

    def _list_series(self, recipe: Recipe, table: Table, language: Language) -> tuple[Series, ...]:
        """On a page of a measure in the order of scopes: the country, regions, unions, unions in regions; else newest first."""
        chosen = table.series
        if table.is_split:
            drawn = sorted((key for key, rows in chosen.items() if len({row.day for row in rows}) > 1), key=lambda key: (bool(key.region) + bool(key.union), -len(chosen[key]), repr(key)))
            chosen = {key: chosen[key] for key in drawn[: CHARTS_OF_SPLIT[recipe.section]]}
        series = [self._view_series(key, table, language, of=recipe.section, with_stories=not table.is_split) for key in chosen]
        if recipe.section == "measures":
            series.sort(key=lambda each: (bool(each.region) * 1 + bool(each.union) * 2, self._sort_key(each.title, language)))
        return tuple(series)

    def _view_series(self, key: SeriesKey, table: Table, language: Language, *, of: str, size: Size = LARGE, with_stories: bool = True) -> Series:
        """A series on the page of a measure (titled by its scope), or of a region or union (titled by its measure); of a small size
        with its newest value alone."""
        rows = table.series[key]
        links = self._link_scopes(key, language, without=of)
        if of != "measures":
            links = (Link(self._authority.get("measures", key.measure).name(language.code), figures_url(language.code, "measures", key.measure)), *links)
        title = ", ".join(link.text for link in links) or language.text("whole-country")
        is_part = key.is_part and key._replace(is_part=False) in table.series
        if is_part:
            title = language.text("part-of-whole", name=title)
        shown = rows[:1] if size is SMALL else rows
        return Series(
            id="-".join(("scope", key.measure if of != "measures" else "", key.region or "", key.union or "", "part" if key.is_part else "")).strip("-"), title=title,
            rows=tuple(self._view_row(row, language, with_scopes=False, with_story=with_stories) for row in shown),
            chart=self._draw_chart(key, rows, language, title, size), links=links, is_part=is_part, region=key.region or "", union=key.union or "",
        )  # fmt: skip

    def _link_scopes(self, key: SeriesKey, language: Language, *, without: str = "", day: date | None = None) -> tuple[Link, ...]:
        pairs = [("regions", key.region), ("unions", key.union)]
        return tuple(Link(self._authority.get(section, id).short_name(language.code, day), index_url(language.code, section, id)) for section, id in pairs if id and section != without)

    def _draw_chart(self, key: SeriesKey, rows: Sequence[Row], language: Language, title: str, size: Size) -> Chart | None:
        """None for figures of one day."""
        if rows[0].day == rows[-1].day:
            return None
        measure = self._authority.get("measures", key.measure)
        assert isinstance(measure, Measure)
        points = [Point(row.day, figure.value, self._write_figure(row, language), figure.qualifier == "exact") for row in rows if isinstance(figure := row.fact, Figure)]
        label = language.text("chart-label", name=title, first=points[-1].text, since=language.date(points[-1].day), last=points[0].text, until=language.date(points[0].day))
        write_value = language.percent if measure.unit == "percent" else language.number
        breaks = [day for day in self._find_border_changes(key.region) if points[-1].day < day <= points[0].day]
        notes = []
        if not all(point.is_exact for point in points):
            notes.append(language.text("chart-open-dots"))
        if breaks:
            notes.append(language.text("chart-breaks", dates=", ".join(language.date(day) for day in breaks)))
        return draw_chart(points, size=size, label=label, write_value=lambda value: write_value(int(value) if value == int(value) else value), write_day=language.date, breaks=breaks, notes=notes)

    def _find_border_changes(self, region: str | None) -> list[date]:
        """The days on which another region was formed from this one: figures before and after are about different territories."""
        entities = self._authority.entities("regions") if region else ()
        return sorted({entity.since for entity in entities if isinstance(entity, Region) and region in entity.predecessors and entity.since})

    def _view_row(self, row: Row, language: Language, *, with_measure: bool = False, with_scopes: bool = True, with_story: bool = True) -> FigureRow:
        figure = row.fact
        assert isinstance(figure, Figure)
        measure = self._authority.get("measures", figure.measure).name(language.code) if with_measure else ""
        return FigureRow(
            day=figure.as_of, text=self._write_figure(row, language), scopes=self._link_scopes(find_series(figure), language, day=figure.as_of) if with_scopes else (),
            measure=Link(measure, figures_url(language.code, "measures", figure.measure)) if measure else None,
            story=self._link_story(row.slug, language) if with_story else None, region=figure.region or "", union=figure.union or "",
        )  # fmt: skip

    def _write_figure(self, row: Row, language: Language) -> str:
        """A row stands on up to four pages, and in a chart."""
        text = self._figure_texts.get((row.key, language.code))
        if text is None:
            figure = row.fact
            assert isinstance(figure, Figure)
            text = self._figure_texts[row.key, language.code] = write_figure(figure, self._authority.get("measures", figure.measure), language)
        return text

    def _sort_key(self, text: str, language: Language) -> tuple[str, str, str]:
        key = self._sort_keys.get((text, language.code))
        if key is None:
            key = self._sort_keys[text, language.code] = language.sort_key(text)
        return key

    def _link_story(self, slug: str, language: Language) -> StoryLink:
        """The story in the reader's language, else the original, marked with its language."""
        link = self._story_links.get((slug, language.code))
        if link is None:
            story = self._site.stories[slug]
            article = story.version_for(language.code)
            foreign_name = "" if article.language == language.code else language.names[article.language]
            link = StoryLink(Phrase(article.title, article.language), article_url(article.language, story), story.date, foreign_name)
            self._story_links[slug, language.code] = link
        return link

    # ------------------------------------------------------------ registers

    def _make_register(self, recipe: Recipe, language: Language) -> PageJob:
        name, year, month = recipe.section, recipe.year, recipe.month
        table = self._planner.registers.tables[name]
        title, lead, up = language.text(name), language.text(f"{name}-lead"), None
        if year:
            period = language.month_year(year, month) if month else language.text("year-heading", year=str(year))
            up = Link(title, register_url(language.code, name))
            title, lead = language.text("period-title", name=title, period=period), ""
        view = RegisterView(
            section=name, title=title, lead=lead, entries=self._view_entries(table.listed(year, month), language), up=up,
            years=() if year else tuple(CountedLink(str(each), register_url(language.code, name, each), len(rows)) for each, rows in table.by_year.items()),
            months=tuple(CountedLink(language.month_name(each), register_url(language.code, name, year, each), len(rows)) for each, rows in table.by_month(year).items()),
            siblings=tuple(Link(str(other), register_url(language.code, name, other)) for other in table.by_year if year and other != year),
            json_url="" if year else data_path(register_url(language.code, name), "json"),
        )  # fmt: skip
        head = self._make_head(recipe, title, lead or language.text("period-description", name=language.text(name), period=str(year)), path=((up.text, up.url),) if up else ())
        return self._wrap(recipe, "register.html", view, head)

    def _view_entries(self, rows: Iterable[Row], language: Language, *, page_of: tuple[str, str] = ("", "")) -> tuple[RegisterEntry, ...]:
        """page_of: (section, id) whose own page it is, so that the name need not be repeated."""
        return tuple(self._view_entry(row, language, page_of=page_of) for row in rows)

    def _view_entry(self, row: Row, language: Language, *, page_of: tuple[str, str]) -> RegisterEntry:
        story = self._site.stories[row.slug]
        link = self._link_story(row.slug, language)
        match row.fact:
            case Dispute():
                dispute = self._view_dispute(row.fact, language, story)
                return RegisterEntry(link, dispute=msgspec.structs.replace(dispute, region=None) if ("regions", row.fact.region) == page_of else dispute)
            case Document():
                return RegisterEntry(link, document=self._view_document(row.fact, language, story))
            case Award():
                return RegisterEntry(link, award=self._view_award(row.fact, language, story))
            case Quote():
                person = None if ("people", row.fact.person) == page_of else self._link_entity("people", row.fact.person, language, story.date)
                return RegisterEntry(link, quote=QuoteView(find_phrase(row.fact.text, language, story), person))
            case _:
                raise AssertionError(row.fact)


def write_figure(figure: Figure, measure: object, language: Language) -> str:
    """A figure in words: «4 876 из 6 939», "more than 150,000 people"."""
    assert isinstance(measure, Measure)
    value = language.quantity(figure.value, measure.unit, qualifier=figure.qualifier)
    return value if figure.of is None else language.text("of", value=value, whole=language.number(figure.of))
