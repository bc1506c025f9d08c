"""The benchmark: its corpus is the same everywhere and sound, and what it measures is what happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmark import english, kazakh, russian
from benchmark.changes import CHANGES, ChangeError, rename_region
from benchmark.corpus import ROOT, write_corpus
from benchmark.processes import CommandFailed, list_written, run_measured, scan_tree
from benchmark.prose import Writer
from newsroom.authority_files import load_authority

SMALL = 8
ENOUGH = 60
"""Stories, so that every region and union comes up."""
LANGUAGES = ("kk", "ru", "en")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """A project with enough stories for everything to occur."""
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder, stories=ENOUGH, jobs=1)
    return folder


def read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run_newsroom(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from newsroom.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")}, capture_output=True, text=True, check=False)


def split_file(path: Path) -> tuple[dict[str, object], str]:
    """Front matter and body."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


# ---------------------------------------------------------------- the corpus


def test_the_same_number_gives_the_same_bytes(tmp_path):
    """Two corpora of one size do not differ in a byte, whichever folder, hash seed and number of processes."""
    write_corpus(tmp_path / "here", stories=SMALL, jobs=1)
    command = [sys.executable, "-m", "benchmark.corpus", str(tmp_path / "elsewhere"), "--stories", str(SMALL)]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "PYTHONHASHSEED": "1"}, check=True)
    assert read_tree(tmp_path / "here") == read_tree(tmp_path / "elsewhere")


def test_processes_divide_the_work(tmp_path):
    """A corpus that several processes write is the one that a single process writes."""
    write_corpus(tmp_path / "one", stories=300, jobs=1)
    write_corpus(tmp_path / "two", stories=300, jobs=2)
    assert read_tree(tmp_path / "one") == read_tree(tmp_path / "two")


def test_the_corpus_has_no_problems(corpus):
    """`newsroom check` finds nothing wrong in what is generated."""
    result = run_newsroom(corpus, "check")
    assert (result.returncode, result.stderr) == (0, "")
    assert "no problems" in result.stdout


def test_every_region_and_union_is_used(corpus):
    """Regions and unions all have stories, and a region none from before it existed."""
    authority, _ = load_authority(corpus / "articles" / "authority", root=corpus, languages=LANGUAGES)
    used = {"regions": set(), "unions": set()}
    for path in corpus.glob("articles/2*/*.md"):
        fields, _ = split_file(path)
        for section, ids in used.items():
            found = [authority.resolve(str(spelling), section) for spelling in fields.get(section, [])]
            ids.update(entity.id for entity in found)
            assert all(entity.is_valid(fields["date"]) for entity in found)
    for section, ids in used.items():
        assert ids == {entity.id for entity in authority.entities(section)}


def test_articles_look_like_articles(corpus):
    """Three versions of each story; about 450 words, headings, lists, tables, links; years from 2012 to 2026; facts on some."""
    articles = {path: split_file(path) for path in corpus.glob("articles/2*/*.md")}
    words = [len(body.split()) for _, body in articles.values()]
    assert len(articles) == 3 * ENOUGH
    assert 400 < sum(words) / len(words) < 500
    for mark in ("\n## ", "\n- ", "\n1. ", "\n| ", "\n> ", "](../", "**", "[^1]: "):
        assert any(mark in body for _, body in articles.values()), mark
    originals = [fields for fields, _ in articles.values() if "original" not in fields]
    assert len(originals) == ENOUGH
    assert {fields["date"].year for fields in originals} >= {2012, 2026}
    for name in ("people", "event", "figures", "documents", "disputes", "awards", "organizations"):
        assert 0 < sum(name in fields for fields in originals) < ENOUGH, name


