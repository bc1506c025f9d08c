"""`newsroom serve` as an editor uses it: a server of its own on a free port of this machine, and a real browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Request, expect

from newsroom.authority_files import load_authority
from newsroom.host import open_project
from newsroom.intake import prepare
from newsroom.fingerprints import Settings
from newsroom.plan import Planner
from newsroom.problems import Report
from newsroom.routes import find_recipe
from newsroom.urls import page_url
from newsroom.workspace import Workspace
from own_site import ENVIRONMENT, build_site
from running import RunningCommand
from site_factory import MANIFEST, PICTURE, Draft, SiteProject, read_tree

SECONDS = 60.0
"""How long to wait for what usually takes a fraction of one."""
EVIL = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"
SCRIPT = re.compile(rb'<script src="/-/preview\.js" data-number="\d+"></script>')

BODIES = {code: f"Text in {code}.\n\n![Picture](forum/picture.png)" for code in ("kk", "ru", "en")}
FORUM = Draft("forum", "2022-03-01", regions=["south"], unions=["miners"], people=["asanov"], figures=[120], bodies=BODIES)
MEETING = Draft("meeting", "2023-05-04", ("ru", "en"), kind="report", documents=["plan.pdf"], people=["ospanova"], event={"name": "Кездесу", "start": "2023-05-04", "time": "10:00", "region": "south"})
FORUM_FILE = "articles/2022/forum.en.md"
FORUM_PAGE = "en/news/2022/forum/"


def write_site(folder: Path) -> SiteProject:
    """A small project with a picture and a document."""
    project = SiteProject(folder)
    project.write("articles/2022/forum/picture.png", PICTURE)
    project.write("articles/2023/meeting/plan.pdf", b"%PDF-1.4 not much of a document\n")
    for draft in (FORUM, MEETING):
        project.write_story(draft)
    return project


# ---------------------------------------------------------------- a running preview


class Server(RunningCommand):
    """A running `newsroom serve`."""

    def __init__(self, project: SiteProject, *arguments: str, temporary: Path | None = None) -> None:
        self.project = project
        found = shutil.which("newsroom", path=str(Path(sys.executable).parent))
        assert found, f"newsroom is not installed beside {sys.executable}"
        environment = ENVIRONMENT | ({"TMPDIR": str(temporary)} if temporary else {})
        super().__init__([found, "serve", "--port", "0", *arguments], folder=project.root, environment=environment, seconds=SECONDS)

    @property
    def url(self) -> str:
        """The address as the command printed it, with a slash at the end."""
        return self.wait(lambda: (found := re.search(r"http://127\.0\.0\.1:\d+/", self.printed)) and found[0], "the address")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2].strip("/"))

    def ask(self, path: str, *, method: str = "GET", host: str | None = None) -> Answer:
        """What the server answers to a path that is sent as it stands, without a leading slash."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.putrequest(method, f"/{path}", skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            connection.endheaders()
            return Answer.of(connection.getresponse())
        finally:
            connection.close()

    def send(self, request: bytes) -> bytes:
        """The raw answer to raw bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def read(self, path: str) -> str:
        return self.ask(path).content.decode()

    def wait_for_page(self, path: str, text: str) -> None:
        self.wait(lambda: text in self.read(path), f'"{text}" on {path}')

    def close(self) -> None:
        self.end(subprocess.Popen.kill)


class Answer(NamedTuple):
    """A response of the server."""

    status: int
    kind: str
    """Of the content, without its parameters."""
    content: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, response: HTTPResponse) -> Answer:
        headers = {name.lower(): value for name, value in response.getheaders()}
        return cls(response.status, headers.get("content-type", "").partition(";")[0], response.read(), headers)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """`serve(project)` starts a Server that lasts until the end of the test."""
    servers: list[Server] = []

    def start(project: SiteProject, *arguments: str, **options: Any) -> Server:
        servers.append(Server(project, *arguments, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for tests that change nothing."""
    server = Server(write_site(tmp_path_factory.mktemp("shared")))
    yield server
    server.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh reader, who waits as long as a busy machine needs."""
    context = browser.new_context()
    context.set_default_timeout(SECONDS * 1000)
    yield context.new_page()
    context.close()


expect.set_options(timeout=SECONDS * 1000)


# ---------------------------------------------------------------- what build makes


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """A site with every kind of output: a year split by month, pictures, documents, stories in one or two languages."""
    project = write_site(tmp_path_factory.mktemp("large"))
    for number in range(101):
        project.write_story(Draft(f"story-{number}", f"2021-{number % 12 + 1:02}-{number // 12 + 1:02}", ("kk",), regions=["north"]))
    return project


@pytest.fixture(scope="module")
def planner(large: SiteProject) -> Planner:
    project, _ = open_project(large.config_file)
    authority, _ = load_authority(project.articles_dir / "authority", root=project.root, languages=project.languages)
    with Workspace(project) as workspace:
        prepared = prepare(workspace)
    assert not isinstance(prepared, Report), prepared.as_text()
    return Planner(prepared.site, authority, Settings(project.languages, dict.fromkeys(project.languages, b"")))


def as_url(path: str) -> str:
    """The site path of a file: a folder's for its index.html."""
    return path.removesuffix("index.html") if path.endswith("/index.html") or path == "index.html" else path


