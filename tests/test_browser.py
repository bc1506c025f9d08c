"""The built site in Chromium, at the width of a phone and of a desk: every kind of page, the language switch, the keyboard, 404."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from own_site import LANGUAGES, build_site, copy_content
from site_factory import Draft, SiteProject

WIDTHS = (390, 1280)
PAGE_TYPES = (
    "", "archive/", "archive/2*/", "regions/", "regions/*/", "regions/*/2*/", "unions/", "unions/*/", "unions/*/2*/", "people/", "people/*/", "people/*/2*/",
    "kinds/", "kinds/*/", "kinds/*/2*/", "about/", "guide/", "send-news/",
)  # fmt: skip
"""Patterns of folders below a language; the first that fits is visited, and with a year the page above it, which has stories."""

EVIL = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'> &amp; <b>bold</b>"
LONG_WORD = "Қ" + "онституциялықтандырылмағандардан" * 6


@pytest.fixture(scope="module")
def host(own_site: Path, serve_folder: Callable[..., Any]) -> Any:
    return serve_folder(own_site)


@pytest.fixture(scope="module")
def hard_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year split by month, a headline with HTML that would run, words and names wider than a phone, a wide table."""
    project = SiteProject(tmp_path_factory.mktemp("hard"))
    for section in ("regions", "unions", "people", "organizations"):
        for number, entity in enumerate(project.authority[section].values()):
            entity["names"]["kk"] = f"{LONG_WORD}{number}"
    project.write_authority()
    for number in range(101):
        project.write_story(Draft(f"story-{number}", f"2022-0{number % 3 + 1}-{number // 3 % 27 + 1:02}", ("kk",), regions=["south"]))
    table = "|" + " Көрсеткіш |" * 12 + "\n|" + "---|" * 12 + "\n|" + " 1000000 |" * 12
    texts = {"kk": f"{LONG_WORD}\n\n{table}\n\n`{LONG_WORD}`"}
    project.write_story(Draft("evil", "2022-12-01", ("kk",), regions=["south"], titles={"kk": EVIL}, summaries={"kk": EVIL}))
    project.write_story(Draft("wide", "2022-12-02", ("kk",), regions=["south"], unions=["miners"], people=["asanov"], figures=[150000], titles={"kk": LONG_WORD}, summaries={"kk": LONG_WORD}, bodies=texts))
    with project.config_file.open("a", encoding="utf-8") as settings:
        settings.write("extra_css: [assets/newsroom/newsroom.css, assets/newsroom/header.css]\nextra_javascript: [assets/newsroom/newsroom.js]\n")
    project.build()
    return project.site


# ---------------------------------------------------------------- every kind of page


