"""Languages: complete strings files, dates, numbers, plurals, sort order and slugs."""

import itertools
import pickle
import re
import unicodedata
from datetime import date
from pathlib import Path

import jinja2
import material
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from newsroom.languages import STRINGS_FOLDER, Language, LanguageError, load_languages, make_slug

CODES = ("kk", "ru", "en")
LATIN_WORDS = {"Atom", "JSON", "RSS", "URL", "CSV", "ISO", "iCalendar"}
MATERIAL_LANGUAGES = Path(material.__file__).parent / "templates" / "partials" / "languages"
KAZAKH_LANGUAGES = Path(__file__).parents[1] / "overrides" / "partials" / "languages"
KAZAKH_ALPHABET = "а ә б в г ғ д е ё ж з и й к қ л м н ң о ө п р с т у ұ ү ф х һ ц ч ш щ ъ ы і ь э ю я".split()
LANGUAGES = load_languages(CODES, folders=[STRINGS_FOLDER])
KAZAKH, RUSSIAN, ENGLISH = LANGUAGES.values()

every_language = pytest.mark.parametrize("language", LANGUAGES.values(), ids=CODES)
languages = st.sampled_from(list(LANGUAGES.values()))
local_texts = st.text(alphabet=st.sampled_from("".join(KAZAKH_ALPHABET) + "АӘҚҰІ abzQ 09-«».,"), max_size=30)
texts = st.one_of(st.text(max_size=30), local_texts)


def read_tree(code: str) -> dict:
    return yaml.safe_load((STRINGS_FOLDER / f"{code}.yml").read_text(encoding="utf-8"))


def list_texts(tree: dict) -> list[str]:
    return [text for value in tree.values() for text in (list_texts(value) if isinstance(value, dict) else [value])]


def write_strings(folder: Path, code: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{code}.yml"
    path.write_text(text, encoding="utf-8")
    return path


# ---------------------------------------------------------------- the strings files


@pytest.mark.parametrize("part", ["texts", "plurals"])
def test_strings_files_have_the_same_keys(part):
    """Every interface text exists in Kazakh, Russian and English, in the same order."""
    kazakh, russian, english = (list(read_tree(code)[part]) for code in CODES)
    assert kazakh == russian == english


@pytest.mark.parametrize("code", ["kk", "ru"])
def test_placeholders_are_those_of_english(code):
    """A text asks for the same values in each language."""
    english = read_tree("en")["texts"]
    for key, text in read_tree(code)["texts"].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[key])), key


@every_language
def test_every_plural_form_shows_the_count(language):
    """No plural form drops its number."""
    for key in read_tree(language.code)["plurals"]:
        for count in (0, 1, 2, 5, 11, 21, 1.5):
            assert language.number(count) in language.plural(key, count)


@pytest.mark.parametrize("code", CODES)
def test_no_key_is_given_twice(code):
    """A text is found where it is edited: no second line overrides it."""
    text = (STRINGS_FOLDER / f"{code}.yml").read_text(encoding="utf-8")
    keys = re.findall(r"^  ([a-z-]+):", text, flags=re.MULTILINE)
    sections = read_tree(code)
    assert len(keys) == sum(len(sections[name]) for name in ("language-names", "texts", "plurals"))


@pytest.mark.parametrize("code", ["kk", "ru"])
def test_no_latin_word_in_kazakh_and_russian(code):
    """No English word is left in the Kazakh and Russian interface."""
    for text in list_texts(read_tree(code)):
        words = re.findall("[A-Za-z]+", re.sub(r"{[a-z]+}|^[a-z]{2}_[A-Z]{2}$", "", text))
        assert set(words) <= LATIN_WORDS, text


@pytest.mark.parametrize("code", CODES)
def test_texts_are_in_normal_form(code):
    """Letters are composed (й, ё), so texts compare and sort as they look."""
    for text in list_texts(read_tree(code)):
        assert unicodedata.is_normalized("NFC", text), text


