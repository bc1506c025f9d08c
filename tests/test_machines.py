"""What programs read of the site: JSON-LD, Open Graph, ninjs and the news sitemap, each held against the stories and against rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ninjs_schema import FEED, ITEM
from site_factory import Draft, SiteProject

SITE = "https://news.example.org/"
HOSTILE = "</script><script>alert(1)</script> <!-- & \"q\" 'a' \\u003c ]]>"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})")
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

RULES = {
    "NewsArticle": {"@id", "mainEntityOfPage", "headline", "inLanguage", "datePublished", "dateModified", "articleSection", "author", "publisher"},
    "Event": {"name", "startDate", "url"}, "Organization": {"name"}, "Person": {"name", "url"}, "AdministrativeArea": {"name", "url"}, "Place": {"name"},
    "PostalAddress": {"addressCountry"}, "BreadcrumbList": {"itemListElement"}, "ListItem": {"position", "name", "item"}, "WebSite": {"name", "url", "inLanguage", "publisher"},
    "CorrectionComment": {"text", "datePublished"},
}  # fmt: skip
"""What a node of each type must say; no other types are written."""
ADDRESSES = ("@id", "url", "item", "mainEntityOfPage")


class HeadReader(HTMLParser):
    """The scripts of a page with their type and text, and its meta elements."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.metas: list[tuple[str, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "script":
            self.scripts.append((values, ""))
            self._open = True
        elif tag == "meta" and values.get("content") is not None:
            self.metas.append((values.get("property") or values.get("name") or "", values["content"] or ""))

    def handle_data(self, data: str) -> None:
        if self._open:
            attributes, text = self.scripts[-1]
            self.scripts[-1] = attributes, text + data

    def handle_endtag(self, tag: str) -> None:
        self._open = False


def read_head(path: Path) -> HeadReader:
    reader = HeadReader()
    reader.feed(path.read_text("utf-8"))
    return reader


def read_graph(path: Path) -> list[dict[str, Any]]:
    """The nodes of a page's JSON-LD; empty when it has none."""
    texts = [text for attributes, text in read_head(path).scripts if attributes.get("type") == "application/ld+json"]
    assert len(texts) <= 1
    if not texts:
        return []
    data = json.loads(texts[0])
    assert set(data) == {"@context", "@graph"} and data["@context"] == "https://schema.org"
    nodes: list[dict[str, Any]] = data["@graph"]
    return nodes


