"""The project's own site, built for real: every page is there, in its language, whole, and leads only to what exists."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import feedparser
import frontmatter
import pytest
import yaml

from html_pages import Page, SitePages, find_all, read_text
from newsroom.authority import Authority
from newsroom.authority_files import load_authority
from newsroom.languages import STRINGS_FOLDER
from own_site import LANGUAGES, SITE_URL, build_site, copy_content, list_versions, read_originals
from site_factory import compare_trees, read_tree

SECTIONS = ("regions", "unions", "people", "kinds")
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture(scope="module")
def site(own_site: Path) -> SitePages:
    return SitePages(own_site, site_url=SITE_URL)


@pytest.fixture(scope="module")
def authority(own_project: Path) -> Authority:
    return load_authority(own_project / "articles" / "authority", root=own_project, languages=LANGUAGES)[0]


# ---------------------------------------------------------------- what is there


def test_every_planned_page_exists_and_no_other(site, own_project, authority):
    """Home, lists, entities, years, articles, docs pages and 404 in each language, as the sources alone make them up."""
    planned = {"", "404.html"}
    events = {story["event"]["start"].year for story in read_originals(own_project).values() if story.get("event")}
    planned |= {f"{language}/news/{story}/" for story, language in list_versions(own_project)}
    for language in LANGUAGES:
        planned |= {f"{language}/", f"{language}/404.html", f"{language}/archive/", f"{language}/search/", *(f"{language}/{section}/" for section in SECTIONS)}
        planned |= {f"{language}/{path.stem}/" for path in (own_project / "docs" / language).glob("*.md")}
        planned |= {f"{language}/{section}/{id}/" for section in SECTIONS for id in read_ids(own_project, section)}
        for story in read_originals(own_project).values():
            planned |= {f"{language}/{folder}/{story['date'].year}/" for folder in ("archive", *list_memberships(story.metadata, authority))}
            planned |= {f"{language}/{folder}/" for folder in list_figure_folders(story.metadata, authority)}
        planned |= {f"{language}/{name}/" for name in ("figures", "disputes", "documents", "awards", "calendar", *(f"calendar/{year}" for year in events))}
    assert {page.url for page in site.pages.values()} == planned


def read_ids(project: Path, section: str) -> list[str]:
    return list(yaml.safe_load((project / "articles" / "authority" / f"{section}.yml").read_text("utf-8")))


def list_memberships(facts: dict[str, Any], authority: Authority) -> Iterator[str]:
    """Folders of the entities on whose pages a story is listed."""
    spellings = [("kinds", facts["kind"]), *(("people", item["person"]) for item in facts.get("people", []))]
    spellings += [(section, spelling) for section in ("regions", "unions") for spelling in facts.get(section, [])]
    for section, spelling in spellings:
        yield f"{section}/{authority.resolve(spelling, section).id}"


def test_mkdocs_build_makes_the_same_site(own_site, tmp_path):
    """`mkdocs build` and `newsroom build` write the same files, byte for byte."""
    made = build_site(copy_content(tmp_path / "project"), tmp_path / "site", program="mkdocs")
    assert len(read_tree(made)) > 500
    assert compare_trees(read_tree(made), read_tree(own_site)) == []


# ---------------------------------------------------------------- language


def test_html_lang_is_the_language_of_the_folder(site):
    """Every page says its language; the pages above the folders say the default one."""
    assert {page.path: page.language for page in site.pages.values()} == {path: path.split("/")[0] if "/" in path else "kk" for path in site.pages}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_interface_has_no_english_word(site, own_project, language):
    """All Latin words on Kazakh and Russian pages, attributes included, are names of formats, codes of ISO 3166 or words of editors; lang=en is apart."""
    allowed = {"Atom", "CSV", "JSON", "KZ", "iCalendar", "ninjs", *list_latin_words(yaml.safe_load((own_project / "mkdocs.yml").read_text("utf-8")), languages=LANGUAGES)}
    allowed |= {word for path in own_project.glob("articles/authority/*.yml") for word in list_latin_words(yaml.safe_load(path.read_text("utf-8")), languages=(language,))}
    for path in (*own_project.glob(f"articles/2*/*.{language}.md"), *own_project.glob(f"docs/{language}/*.md")):
        post = frontmatter.load(str(path))
        allowed |= set(find_latin(f"{post.content} {post.get('title')} {post.get('summary')}")) | set(list_latin_words(post.metadata, languages=(language,)))
    pages = [page for page in site.pages.values() if page.language == language]
    assert len(pages) > 50
    assert [(page.path, text) for page in pages for text in page.list_texts() if text.language != "en" and set(find_latin(text.text)) - allowed] == []


def test_english_interface_is_seen_by_the_same_reading(site):
    """Control: on English pages the reading finds words of the interface, spoken attributes among them."""
    words = {word for text in site["en/"].list_texts() for word in find_latin(text.text)}
    assert {"Regions", "Choose", "language", "Menu", "Latest", "Skip", "Footer", "Close", "Navigation"} <= words


def list_figure_folders(facts: dict[str, Any], authority: Authority) -> Iterator[str]:
    """Of the pages that list the figures of a story."""
    for figure in facts.get("figures", []):
        yield f"figures/{authority.resolve(figure['measure'], 'measures').id}"
        for section in ("regions", "unions"):
            if section[:-1] in figure:
                yield f"{section}/{authority.resolve(figure[section[:-1]], section).id}/figures"


def find_latin(text: str) -> list[str]:
    return re.findall("[A-Za-z]+", text)


def list_latin_words(value: Any, *, languages: tuple[str, ...]) -> Iterator[str]:
    """Latin words of all texts that stand under the key of one of the languages."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from find_latin(str(inner)) if key in languages else list_latin_words(inner, languages=languages)
    elif isinstance(value, list):
        for inner in value:
            yield from list_latin_words(inner, languages=languages)


