"""Figures and registers: every fact of every story stands on their pages and in their files, with its value, day, scope and source."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from html_pages import Page, SitePages, find_all, read_text
from newsroom.authority import Authority
from newsroom.authority_files import load_authority
from newsroom.charts import LARGE, SMALL, Point, draw_chart
from newsroom.data_files import BYTE_ORDER_MARK, CSV_COLUMNS
from newsroom.languages import STRINGS_FOLDER, Language, load_languages
from newsroom.model import Dispute, Event, Facts, Figure
from newsroom.registers import TABLE_LIMIT, Row, Table, find_dispute_region
from own_site import LANGUAGES, SITE_URL, list_versions, read_originals
from site_factory import Draft, SiteProject, compare_trees, read_tree, watch

REGISTERS = ("disputes", "documents", "awards")
EVIL = '=HYPERLINK("http://evil.example/","x")<script>alert(1)</script>&amp;"'
LANGUAGE = load_languages(LANGUAGES, folders=[STRINGS_FOLDER])


@pytest.fixture(scope="module")
def site(own_site: Path) -> SitePages:
    return SitePages(own_site, site_url=SITE_URL)


@pytest.fixture(scope="module")
def authority(own_project: Path) -> Authority:
    return load_authority(own_project / "articles" / "authority", root=own_project, languages=LANGUAGES)[0]


def list_own_figures(project: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """("year/slug", figure as written) of every figure of the project's stories."""
    for story, post in read_originals(project).items():
        yield from ((story, figure) for figure in post.metadata.get("figures", []))


def read_json(folder: Path, path: str) -> Any:
    return json.loads((folder / path).read_bytes())


def read_csv(folder: Path, path: str, *, separator: str) -> list[list[str]]:
    text = (folder / path).read_bytes().decode("utf-8")
    assert text.startswith(BYTE_ORDER_MARK) and "\r\n" in text
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), delimiter=separator))


def list_rows(page: Page) -> list[tuple[str, str, str, str]]:
    """(heading of the series, day, value, address of the story) of every row in the tables of a page of figures."""
    rows = []
    for section in page.find_all("section", class_name="nr-series"):
        heading = read_text(find_all(section, "h2")[0])
        for row in find_all(section, "tr")[1:]:
            day, link = find_all(row, "time")[0].attrib["datetime"], find_all(row, "a")[-1].attrib["href"]
            rows.append((heading, day, read_text(find_all(row, "td", class_name="nr-data__value")[0]), link))
    return rows


# ---------------------------------------------------------------- figures on pages


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_figure_of_the_own_articles_stands_on_its_pages(site, own_project, authority, code):
    """Value in words, unit, day, scope and source of each figure: on the page of its measure, its region and its union."""
    language, count = LANGUAGE[code], 0
    for story, figure in list_own_figures(own_project):
        measure = authority.resolve(figure["measure"], "measures")
        text = language.quantity(figure["value"], measure.unit, qualifier=figure.get("qualifier", "exact"))
        if "of" in figure:
            text = language.text("of", value=text, whole=language.number(figure["of"]))
        names = {section: authority.resolve(figure[section[:-1]], section).short_name(code) for section in ("regions", "unions") if section[:-1] in figure}
        pages = {f"{code}/figures/{measure.id}/": ", ".join(names.values()) or language.text("whole-country")}
        for section in names:
            id = authority.resolve(figure[section[:-1]], section).id
            others = [name for other, name in names.items() if other != section]
            pages[f"{code}/{section}/{id}/figures/"] = ", ".join([measure.name(code), *others])
        for url, heading in pages.items():
            found = [row[3] for row in list_rows(site[url]) if row[:3] == (heading, figure["as_of"].isoformat(), " ".join(text.split()))]
            assert [link for link in found if link.endswith(f"/{code}/news/{story}/")], (url, heading, text)
            count += 1
    assert count > 60


def test_no_page_shows_a_figure_that_no_story_gives(site, own_project):
    """The other way round: as many rows as the stories have figures, in each language."""
    figures = list(list_own_figures(own_project))
    for code in LANGUAGES:
        pages = [page for page in site.pages.values() if re.fullmatch(rf"{code}/figures/[a-z-]+/", page.url)]
        assert sum(len(list_rows(page)) for page in pages) == len(figures) > 25
        linked = {urljoin(SITE_URL + f"{code}/figures/", address) for _, address in site[f"{code}/figures/"].list_addresses()}
        assert {SITE_URL + page.url for page in pages} <= linked


