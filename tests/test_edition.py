"""The articles of a preview: after any edit they are what a build finds, with the last good version of what has problems."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_site import INVALID, break_site, copy_small_site

from newsroom.edition import BrokenAuthority, Edition, read_edition, report_problems, revise_edition
from newsroom.host import open_preview
from site_factory import PICTURE, Draft, SiteProject

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


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda path: path.name)
def test_breaking_and_mending_while_the_preview_runs(variant, tmp_path):
    """Files that go wrong bring the problems of check and leave the stories as they were; mended, all is as at the start."""
    site = copy_small_site(tmp_path / "site")
    first = open_edition(site)
    good = list_files(site)
    break_site(site, variant)
    bad = list_files(site)
    broken = revise_edition(first, {name for name in good.keys() | bad.keys() if good.get(name) != bad.get(name)})
    expected = (variant / "expected.txt").read_text(encoding="utf-8")
    if AUTHORITY not in expected:  # else the stories go by the last sound authority files
        assert report(broken) == expected
    assert set(report(broken).splitlines()[:-1]) <= set(expected.splitlines())
    shown = {version.path: version for story in broken.site.stories.values() for version in story.versions.values()}
    for path, article in first.reading.articles.items():
        if path in bad and f"{path}:" in expected:
            assert shown[path].digest == article.digest
    shutil.rmtree(site / "articles", ignore_errors=True)
    for name, content in good.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    mended = revise_edition(broken, {name for name in good.keys() | bad.keys() if good.get(name) != bad.get(name)})
    assert report(mended) == "no problems found\n"
    fresh = open_edition(site)
    assert mended.site.members == fresh.site.members
    assert list(mended.site.stories) == list(fresh.site.stories)
    assert mended.site.stories == fresh.site.stories
    assert mended.reading.failed == fresh.reading.failed == set()
    assert mended.reading.articles == fresh.reading.articles


CHANGES: list[dict[str, Any]] = [
    {"regions": ["north"]}, {"regions": ["south", "north"]}, {"regions": []}, {"kind": "report"}, {"kind": "news"}, {"unions": ["miners"]}, {"people": ["asanov"]},
    {"people": []}, {"figures": [7]}, {"figures": [8, 9]}, {"documents": ["plan.pdf"]}, {"documents": []}, {"date": "2022-05-01"}, {"date": "2022-01-09"},
    {"titles": {"ru": "Заголовок"}}, {"titles": {}}, {"bodies": {"en": "# Part\n\nText."}}, {"bodies": {"kk": "[Part](story-1.en.md#h-part) ![A](story-1/a.png)"}},
    {"bodies": {}}, {"bodies": {"en": "[Other](story-2.ru.md)", "ru": "[Gone](story-9.ru.md)"}}, {"languages": ("kk",)}, {"languages": ("kk", "en")},
    {"languages": ("kk", "ru", "en")}, {"languages": ("ru", "en")}, {"languages": ()},
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_the_stories_are_those_of_a_fresh_start(seed, tmp_path):
    """Facts, texts, links, translations and originals that come, change and go, with the problems that this makes meanwhile."""
    choose = random.Random(seed)
    project = SiteProject(tmp_path)
    drafts = [Draft(f"story-{number}", f"2022-0{number + 1}-01") for number in range(6)]
    for draft in drafts:
        project.write_story(draft)
        project.write(f"articles/2022/{draft.slug}/a.png", PICTURE)
        project.write(f"articles/2022/{draft.slug}/plan.pdf", "%PDF-1.4")
    edition, sound = open_edition(tmp_path), 0
    for _ in range(40):
        number = choose.randrange(len(drafts))
        drafts[number] = replace(drafts[number], **choose.choice(CHANGES)) if choose.random() < 0.6 else Draft(drafts[number].slug, f"2022-0{number + 1}-01")
        before = list_files(tmp_path)
        project.write_story(drafts[number])
        after = list_files(tmp_path)
        edition = revise_edition(edition, {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)})
        fresh = open_edition(tmp_path)
        assert report(edition) == report(fresh)
        if report(fresh) == "no problems found\n":
            sound += 1
            assert edition.site == fresh.site
            assert list(edition.site.stories) == list(fresh.site.stories)
    assert sound > 1  # else nothing was compared


def test_story_is_renewed_when_what_it_links_to_is_mended(tmp_path):
    """A link to a heading that comes later: the version that has it stays as it was until then, the others are shown as they are saved."""
    project = SiteProject(tmp_path)
    first, second = Draft("first", "2022-03-01"), Draft("second", "2022-04-01")
    for draft in (first, second):
        project.write_story(draft)
    edition = open_edition(tmp_path)

    def save(draft: Draft) -> dict[str, str]:
        before = list_files(tmp_path)
        project.write_story(draft)
        after = list_files(tmp_path)
        nonlocal edition
        edition = revise_edition(edition, {name for name in after if before.get(name) != after[name]})
        return {code: version.title for code, version in edition.site.stories["first"].versions.items()}

    english = {"titles": {"en": "New"}, "bodies": {"en": "[Part](second.en.md#h-part)"}}
    assert save(replace(first, **english))["en"] == "Council meeting: first"
    assert "has no heading" in report(edition)
    english["titles"]["ru"] = "Новое"
    assert save(replace(first, **english))["ru"] == "Новое"
    assert save(replace(second, bodies={"en": "# Part"}))["en"] == "New"
    assert report(edition) == "no problems found\n"
    assert edition.site == open_edition(tmp_path).site
