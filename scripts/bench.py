"""Measures builds of a generated news site: cold, with nothing changed, and after each kind of edit."""

import sys

NAME = "bench.py"
if sys.version_info < (3, 11):
    # Everything above and including these lines stays readable for old Pythons.
    sys.stderr.write(NAME + " needs Python 3.11 or newer; this is Python %d.%d. Install a newer one and run it with that.\n" % sys.version_info[:2])
    sys.exit(2)

import argparse
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.changes import CHANGES, Change, ChangeError
from benchmark.processes import CommandFailed, Usage, list_written, run_measured, scan_tree
from environment import BUILD_ENVIRONMENT, ROOT, Environment, ready_or_exit, say

SETTLE_SECONDS = 0.5
RACY_SECONDS = 2.5
"""Files that are younger than two seconds when a build reads them are read once more by the next build. Only edited ones are."""

HELP = """\
Writes N stories in three languages (about 450 words each, 2012 to 2026) into a project of their own, with this checkout's
mkdocs.yml, docs/, overrides/ and authority files, and runs `newsroom build --quiet` there eight times:

  cold              there is no site yet
  unchanged         the same once more
  body_edited       a paragraph more in the newest story
  title_edited      another headline of the newest story
  region_renamed    another name of one region in articles/authority/regions.yml
  story_added       a new story in three languages, the newest of all
  story_deleted     a story of the middle of the archive is gone
  template_changed  a line more in overrides/partials/footer.html, which every page shows

Each change stays. The stories are drawn from a fixed seed: the same N gives the same files everywhere. What is measured of each
run, as a whole process with all those it starts:

  wall    seconds from start to end, with the start of Python
  CPU     user and system seconds of all processes
  peak    memory of all processes together, seen every 20 ms (large processes less often); shared pages count once
  files   how many files of the site folder were written, and their bytes

"unknown" (null in JSON) is what the system does not tell: CPU on Windows, memory without /proc.

10,000 stories are 30,000 articles and need 3 GB in the folder for temporary files (TMPDIR), or in that of --keep. Nothing else
should run at the same time.
"""

EXAMPLES = """\
examples:
  python3 scripts/bench.py --stories 1000
  python3 scripts/bench.py --stories 10000 --json > bench.json
  python3 scripts/bench.py --stories 100 --keep ../bench        # look at the stories and the site afterwards

exit codes: 0 measured; 1 a build failed; 2 wrong usage, or the environment could not be made
"""


class Run(NamedTuple):
    """One measured build."""

    usage: Usage
    files_written: int
    bytes_written: int
    pages: int
    """HTML files in the finished site."""
    site_bytes: int

    def as_json(self) -> dict[str, float | int | None]:
        cpu_seconds = None if self.usage.cpu_seconds is None else round(self.usage.cpu_seconds, 3)
        return {
            "wall_seconds": round(self.usage.wall_seconds, 3),
            "cpu_seconds": cpu_seconds,
            "peak_bytes": self.usage.peak_bytes,
            "files_written": self.files_written,
            "bytes_written": self.bytes_written,
        }


class Bench:
    """Measures builds of one project folder with the newsroom of one environment."""

    def __init__(self, environment: Environment, folder: Path, *, jobs: int, report: Callable[[str], None]) -> None:
        self._environment = environment
        self._folder = folder
        self._jobs = jobs
        self._report = report
        self._variables = {"PYTHONPATH": str(ROOT / "scripts")}  # this checkout's newsroom, whichever is installed

    def write_corpus(self, stories: int) -> dict[str, Any]:
        """Makes the project; returns its corpus.json."""
        self._report(f"writing {stories:,} stories ...")
        command = [str(self._environment.python), "-m", "benchmark.corpus", str(self._folder), "--stories", str(stories)]
        subprocess.run(command, check=True, env={**os.environ, **self._variables})
        time.sleep(RACY_SECONDS)
        manifest: dict[str, Any] = json.loads((self._folder / "corpus.json").read_bytes())
        return manifest

    def warm_up(self) -> None:
        """Loads every module once, so that the first measured build does not compile them: builds the site without stories."""
        with tempfile.TemporaryDirectory() as folder:
            self._report("warming up ...")
            for name in ("docs", "overrides", "articles/authority"):
                shutil.copytree(self._folder / name, Path(folder, name))
            shutil.copyfile(self._folder / "mkdocs.yml", Path(folder, "mkdocs.yml"))
            run_measured(self._build_command(), folder=Path(folder), variables=self._variables)

    def measure(self, change: Change, manifest: dict[str, Any]) -> Run:
        """Makes the change, lets the disk come to rest, builds."""
        site = self._folder / "site"
        change.make(self._folder, manifest)
        before = scan_tree(site)
        settle()
        usage = run_measured(self._build_command(), folder=self._folder, variables=self._variables)
        after = scan_tree(site)
        written = list_written(before, after)
        pages = sum(path.endswith(".html") for path in after)
        site_bytes = sum(state.size_bytes for state in after.values())
        run = Run(usage, len(written), sum(after[path].size_bytes for path in written), pages, site_bytes)
        self._report(f"{change.label}: {usage.wall_seconds:.2f} s, {run.files_written:,} files written")
        return run

    def _build_command(self) -> list[str]:
        return [str(self._environment.command("newsroom")), "build", "--quiet", "--jobs", str(self._jobs)]


