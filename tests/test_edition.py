"""The articles of a preview: after any edit they are what a build finds, with the last good version of what has problems."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_site import INVALID, break_site, copy_small_site

from newsroom.edition import BrokenAuthority, Edition, read_edition, report_problems, revise_edition
from newsroom.host import open_preview

VARIANTS = sorted(path for path in INVALID.iterdir() if path.is_dir())
AUTHORITY = "articles/authority/"


def open_edition(site: Path) -> Edition:
    return read_edition(open_preview(site / "mkdocs.yml", "http://127.0.0.1:8000/")[0])


def list_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("articles/**/*") if path.is_file()}


def report(edition: Edition) -> str:
    return report_problems(edition).as_text() + "\n"


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda path: path.name)
def test_preview_finds_what_check_finds(variant, tmp_path):
    """At the start; with problems in authority files there is no site, and the same report."""
    site = break_site(copy_small_site(tmp_path / "site"), variant)
    try:
        found = report(open_edition(site))
    except BrokenAuthority as error:
        found = error.report.as_text() + "\n"
        assert AUTHORITY in found
    assert found == (variant / "expected.txt").read_text(encoding="utf-8")
