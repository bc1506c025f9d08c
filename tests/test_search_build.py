"""The search index of real builds: it says what the pages say, and whatever was lost or damaged since the last build comes back."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from newsroom.authority_files import load_authority
from newsroom.keys import make_key, split_words
from newsroom.search_files import LEAST_FACTOR
from newsroom.shards import unpack_postings, unpack_shard
from own_site import LANGUAGES, ROOT
from search_reference import number_slugs, read_article
from site_factory import Draft, SiteProject, compare_trees, read_tree


def read_header(site: Path, language: str) -> dict[str, object]:
    header: dict[str, object] = json.loads((site / "search" / language / "index.json").read_bytes())
    return header


def read_postings(site: Path, language: str) -> dict[str, set[int]]:
    """Key -> ids of the articles that have it, of all shards."""
    found: dict[str, set[int]] = {}
    for path in (site / "search" / language / "w").iterdir():
        entries = unpack_shard(path.read_bytes())
        assert not entries.keys() & found.keys()
        found |= {key: {value >> 4 for value in unpack_postings(postings)} for key, postings in entries.items()}
    return found


def list_keys(language: str, *texts: str) -> set[str]:
    return {key for text in texts for word in split_words(text) if (key := make_key(word.text, language))}


def read_body(site: Path, url: str) -> str:
    """The text of an article with space between paragraphs and cells, without what only points to its notes and without the gallery below."""
    html = (site / url / "index.html").read_text("utf-8").partition('<div class="nr-body">')[2].partition('<footer class="nr-article__foot">')[0]
    html = re.sub(r'<a class="footnote-(?:ref|backref)"[^>]*>[^<]*</a>|<h2 id="fn-notes">[^<]*</h2>|<section class="nr-section nr-pictures".*|<aside.*', "", html, flags=re.S)
    return unescape(re.sub("<[^>]*>", " ", html))


# ---------------------------------------------------------------- what the pages say


@pytest.mark.parametrize("language", LANGUAGES)
def test_index_says_what_the_pages_say(own_site: Path, language: str) -> None:
    """Each article is found by the words of its page and by every spelling of what it is tagged with, and by nothing else."""
    authority, _ = load_authority(ROOT / "articles" / "authority", root=ROOT, languages=LANGUAGES)
    articles = [read_article(own_site, path) for path in own_site.glob("*/news/*/*/index.html")]
    ids = number_slugs(articles)
    postings = read_postings(own_site, language)
    mine = [article for article in articles if article.language == language]
    assert mine
    for article in mine:
        found = {key for key, members in postings.items() if ids[article.slug] in members}
        tagged = [authority.get(section, id) for section, members in article.entities.items() for id in members]
        on_page = list_keys(language, *(text for _, text in article.texts), read_body(own_site, article.url))
        missing = list_keys(language, *(text for weight, text in article.texts if weight in (8, 3)), read_body(own_site, article.url)) - found
        assert not missing, article.url
        organizations = authority.entities("organizations")
        may_have = on_page | list_keys(language, *(name for entity in (*tagged, *organizations) for name in entity.list_spellings()))
        assert list_keys(language, *(name for entity in tagged for name in entity.list_spellings())) <= found
        assert found <= may_have, article.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_header_vouches_for_every_file(own_site: Path, language: str) -> None:
    """It names every shard and bucket there is, in their order, with the checksum of each; and no file is there besides."""
    folder = own_site / "search" / language
    header = read_header(own_site, language)
    sums, words, cards = header["sums"], header["words"], header["cards"]
    assert isinstance(sums, dict) and isinstance(words, list) and isinstance(cards, list)
    shards = [folder / "w" / f"{name.replace('$', '-')}.bin" for name in words]
    buckets = [folder / "c" / f"{number}.json" for number in range(len(cards))]
    assert words == sorted(words) and cards == sorted(cards)
    assert sums["w"] == "".join(f"{int.from_bytes(path.read_bytes()[4:8], 'little') & 0xFFFFFF:06x}" for path in shards)
    assert all(int.from_bytes(path.read_bytes()[4:8], "little") == zlib.crc32(path.read_bytes()[8:]) for path in (*shards, folder / "facets.bin"))
    assert sums["c"] == "".join(f"{zlib.crc32(path.read_bytes()) & 0xFFFFFF:06x}" for path in buckets)
    assert [json.loads(path.read_bytes())[0][0] for path in buckets] == cards
    others = {folder / name for name in ("index.json", "entities.json", "facets.bin", "words.txt")}
    assert {path for path in folder.rglob("*") if path.is_file()} == {*shards, *buckets, *others}


# ---------------------------------------------------------------- lost and damaged


@pytest.fixture
def project(tmp_path: Path) -> SiteProject:
    project = SiteProject(tmp_path / "project")
    for number in range(5):
        project.write_story(Draft(f"story-{number}", f"20{10 + number}-05-01", regions=["south"], bodies={code: f"сөз{number} word{number} мәтін" for code in LANGUAGES}))
    project.build()
    return project


def change_tables(project: SiteProject, statement: str) -> None:
    connection = sqlite3.connect(project.find_state() / "store.sqlite")
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()


def damage_shard(project: SiteProject) -> None:
    """Another content of the same length, that the file's own checksum does not fit."""
    for path in (project.site / "search/kk/w").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"\x7f")