# ---------------------------------------------------------------- CSV and JSON


@pytest.mark.parametrize("code", LANGUAGES)
def test_files_of_figures_parse_back_to_the_facts(own_site, own_project, authority, code):
    """The JSON of all measures together holds the figures of all originals, and the CSV holds the same."""
    wanted = []
    for story, figure in list_own_figures(own_project):
        ids = {section: authority.resolve(figure[section[:-1]], section).id if section[:-1] in figure else None for section in ("regions", "unions")}
        measure = authority.resolve(figure["measure"], "measures").id
        wanted.append((measure, figure["value"], figure.get("qualifier", "exact"), figure.get("of"), figure["as_of"].isoformat(), ids["regions"], ids["unions"], story))
    found = []
    catalogue = read_json(own_site, f"{code}/figures.json")
    assert catalogue["version"] == 1 and catalogue["language"] == code
    for entry in catalogue["measures"]:
        data = read_json(own_site, entry["json_url"].removeprefix(SITE_URL))
        assert len(data["figures"]) == entry["count"]
        assert data["measure"] == {name: entry[name] for name in ("id", "name", "unit")}
        rows = read_csv(own_site, entry["csv_url"].removeprefix(SITE_URL), separator="," if code == "en" else ";")
        assert rows[0] == [LANGUAGE[code].text(name) for name in CSV_COLUMNS]
        for figure, row in zip(data["figures"], rows[1:], strict=True):
            region, union = (figure[name] and figure[name]["id"] for name in ("region", "union"))
            story = figure["story"]["url"].removeprefix(f"{SITE_URL}{code}/news/").strip("/")
            found.append((entry["id"], figure["value"], figure["qualifier"], figure["of"], figure["as_of"], region, union, story))
            of = "" if figure["of"] is None else str(figure["of"])
            assert [row[0], row[1], row[4], row[5], row[7], row[11]] == [entry["name"], str(figure["value"]), of, figure["as_of"], (figure["region"] or {}).get("iso", ""), figure["story"]["url"]]
            assert row[2] == LANGUAGE[code].text(f"qualifier-{figure['qualifier']}") and row[3] == LANGUAGE[code].text(f"unit-{entry['unit']}")
    assert sorted(found, key=repr) == sorted(wanted, key=repr)


def test_decimals_are_written_as_spreadsheets_of_the_language_read_them(tmp_path):
    """7.5 is a date to a Russian spreadsheet and 7,5 a number; a comma between columns would then be wrong."""
    project = SiteProject(tmp_path)
    project.write_story(Draft("forum", figures=[7.5, -3]))
    project.build()
    assert [row[1] for row in read_csv(project.site, "ru/figures/members.csv", separator=";")[1:]] == ["7,5", "-3"]
    assert [row[1] for row in read_csv(project.site, "en/figures/members.csv", separator=",")[1:]] == ["7.5", "-3"]
    assert [figure["value"] for figure in read_json(project.site, "ru/figures/members.json")["figures"]] == [7.5, -3]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", " =1+1"])
def test_no_spreadsheet_takes_a_headline_for_a_formula(tmp_path, start):
    """A text that begins like a formula gets an apostrophe in CSV; JSON has it as it is."""
    project = SiteProject(tmp_path)
    project.write_story(Draft("forum", "2022-03-01", figures=[1], titles=dict.fromkeys(LANGUAGES, start + ";x")))
    project.build()
    assert read_csv(project.site, "kk/figures/members.csv", separator=";")[1][9] == f"'{start.strip()};x"
    assert read_json(project.site, "kk/figures/members.json")["figures"][0]["story"]["title"] == f"{start.strip()};x"


# ---------------------------------------------------------------- charts


