"""The search in Chromium: the module that others may use, the box of every page, the search page, and what happens while an index changes."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from html_pages import SitePages
from newsroom.authority_files import load_authority
from newsroom.keys import list_keys, make_key, split_words
from newsroom.scripts import shorten_script
from search_reference import read_article, write_indexes
from site_factory import ROOT, Draft, SiteProject
from test_browser import EVIL, FIND_FAINT, WIDTHS, Complaints

LANGUAGES = ("kk", "ru", "en")
STORIES = 36
HANDBOOK = ROOT / "docs" / "handbook" / "search.md"
SCRIPTS = ("keys.js", "search.js", "search-ui.js")
SIZE_LIMIT = 15 * 1024
"""Of the three scripts and of what the search takes of newsroom.js, as they are served, compressed."""
ASK = """async ([text, options]) => {
  if (!window.search) window.search = (await import("/assets/newsroom/search.js")).openSearch({ base: "/", language: document.documentElement.lang });
  return await window.search.query(text, options);
}"""

TITLES = {"kk": "Еңбек кеңесі", "ru": "Совет по труду", "en": "Labour council"}
BODIES = {
    "kk": "Отырыста кәсіподағы туралы айтылды. Кәсіподаққа жаңа мүшелер қосылды. {extra}",
    "ru": "На заседании говорили о профсоюзе. Профсоюзы приняли новых членов. {extra}",
    "en": "The meeting heard about the union. The unions took in new members. {extra}",
}
EXTRAS = {"kk": ("Жалақы өсті.", "Ұжымдық шарт жасалды."), "ru": ("Зарплата выросла.", "Заключён договор."), "en": ("Wages rose.", "An agreement was signed.")}


def make_drafts() -> list[Draft]:
    drafts = []
    for number in range(STORIES):
        bodies = {code: BODIES[code].format(extra=EXTRAS[code][number % 2]) + f" {1000 + number}" for code in LANGUAGES}
        drafts.append(
            Draft(
                f"story-{number}", f"{2020 + number % 3}-0{number % 9 + 1}-{number % 28 + 1:02}", LANGUAGES if number % 4 else ("kk",), kind=("news", "report")[number % 5 == 0],
                regions=[["north"], ["south"], ["north", "south"], []][number % 4], unions=["miners"] if number % 3 == 0 else [], people=["asanov"] if number == 7 else [],
                titles={code: f"{TITLES[code]} {number}" for code in LANGUAGES}, bodies=bodies,
            )  # fmt: skip
        )
    texts = {"kk": "Шахтада жалақы туралы келісім қабылданды. Келісім бойынша шахтада жұмыс тоқтамайды. <b>Қалың</b> мәтін.\n\n| Көрсеткіш | Саны |\n|---|---|\n| Мүше | 35 994 |\n"}
    drafts.append(Draft("evil", "2022-11-05", ("kk",), titles={"kk": EVIL}, summaries={"kk": EVIL}, bodies=texts))
    drafts.append(Draft("pool", "2022-11-06", ("kk",), titles={"kk": "Нұр-Сұлтандағы бассейн"}, bodies={"kk": "Келісім жалақы туралы емес. " + "Бұл сөйлемде ештеңе жоқ. " * 60 + "Бассейннің суы жылы. Қазандық жөнделді."}))
    return drafts


def add_index(project: SiteProject) -> None:
    write_indexes(project.site, load_authority(project.root / "articles" / "authority", root=project.root, languages=LANGUAGES)[0])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """A built site with an index of small files."""
    project = SiteProject(tmp_path_factory.mktemp("search"))
    with project.config_file.open("a", encoding="utf-8") as settings:
        settings.write("extra_css: [assets/newsroom/newsroom.css, assets/newsroom/header.css]\nextra_javascript: [assets/newsroom/newsroom.js]\n")
    project.authority["people"]["asanov"]["spellings"] = ["Асанбек Асан", "A. Assanov"]
    project.write_authority()
    for draft in make_drafts():
        project.write_story(draft)
    project.build()
    add_index(project)
    return project


@pytest.fixture(scope="module")
def host(project: SiteProject, serve_folder: Callable[..., Any]) -> Any:
    return serve_folder(project.site)


@pytest.fixture
def page(open_page: Callable[..., Page], host: Any) -> Iterator[Page]:
    """A reader of the Kazakh page of docs/, at a desk; whatever the browser complains about fails the test."""
    page = open_page()
    complaints = Complaints(page, host.url)
    page.goto(f"{host.url}kk/about/")
    yield page
    assert complaints == []


def ask(page: Page, text: str, **options: Any) -> Any:
    return page.evaluate(ASK, [text, options])


def join(pieces: list[dict[str, Any]]) -> str:
    """The pieces of an excerpt as text, the matches in brackets."""
    return "".join(f"[{piece['text']}]" if piece["isMatch"] else piece["text"] for piece in pieces)


def slugs(answer: Any) -> list[str]:
    return [result["url"].split("/")[-2] for result in answer["results"]]


# ---------------------------------------------------------------- the module


def test_forms_of_a_word_are_found_and_marked(page, host):
    """кәсіподақ finds кәсіподағы, the excerpt marks every form, and a result says what a card needs."""
    answer = ask(page, "кәсіподақ")
    assert answer["total"] == STORIES and len(answer["results"]) == 10 and not answer["isAtLeast"]
    result = next(result for result in answer["results"] if result["url"].endswith("/story-6/")) if "story-6" in slugs(answer) else answer["results"][0]
    assert {"url", "language", "title", "date", "kind", "regions", "excerpt"} <= result.keys()
    assert "[кәсіподағы]" in join(result["excerpt"]) and "[Кәсіподаққа]" in join(result["excerpt"])
    assert result["url"].startswith(f"{host.url}kk/news/") and result["language"] == "kk" and result["kind"] in ("Жаңалық", "Есеп")


@pytest.mark.parametrize("text", ["кәсіподаққа жалақы", "касиподак жалакы", "kasipodaq jalaqy", "KÁSIPODAQ   ЖАЛАҚЫ!"])
def test_all_words_are_needed_in_any_script(page, text):
    """Stories with both words are found, however these are written."""
    answer = ask(page, text, limit=40)
    assert answer["total"] == STORIES // 2 and answer["corrected"] == answer["dropped"] == []
    assert {int(slug.removeprefix("story-")) % 2 for slug in slugs(answer)} == {0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_finds_just_its_articles(page, project, host, language):
    """For each tenth word of the pages: the articles found are those that have its key, by a count made in Python."""
    articles = [read_article(project.site, path) for path in sorted(project.site.glob(f"{language}/news/*/*/index.html"))]
    keys_by_slug = {article.slug: {make_key(word.text, language) for _, text in article.texts for word in split_words(text)} for article in articles}
    words = sorted({word.text for article in articles for _, text in article.texts for word in split_words(text) if not word.is_whole})[::10]
    page.goto(f"{host.url}{language}/about/")
    assert len(words) > 8
    for word in words:
        wanted = {slug for slug, keys in keys_by_slug.items() if keys.intersection(list_keys(word, language))}
        answer = ask(page, word, limit=50, excerpts=False)
        assert (set(slugs(answer)), answer["total"]) == (wanted, len(wanted)), word


def test_order_and_pages(page):
    """By date the newest come first; pages follow each other without gaps; relevance prefers the title."""
    whole = ask(page, "кәсіподақ", sort="date", limit=50, excerpts=False)
    days = [result["date"] for result in whole["results"]]
    assert days == sorted(days, reverse=True) and len(days) == STORIES
    parts = [slug for offset in range(0, STORIES, 10) for slug in slugs(ask(page, "кәсіподақ", sort="date", limit=10, offset=offset, excerpts=False))]
    assert parts == slugs(whole)
    assert slugs(ask(page, "бассейн"))[0] == "pool"


def test_facets_count_the_whole_result(page):
    """Counts are those of all hits; values of one facet add to each other, facets narrow each other."""
    drafts = make_drafts()[:STORIES]
    answer = ask(page, "кәсіподақ", facets={}, limit=1)
    counts = {facet: {row["id"]: row["count"] for row in rows} for facet, rows in answer["facets"].items()}
    assert counts["year"] == {year: sum(draft.year == year for draft in drafts) for year in ("2022", "2021", "2020")}
    assert counts["region"] == {id: sum(id in draft.regions for draft in drafts) for id in ("north", "south")}
    assert counts["kind"] == {id: sum(id == draft.kind for draft in drafts) for id in ("news", "report")}
    assert counts["union"] == {"miners": STORIES // 3} and counts["language"] == {"kk": STORIES}
    assert {row["name"] for row in answer["facets"]["region"]} == {"Солтүстік облыс", "Оңтүстік облыс"}
    chosen = ask(page, "кәсіподақ", facets={"region": ["north", "south"], "year": ["2020"]}, limit=50, excerpts=False)
    wanted = {draft.slug for draft in drafts if draft.regions and draft.year == "2020"}
    assert set(slugs(chosen)) == wanted and chosen["total"] == len(wanted)
    assert {row["id"]: row["count"] for row in chosen["facets"]["year"]}["2021"] == sum(bool(draft.regions) and draft.year == "2021" for draft in drafts)


def test_facets_file_is_loaded_only_for_facets(page, host):
    """A plain question leaves facets.bin and words.txt where they are."""
    ask(page, "кәсіподақ жалақы")
    names = [path.split("?")[0].rpartition("/")[2] for _, path in host.requests if "/search/kk/" in path]
    before = len([name for name in names if name in ("facets.bin", "words.txt")])
    ask(page, "жалақы", facets={})
    ask(page, "кәсіподк")
    after = [path for _, path in host.requests if path.split("?")[0].endswith(("facets.bin", "words.txt"))]
    assert len(after) == before + 2


def test_other_languages_are_asked_on_request(page):
    """The current language is the default; with all languages the versions of each are counted and marked as such."""
    assert ask(page, "1001 1001")["total"] == 1
    answer = ask(page, "1001", languages=list(LANGUAGES), facets={})
    assert sorted(result["language"] for result in answer["results"]) == ["en", "kk", "ru"]
    assert answer["results"][0]["language"] == "kk"
    assert {row["id"]: row["count"] for row in answer["facets"]["language"]} == dict.fromkeys(LANGUAGES, 1)
    assert len(ask(page, "1001", languages=list(LANGUAGES), facets={"language": ["ru"]})["results"]) == 1


def test_a_story_is_given_once_on_request(page):
    """With once, a story counts as one whatever its versions: the reader's if it was found, else the one that fits best."""
    answer = ask(page, "1001", languages=list(LANGUAGES), facets={}, once=True)
    assert [result["language"] for result in answer["results"]] == ["kk"] and answer["total"] == 1
    counts = {facet: {row["id"]: row["count"] for row in rows} for facet, rows in answer["facets"].items()}
    assert counts["language"] == dict.fromkeys(LANGUAGES, 1) and counts["year"] == {"2021": 1}
    answer = ask(page, "1001", languages=list(LANGUAGES), facets={"language": ["ru", "en"]}, once=True)
    assert answer["total"] == 1 and answer["results"][0]["language"] in ("ru", "en")
    answer = ask(page, "зарплата", languages=list(LANGUAGES), once=True, limit=50, excerpts=False)
    assert {result["language"] for result in answer["results"]} == {"ru"} and len(set(slugs(answer))) == answer["total"]
    whole = ask(page, "2021", languages=list(LANGUAGES), once=True, limit=100, excerpts=False)
    assert len(whole["results"]) == whole["total"] == len(set(slugs(whole)))


