"""`mkdocs serve` as an editor uses it: it runs, shows what is saved, tells what is wrong, keeps the last good site, goes on."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from own_site import ENVIRONMENT, copy_content
from running import RunningCommand

SECONDS = 60
"""A first build draws all pictures, and other tests run beside it."""
"""How long to wait for what usually takes two seconds."""


class Preview(RunningCommand):
    """A running `mkdocs serve` on a free port."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self._port = find_free_port()
        command = [sys.executable, "-u", "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{self._port}"]
        super().__init__(command, folder=project, environment=ENVIRONMENT, seconds=SECONDS)

    def read(self, url: str) -> str:
        """What the preview answers; empty while it does not."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        try:
            connection.request("GET", f"/{url}")
            return connection.getresponse().read().decode()
        except (OSError, HTTPException):
            return ""
        finally:
            connection.close()

    def wait_for_page(self, url: str, text: str) -> None:
        self.wait(lambda: text in self.read(url), f'"{text}" on {url}')

    def edit(self, path: str, old: str, new: str) -> None:
        """Saves a file of the project as an editor does."""
        place = self.project / path
        text = place.read_text("utf-8")
        assert old in text
        place.write_text(text.replace(old, new, 1), "utf-8")

    def create(self, path: str, text: str) -> Path:
        """Saves a new file in the project."""
        place = self.project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        return place

    def close(self) -> None:
        self.end(subprocess.Popen.terminate)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """One preview for all tests of this module; each leaves the site sound."""
    running = Preview(copy_content(tmp_path_factory.mktemp("preview")))
    try:
        running.wait_for_line("Serving on http://127.0.0.1:")
        yield running
    finally:
        running.close()


ARTICLE = "articles/2018/south-unites.en.md"
PAGE = "en/news/2018/south-unites/"


def test_preview_serves_the_whole_site(preview):
    """Articles, lists, pages of docs/, styles and the choice of language are there, with the script that reloads the page."""
    for url in ("", "kk/", "ru/regions/turkistan/", PAGE, "en/about/", "kk/feed.xml", "assets/newsroom/newsroom.css"):
        assert preview.read(url), url
    assert "livereload" in preview.read(PAGE)
    assert not (preview.project / "site").exists()


def test_saved_edit_of_an_article_appears(preview):
    """The new headline is on the article's page and in the lists."""
    title = re.search("(?m)^title: (.*)$", (preview.project / ARTICLE).read_text("utf-8"))
    assert title
    preview.edit(ARTICLE, title[0], "title: A headline written this minute")
    preview.wait_for_page(PAGE, "A headline written this minute</h1>")
    assert "A headline written this minute" in preview.read("en/archive/2018/")


def test_broken_story_shows_its_problem_and_keeps_the_last_good_page(preview):
    """Path, line, column, code and hint are printed, the pages stay as they were, and the repaired story appears."""
    good = drop_script(preview.read(PAGE))
    start = len(preview.printed)
    preview.edit(ARTICLE, "original: ru", "original: ru\nauthor: nobody")
    preview.wait_for_line("unknown-field", start=start)
    assert re.search(rf"{ARTICLE}:\d+:\d+: unknown-field: ", preview.printed[start:])
    assert "stays as it was" in preview.printed[start:]
    assert drop_script(preview.read(PAGE)) == good
    preview.edit(ARTICLE, "author: nobody\n", "")
    preview.edit(ARTICLE, "written this minute", "repaired this minute")
    preview.wait_for_page(PAGE, "A headline repaired this minute</h1>")


def drop_script(html: str) -> str:
    """The page without the reload script of the preview, whose numbers count the builds."""
    return html.rpartition("<script>")[0]


def test_new_and_deleted_stories_appear_and_go(preview):
    """A story that is saved for the first time gets its page; when its file is deleted, the page goes."""
    path = preview.create("articles/2022/tested.kk.md", "---\ntitle: Жаңа хабар\ndate: 2022-12-01\nkind: news\n---\n\nМәтін.\n")
    preview.wait_for_page("kk/", "Жаңа хабар")
    assert "Жаңа хабар</h1>" in preview.read("kk/news/2022/tested/")
    path.unlink()
    preview.wait(lambda: "Жаңа хабар" not in preview.read("kk/"), "the front page without the story")
    assert "Жаңа хабар" not in preview.read("kk/news/2022/tested/")


def test_edit_of_an_authority_file_appears(preview):
    """A region that gets another name has it on its page and in the lists."""
    preview.edit("articles/authority/regions.yml", "    en: Turkistan Region\n", "    en: Turkistan Renamed Region\n")
    preview.wait_for_page("en/regions/", "Turkistan Renamed Region")
    assert "Turkistan Renamed Region</h1>" in preview.read("en/regions/turkistan/")


def test_edit_of_a_docs_page_appears(preview):
    """Pages of docs/ are MkDocs' own, and stay so."""
    preview.edit("docs/en/about.md", "# ", "# Newly ")
    preview.wait_for_page("en/about/", "Newly ")


def test_edit_of_the_theme_appears(preview):
    """A change of a partial of overrides/ is on every page, one of a style sheet in the file."""
    preview.edit("overrides/partials/footer.html", '<footer class="', '<footer class="just-edited ')
    preview.wait_for_page(PAGE, "just-edited")
    preview.wait_for_page("kk/about/", "just-edited")
    preview.edit("overrides/assets/newsroom/newsroom.css", ":root {", ".just-edited-too { top: 0; }\n:root {")
    preview.wait_for_page("assets/newsroom/newsroom.css", "just-edited-too")


def test_own_template_and_text_of_a_project_appear(preview):
    """What a project puts into overrides/newsroom/ while the preview runs takes the place of the program's own."""
    preview.create("overrides/newsroom/strings/en.yml", "texts:\n  newest: Fresh from the desk\n")
    preview.wait_for_page("en/", "Fresh from the desk")
    preview.create("overrides/newsroom/templates/list.html", "<h1>Own words for a list</h1>\n")
    preview.wait_for_page("en/regions/", "Own words for a list")


def test_broken_own_template_is_told_in_a_line(preview):
    """A fault in a template of overrides/newsroom/ is told with the template's name and no traceback, and repair works."""
    start = len(preview.printed)
    preview.create("overrides/newsroom/templates/not_found.html", "<h1>{% if %}Own words for what is missing</h1>\n")
    preview.wait_for_line("not_found.html", start=start)
    preview.edit("overrides/newsroom/templates/not_found.html", "{% if %}", "")
    preview.wait_for_page("en/404.html", "Own words for what is missing")
    assert "Traceback" not in preview.printed[start:]


def test_broken_partial_does_not_end_the_preview(preview):
    """A fault in a partial of overrides/, which MkDocs renders, is told in a line with its file, and when it is repaired the preview goes on."""
    start = len(preview.printed)
    preview.edit("overrides/partials/footer.html", "<footer", "{% if %}<footer")
    preview.wait_for_line("footer.html", start=start)
    preview.edit("overrides/partials/footer.html", '{% if %}<footer class="', '<footer class="edited-again ')
    preview.wait_for_page(PAGE, "edited-again")
    assert re.search(r"footer\.html:\d+: Expected an expression", preview.printed[start:])
    assert "Traceback" not in preview.printed[start:]
