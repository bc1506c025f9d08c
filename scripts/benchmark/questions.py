"""The known-item questions of tests/questions, the fixture stories that they seek, and projects that have these in a crowd.

A question seeks one story. What the crowd says is made up by benchmark.stories; the project's own articles are part of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from .corpus import ROOT, write_corpus
from .stories import LANGUAGES, Fields

QUESTIONS = ROOT / "tests" / "questions"
NOTES = {
    "kk": "Бұл мәтін сынақ үшін жазылған, онда айтылған оқиға болған жоқ.",
    "ru": "Этот текст написан для проверки, описанного события не было.",
    "en": "This text was written for a test, the event in it did not happen.",
}
NOTHING = "-"
SETS = ("", "-second")
"""Ends of the names of the files; the second set was written when the search was ready, and measured before anything was changed for it."""


class Question(NamedTuple):
    """What a reader asks, and where the answer stands."""

    category: str
    language: str
    """Of the index that is asked."""
    text: str
    story: str
    """Slug of the story that the reader means."""


class Story(NamedTuple):
    """A fixture story."""

    slug: str
    day: str
    region: str
    union: str
    kind: str
    texts: dict[str, tuple[str, str, str]]
    """Language -> title, summary, body."""


def read_questions(which: str) -> list[Question]:
    """Of one of the SETS."""
    lines = (QUESTIONS / f"questions{which}.tsv").read_text(encoding="utf-8").splitlines()
    return [Question(*line.split("\t")) for line in lines[1:]]


def read_stories(which: str) -> list[Story]:
    """Of one of the SETS: blocks of a line of facts and a line for each language."""
    lines = [line for line in (QUESTIONS / f"stories{which}.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    stories = []
    for place in range(0, len(lines), 1 + len(LANGUAGES)):
        facts, *versions = lines[place : place + 1 + len(LANGUAGES)]
        texts = {}
        for version in versions:
            language, _, text = version.partition(": ")
            title, summary, body = text.split(" | ")
            texts[language] = (title, summary, body)
        slug, day, region, union, kind = facts.split(" ")
        stories.append(Story(slug, day, region, union, kind, texts))
    return stories


def write_project(folder: Path, *, stories: int) -> int:
    """A project of generated stories, the project's own and the fixtures; returns the number of its articles."""
    write_corpus(folder, stories=stories)
    shutil.copytree(ROOT / "articles", folder / "articles", ignore=shutil.ignore_patterns("authority", "README.md"), dirs_exist_ok=True)
    for which in SETS:
        write_stories(folder / "articles", read_stories(which))
    return len(list(folder.glob("articles/2*/*.md")))


def write_stories(folder: Path, stories: Iterable[Story]) -> None:
    """The files of fixture stories; the languages are the original in turn."""
    for number, story in enumerate(stories):
        original = LANGUAGES[number % len(LANGUAGES)]
        for language, (title, summary, body) in story.texts.items():
            fields = Fields()
            fields.add("title", title)
            fields.add("summary", summary)
            if language == original:
                fields.lines.append(f"date: {story.day}")
                fields.add("kind", story.kind)
                fields.add_list("regions", [id for id in (story.region,) if id != NOTHING])
                fields.add_list("unions", [id for id in (story.union,) if id != NOTHING])
            else:
                fields.add("original", original)
            place = folder / story.day[:4] / f"{story.slug}.{language}.md"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("---\n" + "\n".join(fields.lines) + f"\n---\n\n{body}\n\n{NOTES[language]}\n", encoding="utf-8", newline="\n")


def build_project(folder: Path) -> Path:
    """Builds the site as `newsroom build` does, in a process of its own; raises subprocess.CalledProcessError."""
    command = [sys.executable, "-c", "from newsroom.cli import main; main()", "build", "--quiet"]
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")}, stdin=subprocess.DEVNULL, check=True)
    return folder / "site"


# ---------------------------------------------------------------- answers

ASK = """async ([root, language, texts, limit]) => {
  const { openSearch } = await import(`${root}assets/newsroom/search.js`);
  const search = openSearch({ base: root, language });
  const answers = [];
  for (const text of texts) {
    const { results, total, corrected, dropped } = await search.query(text, { limit, excerpts: false });
    answers.push({ slugs: results.map((result) => result.url.split("/").at(-2)), total, corrected, dropped });
  }
  return answers;
}"""
"""In a page: the first `limit` stories for every text."""
WANTED = 10


class Result(NamedTuple):
    """How a question went."""

    question: Question
    rank: int
    """Place of the story among the first ten, from 1; 0 when it is not there."""
    answer: dict[str, object]

    def describe(self) -> str:
        details = {name: value for name, value in self.answer.items() if value and name != "slugs"}
        return f"{self.question.category} {self.question.language}: {self.question.text} -> {self.question.story} ({json.dumps(details, ensure_ascii=False)})"


def rate(questions: Iterable[Question], answers: Iterable[dict[str, object]]) -> list[Result]:
    results = []
    for question, answer in zip(questions, answers, strict=True):
        slugs = answer["slugs"]
        assert isinstance(slugs, list)
        results.append(Result(question, slugs.index(question.story) + 1 if question.story in slugs else 0, answer))
    return results


class Figures(NamedTuple):
    """Recall among the first ten, mean reciprocal rank."""

    questions: int
    recall: float
    reciprocal_rank: float


def summarize(results: Sequence[Result]) -> dict[str, Figures]:
    """By category, in the order of the questions, then of all under "all"."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.question.category, []).append(result)
    groups["all"] = list(results)
    return {
        name: Figures(len(group), sum(result.rank > 0 for result in group) / len(group), sum(1 / result.rank for result in group if result.rank) / len(group))
        for name, group in groups.items()
    }