@pytest.mark.parametrize("text", ['"жалақы туралы келісім"', "«Жалақы  туралы келісім»", "“ЖАЛАҚЫ туралы, келісім”", '"jalaqy turaly kelisim"'])
def test_phrase_is_found_as_it_stands(page, text):
    """Words in quotes are found next to each other, in that order, whatever the quotes, capitals and script."""
    assert slugs(ask(page, text)) == ["evil"]


def test_phrase_is_exact(page):
    """Another order, another form and words that stand apart do not make a phrase; unquoted words do find both."""
    assert set(slugs(ask(page, "келісім жалақы туралы", limit=3))) >= {"evil", "pool"}
    for text in ('"туралы келісім жалақы"', '"жалақы туралы келісімге"', '"жалақы келісім"'):
        answer = ask(page, text)
        assert (answer["total"], answer["isAtLeast"]) == (0, False), text
    assert slugs(ask(page, '"қосылды 1010"', facets={})) == [] and slugs(ask(page, '"мүшелер қосылды жалақы өсті" 1010', facets={})) == ["story-10"]
    assert slugs(ask(page, '"Мүше 35 994"')) == ["evil"]


def test_half_a_phrase_is_words(page):
    """A quotation mark that is never closed changes nothing."""
    assert ask(page, '"кәсіподақ')["total"] == STORIES


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [
        ("Асан Асанов", "Асан Асанов", "people/asanov/"), ("асанов", "Асан Асанов", "people/asanov/"), ("Asan Asanov", "Асан Асанов", "people/asanov/"),
        ("Асанбек Асан", "Асан Асанов", "people/asanov/"), ("Southern Region", "Оңтүстік облыс", "regions/south/"), ("южная область", "Оңтүстік облыс", "regions/south/"),
        ("Оңтүстік облысында", "Оңтүстік облыс", "regions/south/"), ("профсоюз горняков", "Кеншілер кәсіподағы", "unions/miners/"), ("кеншілер кәсіподағы жалақы", "Кеншілер кәсіподағы", "unions/miners/"),
    ],
)  # fmt: skip
def test_entity_that_is_asked_for_comes_first(page, host, text, name, path):
    """A name or alias in any language or script gives the entity, named in the reader's language, with its page."""
    entity = ask(page, text)["entities"][0]
    assert (entity["name"], entity["url"]) == (name, f"{host.url}kk/{path}")


