"""Measures the search in Chromium: `python -m benchmark.search`, in the environment of the tests.

    PYTHONPATH=scripts .venv-test/bin/python -m benchmark.search --stories 1000 --large 10000

Quality: the two sets of questions of tests/questions are asked of a site with the generated stories of --stories, the project's own articles and the fixture
stories. Recall is the share of questions whose story is among the first ten results, MRR the mean reciprocal rank.

Cost, of a site with the generated stories of --large: what the search page of a new reader loads until ten results stand there, beside page, styles,
pictures and the scripts that every page has; each file as gzip -6 makes it, without headers. Then what opening the facets adds. Then the time
from question to answer (no excerpts) in one page: "next" is the first time that a question is asked, its files come from this machine;
"again" the second time. Times are taken once as the machine is and once with Chromium's CPU four times slower.
--keep leaves the two projects, and measures them once more when they are there.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from chromium import find_chromium
from newsroom.keys import split_words

from .questions import ASK, SETS, WANTED, Question, Result, build_project, rate, read_questions, summarize, write_project
from .stories import LANGUAGES

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SLOWDOWN = 4
COLD_QUESTIONS = 30
"""Of each language, whose bytes are counted."""
GZIP_LEVEL = 6
OF_EVERY_PAGE = "newsroom.js"
COMMON = {
    "kk": ("жалақы келісім", "кәсіподақ шахта", "ұжымдық шарт", "еңбек қауіпсіздік", "қызметкерлердің құқықтары", "жаңа бағдарлама", "облыс әкімдігі", "мұғалім айлық"),
    "ru": ("зарплата соглашение", "профсоюз шахта", "коллективный договор", "охрана труда", "права работников", "новая программа", "акимат области", "оклад учителя"),
    "en": ("wage agreement", "union mine", "collective contract", "labour safety", "workers rights", "new programme", "city council", "teacher income"),
}
"""Questions of two words that very many articles have: the most costly."""
TIME = """async ([root, language, texts]) => {
  const { openSearch } = await import(`${root}assets/newsroom/search.js`);
  const search = openSearch({ base: root, language });
  const times = { next: [], again: [] };
  for (const name in times) for (const text of texts) {
    const start = performance.now();
    await search.query(text, { limit: 10, excerpts: false });
    times[name].push(performance.now() - start);
  }
  return times;
}"""
"""In a page: milliseconds of every question, when it is new and when it is asked again."""


class Load(NamedTuple):
    """What a question loads."""

    bytes: int
    requests: int


class Cost(NamedTuple):
    results: Load
    facets: Load
    excerpts: Load


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def serve(folder: Path, handler: type[SimpleHTTPRequestHandler] = _Handler) -> Iterator[str]:
    """The address of the folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium() or ""), args=ARGUMENTS)
        yield browser
        browser.close()


# ---------------------------------------------------------------- quality


def ask_questions(browser: Browser, site: Path, questions: Sequence[Question]) -> list[Result]:
    found = []
    with serve(site) as root:
        page = browser.new_page()
        for language in LANGUAGES:
            page.goto(f"{root}{language}/about/")
            mine = [question for question in questions if question.language == language]
            found += rate(mine, page.evaluate(ASK, [root, language, [question.text for question in mine], WANTED]))
        page.close()
    return found


def describe_quality(results: Sequence[Result], articles: int) -> Iterator[str]:
    yield f"{len(results)} questions, {articles:,} articles"
    yield ""
    yield "| category | questions | recall@10 | MRR |"
    yield "|---|---:|---:|---:|"
    for name, figures in summarize(results).items():
        yield f"| {name} | {figures.questions} | {figures.recall:.3f} | {figures.reciprocal_rank:.3f} |"
    yield ""
    yield from (f"missed: {result.describe()}" for result in results if not result.rank)


# ---------------------------------------------------------------- bytes


def measure_costs(browser: Browser, site: Path, questions: Iterable[tuple[str, str]]) -> list[Cost]:
    """What each (language, question) costs a reader whose cache is empty. Files are packed once."""
    measure = functools.cache(lambda path: len(gzip.compress((site / path).read_bytes(), GZIP_LEVEL)))
    with serve(site) as root:
        return [_measure_cost(browser, root, language, text, measure) for language, text in questions]


