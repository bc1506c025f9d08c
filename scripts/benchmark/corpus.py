"""Writes a generated corpus as a project of its own: `python -m benchmark.corpus FOLDER --stories N`.

The folder gets the configuration, docs/, overrides/ and authority files of this project, N stories in three languages, one
more story that waits in spare/, and corpus.json, which says what is where. The same N gives the same bytes on any machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random

from newsroom.authority import Authority
from newsroom.authority_files import load_authority

from .stories import FRESH_DAY, LANGUAGES, SEED, Plan, StoryWriter

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("mkdocs.yml", "docs", "overrides", "articles/authority")
MANIFEST = "corpus.json"
SPARE = "spare"
_BATCH = 250
_UNLINKED = 7
"""No story links to a story whose number ends in this digit, so that it can be deleted."""

README = """\
Everything here but authority/ was made by scripts/bench.py to measure builds. The stories are made up by a program: no text,
number or statement in them is true, and none of them belongs on a public site.
"""


def write_corpus(folder: Path, *, stories: int, jobs: int = 0) -> None:
    """Fills an empty folder with the project. jobs: number of processes, 0 for one a core."""
    copy_project(folder)
    (folder / "articles" / "README.md").write_text(README, encoding="utf-8", newline="\n")
    ranges = [range(start, min(start + _BATCH, stories)) for start in range(0, stories, _BATCH)]
    workers = min(jobs or os.cpu_count() or 1, len(ranges))
    writer = StoryWriter(_load_authority(folder))
    if workers > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(folder,)) as pool:
            list(pool.map(_write_batch, ranges))
    else:
        for numbers in ranges:
            _write_stories(writer, folder / "articles", map(writer.plan, numbers))
    _write_stories(writer, folder / SPARE, [writer.plan(stories, day=FRESH_DAY)])
    (folder / MANIFEST).write_text(json.dumps(describe_corpus(writer, stories), indent=2), encoding="utf-8", newline="\n")


def copy_project(folder: Path) -> None:
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)


def describe_corpus(writer: StoryWriter, stories: int) -> dict[str, object]:
    """Which files the measured changes touch; paths relative to the project folder."""
    plans = [writer.plan(number) for number in range(stories)]
    newest = max(plans, key=lambda plan: (plan.day, plan.number))
    unlinked = [plan for plan in plans if plan.number % 10 == _UNLINKED] or plans[-1:]
    return {
        "stories": stories,
        "articles": stories * len(LANGUAGES),
        "newest": f"articles/{newest.path(newest.original)}",
        "deletable": _list_files(unlinked[len(unlinked) // 2], "articles"),
        "spare": _list_files(writer.plan(stories, day=FRESH_DAY), SPARE),
    }


def _list_files(plan: Plan, folder: str) -> list[str]:
    return [f"{folder}/{plan.path(language)}" for language in LANGUAGES]


def _load_authority(folder: Path) -> Authority:
    authority, problems = load_authority(folder / "articles" / "authority", root=folder, languages=LANGUAGES)
    if problems:
        raise SystemExit("\n".join(f"{problem.path}:{problem.line}: {problem.message}" for problem in problems))
    return authority


def _write_stories(writer: StoryWriter, folder: Path, plans: Iterable[Plan]) -> None:
    for plan in plans:
        for path, text in writer.write(plan, linked=_choose_linked(writer, plan)):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")


def _choose_linked(writer: StoryWriter, plan: Plan) -> Plan | None:
    """Half of all stories link to one of a lower number."""
    source = Random(f"{SEED}/{plan.number}/link").random
    number = int(source() * plan.number)
    return writer.plan(number) if source() < 0.5 and plan.number and number % 10 != _UNLINKED else None


# ---------------------------------------------------------------- worker processes

_kept: dict[str, tuple[StoryWriter, Path]] = {}


def _start_worker(folder: Path) -> None:
    _kept["writer"] = StoryWriter(_load_authority(folder)), folder / "articles"


def _write_batch(numbers: range) -> None:
    writer, folder = _kept["writer"]
    _write_stories(writer, folder, map(writer.plan, numbers))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmark.corpus", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the project goes; must not exist or be empty")
    parser.add_argument("--stories", type=int, required=True, metavar="N", help="how many stories, each in three languages")
    arguments = parser.parse_args()
    if arguments.folder.exists() and any(arguments.folder.iterdir()):
        parser.error(f"{arguments.folder} is not empty")
    write_corpus(arguments.folder, stories=arguments.stories)


if __name__ == "__main__":
    main()
