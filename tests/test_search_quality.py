"""How well readers find what they seek: the known-item questions of tests/questions, asked in Chromium of a small site.

`python -m benchmark.search` measures the same with more articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from benchmark.questions import ASK, SETS, WANTED, Question, Result, build_project, rate, read_questions, read_stories, summarize, write_project
from benchmark.stories import LANGUAGES
from own_site import ROOT, list_versions

CROWD = 150
"""Generated stories beside those that are sought."""
QUESTIONS = [question for which in SETS for question in read_questions(which)]
LEAST_RECALL = {"exact": 0.98, "kk-inflected": 0.92, "ru-en-inflected": 0.95, "kk-typed": 0.88, "names": 0.95, "typo": 0.75, "all": 0.90}
LEAST_RECIPROCAL_RANK = 0.75


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of more than five hundred articles."""
    folder = tmp_path_factory.mktemp("questions")
    assert write_project(folder, stories=CROWD) > 500
    return build_project(folder)


@pytest.fixture(scope="module")
def results(site: Path, browser: Any, serve_folder: Callable[..., Any]) -> list[Result]:
    """How every question went."""
    return ask_all(browser.new_page(), serve_folder(site).url, QUESTIONS)


def ask_all(page: Page, root: str, questions: list[Question]) -> list[Result]:
    found = []
    for language in LANGUAGES:
        page.goto(f"{root}{language}/about/")
        mine = [question for question in questions if question.language == language]
        found += rate(mine, page.evaluate(ASK, [root, language, [question.text for question in mine], WANTED]))
    return found


def test_questions_are_sound():
    """Three hundred and more, none twice, of every category, and each seeks a story that is there in its language."""
    stories = {(story.slug, language) for which in SETS for story in read_stories(which) for language in story.texts}
    own = {(path.partition("/")[2], language) for path, language in list_versions(ROOT)}
    assert len({(question.language, question.text) for question in QUESTIONS}) == len(QUESTIONS) >= 300
    assert {(question.story, question.language) for question in QUESTIONS} <= stories | own
    counts = Counter(question.category for question in QUESTIONS)
    assert [*counts, "all"] == list(LEAST_RECALL) and min(counts.values()) >= 40


@pytest.mark.parametrize("category", LEAST_RECALL)
def test_stories_are_among_the_first_ten(results, category):
    """Of each category, and of all, so large a share of the stories sought is found."""
    missed = [result.describe() for result in results if not result.rank and category in (result.question.category, "all")]
    assert summarize(results)[category].recall >= LEAST_RECALL[category], "\n".join(missed)


def test_stories_come_early(results):
    """What is sought stands near the top."""
    late = [f"{result.rank}: {result.describe()}" for result in results if result.rank != 1]
    assert summarize(results)["all"].reciprocal_rank >= LEAST_RECIPROCAL_RANK, "\n".join(late)