def test_no_russian_text_in_kazakh():
    """Kazakh sentences differ from the Russian ones; single words that both languages share are listed here."""
    shared = {"Автор", "Материал", "Меморандум", "Файл", "видеоконференция"}
    kazakh, russian = read_tree("kk")["texts"], read_tree("ru")["texts"]
    same = {text for key, text in kazakh.items() if text == russian[key] and re.search("[а-я]", text)}
    assert same <= shared


@every_language
def test_text_fills_placeholders_with_plain_text(language):
    """Values go in as they are, braces and markup included."""
    assert "<b>{name}</b>" in language.text("person-lead", name="<b>{name}</b>")


@every_language
def test_unknown_keys_and_missing_values_are_errors(language):
    """A template with a wrong key or without a value fails instead of showing a gap."""
    with pytest.raises(KeyError):
        language.text("no-such-key")
    with pytest.raises(KeyError):
        language.text("as-of")
    with pytest.raises(KeyError):
        language.plural("no-such-key", 1)


@every_language
def test_language_survives_another_process(language):
    """A language sent to a worker process writes the same."""
    copy = pickle.loads(pickle.dumps(language))
    assert copy.date(date(2022, 10, 10)) == language.date(date(2022, 10, 10))
    assert copy.plural("stories", 5) == language.plural("stories", 5)
    assert copy.digest == language.digest


# ---------------------------------------------------------------- dates, numbers, plurals


@pytest.mark.parametrize(
    ("language", "day", "day_range", "month"),
    [
        (KAZAKH, "2022 жылғы 10 қазан", "2022 жылғы 10–12 қазан", "2022 жылғы қазан"),
        (RUSSIAN, "10 октября 2022 года", "10–12 октября 2022 года", "Октябрь 2022"),
        (ENGLISH, "10 October 2022", "10–12 October 2022", "October 2022"),
    ],
    ids=CODES,
)
def test_dates_are_written_as_people_write_them(language, day, day_range, month):
    """A date, a range of days and a month's heading follow the language's own order and cases."""
    assert language.date(date(2022, 10, 10)) == day
    assert language.date_range(date(2022, 10, 10), date(2022, 10, 12)) == day_range
    assert language.date_range(date(2022, 10, 10), date(2022, 10, 10)) == day
    assert language.month_year(2022, 10) == month
    assert language.month_name(10).casefold() in month.casefold().split()


def test_date_range_names_what_differs():
    """Days of two months share the year; days of two years are two whole dates."""
    assert KAZAKH.date_range(date(2022, 9, 30), date(2022, 10, 2)) == "2022 жылғы 30 қыркүйек – 2 қазан"
    assert RUSSIAN.date_range(date(2022, 9, 30), date(2022, 10, 2)) == "30 сентября – 2 октября 2022 года"
    assert RUSSIAN.date_range(date(2021, 12, 30), date(2022, 1, 2)) == "30 декабря 2021 года – 2 января 2022 года"
    assert ENGLISH.date_range(date(2021, 12, 30), date(2022, 1, 2)) == "30 December 2021 – 2 January 2022"


@every_language
def test_every_month_has_its_own_name(language):
    """Twelve different headings, each with a capital."""
    names = [language.month_name(month) for month in range(1, 13)]
    assert len(set(names)) == 12
    assert all(name[0].isupper() for name in names)


@pytest.mark.parametrize(
    ("language", "thousands", "fraction", "percent", "percent_fraction"),
    [
        (KAZAKH, "35\N{NO-BREAK SPACE}994", "1,5", "65%", "65,5%"),
        (RUSSIAN, "35\N{NO-BREAK SPACE}994", "1,5", "65\N{NO-BREAK SPACE}%", "65,5\N{NO-BREAK SPACE}%"),
        (ENGLISH, "35,994", "1.5", "65%", "65.5%"),
    ],
    ids=CODES,
)
def test_numbers_and_percents(language, thousands, fraction, percent, percent_fraction):
    """Groups, decimal sign and percent sign are the language's own."""
    assert language.number(35994) == thousands
    assert language.number(1.5) == fraction
    assert language.percent(65) == percent
    assert language.percent(65.5) == percent_fraction