def _measure_cost(browser: Browser, root: str, language: str, text: str, measure: Callable[[str], int]) -> Cost:
    context = browser.new_context()
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(urlsplit(request.url).path[1:]) if request.resource_type in ("script", "fetch", "xhr") else None)
    page.goto(f"{root}{language}/search/?q={quote(text)}")
    page.locator(".nr-search-page__status:not(:empty)").wait_for()
    page.wait_for_load_state("networkidle")
    every = {urlsplit(address).path[1:] for address in page.eval_on_selector_all("script[src]", "scripts => scripts.map((script) => script.src)")}
    found = [path for path in requests if path not in every and not path.endswith(OF_EVERY_PAGE)]
    requests.clear()
    page.locator(".nr-search-page__filters summary").click()
    if page.locator(".nr-card").count():
        page.locator(".nr-search-page__filters label").first.wait_for()
    facets = [path for path in requests if "/news/" not in path]
    context.close()

    def sum_up(paths: list[str]) -> Load:
        return Load(sum(measure(path + "index.html" if path.endswith("/") else path) for path in paths), len(paths))

    return Cost(sum_up([path for path in found if "/news/" not in path]), sum_up(facets), sum_up([path for path in found if "/news/" in path]))


def describe_costs(name: str, costs: Sequence[Cost]) -> Iterator[str]:
    for part in Cost._fields:
        loads = [getattr(cost, part) for cost in costs]
        sizes, counts = sorted(load.bytes for load in loads), sorted(load.requests for load in loads)
        kilobytes = [f"{size / 1000:.1f}" for size in (find_share(sizes, 0.5), find_share(sizes, 0.95), sizes[-1])]
        yield f"| {name} | {len(costs)} | {part} | {' | '.join(kilobytes)} | {find_share(counts, 0.5):.0f} | {counts[-1]} |"


def find_share(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the others does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


# ---------------------------------------------------------------- time


def measure_times(page: Page, root: str, language: str, texts: Sequence[str], *, slowdown: int) -> dict[str, list[float]]:
    page.goto(f"{root}{language}/about/")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    times: dict[str, list[float]] = page.evaluate(TIME, [root, language, list(texts)])
    return times


def describe_times(browser: Browser, site: Path, questions: Sequence[Question]) -> Iterator[str]:
    yield "| language | questions | CPU | next p50 ms | next p95 ms | again p50 ms | again p95 ms |"
    yield "|---|---:|---|---:|---:|---:|---:|"
    with serve(site) as root:
        for slowdown in (1, SLOWDOWN):
            for language in LANGUAGES:
                texts = [*COMMON[language], *(question.text for question in questions if question.language == language)]
                page = browser.new_page()
                times = measure_times(page, root, language, texts, slowdown=slowdown)
                page.close()
                figures = [f"{find_share(times[name], share):.0f}" for name in times for share in (0.5, 0.95)]
                yield f"| {language} | {len(texts)} | {slowdown}x | {' | '.join(figures)} |"


# ---------------------------------------------------------------- the command


def list_costly(questions: Iterable[Question], language: str) -> list[str]:
    """Questions of two words without a mistake: the common ones, and others up to the limit."""
    plain = (each.text for each in questions if each.language == language and each.category != "typo")
    return [*COMMON[language], *(text for text in plain if len(split_words(text)) == 2)][:COLD_QUESTIONS]


def report_cost(browser: Browser, site: Path, questions: Sequence[Question]) -> Iterator[str]:
    yield f"{len(list(site.glob('*/news/*/*/index.html'))):,} articles; KB (1,000 bytes) as gzip -{GZIP_LEVEL} makes them, and requests"
    yield ""
    yield "| questions | number | part | median KB | p95 KB | most KB | median requests | most |"
    yield "|---|---:|---|---:|---:|---:|---:|---:|"
    for language in LANGUAGES:
        yield from describe_costs(f"{language}, two words", measure_costs(browser, site, [(language, text) for text in list_costly(questions, language)]))
    typos = [(each.language, each.text) for each in questions if each.category == "typo"]
    yield from describe_costs("with a typo", measure_costs(browser, site, typos))
    yield ""
    yield from describe_times(browser, site, questions)


def make_site(folder: Path, stories: int) -> tuple[Path, int]:
    """The site of a new project in the folder, unless it has one, and the number of its articles."""
    if not (folder / "site").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        write_project(folder, stories=stories)
        build_project(folder)
    return folder / "site", len(list(folder.glob("articles/2*/*.md")))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmark.search", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=1000, metavar="N", help="generated stories of the site that is asked; 0: do not ask")
    parser.add_argument("--large", type=int, default=10_000, metavar="N", help="generated stories of the site whose bytes and times are taken; 0: do not")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the projects in this folder and leave them there; what is there already is measured")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsroom-search-") as temporary, open_browser() as browser:
        folder = chosen.keep or Path(temporary)
        if chosen.stories:
            site, articles = make_site(folder / f"quality-{chosen.stories}", chosen.stories)
            for which in SETS:
                _print(describe_quality(ask_questions(browser, site, read_questions(which)), articles))
        if chosen.large:
            site, _ = make_site(folder / f"cost-{chosen.large}", chosen.large)
            _print(report_cost(browser, site, read_questions(SETS[0])))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