def list_nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of a graph, those inside of others too; not mere references."""
    items = value if isinstance(value, list) else [value]
    for item in (item for item in items if isinstance(item, dict)):
        if set(item) != {"@id"}:
            yield item
        for inner in item.values():
            yield from list_nodes(inner)


def list_faults(nodes: list[dict[str, Any]]) -> list[str]:
    """What breaks the rules."""
    faults = []
    ids = {node["@id"] for node in list_nodes(nodes) if "@id" in node}
    for node in list_nodes(nodes):
        kind = node.get("@type")
        faults += [f"{kind}: {name} is missing" for name in RULES.get(kind, {"a known type"}) - set(node)]
        faults += [f"{kind}: {name} is empty" for name, value in node.items() if value in ("", [], None)]
        faults += [f"{kind}: {name} is not absolute" for name in ADDRESSES if name in node and not node[name].startswith(SITE)]
        faults += [f"{kind}: {name} is no moment" for name in ("datePublished", "dateModified") if name in node and not MOMENT.fullmatch(node[name])]
        faults += [f"{kind}: {name} is no day or moment" for name in ("startDate", "endDate") if name in node and not (DAY.fullmatch(node[name]) or MOMENT.fullmatch(node[name]))]
        faults += [f"{kind}: a picture is not absolute" for url in node.get("image", []) if not url.startswith(SITE)]
        faults += [f"{kind}: a reference leads nowhere" for value in node.get("about", []) if set(value) == {"@id"} and value["@id"] not in ids]
    for crumbs in (node["itemListElement"] for node in nodes if node["@type"] == "BreadcrumbList"):
        faults += ["positions"] if [item["position"] for item in crumbs] != list(range(1, len(crumbs) + 1)) else []
    return faults


def find_node(nodes: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (node,) = (node for node in nodes if node["@type"] == kind)
    return node


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """A story with every fact and a correction, one with hostile texts, and one of another union without a translation."""
    project = SiteProject(tmp_path_factory.mktemp("machines"))
    project.authority["unions"]["miners"]["member_since"] = "2001-02-03"
    project.write_authority()
    full = Draft("full", "2023-04-20", regions=["north"], unions=["miners"], people=["asanov"], figures=[120], bodies={"kk": "Бірінші *абзац*.\n\n## Тақырып\n\nЕкінші & соңғы."})
    project.write_story(full)
    facts = (
        'event: {name: {kk: Форум}, start: 2023-05-01, time: "10:00", end_time: "12:00", region: south, venue: Зал, format: in-person}\n'
        "corrections: [{date: 2023-04-22, text: Екінші түзету.}, {date: 2023-04-21, text: Бірінші түзету.}]\n"
        "byline: asanov\nplace: {kk: Алматы}\norganizations: [centre]\n"
    )
    path = "articles/2023/full.kk.md"
    project.write(path, (project.root / path).read_text("utf-8").replace("---\n", f"---\n{facts}", 1))
    texts = dict.fromkeys(("kk", "ru", "en"), HOSTILE)
    project.write_story(Draft("hostile", "2023-04-19", titles=texts, summaries=texts, bodies=texts))
    project.write_story(Draft("lone", "2023-03-01", ("ru",), kind="report", unions=["teachers"]))
    project.build()
    return project


# ---------------------------------------------------------------- JSON-LD and the other words of the head


def test_article_says_what_its_page_says(project: SiteProject) -> None:
    """Headline, days, dateline, author, places, people, correction and event are those of the page."""
    path = project.site / "kk/news/2023/full/index.html"
    page = path.read_text("utf-8")
    nodes = read_graph(path)
    article, event = find_node(nodes, "NewsArticle"), find_node(nodes, "Event")
    assert (article["datePublished"], article["dateModified"]) == ("2023-04-20T00:00:00Z", "2023-04-22T00:00:00Z")
    assert article["dateline"] == "Алматы, 2023 жылғы 20 сәуір"
    assert article["author"] == {"@type": "Person", "name": "Асан Асанов", "url": f"{SITE}kk/people/asanov/"}
    assert article["publisher"]["name"] == "Федерация"
    assert [node["text"] for node in article["correction"]] == ["Бірінші түзету.", "Екінші түзету."]
    assert [node.get("name", node.get("@id")) for node in article["about"]] == [event["@id"], "Солтүстік облыс", "Кеншілер кәсіподағы"]
    assert [node["name"] for node in article["mentions"]] == ["Асан Асанов", "Оңтүстік орталығы"]
    assert (event["startDate"], event["endDate"]) == ("2023-05-01T10:00:00+06:00", "2023-05-01T12:00:00+06:00")
    assert event["location"]["address"] == {"@type": "PostalAddress", "addressRegion": "Оңтүстік облыс", "addressCountry": "KZ"}
    assert event["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    shown = [article["headline"], article["description"], "2023 жылғы 20 сәуір", "Алматы", "Түзетулер", "10:00–12:00", event["name"], event["location"]["name"]]
    shown += [node["name"] for node in (*article["about"][1:], *article["mentions"], article["author"])]
    body = re.sub(r"<head>.*</head>", "", page, flags=re.DOTALL)
    assert [text for text in shown if text not in body] == []


def test_translation_names_its_original(project: SiteProject) -> None:
    """A correction belongs to the version that was wrong; the translation has the story's own day."""
    article = find_node(read_graph(project.site / "ru/news/2023/full/index.html"), "NewsArticle")
    assert article["translationOfWork"] == {"@id": f"{SITE}kk/news/2023/full/#article"}
    assert article["dateModified"] == article["datePublished"] and "correction" not in article


def test_every_page_keeps_the_rules(project: SiteProject) -> None:
    """Required properties, absolute addresses, moments with their zone, references and positions, on each page that has JSON-LD."""
    faults, kinds = {}, set()
    for path in project.site.rglob("index.html"):
        nodes = read_graph(path)
        kinds |= {node["@type"] for node in list_nodes(nodes)}
        if found := list_faults(nodes):
            faults[str(path)] = found
    assert faults == {}
    assert kinds == set(RULES)