def test_figures_of_different_scope_never_share_a_line(tmp_path):
    """Country, region, union, both, and parts of a whole: each scope has a heading, a table and a line of its own."""
    project = SiteProject(tmp_path)
    scopes = [{}, {"region": "south"}, {"union": "miners"}, {"region": "south", "union": "miners"}, {"region": "north"}, {"of": 900}, {"region": "south", "of": 900}]
    for year in (2020, 2021, 2022):
        values = [10 * number + year - 2020 for number in range(1, len(scopes) + 1)]
        write_figures(project, f"story-{year}", f"{year}-05-05", [scope | {"value": value} for scope, value in zip(scopes, values, strict=True)])
    project.build()
    page = SitePages(project.site, site_url=project.site_url)["en/figures/members/"]
    sections = page.find_all("section", class_name="nr-series")
    assert len(sections) == len(scopes)
    tens = []
    for section in sections:
        values = [int(re.sub(r"\D.*", "", read_text(cell))) for cell in find_all(section, "td", class_name="nr-data__value")]
        (line,) = find_all(section, "polyline")
        assert len(line.attrib["points"].split()) == len(values) == len(find_all(section, "circle")) == 3
        tens.append({value // 10 for value in values})
    assert sorted(map(sorted, tens)) == [[number] for number in range(1, len(scopes) + 1)]


def test_a_line_breaks_where_the_region_became_another(tmp_path):
    """Figures of a region before and after a part of it became a region of its own are not joined, and the page says why."""
    project = SiteProject(tmp_path)
    for year in (2008, 2009, 2011, 2012):
        write_figures(project, f"story-{year}", f"{year}-05-05", [{"region": "north", "value": year}])
    project.build()
    page = SitePages(project.site, site_url=project.site_url)["en/figures/members/"]
    assert [len(line.attrib["points"].split()) for line in page.find_all("polyline")] == [2, 2]
    assert any("1 January 2010" in read_text(note) for note in page.find_all("p", class_name="nr-fact__note"))


points = st.builds(Point, st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e9, 1e9)), st.just("value"), st.booleans())


@given(st.lists(points, max_size=12), st.sampled_from([LARGE, SMALL]))
def test_a_chart_stays_in_its_frame_and_keeps_the_order_of_values(given_points, size):
    """Whatever the values: every dot lies inside the drawing, a higher value stands higher, a later day further right."""
    chart = draw_chart(given_points, size=size, label="", write_value=str, write_day=str)
    if len({point.day for point in given_points}) < 2:
        assert chart is None
        return
    ordered = sorted(given_points, key=lambda point: point.day)
    assert len(chart.dots) == len(ordered)
    for dot in chart.dots:
        assert 0 <= float(dot.x) <= size.width and 0 <= float(dot.y) <= size.height
    for (first, left), (second, right) in zip(zip(ordered, chart.dots), list(zip(ordered, chart.dots))[1:]):
        assert float(left.x) <= float(right.x)
        if first.value < second.value:
            assert float(left.y) >= float(right.y)


def test_figures_are_filtered_by_region_and_union(tmp_path, serve_folder, open_page):
    """With a script the page shows the scopes of one region or union, and its address keeps the choice; without, it shows all."""
    project = SiteProject(tmp_path)
    scopes = [{}, {"region": "south"}, {"union": "miners"}, {"region": "south", "union": "miners"}]
    write_figures(project, "forum", "2022-03-01", [scope | {"value": number} for number, scope in enumerate(scopes)])
    project.build()
    address = serve_folder(project.site).url + "en/figures/members/"
    shown = "[...document.querySelectorAll('.nr-series')].filter(each => each.checkVisibility()).map(each => each.querySelector('.nr-data__value').textContent)"
    page = open_page()
    page.goto(address)
    assert len(page.evaluate(shown)) == 4
    page.get_by_label("Region").select_option("south")
    assert page.evaluate(shown) == ["1 person", "3 people"]
    page.get_by_label("Union").select_option("miners")
    assert page.evaluate(shown) == ["3 people"]
    page.reload()
    assert page.evaluate(shown) == ["3 people"] and page.url.endswith("?region=south&union=miners")
    plain = open_page(java_script_enabled=False)
    plain.goto(address)
    assert plain.get_by_role("combobox", name="Region").count() == 0
    assert plain.locator(".nr-series:visible").count() == 4


def test_qualifiers_are_open_dots_and_words(tmp_path):
    """"About" is not drawn like an exact value, and the note says what an open dot is."""
    project = SiteProject(tmp_path)
    write_figures(project, "a", "2020-01-01", [{"value": 5, "qualifier": "about"}])
    write_figures(project, "b", "2021-01-01", [{"value": 6}])
    project.build()
    page = SitePages(project.site, site_url=project.site_url)["en/figures/members/"]
    assert ["class" in dot.attrib for dot in page.find_all("circle")] == [True, False]
    assert "about 5 people" in page.read("section", class_name="nr-series") and "Open dot" in page.read("section", class_name="nr-series")


