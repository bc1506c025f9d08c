"""Broken content of every kind: what `newsroom check` says of it, and that nothing else happens."""

from __future__ import annotations

import ast
import json
import os
import re
import socket
import sys
from pathlib import Path

import pytest
from small_site import INVALID, ROOT, STORY, break_site, check_text, copy_small_site, run_newsroom, write_file

from newsroom.check import _SINGULAR
from newsroom.problems import Problem, Report, shorten

PACKAGE = ROOT / "scripts" / "newsroom"
HANDBOOK = ROOT / "docs" / "handbook" / "problems.md"
VARIANTS = sorted(path for path in INVALID.iterdir() if path.is_dir())
LINE = re.compile(r"(?P<path>[^:\n]+):(?P<line>\d+):(?P<column>\d+): (?:warning: )?(?P<code>[a-z0-9-]+): .+")
PYTHON = re.compile(r"Traceback|NoneType|<class|\b(?:dict|str|int|float|None|True|False|tuple)\b|[A-Z]\w+Error\b")

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def site(tmp_path) -> Path:
    return copy_small_site(tmp_path / "site")


def find_problems(report: str) -> list[re.Match[str]]:
    return [found for line in report.split("\n") if (found := LINE.fullmatch(line))]


def assert_places_exist(site: Path, report: str) -> None:
    """Every line and column lies inside its file; a problem of a name or of what cannot be read stands at 1:1."""
    for found in find_problems(report):
        path, line, column = site / found["path"], int(found["line"]), int(found["column"])
        try:
            lines = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        except (OSError, UnicodeDecodeError):
            assert found["code"] == "not-utf8" or (line, column) == (1, 1), found[0]
            continue
        assert 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1, found[0]


# ---------------------------------------------------------------- the broken sites in folders


def test_small_site_is_sound(site):
    """The site that all broken ones start from has no problem."""
    result = run_newsroom(site, "check")
    assert (result.exit_code, result.stdout) == (0, "no problems found\n")


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda path: path.name)
def test_broken_site_is_reported(variant, site):
    """Every problem of all files comes in one run, in plain words, at a place inside its file, and the exit code is 1."""
    result = run_newsroom(break_site(site, variant), "check")
    assert result.exit_code == 1
    assert result.stdout == (variant / "expected.txt").read_text(encoding="utf-8")
    assert variant.name in {found["code"] for found in find_problems(result.stdout)}
    assert PYTHON.findall(result.stdout) == []
    assert result.stdout.count("\n  hint: ") == len(find_problems(result.stdout))
    assert_places_exist(site, result.stdout)


def test_columns_point_at_the_value(site):
    """An editor who goes to the line and column stands on the first letter of what is wrong."""
    variant = INVALID / "unknown-region"
    for found in find_problems(check_text(break_site(site, variant))):
        line = (site / found["path"]).read_text(encoding="utf-8").split("\n")[int(found["line"]) - 1]
        wrong = re.search(r'"(.+?)" is not', found[0])
        assert wrong and line[int(found["column"]) - 1 :].startswith(wrong[1])


# ---------------------------------------------------------------- cases that no folder can hold


LINK_REPORT = """\
articles/2019:1:1: symlink: a symbolic link is not followed
  hint: put the file itself here
articles/2023/around.en.md:1:1: symlink: a symbolic link is not followed
  hint: put the file itself here
articles/2023/dangling.en.md:1:1: symlink: a symbolic link is not followed
  hint: put the file itself here
articles/2023/forum/secret.txt:1:1: symlink: a symbolic link is not followed
  hint: put the file itself here
articles/2023/linked.en.md:1:1: symlink: a symbolic link is not followed
  hint: put the file itself here
articles/2023/self:1:1: symlink: a symbolic link is not followed
  hint: put the file itself here
articles/authority/kinds.yml:1:1: symlink: a symbolic link is not followed
  hint: put the file itself here
7 errors in 7 files
"""

NOT_A_FILE_REPORT = """\
articles/2023/folder.en.md:1:1: not-a-file: this is a folder with the name of an article
  hint: rename it to the story's slug if it holds its pictures, else delete it
articles/2023/pipe.en.md:1:1: not-a-file: this is neither a file nor a folder
  hint: delete it
articles/2023/pipes/picture.png:1:1: not-a-file: this is neither a file nor a folder
  hint: delete it
articles/2023/socket.en.md:1:1: not-a-file: this is neither a file nor a folder
  hint: delete it
4 errors in 4 files
"""