def test_every_planned_output_is_found_by_its_url(planner):
    """find_recipe gives the recipe of every output of the plan, by the file's path and by the folder's; page_url leads back. Only the files
    of the search indexes come from elsewhere."""
    outputs = [output for output in planner.plan() if not output.path.startswith("search/")]
    kinds = {"article", "ninjs", "home", "list", "entity", "period", "calendar", "figures", "register", "search", "search-texts", "sight-texts", "not-found", "root",
             "atom", "json", "ninjs-feed", "event", "calendar-feed", "figures-csv", "figures-json", "register-json", "sitemap", "sitemap-news", "sitemap-index", "robots",
             "media", "picture", "card"}  # fmt: skip
    assert kinds == {output.recipe.kind for output in outputs}
    assert any(output.recipe.month for output in outputs)
    for output in outputs:
        assert find_recipe(output.path, planner) == output.recipe, output.path
        assert find_recipe(as_url(output.path), planner) == output.recipe, output.path
        if page_url(output.recipe, planner.site):
            assert find_recipe(page_url(output.recipe, planner.site), planner) == output.recipe


@given(st.data())
def test_nothing_is_found_by_a_url_that_no_output_has(planner, data):
    """Whatever path is made of the parts of real ones: a recipe comes out only for the path of its own output."""
    paths = {output.path: output.recipe for output in planner.plan() if not output.path.startswith("search/")}
    parts = sorted({part for path in paths for part in path.split("/")} | {"", ".", "..", "\0", "é", "0", "13", "2021 "})
    url = "/".join(data.draw(st.lists(st.sampled_from(parts), max_size=6)))
    recipe = find_recipe(url, planner)
    path = f"{url}index.html" if url.endswith("/") or not url else url
    assert recipe == paths.get(path)


def list_differences(server: Server, folder: Path) -> list[str]:
    """The files that `newsroom build` with the same site_url makes otherwise than the preview shows them. folder: for the build."""
    root = server.project.root
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(".newsroom", "site"))
    settings, changed = re.subn("(?m)^site_url: .*$", f"site_url: {server.url}", (root / "mkdocs.yml").read_text("utf-8"))
    assert changed == 1
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    files = {path: content for path, content in read_tree(build_site(folder, folder / "site")).items() if content is not None and path != MANIFEST}
    assert len(files) > 100
    indexes = {path: content for path, content in files.items() if path.startswith("search/")}
    different = [path for path in files.keys() - indexes.keys() if read_shown(server, path) != files[path]]
    if not different:
        server.wait(lambda: all(read_shown(server, path) == indexes[path] for path in sorted(indexes, key=lambda path: not path.endswith("index.json"))), "the search index")
    return different


def read_shown(server: Server, path: str) -> bytes:
    """What the preview shows in the place of a file of the site, without its script."""
    shown = server.ask(quote(as_url(path))).content
    if not path.endswith(".html"):
        return shown
    without, changed = SCRIPT.subn(b"", shown)
    assert changed == 1, path
    return without


def test_every_file_of_the_site_is_as_build_makes_it(large, serve, tmp_path):
    """All pages, feeds, sitemaps, pictures, documents, pages of docs/ and assets, byte for byte but for the preview's script."""
    assert list_differences(serve(large), tmp_path / "copy") == []


def test_after_many_edits_the_preview_is_as_a_clean_build(tmp_path, serve):
    """Bodies, titles, facts, new and deleted stories and translations, a moved folder, names: nothing of the former state stays."""
    server = serve(write_site(tmp_path / "project"))
    assert server.url
    for edit in EDITS:
        edit.make(server.project)
        server.wait_for_page(edit.url, edit.text)
    project = server.project
    project.write_story(Draft("third", "2022-06-01", regions=["north"]))
    server.wait_for_page("en/archive/2022/", "third")
    project.write("articles/2022/third.ru.md", "---\ntitle: \"\"\noriginal: kk\n---\n")
    (project.root / "articles/2022/third.en.md").unlink()
    server.wait(lambda: server.ask("en/news/2022/third/").status == server.ask("ru/news/2022/third/").status == 404, "the story without its translations")
    (project.root / "articles/2023").rename(tmp_path / "away")
    server.wait(lambda: "meeting" not in server.read("ru/archive/"), "the archive without a year")
    (tmp_path / "away").rename(project.root / "articles/2023")
    server.wait_for_page("ru/archive/2023/", "meeting")
    assert list_differences(server, tmp_path / "copy") == []


# ---------------------------------------------------------------- saved edits


class Edit(NamedTuple):
    """One thing that is saved, and what then stands on a page."""

    name: str
    make: Callable[[SiteProject], None]
    url: str
    text: str


def change(path: str, old: str, new: str) -> Callable[[SiteProject], None]:
    def make(project: SiteProject) -> None:
        text = (project.root / path).read_text("utf-8")
        assert old in text
        project.write(path, text.replace(old, new, 1))

    return make


def write_forum(**changes: Any) -> Callable[[SiteProject], None]:
    """Saves the files of the story that come out otherwise."""

    def make(project: SiteProject) -> None:
        draft = replace(FORUM, **changes)
        for code in draft.languages:
            path, text = f"articles/2022/forum.{code}.md", draft.as_markdown(code)
            if (project.root / path).read_text("utf-8") != text:
                project.write(path, text)

    return make


def rename_region(project: SiteProject) -> None:
    project.authority["regions"]["south"]["names"]["en"] = "Renamed Region"
    project.write_authority()


def change_settings(project: SiteProject) -> None:
    project.names["en"] = "Another name of the site"
    project.write_settings()


def write_picture(project: SiteProject) -> None:
    project.write("articles/2022/forum/second.png", PICTURE)
    write_forum(bodies={"en": "![Picture](forum/second.png)"})(project)


