"""Figures and registers as files to download: JSON for programs, CSV for spreadsheets (docs/handbook/data.md). Pure.

Every row names its story. JSON has the facts themselves beside names in the language of the file; CSV is written as spreadsheets of
readers of the language expect it: they take a comma between columns only where a point stands before decimals.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from .authority import Authority, Measure, Region
from .data_pages import write_figure
from .languages import Language
from .link import resolve_target
from .model import Award, Dispute, Document, Figure, Story, Text
from .plan import Planner
from .registers import Row
from .urls import article_url, data_path, figures_url, media_url, register_url

VERSION = 1
"""Of the files; grows when a field changes its meaning or goes."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the old encoding of the machine and shows no Kazakh letter."""
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""What makes a spreadsheet take a text for a formula (owasp.org, CSV injection)."""
CSV_COLUMNS = ("measure", "value", "qualifier", "unit", "of-column", "date", "region", "region-code", "union", "story", "story-date", "address")
"""Interface texts of the headings."""


def write_figures_csv(planner: Planner, measure_id: str, language: Language, *, site_url: str) -> bytes:
    """figures/<measure>.csv: every figure of the measure, newest first."""
    measure = planner.authority.get("measures", measure_id)
    assert isinstance(measure, Measure)
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, delimiter=";" if language.decimal_sign == "," else ",")
    writer.writerow([language.text(name) for name in CSV_COLUMNS])
    for row in planner.registers.figures["measures", measure_id].rows:
        figure, story = row.fact, planner.site.stories[row.slug]
        assert isinstance(figure, Figure)
        version = story.version_for(language.code)
        region = planner.authority.get("regions", figure.region) if figure.region else None
        union = planner.authority.get("unions", figure.union).name(language.code) if figure.union else ""
        cells: list[str | int | float | date | None] = [
            measure.name(language.code), figure.value, language.text(f"qualifier-{figure.qualifier}"), language.text(f"unit-{measure.unit}"), figure.of,
            figure.as_of, region.name(language.code, figure.as_of) if region else "", region.iso if isinstance(region, Region) else "", union,
            version.title, story.date, site_url + article_url(version.language, story),
        ]  # fmt: skip
        writer.writerow([_write_cell(cell, language) for cell in cells])
    return file.getvalue().encode()


def _write_cell(value: str | int | float | date | None, language: Language) -> str:
    """A number with the language's decimal sign and no other; a text that no spreadsheet takes for a formula."""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else format(Decimal(str(value)), "f").replace(".", language.decimal_sign)


def write_figures_json(planner: Planner, measure_id: str, language: Language, *, site_url: str) -> bytes:
    """figures/<measure>.json: every figure of the measure, newest first."""
    measure = planner.authority.get("measures", measure_id)
    assert isinstance(measure, Measure)
    return _write({
        "version": VERSION, "language": language.code, "url": site_url + figures_url(language.code, "measures", measure_id),
        "measure": {"id": measure.id, "name": measure.name(language.code), "unit": measure.unit},
        "figures": [_describe_figure(row, measure, planner, language, site_url) for row in planner.registers.figures["measures", measure_id].rows],
    })  # fmt: skip


def _describe_figure(row: Row, measure: Measure, planner: Planner, language: Language, site_url: str) -> dict[str, Any]:
    figure = row.fact
    assert isinstance(figure, Figure)
    return {
        "value": figure.value, "qualifier": figure.qualifier, "of": figure.of, "as_of": figure.as_of, "text": write_figure(figure, measure, language),
        "region": _describe_region(figure.region, planner.authority, language, figure.as_of),
        "union": _name("unions", figure.union, planner.authority, language, figure.as_of),
        "story": _describe_story(planner.site.stories[row.slug], language, site_url),
    }  # fmt: skip


def write_catalogue(planner: Planner, language: Language, *, site_url: str) -> bytes:
    """figures.json: every measure that has figures, and where they are."""
    measures = []
    for (section, id), table in sorted(planner.registers.figures.items()):
        measure = planner.authority.get(section, id)
        if isinstance(measure, Measure):
            url = site_url + figures_url(language.code, section, id)
            measures.append({"id": id, "name": measure.name(language.code), "unit": measure.unit, "count": len(table.rows), "url": url, "csv_url": data_path(url, "csv"), "json_url": data_path(url, "json")})
    return _write({"version": VERSION, "language": language.code, "url": site_url + figures_url(language.code), "measures": measures})


def write_register(planner: Planner, name: str, language: Language, *, site_url: str) -> bytes:
    """disputes.json, documents.json or awards.json: all entries, newest first."""
    entries = [_describe_entry(row, planner, language, site_url) for row in planner.registers.tables[name].rows]
    return _write({"version": VERSION, "language": language.code, "url": site_url + register_url(language.code, name), name: entries})


def _describe_entry(row: Row, planner: Planner, language: Language, site_url: str) -> dict[str, Any]:
    story, authority, fact = planner.site.stories[row.slug], planner.authority, row.fact
    source = {"story": _describe_story(story, language, site_url)}
    if isinstance(fact, Dispute):
        texts = {name: _choose_text(getattr(fact, name), language, story) for name in ("employer", "issue", "action", "outcome")}
        return texts | {"status": fact.status, "region": _describe_region(fact.region, authority, language, story.date)} | source
    if isinstance(fact, Document):
        path = resolve_target(story.original.path, fact.file).path if fact.file else ""
        parties = [_describe_reference(reference, authority, language, story.date) for reference in fact.parties]
        file_url = site_url + media_url(path) if path in planner.site.attachments else None
        return {"title": _choose_text(fact.title, language, story), "type": fact.type, "date": fact.date, "parties": parties, "file_url": file_url} | source
    assert isinstance(fact, Award)
    people = [_name("people", id, authority, language, story.date) for id in fact.to]
    return {"name": _choose_text(fact.name, language, story), "to": people, "date": fact.date} | source


def _describe_story(story: Story, language: Language, site_url: str) -> dict[str, Any]:
    """The version in the language of the file, else the original."""
    version = story.version_for(language.code)
    return {"title": version.title, "language": version.language, "date": story.date, "url": site_url + article_url(version.language, story)}


def _describe_region(id: str | None, authority: Authority, language: Language, day: date) -> dict[str, Any] | None:
    """With the name of that day."""
    if id is None:
        return None
    region = authority.get("regions", id)
    assert isinstance(region, Region)
    return {"id": id, "iso": region.iso, "name": region.name(language.code, day)}


def _name(section: str, id: str | None, authority: Authority, language: Language, day: date) -> dict[str, Any] | None:
    return None if id is None else {"id": id, "name": authority.get(section, id).name(language.code, day)}


def _describe_reference(reference: str, authority: Authority, language: Language, day: date) -> dict[str, Any]:
    section, _, id = reference.partition("/")
    return {"section": section, "id": id, "name": authority.get(section, id).name(language.code, day)}


def _choose_text(text: Text | str | None, language: Language, story: Story) -> dict[str, str] | None:
    """The text in the language of the file, else in the original's, with its language."""
    if not isinstance(text, dict):
        return None
    code = next(code for code in (language.code, story.original.language, *text) if code in text)
    return {"text": text[code], "language": code}


def _write(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value) + b"\n"
