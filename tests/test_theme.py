"""MkDocs and Material as the frame: configuration, shells, the pages of docs/, the plugin."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.exceptions import Abort

from newsroom.languages import STRINGS_FOLDER, load_languages
from newsroom.render import SiteNames
from newsroom.shell import ShellError
from newsroom.theme import GHOST_FOLDER, HostError, Theme, build_host, create_frame, find_documents, language_config, load_config

ROOT = Path(__file__).parent.parent
LANGUAGES = ("kk", "ru", "en")
DEPTHS = (1, 2, 3, 4, 5, None)

ENGLISH = re.compile(r"\b(?:menu|close|skip|content|choose|language|home|regions|unions|people|archive|about|send|guide|footer|header|navigation|search)\b", re.IGNORECASE)  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """A copy of the project's own site."""
    for name in ("docs", "overrides", "articles"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def open_theme(project: Path, **options) -> Theme:
    config = load_config(project / "mkdocs.yml")
    languages = load_languages(LANGUAGES, folders=[STRINGS_FOLDER])
    documents = find_documents(Path(config.docs_dir), languages=LANGUAGES)
    frames = {}
    for code, language in languages.items():
        names = SiteNames(config.plugins["newsroom"].config.names[code], f"Tom & <b>{code}</b>")
        frames[code] = create_frame(language, names, documents=documents)
    return Theme(config, frames, default_language="kk", **options)


def fill(shell, section: str = "") -> str:
    return shell.fill(title="T", head="", switch="<nav>switch</nav>", content="<p>C</p>", section=section)


@pytest.fixture(scope="module")
def pages():
    """A filled shell of every language and depth."""
    theme = open_theme(ROOT)
    return {(code, depth): fill(theme.render_shell(code, depth=depth)) for code in LANGUAGES for depth in DEPTHS}


@pytest.fixture(scope="module")
def staging(tmp_path_factory):
    """The pages of the project's docs/ and the theme's files, as build_host leaves them."""
    folder = tmp_path_factory.mktemp("staging")
    build_host(load_config(ROOT / "mkdocs.yml"), folder, open_theme(ROOT))
    return folder


def list_links(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]*)"', html)


def remove_code(html: str) -> str:
    """What a reader sees or hears: no head, no class names, addresses and drawings."""
    body = re.sub(r"<svg.*?</svg>", "", html[html.index("<body") :], flags=re.DOTALL)
    return re.sub(r' (?:class|id|href|src|data-[a-z-]+|dir|type|lang|hreflang|popover\w*|target|action|role|name|enterkeyhint|autocomplete|aria-keyshortcuts)="[^"]*"| popover\b|</?\w+', "", body)


# ---------------------------------------------------------------- configuration


def test_config_of_the_project_loads():
    """The project's own mkdocs.yml is valid, down to the plugin's options."""
    options = load_config(ROOT / "mkdocs.yml").plugins["newsroom"].config
    assert options.languages == list(LANGUAGES)
    assert set(options.names) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("theme:", "theme: [", "mkdocs.yml"),
        ("default_language: kk", "default_language: de", '"de" is not in languages'),
        ("ru: Новости ФПРК", "uz: Yangiliklar", "give the site's name in ru"),
        ("languages: [kk, ru, en]", "languages: kk", "Plugin 'newsroom' option 'languages'"),
        ("docs_dir: docs", "docs_dir: nothing", "nothing"),
        ("- newsroom:", "- newsrom:", '"newsrom" plugin is not installed'),
    ],
)
def test_config_fault_is_told_plainly(project, old, new, message):
    """A wrong mkdocs.yml gives a message that names the fault, not a traceback."""
    path = project / "mkdocs.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(HostError) as caught:
        load_config(path)
    assert message in str(caught.value)


def test_missing_config_file_is_named(tmp_path):
    """A wrong path is told as such."""
    with pytest.raises(HostError, match="does not exist"):
        load_config(tmp_path / "mkdocs.yml")


def test_config_without_the_plugin_is_told(project):
    """Without the plugin nothing of ours would run; the message says what to write."""
    path = project / "mkdocs.yml"
    path.write_text(re.sub(r"plugins:\n(?:  .*\n)+", "plugins: []\n", path.read_text("utf-8")), "utf-8")
    with pytest.raises(HostError, match="add `- newsroom` to plugins"):
        load_config(path)