OWN_TEMPLATE = "overrides/newsroom/templates/not_found.html"
EDITS = (
    Edit("body", write_forum(bodies={"en": "A sentence of this minute."}), FORUM_PAGE, "A sentence of this minute."),
    Edit("title", write_forum(titles={"en": "A headline of this minute"}), FORUM_PAGE, "A headline of this minute"),
    Edit("title in a list", write_forum(titles={"en": "A headline of that minute"}), "en/regions/south/", "A headline of that minute"),
    Edit("facts", write_forum(regions=["north"]), FORUM_PAGE, "Northern Region"),
    Edit("facts in a list", write_forum(regions=["north", "south"]), "en/regions/north/", "Council meeting: forum"),
    Edit("new story", lambda project: project.write_story(Draft("fresh", "2024-01-01", titles={"en": "A fresh story"})), "en/", "A fresh story"),
    Edit("translation", lambda project: project.write_story(replace(MEETING, titles={"en": "Assembly"})), "en/", "Assembly"),
    Edit("authority", rename_region, "en/regions/", "Renamed Region"),
    Edit("settings", change_settings, FORUM_PAGE, "Another name of the site"),
    Edit("docs", lambda project: project.write("docs/en/about.md", "# About us\n\nA union of unions.\n"), "en/about/", "A union of unions."),
    Edit("new page of docs", lambda project: project.write("docs/en/press.md", "# For the press\n"), FORUM_PAGE, "For the press"),
    Edit("own template", lambda project: project.write(OWN_TEMPLATE, "<h1>Own words</h1>\n"), "en/nothing-here/", "Own words"),
    Edit("own text", lambda project: project.write("overrides/newsroom/strings/en.yml", "texts:\n  newest: Fresh from the desk\n"), "en/", "Fresh from the desk"),
    Edit("partial of the theme", change("overrides/partials/footer.html", '<footer class="', '<footer class="just-edited '), FORUM_PAGE, "just-edited"),
    Edit("picture", write_picture, FORUM_PAGE, "pictures/2022/forum/second.png/2.jpg"),
)
"""In any order; each shows on its page."""
WATCHED = [edit for edit in EDITS if edit.name in ("body", "title in a list", "facts", "new story", "authority", "settings", "docs", "own template", "partial of the theme")]
"""One for each way that a change takes; a browser that looks on costs a second."""


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(write_site(tmp_path_factory.mktemp("edited")))
    yield server
    server.close()


def restore(server: Server) -> None:
    """Brings the story back to its first state."""
    write_forum()(server.project)
    wanted, others = ("Text in en.", "Council meeting: forum</h1>"), ("Northern", "preview-problems")
    server.wait(lambda: (page := server.read(FORUM_PAGE)) and all(text in page for text in wanted) and not any(text in page for text in others), "the story as it was")


@pytest.mark.parametrize("edit", WATCHED, ids=lambda edit: edit.name)
def test_saved_edit_appears_in_an_open_page_by_itself(edited, page, edit):
    """Whatever is saved, the page that is open shows it without being loaded by hand."""
    restore(edited)
    page.goto(edited.url + edit.url)
    assert edit.text not in edited.read(edit.url)
    edit.make(edited.project)
    page.wait_for_function("text => document.documentElement.outerHTML.includes(text)", arg=edit.text)
    assert page.locator(".preview-problems").count() == 0


def test_search_finds_what_is_saved(tmp_path, serve, page):
    """The search works without a build, and an article that is saved now is found by its new words."""
    project = write_site(tmp_path)
    with project.config_file.open("a", encoding="utf-8") as settings:
        settings.write("extra_javascript: [assets/newsroom/newsroom.js]\n")
    edited = serve(project)
    page.goto(edited.url + "en/about/")
    page.locator(".nr-search__input").fill("council")
    expect(page.get_by_role("option").filter(has_text="Council meeting: forum")).to_be_visible()
    assert edited.ask("search/en/w/../index.json").status == edited.ask("search/xx/index.json").status == edited.ask("search/").status == 404
    page.goto("about:blank")  # the page would load itself again, and nothing else meanwhile
    write_forum(bodies={"en": "A sentence about herrings."})(project)
    edited.wait_for_page(FORUM_PAGE, "herrings")

    def search_herrings() -> bool:
        page.goto(f"{edited.url}en/search/?q=herrings")
        page.locator(".nr-search-page__status:not(:empty)").wait_for()
        return page.locator(".nr-search-page__status").inner_text() == "1 story found"

    edited.wait(search_herrings, "the index of the saved article")
    expect(page.locator(".nr-card mark")).to_have_text(["herrings"])


def test_deleted_story_goes_from_an_open_page_by_itself(edited, page):
    """From the lists, and its own page says that there is nothing any more."""
    story = Draft("brief", "2025-04-01", titles={"en": "A brief story"})
    page.goto(edited.url + "en/")
    edited.project.write_story(story)
    expect(page.get_by_text("A brief story").first).to_be_visible()
    page.goto(edited.url + "en/news/2025/brief/")
    edited.project.delete_story(story)
    expect(page.get_by_role("heading", name="A brief story")).to_have_count(0)
    assert edited.ask("en/news/2025/brief/").status == 404
    assert "A brief story" not in edited.read("en/")


