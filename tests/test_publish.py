"""What a build writes to the site folder: the pages that show what changed and no other, and never over what is not ours."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import filelock
import pytest

import newsroom.workspace
from newsroom.build import Summary
from newsroom.publish import Publisher
from site_factory import MANIFEST, PICTURE, ROOT, Changes, Draft, SiteProject, compare_trees, expand, read_tree, watch

INDEXES = "{index.html,2022/index.html}"
FEED = "feed.{json,xml}"
NINJS = "{feed.json,feed.xml,ninjs.json}"
"""The feeds of a language."""
PAGE = "{index.html,ninjs.json}"
"""What stands for one version of a story."""


@pytest.fixture
def project(tmp_path: Path) -> SiteProject:
    """A built site: `forum` of 2022 in three languages, and the older `pact` of 2021 in two, which links to it."""
    project = SiteProject(tmp_path / "project")
    project.write_story(make_forum())
    project.write_story(make_pact())
    project.build()
    return project


def make_forum() -> Draft:
    return Draft("forum", regions=["south"], unions=["miners"], people=["asanov"])


def make_pact() -> Draft:
    return Draft("pact", date="2021-02-01", languages=("kk", "ru"), kind="report", regions=["north"], bodies={"kk": "[Форум](../2022/forum.kk.md)"})


def rebuild(project: SiteProject) -> Changes:
    """What a build changes; the site is then what a clean build makes."""
    with watch(project.site) as changes:
        summary = project.build()
    assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []
    assert summary.written == len(set(changes.written) - {MANIFEST})
    assert summary.removed == len(changes.removed)
    return changes


def list_lists(language: str, *, story: str = "forum") -> list[str]:
    """Where a card of the story stands in a language, its own page not among them."""
    if story == "forum":
        return expand(
            f"{language}/index.html", f"{language}/{NINJS}", f"{language}/archive/2022/index.html",
            f"{language}/{{regions/south,unions/miners,kinds/news,people/asanov}}/{INDEXES}",
            f"{language}/{{regions/south,unions/miners,kinds/news}}/{FEED}",
        )  # fmt: skip
    return expand(
        f"{language}/index.html", f"{language}/{NINJS}", f"{language}/archive/2021/index.html",
        f"{language}/{{regions/north,kinds/report}}/{{index.html,2021/index.html,feed.json,feed.xml}}",
    )  # fmt: skip


# ---------------------------------------------------------------- exactly the pages that show it


def test_nothing_changed(project: SiteProject) -> None:
    """Without a change nothing is written: every file keeps its inode and its time."""
    changes = rebuild(project)
    assert (changes.written, changes.removed) == ([], [])


def test_sources_touched(project: SiteProject) -> None:
    """A new time on every source file alone writes nothing."""
    for path in project.root.rglob("*.*"):
        if "site" not in path.parts:
            path.touch()
    changes = rebuild(project)
    assert (changes.written, changes.removed) == ([], [])


def test_body_edited(project: SiteProject) -> None:
    """A new body is shown by one page, and its new words by the file of the search index that has what begins like them."""
    forum = make_forum()
    forum.bodies["ru"] = "Другой текст."
    project.write_story(forum)
    assert rebuild(project).written == ["ru/news/2022/forum/index.html", "ru/news/2022/forum/ninjs.json", "search/ru/index.json", "search/ru/w/5.bin", "search/ru/words.txt"]


def test_bodies_that_were_read_by_runs_that_did_not_publish(project: SiteProject) -> None:
    """A check, or a build that problems stopped, has read the new text; the next build still publishes it."""
    forum = make_forum()
    forum.bodies["ru"] = "Другой текст."
    project.write_story(forum)
    assert project.run("check").exit_code == 0
    forum.bodies["kk"] = "Басқа мәтін."
    project.write_story(forum)
    project.write("articles/2022/broken.kk.md", "")
    assert not isinstance(project.try_build(), Summary)
    (project.root / "articles/2022/broken.kk.md").unlink()
    assert rebuild(project).pages == expand(f"{{kk,ru}}/news/2022/forum/{PAGE}")
    assert rebuild(project).written == []


def test_body_edited_and_site_damaged(project: SiteProject) -> None:
    """With the text of one page the others are looked after too: one that was edited in the site folder, one that is gone."""
    forum = make_forum()
    forum.bodies["ru"] = "Другой текст."
    project.write_story(forum)
    (project.site / "kk/index.html").write_text("x")
    (project.site / "en/index.html").unlink()
    assert rebuild(project).pages == expand("{en,kk}/index.html", f"ru/news/2022/forum/{PAGE}")


def test_site_gone_after_a_build_that_was_killed(project: SiteProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """The killed build had marked every file as about to change: that nothing is remembered and nothing is there is not the same as
    nothing to do."""
    shutil.rmtree(project.site)
    with monkeypatch.context() as patched:
        patched.setattr(Publisher, "make_way", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            project.build()
    shutil.rmtree(project.site)
    assert "kk/index.html" in rebuild(project).written


@pytest.mark.parametrize("field", ["titles", "summaries"])
def test_title_or_summary_edited(project: SiteProject, field: str) -> None:
    """A new title or summary is shown by the story, its lists and feeds in its language; the title by the related story and the news sitemap too."""
    forum = make_forum()
    getattr(forum, field)["kk"] = "Жаңа форум"
    project.write_story(forum)
    changes = rebuild(project)
    others = ["kk/news/2021/pact/index.html", "sitemaps/news.xml", "cards/kk/2022/forum.png"] if field == "titles" else []
    assert changes.pages == sorted([*expand(f"kk/news/2022/forum/{PAGE}", *others), *list_lists("kk")])
    cards = ["search/kk/c/1.json"] if field == "titles" else []
    assert changes.search == [*cards, "search/kk/index.json", "search/kk/w/5.bin", "search/kk/words.txt"]
    assert changes.removed == []


def test_title_of_a_story_shown_in_another_language(project: SiteProject) -> None:
    """English pages show the Kazakh title of a story that has no English version, and change with it."""
    pact = make_pact()
    pact.titles["kk"] = "Жаңа келісім"
    project.write_story(pact)
    articles = expand(f"kk/news/2021/pact/{PAGE}", "{kk,en}/news/2022/forum/index.html", "cards/kk/2021/pact.png")
    assert rebuild(project).pages == sorted([*articles, *list_lists("kk", story="pact"), *list_lists("en", story="pact")])


def test_region_renamed(project: SiteProject) -> None:
    """A region's new name is shown where the region is named: its pages, its stories, the lists of regions, its successor."""
    project.authority["regions"]["north"]["names"]["ru"] = "Полярная область"
    project.write_authority()
    written = expand(
        "ru/index.html", "ru/regions/index.html", "ru/regions/north/{index.html,2021/index.html,calendar.ics,feed.json,feed.xml}", "ru/regions/south/index.html",
        "ru/archive/2021/index.html", "ru/kinds/report/{index.html,2021/index.html,feed.json,feed.xml}", f"ru/{NINJS}", f"ru/news/2021/pact/{PAGE}",
        "ru/search/index.html",
    )  # fmt: skip
    assert rebuild(project).pages == written


