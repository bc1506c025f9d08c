"""The command `newsroom` as people run it: build, check and new, sound and broken projects, terminals and pipes."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_site import ROOT, STORY, break_site, check_text, copy_small_site, run_newsroom, write_file

from newsroom.cli import main
from newsroom.frontmatter import load_yaml, split_article
from newsroom.skeleton import make_story

NEWSROOM = ("-c", "from newsroom.cli import main; main(prog_name='newsroom')")
PYTHON = re.compile(r"Traceback|NoneType|<class|\b(?:dict|None)\b|\b(?!Error\b)[A-Z]\w+Error\b")


@pytest.fixture
def site(tmp_path) -> Path:
    return copy_small_site(tmp_path / "site")


def read_tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Path of each file -> its bytes and the nanosecond of its last change."""
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*")) if path.is_file()}


def run_process(site: Path, *arguments: str | bytes, **options) -> subprocess.CompletedProcess[str]:
    """newsroom in a process of its own, without a terminal."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), **options.pop("environment", {})}
    command = [sys.executable, *NEWSROOM, *arguments]
    return subprocess.run(command, cwd=site, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=120, **options)


# ---------------------------------------------------------------- build


def test_a_broken_build_leaves_the_site_alone(site):
    """With five broken files the build names all five, ends with 1, and not a byte or a time of the old site changes; mended, it
    builds."""
    assert run_newsroom(site, "build").exit_code == 0
    before = read_tree(site / "site")
    sound = {path: path.read_bytes() for path in site.glob("articles/**/*.*")}
    for path, content in {
        "articles/2021/weavers-agreement.ru.md": "---\ntitle: Договор: подписан\noriginal: kk\n---\n\nТекст.\n",
        "articles/2022/bakers-forum.kk.md": "---\ntitle: Форум\noriginal: ru\nkind: statement\n---\n\nМәтін [сілтеме](жоқ.kk.md).\n",
        "articles/2022/open-letter.en.md": "",
        "articles/2022/new.en.md": STORY.replace("2023-05-01", "2022-02-30"),
        "articles/authority/people.yml": "aigul-synaqova:\n  nmaes: {}\n",
    }.items():
        write_file(site, path, content)
    (site / "docs" / "en" / "about.md").write_text("# Changed\n", encoding="utf-8")
    result = run_newsroom(site, "build")
    assert result.exit_code == 1
    assert result.stderr.endswith("in 5 files\nThe site was not changed.\n")
    assert {line.partition(":")[0] for line in result.stderr.split("\n") if re.match(r"articles/.*:\d+:\d+: ", line)} == {
        "articles/2021/weavers-agreement.ru.md", "articles/2022/bakers-forum.kk.md", "articles/2022/open-letter.en.md", "articles/2022/new.en.md",
        "articles/authority/people.yml",
    }  # fmt: skip
    assert PYTHON.findall(result.stderr) == []
    assert read_tree(site / "site") == before
    for path in site.glob("articles/**/*.*"):
        path.write_bytes(sound[path]) if path in sound else path.unlink()
    assert run_newsroom(site, "build").exit_code == 0
    after = read_tree(site / "site")
    assert {path for path in before.keys() | after.keys() if before.get(path, ("",))[0] != after.get(path, ("",))[0]} >= {"en/about/index.html"}
    assert (site / "site" / "en" / "about" / "index.html").read_text(encoding="utf-8").count("Changed") >= 1


def test_a_first_build_with_problems_makes_no_site(site):
    """Where there was no site, there is none."""
    write_file(site, "articles/2022/broken.en.md", "Text.\n")
    assert run_newsroom(site, "build").exit_code == 1
    assert not (site / "site").exists()


def test_a_site_without_stories_is_built(site):
    """An empty newsroom has all its pages, says in each language that there is nothing yet, and builds the same again."""
    for path in [*site.glob("articles/20*/*.md"), *site.glob("articles/20*/*/*")]:
        path.unlink()
    assert check_text(site) == "no problems found\n"
    result = run_newsroom(site, "build")
    assert result.exit_code == 0 and "0 stories, 0 articles" in result.stdout
    for language, text in (("kk", "Әзірге материал жоқ"), ("ru", "Материалов пока нет"), ("en", "No stories yet")):
        for page in ("", "archive/", "regions/lake/", "unions/weavers/", "kinds/news/"):
            assert text in (site / "site" / language / page / "index.html").read_text(encoding="utf-8"), (language, page)
        assert json.loads((site / "site" / language / "feed.json").read_bytes())["items"] == []
        ElementTree.parse(site / "site" / language / "feed.xml")
    before = read_tree(site / "site")
    assert run_newsroom(site, "build").exit_code == 0
    assert read_tree(site / "site") == before


def test_quiet_prints_problems_only(site):
    """--quiet says nothing of a success, and all of a failure."""
    result = run_newsroom(site, "build", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    write_file(site, "articles/2022/broken.en.md", "Text.\n")
    result = run_newsroom(site, "build", "--quiet")
    assert result.exit_code == 1 and "no-front-matter" in result.stderr


def test_check_changes_nothing(site):
    """Neither a sound nor a broken project gets or loses a file by a check, but for the generator's own folder."""
    for content in (STORY, "Text.\n"):
        write_file(site, "articles/2023/new.en.md", content)
        before = read_tree(site)
        run_newsroom(site, "check")
        after = read_tree(site)
        assert {path: value for path, value in after.items() if not path.startswith(".newsroom/")} == {path: value for path, value in before.items() if not path.startswith(".newsroom/")}