def test_unknown_option_is_reported(project, caplog):
    """A misspelt option of the plugin does not pass in silence."""
    path = project / "mkdocs.yml"
    path.write_text(path.read_text("utf-8").replace("publisher: fturk", "publihser: fturk"), "utf-8")
    load_config(path)
    assert "publihser" in caplog.text


def test_language_config_leaves_the_shared_one_alone():
    """Each language has its own theme settings; nothing of one language leaks into another."""
    config = load_config(ROOT / "mkdocs.yml")
    english = language_config(config, "en", site_name="News")
    assert (english.theme["language"], english.site_name) == ("en", "News")
    assert (config.theme["language"], config.site_name) == ("kk", "ҚРКФ жаңалықтары")
    assert english.plugins is config.plugins


# ---------------------------------------------------------------- shells


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("depth", DEPTHS)
def test_shell_speaks_its_language(pages, language, depth):
    """<html lang> is right, and no English word stands in a Kazakh or Russian interface, attributes included."""
    page = pages[language, depth]
    assert f'<html lang="{language}"' in page
    found = set(map(str.lower, ENGLISH.findall(remove_code(page))))
    assert not found if language != "en" else len(found) > 5


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_links_of_a_shell_hold_at_any_url_of_its_depth(pages, depth):
    """Every link climbs to the root first, so the shell serves all folders of its depth."""
    links = [link for link in list_links(pages["ru", depth]) if not link.startswith("#")]
    assert "../" * depth + "ru/regions/" in links
    assert "../" * depth + "?choose" in links
    assert all(re.match(rf"(?:\.\./){{{depth}}}(?!\.\./)", link) for link in links)
    assert GHOST_FOLDER not in pages["ru", depth]


def test_shell_without_depth_links_from_the_root(pages):
    """404.html is shown at any address, so its links start at the root of the site."""
    links = list_links(pages["kk", None])
    assert "/kk/regions/" in links and "/?choose" in links
    assert all(link.startswith(("/", "#")) for link in links)


def test_shell_without_depth_knows_the_sites_folder(project):
    """A site that is published in a folder of its host has that folder in the links of 404.html."""
    path = project / "mkdocs.yml"
    path.write_text(path.read_text("utf-8").replace("https://news.example.org/", "https://news.example.org/media/"), "utf-8")
    links = list_links(fill(open_theme(project).render_shell("kk", depth=None)))
    assert "/media/kk/" in links
    assert all(link.startswith("/media/") for link in links)


def test_shell_shows_sections_documents_and_feeds(pages):
    """Header and footer lead to every section, the pages of docs/ and the feeds of the page's own language."""
    links = set(list_links(pages["en", 1]))
    wanted = ("", "regions/", "unions/", "people/", "kinds/", "archive/", "about/", "guide/", "send-news/", "feed.xml", "feed.json")
    assert {f"../en/{name}" for name in wanted} <= links
    assert '<form class="nr-search" role="search" action="../en/search/"' in pages["en", 1]
    assert not any(link.startswith(("../kk/", "../ru/")) for link in links)


def test_section_is_marked_in_the_navigation():
    """The navigation shows the reader's place."""
    page = fill(open_theme(ROOT).render_shell("en", depth=2), "unions")
    assert re.findall(r'<a href="([^"]*)" aria-current', page) == ["../../en/unions/"]


def test_texts_are_escaped(pages):
    """A name with HTML in it is shown as written: MkDocs' own templates do not escape."""
    assert "Tom &amp; &lt;b&gt;kk&lt;/b&gt;" in pages["kk", 1]
    assert "<b>kk</b>" not in pages["kk", 1]


def test_shell_has_no_inline_script_or_style(pages):
    """A strict policy stands before everything that it governs, and has nothing to make an exception for."""
    page = pages["kk", 3]
    assert "script-src 'self'; style-src 'self';" in page
    assert page.index("Content-Security-Policy") < page.index("<link") < page.index("<script")
    assert not re.search(r"<style| style=|<script(?![^>]* src=)| on[a-z]+=", page)


def test_skip_link_reaches_the_content(pages):
    """The first link of a page jumps over the header."""
    body = pages["kk", 2].partition("<body")[2]
    target = list_links(body)[0]
    assert target.startswith("#") and f'id="{target[1:]}"' in body
    assert 'class="md-skip"' in body