def test_words_without_a_name_give_no_entity(page):
    """Control: words that only some name has among others are no name, and no more is one letter (A. Assanov)."""
    for text in ("жалақы", "облыс", "кәсіподақ", "еңбек кеңесі", "а", "a-жалақы"):
        assert ask(page, text)["entities"] == [], text


@pytest.mark.parametrize(("text", "spelling"), [("кәсіподқ", "кәсіподағы"), ("кәсіпсодақ", "кәсіподағы"), ("касипадак", "кәсіподағы"), ("жалқаы", "жалақы"), ("отырысса", "")])
def test_nearest_spelling_is_tried_and_said(page, text, spelling):
    """A word that no story has gives way to the nearest one, as a story writes it."""
    answer = ask(page, text)
    assert answer["total"] >= STORIES // 2 and answer["dropped"] == []
    if spelling:
        (correction,) = answer["corrected"]
        assert correction["word"] == text and make_key(correction["text"], "kk") == make_key(spelling, "kk") and correction["text"].lower() != make_key(spelling, "kk")


def test_unknown_words_are_dropped_and_said(page):
    """Without anything near, a word is left out; with no word left, nothing is found."""
    answer = ask(page, "кәсіподақ ъыщщщъь жалақы")
    assert (answer["total"], answer["dropped"], answer["corrected"]) == (STORIES // 2, ["ъыщщщъь"], [])
    answer = ask(page, "ъыщщщъь")
    assert (answer["total"], answer["results"], answer["dropped"]) == (0, [], ["ъыщщщъь"])
    assert ask(page, "кәсіподақ 9999")["dropped"] == ["9999"]


def test_words_that_never_meet_give_way_to_the_rarest(page):
    """Words that are there, but never together: the most common ones are left out until something is found, and it is said."""
    answer = ask(page, "бассейн ұжымдық")
    assert (slugs(answer), answer["dropped"], answer["apart"], answer["corrected"]) == (["pool"], ["ұжымдық"], ["ұжымдық"], [])
    answer = ask(page, "кәсіподақ ұжымдық 1010 бассейн ъыщщщъь", facets={})
    assert (slugs(answer), answer["dropped"], answer["apart"]) == (["story-10"], ["ъыщщщъь", "кәсіподақ", "ұжымдық", "бассейн"], ["кәсіподақ", "ұжымдық", "бассейн"])


def test_words_in_quotes_are_never_left_out(page):
    """Of words that never meet those in quotes stay; a phrase that no story has finds nothing."""
    answer = ask(page, '"кәсіподағы туралы" бассейн', facets={})
    assert (answer["total"], answer["dropped"]) == (STORIES, ["бассейн"])
    answer = ask(page, '"бассейн ұжымдық"')
    assert (answer["total"], answer["dropped"]) == (0, [])


def test_spelling_that_does_not_help_is_not_said(page):
    """A word that is near to a known one, but not in a story with the others: it counts as unknown, and no key of an index is shown."""
    answer = ask(page, "бассейн кәсіподкқ")
    assert (slugs(answer), answer["dropped"], answer["apart"], answer["corrected"]) == (["pool"], ["кәсіподкқ"], [], [])


def test_hyphenated_words_are_found_in_parts_and_as_one(page):
    """Нұр-Сұлтан is found by Нұрсұлтан, Нұр-Сұлтан and Сұлтан."""
    for text in ("Нұрсұлтан", "Нұр-Сұлтан", "нұр-сұлтанда", "Сұлтан"):
        assert slugs(ask(page, text)) == ["pool"], text


def test_beginning_of_a_word_is_enough_while_typing(page):
    """What is typed so far finds the words that begin so; a finished question says what it took it for."""
    typed = ask(page, "ұжымд", isTyping=True)
    assert typed["total"] == STORIES // 2 and typed["corrected"] == []
    assert ask(page, "ұжымд")["corrected"] != [] or ask(page, "ұжымд")["total"] == STORIES // 2
    assert ask(page, "жалақынд", isTyping=True)["total"] > STORIES // 2  # the first letters of «жалақында», but not of its key


@pytest.mark.parametrize("text", ["жалақым", "жалақымды", "мүшелерім", "қосылатын", "қосылмаған", "жасалып", "жасалса"])
def test_form_that_no_index_can_cut_is_found_where_nothing_else_is(page, text):
    """Possessives of the first person, converbs and denials find their word, without being taken for a mistake."""
    answer = ask(page, text)
    assert answer["total"] >= STORIES // 2 and answer["corrected"] == answer["dropped"] == []


def test_function_words_are_left_out(page):
    """The words that the index names as common ask for nothing, quoted they do, and alone they are a question."""
    for text in ("бассейн үшін", "и бассейн", "The бассейн"):
        answer = ask(page, text)
        assert (slugs(answer), answer["dropped"], answer["corrected"]) == (["pool"], [], []), text
    for text in ('"бассейн үшін"', "үшін"):
        assert ask(page, text)["dropped"] == ["үшін"], text


def test_short_word_is_not_taken_for_another(page):
    """A word with a key of three letters is near to too many: it is unknown."""
    answer = ask(page, "бассейн жық")
    assert (slugs(answer), answer["dropped"], answer["corrected"]) == (["pool"], ["жық"], [])


def test_excerpt_is_where_the_words_are(page):
    """A word at the end of a long text is shown with its surroundings, with marks that something is left out."""
    text = join(ask(page, "қазандық")["results"][0]["excerpt"])
    assert "[Қазандық] жөнделді" in text and text.startswith("… ") and len(text) < 320
    assert "Мүше [35 994]" in join(ask(page, "35994")["results"][0]["excerpt"])


ODD = ["", "   ", '"', '""', "«»", "?!…—", "😀", "😀" * 500, "а" * 10_000, "кәсіподақ " * 1_000, "\u202eкәсіподақ\u202c", "\u200f\u200e", EVIL, "</script><script>window.ran = 1</script>", "\0", "\ud800", "constructor __proto__ toString", "%00%ff", "a\u0301" * 300, "1" * 5000]  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_question_does_nothing_bad(page, text):
    """Any text gets an answer, quickly, and nothing of it runs."""
    answer = page.evaluate(f"async () => ({ASK})([JSON.parse({json.dumps(json.dumps(text))}), {{ facets: {{}}, isTyping: true }}])")
    assert isinstance(answer["total"], int)
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("text", ["кәсіподақ", EVIL, "а" * 10_000, "\u202e", "😀 жалақы", '"жалақы өсті" бас'])
def test_odd_question_on_the_page(page, host, text):
    """The same on the search page: shown as text, without a complaint."""
    page.evaluate("text => { location.href = `../search/?q=${encodeURIComponent(text)}` }", text[:4000])
    page.wait_for_url("**/search/?q=*")
    expect(page.locator(".nr-search-page__status")).not_to_be_empty()
    assert page.evaluate("window.ran") is None


def test_titles_are_shown_as_text(page, host):
    """A headline with HTML is a headline with signs, in the list under the box and on the page."""
    page.locator(".nr-search__input").fill("шахтада")
    expect(page.get_by_role("option").first).to_contain_text(EVIL)
    page.goto(f"{host.url}kk/search/?q=шахтада")
    expect(page.locator(".nr-card__title")).to_have_text(EVIL)
    assert page.evaluate("window.ran") is None


# ---------------------------------------------------------------- while the index changes


def ask_on_page(page: Page, host: Any, text: str) -> None:
    page.goto(f"{host.url}kk/search/?q={text}")


BREAKS = ("missing", "cut off", "empty", "other", "no network")


def break_files(page: Page, site: Path, pattern: str, how: str, **options: Any) -> None:
    """From now on the files of a pattern are bad in that way."""

    def answer(route: Route) -> None:
        match how:
            case "missing":
                route.fulfill(status=404, body="gone")
            case "cut off":
                route.fulfill(body=Path(site, unquote(urlsplit(route.request.url).path).lstrip("/")).read_bytes()[:-3])
            case "empty" | "other":
                route.fulfill(body="" if how == "empty" else "<!doctype html><title>login</title>")
            case _:
                route.abort()

    page.route(re.compile(pattern), answer, **options)


@pytest.mark.parametrize("pattern", ["search/kk/index", "search/kk/w/", "search/kk/c/", "search/kk/entities", "kk/search/texts"])
@pytest.mark.parametrize("how", ["missing", "cut off"])
def test_page_says_that_the_search_is_updated_and_recovers(open_page, project, host, pattern, how):
    """Each file of the index: while it is away the page says so, and when it is back the results come, without a reader's doing."""
    page = open_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.clock.install()
    break_files(page, project.site, pattern, how)
    ask_on_page(page, host, "кәсіподақ")
    status = page.locator(".nr-search-page__status")
    expect(status).to_have_text(re.compile("жаңартылып жатыр|…"))
    page.unroute_all()
    page.clock.run_for(11_000)
    expect(status).to_have_text(f"{STORIES} материал табылды")
    assert errors == []


@pytest.mark.parametrize("how", BREAKS)
def test_query_waits_for_a_broken_shard(open_page, project, host, how):
    """query() itself survives a file that is bad for a moment, and tells its caller meanwhile."""
    page = open_page()
    page.goto(f"{host.url}kk/about/")
    break_files(page, project.site, "search/kk/w/", how, times=1)
    total = page.evaluate(f"""async () => {{
      let told = 0;
      const {{ openSearch }} = await import("/assets/newsroom/search.js");
      const answer = await openSearch({{ base: "/", language: "kk" }}).query("кәсіподақ", {{ onUpdating: () => told++ }});
      return answer.total === {STORIES} && told;
    }}""")
    assert total == 1


def test_query_gives_up_with_an_error_of_its_own(open_page, project, host):
    """Without an index the promise is refused in the end, with an error that can be told from others."""
    page = open_page()
    page.goto(f"{host.url}kk/about/")
    break_files(page, project.site, "search/kk/index", "missing")
    name = page.evaluate("""async () => {
      const { openSearch } = await import("/assets/newsroom/search.js");
      return await openSearch({ base: "/", language: "kk" }).query("кәсіподақ").catch((error) => error.name);
    }""")
    assert name == "StaleError"


def test_site_that_is_published_anew_while_the_page_is_open(open_page, project, serve_folder, tmp_path):
    """After a new build the old page asks the old index for nothing: new stories are found, and so are words in shards it had not read."""
    site = tmp_path / "site"
    shutil.copytree(project.site, site)
    host = serve_folder(site)
    page = open_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{host.url}kk/search/?q=кәсіподақ")
    status = page.locator(".nr-search-page__status")
    expect(status).to_have_text(f"{STORIES} материал табылды")
    other = SiteProject(tmp_path / "other")
    shutil.copytree(project.root / "articles", other.root / "articles", dirs_exist_ok=True)
    for number in range(20):
        other.write_story(Draft(f"new-{number}", f"2023-01-{number + 1:02}", ("kk",), titles={"kk": f"Қосымша хабар {number}"}, bodies={"kk": "Жалақы көбейді, зейнетақы да. Кәсіподақ қолдады."}))
    other.build()
    add_index(other)
    shutil.rmtree(site / "search")
    shutil.copytree(other.site / "search", site / "search")
    shutil.copytree(other.site / "kk" / "news" / "2023", site / "kk" / "news" / "2023")
    page.locator(".nr-search__input").fill("зейнетақы")
    page.keyboard.press("Enter")
    expect(status).to_have_text("20 материал табылды")
    page.locator(".nr-search__input").fill("кәсіподақ")
    expect(status).to_have_text(f"{STORIES + 20} материал табылды")
    assert complaints == []


def test_site_without_an_index_says_so(open_page, project, tmp_path, serve_folder):
    """A site that was built before there was an index: the box and the page say that the search is updated, and work once it is there."""
    site = tmp_path / "site"
    shutil.copytree(project.site, site)
    shutil.move(site / "search", tmp_path / "search")
    host = serve_folder(site)
    page = open_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{host.url}kk/about/")
    page.clock.install()
    page.locator(".nr-search__input").fill("кәсіподақ")
    page.clock.run_for(500)
    expect(page.locator(".nr-suggest [role=status]")).to_contain_text("жаңартылып жатыр")
    shutil.move(tmp_path / "search", site / "search")
    page.clock.run_for(11_000)
    expect(page.get_by_role("option").first).to_be_visible()
    assert errors == []


# ---------------------------------------------------------------- the box


def test_nothing_is_loaded_before_a_reader_turns_to_the_search(open_page, host):
    """A page loads neither scripts nor files of the search by itself; the first focus loads the scripts, the first letter the index."""
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(host.url)))
    page.goto(f"{host.url}kk/about/", wait_until="networkidle")
    assert not [path for path in asked if "search" in path or "keys" in path]
    page.locator(".nr-search__input").focus()
    page.locator(".nr-suggest").wait_for(state="attached")
    assert {f"assets/newsroom/{name}" for name in SCRIPTS} <= set(asked) and not [path for path in asked if path.startswith("search/")]


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_key_leads_to_the_box(page, key):
    """Slash and Ctrl-K put the focus into the box; there a slash is a letter."""
    page.keyboard.press(key)
    expect(page.locator(".nr-search__input")).to_be_focused()
    page.keyboard.type("1/2")
    expect(page.locator(".nr-search__input")).to_have_value("1/2")