def test_no_page_shows_an_interface_text_of_another_language(site):
    """No text or attribute of a page is a ready-made text of another language's interface, unless marked with that language."""
    texts = {code: set(read_strings(code)) for code in LANGUAGES}
    foreign = {code: set().union(*(texts[other] for other in LANGUAGES if other != code)) - texts[code] for code in LANGUAGES}
    assert len(foreign["kk"]) > 150
    assert [(page.path, text) for page in site.pages.values() for text in page.list_texts() if text.text in foreign[text.language]] == []


def read_strings(code: str) -> list[str]:
    return [text for text in yaml.safe_load((STRINGS_FOLDER / f"{code}.yml").read_text("utf-8"))["texts"].values() if "{" not in text]


def test_switch_names_each_language_in_itself(site):
    """The entries of the language switch are marked with their own language, for screen readers."""
    for page in site.pages.values():
        for link in [link for switch in page.find_all("nav", class_name="nr-switch") for link in find_all(switch, "a")]:
            assert link.get("lang") == link.get("hreflang") in LANGUAGES


# ---------------------------------------------------------------- one page


def test_ids_are_unique(site):
    """No two elements of a page share an id."""
    assert {page.path: page.ids for page in site.pages.values() if len(set(page.ids)) < len(page.ids)} == {}


def test_each_page_has_one_main_heading_and_a_title(site):
    """One h1 with a text, which the title of the window repeats; the front pages, named after the site, aside."""
    for page in site.pages.values():
        heading = page.read("h1")
        title = read_text(page.find_all("title")[0])
        assert heading and (title.startswith(heading) or page.url == ""), page.path


def test_a_title_with_html_is_shown_as_text(tmp_path):
    """Tags and entities in a headline reach heading, window title, lists, feeds and JSON-LD as the characters they are."""
    title = 'Pay & <b>work</b> </title></script><script>alert("ran")</script> &amp; "quotes"'
    project = copy_content(tmp_path / "project")
    path = project / "articles" / "2018" / "south-unites.en.md"
    path.write_text(re.sub("(?m)^title: .*$", f"title: '{title}'", path.read_text("utf-8"), count=1), "utf-8")
    site = SitePages(build_site(project, tmp_path / "site"), site_url=SITE_URL)
    page = site["en/news/2018/south-unites/"]
    assert page.read("h1") == title
    assert page.read("title").startswith(title)
    assert page.find("meta", property="og:title").get("content") == title
    graph = json.loads(page.find("script", type="application/ld+json").text or "")["@graph"]
    assert [node["headline"] for node in graph if "headline" in node] == [title]
    assert title in [read_text(card) for card in site["en/archive/2018/"].find_all("h3")]
    feed = feedparser.parse((site.folder / "en" / "feed.xml").read_bytes())
    assert title in [entry.title for entry in feed.entries]
    scripts = [script for page in site.pages.values() for script in page.find_all("script") if script.get("type") != "application/ld+json"]
    assert {"newsroom.js", "sight.js"} <= {script.get("src", "").rpartition("/")[2] for script in scripts} <= {"newsroom.js", "sight.js", "figures.js"}