@every_language
def test_numbers_keep_all_digits(language):
    """A figure is never rounded, and a negative zero is zero whichever came first."""
    assert language.number(0.123456789).endswith("123456789")
    assert language.number(-0.0) == language.number(0) == "0"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (KAZAKH, "0 материал|1 материал|2 материал|5 материал|11 материал|21 материал|22 материал|25 материал|101 материал|1,5 материал"),
        (
            RUSSIAN,
            "0 материалов|1 материал|2 материала|5 материалов|11 материалов|21 материал|22 материала|25 материалов|101 материал|1,5 материала",
        ),
        (ENGLISH, "0 stories|1 story|2 stories|5 stories|11 stories|21 stories|22 stories|25 stories|101 stories|1.5 stories"),
    ],
    ids=CODES,
)
def test_plurals(language, expected):
    """The noun after a number has the form that the language's CLDR rules ask for."""
    assert [language.plural("stories", count) for count in (0, 1, 2, 5, 11, 21, 22, 25, 101, 1.5)] == expected.split("|")


def test_quantities_have_grammar():
    """A qualifier and a unit together take the case that the language wants."""
    assert KAZAKH.quantity(150_000, "people", qualifier="more-than") == "150\N{NO-BREAK SPACE}000 адамнан астам"
    assert RUSSIAN.quantity(2, "years") == "2 года"
    assert RUSSIAN.quantity(2, "years", qualifier="more-than") == "более 2 лет"
    assert ENGLISH.quantity(65, "percent", qualifier="about") == "about 65%"


@every_language
@pytest.mark.parametrize("unit", ["people", "percent", "years", "count"])
@pytest.mark.parametrize("qualifier", ["exact", "about", "more-than", "less-than"])
def test_every_unit_has_every_qualifier(language, unit, qualifier):
    """No figure that the front matter allows lacks its words."""
    written = language.percent(400) if unit == "percent" else language.number(400)
    assert written in language.quantity(400, unit, qualifier=qualifier)


def test_names_of_languages():
    """Each language has a name in each language, and its own name in the switch."""
    assert [language.name for language in LANGUAGES.values()] == ["Қазақша", "Русский", "English"]
    assert KAZAKH.names == {"kk": "қазақша", "ru": "орысша", "en": "ағылшынша"}
    assert ENGLISH.names == {"kk": "Kazakh", "ru": "Russian", "en": "English"}


# ---------------------------------------------------------------- sort order


def test_kazakh_letters_stand_in_their_places():
    """The Kazakh alphabet sorts as it is taught, in small and capital letters."""
    assert sorted(reversed(KAZAKH_ALPHABET), key=KAZAKH.sort_key) == KAZAKH_ALPHABET
    capitals = [letter.upper() for letter in KAZAKH_ALPHABET]
    assert sorted(reversed(capitals), key=KAZAKH.sort_key) == capitals


def test_kazakh_regions_are_in_order():
    """The list of regions reads as in a Kazakh reference book."""
    ordered = [
        "Абай облысы", "Ақмола облысы", "Ақтөбе облысы", "Алматы қаласы", "Алматы облысы", "Астана қаласы", "Атырау облысы",
        "Батыс Қазақстан облысы", "Жамбыл облысы", "Жетісу облысы", "Қарағанды облысы", "Қостанай облысы", "Қызылорда облысы",
        "Маңғыстау облысы", "Павлодар облысы", "Солтүстік Қазақстан облысы", "Түркістан облысы", "Ұлытау облысы",
        "Шығыс Қазақстан облысы", "Шымкент қаласы",
    ]  # fmt: skip
    assert sorted(reversed(ordered), key=KAZAKH.sort_key) == ordered
    assert sorted(reversed(ordered)) != ordered, "code points alone would not do"


