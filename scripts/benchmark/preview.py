"""Measures `newsroom serve` in a real browser: `python -m benchmark.preview --stories N`, in the environment of the tests.

    PYTHONPATH=scripts .venv-test/bin/python -m benchmark.preview --stories 10000

Writes the corpus of scripts/bench.py and starts the preview twice, without and with what an earlier start kept. Then it saves each kind
of edit ten times and takes the seconds from before the save until the page that is open has shown it: the browser notes the time
after the second frame that has the new text. The edits are those of one file each; every other time it is saved by a rename. What
else the machine does shows in the load average. --project measures a folder that `benchmark.corpus` made.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

from chromium import find_chromium

from .corpus import MANIFEST, write_corpus

ROUNDS = 10
PROMISE_SECONDS = 0.5
KINDS = ("statement", "announcement")
WAIT_SECONDS = 120
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

WATCH = """
(function look() {
  const wanted = sessionStorage.getItem("wanted");
  if (!wanted || window.seen || !document.body || !document.body.innerText.includes(wanted)) return requestAnimationFrame(look);
  requestAnimationFrame(() => requestAnimationFrame(() => { window.seen = performance.timeOrigin + performance.now(); }));
})();
"""
"""In every page: notes when the wanted text has been painted."""


class Edit(NamedTuple):
    """One kind of edit."""

    name: str
    path: str
    url: str
    make: Callable[[str, str], str]
    """(content of the file, a new text) -> its new content."""


class Preview:
    """A running `newsroom serve`."""

    def __init__(self, project: Path) -> None:
        command = shutil.which("newsroom", path=str(Path(sys.executable).parent))
        if command is None:
            raise SystemExit(f"newsroom is not installed beside {sys.executable}")
        started = time.perf_counter()
        self.process = subprocess.Popen([command, "serve", "--port", "0"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        self.url = self._wait_for_address()
        self.seconds = time.perf_counter() - started

    def _wait_for_address(self) -> str:
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                return found[0]
            lines.append(line)
        raise SystemExit("newsroom serve ended:\n" + "".join(lines))

    def read_memory(self) -> int | None:
        """Its resident bytes; None where /proc does not tell."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) * 1024 if found else None

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate()


def list_edits(project: Path) -> list[Edit]:
    """Of the newest story's original, of the authority files, docs/ and the theme."""
    newest = find_newest(project)
    path = newest.relative_to(project).as_posix()
    slug, language, _ = newest.name.split(".")
    url = f"{language}/news/{newest.parent.name}/{slug}/"
    return [
        Edit("body", path, url, lambda content, text: f"{content}\n{text}\n"),
        Edit("title", path, url, retitle),
        Edit("title, seen on the front page", path, f"{language}/", retitle),
        Edit("facts", path, url, lambda content, text: re.sub(r"(?m)^kind:", f'place: "{text}"\nkind:', re.sub(r"(?m)^place:.*\n(?:  .*\n)*", "", content), count=1)),
        Edit("kind", path, url, lambda content, text: retitle(re.sub(r"(?m)^kind:.*$", f"kind: {KINDS[int(text[-1]) % 2]}", content, count=1), text)),
        Edit("another story added", path.replace(slug, "added"), f"{language}/", retitle),
        Edit("region renamed", "articles/authority/regions.yml", "en/regions/", lambda content, text: re.sub(r"(?m)^    en: .*$", f"    en: {text}", content, count=1)),
        Edit("page of docs/", "docs/en/about.md", "en/about/", lambda content, text: f"{content}\n{text}\n"),
        Edit("theme", "overrides/partials/footer.html", url, lambda content, text: content.replace("</footer>", f"<p>{text}</p></footer>")),
    ]  # fmt: skip


def retitle(content: str, title: str) -> str:
    return re.sub(r'(?m)^title: ".*"$', f'title: "{title}"', content, count=1)


def find_newest(project: Path) -> Path:
    """The file of the newest story's original."""
    return project / json.loads((project / MANIFEST).read_bytes())["newest"]


def measure(page: Page, preview: Preview, project: Path, edit: Edit) -> list[float]:
    """Seconds from save to seen, of each round; the file is as before afterwards."""
    place = project / edit.path
    is_new = not place.exists()
    original = (find_newest(project) if is_new else place).read_text(encoding="utf-8")
    page.goto(preview.url + edit.url)
    seconds = []
    for number in range(ROUNDS):
        text = f"Seen at {time.time_ns()} in round {number}"
        page.evaluate("text => { sessionStorage.setItem('wanted', text); window.seen = 0; }", text)
        content = edit.make(original, text).encode()
        started = time.time()
        save(place, content, by_renaming=number % 2 == 1)
        seen = page.wait_for_function("() => window.seen", timeout=WAIT_SECONDS * 1000).json_value()
        seconds.append(seen / 1000 - started)
        if is_new:
            place.unlink()
        time.sleep(0.5)
    if not is_new:
        save(place, original.encode(), by_renaming=False)
    time.sleep(3)
    return seconds


def save(path: Path, content: bytes, *, by_renaming: bool) -> None:
    if by_renaming:
        fresh = path.with_name(f"{path.name}.fresh")
        fresh.write_bytes(content)
        fresh.replace(path)
    else:
        path.write_bytes(content)


def measure_starts(project: Path) -> Iterator[tuple[str, float]]:
    shutil.rmtree(project / ".newsroom" / "preview", ignore_errors=True)
    for name in ("first start", "next start"):
        preview = Preview(project)
        yield name, preview.seconds
        preview.close()


def run(project: Path) -> dict[str, Any]:
    results: dict[str, Any] = {"load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None}
    for name, seconds in measure_starts(project):
        results[name] = round(seconds, 2)
        print(f"{name}: {seconds:.2f} s", file=sys.stderr)
    preview = Preview(project)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=ARGUMENTS)
            page = browser.new_page()
            page.add_init_script(WATCH)
            for edit in list_edits(project):
                seconds = measure(page, preview, project, edit)
                results[edit.name] = {"median": round(statistics.median(seconds), 3), "slowest": round(max(seconds), 3)}
                print(f"{edit.name}: median {statistics.median(seconds):.3f} s, slowest {max(seconds):.3f} s", file=sys.stderr)
            browser.close()
        results["memory_bytes"] = preview.read_memory()
    finally:
        preview.close()
    return results


@contextmanager
def open_project(given: Path | None, stories: int) -> Iterator[Path]:
    """The folder to measure: the given one, or one with a new corpus that goes at the end."""
    if given is not None:
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="newsroom-preview-bench-") as folder:
        write_corpus(Path(folder), stories=stories)
        yield Path(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmark.preview", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=10_000, metavar="N", help="how many stories, each in three languages; 10,000 if not given")
    parser.add_argument("--project", type=Path, metavar="DIR", help="measure this project of benchmark.corpus instead of a new one")
    arguments = parser.parse_args()
    with open_project(arguments.project, arguments.stories) as project:
        results = run(project)
    print(json.dumps(results))
    return 0 if max(results[name]["median"] for name in ("body", "title")) <= PROMISE_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
