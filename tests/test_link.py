"""Articles put together: stories, translations, who belongs where, related stories, links. Problems as printed: test_problems."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.link import RELATED_STORIES, link_site, list_memberships, resolve_target
from newsroom.model import Article, Document, Event, Facts, Figure, Participation
from newsroom.problems import MAXIMUM_PROBLEMS

DAY = date(2022, 5, 1)


def make_article(slug: str, language: str = "kk", *, original: str = "kk", links: tuple[str, ...] = (), pictures: tuple[str, ...] = (), year: int = 2022, **facts) -> Article:
    """An article with the given facts; an original has a date and a kind without being asked."""
    if original == language:
        facts = {"date": DAY, "kind": "news", **facts}
    path = f"articles/{year}/{slug}.{language}.md"
    targets = [resolve_target(path, link) for link in links] + [resolve_target(path, picture, is_image=True) for picture in pictures]
    return Article(
        path=path, year=year, slug=slug, language=language, original_language=original, title=f"{slug} {language}", summary="", digest=b"", facts_digest=b"",
        card_digest=b"", facts=Facts(**facts), stated=tuple(facts), targets=tuple(targets),
    )  # fmt: skip


def link(*articles: Article, attachments=(), docs=(), failed=(), headings=None):
    headings = headings or {}
    return link_site(articles, attachments=dict.fromkeys(attachments, (1,)), docs_pages=docs, failed_paths=failed, read_headings=lambda path: headings.get(path, ()))


def list_codes(*articles: Article, **options) -> list[str]:
    return [finding.code for finding in link(*articles, **options)[1]]


# ---------------------------------------------------------------- stories


def test_stories_come_newest_first():
    """By date, those of one day by slug; each with all its versions."""
    site, findings = link(
        make_article("b"), make_article("a"), make_article("c", date=date(2022, 6, 1)), make_article("a", "ru"), make_article("old", date=date(2018, 1, 1), year=2018),
    )  # fmt: skip
    assert findings == []
    assert list(site.stories) == ["c", "a", "b", "old"]
    assert set(site.stories["a"].versions) == {"kk", "ru"} and site.stories["a"].original.language == "kk"
    assert site.stories["b"].version_for("en").language == "kk"


def test_a_story_is_listed_everywhere_once():
    """Its kind, regions, unions and people; a person who appears twice counts once."""
    facts = Facts(date=DAY, kind="news", regions=("r1", "r2"), unions=("u",), organizations=("o",), people=(Participation("p"), Participation("p")))
    assert list(list_memberships(facts)) == [("kinds", "news"), ("regions", "r1"), ("regions", "r2"), ("unions", "u"), ("people", "p")]


def test_related_stories_share_most_and_are_near():
    """Those with the same region before those with the same kind only, no story itself, never more than the limit."""
    articles = [make_article(f"s{number:02}", date=DAY + timedelta(days=number), regions=("lake",) if number % 3 == 0 else ()) for number in range(12)]
    site, _ = link(*articles)
    related = site.stories["s06"].related
    assert len(related) == RELATED_STORIES and "s06" not in related
    assert {"s03", "s09"} <= set(related)


def test_one_story_has_no_related():
    """Nothing is related to the only story."""
    site, _ = link(make_article("a"))
    assert site.stories["a"].related == ()


def test_no_stories_at_all():
    """An empty site is fine."""
    site, findings = link()
    assert (site.stories, site.members, findings) == ({}, {}, [])


# ---------------------------------------------------------------- translations


EVENT = Event(name={"kk": "Форум", "ru": "Форум"}, start=DAY)
FIGURE = Figure(measure="members", value=5, as_of=DAY)


@pytest.mark.parametrize(
    ("original", "translation", "agrees"),
    [
        ({"date": DAY}, {"date": DAY}, True),
        ({}, {"date": DAY + timedelta(days=1)}, False),
        ({}, {"kind": "statement"}, False),
        ({"regions": ("a", "b")}, {"regions": ("b", "a")}, True),
        ({"regions": ("a", "b")}, {"regions": ("a",)}, False),
        ({}, {"unions": ("a",)}, False),
        ({"byline": "people/a"}, {"byline": "people/a"}, True),
        ({}, {"byline": "people/a"}, False),
        ({"place": {"kk": "Астана"}}, {"place": {"ru": "Астана"}}, True),
        ({"place": {"kk": "Астана", "ru": "Астана"}}, {"place": {"ru": "Алматы"}}, False),
        ({"event": EVENT}, {"event": Event(name={"en": "Forum"}, start=DAY)}, True),
        ({"event": EVENT}, {"event": Event(name={"ru": "Съезд"}, start=DAY)}, False),
        ({"event": EVENT}, {"event": Event(name={"en": "Forum"}, start=DAY, region="lake")}, False),
        ({}, {"event": EVENT}, False),
        ({"figures": (FIGURE,)}, {"figures": (FIGURE,)}, True),
        ({"figures": (FIGURE, FIGURE)}, {"figures": (FIGURE,)}, False),
        ({"people": (Participation("a"),)}, {"people": (Participation("b"),)}, False),
        ({"people": (Participation("a", {"kk": "Төраға"}),)}, {"people": (Participation("a", {"ru": "Председатель"}),)}, True),
    ],
)  # fmt: skip
def test_translations_may_repeat_but_not_contradict(original, translation, agrees):
    """The same value again is fine, in another order or in another language; another value is a contradiction at its field."""
    _, findings = link(make_article("a", **original), make_article("a", "ru", **translation))
    assert [(finding.path, finding.code, finding.key) for finding in findings] == ([] if agrees else [("articles/2022/a.ru.md", "contradiction", tuple(translation))])


def test_a_contradiction_shows_both_values():
    """For a plain value the message says what stands in each file."""
    _, (finding,) = link(make_article("a"), make_article("a", "ru", date=date(2022, 5, 2)))
    assert finding.message == '"date" is 2022-05-02 here and 2022-05-01 in the original articles/2022/a.kk.md'


def test_three_originals_name_each_other():
    """Each of them is told of the others."""
    _, findings = link(*(make_article("a", language, original=language) for language in ("kk", "ru", "en")))
    assert [finding.code for finding in findings] == ["two-originals"] * 3
    assert findings[0].message.startswith("articles/2022/a.kk.md, articles/2022/a.ru.md also")


def test_what_follows_from_a_broken_file_is_not_reported():
    """Translations of an original with problems of its own, and links to it, are left in peace."""
    translation = make_article("a", "ru", links=("a.kk.md",))
    assert list_codes(translation) == ["no-original", "broken-link"]
    assert list_codes(translation, failed={"articles/2022/a.kk.md"}) == []


def test_a_slug_belongs_to_one_year():
    """The later story is at fault, and its links are still checked."""
    _, findings = link(make_article("a", year=2021, date=date(2021, 1, 1)), make_article("a", links=("nothing.kk.md",)))
    assert [(finding.path, finding.code) for finding in findings] == [("articles/2022/a.kk.md", "duplicate-slug"), ("articles/2022/a.kk.md", "broken-link")]


# ---------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("destination", "kind", "value"),
    [
        ("https://example.org/", "external", ""), ("HTTP://example.org", "external", ""), ("mailto:a@b.c", "external", ""), ("tel:112", "external", ""),
        ("javascript:alert(1)", "wrong", "unsafe-link"), ("JavaScript:x", "wrong", "unsafe-link"), ("data:x", "wrong", "unsafe-link"), ("c:\\x", "wrong", "unsafe-link"),
        ("//example.org", "wrong", "unsafe-link"), ("/x", "wrong", "absolute-link"), ("\\\\x", "wrong", "absolute-link"), ("../../../x.md", "wrong", "broken-link"),
        ("#h-x", "fragment", ""), ("", "fragment", ""), ("b.ru.md", "article", "articles/2022/b.ru.md"), ("../2021/b.ru.md#h-x", "article", "articles/2021/b.ru.md"),
        ("./b.ru.md", "article", "articles/2022/b.ru.md"), ("b/../c.ru.md", "article", "articles/2022/c.ru.md"), ("../../docs/ru/about.md", "docs", "docs/ru/about.md"),
        ("../../docs/../docs/ru/about.md", "docs", "docs/ru/about.md"), ("a/plan.pdf", "attachment", "articles/2022/a/plan.pdf"), ("..", "attachment", "articles"),
        ("a/plan.pdf#page=2", "attachment", "articles/2022/a/plan.pdf"),
    ],
)  # fmt: skip
def test_what_a_destination_means(destination, kind, value):
    """By its form alone: another site, an article, a page, a file, a heading, or something that is not allowed."""
    target = resolve_target("articles/2022/a.kk.md", destination)
    assert (target.kind, target.path or target.fault) == (kind, value)


@given(st.text(max_size=40) | st.text(alphabet="./\\#?:abcmd%", max_size=30))
def test_no_destination_leaves_the_project(destination):
    """Whatever is written, what it means lies in the project or is refused."""
    target = resolve_target("articles/2022/a.kk.md", destination)
    assert not target.path.startswith(("/", "..")) and "/../" not in target.path


def test_sound_links_are_quiet():
    """Links to articles, headings, pages, files and other sites, as they should be."""
    article = make_article(
        "a", links=("b.kk.md", "b.kk.md#h-x", "#h-own", "../../docs/kk/about.md#anything", "a/plan.pdf", "https://example.org/", "mailto:a@b.c", "https:"),
        pictures=("a/hall.JPG",), documents=(Document(title={"kk": "Т"}, file="a/plan.pdf"),),
    )  # fmt: skip
    options = {"attachments": ("articles/2022/a/plan.pdf", "articles/2022/a/hall.JPG"), "docs": ("docs/kk/about.md",)}
    headings = {"articles/2022/b.kk.md": ("h-x",), "articles/2022/a.kk.md": ("h-own",)}
    _, findings = link(article, make_article("b"), headings=headings, **options)
    assert [(finding.code, finding.destination) for finding in findings] == [("broken-link", "https:")]


def test_headings_are_asked_for_only_when_needed():
    """An article without a fragment in its links makes nobody read the others."""

    def read_headings(path: str) -> tuple[str, ...]:
        raise AssertionError(path)

    _, findings = link_site([make_article("a", links=("b.kk.md",)), make_article("b")], attachments={}, docs_pages=(), failed_paths=(), read_headings=read_headings)
    assert findings == []


@pytest.mark.parametrize(
    ("destination", "hint"),
    [
        ("forun.kk.md", "did you mean forum.kk.md?"), ("Forum.kk.md", "did you mean forum.kk.md?"), ("forum.md", "did you mean forum.kk.md?"), ("forum.en.md", "did you mean forum.kk.md?"),
        ("../2021/forum.kk.md", "did you mean forum.kk.md?"), ("../../docs/ru/abuot.md", "did you mean ../../docs/ru/about.md?"), ("a/plan.pfd", "did you mean a/plan.pdf?"),
        ("xyz.kk.md", "write the path of the other .md file, relative to this file"), ("a/xyz.pdf", "put it into articles/2022/a/"),
        ("forum.kk.md#h-tow", 'did you mean "#h-two"?'), ("forum.kk.md#zzz", "headings that can be linked: #h-one, #h-two"),
    ],
)  # fmt: skip
def test_the_nearest_is_offered_as_it_must_be_written(destination, hint):
    """The hint gives the path relative to the file, of the right language and folder where several names are alike."""
    options = {"attachments": ("articles/2022/a/plan.pdf",), "docs": ("docs/kk/about.md", "docs/ru/about.md"), "headings": {"articles/2022/forum.kk.md": ("h-one", "h-two")}}
    _, findings = link(make_article("a", links=(destination,)), make_article("forum"), **options)
    assert [finding.hint for finding in findings] == [hint]


def test_many_broken_links_are_cut_and_quick():
    """In a site of 20,000 stories, a story with thousands of broken links, and many with the same one, take seconds at most."""
    articles = [make_article(f"story-{number}", date=DAY + timedelta(days=number % 200), links=("renamed-storey.kk.md",) if number < 500 else ()) for number in range(20_000)]
    bad = make_article("bad", links=tuple(f"nowhere-{number}-at-all.kk.md" for number in range(3000)))
    started = time.process_time()
    _, findings = link(*articles, bad)
    assert time.process_time() - started < 20
    assert [finding.code for finding in findings].count("broken-link") == 500 + MAXIMUM_PROBLEMS
    assert [finding.path for finding in findings if finding.code == "too-many-problems"] == ["articles/2022/bad.kk.md"]