def test_shell_is_the_same_every_time():
    """Two runs give the same shells, so that an unchanged site stays unchanged."""
    first, second = (open_theme(ROOT).render_shell("kk", depth=2) for _ in range(2))
    assert first == second


def test_lost_slot_stops_the_build(project):
    """A change of the templates that loses a slot is told at once, with the slot's name."""
    path = project / "overrides" / "partials" / "header.html"
    path.write_text(path.read_text("utf-8").replace("{{ newsroom.switch }}", ""), "utf-8")
    with pytest.raises(ShellError, match="slot switch"):
        open_theme(project).render_shell("kk", depth=1)


def test_broken_template_is_told_with_its_line(project):
    """A fault of overrides/ is told with file and line, as a fault of the theme."""
    path = project / "overrides" / "partials" / "footer.html"
    path.write_text("<footer>\n{% if %}\n", "utf-8")
    with pytest.raises(ShellError, match=r"footer\.html:2: "):
        open_theme(project).render_shell("kk", depth=1)


def test_shell_of_a_preview_allows_the_reload_script():
    """Preview pages allow the reload script of mkdocs serve; published ones do not."""
    page = fill(open_theme(ROOT, is_preview=True).render_shell("kk", depth=1))
    assert "script-src 'self' 'unsafe-inline'" in page


# ---------------------------------------------------------------- pages of docs/


def test_documents_are_found_with_their_titles(project):
    """Titles come from front matter or the first heading; index pages are the newsroom's own."""
    folder = project / "docs" / "en"
    (folder / "index.md").write_text("# Not ours\n")
    (folder / "law").mkdir()
    (folder / "law" / "code.md").write_text("---\ntitle: Labour Code\n---\nText\n")
    found = {document.name: document for document in find_documents(project / "docs", languages=("en",))}
    assert sorted(found) == ["about", "guide", "law/code", "send-news"]
    assert (found["law/code"].title, found["law/code"].url, found["law/code"].path) == ("Labour Code", "en/law/code/", "en/law/code.md")
    assert found["guide"].title == "How the site is organized"


@pytest.mark.parametrize("language", LANGUAGES)
def test_document_is_in_its_language(staging, language):
    """A page of docs/ has the interface of its folder's language."""
    page = (staging / language / "about" / "index.html").read_text("utf-8")
    assert f'<html lang="{language}"' in page
    assert '<a href="../regions/">' in page
    assert re.findall(r'<a href="([^"]*)" aria-current="page"', page) == ["./"]


def test_headings_of_documents_have_ids_that_say_something(staging):
    """Cyrillic headings too: a link to one can be written by hand."""
    page = (staging / "kk" / "guide" / "index.html").read_text("utf-8")
    assert re.findall(r'<h2 id="([^"]*)"', page) == ["bolimder", "tilder", "kunder-men-sandar", "zhanalyqtar-arnalary"]


def test_document_leads_to_its_other_versions(staging):
    """The language switch goes to the same page; the head names every version and a default."""
    page = (staging / "ru" / "guide" / "index.html").read_text("utf-8")
    switch = re.search(r'<nav class="nr-switch".*?</nav>', page, re.DOTALL).group()
    assert list_links(switch) == ["../../kk/guide/", "../../ru/guide/", "../../en/guide/"]
    assert switch.count('target="_self"') == 3
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)"', page))
    base = "https://news.example.org"
    assert alternates == {"kk": f"{base}/kk/guide/", "ru": f"{base}/ru/guide/", "en": f"{base}/en/guide/", "x-default": f"{base}/kk/guide/"}
    assert f'<link rel="canonical" href="{base}/ru/guide/">' in page


def test_document_without_a_version_leads_to_the_home_page(project):
    """Where a language lacks the page, the switch goes to its home, and the head does not name it."""
    (project / "docs" / "kk" / "guide.md").unlink()
    build_host(load_config(project / "mkdocs.yml"), project / "out", open_theme(project))
    page = (project / "out" / "ru" / "guide" / "index.html").read_text("utf-8")
    switch = re.search(r'<nav class="nr-switch".*?</nav>', page, re.DOTALL).group()
    assert list_links(switch)[0] == "../../kk/"
    assert set(re.findall(r'hreflang="([^"]*)" href="https', page)) == {"ru", "en", "x-default"}