def test_generated_stories_say_so(corpus):
    """Nobody takes a generated text for a true one: every article and the folder itself say what they are."""
    notes = {"kk": kazakh, "ru": russian, "en": english}
    for path in corpus.glob("articles/2*/*.md"):
        assert notes[path.name.split(".")[-2]].make_lexicon().fixture_note in path.read_text(encoding="utf-8")
    assert "made up by a program" in (corpus / "articles" / "README.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("stem", "plural", "genitive", "dative", "ablative", "instrumental", "possessive"),
    [
        ("кәсіподақ", "кәсіподақтар", "кәсіподақтың", "кәсіподаққа", "кәсіподақтан", "кәсіподақпен", "кәсіподағы"),
        ("жұмыскер", "жұмыскерлер", "жұмыскердің", "жұмыскерге", "жұмыскерден", "жұмыскермен", "жұмыскері"),
        ("қала", "қалалар", "қаланың", "қалаға", "қаладан", "қаламен", "қаласы"),
        ("ұйым", "ұйымдар", "ұйымның", "ұйымға", "ұйымнан", "ұйыммен", "ұйымы"),
        ("заң", "заңдар", "заңның", "заңға", "заңнан", "заңмен", "заңы"),
        ("дау", "даулар", "даудың", "дауға", "даудан", "даумен", "дауы"),
        ("мүмкіндік", "мүмкіндіктер", "мүмкіндіктің", "мүмкіндікке", "мүмкіндіктен", "мүмкіндікпен", "мүмкіндігі"),
        ("пайыз", "пайыздар", "пайыздың", "пайызға", "пайыздан", "пайызбен", "пайызы"),
    ],
)
def test_kazakh_nouns_take_their_endings(stem, plural, genitive, dative, ablative, instrumental, possessive):
    """Endings follow vowel harmony and the last sound."""
    assert kazakh.add_plural(stem) == plural
    cases = [kazakh.add_case(stem, case) for case in ("gen", "dat", "abl", "ins")]
    assert cases == [genitive, dative, ablative, instrumental]
    assert kazakh.add_possessive(stem) == possessive


@pytest.mark.parametrize(
    ("stem", "forms"),
    [("қабылда", "қабылдады қабылдаған қабылдап қабылдау"), ("өткіз", "өткізді өткізген өткізіп өткізу"), ("айт", "айтты айтқан айтып айту"),
     ("шық", "шықты шыққан шығып шығу"), ("оқы", "оқыды оқыған оқып оқу"), ("қол_қой", "қол қойды қол қойған қол қойып қол қою")],
)  # fmt: skip
def test_kazakh_verbs_take_their_endings(stem, forms):
    """Past, participle, converb and infinitive."""
    verbs = [kazakh.conjugate(stem, form) for form in ("past", "part", "conv", "inf")]
    assert " ".join(verbs) == forms


@pytest.mark.parametrize(
    ("noun", "gender", "forms"),
    [
        ("профсоюз", "m", "профсоюз профсоюза профсоюзу профсоюз профсоюзом профсоюзе профсоюзы профсоюзов"),
        ("работодатель", "m", "работодатель работодателя работодателю работодатель работодателем работодателе работодатели работодателей"),
        ("проверка", "f", "проверка проверки проверке проверку проверкой проверке проверки проверок"),
        ("комиссия", "f", "комиссия комиссии комиссии комиссию комиссией комиссии комиссии комиссий"),
        ("область", "f", "область области области область областью области области областей"),
        ("соглашение", "n", "соглашение соглашения соглашению соглашение соглашением соглашении соглашения соглашений"),
    ],
)
def test_russian_nouns_are_declined(noun, gender, forms):
    """Six cases of the singular, the first two of the plural."""
    assert " ".join(russian.decline(noun, gender)[:8]) == forms


def test_russian_adjectives_agree():
    """An adjective has the gender and case of its noun."""
    assert [russian.agree("трудовой", gender)[1] for gender in "mfnp"] == ["трудового", "трудовой", "трудового", "трудовых"]
    assert [russian.agree("последний", gender)[0] for gender in "mfnp"] == ["последний", "последняя", "последнее", "последние"]
    assert [russian.agree("общий", gender)[4] for gender in "mfnp"] == ["общим", "общей", "общим", "общими"]


@pytest.mark.parametrize("module", [kazakh, russian, english])
def test_every_pattern_can_be_filled(module):
    """No pattern of a language names words that the language does not have."""
    writer = Writer(module.make_lexicon())
    given = {"day": "…", "inside": "…", "union": "…", "link": "…"}
    for patterns in (writer.leads, writer.sentences, writer.titles, writer.headings, writer.points, writer.links, writer.notes):
        for number in range(40):
            text = patterns.fill(lambda number=number: number / 40, given)
            assert "{" not in text
            assert text.strip() == text


# ---------------------------------------------------------------- the measuring


@ON_LINUX
def test_memory_and_time_of_all_processes_count():
    """What a process below the command uses is part of the command's use."""
    child = "import time; kept = bytes(60_000_000).replace(b'\\0', b'1'); end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    parent = f"import subprocess, sys; kept = bytes(60_000_000).replace(b'\\0', b'1'); subprocess.run([sys.executable, '-c', {child!r}])"
    usage = run_measured([sys.executable, "-c", parent], folder=Path.cwd())
    assert usage.peak_bytes is not None
    assert usage.peak_bytes > 120_000_000  # before it starts, the command is for a moment a copy of the process that tests
    assert usage.cpu_seconds is not None
    assert usage.cpu_seconds >= 0.3
    assert usage.wall_seconds >= 0.3


