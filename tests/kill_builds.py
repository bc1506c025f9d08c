"""Builds a site again and again, kills each build at a random moment, and prints as JSON what was found after the kills.

Run by test_kill: kill_builds.py FOLDER KIND KILLS. KIND: cold (into an empty folder), edited (every page changes), publishing (the
same, killed while the new files are put in place) or pool (the same as edited, with two worker processes; only their parent is
killed).
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import newsroom.execute
from newsroom.execute import Tasks
from newsroom.publish import Publisher
from site_factory import MANIFEST, Draft, SiteProject, compare_trees, read_tree

Tree = dict[str, bytes | None]


class Killer:
    """Switches a site between two editions and kills the builds that do so."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.kind = kind
        self.tasks = Tasks(jobs=2 if kind == "pool" else 1)
        self.random = random.Random(kind)
        self.project = SiteProject(folder / "project")
        self.trees: list[Tree] = []
        for edition in range(2):
            self.edit(edition)
            self.trees.append(self.project.build_clean(folder))
        self.pipe = -1
        """Open for writing as long as a process of the last build lives."""
        self.seconds = 0.0
        """From the moment that `start` waits for to the end of the build."""
        files = [path for path, content in self.trees[1].items() if content is not None]
        self.report: dict[str, Any] = {"faults": [], "killed": 0, "finished": 0, "between": 0, "files": len(files)}

    def edit(self, edition: int) -> None:
        """Other titles and names change almost every page; a story comes and goes."""
        for number in range(10):
            titles = dict.fromkeys(self.project.languages, f"Кеңес {number} {edition}")
            self.project.write_story(Draft(f"story-{number}", f"20{12 + number}-03-01", regions=["south"], unions=["miners"], people=["asanov"], titles=titles))
        for section in ("regions", "unions", "people", "kinds"):
            for id, entry in self.project.authority[section].items():
                entry["names"] = dict.fromkeys(self.project.languages, f"{id} {edition}")
        self.project.write_authority()
        visit = Draft("visit", date="2010-01-01")
        self.project.write_story(visit) if edition else self.project.delete_story(visit)

    def prepare(self, edition: int) -> Tree:
        """Brings everything to the state before the build; returns the tree of it."""
        if self.kind == "cold":
            shutil.rmtree(self.project.site, ignore_errors=True)
            shutil.rmtree(self.project.find_state(), ignore_errors=True)
        self.edit(edition)
        return read_tree(self.project.site) if self.project.site.exists() else {}

    def start(self) -> int:
        """Starts a build in a process of its own, and waits until it publishes when that is the moment to kill it in."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            self.build_and_exit(writing)
        os.setpgid(child, child)  # whoever of the two comes first
        os.close(writing)
        if self.kind == "publishing":
            os.read(reading, 1)
        self.pipe = reading
        return child

    def build_and_exit(self, pipe: int) -> None:
        make_way = Publisher.make_way
        Publisher.make_way = lambda *arguments: (os.write(pipe, b"."), make_way(*arguments))[1]  # type: ignore[method-assign]
        try:
            self.project.build(tasks=self.tasks)
        finally:
            os._exit(0)

    def measure(self) -> None:
        """How long the build takes that will be killed."""
        for edition in (0, 1, 0, 1):
            self.prepare(edition)
            child, started = self.start(), time.perf_counter()
            os.waitpid(child, 0)
            self.seconds = time.perf_counter() - started
            os.close(self.pipe)

    def kill_one(self, edition: int) -> None:
        before = self.prepare(edition)
        child = self.start()
        time.sleep(self.random.uniform(0.0, self.seconds))
        (os.kill if self.kind == "pool" else os.killpg)(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        self.report["killed" if os.WIFSIGNALED(status) else "finished"] += 1
        if not os.WIFSIGNALED(status):
            self.seconds *= 0.8  # builds have become faster since they were measured
        self.examine(before, self.trees[edition])
        self.await_workers(child)
        self.project.build(tasks=self.tasks)
        self.report["faults"] += [f"not mended: {difference}" for difference in compare_trees(read_tree(self.project.site), self.trees[edition])]

    def await_workers(self, child: int) -> None:
        """The workers of a killed build end by themselves, and soon: then nobody holds the pipe."""
        while select.select([self.pipe], [], [], 10)[0]:
            if not os.read(self.pipe, 100):
                break
        else:
            self.report["faults"].append("workers outlived their build")
            os.killpg(child, signal.SIGKILL)
        os.close(self.pipe)

    def examine(self, before: Tree, after: Tree) -> None:
        """Every file that readers see is of one edition or the other."""
        found = read_tree(self.project.site) if self.project.site.exists() else {}
        pages = {path for path in found if not path.startswith((".newsroom-new", MANIFEST))}
        torn = [path for path in pages if found[path] not in (before.get(path, b""), after.get(path, b""))]
        self.report["faults"] += [f"torn: {path}" for path in torn]
        self.report["faults"] += [f"missing: {path}" for path in (before.keys() & after.keys()) - found.keys()]
        changing = [path for path in pages if before.get(path) != after.get(path)]
        self.report["between"] += 0 < sum(found[path] == after.get(path) for path in changing) < len(changing)


def main(folder: str, kind: str, kills: str) -> None:
    newsroom.execute.POOL_THRESHOLD = 20
    killer = Killer(Path(folder), kind)
    killer.measure()
    for number in range(3 * int(kills)):
        killer.kill_one(number % 2)
        if killer.report["killed"] == int(kills):
            break
    print(json.dumps(killer.report))


if __name__ == "__main__":
    main(*sys.argv[1:])