def test_kazakh_words_are_in_order():
    """ә after а, ғ after г, қ after к, ң after н, ө after о, ұ and ү after у, һ after х, і after ы; Latin last."""
    ordered = ["9 ай", "аң", "әкім", "гүл", "ғалым", "кеңес", "қала", "қалам", "нан", "о", "өңір", "ту", "ұжым", "үй", "хат",
               "һәм", "ырыс", "іс", "Qyzmet", "Senim"]  # fmt: skip
    assert sorted(reversed(ordered), key=KAZAKH.sort_key) == ordered


def test_russian_takes_kazakh_letters_for_their_neighbours():
    """In a Russian list «область Ұлытау» stands under У, and ё counts as е."""
    words = ["елка", "ёлка", "ель", "Турксиб", "Ұлытау", "Утешев", "Уральск", "Улус", "Фёдоров"]
    ordered = ["елка", "ёлка", "ель", "Турксиб", "Улус", "Ұлытау", "Уральск", "Утешев", "Фёдоров"]
    assert sorted(words, key=RUSSIAN.sort_key) == ordered
    assert RUSSIAN.initial("Ұлытау") == "У"
    assert RUSSIAN.initial("ёлка") == "Е"


def test_accents_do_not_move_a_word():
    """Latin letters with accents sort as without; Cyrillic sorts after."""
    words = ["Élan", "Elbow", "Eland", "Қызмет", "Zoo"]
    assert sorted(words, key=ENGLISH.sort_key) == ["Élan", "Eland", "Elbow", "Zoo", "Қызмет"]
    assert ENGLISH.initial("Élan") == "E"


@pytest.mark.parametrize(
    ("name", "heading"),
    [("«Қорғау»", "Қ"), ("іс", "І"), ("ұлытау", "Ұ"), ("Qorgau", "Q"), ("  қала", "Қ"), ("16 филиал", "0–9"), ("– …", ""), ("", "")],
)
def test_kazakh_initials(name, heading):
    """A list's heading is the first letter, capital, punctuation passed over; figures share one heading."""
    assert KAZAKH.initial(name) == heading


@given(languages, texts)
def test_case_and_punctuation_do_not_count(language, text):
    """Capitals, quotation marks, hyphens and surrounding space change nothing but a tie."""
    key = language.sort_key(text)[:2]
    assert language.sort_key(f"  «{text.upper()}» ")[:2] == key
    assert language.sort_key(f"-{text.casefold()}.")[:2] == key


@given(languages, st.lists(texts, max_size=12), st.randoms())
def test_order_does_not_depend_on_input(language, words, random):
    """The same words in any order sort the same way."""
    shuffled = words[:]
    random.shuffle(shuffled)
    assert sorted(words, key=language.sort_key) == sorted(shuffled, key=language.sort_key)


@given(languages, st.lists(texts, max_size=12))
def test_headings_of_a_sorted_list_never_come_back(language, words):
    """In a sorted list all words of one heading stand together."""
    initials = [language.initial(word) for word in sorted(words, key=language.sort_key)]
    headings = [heading for heading, _ in itertools.groupby(initials)]
    assert len(headings) == len(set(headings))


# ---------------------------------------------------------------- slugs


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Түркістан", "turkistan"),
        ("Костанай", "kostanay"),
        ("«Қызмет»", "qyzmet"),
        ("«Қорғау»", "qorgau"),
        ("Ынтымақ", "yntymaq"),
        ("Маңғыстау облысы", "mangystau-oblysy"),
        ("Өскемен: Әділ һәм үйлесім", "oskemen-adil-ham-uylesim"),
        ("Трёхсторонняя комиссия – объезд", "trekhstoronnyaya-komissiya-obezd"),
        ("Щучинск, Хромтау, Цех", "shchuchinsk-khromtau-tsekh"),
        ("Workers’ café 2022", "workers-cafe-2022"),
        ("Qazaq ūlttyq ıs", "qazaq-ulttyq-is"),
        ("", ""),
        ("– «…»!", ""),
        ("ъ", "44a"),
        ("中国", "4e2d56fd"),
    ],
)
def test_slugs_are_transliterated(text, slug):
    """Kazakh and Russian titles become the Latin names people know."""
    assert make_slug(text) == slug


