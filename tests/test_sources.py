"""Which files of articles/ are read, and what is said of the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_site import write_file

from newsroom.languages import make_slug
from newsroom.sources import (
    MAXIMUM_ARTICLE_BYTES,
    MAXIMUM_SLUG_BYTES,
    SourceChanged,
    Stamp,
    announce_sources,
    decode_source,
    digest_bytes,
    explain_slug,
    explain_year,
    read_source,
    scan_sources,
)

LANGUAGES = ("kk", "ru", "en")


def scan(root: Path):
    return scan_sources(root, root / "articles", languages=LANGUAGES)


def test_articles_and_attachments_are_found(tmp_path):
    """Articles of all years with their year, slug and language, and the files of their folders, in the order of their names."""
    for path in ("2022/b.kk.md", "2022/a-1.ru.md", "2018/a.en.md", "2022/a-1/plan.pdf", "2022/a-1/deep/er.png", "2022/photos/x.jpg"):
        write_file(tmp_path, f"articles/{path}", "x")
    found = scan(tmp_path)
    assert [(file.path, file.year, file.slug, file.language) for file in found.files] == [
        ("articles/2018/a.en.md", 2018, "a", "en"), ("articles/2022/a-1.ru.md", 2022, "a-1", "ru"), ("articles/2022/b.kk.md", 2022, "b", "kk"),
    ]  # fmt: skip
    assert list(found.attachments) == ["articles/2022/a-1/deep/er.png", "articles/2022/a-1/plan.pdf", "articles/2022/photos/x.jpg"]
    assert found.problems == []


def test_other_files_are_passed_over(tmp_path):
    """What an editor, a system or a reader of the repository leaves there is no problem."""
    for path in (".gitkeep", "README.md", "2022/README.md", "2022/.a.kk.md.swp", "2022/a.kk.md~", "2022/a/Thumbs.db", "2022/a/.DS_Store", "desktop.ini", "authority/x"):
        write_file(tmp_path, f"articles/{path}", "x")
    found = scan(tmp_path)
    assert (found.files, found.attachments, found.problems) == ([], {}, [])


def test_a_missing_folder_is_one_problem(tmp_path):
    """A file in its place counts as missing too."""
    assert [problem.code for problem in scan(tmp_path).problems] == ["no-articles-folder"]
    write_file(tmp_path, "articles", "x")
    assert [problem.code for problem in scan(tmp_path).problems] == ["no-articles-folder"]


def test_the_limit_of_size_is_exact(tmp_path):
    """An article of exactly the allowed size is read, one more byte is not."""
    write_file(tmp_path, "articles/2022/fits.kk.md", b"x" * MAXIMUM_ARTICLE_BYTES)
    write_file(tmp_path, "articles/2022/over.kk.md", b"x" * (MAXIMUM_ARTICLE_BYTES + 1))
    found = scan(tmp_path)
    assert [file.slug for file in found.files] == ["fits"]
    assert [(problem.path, problem.code) for problem in found.problems] == [("articles/2022/over.kk.md", "file-too-large")]


def test_files_are_only_looked_at(tmp_path):
    """Scanning opens no file: reading one that nobody may read is left to whoever needs its text."""
    path = write_file(tmp_path, "articles/2022/a.kk.md", "x")
    before = path.stat().st_atime_ns
    os.utime(path, ns=(1, path.stat().st_mtime_ns))
    (file,) = scan(tmp_path).files
    assert file.stamp == Stamp.of(path.stat())
    assert path.stat().st_atime_ns == 1 != before


@pytest.mark.parametrize("slug", ["a", "forum", "forum-2022", "2022", "a-b-c", "x" * MAXIMUM_SLUG_BYTES])
def test_good_slugs(slug):
    """Small Latin letters, digits and single hyphens, up to 80 bytes."""
    assert explain_slug(slug) is None


@pytest.mark.parametrize("slug", ["", "-", "a-", "-a", "a--b", "A", "a_b", "a.b", "a b", "а", "é", "con", "nul", "com1", "lpt9", "a/b", "..", "a\n", "\ud800"])
def test_bad_slugs(slug):
    """Everything else, and the names that Windows reserves."""
    problem = explain_slug(slug)
    assert problem is not None and problem[0] == "bad-slug"


def test_a_long_slug_is_measured_in_bytes():
    """The limit is on bytes, which file systems count."""
    for slug in ("x" * 81, "ж" * 41):
        problem = explain_slug(slug)
        assert problem is not None and problem[0] == "slug-too-long"


@given(st.text(max_size=200))
def test_made_slugs_are_good(text):
    """A slug that the program makes of any headline passes its own check, unless it is empty or a name that Windows reserves."""
    slug = make_slug(text)
    assert slug == "" or explain_slug(f"{slug[:70]}xx") is None
    assert explain_slug(slug) is None or len(slug) < 5


@pytest.mark.parametrize(("name", "is_good"), [("2022", True), ("1900", True), ("2099", True), ("1899", False), ("2100", False), ("20222", False), ("٢٠٢٢", False), ("", False)])
def test_years(name, is_good):
    """A year's folder is one of 1900 to 2099."""
    assert (explain_year(name) is None) == is_good


@given(st.binary(max_size=50))
def test_decoding_leaves_no_carriage_return(content):
    """Bytes become text with plain line ends and without a mark, or are refused."""
    try:
        text = decode_source(content)
    except UnicodeDecodeError:
        return
    assert "\r" not in text
    assert decode_source(b"\xef\xbb\xbf" + content) == text or content.startswith(b"\xef\xbb\xbf")


def test_digests_tell_contents_apart():
    """16 bytes, the same for the same content."""
    assert len(digest_bytes(b"a")) == 16
    assert digest_bytes(b"a") == digest_bytes(b"a") != digest_bytes(b"b")


def test_announced_files_need_not_be_there(tmp_path):
    """The system is told which files will be read; one that went is found missing when it is read."""
    (tmp_path / "a.md").write_text("a", encoding="utf-8")
    announce_sources(tmp_path, ["a.md", "gone.md", "no/such/folder.md"])
    assert read_source(tmp_path, "a.md") == b"a"
    with pytest.raises(SourceChanged, match="gone.md"):
        read_source(tmp_path, "gone.md")