@pytest.mark.parametrize("width", WIDTHS)
def test_results_come_while_typing_and_keys_choose(open_page, host, width):
    """Typing shows results; arrows move through them, Escape closes, Enter opens the chosen one."""
    page = open_page(width=width)
    complaints = Complaints(page, host.url)
    page.goto(f"{host.url}kk/about/")
    page.keyboard.press("/")
    page.keyboard.type("кәсіподағ", delay=20)
    box, options = page.locator(".nr-search__input"), page.get_by_role("option")
    expect(options).to_have_count(7)
    expect(options.last).to_have_attribute("href", re.compile(f"q={quote('кәсіподағ')}$"))  # of all that was typed, not of its beginning
    expect(page.locator(".nr-suggest [role=status]")).to_have_text(f"{STORIES} материал табылды")
    assert box.get_attribute("aria-expanded") == "true" and box.get_attribute("aria-controls") == "nr-suggest"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.nth(6)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.type("ы")
    expect(options).to_have_count(7)
    page.keyboard.press("ArrowDown")
    target = options.first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(str(target))
    assert complaints == []


def test_choice_stays_when_better_results_come(page):
    """Who has chosen a story and types on keeps it as long as it is among the results."""
    box, options = page.locator(".nr-search__input"), page.get_by_role("option")
    box.fill("кәсіпода")
    expect(options).to_have_count(7)
    page.keyboard.press("ArrowDown")
    chosen = options.first.get_attribute("href")
    page.keyboard.type("ғ")
    expect(options.last).to_have_attribute("href", re.compile(f"q={quote('кәсіподағ')}$"))
    expect(page.locator("[role=option][aria-selected]")).to_have_attribute("href", chosen)