def settle() -> None:
    """Waits until what was written before no longer disturbs."""
    if hasattr(os, "sync"):
        os.sync()
    time.sleep(SETTLE_SECONDS)


# ---------------------------------------------------------------- results


def describe_json(manifest: dict[str, Any], runs: dict[str, Run]) -> str:
    return json.dumps({"stories": manifest["stories"], "articles": manifest["articles"], "runs": {name: run.as_json() for name, run in runs.items()}})


def describe_table(manifest: dict[str, Any], runs: dict[str, Run]) -> Iterator[str]:
    """The lines of the table, as docs/handbook/performance.md has it."""
    cold = runs["cold"]
    yield f"{time.strftime('%Y-%m-%d')}, {manifest['articles']:,} articles, {cold.pages:,} pages, {cold.site_bytes / 1e6:,.0f} MB; {describe_machine()}"
    yield ""
    yield "| run | wall s | CPU s | peak MiB | files written | MB written |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    labels = {change.name: change.label for change in CHANGES}
    for name, run in runs.items():
        cpu = "unknown" if run.usage.cpu_seconds is None else f"{run.usage.cpu_seconds:.2f}"
        peak = "unknown" if run.usage.peak_bytes is None else f"{run.usage.peak_bytes / 2**20:,.0f}"
        yield f"| {labels[name]} | {run.usage.wall_seconds:.2f} | {cpu} | {peak} | {run.files_written:,} | {run.bytes_written / 1e6:,.1f} |"


def describe_machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


# ---------------------------------------------------------------- the command


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 scripts/bench.py", description=HELP, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=parse_count, required=True, metavar="N", help="how many stories; each has three articles")
    parser.add_argument("--json", action="store_true", help="print one line of JSON and nothing else")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the project in this new folder and leave it there")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes that a build works with; 0, the default, means one for each core")
    parser.add_argument("--environment", type=Path, metavar="DIR", help="a Python environment to measure in, instead of .venv")
    chosen = parser.parse_args(arguments)
    if chosen.keep and chosen.keep.exists() and (not chosen.keep.is_dir() or any(chosen.keep.iterdir())):
        parser.error(f"{chosen.keep} is there already and not an empty folder")
    return chosen


def parse_count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of stories")
    return int(text)


@contextmanager
def open_folder(keep: Path | None) -> Iterator[Path]:
    """The folder to work in: the one to keep, or one that goes at the end."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder:
            yield Path(folder)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()


def main(arguments: list[str]) -> int:
    chosen = parse_arguments(arguments)
    environment = BUILD_ENVIRONMENT
    if chosen.environment:
        environment = Environment(chosen.environment.absolute(), BUILD_ENVIRONMENT.lock)
    else:
        ready_or_exit(environment)
    with open_folder(chosen.keep) as folder:
        bench = Bench(environment, folder, jobs=chosen.jobs, report=(lambda line: None) if chosen.json else say)
        try:
            manifest = bench.write_corpus(chosen.stories)
            bench.warm_up()
            runs = {change.name: bench.measure(change, manifest) for change in CHANGES}
        except (CommandFailed, ChangeError, subprocess.CalledProcessError, OSError) as error:
            say(f"error: {error}")
            return 1
        except KeyboardInterrupt:
            say("stopped")
            return 130
        print(describe_json(manifest, runs) if chosen.json else "\n".join(describe_table(manifest, runs)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
