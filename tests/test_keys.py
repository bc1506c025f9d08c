"""Search keys in Python: the words of tests/keys/, the figures of the benchmark, Snowball, and what holds for any text."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st
from qazaq_inflector import QazaqNameInflector

from benchmark import key_words, keys
from benchmark.declension import CASES, FORMS, decline, read_noun
from newsroom.keys import LANGUAGES, Word, fold, list_keys, make_key, split_words, squeeze
from newsroom.snowball import stem_english, stem_russian

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "keys"
SCRIPT = ROOT / "overrides" / "assets" / "newsroom" / "keys.js"
MODULES = ("keys", "kazakh", "snowball")

ALPHABET = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіїєabcdefghijklmnopqrstuvwxyzşıçğñüöäáýśŞİƏ0123456789"
    " -‐'’`.,«»“”\u00a0\u202f\u00ad\u200b\u200d\u200f\u202e\u0301\u0306\u0308\ufeff"
)
words = st.text(ALPHABET, max_size=12) | st.text(max_size=6)


def read_rows(name: str) -> list[list[str]]:
    """The rows of a table without its heading."""
    return [line.split("\t") for line in (FOLDER / name).read_text(encoding="utf-8").split("\n")[1:-1]]


def list_texts(text: str) -> list[str]:
    return [word.text for word in split_words(text)]


# ---------------------------------------------------------------- the shared words


@pytest.mark.parametrize(("language", "word", "key", "why"), read_rows("hard.tsv"))
def test_hard_word(language, word, key, why):
    """Every case that was once hard has the key it should have."""
    assert make_key(word, language) == key, why


def test_every_vector():
    """All words of the shared list have their key; after a change that is meant, `python -m benchmark.key_words` writes it anew."""
    vectors = read_rows("vectors.tsv")
    assert len(vectors) > 15_000
    assert [row for row in vectors if make_key(row[1], row[0]) != row[2]] == []


def test_the_lists_are_written_by_their_program(tmp_path, monkeypatch):
    """The files of tests/keys/ are those that benchmark.key_words writes now."""
    monkeypatch.setattr(key_words, "FOLDER", tmp_path)
    for path in key_words.write_files():
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), f"{path.name} is out of date"


def test_forms_that_share_a_key_share_its_beginning():
    """What a reader has typed so far leads to the key: the key of a word begins with the letters of its fold."""
    odd = [(word, key) for language, word, key in read_rows("vectors.tsv") if squeeze(fold(word))[:2] != key[:2]]
    assert {word for word, _ in odd} <= {"its", "Its", "men", "мен", *"дня дней дни дню дням днями днях днём Дня".split(), "Uteshev", "Утешев"}


# ---------------------------------------------------------------- words with all their forms


def test_nouns_have_twelve_forms():
    """The list is as large as it has to be, and its forms are Kazakh as the grammar has it."""
    nouns = read_rows("nouns.tsv")
    assert len(nouns) >= 300
    assert all(len(set(row[1:])) == len(FORMS) == 12 for row in nouns)
    forms = {row[0]: row[1:] for row in nouns}
    assert forms["кітап"] == "кітап кітаптың кітапқа кітапты кітапта кітаптан кітаппен кітаптар кітабы кітабын кітабында кітаптарына".split()
    assert forms["орын/орн"] == "орын орынның орынға орынды орында орыннан орынмен орындар орны орнын орнында орындарына".split()
    assert forms["оқу"] == "оқу оқудың оқуға оқуды оқуда оқудан оқумен оқулар оқуы оқуын оқуында оқуларына".split()
    assert forms["төраға"][:7] == "төраға төрағаның төрағаға төрағаны төрағада төрағадан төрағамен".split()
    assert forms["мүше"][7:] == "мүшелер мүшесі мүшесін мүшесінде мүшелеріне".split()


DISPUTED = set("Дәулеталин Қалиев Жарылқасынұлы банк бинт визит ит калий лимит медаль министр офис парк роль стиль фестиваль саммит тариф".split())
"""The inflector knows names: it gives back endings to every и and ль of a noun (we write офисте, фестивальде), and Жарылқасынұлыға."""


def test_cases_agree_with_another_inflector():
    """qazaq-inflector, which was made for names, declines all other nouns and names of the lists as we do."""
    inflector = QazaqNameInflector()
    rows = [row[1:8] for table in ("nouns.tsv", "names.tsv") for row in read_rows(table)]
    assert len(rows) > 600
    assert {row[0] for row in rows if row != [inflector.inflect(row[0], case) for case in CASES]} == DISPUTED


def test_forms_meet_and_words_stay_apart():
    """The measured quality of keys does not fall; `python -m benchmark.keys` prints the figures, docs/handbook/search-keys.md has them."""
    scores = dict(keys.list_scores())
    fallen = {name: found for name, found in scores.items() if found.recall < LEAST[name][0] or found.precision < LEAST[name][1]}
    assert fallen == {}


LEAST = {
    "kk nouns": (0.990, 0.965), "kk late nouns": (0.97, 0.98), "kk nouns of the corpus": (0.990, 0.995), "kk nouns and verbs": (0.99, 0.95),
    "kk verbs, without -атын": (0.98, 0.82), "kk verbs": (0.71, 0.83), "kk names": (1.0, 1.0), "ru names": (1.0, 1.0), "en names": (0.97, 1.0),
    "ru nouns": (0.99, 0.985), "ru adjectives": (0.995, 0.995), "en nouns": (0.985, 0.985), "en verbs": (0.97, 0.995),
}  # fmt: skip
"""Recall and precision over pairs of forms."""


def test_typed_otherwise():
    """Nearly every form is found when it is typed without Kazakh letters or in one of two Latin spellings."""
    for way, same, count in keys.list_typed_scores():
        assert same >= 0.99 * count, way


def test_names_are_found_in_every_spelling():
    """A name typed in one language is found in the indexes of the others, in any of its cases; few pairs of spellings are missed."""
    missed, count = keys.list_missed_names()
    assert len(missed) <= 0.005 * count
    surname = {f"Даулеталин{case}" for case in ("", "а", "у", "ым")}
    assert {name for _, name, _ in missed} <= {"Karaganda", "Qaragandy", "Dauletalin", "Däuletalin"} | surname


def test_kazakh_forms_of_a_guide():
    """Forms of one word as an editor would look for them."""
    for forms in (
        "кәсіподақ кәсіподақтың кәсіподаққа кәсіподақтарымыздан кәсіподағының кәсіподағымен кәсіподақтағы касиподактар kasipodaqtarǵa",
        "жалақы жалақысы жалақыны жалақыларға zhalaqy jalaqyny жалакысын", "еңбек еңбекті еңбегін енбектин enbekti",
        "орын орны орнына орындарындағы орынды", "мұғалім мугалимдер muğalımder мұғалімдеріне", "қорғау қорғайды қорғады қорғаған",
    ):  # fmt: skip
        assert len({make_key(form, "kk") for form in forms.split()}) == 1, forms


# ---------------------------------------------------------------- words of a text


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("«Қызмет», “Senim” және 'сөз'.", ["Қызмет", "Senim", "және", "сөз"]),
        ("35,994 35 994 35\u00a0994 35\u2009994 35\u202f994 35’994", ["35,994", "35 994", "35\u00a0994", "35\u2009994", "35\u202f994", "35’994"]),
        ("10.10.2022, 2018–2019 және 3,5", ["10", "10", "2022", "2018", "2019", "және", "3", "5"]),
        ("2022 100 адам, 0 125, 12 2022", ["2022", "100", "адам", "0", "125", "12", "2022"]),
        ("260-тан COVID-19 5G 2022ж.", ["260", "тан", "COVID", "19", "5", "G", "2022", "ж"]),
        ("Түркістан-Сервис", ["Түркістан", "Сервис", "Түркістан-Сервис"]),
        ("ХЕҰ-ның бас-аяғы", ["ХЕҰ", "ның", "ХЕҰ-ның", "бас", "аяғы", "бас-аяғы"]),
        ("кәсі\u00adподақ кәсіпо\u200bдақ и\u0306од", ["кәсі\u00adподақ", "кәсіпо\u200bдақ", "и\u0306од"]),
        ("O’Neil don't рок'н'ролл", ["O’Neil", "don't", "рок'н'ролл"]),
        ("сөз 😀 中文 שלום \ud800 -- ''", ["сөз"]),
        ("", []),
    ],
)  # fmt: skip
def test_words(text, texts):
    """Quotes and dashes hide no word; numbers, dates, hyphens and invisible characters are read as a reader means them."""
    assert list_texts(text) == texts


def test_words_know_their_place():
    """A found word can be marked where it stands; a hyphenated one in parts or as a whole."""
    text = "«Нұр-Сұлтан»да 35 994"
    assert [text[word.start : word.end] for word in split_words(text)] == list_texts(text)
    assert split_words(text)[2] == Word("Нұр-Сұлтан", 1, 11, is_whole=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hyphens_and_thousands_find_each_other(language):
    """Нұр-Сұлтан is found as Нұрсұлтан and Лангер-Су as Лангер Су; however its thousands are set, a number is one key."""
    assert make_key("Нұр-Сұлтан", language) == make_key("Нұрсұлтан", language)
    assert [make_key(word.text, language) for word in split_words("Лангер-Су")][:2] == [make_key("Лангер", language), make_key("Су", language)]
    assert {make_key(text, language) for text in ("35994", "35,994", "35 994", "35\u00a0994", "35\u202f994")} == {"35994"}
    assert make_key("007", language) == "007"


@given(st.text(ALPHABET, max_size=80) | st.text(max_size=40))
def test_any_text_is_split(text):
    """Words come in order, within the text, and only wholes overlap their parts; nothing with letters or digits is lost."""
    words = split_words(text)
    assert all(text[word.start : word.end] == word.text for word in words)
    parts = [word for word in words if not word.is_whole]
    assert all(one.end <= other.start for one, other in zip(parts, parts[1:], strict=False))
    assert sum(len(re.findall("[А-Яа-яA-Za-z0-9]", word.text)) for word in parts) == len(re.findall("[А-Яа-яA-Za-z0-9]", text))


# ---------------------------------------------------------------- what holds for any word


@given(words, st.sampled_from((*LANGUAGES, "de")))
def test_any_word_has_a_plain_key(word, language):
    """A key is short ASCII; a word that folds to something has one, and its own key comes first among those to look up."""
    key = make_key(word, language)
    assert re.fullmatch("[a-z0-9]{0,64}", key)
    assert bool(key) == bool(fold(word))
    assert list_keys(word, language)[:1] == ([key] if key else [])


@given(words, st.sampled_from(LANGUAGES))
def test_case_and_accents_do_not_matter(word, language):
    """Capitals, a stress mark, a soft hyphen and an unusual normal form leave the key as it is."""
    if word.upper().lower() == word:
        assert make_key(word.upper(), language) == make_key(word, language)
    assert make_key("".join(f"{letter}\u00ad" for letter in word), language) == make_key(word, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_very_long_word_is_no_trouble(language):
    """10,000 letters take no time and give a key of the usual length."""
    for letters in ("а", "аб", "kh", "ың", "ть", "ationаl", "'\u00ad"):
        assert len(make_key(letters * 10_000, language)) <= 64
        split_words(f"a{letters * 10_000}")


# ---------------------------------------------------------------- Snowball


ENDINGS = st.sampled_from("s es ed ing edly ingly eed ization ational fulness ousli ive ative iti ement ion ogist li y e l ll 's".split())


@given(st.tuples(st.text("abcdefghiklmnoprstuvwxyz'", max_size=8), ENDINGS, ENDINGS).map("".join))
def test_english_is_snowball(word):
    """Our English stems are those of the reference package."""
    assert stem_english(word) == snowballstemmer.stemmer("english").stemWord(word)


RUSSIAN_ENDINGS = st.sampled_from("ами иями ость ости ейший ующий ившись вшая нная ого ешь ться лась ов ев ие ья ь н нн и".split())


@given(st.tuples(st.text("абвгдежзиклмнопрстуыьюяй", max_size=8), RUSSIAN_ENDINGS, RUSSIAN_ENDINGS).map("".join))
def test_russian_is_snowball(word):
    """Our Russian stems are those of the reference package."""
    assert stem_russian(word) == snowballstemmer.stemmer("russian").stemWord(word)


def test_words_of_the_lists_are_stemmed_as_snowball_does():
    """On real words too."""
    english, russian = snowballstemmer.stemmer("english"), snowballstemmer.stemmer("russian")
    for language, word, _ in read_rows("vectors.tsv"):
        if language == "en" and re.fullmatch("[a-z']+", word):
            assert stem_english(word) == english.stemWord(word)
        elif language == "ru" and re.fullmatch("[а-я]+", word):
            assert stem_russian(word) == russian.stemWord(word)


# ---------------------------------------------------------------- the script


def test_the_tables_are_the_same_in_both_languages():
    """Every table of the Python modules stands in keys.js under its name, word for word."""
    script = dict(re.findall(r"^const ([A-Z_0-9]+) = (?:\w+\()?[`\"](.*?)[`\"]\)?;$", SCRIPT.read_text(encoding="utf-8"), re.M | re.S))
    for module in MODULES:
        source = (ROOT / "scripts" / "newsroom" / f"{module}.py").read_text(encoding="utf-8")
        tables = dict(re.findall(r'^([A-Z][A-Z_0-9]+) = (?:"""|")(.*?)(?:"""|")$', source, re.M | re.S))
        assert len(tables) > 4
        assert {name: text for name, text in tables.items() if script.get(name) != text} == {}


def test_the_script_needs_nothing():
    """keys.js is small, asks for no other file, makes no code from text and uses nothing that phones of 2020 lack."""
    source = SCRIPT.read_text(encoding="utf-8")
    assert len(gzip.compress(source.encode(), 9)) <= 7.75 * 1024
    for forbidden in ("import", "eval", "Function(", "(?<", r"\p{", "innerHTML", "??", "?."):
        assert forbidden not in source, forbidden


def test_a_noun_is_read_with_its_marks():
    """`/` gives the stem before possessives, `!` keeps the last letter, `<` and `>` choose the vowels."""
    assert decline(read_noun("банк!<"))[8] == "банкі"
    assert decline(read_noun("халық/халқ"))[8:] == ["халқы", "халқын", "халқында", "халықтарына"]
    assert decline(read_noun("тарих>"))[2] == "тарихқа"