# ---------------------------------------------------------------- registers


@pytest.mark.parametrize("code", LANGUAGES)
def test_registers_hold_every_entry_of_the_own_articles(site, own_project, code):
    """Each dispute, document and award stands on its page and in its JSON, with the address of its story."""
    for name in REGISTERS:
        wanted = [(story, item) for story, post in read_originals(own_project).items() for item in post.metadata.get(name, [])]
        data = read_json(site.folder, f"{code}/{name}.json")[name]
        page = site[f"{code}/{name}/"]
        entries = page.find_all("li", class_name="nr-entry")
        assert len(data) == len(entries) == len(wanted) > 0
        for story, item in wanted:
            title = {"disputes": "employer", "documents": "title", "awards": "name"}[name]
            matching = [entry for entry in data if entry[title]["text"] == item[title][code]]
            assert [entry["story"]["url"] for entry in matching] == [f"{SITE_URL}{code}/news/{story}/"]
            (entry,) = [entry for entry in entries if read_text(find_all(entry, "h3")[0]) == item[title][code]]
            texts = [value[code] for value in item.values() if isinstance(value, dict)]
            assert all(text in read_text(entry) for text in texts)
            assert any(link.attrib["href"].endswith(f"/news/{story}/") for link in find_all(entry, "a"))


def test_a_dispute_says_action_outcome_and_region(site):
    """The register of the project's own disputes has what the front matter of the council's story states."""
    (bus, *_) = [entry for entry in read_json(site.folder, "en/disputes.json")["disputes"] if entry["employer"]["text"] == "Shardara bus park LLP"]
    assert bus["action"] == {"text": "negotiations with the employer", "language": "en"} and bus["outcome"]["text"] == "settled"
    assert bus["status"] == "resolved" and bus["region"] == {"id": "turkistan", "iso": "KZ-61", "name": "Turkistan Region"}


@pytest.mark.parametrize(
    ("given", "event", "regions", "wanted"),
    [("north", "south", ("south",), "north"), (None, "south", ("north", "south"), "south"), (None, None, ("north",), "north"), (None, None, ("north", "south"), None)],
)
def test_a_dispute_belongs_to_one_region_or_none(given, event, regions, wanted):
    """A story about two regions does not put its dispute into both."""
    day = date(2022, 1, 1)
    facts = Facts(date=day, regions=regions, event=Event({"en": "Meeting"}, day, region=event) if event else None)
    assert find_dispute_region(Dispute({"en": "Mill"}, {"en": "wages"}, region=given), facts) == wanted


def test_a_story_that_is_not_translated_is_linked_in_its_own_language(tmp_path):
    """A reader of Russian gets the Kazakh original, and is told so."""
    project = SiteProject(tmp_path)
    project.write_story(Draft("forum", languages=("kk",), figures=[5]))
    project.build()
    page = SitePages(project.site, site_url=project.site_url)["ru/figures/members/"]
    (link,) = [link for link in page.find_all("a") if "/kk/news/" in link.attrib["href"]]
    assert link.attrib["lang"] == link.attrib["hreflang"] == "kk"
    assert LANGUAGE["ru"].text("only-in", language="казахский") in page.read("section", class_name="nr-series")


# ---------------------------------------------------------------- regions, unions, people


def test_a_region_tells_its_former_name_its_centre_and_who_leads_it(site):
    """Turkistan was South Kazakhstan until 19 June 2018; its union centre and the people who led it are named with their years."""
    page = site["en/regions/turkistan/"]
    header = page.read("header", class_name="nr-page-head")
    assert "South Kazakhstan Region (until 19 June 2018)" in header
    facts = page.read("div", class_name="nr-entity__facts")
    for text in ("Turkistan (since 19 June 2018)", "Shymkent (until 19 June 2018)", "Trade Union Center of Turkistan Region", "Shymkent city (since 19 June 2018)", "Berdigali Omirali", "(2022)", "B. A. Bekzhanov", "(2018)"):
        assert text in facts, text


