"""Whole pages of a small site, byte for byte: one article in each language.

A page that changed on purpose is looked at in the difference (git diff tests/golden) and written anew by

    NEWSROOM_UPDATE_GOLDEN=1 python3 scripts/test.py tests/test_golden.py

which fails too, once, so that nobody leaves the switch on.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from own_site import LANGUAGES, build_site, copy_sample

GOLDEN = Path(__file__).parent / "golden"
STORY = "news/2021/weavers-agreement"


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    return build_site(copy_sample(folder / "project"), folder / "site")


@pytest.mark.parametrize("language", LANGUAGES)
def test_article_page_is_the_golden_one(small_site, language):
    """The page of an article with people, figures, a document and a picture has exactly the bytes that were agreed on."""
    found = (small_site / language / STORY / "index.html").read_bytes()
    golden = GOLDEN / f"weavers-agreement.{language}.html"
    if os.environ.get("NEWSROOM_UPDATE_GOLDEN"):
        golden.write_bytes(found)
        pytest.fail(f"{golden.name} is written anew; look at the difference and run without NEWSROOM_UPDATE_GOLDEN")
    assert found.decode().splitlines() == golden.read_bytes().decode().splitlines()
    assert found == golden.read_bytes()