# ---------------------------------------------------------------- text is text


HTML = '<script>alert("{0}")</script><img src=x onerror=alert("{0}")>\'"</title><b>&amp;'
FRONT = """\
---
title: {title}
summary: {summary}
date: 2023-05-01
kind: news
place: {place}
regions: [lake]
people: [{{person: yerlan-ulgiyev, role: {role}}}]
event: {{name: {event}, start: 2023-05-01, venue: {venue}}}
documents: [{{title: {document}, parties: [weavers]}}]
disputes: [{{employer: {employer}, issue: {issue}, outcome: {outcome}}}]
awards: [{{name: {award}, to: [yerlan-ulgiyev]}}]
---

Text with ![{alt}](../2021/weavers-agreement/factory.png "{imagetitle}") and [a link](../2022/open-letter.en.md "{linktitle}").

{body}
"""
FIELDS = ("title", "summary", "place", "role", "event", "venue", "document", "employer", "issue", "outcome", "award")


class _Tags(HTMLParser):
    """Collects what could run: scripts with their text, attributes that begin with on, addresses of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""
        self._script: dict[str, str | None] | None = None

    def handle_starttag(self, tag, attributes) -> None:
        self.found += [f"{tag} {name}" for name, value in attributes if name.startswith("on") or name in ("src", "href") and value in ("x", "javascript:alert(1)")]
        self._script = dict(attributes) if tag == "script" else None

    def handle_data(self, data) -> None:
        if self._script is not None and self._script.get("type") == "application/ld+json":
            json.loads(data)
        elif self._script is not None and "alert(" in data:
            self.found.append("script")
        else:
            self.text += data

    def handle_endtag(self, tag) -> None:
        self._script = None


def test_running_html_is_noticed():
    """The reading of pages below is not blind: it finds scripts, event attributes and the pictures that carry them."""
    tags = _Tags()
    tags.feed("<p>Text<script>alert(1)</script><b onclick=alert(1)>b</b><img src=x><a href='javascript:alert(1)'>a</a><script type='application/ld+json'>{}</script>")
    assert tags.found == ["script", "b onclick", "img src", "a href"] and tags.text == "Textba"


def test_html_in_any_text_is_shown_and_never_runs(site):
    """HTML in a title, summary, place, role, event, document, dispute, award, alternative text, link title or name of the
    authority files stands on every page and feed as it was written, and no part of it becomes a tag."""
    texts = {field: HTML.format(field) for field in FIELDS}
    quoted = {field: json.dumps(text) for field, text in texts.items()}
    inline = {"alt": "<script>alert(1)</script>", "imagetitle": "<img onerror=alert(1)>", "linktitle": "'><svg onload=alert(1)>", "body": "<script>alert(1)</script><a href='javascript:alert(1)' onclick=alert(1)>"}
    write_file(site, "articles/2023/hostile.en.md", FRONT.format(**quoted, **inline).replace("<a href='javascript:alert(1)' onclick=alert(1)>", "<p onclick=alert(1)>"))
    for section, old in (("people", "en: Yerlan Ulgiyev"), ("regions", "en: Lake Region"), ("unions", "en: Weavers"), ("kinds", "en: News")):
        path = site / "articles" / "authority" / f"{section}.yml"
        content = path.read_text(encoding="utf-8")
        path.write_text(content.replace(old, f"en: {json.dumps(HTML.format(section))}", 1), encoding="utf-8")
    result = run_newsroom(site, "build")
    assert result.exit_code == 0, result.output
    pages = list((site / "site").rglob("*.html"))
    shown = 0
    for page in pages:
        tags = _Tags()
        tags.feed(page.read_text(encoding="utf-8"))
        assert tags.found == [], page
        shown += texts["title"] in tags.text
    article = _Tags()
    article.feed((site / "site/en/news/2023/hostile/index.html").read_text(encoding="utf-8"))
    assert all(text in article.text for text in texts.values())
    assert shown > 5
    feed = ElementTree.parse(site / "site/en/feed.xml").getroot()
    assert texts["title"] in {element.text for element in feed.iter("{http://www.w3.org/2005/Atom}title")}
    assert texts["title"] in {item["title"] for item in json.loads((site / "site/en/feed.json").read_bytes())["items"]}


# ---------------------------------------------------------------- a project that cannot be opened


def change_settings(site: Path, old: str, new: str) -> None:
    path = site / "mkdocs.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("docs_dir: docs", "docs_dir: [", "parsing the configuration file"),
        ("- newsroom:", "- nwsroom:", 'The "nwsroom" plugin is not installed'),
        ("languages: [kk, ru, en]", "languages: kk", "Expected a list of items, but a text was given"),
        ("languages: [kk, ru, en]", "languages: [kk, ru, 5]", "number"),
        ("languages: [kk, ru, en]", "languages: []", "give at least one language"),
        ("languages: [kk, ru, en]", "languages: [kk, ru]", '"en" is not in languages'),
        ("default_language: kk", "default_language: de", '"de" is not in languages'),
        ("        en: Test News\n", "", "give the site's name in en"),
        ("articles_dir: articles", "articles_dir: 5", "number"),
        ("articles_dir: articles", "articles_dir: ../elsewhere", "articles_dir must be a folder inside of"),
        ("docs_dir: docs", "docs_dir: nowhere", "isn't an existing directory"),
        ("custom_dir: overrides", "custom_dir: nowhere", "does not exist"),
        ("publisher: test-federation", "publisher: nobody", '"nobody" is not an id of authority/organizations.yml'),
        ("site_name: Сынақ жаңалықтары\n", "", "site_name"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_plain_message(site, old, new, message):
    """A mkdocs.yml that does not fit ends with 2 and says what is wrong, without a word of Python."""
    change_settings(site, old, new)
    for command in ("check", "build"):
        result = run_newsroom(site, command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("error: ") and message in result.stderr
        assert PYTHON.findall(result.stderr) == []
    assert not (site / "site").exists()


@pytest.mark.parametrize("content", [b"", b"- a list\n", "site_name: x\n".encode("utf-16"), b"plugins: 5\n"])
def test_settings_that_are_none_are_refused(site, content):
    """An empty mkdocs.yml, a list, or one in another encoding is an error of usage too."""
    (site / "mkdocs.yml").write_bytes(content)
    result = run_newsroom(site, "check")
    assert result.exit_code == 2 and result.stderr.startswith("error: ")
    assert PYTHON.findall(result.stderr) == []


def test_an_unknown_option_of_the_plugin_is_named(site):
    """A misspelt option is not passed over in silence."""
    change_settings(site, "publisher:", "publishr:")
    result = run_process(site, "check")
    assert (result.returncode, result.stdout) == (0, "no problems found\n")
    assert "publishr" in result.stderr


def test_a_missing_project_is_explained(tmp_path):
    """Without mkdocs.yml the message says where to run the command."""
    result = run_newsroom(tmp_path, "check")
    assert result.exit_code == 2 and "does not exist; run the command in the project's folder" in result.stderr


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a file that this user may not read")
def test_a_file_that_may_not_be_read_is_named(site):
    """A lack of rights is no problem of the content: one message, exit code 2."""
    (site / "articles" / "2022" / "open-letter.en.md").chmod(0)
    result = run_newsroom(site, "check")
    assert result.exit_code == 2 and "open-letter.en.md" in result.stderr and PYTHON.findall(result.stderr) == []


# ---------------------------------------------------------------- terminals and pipes


@pytest.mark.parametrize("encoding", ["ascii", "cp1251", "utf-8"])
def test_kazakh_reaches_any_output(site, encoding):
    """A report with letters that the console's encoding lacks is written in UTF-8 to a file or pipe."""
    write_file(site, "articles/2023/new.kk.md", STORY.replace("news", "жаңалық әңгіме"))
    result = run_process(site, "check", environment={"PYTHONIOENCODING": encoding})
    assert result.returncode == 1
    assert result.stdout.startswith('articles/2023/new.kk.md:4:7: unknown-kind: "жаңалық әңгіме" is not a known kind')
    assert result.stderr == ""