def test_neighbours_share_a_subject_and_kinds_alone_make_none(site, own_project):
    """Kyzylorda shares Senim with Turkistan. A region without any union or person in common is not there."""
    neighbours = [read_text(item) for item in find_all(site["en/regions/turkistan/"].find("ul", class_name="nr-neighbours"), "li")]
    assert any("Kyzylorda" in text and "Senim" in text for text in neighbours)
    assert not any("Kostanay" in text and "Senim" in text for text in neighbours)
    assert len(neighbours) == 4


def test_people_have_their_roles_with_years_and_their_awards(site):
    """A chair's years, and the medal of another."""
    assert "2018 – 2019" in site["en/people/abdirayim/"].read("div", class_name="nr-entity__facts")
    assert "20th anniversary of Astana" in site["en/people/bekbas/"].read("main")


def test_newest_figures_of_a_region_name_day_and_source(site):
    """35,994 members on 3 March 2022 from the council's story; a union's own figures are marked with its name."""
    page = site["en/regions/turkistan/"]
    lists = page.find_all("ul", class_name="nr-facts-grid")
    text = " ".join(read_text(each) for each in lists)
    assert "Union members 35,994 people" in text and "Primary organizations, Qyzmet 395" in text
    sources = [read_text(note) for note in page.find_all("p", class_name="nr-fact__note")]
    assert any(source.startswith("as of 3 March 2022") and "Unions of Turkistan Region gained 3,654" in source for source in sources)


# ---------------------------------------------------------------- hostile texts, many rows, few writes


def test_hostile_texts_are_shown_as_text(tmp_path):
    """Markup and formulas in names of employers, documents and awards reach pages and files as the characters they are."""
    project = SiteProject(tmp_path)
    facts = {"disputes": [{"employer": EVIL, "issue": EVIL, "action": EVIL}], "documents": [{"title": EVIL}], "awards": [{"name": EVIL, "to": ["asanov"]}],
             "quotes": [{"person": "asanov", "text": EVIL}]}  # fmt: skip
    project.write_story(Draft("forum", regions=["south"], figures=[1, 2], titles=dict.fromkeys(LANGUAGES, EVIL)))
    path = project.root / "articles/2022/forum.kk.md"
    path.write_text(path.read_text("utf-8").replace("---\n\n", f"{json.dumps(facts)[1:-1]}\n---\n\n".replace('"disputes"', "disputes").replace(', "documents"', "\ndocuments").replace(', "awards"', "\nawards").replace(', "quotes"', "\nquotes"), 1), "utf-8")
    project.build()
    site = SitePages(project.site, site_url=project.site_url)
    for url in ("kk/disputes/", "kk/documents/", "kk/awards/", "kk/figures/members/", "kk/regions/south/", "kk/people/asanov/"):
        page = site[url]
        assert EVIL in " ".join(text.text for text in page.list_texts()), url
        assert not [script for script in page.find_all("script") if "alert" in (script.text or "") and script.get("type") != "application/ld+json"]
    assert read_json(project.site, "kk/disputes.json")["disputes"][0]["employer"]["text"] == EVIL


def test_quotations_stand_where_a_story_records_them(tmp_path):
    """On the page of the person and of the story's union, in the reader's language or the original's, with the story; on no other page."""
    project = SiteProject(tmp_path)
    project.write_story(Draft("forum", unions=["miners"], regions=["south"]))
    project.write_story(Draft("other", unions=["teachers"], people=["asanov"]))
    path = project.root / "articles/2022/forum.kk.md"
    quotes = "quotes:\n  - {person: asanov, text: {kk: Біз келістік., ru: Мы договорились.}}\n"
    path.write_text(path.read_text("utf-8").replace("---\n\n", f"{quotes}---\n\n", 1), "utf-8")
    project.build()
    site = SitePages(project.site, site_url=project.site_url)
    for language, words, written_in in (("kk", "Біз келістік.", None), ("ru", "Мы договорились.", None), ("en", "Біз келістік.", "kk")):
        for url in (f"{language}/people/asanov/", f"{language}/unions/miners/"):
            (quote,) = site[url].find_all("blockquote")
            assert read_text(quote) == words
            assert [span.get("lang") for span in find_all(quote, "span")] == ([written_in] if written_in else [])
            names = [read_text(entry) for entry in site[url].find_all("dt")]
            assert (LANGUAGE[language].text("speaker") in names) == ("/unions/" in url)
        assert not site[f"{language}/unions/teachers/"].find_all("blockquote")
        assert words not in site[f"{language}/news/2022/forum/"].read("main")
    path.write_text(path.read_text("utf-8").replace("Біз келістік", "Біз уағдаластық"), "utf-8")
    with watch(project.site) as changes:
        project.build()
    assert {"kk/people/asanov/index.html", "kk/unions/miners/index.html", "en/people/asanov/index.html"} <= set(changes.pages)
    assert compare_trees(read_tree(project.site), project.build_clean(tmp_path)) == []