def test_long_slug_ends_with_a_word():
    """A real Kazakh headline is cut at the end of a word, a single long word anywhere."""
    headline = "Түркістан облысында кәсіподақтар бірлігі нығайып, өңірлік үйлестіру кеңесінің кеңейтілген отырысы өтті"
    slug = make_slug(headline)
    assert slug == "turkistan-oblysynda-kasipodaqtar-birligi-nygayyp-onirlik-uylestiru-kenesinin"
    assert make_slug("сөз " * 3, limit=7) == "soz-soz"
    assert make_slug("сөз " * 3, limit=6) == "soz"
    assert make_slug("кәсіподақ", limit=4) == "kasi"


@given(texts, st.integers(min_value=1, max_value=80))
def test_slug_properties(text, limit):
    """Only a-z, 0-9 and single hyphens inside; within the limit; its own slug; empty only without letters and digits."""
    slug = make_slug(text, limit=limit)
    assert re.fullmatch("(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert len(slug) <= limit
    assert make_slug(slug, limit=limit) == slug
    assert bool(slug) or not any(character.isalnum() for character in text)


@given(local_texts)
def test_slug_does_not_depend_on_case_or_composition(text):
    """One title has one slug, however its letters are encoded."""
    assert make_slug(text.upper()) == make_slug(text)
    assert make_slug(unicodedata.normalize("NFD", text)) == make_slug(text)


# ---------------------------------------------------------------- loading


def test_own_folder_overrides_single_texts(tmp_path):
    """A project changes one text without copying the file, and its digest changes with it."""
    write_strings(tmp_path, "ru", "texts:\n  home: Начало\nplurals:\n  stories: '{count} шт.'\n")
    russian = load_languages(["ru"], folders=[STRINGS_FOLDER, tmp_path])["ru"]
    assert russian.text("home") == "Начало"
    assert russian.text("news") == RUSSIAN.text("news")
    assert russian.plural("stories", 2) == "2 шт."
    assert russian.digest != RUSSIAN.digest


def test_own_folder_adds_a_language(tmp_path):
    """A fourth language is one file; the others name it as CLDR does."""
    kyrgyz = (STRINGS_FOLDER / "kk.yml").read_text(encoding="utf-8").replace("name: Қазақша", "name: Кыргызча")
    write_strings(tmp_path, "ky", kyrgyz)
    languages = load_languages(["ky", "en", "ru"], folders=[STRINGS_FOLDER, tmp_path])
    assert list(languages) == ["ky", "en", "ru"]
    assert languages["ky"].date(date(2022, 10, 10)) == "2022 жылғы 10 октябрь"
    assert languages["en"].names["ky"] == "Kyrgyz"
    assert languages["ru"].names["ky"] == "киргизский"


def test_a_folder_that_does_not_exist_is_skipped(tmp_path):
    """A project need not have strings of its own."""
    assert load_languages(["kk"], folders=[STRINGS_FOLDER, tmp_path / "none"])["kk"].digest == (
        load_languages(["kk"], folders=[STRINGS_FOLDER])["kk"].digest
    )


def test_missing_keys_are_all_listed(tmp_path):
    """A language without a text that others have is refused: file and key are named, once each."""
    lines = (STRINGS_FOLDER / "kk.yml").read_text(encoding="utf-8").splitlines(keepends=True)
    path = write_strings(tmp_path, "ky", "".join(line for line in lines if not line.startswith(("  home:", "  news:"))))
    with pytest.raises(LanguageError) as caught:
        load_languages(["ky", "kk"], folders=[STRINGS_FOLDER, tmp_path])
    owner = STRINGS_FOLDER / "en.yml"
    assert caught.value.messages == (
        f"{path}: texts.home is missing; {owner} has it",
        f"{path}: texts.news is missing; {owner} has it",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("texts:\n  home: [a]\n", ": texts.home must be a text, and not empty"),
        ("texts:\n  home:\n", ": texts.home must be a text, and not empty"),
        ("texts:\n  person-lead: '{nmae}'\n", ": texts.person-lead: nothing fills the placeholder {nmae}"),
        ("texts:\n  home: '{'\n", ": texts.home: curly braces may only hold a name, such as {name}"),
        ("texts:\n  person-lead: '{name.text}'\n", ": texts.person-lead: curly braces may only hold a name, such as {name}"),
        ("plurals:\n  stories: {one: a, two: b}\n", ": plurals.stories needs the forms few, many, one, other; it has one, two"),
        ("texts:\n  home: 'a\n", ", line 3: the file is not valid YAML"),
        ("just words\n", ": the file has no keys"),
    ],
)
def test_faults_of_a_strings_file_are_named(tmp_path, text, message):
    """What is wrong is said with file and key, in plain words."""
    path = write_strings(tmp_path, "ru", text)
    with pytest.raises(LanguageError) as caught:
        load_languages(["ru"], folders=[STRINGS_FOLDER, tmp_path])
    assert caught.value.messages == (f"{path}{message}",)