def test_a_broken_site_in_a_process_of_its_own(site):
    """The installed command gives the same report as the tests see, as JSON too."""
    variant = ROOT / "tests" / "sites_invalid" / "control-character"
    break_site(site, variant)
    text = run_process(site, "check")
    assert (text.returncode, text.stdout, text.stderr) == (1, (variant / "expected.txt").read_text(encoding="utf-8"), "")
    rows = json.loads(run_process(site, "check", "--format", "json").stdout)
    assert len(rows) == text.stdout.count(": control-character: ")


def test_help_explains_every_command():
    """Each command has a page of help that names its options; the first page names the commands."""
    from click.testing import CliRunner

    text = CliRunner().invoke(main, ["--help"]).output
    for name, command in main.commands.items():
        assert name in text
        page = CliRunner().invoke(main, [name, "--help"]).output
        assert " ".join((command.help or "").partition("\n\n")[0].split()) in " ".join(page.split()) and "--config-file" in page


# ---------------------------------------------------------------- new


@pytest.mark.parametrize(
    ("language", "title", "slug"),
    [("kk", "Кәсіподақтар форумы: «Ынтымақ» өтті", "kasipodaqtar-forumy-yntymaq-otti"), ("ru", 'Форум "Солидарность": итоги', "forum-solidarnost-itogi"), ("en", "The union's forum # 1", "the-unions-forum-1")],
)  # fmt: skip
def test_a_new_story_passes_the_check(site, language, title, slug):
    """A headline, a language and a kind are enough; the file stands in its place and has no problem."""
    result = run_newsroom(site, "new", "--title", title, "--language", language, "--kind", "news", "--date", "2023-05-01")
    assert result.exit_code == 0, result.output
    path = site / "articles" / "2023" / f"{slug}.{language}.md"
    assert f"{slug}.{language}.md is ready" in result.stdout
    parts = split_article(path.read_text(encoding="utf-8"))
    assert parts is not None and load_yaml(parts.yaml_text)["title"] == title
    assert check_text(site) == "no problems found\n"