LARGE_REPORT = """\
articles/2023/large.en.md:1:1: file-too-large: the file has 10,000,000 bytes, more than 262,144
  hint: an article is text only; pictures and documents stand in the story's folder
articles/authority/measures.yml:1:1: file-too-large: the file has more than 8,388,608 bytes
  hint: keep only entries that articles use
2 errors in 2 files
"""

NAME_REPORT = r"""articles/2023/con.en.md:1:1: bad-slug: "con" is not a slug
  hint: use small Latin letters, digits and single hyphens, for example solidarity-forum
articles/2023/esc\x1b[31m.en.md:1:1: bad-slug: "esc\x1b[31m" is not a slug
  hint: use small Latin letters, digits and single hyphens, for example solidarity-forum
articles/2023/forum/new\nline.png:1:1: bad-file-name: the name has characters that cannot be shown
  hint: rename it with letters, digits and hyphens
articles/2023/forum/not-utf8-\udcff.png:1:1: bad-file-name: the name has characters that cannot be shown
  hint: rename it with letters, digits and hyphens
articles/2023/new\nline.en.md:1:1: bad-slug: "new\nline" is not a slug
  hint: use small Latin letters, digits and single hyphens, for example solidarity-forum
articles/2023/not-utf8-\udcff.en.md:1:1: bad-slug: "not-utf8-\udcff" is not a slug
  hint: use small Latin letters, digits and single hyphens, for example solidarity-forum
6 errors in 6 files
"""

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@posix
def test_symbolic_links_are_not_followed(site):
    """Nothing outside of the project is read through a link to a file, a folder, nothing or itself."""
    folder = site / "articles" / "2023"
    (folder / "forum").mkdir(parents=True)
    (site / "articles" / "2019").symlink_to("/etc", target_is_directory=True)
    (folder / "linked.en.md").symlink_to(site / "articles" / "2022" / "open-letter.en.md")
    (folder / "dangling.en.md").symlink_to("/nonexistent")
    (folder / "around.en.md").symlink_to("around.en.md")
    (folder / "self").symlink_to(".", target_is_directory=True)
    (folder / "forum" / "secret.txt").symlink_to("/etc/passwd")
    kinds = site / "articles" / "authority" / "kinds.yml"
    kinds.rename(site / "kinds.yml")
    kinds.symlink_to(site / "kinds.yml")
    assert check_text(site) == LINK_REPORT


@posix
def test_pipes_sockets_and_folders_are_not_opened(site, monkeypatch):
    """What is no file is named, and reading it never hangs the check."""
    folder = site / "articles" / "2023"
    (folder / "pipes").mkdir(parents=True)
    os.mkfifo(folder / "pipe.en.md")
    os.mkfifo(folder / "pipes" / "picture.png")
    write_file(site, "articles/2023/folder.en.md/picture.png", b"")
    monkeypatch.chdir(folder)  # a socket's path may be no longer than 108 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.en.md")
        assert check_text(site) == NOT_A_FILE_REPORT


def test_large_files_are_not_read(site):
    """A file of 10 MB is refused by its size."""
    write_file(site, "articles/2023/large.en.md", STORY.encode().ljust(10_000_000, b"a"))
    write_file(site, "articles/authority/measures.yml", b"#".ljust(9_000_000, b"-"))
    assert check_text(site) == LARGE_REPORT


@posix
def test_odd_names_are_reported_readably(site):
    """A name with a line break, a terminal's control code or bytes that are not UTF-8 is refused, and printed on one line."""
    for name in (b"new\nline.en.md", b"not-utf8-\xff.en.md", b"esc\x1b[31m.en.md", b"con.en.md", b"forum/new\nline.png", b"forum/not-utf8-\xff.png"):
        write_file(site, "articles/2023/" + os.fsdecode(name), STORY)
    assert check_text(site) == NAME_REPORT
    rows = json.loads(run_newsroom(site, "check", "--format", "json").stdout)
    assert [row["code"] for row in rows] == [found["code"] for found in find_problems(NAME_REPORT)]


GENERATED_REPORTS = (LINK_REPORT, NOT_A_FILE_REPORT, LARGE_REPORT, NAME_REPORT)


# ---------------------------------------------------------------- what is no problem