def test_arrow_opens_the_list_again(page):
    """After Escape the arrow shows the results of what stands in the box."""
    page.locator(".nr-search__input").fill("кәсіподақ")
    expect(page.get_by_role("option")).to_have_count(7)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(7)


def test_late_answer_does_not_replace_a_newer_one(page, project):
    """The files of the first question are slow: what is shown in the end belongs to the second one, in the box and on the page."""
    held: list[Route] = []
    page.route(re.compile("search/kk/w/"), lambda route: held.append(route) if not held else route.continue_())
    for url, results in (("../about/", ".nr-suggest [role=option]"), ("../search/", ".nr-card")):
        page.goto(urljoin(page.url, url))
        box, status = page.locator(".nr-search__input"), page.locator("[role=status]")
        box.fill("бассейн")
        page.wait_for_timeout(400)
        box.fill("1006")
        expect(status).to_have_text("1 материал табылды")
        expect(page.locator(results).first).to_contain_text("Еңбек кеңесі 6")
        held[0].continue_()
        page.wait_for_timeout(400)
        expect(page.locator(results).first).to_contain_text("Еңбек кеңесі 6")
        held.clear()


def test_entity_stands_first_under_the_box(page, host):
    """The name of a person, typed in part, leads to the person's page."""
    page.locator(".nr-search__input").fill("Асан Аса")
    expect(page.get_by_role("option").first).to_have_text("Асан АсановТұлға")
    page.get_by_role("option").first.click()
    page.wait_for_url(f"{host.url}kk/people/asanov/")