def test_a_new_story_takes_all_options(site):
    """Summary, slug, regions and unions in any spelling are written down."""
    options = ["--title", "Форум", "--language", "ru", "--kind", "forum-report", "--date", "2022-06-08", "--slug", "my-forum", "--summary", "Кратко: о форуме",
               "--region", "Төбелі облысы", "--region", "lake", "--union", "Ткачи"]  # fmt: skip
    assert run_newsroom(site, "new", *options).exit_code == 0
    parts = split_article((site / "articles/2022/my-forum.ru.md").read_text(encoding="utf-8"))
    assert parts is not None
    fields = load_yaml(parts.yaml_text)
    assert (fields["summary"], fields["kind"], fields["regions"], fields["unions"]) == ("Кратко: о форуме", "forum-report", ["Төбелі облысы", "lake"], ["Ткачи"])
    assert check_text(site) == "no problems found\n"


def test_a_new_translation_passes_the_check(site):
    """Of an original, and of a translation, which leads to the same original."""
    for language, source in (("kk", "open-letter.en.md"), ("ru", "open-letter.kk.md")):
        result = run_newsroom(site, "new", "--translate", str(site / "articles" / "2022" / source), "--language", language, "--title", "T")
        assert result.exit_code == 0, result.output
        parts = split_article((site / f"articles/2022/open-letter.{language}.md").read_text(encoding="utf-8"))
        assert parts is not None and load_yaml(parts.yaml_text)["original"] == "en"
    assert check_text(site) == "no problems found\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--slug", "open-letter", "--date", "2022-05-01"], 'the slug "open-letter" is taken by'),
        (["--slug", "open-letter"], 'the slug "open-letter" is taken by'),
        (["--slug", "../../outside"], "is not a slug"),
        (["--slug", "x" * 81], "more than 80"),
        (["--title", "!!!"], "give one with --slug"),
        (["--title", " "], "give one with --slug"),
        (["--title", "a\x07b"], "control-character"),
        (["--language", "de"], "its languages: kk, ru, en"),
        (["--kind", "nwes"], 'did you mean "news"?'),
        (["--region", "Atlantis"], "unknown-region"),
        (["--union", "Ткачы"], 'did you mean "weavers"?'),
        (["--date", "2020-01-01", "--region", "hills"], "region-not-valid"),
        (["--date", "1850-01-01"], "is not a year"),
        (["--date", "2022-02-30"], "2022-02-30"),
        (["--translate", "docs/en/about.md"], "is not an article file"),
        (["--translate", "articles/2022/open-letter.en.md"], "choose another with --language"),
        (["--translate", "articles/2021/weavers-agreement.kk.md"], "is already there"),
        (["--translate", "articles/2022/nothing.en.md"], "does not exist"),
    ],
)  # fmt: skip
def test_new_writes_nothing_that_would_not_pass(site, monkeypatch, options, message):
    """A wrong or taken name, kind, region or date ends with 2 and leaves the folder as it was."""
    monkeypatch.chdir(site)
    before = read_tree(site / "articles")
    result = run_newsroom(site, "new", "--title", "A story", "--language", "en", "--kind", "news", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert PYTHON.findall(result.stderr) == []
    assert read_tree(site / "articles") == before


def test_new_fails_plainly_without_a_terminal(site):
    """What is not given cannot be asked for in a pipe: the message names it, nothing is written."""
    for options, word in (([], "language"), (["--language", "kk"], "headline"), (["--language", "kk", "--title", "T"], "kind of story")):
        result = run_process(site, "new", *options)
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr == f"error: {word} is missing; give it as an option (newsroom new --help)\n"


def test_bytes_that_are_no_text_are_refused(site):
    """An argument in another encoding than the terminal's gives one plain line."""
    result = run_process(site, b"new", b"--language", b"kk", b"--kind", b"news", b"--title", b"\xd4\xee\xf0\xf3\xec")
    assert result.returncode == 2
    assert result.stderr == "error: the headline or summary cannot be read: the terminal must use UTF-8\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_new_asks_on_a_terminal(site):
    """On a terminal it asks for language, headline and kind, offers the site's own defaults, and takes no wrong kind."""
    import pty

    control, terminal = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen([sys.executable, *NEWSROOM, "new"], cwd=site, env=environment, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    seen = ""
    try:
        for question, answer in (("Language", ""), ("Headline", "Жаңа хабар"), ("Kind of story", "nothing"), ("Kind of story", "statement")):
            seen += read_until(control, f"{question} (" if answer == "" or question.startswith("Kind") else f"{question}:")
            os.write(control, f"{answer}\n".encode())
        seen += read_until(control, "is ready")
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(control)
    assert "[kk]" in seen and "forum-report, statement" in seen and "is not one of" in seen
    (path,) = site.glob("articles/20*/zhana-khabar.kk.md")
    assert "kind: statement" in path.read_text(encoding="utf-8")


def read_until(descriptor: int, text: str) -> str:
    """What the terminal shows, until the text has come."""
    seen, deadline = b"", time.monotonic() + 30
    while text.encode() not in seen:
        ready, _, _ = select.select([descriptor], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"{text!r} did not come: {seen.decode(errors='replace')}"
        seen += os.read(descriptor, 4096)
    return seen.decode(errors="replace")


printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters="\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), min_size=1, max_size=60)


@given(printable, printable)
def test_a_new_file_says_what_was_typed(title, summary):
    """Any headline and summary come out of the file as they went in: quotes, colons, dashes and numbers do no harm."""
    from datetime import date

    story = make_story(title, language="en", day=date(2023, 5, 1), kind="news", summary=summary, body="Text.")
    parts = split_article(story.text)
    assert parts is not None
    fields = load_yaml(parts.yaml_text)
    assert (fields["title"], fields["summary"], fields["date"]) == (title, summary, date(2023, 5, 1))