class Complaints(list[str]):
    """What a browser has against the pages it shows: messages, failed requests, other hosts, sideways scrolling."""

    def __init__(self, page: Page, root: str) -> None:
        super().__init__()
        self.page = page
        page.on("console", lambda message: self.append(f"{page.url}: console: {message.text}"))
        page.on("pageerror", lambda error: self.append(f"{page.url}: error: {error}"))
        page.on("requestfailed", self.note_failure)
        page.on("request", lambda request: None if request.url.startswith(root) else self.append(f"{page.url}: other host: {request.url}"))
        page.on("response", lambda response: self.append(f"{page.url}: {response.status}: {response.url}") if response.status >= 400 else None)

    def note_failure(self, request: Request) -> None:
        """What the browser itself gives up when it leaves a page, such as the icon, is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.append(f"{self.page.url}: failed: {request.url}: {request.failure}")

    def visit(self, url: str) -> None:
        self.page.goto(url)
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.append(f"{url}: wider than the window")


def list_pages(site: Path, language: str) -> list[str]:
    """Site paths of every article and of one page, or two, of each other type."""
    folders = [path.parent for path in sorted((site / language).glob("news/*/*/index.html"))]
    for pattern in PAGE_TYPES:
        found = next(iter(sorted((site / language).glob(f"{pattern}index.html"))), None)
        assert found, f"{language}/{pattern}: no page of this type"
        folders += [found.parent, found.parent.parent] if pattern.endswith("2*/") else [found.parent]
    return [*dict.fromkeys(f"{folder.relative_to(site).as_posix()}/" for folder in folders), f"{language}/404.html"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_of_page_loads_without_a_complaint(open_page, own_site, host, language, width):
    """No console message, failed request, request to another host or sideways scrolling on any type of page."""
    complaints = Complaints(open_page(width=width), host.url)
    urls = list_pages(own_site, language)
    assert len(urls) >= 25
    for url in urls:
        complaints.visit(host.url + url)
        assert complaints.page.evaluate("document.documentElement.lang") == language
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_above_the_languages_load_without_a_complaint(open_page, host, width):
    """The choice of language and the 404 page of all languages."""
    complaints = Complaints(open_page(width=width), host.url)
    for url in ("", "?choose", "404.html"):
        complaints.visit(host.url + url)
    assert complaints == []


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_hard_content_fits_and_runs_nothing(open_page, hard_site, serve_folder, width):
    """Very long words, a wide table, split years and HTML in a headline: no complaint, no scrolling, down to 320 pixels."""
    host = serve_folder(hard_site)
    complaints = Complaints(open_page(width=width), host.url)
    for url in ("", "news/2022/evil/", "news/2022/wide/", "archive/2022/", "regions/", "regions/south/", "regions/south/2022/01/", "people/asanov/"):
        complaints.visit(f"{host.url}kk/{url}")
        assert complaints.page.evaluate("window.ran") is None
        assert len(count_rules(complaints.page)) == 3
    assert complaints == []


def test_headline_with_html_is_shown_as_written(open_page, hard_site, serve_folder):
    """Readers see the characters of the tags: in the heading, in lists and in the title of the window."""
    host, page = serve_folder(hard_site), open_page()
    page.goto(f"{host.url}kk/news/2022/evil/")
    assert page.locator("h1").inner_text() == EVIL
    assert page.title().startswith(EVIL)
    page.goto(f"{host.url}kk/archive/2022/12/")
    assert EVIL in page.locator(".nr-card__title").all_inner_texts()


def test_complaints_are_noticed(open_page, own_site, tmp_path, serve_folder):
    """Control: a missing picture, a picture of another host, an inline script and a block wider than the window are all told."""
    page = (own_site / "kk" / "index.html").read_text("utf-8").replace("</head>", '<link rel="stylesheet" href="wide.css"></head>')
    trouble = '<img src="none.png"><img src="http://127.0.0.2:9/other.png"><script>window.ran = 1</script><pre class="wide">x</pre>'
    (tmp_path / "index.html").write_text(page.replace("</main>", f"{trouble}</main>"), "utf-8")
    (tmp_path / "wide.css").write_text(".wide { width: 3000px }", "utf-8")
    host = serve_folder(tmp_path)
    complaints = Complaints(open_page(), host.url)
    complaints.visit(host.url)
    wanted = ("404: ", "/none.png", "Content Security Policy", "other host: http://127.0.0.2:9/other.png", "wider than the window")
    assert [part for part in wanted if part not in "\n".join(complaints)] == []


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize("language", LANGUAGES)
def test_switch_leads_to_the_same_page_in_the_other_language(open_page, own_site, host, language):
    """From an article, a region's year and a page of docs/ a click on a language gives that page in it."""
    page = open_page()
    other = LANGUAGES[LANGUAGES.index(language) - 1]
    for rest in (find_article(own_site), "regions/turkistan/2018/", "about/"):
        page.goto(f"{host.url}{language}/{rest}")
        heading = page.locator("h1").inner_text()
        for target in (other, language):
            page.locator(f".nr-switch a[lang={target}]").click()
            page.wait_for_url(f"{host.url}{target}/{rest}")
            assert page.evaluate("document.documentElement.lang") == target
            assert (page.locator("h1").inner_text() == heading) == (target == language)


def find_article(site: Path) -> str:
    """The URL of an article below its language."""
    return next(path.parent.relative_to(site / "kk").as_posix() + "/" for path in sorted((site / "kk").glob("news/*/*/index.html")))


def press_until(page: Page, selector: str, *, key: str = "Tab", limit: int = 25) -> None:
    """Presses a key until the element has the focus, as somebody without a mouse does."""
    for _ in range(limit):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{limit} times {key} does not reach {selector}")