# ---------------------------------------------------------------- links


def test_every_address_leads_to_a_file_and_every_fragment_to_an_id(site):
    """No link, picture, style or script of any page is broken, fragments included."""
    assert sum(1 for page in site.pages.values() for _ in page.list_addresses()) > 5000
    assert list(site.list_broken_addresses()) == []


def test_broken_addresses_are_found(own_site, tmp_path):
    """Control: a page that is gone, a fragment without its id and a file in place of a folder are all reported."""
    folder = tmp_path / "site"
    shutil.copytree(own_site, folder)
    (folder / "ru" / "about" / "index.html").unlink()
    page = folder / "en" / "index.html"
    page.write_text(page.read_text("utf-8").replace("</main>", '<a href="#none"></a><a href="regions"></a></main>'), "utf-8")
    broken = set(SitePages(folder, site_url=SITE_URL).list_broken_addresses())
    assert {"ru/index.html: ../ru/about/", "en/index.html: #none", "en/index.html: regions"} <= broken
    assert all("about" in line for line in broken - {"en/index.html: #none", "en/index.html: regions"})


def test_styles_lead_to_files(own_site):
    """What the style sheets load is there."""
    sheets = list(own_site.rglob("*.css"))
    assert len(sheets) >= 3
    for sheet in sheets:
        addresses = re.findall(r"""url\(\s*["']?([^"')]+)""", sheet.read_text("utf-8"))
        assert [address for address in addresses if not address.startswith("data:") and not (sheet.parent / address.split("#")[0]).is_file()] == []


def test_pages_load_nothing_from_another_host(site):
    """Scripts, styles, icons and pictures come from the site itself."""
    for page in site.pages.values():
        loaded = [link.get("href", "") for link in page.find_all("link") if link.get("rel") not in ("canonical", "alternate")]
        loaded += [address for tag, address in page.list_addresses() if tag not in ("a", "link")]
        assert [address for address in loaded if re.match("[a-z]+:|//", address)] == [], page.path


# ---------------------------------------------------------------- what search engines and feed readers see


def test_alternates_are_mutual_and_exist(site):
    """hreflang names each version that exists, oneself among them; all versions name the same ones, x-default is one of them."""
    pages = [page for page in site.pages.values() if not page.path.endswith("404.html")]
    for page in pages:
        alternates = page.list_alternates()
        versions = {code: address for code, address in alternates.items() if code != "x-default"}
        found = {code: site.find_page(address) for code, address in versions.items()}
        assert alternates["x-default"] in (*versions.values(), SITE_URL if page.url == "" else None), page.path
        if page.url:
            assert versions[page.language] == SITE_URL + page.url
            assert all(other and other.language == code and other.list_alternates() == alternates for code, other in found.items()), page.path


def test_alternates_of_articles_are_the_versions_written(site, own_project):
    """The head of an article names just the languages for which there is a file."""
    versions = list(list_versions(own_project))
    for story, language in versions:
        written = {other for name, other in versions if name == story}
        assert set(site[f"{language}/news/{story}/"].list_alternates()) == written | {"x-default"}


def test_canonical_is_the_pages_own_address(site):
    """Every page but those of errors has its own absolute URL as the canonical one."""
    for page in site.pages.values():
        links = [link.get("href") for link in page.find_all("link", rel="canonical")]
        assert links == ([] if page.path.endswith("404.html") else [SITE_URL + page.url]), page.path


def is_indexed(page: Page) -> bool:
    return not page.find_all("meta", name="robots", content="noindex")