def test_list_closes_when_the_focus_leaves(page):
    """Tab goes on, and the list is gone."""
    page.locator(".nr-search__input").fill("кәсіподақ")
    expect(page.get_by_role("option")).to_have_count(7)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_enter_leads_to_all_results(page, host, language):
    """Enter without a choice, and the last entry, lead to the search page with the same question."""
    page.goto(f"{host.url}{language}/about/")
    word = {"kk": "кәсіподақ", "ru": "профсоюз", "en": "union"}[language]
    page.locator(".nr-search__input").fill(word)
    page.get_by_role("option").last.click()
    page.wait_for_url(f"{host.url}{language}/search/?q=*")
    expect(page.locator(".nr-card")).to_have_count(10)
    page.go_back()
    page.locator(".nr-search__input").fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{host.url}{language}/search/?q=*")
    expect(page.locator(".nr-search__input")).to_have_value(word)
    expect(page.locator(".nr-card mark").first).to_be_visible()


# ---------------------------------------------------------------- the page


def read_state(page: Page) -> tuple[Any, ...]:
    titles = page.locator(".nr-card__title")
    expect(page.locator(".nr-card__summary mark").first).to_be_visible()
    return page.locator(".nr-search-page__status").inner_text(), page.locator(".nr-search__input").input_value(), titles.all_inner_texts()


def test_card_says_date_region_and_kind(page, host):
    """A card has the date in words, the kind, the regions, and an excerpt with marks."""
    page.goto(f"{host.url}kk/search/?q=1006")
    card = page.locator(".nr-card")
    expect(card).to_have_count(1)
    expect(card.locator(".nr-kicker")).to_have_text(re.compile(r"Жаңалық\s+Солтүстік облыс, Оңтүстік облыс"))
    expect(card.locator("time")).to_have_text("2020 жылғы 7 шілде")
    expect(card.locator("time")).to_have_attribute("datetime", "2020-07-07")
    expect(card.locator("mark")).to_have_text(["1006"])


def test_address_tells_the_whole_state(page, open_page, host):
    """Question, filters, order and languages stand in the address: another reader who opens it sees the same."""
    page.goto(f"{host.url}kk/search/")
    page.locator(".nr-search__input").fill("1000 кәсіподақ")
    page.keyboard.press("Enter")
    page.locator(".nr-search__input").fill("мүшелер")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Алдымен жаңалары").click()
    page.get_by_text("Сүзгілер").click()
    page.get_by_role("checkbox", name="2021").check()
    page.get_by_role("checkbox", name="2022").check()
    page.get_by_role("checkbox", name="Солтүстік облыс").check()
    expect(page.locator(".nr-card")).to_have_count(10)
    expect(page.locator(".nr-search-page__status")).to_have_text("12 материал табылды")
    shared = open_page()
    shared.goto(page.url)
    expect(shared.locator(".nr-card")).to_have_count(10)
    assert read_state(shared) == read_state(page)
    assert shared.get_by_role("checkbox", name="2021").is_checked() and not shared.get_by_role("checkbox", name="2020").is_checked()
    assert shared.get_by_role("button", name="Алдымен жаңалары").get_attribute("aria-pressed") == "true"


def test_strange_address_is_taken_as_it_is(page, host):
    """Values that no facet has find nothing, can be unchecked, and are shown by their own names."""
    page.goto(f"{host.url}kk/search/?q=жалақы&year=__proto__&kind=constructor&language=toString&lang=all&sort=wild")
    expect(page.locator(".nr-search-page__status")).to_have_text("Ештеңе табылмады.")
    for name in ("constructor", "__proto__"):
        page.get_by_role("checkbox", name=name).click()
        expect(page.get_by_role("checkbox", name=name)).to_have_count(0)
    page.goto(f"{host.url}kk/search/?q=%ED%A0%80%FF%00жалақы")
    expect(page.locator(".nr-card").first).to_be_visible()