def test_documents_title_is_text(project):
    """HTML and entities of a title reach <title> and the heading as text."""
    (project / "docs" / "en" / "heading.md").write_text("# Pay & <i>work</i>\n")
    (project / "docs" / "en" / "field.md").write_text("---\ntitle: <script>run()</script>\n---\nText\n")
    build_host(load_config(project / "mkdocs.yml"), project / "out", open_theme(project))
    assert "<title>Pay &amp; work – FTURK News</title>" in (project / "out/en/heading/index.html").read_text("utf-8")
    page = (project / "out/en/field/index.html").read_text("utf-8")
    assert "<h1>&lt;script&gt;run()&lt;/script&gt;</h1>" in page
    assert "<script>run" not in page


def test_document_has_the_policy(staging):
    """Pages of docs/ carry the same policy as articles."""
    for path in staging.rglob("*.html"):
        page = path.read_text("utf-8")
        assert page.count("Content-Security-Policy") == 1
        assert "script-src 'self';" in page


def test_staging_has_only_what_pages_load(staging):
    """No search files, scripts of Material, source maps, sitemap or 404 page of MkDocs."""
    names = {path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()}
    assert {"assets/newsroom/newsroom.css", "assets/newsroom/newsroom.js", "kk/about/index.html"} <= names
    assert not [name for name in names if name.endswith((".map", ".xml", ".gz", ".py")) or name.startswith(("assets/javascripts", "handbook", "404"))]
    assert not (staging / "index.html").exists()


def test_own_strings_and_templates_are_not_published(project):
    """What a project writes in overrides/newsroom/ is for the generator, not for readers; its other files are published."""
    for name in ("newsroom/strings/kk.yml", "assets/javascripts/own.js"):
        (project / "overrides" / name).parent.mkdir(parents=True, exist_ok=True)
        (project / "overrides" / name).write_text("# own\n")
    build_host(load_config(project / "mkdocs.yml"), project / "out", open_theme(project))
    assert (project / "out" / "assets" / "javascripts" / "own.js").is_file()
    assert not (project / "out" / "newsroom").exists()


def test_build_host_leaves_the_site_alone(project):
    """docs/ is rendered into the staging folder only; the published site is never emptied."""
    (project / "site").mkdir()
    (project / "site" / "kept.html").write_text("kept")
    config = load_config(project / "mkdocs.yml")
    build_host(config, project / "out", open_theme(project))
    assert [path.name for path in (project / "site").iterdir()] == ["kept.html"]
    assert config.site_dir == str(project / "site")


def test_fault_in_docs_is_told_plainly(project):
    """A page of docs/ that cannot be read gives a message with its path."""
    (project / "docs" / "kk" / "about.md").write_bytes(b"# \xff\n")
    with pytest.raises(HostError, match=r"kk/about\.md"):
        build_host(load_config(project / "mkdocs.yml"), project / "out", open_theme(project))


# ---------------------------------------------------------------- plugin


@pytest.fixture
def run_mkdocs(project):
    """`run_mkdocs("build")` does in the project what that command of MkDocs does; a preview's site goes to preview/.

    Calling it again with "serve" is the rebuild of a preview that goes on.
    """
    started = []

    def run(command: str) -> None:
        is_preview = command == "serve"
        config = load_config(project / "mkdocs.yml", site_dir=project / "preview" if is_preview else None)
        if command not in started:
            config.plugins.on_startup(command=command, dirty=False)
            started.append(command)
        build(config, serve_url="http://127.0.0.1:8000/" if is_preview else None)
        assert config.site_dir == str(project / ("preview" if is_preview else "site"))

    return run


def break_article(project: Path) -> Path:
    path = sorted((project / "articles").glob("20*/*.md"))[0]
    path.write_text("no front matter\n", "utf-8")
    return path


def read_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_mkdocs_build_makes_the_whole_site(project, run_mkdocs):
    """mkdocs build gives articles, lists and the pages of docs/, not docs/ alone."""
    run_mkdocs("build")
    names = set(read_files(project / "site"))
    assert {"index.html", "kk/index.html", "ru/regions/index.html", "en/about/index.html", "404.html", "sitemap.xml"} <= names
    assert any(re.fullmatch(r"kk/news/\d+/[a-z0-9-]+/index\.html", name) for name in names)