def test_sitemaps_list_the_indexed_pages(site):
    """The index and its parts parse, and list exactly the pages that may be indexed, each once, with the alternates of its head."""
    index = ElementTree.parse(site.folder / "sitemap.xml").getroot()
    parts = [entry.findtext(f"{MAP}loc") or "" for entry in index.iter(f"{MAP}sitemap")]
    files = {f"sitemaps/{path.name}" for path in (site.folder / "sitemaps").iterdir()}
    assert index.tag == f"{MAP}sitemapindex" and len(parts) == len(set(parts)) and {site.find_file(part) for part in parts} == files
    urls = [url for part in files - {"sitemaps/news.xml"} for url in ElementTree.parse(site.folder / part).getroot().iter(f"{MAP}url")]
    listed = [url.findtext(f"{MAP}loc") or "" for url in urls]
    assert sorted(listed) == sorted(SITE_URL + page.url for page in site.pages.values() if is_indexed(page))
    for url, address in zip(urls, listed, strict=True):
        page = site.find_page(address)
        assert page and {link.get("hreflang"): link.get("href") for link in url.iter(LINK)} == page.list_alternates(), address
        assert date.fromisoformat(url.findtext(f"{MAP}lastmod") or "2000-01-01") <= date.today()


def test_only_errors_and_empty_sections_are_kept_from_the_index(site):
    """A page that search engines must not keep is a 404, or has no story."""
    hidden = [page for page in site.pages.values() if not is_indexed(page)]
    expected = {"404.html", *(f"{language}/404.html" for language in LANGUAGES)}
    assert {page.path for page in hidden} >= expected
    assert [page.path for page in hidden if page.path not in expected and not page.find_all("p", class_name="nr-empty")] == []


def test_robots_may_read_everything(site):
    """robots.txt closes nothing and names the sitemap."""
    robots = RobotFileParser()
    robots.parse((site.folder / "robots.txt").read_text("utf-8").splitlines())
    assert all(robots.can_fetch("any", SITE_URL + page.url) for page in site.pages.values())
    assert robots.site_maps() == [f"{SITE_URL}sitemap.xml"]


def test_feeds_that_pages_name_are_sound(site, own_project):
    """Each language, region, union and kind has an Atom and a JSON feed that parse, say the same and lead to pages in order."""
    named = {link.get("href", ""): page for page in site.pages.values() for link in page.find_all("link", type="application/atom+xml")}
    ids = sum(len(read_ids(own_project, section)) for section in ("regions", "unions", "kinds"))
    assert len(named) == len(LANGUAGES) * (1 + ids) == len(list(site.folder.rglob("feed.xml")))
    for address, page in named.items():
        path = site.find_file(address)
        assert path, address
        atom = feedparser.parse((site.folder / path).read_bytes())
        assert not atom.bozo and atom.version == "atom10" and atom.feed.language == page.language, path
        feed = json.loads((site.folder / path).with_suffix(".json").read_bytes())
        assert (feed["feed_url"], feed["language"], feed["title"]) == (f"{address[:-3]}json", page.language, atom.feed.title)
        assert [(item["id"], item["url"], item["title"]) for item in feed["items"]] == [(entry.id, entry.link, entry.title) for entry in atom.entries]
        assert all(site.find_page(entry.link) for entry in atom.entries), path
        days = [entry.published for entry in atom.entries]
        assert days == sorted(days, reverse=True)


def test_pages_show_the_feeds_that_their_heads_name(site):
    """A reader sees a link to every feed that programs find."""
    for page in site.pages.values():
        shown = {site.site_url + address for address in resolve_feeds(page)}
        for kind in ("application/atom+xml", "application/feed+json"):
            assert {link.get("href") for link in page.find_all("link", type=kind)} <= shown, page.path


def resolve_feeds(page: Page) -> list[str]:
    """Site paths of the feeds that links of a page lead to."""
    up = page.url.count("/")
    addresses = [link.get("href", "") for link in page.find_all("a") if link.get("href", "").endswith(("feed.xml", "feed.json"))]
    return [address.removeprefix("../" * up).removeprefix("/") for address in addresses]