def save_in_place(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def save_in_two_steps(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.flush()
        time.sleep(0.1)
        file.write(content)


def save_by_renaming(path: Path, content: bytes) -> None:
    fresh = path.with_name(f"{path.name}.k3Hd")
    fresh.write_bytes(content)
    fresh.replace(path)


def save_with_a_backup(path: Path, content: bytes) -> None:
    """As Vim does with 'backup': tries whether it may write beside the file, moves the file away, writes it anew."""
    probe, backup = path.with_name("4913"), path.with_name(f"{path.name}~")
    probe.touch()
    probe.unlink()
    path.rename(backup)
    path.write_bytes(content)
    backup.unlink()


def save_twice(path: Path, content: bytes) -> None:
    path.write_bytes(content.replace(b"original", b"0riginal"))
    path.write_bytes(content)


def save_anew(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize("save", [save_in_place, save_in_two_steps, save_by_renaming, save_with_a_backup, save_twice, save_anew])
def test_every_way_of_saving_is_noticed(edited, page, save):
    """Whatever steps an editor saves in, the last state shows, without problems, and the story does not get lost."""
    page.goto(edited.url + FORUM_PAGE)
    path = edited.project.root / FORUM_FILE
    text = f"Saved by {save.__name__}."
    content = re.sub(r"\n---\n.*", f"\n---\n\n{text}\n", path.read_text("utf-8"), flags=re.DOTALL)
    save(path, content.encode())
    expect(page.get_by_text(text)).to_be_visible()
    expect(page.locator(".preview-problems")).to_have_count(0)


def test_folder_that_goes_and_comes_back_is_still_watched(tmp_path, serve):
    """A whole articles/ that another takes the place of, as when git changes branches, at once or after a while."""
    server = serve(write_site(tmp_path / "project"))
    assert server.url
    articles = tmp_path / "project" / "articles"
    write_forum(titles={"en": "Of the other branch"})(server.project)
    server.wait_for_page(FORUM_PAGE, "Of the other branch</h1>")
    shutil.copytree(articles, tmp_path / "other")
    write_forum()(server.project)
    server.wait_for_page(FORUM_PAGE, "Council meeting: forum</h1>")
    articles.rename(tmp_path / "away")
    (tmp_path / "other").rename(articles)
    server.wait_for_page(FORUM_PAGE, "Of the other branch</h1>")
    write_forum(titles={"en": "After that"})(server.project)
    server.wait_for_page(FORUM_PAGE, "After that</h1>")
    shutil.rmtree(articles)
    server.wait(lambda: server.ask(FORUM_PAGE).status == 404, "the site without articles")
    (tmp_path / "away").rename(articles)
    server.wait_for_page(FORUM_PAGE, "Council meeting: forum</h1>")
    write_forum(titles={"en": "At last"})(server.project)
    server.wait_for_page(FORUM_PAGE, "At last</h1>")


# ---------------------------------------------------------------- problems


class Complaints(list[str]):
    """What a browser has against the pages it shows: messages, errors, failed requests, requests to other hosts."""

    def __init__(self, page: Page, root: str) -> None:
        super().__init__()
        page.on("console", lambda message: self.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.append(f"error: {error}"))
        page.on("requestfailed", self.note_failure)
        page.on("request", lambda request: None if request.url.startswith(root) else self.append(f"other host: {request.url}"))

    def note_failure(self, request: Request) -> None:
        """What the browser gives up when a page is left is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.append(f"failed: {request.url}: {request.failure}")


def test_broken_story_shows_its_problems_and_stays_as_it_was(tmp_path, serve, page):
    """On the open page and in the terminal, as plain text whatever it quotes; the text of the page stays; when it is mended the
    panel goes."""
    server = serve(write_site(tmp_path))
    complaints = Complaints(page, server.url)
    page.goto(server.url + FORUM_PAGE)
    good = (tmp_path / FORUM_FILE).read_text("utf-8")
    panel = page.get_by_role("alert")
    (tmp_path / FORUM_FILE).write_text(good.replace("original: kk", f'original: kk\n"{EVIL}": 1\nregions: ["{EVIL}"]').replace("Text in en.", "Too early."), "utf-8")
    expect(panel).to_contain_text(f"{FORUM_FILE}:5:")
    assert EVIL in panel.inner_text()
    assert page.evaluate("window.ran") is None
    assert panel.locator("img, script").count() == 0
    assert page.get_by_text("Text in en.").is_visible()
    assert page.get_by_text("Too early.").count() == 0
    server.wait_for_line("unknown-field")
    page.goto(server.url + "kk/")
    expect(panel).to_contain_text(FORUM_FILE)
    page.goto(server.url + FORUM_PAGE)
    (tmp_path / FORUM_FILE).write_text(good.replace("Text in en.", "In time."), "utf-8")
    expect(page.get_by_text("In time.")).to_be_visible()
    assert panel.count() == 0
    assert complaints == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("---\n", "", ), ("title:", "title: [", ), ("original: kk\n", ""), ("Text in en.", "![Missing](forum/missing.png)\n\n[Bad](nowhere.en.md)"), ("summary", "\x01")],
    ids=["no front matter", "broken YAML", "two originals", "broken links", "control character"],
)  # fmt: skip
def test_any_fault_of_a_story_leaves_the_site_standing(edited, old, new):
    """The page of a story answers as before, with the problem; and without it when the file is as it was."""
    restore(edited)
    change(FORUM_FILE, old, new)(edited.project)
    edited.wait_for_page(FORUM_PAGE, "preview-problems")
    answer = edited.ask(FORUM_PAGE)
    assert answer.status == 200
    assert b"Council meeting: forum</h1>" in answer.content
    assert b"Text in en." in answer.content
    restore(edited)


def test_damaged_picture_is_a_problem_of_its_story(edited):
    """The page stands without it; when the picture is mended the problem goes."""
    restore(edited)
    picture = "pictures/2022/forum/picture.png/2.jpg"
    good = edited.ask(picture).content
    edited.project.write("articles/2022/forum/picture.png", b"no picture")
    edited.wait_for_page(FORUM_PAGE, "the file is damaged or not a JPEG")
    assert edited.ask(FORUM_PAGE).status == 200
    assert edited.ask(picture).status == 500
    edited.project.write("articles/2022/forum/picture.png", PICTURE)
    restore(edited)
    assert edited.ask(picture).content == good


def test_links_that_lose_what_they_lead_to_do_not_break_the_page(tmp_path, serve):
    """To a story, a page of docs/, a picture and a document that go while the preview runs, or were not there at the start."""
    links = "[Meeting](../2023/meeting.en.md) [Us](../../docs/en/about.md) ![Picture](forum/picture.png) [Out](../../README.txt) [Plan](../2023/meeting/plan.pdf)"
    project = write_site(tmp_path)
    project.write("README.txt", "not of the site")
    write_forum(bodies=dict.fromkeys(FORUM.languages, links), documents=["../../../x.pdf"])(project)
    server = serve(project)
    for start in (server.url, None):
        server.wait_for_page(FORUM_PAGE, "the site does not publish README.txt")
        assert server.ask(FORUM_PAGE).status == 200
        if start:
            project.delete_story(MEETING)
            (tmp_path / "docs/en/about.md").unlink()
            (tmp_path / "articles/2022/forum/picture.png").unlink()
            for lost in ("meeting.en.md leads to nothing", "about.md leads to nothing", "picture.png does not exist", "plan.pdf does not exist"):
                server.wait_for_page(FORUM_PAGE, lost)
    server.close()
    again = serve(project)
    assert "meeting.en.md leads to nothing" in again.read(FORUM_PAGE)
    assert again.ask(FORUM_PAGE).status == 200
    assert "Traceback" not in server.printed + again.printed


def test_problem_of_one_file_outlasts_edits_of_others(tmp_path, serve):
    """Neither another story nor the settings take the problem or the last good version of a broken story away."""
    server = serve(write_site(tmp_path))
    server.wait_for_page(FORUM_PAGE, "Text in en.")
    change(FORUM_FILE, "original: kk", "original: kk\nnobody: 1")(server.project)
    server.wait_for_page(FORUM_PAGE, "preview-problems")
    for number, edit in enumerate(edit for edit in EDITS if edit.name in ("new story", "authority", "settings", "docs")):
        edit.make(server.project)
        server.wait_for_page(edit.url, edit.text)
        change("articles/2022/forum.ru.md", "Text in ru" if not number else f"Round {number - 1}", f"Round {number}")(server.project)
        server.wait_for_page("ru/news/2022/forum/", f"Round {number}")
        assert "Text in en." in server.read(FORUM_PAGE)
        assert "unknown-field" in server.printed
        assert "nobody" in server.read(FORUM_PAGE)


def test_many_problems_are_counted(tmp_path, serve):
    """The page shows the first twenty and how many there are; the terminal shows all."""
    project = write_site(tmp_path)
    for number in range(25):
        project.write(f"articles/2022/broken-{number:02}.kk.md", "no front matter\n")
    server = serve(project)
    server.wait_for_line("25 errors in 25 files")
    shown = server.read("kk/")
    assert "25 errors in 25 files" in shown
    assert "broken-19" in shown
    assert "broken-20" not in shown
    assert "broken-24" in server.printed


def test_start_with_a_broken_story_shows_the_others(tmp_path, serve, page):
    """The site is there with the problem on it; when the story is mended it comes by itself."""
    project = write_site(tmp_path)
    good = (tmp_path / "articles/2022/forum.kk.md").read_text("utf-8")
    project.write("articles/2022/forum.kk.md", good.replace("kind: news", "kind: gossip"))
    server = serve(project)
    page.goto(server.url + "kk/")
    expect(page.get_by_role("alert")).to_contain_text("gossip")
    assert "meeting" in page.content()
    project.write("articles/2022/forum.kk.md", good)
    expect(page.get_by_text("Кеңес отырысы: forum").first).to_be_visible()
    assert page.get_by_role("alert").count() == 0


BREAKS = {
    "authority": ("articles/authority/unions.yml", "miners:\n", "miners: [\n", "unions.yml"),
    "settings": ("mkdocs.yml", "theme:", "theme: [", "mkdocs.yml"),
    "publisher": ("mkdocs.yml", "publisher: federation", "publisher: nobody", "nobody"),
    "theme": ("overrides/main.html", "{% block", "{% blok", "main.html"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["authority", "settings", "theme"])
def test_start_with_what_the_site_cannot_be_made_of_says_so_and_recovers(tmp_path, serve, page, name):
    """A page with the reason instead of the site; when it is mended the site comes by itself."""
    path, old, new, told = BREAKS[name]
    project = write_site(tmp_path)
    change(path, old, new)(project)
    server = serve(project)
    page.goto(server.url + FORUM_PAGE)
    expect(page.get_by_role("alert")).to_contain_text(told)
    assert server.ask(FORUM_PAGE).status == 503
    assert told in server.printed
    change(path, new, old)(project)
    expect(page.get_by_text("Text in en.")).to_be_visible()
    assert page.get_by_role("alert").count() == 0
    change(FORUM_FILE, "Text in en.", "Watched from now on.")(project)
    expect(page.get_by_text("Watched from now on.")).to_be_visible()
    assert "Traceback" not in server.printed


@pytest.mark.parametrize("name", ["authority", "publisher", "theme", "own template"])
def test_what_breaks_later_keeps_the_last_good_site(edited, page, name):
    """The open page stays with the reason on it, stories are shown as they are saved meanwhile, and mended is mended."""
    path, old, new, told = BREAKS.get(name, ("overrides/newsroom/templates/_card.html", "", "", "_card.html:2: "))
    project = edited.project
    restore(edited)
    page.goto(edited.url + "ru/news/2022/forum/")
    start = len(edited.printed)
    if old:
        change(path, old, new)(project)
    else:
        project.write(path, "{# own #}\n{% if %}\n")
    expect(page.get_by_role("alert")).to_contain_text(told)
    russian = "articles/2022/forum.ru.md"
    change(russian, "Text in ru", f"Meanwhile, Text in ru")(project)
    expect(page.get_by_text("Meanwhile, Text in ru.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text(told)
    if old:
        change(path, new, old)(project)
    else:
        (project.root / path).unlink()
    expect(page.get_by_role("alert")).to_have_count(0)
    change(russian, "Meanwhile, Text in ru", "Text in ru")(project)
    expect(page.get_by_text("Meanwhile")).to_have_count(0)
    assert told in edited.printed[start:]
    assert "Traceback" not in edited.printed


def test_page_that_cannot_be_made_says_why(tmp_path, serve):
    """A template that fails only when it is used is named in one line on the page; other pages are as they were."""
    project = write_site(tmp_path)
    server = serve(project)
    server.wait_for_page(FORUM_PAGE, "</h1>")
    project.write(OWN_TEMPLATE, "{{ view.nothing_such }}")
    server.wait(lambda: server.ask("en/404.html").status == 500, "the page that cannot be made")
    assert "the template not_found.html cannot make en/404.html: " in server.read("en/404.html")
    assert server.ask(FORUM_PAGE).status == 200
    assert "Traceback" not in server.printed


# ---------------------------------------------------------------- HTTP


def test_pages_files_and_their_types(shared):
    """Each kind of file comes with its own media type, and nothing is kept by the browser."""
    kinds = {
        "": "text/html", "kk/": "text/html", FORUM_PAGE: "text/html", "en/about/": "text/html", "kk/404.html": "text/html", "kk/index.html": "text/html",
        "kk/calendar.ics": "text/calendar", "kk/feed.xml": "application/xml", "kk/feed.json": "application/feed+json", "sitemap.xml": "application/xml", "robots.txt": "text/plain",
        "assets/newsroom/newsroom.css": "text/css", "assets/newsroom/newsroom.js": "text/javascript",
        "pictures/2022/forum/picture.png/2.jpg": "image/jpeg", "media/2023/meeting/plan.pdf": "application/pdf", "-/preview.js": "text/javascript", "-/preview.css": "text/css",
    }  # fmt: skip
    for path, kind in kinds.items():
        answer = shared.ask(path)
        assert (answer.status, answer.kind) == (200, kind), path
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_documents_come_as_they_are(shared):
    """Byte for byte."""
    assert shared.ask("media/2023/meeting/plan.pdf").content == (shared.project.root / "articles/2023/meeting/plan.pdf").read_bytes()


@pytest.mark.parametrize("path", ["nothing/", "en/nothing", "kk/news/2021/forum/", "zz/", "kk/feed.txt", "-/nothing", "media/2022/forum/none.png", "en/regions/none/", "news.html"])
def test_missing_page_is_a_404_with_the_page_of_its_language(shared, path):
    """Status 404, and for what is no file of the preview's own the same page as on the site."""
    answer = shared.ask(path)
    assert answer.status == 404
    language = path.partition("/")[0]
    if language in ("kk", "en"):
        assert SCRIPT.sub(b"", answer.content) == SCRIPT.sub(b"", shared.ask(f"{language}/404.html").content)
        assert f'<html lang="{language}"'.encode() in answer.content
    elif language != "-":
        assert SCRIPT.sub(b"", answer.content) == SCRIPT.sub(b"", shared.ask("404.html").content)


@pytest.mark.parametrize("path", ["kk", "en/news/2022/forum", "en/regions/south", "en/about", "kk/archive/2022", "%6Bk/archive"])
def test_folder_without_its_slash_leads_to_it(shared, path):
    """Relative links of the page need the slash."""
    answer = shared.ask(path)
    assert answer.status == 301
    assert answer.headers["location"] == f"/{unquote(path)}/"
    assert shared.ask(answer.headers["location"].removeprefix("/")).status == 200


@pytest.mark.parametrize("path", ["/evil.com/", "/evil.com/kk", "/evil.com/%2e%2e", "//evil.com/kk", "\\evil.com/kk", "%2Fevil.com/kk", "%5Cevil.com/kk", "kk/..//evil.com", "%09/evil.com/kk", "@evil.com/kk"])
def test_no_path_leads_to_another_host(shared, path):
    """No answer has a location that a browser would take for another host."""
    answer = shared.ask(path)
    assert answer.status in (400, 404)
    assert "location" not in answer.headers


def test_head_is_a_get_without_content(shared):
    """Same status and headers, no content, for pages, files and what is missing."""
    for path in (FORUM_PAGE, "kk/feed.xml", "pictures/2022/forum/picture.png/2.jpg", "nothing/", "kk"):
        head, full = shared.ask(path, method="HEAD"), shared.ask(path)
        assert head.content == b""
        assert head.status == full.status
        assert head.headers["content-length"] == str(len(full.content))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(shared, method):
    """A preview only shows."""
    assert shared.ask("kk/", method=method).status == 501


SECRET = "the secret of a file outside of the site"


WAYS_UP = ("../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..\\", "..%5c", "%252e%252e/", ".%00./", "..;/", "....//")


@pytest.mark.parametrize("step", WAYS_UP)
def test_no_path_leads_out_of_the_site(shared, step):
    """However the way up is written, no file of the project or the machine comes that the site does not have."""
    secret = shared.project.root / "secret.txt"
    secret.write_text(SECRET, "utf-8")
    for prefix in ("", "kk/", "media/2022/forum/", "assets/", "-/"):
        for depth in (1, 3, 6):
            for target in ("secret.txt", "mkdocs.yml", FORUM_FILE, str(secret).lstrip("/"), "etc/passwd"):
                answer = shared.ask(prefix + step * depth + target)
                assert answer.status in (400, 404)
                for mark in (SECRET, "plugins:", "regions:", "root:"):
                    assert mark.encode() not in answer.content


@pytest.mark.parametrize("path", ["secret.txt", "mkdocs.yml", FORUM_FILE, "docs/en/about.md", "overrides/main.html", ".newsroom/preview/store.sqlite", "/etc/passwd", "//etc/passwd", "%2Fetc%2Fpasswd", "C:/Windows/win.ini", "file:///etc/passwd", "kk/\0", "kk/%00", "%", "%zz", "?", "#", "kk/%ff%fe/", "kk/" + "a" * 60_000, "/".join("a" * 20_000)])
def test_odd_paths_find_nothing(shared, path):
    """Sources, absolute paths, NUL, bad escapes and very long paths are no pages, and do not disturb the server."""
    answer = shared.send(b"GET /" + path.encode() + f" HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\nConnection: close\r\n\r\n".encode())
    status = int(answer.split(b" ", 2)[1])
    assert status in (400, 404) or (path in ("?", "#") and status == 200)
    assert shared.ask("kk/").status == 200
    assert "Traceback" not in shared.printed


def test_too_long_a_request_is_refused(shared):
    """A line of more than 64 KiB is not read to its end."""
    answer = shared.send(b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] == b"414"


@pytest.mark.parametrize("host", ["evil.com", "evil.com:8000", "127.0.0.1.evil.com", "localhost.evil.com:80", "127.0.0.1@evil.com", "[::1]:8000", "0.0.0.0:8000", "127.0.0.1:8000:9", "192.168.0.1"])
def test_other_names_of_this_machine_are_refused(shared, host):
    """A page of another site, whose name was made to point here, reads nothing."""
    for path in ("kk/", "-/changes?after=1", "pictures/2022/forum/picture.png/2.jpg", "nothing"):
        answer = shared.ask(path, host=host)
        assert answer.status == 403
        assert b"<html" not in answer.content


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:8000", "LOCALHOST:80"])
def test_own_names_of_this_machine_are_answered(shared, host):
    """With any port: it may be forwarded."""
    assert shared.ask("kk/", host=host).status == 200


def test_request_without_a_host_is_refused(shared):
    """As one from another name."""
    assert shared.send(b"GET /kk/ HTTP/1.1\r\nConnection: close\r\n\r\n").split(b" ", 2)[1] == b"403"


@pytest.mark.parametrize("request_line", [b"GET http://evil.com/kk/ HTTP/1.1", b"GET http://[/ HTTP/1.1", b"GET kk/ HTTP/1.1", b"GET * HTTP/1.1", b"GET", b"", b"\x16\x03\x01\x02\x00", b"GET /-/changes?after=%C2%B2 HTTP/1.1"])
def test_odd_requests_do_not_disturb_the_server(shared, request_line):
    """What is no request for a path gets no page and leaves no traceback."""
    answer = shared.send(request_line + f"\r\nHost: 127.0.0.1:{shared.port}\r\nConnection: close\r\n\r\n".encode())
    assert b"md-content" not in answer
    assert shared.ask("kk/").status == 200
    assert "Traceback" not in shared.printed


def test_only_this_machine_can_ask(shared):
    """The port is open on the loopback address and on no other."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing, tells the address of this machine
        outer = probe.getsockname()[0]
    assert outer != "127.0.0.1"
    with pytest.raises(OSError):
        socket.create_connection((outer, shared.port), timeout=5)
    with socket.create_connection(("127.0.0.1", shared.port), timeout=SECONDS):
        pass


# ---------------------------------------------------------------- the browser


def test_pages_load_without_a_complaint(tmp_path, serve, page):
    """No console message, policy violation, failed request or other host, with the panel and without, also on the root and 404."""
    project = write_site(tmp_path)
    server = serve(project)
    complaints = Complaints(page, server.url)
    urls = ("?choose", FORUM_PAGE, "en/regions/south/", "en/about/", "en/404.html", "404.html")
    for url in ("", *urls):
        page.goto(server.url + url)
        page.wait_for_timeout(100)
    project.write("articles/2022/broken.kk.md", "no front matter\n")
    server.wait_for_line("broken.kk.md")
    for url in urls:
        page.goto(server.url + url)
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.get_by_role("alert").evaluate("element => getComputedStyle(element).position") == "fixed"
    assert complaints == []


def test_seven_open_pages_all_follow(tmp_path, serve, browser):
    """A browser opens six connections to a host; pages in the background take none of them away."""
    project = write_site(tmp_path)
    server = serve(project)
    context = browser.new_context()
    context.set_default_timeout(SECONDS * 1000)
    context.add_init_script("Object.defineProperty(document, 'hidden', {get: () => window.isHidden === true, configurable: true})")
    pages = [context.new_page() for _ in range(7)]
    for other in pages:
        other.goto(server.url + FORUM_PAGE)
        other.evaluate("window.isHidden = true; document.dispatchEvent(new Event('visibilitychange'))")
    change(FORUM_FILE, "Text in en.", "For all seven.")(project)
    server.wait_for_page(FORUM_PAGE, "For all seven.")
    for other in pages:
        other.evaluate("window.isHidden = false; document.dispatchEvent(new Event('visibilitychange'))")
        expect(other.get_by_text("For all seven.")).to_be_visible()
        other.evaluate("window.isHidden = true; document.dispatchEvent(new Event('visibilitychange'))")
    context.close()


def test_page_of_an_ended_preview_follows_the_next_one(tmp_path, serve, page):
    """An editor who starts the preview again on the same port need not load the page again."""
    project = write_site(tmp_path)
    first = serve(project)
    page.goto(first.url + FORUM_PAGE)
    port = str(first.port)
    first.process.send_signal(signal.SIGINT)
    first.process.wait(SECONDS)
    change(FORUM_FILE, "Text in en.", "Written between two previews.")(project)
    serve(project, "--port", port)
    expect(page.get_by_text("Written between two previews.")).to_be_visible()


# ---------------------------------------------------------------- the command


def run(project: SiteProject, *arguments: str) -> subprocess.CompletedProcess[str]:
    found = shutil.which("newsroom", path=str(Path(sys.executable).parent))
    assert found
    return subprocess.run([found, "serve", *arguments], cwd=project.root, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False, timeout=SECONDS)


def test_taken_port_is_one_clear_line(shared):
    """It names the port and the option; exit code 2; the preview that has the port goes on."""
    done = run(shared.project, "--port", str(shared.port))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"error: port {shared.port} is taken by another program; choose another one with --port\n"
    assert shared.ask("kk/").status == 200


def test_missing_settings_are_one_clear_line(tmp_path):
    """In a folder that is no project; exit code 2."""
    project = SiteProject(tmp_path)
    project.config_file.unlink()
    done = run(project)
    assert done.returncode == 2
    assert done.stderr.startswith("error: mkdocs.yml does not exist")
    assert done.stderr.count("\n") == 1


def test_free_port_is_that_of_all_addresses(shared):
    """With --port 0 the printed address, the canonical links, the feeds and the sitemap have the real port; docs and 404 too."""
    assert shared.port != 0
    assert f'<link rel="canonical" href="{shared.url}{FORUM_PAGE}">' in shared.read(FORUM_PAGE)
    for path in ("en/about/", "kk/feed.xml", "kk/feed.json", "sitemap.xml", "robots.txt"):
        assert shared.url in shared.read(path), path
    assert "news.example.org" not in "".join(shared.read(path) for path in (FORUM_PAGE, "en/about/", "en/404.html", "404.html", "", "kk/feed.xml", "sitemap.xml"))


def test_site_below_a_folder_of_its_host_is_shown_at_the_root(tmp_path, serve):
    """A project published at https://host/folder/ has its links and assets here without the folder, on the 404 page too."""
    project = write_site(tmp_path)
    project.site_url = "https://news.example.org/folder/"
    project.write_settings()
    server = serve(project)
    for path in ("en/404.html", "404.html", FORUM_PAGE, "en/about/"):
        assert "/folder/" not in server.read(path)
        assert server.ask(path).status == 200
    assert f'="{server.url}' in server.read(FORUM_PAGE)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl+C to a whole console")
@pytest.mark.parametrize(("name", "is_early"), [("SIGINT", False), ("SIGINT", True), ("SIGTERM", False), ("SIGHUP", False)])
def test_preview_ends_at_once_and_leaves_nothing(tmp_path, serve, page, name, is_early):
    """With Ctrl+C or its terminal, also at the start and while a page waits for changes; exit code 0, no traceback, no temporary file,
    nothing in the site folder."""
    project = write_site(tmp_path / "project")
    (temporary := tmp_path / "temporary").mkdir()
    server = serve(project, temporary=temporary)
    if not is_early:
        page.goto(server.url + "kk/")
    server.wait_for_line("reading")
    started = time.monotonic()
    server.process.send_signal(getattr(signal, name))
    assert server.process.wait(SECONDS) == 0
    assert time.monotonic() - started < 10
    server.close()
    assert server.printed.endswith("ended\n")
    assert "Traceback" not in server.printed
    assert not project.site.exists()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl+C to a whole console")
def test_ctrl_c_ends_the_first_reading_too(tmp_path, serve):
    """With workers busy on a thousand stories; exit code 0, no traceback."""
    project = write_site(tmp_path)
    for number in range(1000):
        project.write_story(Draft(f"story-{number}", "2022-01-01", ("kk",), bodies={"kk": "Мәтін. " * 300}))
    server = serve(project)
    server.wait_for_line("reading")
    time.sleep(0.7)
    assert "shows the site" not in server.printed
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(SECONDS) == 0
    assert "Traceback" not in server.printed


def test_browser_that_leaves_is_no_news(shared, browser):
    """Pages that are closed while they wait or load leave nothing in the terminal."""
    context = browser.new_context()
    context.new_page().goto(shared.url + FORUM_PAGE)
    context.close()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", shared.port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(f"GET /{FORUM_PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert shared.ask("kk/").status == 200
    assert "Traceback" not in shared.printed
    assert "Exception" not in shared.printed