def test_mkdocs_build_stops_before_it_empties_anything(project, run_mkdocs, capsys):
    """Problems in articles are printed once, the exit code is 1, and the published site stays as it was."""
    run_mkdocs("build")
    before = read_files(project / "site"), read_files(project / ".newsroom" / "host-build")
    path = break_article(project)
    capsys.readouterr()
    with pytest.raises(Abort) as caught:
        run_mkdocs("build")
    assert caught.value.exit_code == 1
    printed = capsys.readouterr().err + str(caught.value)
    assert printed.count(f"{path.relative_to(project).as_posix()}:1:1: ") == 1
    assert (read_files(project / "site"), read_files(project / ".newsroom" / "host-build")) == before


def test_mkdocs_serve_keeps_the_last_good_site(project, run_mkdocs, caplog):
    """In a preview problems are shown and nothing is published; the next good state is."""
    run_mkdocs("serve")
    before = read_files(project / "preview")
    assert b"'unsafe-inline'" in before["kk/about/index.html"] and b"'unsafe-inline'" in before["kk/index.html"]
    path = break_article(project)
    run_mkdocs("serve")
    assert f"{path.relative_to(project).as_posix()}:1:1: " in caplog.text
    assert read_files(project / "preview") == before
    shutil.copy(ROOT / path.relative_to(project), path)
    with open(project / "docs" / "kk" / "about.md", "a", encoding="utf-8") as file:
        file.write("\nЖаңа сөйлем.\n")
    run_mkdocs("serve")
    assert "Жаңа сөйлем." in (project / "preview" / "kk" / "about" / "index.html").read_text("utf-8")


def test_mkdocs_serve_starts_with_a_broken_article(project, run_mkdocs):
    """A preview that begins with problems waits for them to be mended."""
    path = break_article(project)
    run_mkdocs("serve")
    assert not (project / "preview" / "kk").exists()
    shutil.copy(ROOT / path.relative_to(project), path)
    run_mkdocs("serve")
    assert (project / "preview" / "kk" / "index.html").is_file()


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve_folder):
    """Pages of docs/ and filled shells on a loopback host."""
    folder = tmp_path_factory.mktemp("site")
    theme = open_theme(ROOT)
    build_host(load_config(ROOT / "mkdocs.yml"), folder, theme)
    head = '<link rel="alternate" hreflang="kk" href="https://news.example.org/kk/"><link rel="alternate" type="application/atom+xml" href="https://news.example.org/kk/feed.xml"><script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    switch = '<nav class="nr-switch" aria-label="x"><ul><li><a href="../kk/" target="_self">kk</a></li></ul></nav>'
    for code in LANGUAGES:
        page = theme.render_shell(code, depth=1).fill(title="T", head=head, switch=switch, content="<h1>T</h1>", section="home")
        (folder / code / "index.html").write_text(page, "utf-8")
    return serve_folder(folder)


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["kk/", "ru/about/", "en/guide/"])
def test_page_loads_without_a_complaint(browser, site, path, width):
    """No console message, no failed request, no other host, no sideways scrolling."""
    complaints = []
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("request", lambda request: None if request.url.startswith(site.url) else complaints.append(request.url))
    page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)
    page.goto(site.url + path, wait_until="networkidle")
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".nr-nav__sections").is_visible() == (width == 1280)
    page.close()


def test_menu_opens_by_keyboard_and_closes_with_escape(browser, site):
    """On a phone's width the keyboard reaches the menu, opens it, moves inside and leaves it."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(site.url + "kk/")
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "nr-menu":
            break
    page.keyboard.press("Enter")
    assert page.locator(".nr-nav__sections").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.pathname") == "/kk/"
    page.keyboard.press("Escape")
    assert not page.locator(".nr-nav__sections").is_visible()
    assert page.evaluate("document.activeElement.className") == "nr-menu"
    page.close()


def test_menu_works_by_touch(browser, site):
    """A tap opens the menu, a tap beside it closes it and does nothing else, a tap on a link follows it."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(site.url + "ru/")
    page.locator(".nr-menu").tap()
    assert page.locator(".nr-nav__sections").is_visible()
    x, y = (page.locator(".nr-footer a").first.bounding_box()[side] for side in ("x", "y"))
    page.touchscreen.tap(x + 5, y + 5)
    assert not page.locator(".nr-nav__sections").is_visible()
    assert page.url == site.url + "ru/"
    page.locator(".nr-menu").tap()
    page.locator(".nr-nav__documents a").first.tap()
    page.wait_for_url("**/ru/about/")
    context.close()