def test_a_file_in_another_encoding_is_named(tmp_path):
    """A file saved in a Windows code page is refused with its name."""
    (tmp_path / "ru.yml").write_bytes("texts:\n  home: Начало\n".encode("cp1251"))
    with pytest.raises(LanguageError, match="the file is not in UTF-8"):
        load_languages(["ru"], folders=[STRINGS_FOLDER, tmp_path])


def test_a_language_without_a_file_says_where_to_write_it(tmp_path):
    """An unknown language names the files that were looked for; an impossible code is called so."""
    with pytest.raises(LanguageError, match=re.escape(f"or {tmp_path / 'ky.yml'}")):
        load_languages(["ky"], folders=[STRINGS_FOLDER, tmp_path])
    with pytest.raises(LanguageError, match="xx: no language has this code"):
        load_languages(["xx"], folders=[STRINGS_FOLDER])


def test_dates_are_written_once():
    """A date that 30,000 articles share is formatted once."""
    language = load_languages(["kk"], folders=[STRINGS_FOLDER])["kk"]
    assert language.date(date(2022, 10, 10)) is language.date(date(2022, 10, 10))
    assert language.number(4876) is language.number(4876)
    assert isinstance(language, Language)


# ---------------------------------------------------------------- Material's own interface in Kazakh


def read_material_texts(folder: Path, code: str, keys: list[str]) -> dict[str, str]:
    """What the macro of a language file gives for each key."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=False)
    translate = environment.get_template(f"{code}.html").module.t
    return {key: str(translate(key)) for key in keys}


def list_material_keys(folder: Path, code: str) -> list[str]:
    return re.findall(r'^  "([^"]+)":', (folder / f"{code}.html").read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_material_speaks_kazakh():
    """overrides/partials/languages/kk.html has every key that Material's English has, and nothing empty."""
    keys = list_material_keys(MATERIAL_LANGUAGES, "en")
    assert list_material_keys(KAZAKH_LANGUAGES, "kk") == keys
    assert all(read_material_texts(KAZAKH_LANGUAGES, "kk", keys).values())


def test_material_texts_are_kazakh():
    """Only the language's code, its direction and the search settings are Latin; counts keep their # sign."""
    keys = list_material_keys(MATERIAL_LANGUAGES, "en")
    english, kazakh = read_material_texts(MATERIAL_LANGUAGES, "en", keys), read_material_texts(KAZAKH_LANGUAGES, "kk", keys)
    settings = {key for key in keys if key in ("language", "direction") or key.startswith("search.config.")}
    assert kazakh["language"] == "kk"
    for key in set(keys) - settings:
        assert set(re.findall("[A-Za-z]+", kazakh[key])) <= LATIN_WORDS, key
        assert kazakh[key].count("#") == english[key].count("#"), key