def test_a_long_table_is_split_by_year_and_a_long_year_by_month():
    """Every row stands on the page of its year or month, and no page but the landing page has more than the limit by accident."""
    
    def make(days: list[date]) -> Table:
        return Table(Row(day, str(number), Figure("members", 1, day), b"") for number, day in enumerate(days))

    assert make([date(2020, 1, 1)] * TABLE_LIMIT).periods == [(0, 0)]
    table = make([date(2020, 1 + number % 12, 1) for number in range(TABLE_LIMIT)] + [date(2021, 1, 1)])
    assert table.periods == [(0, 0), (2021, 0), (2020, 0)]
    table = make([date(2020, 1 + number % 2, 1) for number in range(TABLE_LIMIT + 1)] + [date(2021, 1, 1)])
    assert table.periods == [(0, 0), (2021, 0), (2020, 0), (2020, 2), (2020, 1)]
    listed = [row for year, month in table.periods if year == 2021 or month for row in table.listed(year, month)]
    assert sorted(listed) == sorted(table.rows) and len(table.listed()) < TABLE_LIMIT


def test_a_site_with_many_figures_has_pages_of_years(tmp_path):
    """A measure with more than a hundred figures: newest of each series and charts first, every figure on the page of its year, in CSV and JSON."""
    project = SiteProject(tmp_path)
    for year in range(2011, 2017):
        write_figures(project, f"story-{year}", f"{year}-05-05", [{"region": ("north", "south")[number % 2], "value": number} for number in range(20)])
    project.build()
    site = SitePages(project.site, site_url=project.site_url)
    assert list(site.list_broken_addresses()) == []
    landing = site["en/figures/members/"]
    newest, *_ = landing.find_all("table")
    assert [len(find_all(row, "td")) for row in find_all(newest, "tr")] == [0, 3, 3]
    assert len(landing.find_all("polyline")) == 2
    assert sum(len(find_all(site[f"en/figures/members/{year}/"].find("table"), "tr")) - 1 for year in range(2011, 2017)) == 120
    assert len(read_json(project.site, "en/figures/members.json")["figures"]) == 120


def test_a_changed_figure_touches_its_own_pages_only(tmp_path):
    """One other value: the pages of its story, measure, region and lists of figures are written, those of other measures and regions are not."""
    project = SiteProject(tmp_path)
    project.authority["measures"]["branches"] = {"names": {"kk": "Филиалдар", "ru": "Филиалы", "en": "Branches"}, "unit": "count"}
    project.write_authority()
    write_figures(project, "first", "2021-01-01", [{"region": "south", "value": 5}])
    write_figures(project, "other", "2021-01-02", [{"measure": "branches", "region": "north", "value": 7}])
    project.build()
    write_figures(project, "first", "2021-01-01", [{"region": "south", "value": 6}])
    with watch(project.site) as changes:
        project.build()
    assert [path for path in changes.pages if path.startswith("kk/") and not path.startswith("kk/news/")] == [
        "kk/figures/index.html", "kk/figures/members.csv", "kk/figures/members.json", "kk/figures/members/index.html", "kk/index.html", "kk/regions/south/figures/index.html", "kk/regions/south/index.html",
    ]  # fmt: skip
    assert compare_trees(read_tree(project.site), project.build_clean(tmp_path)) == []


def write_figures(project: SiteProject, slug: str, day: str, figures: list[dict[str, Any]]) -> None:
    """A story with these figures as of its day; the measure is members unless a figure says another."""
    project.write_story(Draft(slug, day))
    lines = "\n".join(f"  - {json.dumps({'measure': 'members'} | figure)[:-1]}, as_of: {day}}}" for figure in figures)
    path = project.root / f"articles/{day[:4]}/{slug}.kk.md"
    path.write_text(path.read_text("utf-8").replace("---\n\n", f"figures:\n{lines}\n---\n\n", 1), "utf-8")
