"""keys.js in Chromium: the same keys as in Python, for the shared words and for any text, under a strict policy and fast."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from newsroom.keys import LANGUAGES, fold, list_keys, list_looser_keys, make_key, split_words, squeeze
from newsroom.scripts import shorten_script

from test_keys import ALPHABET, SCRIPT, read_rows

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; img-src data:">
<script type="module" src="page.js"></script>"""
EXPOSE = 'import * as keys from "./keys.js";\nwindow.keys = keys;\n'
STRANGE = [
    "", "-", "'", "\ud800", "\udc00а", "а\udfff-б", "😀", "қ\u0301\u0327", "İstanbul", "ẞ", "K", "Å", "ﬁ", "½", "№5", "Ǆ", "ŉ", "҃", "а\u0489",
    "\u202eкәсіподақ\u202c", "كلمة", "中文-кәсіподақ", "a\u2028b", "а" * 10_000, "kh" * 5_000, "а-" * 5_000, "'\u00ad" * 5_000, "1 000" * 2_000, "x'\u200bу" * 3_000,
]  # fmt: skip
WORDS = 4000
TEXTS = 300


@pytest.fixture(scope="module", params=["source", "published"])
def page(request: pytest.FixtureRequest, chromium: str, serve_folder: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page that has keys.js as window.keys, as it is written or as it is published, and complains about nothing."""
    folder = tmp_path_factory.mktemp("keys")
    source = SCRIPT.read_text(encoding="utf-8")
    (folder / SCRIPT.name).write_text(source if request.param == "source" else shorten_script(source), encoding="utf-8")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "page.js").write_text(EXPOSE, encoding="utf-8")
    host = serve_folder(folder)
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(host.url)
        page.wait_for_function("window.keys")
        yield page
        browser.close()
    assert complaints == []


def ask(page: Page, expression: str, value: object) -> Any:
    """What the expression makes of the value, both sent as ASCII, so that half characters (lone surrogates) survive."""
    sent = json.dumps(value)
    return json.loads(page.evaluate(f"sent => JSON.stringify(({expression})(JSON.parse(sent)))", sent))


def make_words(count: int) -> list[str]:
    """Words put together, cut and disturbed at random from the shared ones; the same in every run."""
    draw = random.Random("keys")
    known = [row[1] for row in read_rows("vectors.tsv")]
    made = list(STRANGE)
    while len(made) < count:
        letters = list(draw.choice(known)) if draw.random() < 0.6 else []
        for _ in range(draw.randrange(1, 5)):
            letters.insert(draw.randrange(len(letters) + 1), draw.choice(ALPHABET))
        made.append("".join(letters))
    return made


def count_units(text: str, end: int) -> int:
    """UTF-16 units before that character, as JavaScript counts."""
    return len(text[:end].encode("utf-16-le", "surrogatepass")) // 2


# ---------------------------------------------------------------- the same as in Python


@pytest.mark.parametrize("name", ["vectors.tsv", "hard.tsv"])
def test_every_vector(page, name):
    """All words of the shared lists have their key in the browser too."""
    rows = [row[:3] for row in read_rows(name)]
    made = ask(page, "rows => rows.map(([language, word]) => keys.makeKey(word, language))", rows)
    assert [(row, key) for row, key in zip(rows, made, strict=True) if row[2] != key] == []


def test_any_word(page):
    """Folds, keys and keys to look up agree for words in mixed scripts, with accents, marks of direction, emoji, 10,000 letters."""
    words = make_words(WORDS)
    languages = [*LANGUAGES, "de"]
    expression = """words => words.map(word => [
      keys.fold(word), keys.squeeze(keys.fold(word)), ...["kk", "ru", "en", "de"].flatMap(code => [keys.makeKey(word, code), keys.listKeys(word, code), keys.listLooserKeys(word, code)]),
    ])"""
    made = ask(page, expression, words)
    expected = [[fold(word), squeeze(fold(word)), *(found for code in languages for found in (make_key(word, code), list_keys(word, code), list_looser_keys(word, code)))] for word in words]
    assert [(word, *pair) for word, *pair in zip(words, made, expected, strict=True) if pair[0] != pair[1]] == []


def test_any_text(page):
    """The words of a text and their places agree, counted in UTF-16 units."""
    draw, words = random.Random("texts"), make_words(WORDS)
    texts = [" ".join(draw.choices(words, k=8)) if draw.random() < 0.5 else "".join(draw.choices(ALPHABET, k=100)) for _ in range(TEXTS)] + STRANGE
    made = ask(page, "texts => texts.map(text => keys.splitWords(text).map(word => [word.text, word.start, word.end, word.isWhole]))", texts)
    for text, found in zip(texts, made, strict=True):
        assert found == [[word.text, count_units(text, word.start), count_units(text, word.end), word.is_whole] for word in split_words(text)]


# ---------------------------------------------------------------- for readers


def test_keys_are_fast(page):
    """The keys of a query word take far less than a tenth of a millisecond, the second time and on average."""
    words = [row[1] for row in read_rows("vectors.tsv")][:4000]
    expression = """words => {
      const start = performance.now();
      for (const word of words) ["kk", "ru", "en"].forEach(language => keys.listKeys(word, language));
      return (performance.now() - start) / words.length / 3;
    }"""
    assert min(ask(page, expression, words) for _ in range(2)) < 0.1


def test_the_script_runs_under_a_strict_policy(page):
    """The page's policy allows the site's own scripts and no code from text; keys.js works there, and nothing complains."""
    assert "default-src 'none'; script-src 'self'" in page.content()
    assert ask(page, "word => keys.makeKey(word, 'kk')", "кәсіподақтың") == "kasipodak"