LOSSES: dict[str, Callable[[SiteProject], None]] = {
    "terms": lambda project: change_tables(project, "DELETE FROM terms"),
    "terms of one article": lambda project: change_tables(project, "DELETE FROM terms WHERE name LIKE 'kk/%story-3/%'"),
    "damaged terms": lambda project: change_tables(project, "UPDATE terms SET value = x'00' WHERE name LIKE 'kk/%'"),
    "states": lambda project: change_tables(project, "DELETE FROM indexes"),
    "damaged states": lambda project: change_tables(project, "UPDATE indexes SET value = x'80'"),
    "shards": lambda project: [path.unlink() for path in (project.site / "search/kk/w").iterdir()] and None,
    "damaged shards": damage_shard,
    "header": lambda project: (project.site / "search/ru/index.json").write_text("{}") and None,
    "cards": lambda project: (project.site / "search/ru/c/0.json").unlink(),
    "facets": lambda project: (project.site / "search/ru/facets.bin").write_bytes(b"") and None,
    "words": lambda project: (project.site / "search/ru/words.txt").unlink(),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("is_edited", [False, True])
def test_what_is_lost_comes_back(project: SiteProject, loss: str, is_edited: bool) -> None:
    """Whatever is missing in the store or in the site folder, the next build leaves what a clean one makes, with an edit or without."""
    LOSSES[loss](project)
    if is_edited:
        project.write_story(Draft("story-3", "2013-05-01", bodies={"kk": "жаңа сөздер"}))
    project.build()
    assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []


# ---------------------------------------------------------------- dates


def test_more_stories_on_a_day_than_ids(project: SiteProject) -> None:
    """A day with very many stories makes room for all of them; when they go, so does the room."""
    drafts = [Draft(f"many-{number}", "2022-06-01", languages=("kk",)) for number in range(LEAST_FACTOR // 4 + 1)]
    for draft in drafts:
        project.write_story(draft)
    project.build()
    assert read_header(project.site, "kk")["factor"] == read_header(project.site, "ru")["factor"] == 2 * LEAST_FACTOR
    assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []
    for draft in drafts:
        project.delete_story(draft)
    project.build()
    assert read_header(project.site, "kk")["factor"] == LEAST_FACTOR
    assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []


def test_stories_of_every_year(project: SiteProject) -> None:
    """From the first day that a story can have to the last, each is found under an id of its own, the later ones under larger ids."""
    for day in ("1900-01-01", "1999-12-31", "2099-12-31"):
        project.write_story(Draft(f"day-{day}", day, bodies={"kk": "ерекшебелгі"}))
    project.build()
    ids = sorted(read_postings(project.site, "kk")[make_key("ерекшебелгі", "kk")])
    assert [id // LEAST_FACTOR for id in ids] == [0, 36_523, 73_048]