def test_a_failed_command_shows_its_words(tmp_path):
    """A build that fails is no measurement: its own message is shown."""
    with pytest.raises(CommandFailed, match="(?s)exit code 3.*no such story"):
        run_measured([sys.executable, "-c", "import sys; print('no such story'); sys.exit(3)"], folder=tmp_path)


def test_files_written_again_count(tmp_path):
    """New, changed and replaced files are written ones, even with the same content; others and removed ones are not."""
    for name in ("kept", "changed", "replaced", "removed"):
        (tmp_path / name).write_text(name)
    before = scan_tree(tmp_path)
    (tmp_path / "changed").write_text("changed more")
    (tmp_path / "temporary").write_text("replaced")
    (tmp_path / "temporary").replace(tmp_path / "replaced")
    (tmp_path / "removed").unlink()
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "new").write_text("new")
    assert list_written(before, scan_tree(tmp_path)) == [os.path.join("below", "new"), "changed", "replaced"]


def test_a_renamed_region_is_still_found(tmp_path):
    """The region has other names in every language, and the stories that use the old ones stay right."""
    write_corpus(tmp_path, stories=SMALL, jobs=1)
    rename_region(tmp_path, {})
    authority, problems = load_authority(tmp_path / "articles" / "authority", root=tmp_path, languages=LANGUAGES)
    assert problems == []
    kostanay = authority.get("regions", "kostanay")
    assert [kostanay.name(code) for code in LANGUAGES] == ["Қостанай облысы (2)", "Костанайская область (2)", "Kostanay Region (2)"]
    assert authority.resolve("Костанайская область", "regions") == kostanay


def test_a_change_that_cannot_be_made_is_said(tmp_path):
    """A benchmark whose edit finds nothing to edit stops, since it would measure something else."""
    (tmp_path / "articles" / "authority").mkdir(parents=True)
    (tmp_path / "articles" / "authority" / "regions.yml").write_text("abai:\n  names:\n    kk: Абай\n", encoding="utf-8")
    with pytest.raises(ChangeError, match="kostanay"):
        rename_region(tmp_path, {})


# ---------------------------------------------------------------- the command


def run_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "bench.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_measures_every_run(tmp_path):
    """One line of JSON in the agreed shape; nothing is written when nothing changed, little after one edit, all pages at last."""
    folder = tmp_path / "bench"
    result = run_bench("--stories", str(SMALL), "--json", "--keep", str(folder), "--environment", sys.prefix)
    assert (result.returncode, result.stderr) == (0, "")
    figures = json.loads(result.stdout)
    runs = figures["runs"]
    assert list(figures) == ["stories", "articles", "runs"]
    assert (figures["stories"], figures["articles"]) == (SMALL, 3 * SMALL)
    assert list(runs) == [change.name for change in CHANGES]
    assert list(runs) == ["cold", "unchanged", "body_edited", "title_edited", "region_renamed", "story_added", "story_deleted", "template_changed"]
    for run in runs.values():
        assert list(run) == ["wall_seconds", "cpu_seconds", "peak_bytes", "files_written", "bytes_written"]
        assert run["wall_seconds"] > 0
    if sys.platform == "linux":
        assert all(run["cpu_seconds"] > 0 and run["peak_bytes"] > 20_000_000 for run in runs.values())
    pages = len(list((folder / "site").rglob("*.html")))
    written = {name: run["files_written"] for name, run in runs.items()}
    assert written["cold"] > 3 * SMALL
    assert (written["unchanged"], runs["unchanged"]["bytes_written"]) == (0, 0)
    assert 1 <= written["body_edited"] < pages / 10
    assert written["body_edited"] <= written["title_edited"] < pages / 2
    assert 0 < written["region_renamed"] < pages
    assert 3 < written["story_added"] < pages
    assert 0 < written["story_deleted"] < pages
    assert written["template_changed"] > pages * 0.9


@pytest.mark.parametrize("arguments", [(), ("--stories", "0"), ("--stories", "many"), ("--stories", "8", "--keep", str(ROOT))])
def test_wrong_usage_is_refused(arguments):
    """Nothing is measured or written with arguments that make no sense, or in a folder that holds something."""
    result = run_bench(*arguments)
    assert result.returncode == 2
    assert "error:" in result.stderr
