"""The look of the site in Chromium: contrast, widths, the display settings, paper, fonts, weight and layout shift."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from html_pages import SitePages, find_all
from own_site import ENVIRONMENT, LANGUAGES, SITE_URL, build_site, copy_content, copy_sample
from playwright.sync_api import Page
from site_factory import Draft

ARTICLE = "news/2022/turkistan-council-2021/"
"""The longest story, with tables, figures and disputes."""
PAGES = ("", ARTICLE, "regions/turkistan/", "people/", "archive/2018/", "search/", "guide/")
WIDTHS = (360, 390, 768, 1440)
SCHEMES = ("white", "black", "blue", "sand")
SETTINGS = {"size": "150", "colors": "black", "spacing": "wide", "pictures": "off"}

LOW_CONTRAST = """() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return {r, g, b, a}; };
  const light = (c) => { const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b); };
  const over = (top, below) => ({r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1});
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) { const c = parse(getComputedStyle(at).backgroundColor); layers.push(c); if (c.a === 1) break; }
    const canvas = getComputedStyle(document.documentElement).colorScheme === "dark" ? {r: 18, g: 18, b: 18, a: 1} : {r: 255, g: 255, b: 255, a: 1};
    return layers.reduceRight((below, top) => over(top, below), canvas);
  };
  const found = [];
  let texts = 0;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.checkVisibility({visibilityProperty: true}) || element.closest("script, style")) continue;
    texts += 1;
    const back = ground(element), front = over(parse(getComputedStyle(element).color), back);
    const [low, high] = [light(back), light(front)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${element.className || element.tagName}: ${walk.currentNode.data.trim().slice(0, 30)}`);
  }
  return [texts, found];
}"""


@pytest.fixture(scope="module")
def host(own_site: Path, serve_folder: Callable[..., Any]) -> Any:
    return serve_folder(own_site)


def store_settings(page: Page, **settings: str) -> None:
    """As a reader who chose these on another visit."""
    page.add_init_script(f"localStorage.setItem('newsroom.sight', JSON.stringify({settings}))")


# ---------------------------------------------------------------- colours and widths


@pytest.mark.parametrize("scheme", ["light", "dark", *SCHEMES])
def test_all_text_has_contrast(open_page, host, scheme):
    """At least 4.5:1 against what is behind it, on every type of page, the panel of settings among them."""
    page = open_page(width=1280, color_scheme="dark" if scheme == "dark" else "light")
    if scheme in SCHEMES:
        store_settings(page, colors=scheme)
    for path in PAGES:
        page.goto(f"{host.url}kk/{path}")
        if not path:
            page.click(".nr-sight")
            page.wait_for_selector(".nr-panel")
        texts, found = page.evaluate(LOW_CONTRAST)
        assert texts > 20 and found == [], path


def test_low_contrast_is_noticed(open_page, host):
    """Control: grey on grey is found."""
    page = open_page()
    page.goto(f"{host.url}kk/")
    page.evaluate("document.querySelector('.nr-lead__summary').style.color = '#999'")
    assert len(page.evaluate(LOW_CONTRAST)[1]) == 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways(open_page, host, language, width):
    """Not at any width, and not with text twice as large and wide spacing."""
    for settings in ({}, {"size": "200", "spacing": "wide"}):
        page = open_page(width=width)
        store_settings(page, **settings)
        for path in PAGES:
            page.goto(f"{host.url}{language}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, settings)


def test_tiles_are_equal_and_in_their_places(open_page, host):
    """20 tiles of one size, none over another, on a phone wide enough to tap; the northernmost is above the southernmost."""
    page = open_page(width=390)
    page.goto(f"{host.url}kk/")
    boxes = {link.inner_text().split()[0]: link.bounding_box() for link in page.locator(".nr-tiles a").all()}
    assert len(boxes) == 20 and len({(round(box["width"]), round(box["height"])) for box in boxes.values()}) == 1
    assert len({(round(box["x"]), round(box["y"])) for box in boxes.values()}) == 20
    assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes.values())
    assert boxes["KZ-59"]["y"] < boxes["KZ-35"]["y"] < boxes["KZ-79"]["y"] and boxes["KZ-27"]["x"] < boxes["KZ-35"]["x"] < boxes["KZ-63"]["x"]
    names = page.locator(".nr-tiles").aria_snapshot()
    assert 'link "KZ-61 Түркістан 1 материал"' in names


# ---------------------------------------------------------------- display settings


def test_settings_hold_on_every_page_without_a_flash(open_page, host):
    """When the first part of the page appears, what was chosen is in force already; nothing changes afterwards."""
    page = open_page(width=390)
    store_settings(page, **SETTINGS)
    page.add_init_script("""new MutationObserver((changes, observer) => {
      if (!document.body) return;
      window.seen = ["size", "colors", "spacing", "pictures"].map((name) => document.documentElement.getAttribute(`data-nr-${name}`));
      observer.disconnect();
    }).observe(document, {childList: true, subtree: true})""")
    for path in ("", "kk/", f"ru/{ARTICLE}", "en/guide/", "kk/404.html"):
        page.goto(host.url + path + ("?choose" if not path else ""))
        assert page.evaluate("window.seen") == list(SETTINGS.values()), path
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(0, 0, 0)", "rgba(0, 0, 0, 0)")
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 30


def test_panel_is_used_by_keyboard_and_remembers(open_page, host):
    """Enter opens it, its heading has the focus, arrows choose, Escape gives the focus back; a new visit has what was chosen."""
    page = open_page(width=390)
    page.goto(f"{host.url}kk/")
    page.locator(".nr-sight").press("Enter")
    page.wait_for_selector(".nr-panel:popover-open")
    assert page.evaluate("document.activeElement.className") == "nr-panel__title"
    page.get_by_label("100 %").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.documentElement.dataset.nrSize") == "125"
    page.keyboard.press("Escape")
    assert not page.locator(".nr-panel").is_visible() and page.evaluate("document.activeElement.className") == "nr-sight"
    page.goto(f"{host.url}ru/{ARTICLE}")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 25
    page.click(".nr-sight")
    page.get_by_role("button", name="Обычная версия").click()
    assert page.evaluate("localStorage.getItem('newsroom.sight')") is None
    page.click(".nr-panel__close")
    page.click(".nr-sight")
    assert page.locator(".nr-panel").is_visible() and page.get_by_label("100 %").is_checked()


def test_one_press_gives_large_text_and_contrast(open_page, host):
    page = open_page()
    page.goto(f"{host.url}ru/")
    page.click(".nr-sight")
    page.get_by_role("button", name="Крупный текст").click()
    assert page.evaluate("JSON.parse(localStorage.getItem('newsroom.sight'))") == {"size": "150", "colors": "white", "spacing": "wide"}
    assert page.get_by_label("Чёрным по белому").is_checked()


@pytest.mark.parametrize("stored", ["{", "7", "null", '{"size": 7, "colors": "a b\\"", "spacing": {}}'])
def test_what_is_stored_is_not_believed(open_page, host, stored):
    """Broken or strange storage leaves the page as it is, without an error."""
    page = open_page()
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.add_init_script(f"localStorage.setItem('newsroom.sight', {stored!r})")
    page.goto(f"{host.url}kk/")
    assert page.evaluate("document.documentElement.getAttributeNames().filter((name) => name.startsWith('data-nr'))") == ["data-nr-js"]
    assert errors == []


def test_descriptions_stand_in_for_pictures(open_page, picture_site, serve_folder):
    """With pictures off none is drawn, and its description is read in its place; with pictures on again it goes."""
    page = open_page()
    store_settings(page, pictures="off")
    page.goto(f"{serve_folder(picture_site).url}en/news/2021/weavers-agreement/")
    picture = page.locator("main img").first
    assert not picture.is_visible() and page.locator(".nr-alt").first.inner_text() == picture.get_attribute("alt")
    page.evaluate("document.documentElement.removeAttribute('data-nr-pictures')")
    page.wait_for_selector(".nr-alt", state="detached")
    assert picture.is_visible()


@pytest.fixture(scope="module")
def picture_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_sample(tmp_path_factory.mktemp("pictures"))
    return build_site(project, project / "site")


def test_all_but_search_and_settings_works_without_scripts(open_page, host):
    """Stories, sections, languages and the map are links; the button that needs a script is not shown."""
    page = open_page(width=390, java_script_enabled=False)
    page.goto(f"{host.url}kk/")
    assert not page.locator(".nr-sight").is_visible()
    page.locator(".nr-tiles a", has_text="KZ-61").click()
    assert page.url.endswith("kk/regions/turkistan/")
    page.locator(".nr-menu").click()
    page.locator(".nr-nav__sections a").first.click()
    assert page.url.endswith("/kk/")


def test_reduced_motion_is_respected(open_page, host):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{host.url}kk/")
    moving = "[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0.001).length"
    assert page.evaluate(moving) == 0


# ---------------------------------------------------------------- paper


def test_paper_shows_the_story_and_whole_addresses(open_page, host):
    """Black on white, without menus and switches, also for a reader of dark or large pages; each link with its full address."""
    page = open_page(color_scheme="dark")
    store_settings(page, size="200", colors="black")
    page.goto(f"{host.url}kk/{ARTICLE}")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for selector in (".nr-search", ".nr-switch", ".nr-sight", ".nr-menu", ".nr-nav", ".nr-article__related", ".nr-footer nav"):
        assert not page.locator(selector).first.is_visible(), selector
    assert page.locator("h1").is_visible() and page.locator(".nr-facts").is_visible()
    link = page.locator(".nr-body p a[href*='south-unites']").first
    assert link.evaluate("(link) => getComputedStyle(link, '::after').content") == f'" ({host.url}kk/news/2018/south-unites/)"'
    assert page.evaluate("getComputedStyle(document.querySelector('.nr-body p')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.nr-body p')).fontSize)") < 16


def test_paper_is_a4(open_page, host):
    page = open_page()
    page.goto(f"{host.url}ru/{ARTICLE}")
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True)))
    assert [(round(float(width)), round(float(height))) for width, height in sizes] == [(595, 842)]


# ---------------------------------------------------------------- fonts and weight


def load_cold(page: Page, url: str) -> list[str]:
    """The addresses that a first visit fetches."""
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(url, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => 0)")
    return fetched


def weigh(site: Path, address: str) -> int:
    """Bytes of a file as hosts send it: text in gzip, a font as it is."""
    path = site / unquote(urlsplit(address).path).lstrip("/")
    content = (path / "index.html" if path.is_dir() else path).read_bytes()
    return len(content if path.suffix in (".woff2", ".png") else gzip.compress(content, 6))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_weighs_at_most_120_kb(open_page, own_site, host, language):
    """HTML, style sheets, scripts and fonts of the longest story on a first visit, all from this host; of them at most 15 KB of HTML. Pictures
    are not counted."""
    fetched = load_cold(open_page(), f"{host.url}{language}/{ARTICLE}")
    assert all(address.startswith(host.url) for address in fetched)
    weights = {address.rpartition("/")[2] or "HTML": weigh(own_site, address) for address in fetched if "favicon" not in address and "/pictures/" not in address}
    assert any("/pictures/" in address for address in fetched)
    assert any(name.endswith(".woff2") for name in weights) and any(name.startswith("main.") for name in weights)
    assert sum(weights.values()) <= 120_000, weights
    assert weights["HTML"] <= 15_000


@pytest.fixture(scope="module")
def busy_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site with 60 invented stories more, of all kinds and in many regions."""
    project = copy_content(tmp_path_factory.mktemp("busy") / "project")
    kinds, regions = (list(yaml.safe_load((project / f"articles/authority/{name}.yml").read_text("utf-8"))) for name in ("kinds", "regions"))
    (project / "articles/2023").mkdir()
    for number in range(60):
        titles = {"kk": f"{number}-оқиға: салалық кәсіподақ пен жұмыс берушілер ұжымдық шарт туралы уағдаласты"}
        summaries = {"kk": "Тараптар еңбекақыны көтеру, еңбек қауіпсіздігі және демалыс мәселелері бойынша үш жылдық келісімге қол қойды."}
        draft = Draft("", f"2023-{number % 12 + 1:02}-{number % 27 + 1:02}", ("kk",), kinds[number % len(kinds)], [regions[number % 20]], titles=titles, summaries=summaries)
        (project / f"articles/2023/collective-agreement-{number}.kk.md").write_text(draft.as_markdown("kk"), "utf-8")
    return build_site(project, project / "site")


def test_a_front_page_of_20_stories_has_at_most_30_kb_of_html(busy_site):
    """It shows the lead, five of the newest and two of each kind that has stories."""
    html = (busy_site / "kk" / "index.html").read_text("utf-8")
    page = SitePages(busy_site, site_url=SITE_URL)["kk/"]
    strips = page.find_all("section", class_name="nr-strip")
    stories = 1 + len(find_all(page.find("section", class_name="nr-home__newest"), "li")) + sum(len(find_all(strip, "li")) for strip in strips)
    assert len(strips) >= 7 and stories >= 20
    assert len(html.encode()) <= 30_000


@pytest.mark.parametrize("path", ["kk/", f"ru/{ARTICLE}", "en/"])
def test_late_fonts_move_nothing(open_page, host, path):
    """When the font comes a second after the text, no line moves so far that a reader would notice it (0.1 is what the web calls good)."""
    page = open_page(width=390)

    def delay(route):
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/*.woff2", delay)
    page.add_init_script("window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => { shift += e.value; })).observe({type: 'layout-shift', buffered: true})")
    page.goto(host.url + path, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => 0)")
    page.wait_for_timeout(300)
    assert page.evaluate("[...document.fonts].some((face) => face.status === 'loaded' && face.family.includes('Source'))")
    assert page.evaluate("shift") <= 0.02


def test_the_font_has_every_kazakh_letter_and_the_tenge_sign(open_page, host):
    """Each is drawn by the site's font: a line of them is as wide with the font alone as with the font and a fallback."""
    page = open_page()
    page.goto(f"{host.url}kk/")
    page.evaluate("""() => { document.querySelector("h1").insertAdjacentHTML("afterend", "<p id=letters>ӘәІіҢңҒғҮүҰұҚқӨөҺһЁёЪъ №₸ 1</p>"); }""")
    page.evaluate("document.fonts.ready.then(() => 0)")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#letters"})["nodeId"]
    page.wait_for_timeout(300)
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert {(font["isCustomFont"], font["familyName"].startswith("Source Sans 3")) for font in used} == {(True, True)}, used


def test_without_npm_pages_have_the_fonts_of_the_system(tmp_path):
    """The build succeeds, says so in one line, and the style sheet asks for no file that is not there."""
    project = copy_sample(tmp_path / "project")
    program = shutil.which("newsroom", path=str(Path(sys.executable).parent))
    settings = {**ENVIRONMENT, "PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    settings.pop("PYTHONPATH", None)
    if os.environ.get("PYTHONPATH"):
        settings["PYTHONPATH"] = os.environ["PYTHONPATH"]
    done = subprocess.run([str(program), "build", "--quiet"], cwd=project, env=settings, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["the pages use the system's fonts instead of Source Sans 3: npm is not installed"]
    style = (project / "site/assets/newsroom/newsroom.css").read_text("utf-8")
    assert "@font-face" not in style and not (project / "site/assets/newsroom/fonts").exists()