def test_union_renamed(project: SiteProject) -> None:
    """A union's new name is shown by its pages, its stories, the lists of unions, and the feeds that file stories under it."""
    project.authority["unions"]["miners"]["names"]["en"] = "Mine workers' union"
    project.write_authority()
    written = expand(
        "en/{index,search/index,unions/index}.html", f"en/news/2022/forum/{PAGE}", f"en/unions/miners/{INDEXES}", "en/unions/miners/calendar.ics",
        f"en/{{unions/miners,regions/south,kinds/news}}/{FEED}", f"en/{NINJS}",
    )  # fmt: skip
    assert rebuild(project).pages == written


def test_role_changed(project: SiteProject) -> None:
    """A person's new role is shown by the person's page, by the stories of its time and by the region whose centre it is in."""
    project.authority["people"]["asanov"]["roles"][0]["title"]["kk"] = "Төрайым"
    project.write_authority()
    assert rebuild(project).written == expand("kk/news/2022/forum/index.html", "kk/people/asanov/index.html", "kk/regions/south/index.html")


def test_alias_added(project: SiteProject) -> None:
    """One more spelling of a name changes no page; the search finds the stories by it."""
    project.authority["unions"]["miners"]["spellings"] = ["Горняки"]
    project.write_authority()
    assert rebuild(project).written == expand("search/{kk,ru,en}/{entities,index}.json", "search/en/w/6.bin", "search/kk/w/5.bin", "search/{kk,en}/words.txt")