def test_back_and_forward_restore(page, host):
    """Each question and each filter is a step of the history; letters are not. A story and back gives the same list, as long as it was."""
    page.goto(f"{host.url}kk/search/?q=жалақы")
    expect(page.locator(".nr-card")).to_have_count(10)
    first = read_state(page)
    box = page.locator(".nr-search__input")
    box.fill("")
    box.press_sequentially("ұжымдық", delay=30)
    page.keyboard.press("Enter")
    expect(page.locator(".nr-search-page__status")).to_have_text(f"{STORIES // 2} материал табылды")
    page.get_by_role("button", name="Алдымен жаңалары").click()
    expect(page.get_by_role("button", name="Алдымен жаңалары")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(page.get_by_role("button", name="Алдымен жаңалары")).to_have_attribute("aria-pressed", "false")
    expect(box).to_have_value("ұжымдық")
    page.go_back()
    expect(box).to_have_value("жалақы")
    expect(page.locator(".nr-card").first).to_have_text(re.compile(re.escape(first[2][0])))
    assert read_state(page) == first
    page.go_forward()
    expect(box).to_have_value("ұжымдық")
    expect(page.locator(".nr-card mark").first).to_have_text(re.compile("ұжымдық", re.IGNORECASE))
    page.locator(".nr-search-page__more").click()
    expect(page.locator(".nr-card")).to_have_count(STORIES // 2)
    page.locator(".nr-card a").last.click()
    page.wait_for_url("**/news/**")
    page.go_back()
    expect(page.locator(".nr-card")).to_have_count(STORIES // 2)


def test_more_results_by_keyboard(page, host):
    """The button adds ten, puts the focus on the first of them, and goes when all are there."""
    page.goto(f"{host.url}kk/search/?q=кәсіподақ")
    more = page.locator(".nr-search-page__more")
    for count in (20, 30, STORIES):
        expect(more).to_be_visible()
        more.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".nr-card")).to_have_count(count)
        expect(page.locator(".nr-card a").nth(count - (count % 10 or 10))).to_be_focused()
    expect(more).to_be_hidden()


def test_filters_keep_the_focus(page, host):
    """Space on a filter narrows the list, and the next filter is one Tab away."""
    page.goto(f"{host.url}kk/search/?q=кәсіподақ")
    expect(page.locator("summary")).to_be_visible()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox", name="Солтүстік облыс")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".nr-search-page__status")).to_have_text(f"{STORIES // 2} материал табылды")
    expect(box).to_be_focused()
    assert box.is_checked() and "region=north" in page.url
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Оңтүстік облыс")).to_be_focused()


def test_one_tap_asks_all_languages(page, host):
    """The button for all languages adds stories that only another language's version tells so, marked with its name; no story comes twice."""
    page.goto(f"{host.url}kk/search/?q=1001")
    expect(page.locator(".nr-card")).to_have_count(1)
    page.get_by_role("button", name="Барлық тілде").click()
    page.wait_for_url("**/*lang=all*")
    expect(page.locator(".nr-search-page__status")).to_have_text("1 материал табылды")
    expect(page.locator(".nr-card")).to_have_count(1)
    expect(page.locator(".nr-card .nr-mark")).to_have_count(0)
    page.locator(".nr-search__input").fill("wages")
    page.keyboard.press("Enter")
    expect(page.locator(".nr-card .nr-mark").first).to_have_text("ағылшынша")
    page.locator(".nr-switch a[lang=ru]").click()
    page.wait_for_url(f"{host.url}ru/search/?q=wages&lang=all")


@pytest.mark.parametrize(("language", "words"), [("kk", "«ұжымдық» сөзі ескерілмеді"), ("ru", "слово «договор» не учтено"), ("en", "“agreement” was left out")])
def test_page_says_that_words_do_not_meet(page, host, language, words):
    """A common word that was left out is not called unknown."""
    common, rare = {"kk": ("ұжымдық", "бассейн"), "ru": ("договор", "1002"), "en": ("agreement", "1002")}[language]
    page.goto(f"{host.url}{language}/search/?q={common}+{rare}")
    expect(page.locator(".nr-search-page__status")).to_contain_text(words)
    expect(page.locator(".nr-card")).to_have_count(1)


@pytest.mark.parametrize(("language", "words"), [("kk", "«ъыщщщъь» сөзі табылмады"), ("ru", "Слово «ъыщщщъь» не найдено"), ("en", "No story has “ъыщщщъь”")])
def test_page_says_what_it_did(page, host, language, words):
    """Corrected and dropped words are said in the reader's language."""
    known = {"kk": "жалакқы", "ru": "зарплатта", "en": "wagess"}[language]
    page.goto(f"{host.url}{language}/search/?q={known}+ъыщщщъь")
    expect(page.locator(".nr-search-page__status")).to_contain_text(words)
    expect(page.locator(".nr-card").first).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_layout_does_not_shift(open_page, host, width):
    """Results and excerpts come without moving what is there: a cumulative layout shift of less than 0.02."""
    page = open_page(width=width)
    page.add_init_script("window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shift += entry.value)).observe({ type: 'layout-shift', buffered: true })")
    for url in ("kk/search/?q=кәсіподақ", "kk/search/?q=Асан+Асанов&year=2021&lang=all"):
        page.goto(host.url + url)
        expect(page.locator(".nr-card__summary mark").first).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate("window.shift") < 0.02, url
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_search_stands_out_in_the_colours_of_the_device(open_page, host, scheme):
    """Box, list, cards and filters have the contrast of WCAG AA in light and dark."""
    page = open_page(width=390, color_scheme=scheme)
    page.goto(f"{host.url}kk/about/")
    page.locator(".nr-search__input").fill("Асанов")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FIND_FAINT)["faint"] == []
    page.goto(f"{host.url}kk/search/?q=кәсіподақ&lang=all&year=2022&sort=date")
    expect(page.locator(".nr-card__summary mark").first).to_be_visible()
    assert page.evaluate(FIND_FAINT)["faint"] == []


# ---------------------------------------------------------------- without scripts


@pytest.mark.parametrize("language", LANGUAGES)
def test_box_leads_on_without_scripts(open_page, host, language):
    """Without JavaScript the form opens the page of indexes, and a year leads to its stories."""
    page = open_page(width=390, java_script_enabled=False)
    page.goto(f"{host.url}{language}/about/")
    page.locator(".nr-search__input").fill("кәсіподақ")
    page.locator(".nr-search__button").click()
    page.wait_for_url(f"{host.url}{language}/search/?q=*")
    page.locator(".nr-search-page__indexes a[href$='/2021/']").click()
    page.wait_for_url(f"{host.url}{language}/archive/2021/")
    assert page.locator(".nr-card").count() > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_is_reached_from_the_page_of_indexes(project, language):
    """By links of the contents alone, from the search page on, each story of the language is found, and by every kind of index."""
    site = SitePages(project.site, site_url=project.site_url)
    start = site[f"{language}/search/"]
    indexes = start.find("div", class_name="nr-search-page__indexes")
    hrefs = [link.get("href", "").removeprefix("../../") for link in indexes.iter("a")]
    for section in ("archive", "kinds", "regions", "unions", "people"):
        assert any(href.startswith(f"{language}/{section}/") for href in hrefs), section
    seen: set[str] = set()
    waiting = hrefs
    while waiting:
        url = waiting.pop()
        if url in seen or not url.startswith(f"{language}/"):
            continue
        seen.add(url)
        if "/news/" in url or not url.endswith("/"):
            continue
        page = site[url]
        (content,) = page.find_all("article")
        waiting += [link.get("href", "").replace("../" * url.count("/"), "", 1) for link in content.iter("a") if link.get("href", "").startswith("../")]
    articles = {page.url for page in site.pages.values() if page.url.startswith(f"{language}/news/")}
    assert articles and articles <= seen


# ---------------------------------------------------------------- the handbook's page


def test_example_of_the_handbook_runs(open_page, project, host):
    """The script in search.md, as a file of the site, prints what it says under the policy of the pages."""
    (example,) = re.findall("```js\n(.*?)```", HANDBOOK.read_text("utf-8"), re.DOTALL)
    (project.site / "example.js").write_text(example, encoding="utf-8")
    page = open_page()
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.goto(f"{host.url}kk/about/")
    page.evaluate("import('/example.js')")
    page.wait_for_timeout(300)
    assert len(lines) == 5 and all(line.startswith("2022-") and f"{host.url}kk/news/2022/" in line for line in lines), lines


def test_handbook_names_all_of_an_answer(page):
    """search.md has every name of an answer and of a result, and no option that the module does not read."""
    text = HANDBOOK.read_text("utf-8")
    answer = ask(page, "кәсіподақ асанов", facets={})
    names = {*answer, *answer["results"][0], *ask(page, "асанов")["entities"][0]}
    assert [name for name in sorted(names) if not re.search(rf"[`{{ ,]{name}[`}} ,]", text)] == []
    source = (ROOT / "overrides" / "assets" / "newsroom" / "search.js").read_text("utf-8")
    options = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text.split("| option |")[1].split("| answer |")[0], re.MULTILINE)
    assert len(options) == 8 and all(name in source for names in options for name in re.findall(r"\w+", names))


