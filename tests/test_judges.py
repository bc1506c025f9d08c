"""Judges that nobody here wrote, on every page of the project's own site: the Nu Html Checker, lychee, axe-core.

Each is first shown something that is wrong, so that a judge that sees nothing is noticed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from benchmark.phone import list_pages
from conftest import StaticHost
from npm_packages import fetch_packages
from own_site import LANGUAGES

PACKAGE = Path(__file__).with_name("judges")
WIDTHS = (390, 1280)
WEAK_EYES = {"size": "200", "colors": "black", "spacing": "wide", "pictures": "off"}
"""What a reader chooses in the panel; sight.js sets an attribute for each."""
BAD_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bad</title></head>
<body><main><h1>Bad</h1><p id="a">One<p id="a">Two<img src="missing.png"><a href="missing/">gone</a> <a href="#nowhere">nowhere</a></main></body></html>
"""


@pytest.fixture(scope="module")
def npm(request: pytest.FixtureRequest) -> Path:
    return fetch_packages(request.config, PACKAGE)


@pytest.fixture(scope="module")
def bad_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("bad")
    (site / "index.html").write_text(BAD_PAGE, "utf-8")
    return site


# ---------------------------------------------------------------- HTML and links


def check_html(npm: Path, folder: Path) -> list[str]:
    """What the Nu Html Checker says of all pages below a folder: errors and warnings that are not only advice."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("the Nu Html Checker needs Java, and java is not installed")
    command = [java, "-Xss4m", "-jar", str(npm / "vnu-jar" / "build" / "dist" / "vnu.jar"), "--errors-only", "--skip-non-html", "--format", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return [f"{message['url'].rpartition('/site/')[2]}:{message.get('lastLine')}: {message['message']}" for message in json.loads(done.stderr)["messages"]]


def check_links(folder: Path) -> list[str]:
    """The links of all pages below a folder that lead nowhere in it, with their fragments."""
    lychee = shutil.which("lychee", path=str(Path(sys.executable).parent))
    assert lychee, f"lychee is not installed beside {sys.executable}"
    options = ["--offline", "--include-fragments", "--no-progress", "--index-files", "index.html", "--root-dir", str(folder), "--format", "json"]
    done = subprocess.run([lychee, *options, "**/*.html"], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    answer = json.loads(done.stdout)
    assert answer["total"] > 0, done.stderr
    return [f"{page}: {error['url']}" for page, errors in answer["error_map"].items() for error in errors]


def test_html_is_valid(npm: Path, own_site: Path) -> None:
    """0 errors on every page."""
    assert check_html(npm, own_site) == []


def test_no_link_is_broken(own_site: Path) -> None:
    """Every link and fragment within the site leads somewhere."""
    assert check_links(own_site) == []


def test_judges_see_what_is_wrong(npm: Path, bad_site: Path) -> None:
    """A page with mistakes is refused by both."""
    assert any("Duplicate ID" in message for message in check_html(npm, bad_site))
    broken = check_links(bad_site)
    assert len(broken) == 3 and any("nowhere" in link for link in broken)


# ---------------------------------------------------------------- accessibility


@pytest.fixture(scope="module")
def host(own_site: Path, serve_folder: Callable[..., StaticHost]) -> StaticHost:
    return serve_folder(own_site)


@pytest.fixture(scope="module")
def axe(npm: Path) -> str:
    return (npm / "axe-core" / "axe.min.js").read_text("utf-8")


def run_axe(page: Page, axe: str) -> list[str]:
    """What axe-core finds wrong on the page as it is now."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe)
    found = page.evaluate("axe.run().then((all) => all.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`)))")
    return [f"{re.sub(r'^https?://[^/]*', '', page.url)}: {line}" for line in found]


def switch_mode(page: Page, mode: str) -> None:
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light", reduced_motion="reduce")
    if mode == "weak eyes":
        page.evaluate("(chosen) => Object.entries(chosen).forEach(([name, value]) => document.documentElement.setAttribute(`data-nr-${name}`, value))", WEAK_EYES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_accessible(browser: Browser, host: StaticHost, own_site: Path, axe: str, language: str) -> None:
    """0 violations on each kind of page, narrow and wide, light, dark and in the mode for weak eyes; so with results of a search."""
    urls = [*list_pages(own_site, language), f"{language}/404.html"]
    assert len(urls) > 20
    found = []
    page = browser.new_page()
    for url in (*urls, f"{language}/search/?q=2022"):
        page.goto(f"{host.url}{url}")
        if "?" in url:
            page.locator(".nr-search-page__list a").first.wait_for()
        for mode in ("light", "dark", "weak eyes"):
            switch_mode(page, mode)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found += [f"{mode} {width}: {line}" for line in run_axe(page, axe)]
    page.close()
    assert found == []


def test_axe_sees_what_is_wrong(browser: Browser, bad_site: Path, serve_folder: Callable[..., StaticHost], axe: str) -> None:
    """A picture without a text is found."""
    page = browser.new_page()
    page.goto(serve_folder(bad_site).url)
    assert any("image-alt" in line for line in run_axe(page, axe))
    page.close()