def test_story_added(project: SiteProject) -> None:
    """A new story makes its pages and changes the lists of its year, the counts beside them, the feeds, the maps and its neighbour."""
    project.write_story(Draft("visit", date="2023-05-05", languages=("ru",), unions=["teachers"]))
    lists = "archive/index,archive/2021/index,archive/2022/index,archive/2023/index,index,kinds/index,search/index,unions/index"
    written = expand(
        f"ru/news/2023/visit/{PAGE}", f"{{kk,ru,en}}/{{{lists},unions/teachers/index,unions/teachers/2023/index}}.html", f"{{kk,ru,en}}/{NINJS}",
        "{kk,ru,en}/kinds/news/{index.html,2022/index.html,2023/index.html,feed.json,feed.xml}", "{kk,ru,en}/unions/teachers/feed.{json,xml}",
        "{kk,ru,en}/news/2022/forum/index.html", "{kk,ru}/news/2021/pact/index.html", "sitemap.xml", "sitemaps/{2023,news,sections-kk,sections-ru,sections-en}.xml", MANIFEST,
        "cards/ru/2023/visit.png",
    )  # fmt: skip
    assert rebuild(project).pages == written


def test_story_added_to_a_known_year(project: SiteProject) -> None:
    """A newer story of a year that has pages already also moves the dates in the maps."""
    project.write_story(Draft("visit", date="2022-12-31", languages=("ru",), kind="report"))
    changes = rebuild(project)
    assert {"sitemap.xml", "sitemaps/2022.xml", "sitemaps/sections-ru.xml"} <= set(changes.written)
    assert "<lastmod>2022-12-31</lastmod>" in (project.site / "sitemap.xml").read_text()
    assert "sitemaps/2021.xml" not in changes.written


def test_story_deleted(project: SiteProject) -> None:
    """A deleted story takes its pages, the pages of its year and the empty folders with it."""
    project.delete_story(make_pact())
    changes = rebuild(project)
    assert changes.removed == expand(
        f"{{kk,ru}}/news/2021/pact/{PAGE}", "{kk,ru,en}/{archive,regions/north,kinds/report}/2021/index.html", "search/{kk,ru}/{c/1.json,w/5.bin}", "sitemaps/2021.xml",
        "cards/{kk,ru}/2021/pact.png",
    )
    assert changes.pages == expand(
        f"{{kk,ru,en}}/{NINJS}", "{kk,ru,en}/{index,regions/index,kinds/index,search/index,archive/index,archive/2022/index}.html", MANIFEST,
        "{kk,ru,en}/{regions/north,kinds/report}/{index.html,feed.json,feed.xml}", "{kk,ru,en}/news/2022/forum/index.html", "sitemap.xml", "sitemaps/sections-{kk,ru,en}.xml",
    )  # fmt: skip
    assert not (project.site / "kk/news/2021").exists()


def test_translation_added_and_removed(project: SiteProject) -> None:
    """A new translation makes its page, and changes the other versions, what links to it and the lists of its language; and back."""
    pact = make_pact()
    pact.languages = ("kk", "ru", "en")
    project.write_story(pact)
    changed = ["{kk,ru}/news/2021/pact/index.html", "en/news/2022/forum/index.html", "sitemaps/2021.xml", MANIFEST]
    written = sorted([*expand(f"en/news/2021/pact/{PAGE}", "cards/en/2021/pact.png", *changed), *list_lists("en", story="pact")])
    assert rebuild(project).pages == written
    project.write_story(make_pact())
    changes = rebuild(project)
    assert changes.removed == ["cards/en/2021/pact.png", "en/news/2021/pact/index.html", "en/news/2021/pact/ninjs.json", "search/en/c/1.json", "search/en/w/5.bin"]
    assert changes.pages == [path for path in written if path not in changes.removed]