def test_the_rules_find_faults(project: SiteProject) -> None:
    """The rules are not blind: they see what a page without its properties lacks."""
    nodes = read_graph(project.site / "kk/news/2023/full/index.html")
    article = find_node(nodes, "NewsArticle")
    article["datePublished"] = "20 April"
    article["about"][0] = {"@id": f"{SITE}nowhere"}
    del article["author"]
    assert len(list_faults(nodes)) == 3


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_hostile_texts_end_no_script(project: SiteProject, language: str) -> None:
    """A title that would end the element stays a title, in JSON-LD and in the share tags."""
    path = project.site / f"{language}/news/2023/hostile/index.html"
    head = read_head(path)
    assert find_node(read_graph(path), "NewsArticle")["headline"] == HOSTILE
    assert dict(head.metas)["og:title"] == HOSTILE
    assert not any("alert(1)" in text for attributes, text in head.scripts if attributes.get("type") != "application/ld+json")
    policy = next(content for _, content in head.metas if "default-src" in content)
    assert "'unsafe-inline'" not in policy and "sha256" not in policy


def test_home_and_union_are_organizations(project: SiteProject) -> None:
    """The front page names the publisher and the site, a union's page the union and, when it is known, what it is a member of."""
    home = read_graph(project.site / "ru/index.html")
    assert find_node(home, "WebSite")["publisher"] == {"@id": find_node(home, "Organization")["@id"]}
    miners = find_node(read_graph(project.site / "en/unions/miners/index.html"), "Organization")
    assert (miners["name"], miners["memberOf"]["name"]) == ("Miners' union", "Federation")
    assert "memberOf" not in find_node(read_graph(project.site / "en/unions/teachers/index.html"), "Organization")


def test_way_to_a_page(project: SiteProject) -> None:
    """Every step of a breadcrumb is a page of the site."""
    crumbs = find_node(read_graph(project.site / "en/regions/north/2023/index.html"), "BreadcrumbList")["itemListElement"]
    assert [item["name"] for item in crumbs] == ["Home", "Regions", "Northern Region", "Northern Region: 2023"]
    assert all((project.site / item["item"].removeprefix(SITE) / "index.html").is_file() for item in crumbs)


def test_share_tags(project: SiteProject) -> None:
    """Open Graph says kind, title, address, language and moments; Twitter takes them from there."""
    metas = read_head(project.site / "kk/news/2023/full/index.html").metas
    found = dict(metas)
    assert (found["og:type"], found["og:locale"], found["twitter:card"]) == ("article", "kk_KZ", "summary_large_image")
    assert [value for name, value in metas if name == "og:locale:alternate"] == ["ru_RU", "en_GB"]
    assert (found["article:published_time"], found["article:modified_time"]) == ("2023-04-20T00:00:00Z", "2023-04-22T00:00:00Z")
    assert found["og:url"] == f"{SITE}kk/news/2023/full/"


def test_picture_of_a_story(project: SiteProject) -> None:
    """JSON-LD and the share tags name the same picture, a file of the site; pages that are no story have the card of their language."""
    page = project.site / "kk/news/2023/full/index.html"
    (image,) = find_node(read_graph(page), "NewsArticle")["image"]
    assert image == dict(read_head(page).metas)["og:image"] == f"{SITE}cards/kk/2023/full.png"
    assert (project.site / image.removeprefix(SITE)).is_file()
    assert dict(read_head(project.site / "kk/index.html").metas)["og:image"] == f"{SITE}cards/kk.png"


# ---------------------------------------------------------------- ninjs


def test_every_item_and_feed_fits_the_schema(project: SiteProject) -> None:
    """Each version has a file beside its page, and each language a feed."""
    items = sorted(project.site.glob("*/news/*/*/ninjs.json"))
    assert len(items) == len(list(project.site.glob("*/news/*/*/index.html"))) == 7
    for path in items:
        assert list(ITEM.iter_errors(json.loads(path.read_bytes()))) == [], path
    for code in ("kk", "ru", "en"):
        assert list(FEED.iter_errors(json.loads((project.site / code / "ninjs.json").read_bytes()))) == []