@pytest.mark.parametrize("width", WIDTHS)
def test_keyboard_reaches_and_uses_the_switch(open_page, own_site, host, width):
    """Tab leads to the language with a visible mark, Enter opens the article in it, from the top of the page."""
    page = open_page(width=width)
    article = find_article(own_site)
    page.goto(f"{host.url}kk/{article}")
    press_until(page, ".nr-switch a[lang=ru]", limit=8)
    outline = page.evaluate("(style => [style.outlineStyle, parseFloat(style.outlineWidth)])(getComputedStyle(document.activeElement))")
    assert outline[0] != "none" and outline[1] >= 2
    page.keyboard.press("Enter")
    page.wait_for_url(f"{host.url}ru/{article}")
    assert page.evaluate("document.documentElement.lang") == "ru"


def test_keyboard_skips_to_the_content(open_page, host):
    """The first Tab shows a link past the header; Enter moves the focus's place there."""
    page = open_page(width=390)
    page.goto(f"{host.url}kk/regions/")
    page.keyboard.press("Tab")
    assert page.locator(".md-skip").evaluate("element => element === document.activeElement && element.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    press_until(page, ".nr-links a", limit=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_keyboard_uses_the_menu_on_a_phone(open_page, host, language):
    """Tab and Enter open the drawer, Tab moves through its links, Enter follows one."""
    page = open_page(width=390)
    page.goto(f"{host.url}{language}/")
    assert not page.locator(".nr-nav").is_visible()
    press_until(page, ".nr-menu", limit=9)
    page.keyboard.press("Enter")
    assert page.locator(".nr-nav").is_visible()
    press_until(page, f".nr-nav a[href$='{language}/unions/']", limit=9)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{host.url}{language}/unions/")
    assert not page.locator(".nr-nav").is_visible()


def test_sections_are_a_row_of_links_on_a_desk(open_page, host):
    """On a wide screen the sections stand in the header without a menu, and Tab reaches them."""
    page = open_page(width=1280)
    page.goto(f"{host.url}en/")
    assert page.locator(".nr-nav__sections").is_visible() and not page.locator(".nr-menu").is_visible()
    press_until(page, ".nr-nav a[href$='en/people/']", limit=15)


# ---------------------------------------------------------------- the root page


def test_root_page_asks_and_remembers(open_page, host):
    """A new reader chooses; the next visit goes straight there, until the switch of a page chooses another language."""
    page = open_page(width=390)
    page.goto(host.url)
    assert [page.locator(f"a[data-language={code}] strong").inner_text() for code in LANGUAGES] == ["Қазақша", "Русский", "English"]
    page.locator("a[data-language=ru]").click()
    page.wait_for_url(f"{host.url}ru/")
    page.goto(host.url)
    page.wait_for_url(f"{host.url}ru/")
    page.locator(".nr-switch a[lang=kk]").click()
    page.wait_for_url(f"{host.url}kk/")
    page.goto(host.url)
    page.wait_for_url(f"{host.url}kk/")


def test_choice_can_be_made_again(open_page, host):
    """The footer's link shows the choice to a reader who has chosen; the new one counts from then on."""
    page = open_page()
    page.goto(host.url)
    page.locator("a[data-language=en]").click()
    page.wait_for_url(f"{host.url}en/")
    page.locator(".nr-footer a[href$='?choose']").click()
    page.wait_for_url(f"{host.url}?choose")
    page.wait_for_timeout(200)
    assert page.url == f"{host.url}?choose"
    page.locator("a[data-language=kk]").click()
    page.wait_for_url(f"{host.url}kk/")
    page.goto(host.url)
    page.wait_for_url(f"{host.url}kk/")


def test_site_works_without_scripts(open_page, host):
    """With JavaScript switched off the choice, the switch and the menu of a phone still lead on."""
    page = open_page(width=390, java_script_enabled=False)
    page.goto(host.url)
    page.locator("a[data-language=ru]").click()
    page.wait_for_url(f"{host.url}ru/")
    page.locator(".nr-switch a[lang=kk]").click()
    page.wait_for_url(f"{host.url}kk/")
    page.locator(".nr-menu").click()
    page.locator(".nr-nav a[href$='kk/people/']").click()
    page.wait_for_url(f"{host.url}kk/people/")


# ---------------------------------------------------------------- 404


def count_rules(page: Page) -> list[int]:
    """How many rules each style sheet of the page has."""
    return page.evaluate("[...document.styleSheets].map(sheet => sheet.cssRules.length)")


@pytest.mark.parametrize("url", ["nothing", "kk/nothing/", "ru/news/2022/no/such/story/at/all/"])
def test_404_page_of_all_languages_works_at_any_address(open_page, host, url):
    """A host with one 404 page shows it with its styles, in every language, and its links lead home."""
    page = open_page(width=390)
    for language in LANGUAGES:
        answer = page.goto(host.url + url)
        assert answer and answer.status == 404
        assert len(count_rules(page)) == 3 and min(count_rules(page)) > 5
        page.locator(f".nr-section[lang={language}] .nr-button").click()
        page.wait_for_url(f"{host.url}{language}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_404_page_of_a_language_works_at_any_address(open_page, own_site, serve_folder, language):
    """A host that takes the nearest 404 page shows the one of the reader's language, with styles, switch and links to the lists."""
    host, page = serve_folder(own_site, finds_nearest_404=True), open_page(width=390)
    url = f"{host.url}{language}/news/1999/no/such/story/"
    answer = page.goto(url)
    assert answer and answer.status == 404
    assert page.evaluate("document.documentElement.lang") == language
    assert min(count_rules(page)) > 5
    page.locator(f".nr-links a[href$='{language}/regions/']").click()
    page.wait_for_url(f"{host.url}{language}/regions/")
    page.goto(url)
    page.locator(f".nr-switch a[lang={LANGUAGES[LANGUAGES.index(language) - 1]}]").click()
    page.wait_for_url(f"{host.url}{LANGUAGES[LANGUAGES.index(language) - 1]}/")


def test_404_page_works_in_a_folder_of_a_host(open_page, tmp_path, serve_folder):
    """A site published under a path, as project pages are, has styles and links on its 404 page and everywhere else."""
    project = copy_content(tmp_path / "project")
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text("utf-8").replace("site_url: https://news.example.org/", "site_url: https://news.example.org/media/"), "utf-8")
    host = serve_folder(build_site(project, tmp_path / "site"), prefix="/media/")
    page = open_page()
    page.goto(f"{host.url}kk/no/such/page/")
    assert min(count_rules(page)) > 5
    page.locator(".nr-section[lang=en] .nr-button").click()
    page.wait_for_url(f"{host.url}en/")
    complaints = Complaints(page, host.url)
    for url in ("", "ru/", "kk/archive/2022/"):
        complaints.visit(host.url + url)
    assert complaints == []


# ---------------------------------------------------------------- colours

FIND_FAINT = """() => {
  const parse = text => text.match(/[0-9.]+/g).map(Number);
  const share = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = color => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => sum + weight * share(color[i] / 255), 0);
  const findGround = element => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor);
      if (color[3] !== 0) return color;
    }
  };
  const found = { texts: 0, faint: [], ground: findGround(document.querySelector("main")).slice(0, 3) };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [dark, light] = [parse(style.color), findGround(element)].map(luminance).sort((a, b) => a - b);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    found.texts += 1;
    if ((light + 0.05) / (dark + 0.05) < needed) found.faint.push(element.outerHTML.slice(0, 100));
  }
  return found;
}"""
"""The texts of a page whose contrast is less than WCAG 2.2 asks for (success criterion 1.4.3), and the page's background."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_in_the_colours_of_the_device(open_page, own_site, host, scheme):
    """Pages are light or dark as the reader's device asks, and every text has the contrast of WCAG AA against its background."""
    page = open_page(width=390, color_scheme=scheme)
    urls = ["?choose", "404.html", *(url for url in list_pages(own_site, "kk") if not url.rstrip("/").rpartition("/")[2].isdigit())]
    for url in urls:
        page.goto(host.url + url)
        found = page.evaluate(FIND_FAINT)
        assert found["faint"] == [] and found["texts"] > 5, url
        assert (sum(found["ground"]) > 600) == (scheme == "light"), url


def test_faint_text_is_found(open_page, host):
    """Control: the reading finds a text that is too light for its background, and no other."""
    page = open_page(bypass_csp=True)
    page.goto(f"{host.url}kk/")
    page.evaluate("document.querySelector('h1').style.color = '#999'")
    (faint,) = page.evaluate(FIND_FAINT)["faint"]
    assert faint.startswith("<h1")