def test_link_target_gains_a_translation(project: SiteProject) -> None:
    """A page links to the reader's language as soon as the linked story has it."""
    forum, pact = make_forum(), make_pact()
    forum.languages = ("kk", "en")
    pact.bodies["ru"] = "[Форум](../2022/forum.kk.md)"
    project.write_story(forum)
    project.write_story(pact)
    project.build()
    page = project.site / "ru/news/2021/pact/index.html"
    assert 'href="../../../../kk/news/2022/forum/"' in page.read_text()
    project.write_story(make_forum())
    assert "ru/news/2021/pact/index.html" in rebuild(project).written
    assert 'href="../../../../kk/news/2022/forum/"' not in page.read_text()
    assert 'href="../../../../ru/news/2022/forum/"' in page.read_text()


def test_template_changed(project: SiteProject) -> None:
    """A project's own template is shown by all pages of its type, and by no other."""
    source = (ROOT / "scripts/newsroom/templates/period.html").read_text(encoding="utf-8")
    project.write("overrides/newsroom/templates/period.html", source + "<!-- ours -->\n")
    assert rebuild(project).written == expand(
        "{kk,ru,en}/archive/{2021,2022}/index.html", "{kk,ru,en}/{regions/north,kinds/report}/2021/index.html",
        "{kk,ru,en}/{regions/south,unions/miners,people/asanov,kinds/news}/2022/index.html",
    )  # fmt: skip


def test_attachments(project: SiteProject) -> None:
    """A picture and a document are published when a story uses them, again when they change, and go when it no longer does."""
    forum = make_forum()
    project.write("articles/2022/forum/photo.png", PICTURE)
    project.write("articles/2022/forum/pact.pdf", b"%PDF-1.4 one")
    project.write("articles/2022/forum/unused.pdf", b"%PDF-1.4")
    assert rebuild(project).written == []
    forum.bodies["kk"] = "![Отырыс](forum/photo.png)"
    forum.documents = ["pact.pdf"]
    project.write_story(forum)
    pages = expand("{kk,ru,en}/{news/2022/forum/index.html,documents/index.html,documents.json}", "kk/news/2022/forum/ninjs.json")
    assert rebuild(project).pages == sorted([*pages, *expand("media/2022/forum/pact.pdf", "pictures/2022/forum/photo.png/2.{avif,jpg}"), MANIFEST])
    project.write("articles/2022/forum/pact.pdf", b"%PDF-1.4 two")
    assert rebuild(project).written == ["media/2022/forum/pact.pdf"]
    project.write_story(make_forum())
    changes = rebuild(project)
    assert changes.pages == sorted([*pages, MANIFEST])
    assert changes.removed == expand("media/2022/forum/pact.pdf", "pictures/2022/forum/photo.png/2.{avif,jpg}")
    assert not (project.site / "media").exists() and not (project.site / "pictures").exists()


def test_package_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of a package that pages are made with counts as a new version of the program."""
    digest = newsroom.workspace.digest_program.__wrapped__
    before = digest()
    assert digest() == before
    monkeypatch.setattr(newsroom.workspace, "version", lambda name: "99" if name == "nh3" else importlib.metadata.version(name))
    assert digest() != before


# ---------------------------------------------------------------- a site that others changed


def edit_in_secret(path: Path) -> None:
    """Other content of the same size, under the same time."""
    status = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace_by_link(path: Path) -> None:
    target = path.with_name("moved.html")
    path.rename(target)
    path.symlink_to(target.name)


def replace_by_empty_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b"") and None,
    "edited in secret": edit_in_secret,
    "folder": replace_by_empty_folder,
    "dangling link": lambda path: (path.unlink(), path.symlink_to("nowhere")) and None,
    "folder deleted": lambda path: shutil.rmtree(path.parent),
}
PLACES = ("kk/news/2022/forum/index.html", "ru/feed.xml", "sitemaps/2021.xml", "kk/about/index.html", "assets/newsroom/newsroom.css", "pictures/2022/forum/photo.png/2.jpg", "cards/kk/2022/forum.png")


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_files_are_made_again(project: SiteProject, damage: Callable[[Path], None]) -> None:
    """A file that somebody deleted, edited or replaced is what it should be after the next build."""
    forum = make_forum()
    project.write("articles/2022/forum/photo.png", PICTURE)
    forum.bodies["kk"] = "![Отырыс](forum/photo.png)"
    project.write_story(forum)
    project.build()
    for place in PLACES:
        if (project.site / place).exists():
            damage(project.site / place)
    assert set(PLACES) <= set(rebuild(project).written)


def test_link_to_the_file_itself(project: SiteProject) -> None:
    """A link in a file's place is replaced by the file; where it leads is not written to."""
    path = project.site / "kk/index.html"
    content = path.read_bytes()
    replace_by_link(path)
    project.build()
    assert (path.is_symlink(), path.read_bytes()) == (False, content)
    assert path.with_name("moved.html").read_bytes() == content


