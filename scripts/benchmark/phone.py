"""Lighthouse's marks for the pages of a site on a phone: `python -m benchmark.phone`, in the environment of the tests.

    PYTHONPATH=scripts .venv-test/bin/python -m benchmark.phone site

Opens the largest page of each kind in each language with Lighthouse as it is set by default: a slow phone on a slow mobile network, both
simulated, nothing in the cache. The files come from this machine, packed by gzip as static hosts pack them. Prints four marks a page
(performance, accessibility, best practices, search engines; 100 is the best) and what is wrong where one is below 95; then the exit code
is 1. Lighthouse comes from npm, by the list benchmark/lighthouse/package-lock.json. A page takes about 15 seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

from chromium import find_chromium

from .search import serve
from .stories import LANGUAGES

LOWEST_MARK = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PACKAGE = Path(__file__).with_name("lighthouse")
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu"
PACKED = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt")


class Marks(NamedTuple):
    """Of a page, by category, from 0 to 100."""

    url: str
    by_category: dict[str, int]
    faults: list[str]
    """Titles of the audits that cost marks, of categories below LOWEST_MARK."""


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder, packed."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(path)}; charset=utf-8")
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in PACKED:
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def list_pages(site: Path, language: str) -> list[str]:
    """The address of the largest page of each kind; pages are of one kind when their addresses differ in names and numbers only."""
    largest: dict[tuple[str, ...], Path] = {}
    for path in sorted((site / language).rglob("index.html")):
        parts = path.relative_to(site / language).parts
        kind = (*parts[:1], *("*" for _ in parts[1:]))
        if kind not in largest or path.stat().st_size > largest[kind].stat().st_size:
            largest[kind] = path
    return [path.relative_to(site).as_posix().removesuffix("index.html") for path in largest.values()]


def install_lighthouse() -> list[str]:
    """The command that runs it; ends the program with a message when npm or node is missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        sys.exit("phone: Lighthouse needs Node.js 18.16 or newer with npm (https://nodejs.org)")
    program = PACKAGE / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PACKAGE, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"phone: npm could not install Lighthouse: {done.stderr.strip()[-500:]}")
    return [node, str(program)]


def measure(command: list[str], root: str, url: str) -> Marks:
    environment = {**os.environ, "CHROME_PATH": str(find_chromium() or "")}
    options = ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROME_FLAGS}"]
    done = subprocess.run([*command, f"{root}{url}", *options], env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        sys.exit(f"phone: Lighthouse failed on {url}: {done.stderr.strip()[-500:]}")
    report = json.loads(done.stdout)
    marks = {name: round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES}
    return Marks(url, marks, list(_list_faults(report, marks)))


def _list_faults(report: dict[str, Any], marks: dict[str, int]) -> Iterator[str]:
    for name, mark in marks.items():
        for reference in report["categories"][name]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if mark < LOWEST_MARK and reference["weight"] and (audit["score"] or 0) < 0.9 and audit["scoreDisplayMode"] in ("binary", "numeric", "metricSavings"):
                yield f"{audit['title']} {audit.get('displayValue', '')}".strip()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmark.phone", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, help="folder of a built site")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only the pages in this language; may be repeated")
    parser.add_argument("--page", action="append", metavar="URL", help="only this page, such as kk/about/; may be repeated")
    chosen = parser.parse_args()
    if not (chosen.site / "index.html").is_file():
        parser.error(f"{chosen.site} holds no built site; build it with python3 scripts/build.py")
    pages = chosen.page or [url for language in chosen.language or LANGUAGES for url in list_pages(chosen.site, language)]
    command = install_lighthouse()
    is_good = True
    with serve(chosen.site, _Handler) as root:
        print(f"| page | {' | '.join(CATEGORIES)} |\n|---|{'---:|' * len(CATEGORIES)}", flush=True)
        for url in pages:
            marks = measure(command, root, url)
            is_good &= min(marks.by_category.values()) >= LOWEST_MARK
            print(f"| {url} | {' | '.join(str(mark) for mark in marks.by_category.values())} |", flush=True)
            for fault in marks.faults:
                print(f"  {fault}", flush=True)
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