# ---------------------------------------------------------------- sizes


def test_scripts_are_small(project):
    """What a reader loads to search: the scripts as they are published, compressed one by one, as most hosts do and as well as can be."""
    contents = {name: (project.site / "assets" / "newsroom" / name).read_bytes() for name in (*SCRIPTS, "newsroom.js")}
    loader = (ROOT / "overrides" / "assets" / "newsroom" / "newsroom.js").read_text("utf-8")
    others, count = re.subn(r"  var form =.*?(?=  // With storage)", "", loader, flags=re.DOTALL)
    assert count == 1
    for level in (6, 9):
        sizes = {name: len(gzip.compress(content, level)) for name, content in contents.items()}
        sizes["newsroom.js"] -= len(gzip.compress(shorten_script(others).encode(), level))
        assert sum(sizes.values()) <= SIZE_LIMIT, sizes


def test_index_is_the_one_of_the_handbook(project):
    """Control of the reference: ids follow the date, the header lists every file there is, every shard begins with its magic."""
    folder = project.site / "search" / "kk"
    header = json.loads((folder / "index.json").read_bytes())
    assert {path.name for path in (folder / "w").iterdir()} == {f"{prefix.replace('$', '-')}.bin" for prefix in header["words"]}
    assert any(prefix.endswith("$") for prefix in header["words"]) and len(header["words"]) > 20 and len(header["cards"]) > 10
    assert all(path.read_bytes().startswith(b"NRW1") for path in (folder / "w").iterdir())
    rows = [row for path in (folder / "c").iterdir() for row in json.loads(path.read_bytes())]
    assert len(rows) == header["articles"] and all(row[0] // header["factor"] == (date.fromisoformat(row[3]) - date(1900, 1, 1)).days for row in rows)
    assert len(header["sums"]["w"]) == 6 * len(header["words"]) and len(header["sums"]["c"]) == 6 * len(header["cards"])


def test_published_scripts_have_no_comments(project):
    """Comments and indentation stay at home."""
    for name in (*SCRIPTS, "newsroom.js"):
        lines = (project.site / "assets" / "newsroom" / name).read_text("utf-8").splitlines()
        assert lines and not [line for line in lines if line.startswith(("//", " ")) or not line], name


def test_paths_are_urls(project):
    """Every file of an index has a name that needs no escape in an address."""
    assert all(re.fullmatch(r"[a-z0-9.-]+", path.name) for path in (project.site / "search").rglob("*") if path.is_file())