def test_touched_files_are_not_written(project: SiteProject) -> None:
    """Another time on a file, as a copy or a checkout gives it, writes nothing."""
    copied = project.root / "copy"
    shutil.copytree(project.site, copied)
    shutil.rmtree(project.site)
    copied.rename(project.site)
    assert rebuild(project).written == []


def test_folder_with_files_in_the_place_of_a_page(project: SiteProject) -> None:
    """A folder that holds somebody's files is not taken away: the build stops before it changes anything."""
    page = project.site / "kk/news/2022/forum/index.html"
    page.unlink()
    page.mkdir()
    (page / "own.txt").write_text("own")
    project.write_story(Draft("visit", date="2023-01-01"))
    before = read_tree(project.site)
    stop_plainly(project, "a folder stands there")
    assert compare_trees(read_tree(project.site), before) in ([], [f"different: {MANIFEST}"])
    shutil.rmtree(page)
    rebuild(project)


def test_linked_folder(project: SiteProject) -> None:
    """Nothing is written or deleted behind a link to a folder elsewhere."""
    elsewhere = project.root / "elsewhere"
    (project.site / "kk/news/2021").rename(elsewhere)
    (project.site / "kk/news/2021").symlink_to(elsewhere)
    before = read_tree(elsewhere)
    project.delete_story(make_pact())
    assert project.run("build").exit_code == 0
    assert compare_trees(read_tree(elsewhere), before) == []
    project.write_story(make_pact())
    (elsewhere / "pact/index.html").write_text("own")
    site = read_tree(project.site)
    stop_plainly(project, "symbolic link")
    assert (elsewhere / "pact/index.html").read_text() == "own"
    assert compare_trees(read_tree(project.site), site) in ([], [f"different: {MANIFEST}"])


def test_file_becomes_folder_and_back(project: SiteProject) -> None:
    """A file of docs/ gives way to a folder of the same name, and the folder to a file."""
    project.write("docs/kk/plan", "text")
    project.build()
    (project.root / "docs/kk/plan").unlink()
    project.write("docs/kk/plan.md", "# Жоспар\n")
    assert rebuild(project).removed == ["kk/plan"]
    assert (project.site / "kk/plan/index.html").is_file()
    (project.root / "docs/kk/plan.md").unlink()
    project.write("docs/kk/plan", "text")
    assert rebuild(project).removed == ["kk/plan/index.html"]
    assert (project.site / "kk/plan").read_text() == "text"


# ---------------------------------------------------------------- what is not ours


OWN_FILES = ("CNAME", "own.html", "own/page.html", "kk/own.html", "kk/news/2021/pact/own.pdf", ".well-known/security.txt", ".newsroom-own")


def test_foreign_files_stay(project: SiteProject) -> None:
    """Files that others put into the site outlive every kind of build, byte for byte."""
    for name in OWN_FILES:
        path = project.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    project.delete_story(make_pact())
    for accident in (lambda: None, lambda: shutil.rmtree(project.find_state()), (project.site / MANIFEST).unlink, lambda: None):
        accident()
        project.write_story(Draft("visit", date="2023-01-01", titles={"kk": str(accident)}))
        assert project.run("build").exit_code == 0
        assert [(project.site / name).read_text() for name in OWN_FILES] == list(OWN_FILES)
    assert sorted(path.name for path in (project.site / "kk/news/2021/pact").iterdir()) == ["own.pdf"]
    assert not (project.site / "ru/news/2021").exists()


@pytest.mark.parametrize("damage", ["missing", "flipped", "cut"])
def test_list_of_files_damaged(project: SiteProject, damage: str) -> None:
    """Without a sound list of files the store knows which are ours, and the list is made anew."""
    path = project.site / MANIFEST
    content = path.read_bytes()
    path.unlink() if damage == "missing" else path.write_bytes(content[:-9] if damage == "cut" else content.replace(b"kk/feed.xml", b"kk/feet.xml"))
    project.delete_story(make_pact())
    assert "kk/news/2021/pact/index.html" in rebuild(project).removed