def test_item_says_what_the_story_says(project: SiteProject) -> None:
    """Texts, moments, names and the text of the body, a line for each paragraph; the same identity as in feed and calendar."""
    item = json.loads((project.site / "kk/news/2023/full/ninjs.json").read_bytes())
    assert item["bodies"][0]["value"] == "Бірінші абзац.\nТақырып\nЕкінші & соңғы."
    assert (item["uri"], item["version"]) == ("tag:news.example.org,2023:kk/full", "3")
    assert (item["firstCreated"], item["versionCreated"]) == ("2023-04-20T00:00:00Z", "2023-04-22T00:00:00Z")
    assert item["headlines"] == [{"role": "main", "value": "Кеңес отырысы: full"}]
    assert (item["by"], item["located"]) == ("Асан Асанов", "Алматы")
    assert [entry["name"] for entry in item["organisations"]] == ["Кеншілер кәсіподағы", "Оңтүстік орталығы"]
    assert item["events"] == [{"name": "Форум", "rel": "about", "uri": "tag:news.example.org,2023:full/event"}]
    assert [entry["value"] for entry in item["descriptions"]][1:] == ["2023-04-21: Бірінші түзету.", "2023-04-22: Екінші түзету."]
    feed = json.loads((project.site / "kk/feed.json").read_bytes())["items"]
    assert item["uri"] in {entry["id"] for entry in feed}


def test_feed_has_the_newest_stories(project: SiteProject) -> None:
    """The newest first, those without a version in the language in their own."""
    feed = json.loads((project.site / "en/ninjs.json").read_bytes())
    assert [(item["name"], item["language"]) for item in feed["associations"]] == [("full", "en"), ("hostile", "en"), ("lone", "ru")]
    assert feed["associations"][1]["title"] == HOSTILE


def test_schema_finds_faults(project: SiteProject) -> None:
    """The schema is not blind: a missing, a misspelt and an ill-formed property are found."""
    item = json.loads((project.site / "kk/news/2023/full/ninjs.json").read_bytes())
    assert len(list(ITEM.iter_errors({**item, "versionCreated": "2023-04-22", "headline": "x", "uri": "full"}))) == 3


# ---------------------------------------------------------------- sitemap and feeds


def test_news_sitemap_has_two_days(project: SiteProject) -> None:
    """The versions of stories dated on the day of the newest or the day before, with name, language, day and title; the index names it."""
    root = ElementTree.parse(project.site / "sitemaps/news.xml").getroot()
    rows = [(url.findtext(f"{MAP}loc"), *(url.findtext(f".//{NEWS}{name}") for name in ("name", "language", "publication_date", "title"))) for url in root]
    assert len(rows) == 6
    assert rows[0] == (f"{SITE}kk/news/2023/full/", "Site kk", "kk", "2023-04-20", "Кеңес отырысы: full")
    assert {row[0] for row in rows[3:]} == {f"{SITE}{code}/news/2023/hostile/" for code in ("kk", "ru", "en")}
    assert rows[3][4] == HOSTILE
    assert "sitemaps/news.xml" in (project.site / "sitemap.xml").read_text("utf-8")


def test_correction_reaches_feed_and_sitemap(project: SiteProject) -> None:
    """A corrected version has a new day where programs look for changes; the others keep the story's."""
    dates = {code: {item["url"]: item["date_modified"] for item in json.loads((project.site / code / "feed.json").read_bytes())["items"]} for code in ("kk", "ru")}
    assert dates["kk"][f"{SITE}kk/news/2023/full/"] == "2023-04-22T00:00:00Z"
    assert dates["ru"][f"{SITE}ru/news/2023/full/"] == "2023-04-20T00:00:00Z"
    root = ElementTree.parse(project.site / "sitemaps/2023.xml").getroot()
    changed = {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in root}
    assert (changed[f"{SITE}kk/news/2023/full/"], changed[f"{SITE}ru/news/2023/full/"]) == ("2023-04-22", "2023-04-20")