def test_windows_files_are_fine(site):
    """A byte order mark and Windows line ends change neither the result nor the places of problems."""
    story = "\ufeff" + STORY.replace("\n", "\r\n")
    write_file(site, "articles/2023/windows.en.md", story)
    for path in (site / "articles" / "authority").glob("*.yml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_text(site) == "no problems found\n"
    write_file(site, "articles/2023/windows.en.md", story.replace("news", "newz"))
    assert check_text(site).startswith('articles/2023/windows.en.md:4:7: unknown-kind: "newz"')


def test_long_lines_and_odd_letters_are_fine(site):
    """Neither a line of 200,000 characters nor letters of any script is a problem."""
    write_file(site, "articles/2023/long.en.md", STORY.replace("A test story.", "слово " * 20_000))
    write_file(site, "articles/2023/letters.en.md", STORY.replace("A test story", "🎉 Тест ұлы \u00a0 𐌰 & * # 新闻"))
    assert check_text(site) == "no problems found\n"


# ---------------------------------------------------------------- many problems, other formats, other causes


def test_formats_agree(site):
    """JSON has a row a problem with the documented keys; GitHub gets an annotation a problem and the closing count."""
    break_site(site, INVALID / "wrong-type")
    expected = [(found["path"], int(found["line"]), int(found["column"]), found["code"]) for found in find_problems(check_text(site))]
    result = run_newsroom(site, "check", "--format", "json")
    rows = json.loads(result.stdout)
    assert result.exit_code == 1
    assert {tuple(row) for row in rows} == {("path", "line", "column", "code", "severity", "message", "hint")}
    assert [(row["path"], row["line"], row["column"], row["code"]) for row in rows] == expected
    lines = run_newsroom(site, "check", "--format", "github").stdout.rstrip("\n").split("\n")
    assert len(lines) == len(expected) + 1
    assert lines[0].startswith("::error file=articles/2023/date-and-time.en.md,line=3,col=7,title=wrong-type::")


def test_json_of_a_sound_site_is_an_empty_list(site):
    """A program that reads the JSON need not treat success apart."""
    result = run_newsroom(site, "check", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_github_annotations_cannot_be_forged(site):
    """A line break or a comma in a name or message stays inside of its annotation."""
    report = Report([Problem("a,b:c\n.md", 1, 2, "bad-slug", "50%\nof::error::", "mend\rit")])
    assert report.as_github().split("\n") == [
        "::error file=a%2Cb%3Ac%0A.md,line=1,col=2,title=bad-slug::50%25%0Aof::error::%0Ahint: mend%0Dit",
        "1 error in 1 file",
    ]


def test_report_shows_control_characters():
    """What a file holds can neither move the terminal's cursor nor begin a new line."""
    text = Report([Problem("a\x1b[2J.md", 1, 1, "bad-slug", "x\ny", "z\u202e")]).as_text()
    assert text == "a\\x1b[2J.md:1:1: bad-slug: x\\ny\n  hint: z\\u202e\n1 error in 1 file"


def test_report_counts_and_sorts():
    """Problems come once each, by path, line and column, and warnings are counted apart."""
    first, second = Problem("a.md", 2, 1, "bad-slug", "x"), Problem("a.md", 10, 1, "bad-slug", "x")
    warning = Problem("b.md", 1, 1, "bad-slug", "x", severity="warning")
    report = Report([second, warning, first, second])
    assert report.problems == [first, second, warning]
    assert report.count() == "2 errors and 1 warning in 2 files"
    assert report.as_text().split("\n")[2] == "b.md:1:1: warning: bad-slug: x"
    assert report.has_errors and not Report([warning]).has_errors
    assert Report().as_text() == "no problems found"


def test_long_values_are_cut_in_messages():
    """A message quotes the beginning of a long value only."""
    assert shorten("a" * 80) == "a" * 80
    assert shorten("a" * 81) == "a" * 79 + "…"


def test_a_broken_authority_file_does_not_blame_the_stories(site):
    """A file that cannot be read is reported itself, not every name that stands in it."""
    write_file(site, "articles/authority/kinds.yml", "news: [\n")
    report = check_text(site)
    assert [found["path"] for found in find_problems(report)] == ["articles/authority/kinds.yml"]


def test_a_broken_original_does_not_blame_its_translations(site):
    """What only follows from another file's problem is not reported again: translations, and links to the broken file."""
    path = site / "articles" / "2021" / "weavers-agreement.kk.md"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: news", "kind: newz"), encoding="utf-8")
    assert [found["path"] for found in find_problems(check_text(site))] == ["articles/2021/weavers-agreement.kk.md"]


# ---------------------------------------------------------------- the handbook names every code


MAKERS = {
    "Problem", "Complaint", "Finding", "YamlError", "Fault", "_at", "complain", "_complain", "refuse", "_report", "_place",
    "_complain_at", "_complain_in_body",
}  # fmt: skip
"""Functions and types whose first text argument is a problem code."""

CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def find_codes(tree: ast.Module) -> set[str]:
    """The problem codes of a module: first text of a maker's arguments, first of three texts in a tuple, code= and fault=."""
    texts: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MAKERS:
                texts += [argument for argument in node.args if is_text(argument)][:1]
            texts += [keyword.value for keyword in node.keywords if keyword.arg in ("code", "fault")]
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3 and all(map(is_text, node.elts[:2])):
            texts += [first for first in node.elts[:1] if "-" in getattr(first, "value", "")]
    return {code for text in texts for code in spell_out(text) if CODE.fullmatch(code)}


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)


def spell_out(node: ast.expr) -> list[str]:
    """The text of a constant; of `unknown-{...}` one for each section."""
    if isinstance(node, ast.JoinedStr):
        first = node.values[0]
        prefix = first.value if isinstance(first, ast.Constant) and len(node.values) == 2 else ""
        return [prefix + word for word in _SINGULAR.values()] if prefix in ("unknown-", "ambiguous-") else []
    return [str(node.value)] if isinstance(node, ast.Constant) else []


def list_source_codes() -> set[str]:
    """Of all modules that know what a problem is."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py")}
    concerned = [source for name, source in sources.items() if name == "problems" or "from .problems import" in source]
    return {code for source in concerned for code in find_codes(ast.parse(source))}


def read_handbook() -> dict[str, str]:
    """Code -> its section of the handbook's page."""
    sections = re.split(r"^### ", HANDBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {section.partition("\n")[0].strip("` "): section for section in sections}


def list_reports() -> list[str]:
    return [*(path.joinpath("expected.txt").read_text(encoding="utf-8") for path in VARIANTS), *GENERATED_REPORTS]


def test_codes_are_found_in_the_sources():
    """The search below is not blind: it finds codes written in each way."""
    source = 'Problem(p, 1, 1, "one-way", "m")\nself._complain(path, f"unknown-{x}", "m")\ndef f(): return "two-way", "m", h\nmake(fault="three-way")\n'
    assert find_codes(ast.parse(source)) == {"one-way", "two-way", "three-way", *(f"unknown-{word}" for word in _SINGULAR.values())}


def test_every_code_is_documented_and_tested():
    """The codes of the program, of the handbook's page and of the broken sites are the same."""
    tested = {found["code"] for report in list_reports() for found in find_problems(report)}
    assert list_source_codes() == tested
    assert set(read_handbook()) == tested


@pytest.mark.parametrize("code", sorted(read_handbook()))
def test_handbook_examples_are_real(code):
    """Each example is what the program prints: both its lines stand together in a report of these tests."""
    section = read_handbook()[code]
    examples = re.findall(r"^```text\n(.*?)\n```$", section, flags=re.MULTILINE | re.DOTALL)
    assert examples and all(f": {code}: " in example for example in examples)
    for example in examples:
        assert any(f"{example}\n" in report for report in list_reports()), example
    assert "**Mend it:**" in section


def test_links_of_a_file_with_other_problems_are_checked_too(site):
    """An editor learns everything about a file in one run: wrong fields and broken links together."""
    story = STORY.replace("news", "newz").replace("A test story.\n", "![A](no.png) [b](no.en.md) [c](#h-no) [d](../2022/open-letter.en.md)\n", 1)
    write_file(site, "articles/2023/both.en.md", story.replace("title: A test story", "title: [T]"))
    assert [(found["line"], found["column"], found["code"]) for found in find_problems(check_text(site))] == [
        ("2", "8", "wrong-type"), ("4", "7", "unknown-kind"), ("7", "6", "missing-image"), ("7", "18", "broken-link"), ("7", "32", "broken-link"),
    ]  # fmt: skip