def test_store_deleted_and_story_removed(project: SiteProject) -> None:
    """The list of files in the site folder remembers the page of a story that no store knows."""
    shutil.rmtree(project.find_state())
    project.delete_story(make_pact())
    assert "kk/news/2021/pact/index.html" in rebuild(project).removed


def test_removal_that_was_killed(project: SiteProject) -> None:
    """The folder of a page that a killed build had deleted goes with the next build."""
    project.delete_story(make_pact())
    (project.site / "kk/news/2021/pact/index.html").unlink()
    shutil.rmtree(project.site / "ru/news/2021/pact")
    rebuild(project)


def test_leftovers_of_a_killed_build(project: SiteProject) -> None:
    """What a killed build left beside the site goes with the next one, even when that has nothing else to do."""
    (project.site / ".newsroom-new").mkdir()
    (project.site / ".newsroom-new/0").write_text("half")
    (project.site / f"{MANIFEST}.new").write_text("half")
    project.build()
    assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []


# ---------------------------------------------------------------- two builds at once


COMMANDS = {"newsroom": ("-c", "from newsroom.cli import main; main()"), "mkdocs": ("-m", "mkdocs")}


def start_build(project: SiteProject, command: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "NO_MKDOCS_2_WARNING": "1"}
    arguments = [sys.executable, *COMMANDS[command], "build", "--config-file", str(project.config_file)]
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_second_build_waits(project: SiteProject, command: str) -> None:
    """A build that finds another one at work says so in one line, waits, and goes on when that has ended."""
    project.write_story(Draft("visit", date="2023-01-01"))
    folder = project.find_state() if command == "newsroom" else project.root / ".newsroom"
    lock = filelock.FileLock(folder / ("lock" if command == "newsroom" else "host-build.lock"))
    with lock, start_build(project, command) as process:
        assert process.stderr is not None
        while "another build of this site is running; waiting for it" not in (line := process.stderr.readline()):
            assert line, "it did not wait"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        lock.release()
        assert (process.wait(60), "another build" in process.stderr.read()) == (0, False)
    assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []


@pytest.mark.parametrize("commands", [("newsroom",) * 3, ("mkdocs", "mkdocs", "newsroom")])
def test_builds_at_once(project: SiteProject, commands: tuple[str, ...]) -> None:
    """Builds that start together all end well, and leave what a clean build makes."""
    for turn in range(2):
        project.names = {code: f"Site {turn}" for code in project.languages}
        project.write_settings()
        processes = [start_build(project, command) for command in commands]
        for process in processes:
            errors = process.communicate()[1]
            assert process.returncode == 0, errors
        assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []


# ---------------------------------------------------------------- disks


def stop_plainly(project: SiteProject, message: str, *arguments: str) -> None:
    """The build stops with exit code 2 and one line of message."""
    result = project.run("build", "--quiet", *arguments)
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert result.output.startswith("error: ") and message in result.output


class Disk:
    """A small disk of its own, mounted in a folder."""

    def __init__(self, folder: Path, *, size_kilobytes: int = 8192) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._mount("-t", "tmpfs", "-o", f"size={size_kilobytes}k", "tmpfs")
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("mounting a disk needs root on Linux")

    def _mount(self, *arguments: str) -> None:
        subprocess.run(["mount", *arguments, str(self.folder)], check=True, capture_output=True)

    def fill(self, *, free_bytes: int = 0) -> None:
        """Leaves that much space and no more."""
        status = os.statvfs(self.folder)
        (self.folder / "filler").write_bytes(bytes(status.f_bavail * status.f_frsize - free_bytes))

    def empty(self) -> None:
        (self.folder / "filler").unlink()

    def forbid(self) -> None:
        self._mount("-o", "remount,ro")

    def allow(self) -> None:
        self._mount("-o", "remount,rw")

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@pytest.fixture
def make_disk(tmp_path: Path) -> Iterator[Callable[[Path], Disk]]:
    disks: list[Disk] = []

    def make(folder: Path) -> Disk:
        disks.append(Disk(folder))
        return disks[-1]

    yield make
    for disk in disks:
        disk.close()


@pytest.mark.parametrize("free_bytes", [0, 4096, 65536, 200_000])
def test_full_disk(project: SiteProject, tmp_path: Path, make_disk: Callable[[Path], Disk], free_bytes: int) -> None:
    """A build that the disk has no room for leaves the old site as it was, and succeeds when there is room."""
    disk = make_disk(tmp_path / "disk")
    site = disk.folder / "site"
    project.build(site=site)
    before = read_tree(site)
    change_every_page(project)
    disk.fill(free_bytes=free_bytes)
    stop_plainly(project, "the disk is full", "--site-dir", str(site))
    assert compare_trees(read_tree(site), before) == []
    disk.empty()
    project.build(site=site)
    assert compare_trees(read_tree(site), project.build_clean(tmp_path)) == []


def change_every_page(project: SiteProject) -> None:
    for code in project.names:
        project.names[code] += " +"
    project.write_settings()
    project.write_story(Draft("visit", date="2023-01-01"))


@pytest.mark.parametrize("free_bytes", [0, 4096, 16384])
def test_full_disk_of_the_store(project: SiteProject, make_disk: Callable[[Path], Disk], free_bytes: int) -> None:
    """A full disk under the project's own folder stops the build as plainly, whether or not there is a store yet."""
    shutil.rmtree(project.root / ".newsroom")
    disk = make_disk(project.root / ".newsroom")
    disk.fill(free_bytes=free_bytes)
    before = read_tree(project.site)
    stop_plainly(project, "the disk is full")
    disk.empty()
    project.build()
    assert compare_trees(read_tree(project.site), before) == []
    change_every_page(project)
    disk.fill(free_bytes=free_bytes)
    stop_plainly(project, "the disk is full")
    found = read_tree(project.site)
    disk.empty()
    is_new = compare_trees(found, project.build_clean(project.root)) == []  # when the room was enough for all but the last step
    assert is_new or compare_trees(found, before) == []
    rebuild(project)


def test_read_only_site(project: SiteProject, tmp_path: Path, make_disk: Callable[[Path], Disk]) -> None:
    """A site folder that cannot be written is named; a build with nothing to write does not mind."""
    disk = make_disk(tmp_path / "disk")
    site = disk.folder / "site"
    project.build(site=site)
    before = read_tree(site)
    disk.forbid()
    assert "0 files written" in project.run("build", "--site-dir", str(site)).output
    change_every_page(project)
    stop_plainly(project, "read-only", "--site-dir", str(site))
    stop_plainly(project, "read-only", "--site-dir", str(disk.folder / "new"))
    assert compare_trees(read_tree(site), before) == []
    disk.allow()
    project.build(site=site)
    assert compare_trees(read_tree(site), project.build_clean(tmp_path)) == []


def test_read_only_store(project: SiteProject, make_disk: Callable[[Path], Disk]) -> None:
    """A project folder that cannot be written is named."""
    shutil.rmtree(project.root / ".newsroom")
    disk = make_disk(project.root / ".newsroom")
    disk.forbid()
    stop_plainly(project, "read-only")
    disk.allow()
    project.build()
    change_every_page(project)
    disk.forbid()
    stop_plainly(project, "read-only")
    disk.allow()
    rebuild(project)


def test_file_in_the_place_of_a_folder(project: SiteProject) -> None:
    """A file where the site or the store should be, or a folder of the site, is named and left alone."""
    taken = project.write("taken", "own")
    stop_plainly(project, "a file stands where a folder is needed", "--site-dir", str(taken))
    stop_plainly(project, "a file stands where a folder is needed", "--site-dir", str(taken / "site"))
    assert taken.read_text() == "own"
    shutil.rmtree(project.site / "kk/news")
    (project.site / "kk/news").write_text("own")
    stop_plainly(project, "a file stands where a folder is needed")
    assert (project.site / "kk/news").read_text() == "own"
    (project.site / "kk/news").unlink()
    shutil.rmtree(project.root / ".newsroom")
    project.write(".newsroom", "own")
    stop_plainly(project, "a file stands where a folder is needed")
    (project.root / ".newsroom").unlink()
    rebuild(project)
