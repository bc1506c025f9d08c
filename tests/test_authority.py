"""The authority files and the look-up of names."""

from __future__ import annotations

import pickle
import shutil
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.authority import Ambiguity, Authority, DatedName, Organization, Person, fold_spelling
from newsroom.authority_files import load_authority
from newsroom.model import SECTIONS

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("kk", "ru", "en")
REGIONS = {
    "abai": "KZ-10", "akmola": "KZ-11", "aktobe": "KZ-15", "almaty-region": "KZ-19", "atyrau": "KZ-23", "west-kazakhstan": "KZ-27",
    "zhambyl": "KZ-31", "zhetysu": "KZ-33", "karaganda": "KZ-35", "kostanay": "KZ-39", "kyzylorda": "KZ-43", "mangystau": "KZ-47",
    "pavlodar": "KZ-55", "north-kazakhstan": "KZ-59", "turkistan": "KZ-61", "ulytau": "KZ-62", "east-kazakhstan": "KZ-63",
    "astana": "KZ-71", "almaty-city": "KZ-75", "shymkent": "KZ-79",
}  # fmt: skip


@pytest.fixture
def authority() -> Authority:
    return load_once()


@cache
def load_once() -> Authority:
    loaded, problems = load_authority(ROOT / "articles" / "authority", root=ROOT, languages=LANGUAGES)
    assert problems == []
    assert loaded.incomplete_sections == frozenset()
    return loaded


def load_files(folder: Path, **texts: str):
    """Loads a folder that holds the given texts by section, and empty files for the other sections."""
    for section in SECTIONS:
        (folder / f"{section}.yml").write_text(texts.get(section, "# empty\n"), encoding="utf-8")
    return load_authority(folder, root=folder, languages=("kk", "en"))


# ---------------------------------------------------------------- the project's own files


def test_regions_have_their_iso_codes(authority):
    """All 20 regions and cities are there, each with its ISO 3166-2 code."""
    assert {region.id: region.iso for region in authority.entities("regions")} == REGIONS
    assert {region.id for region in authority.entities("regions") if region.type == "city"} == {"astana", "almaty-city", "shymkent"}


@pytest.mark.parametrize(
    ("id", "kk", "ru", "en"),
    [
        ("turkistan", "Түркістан облысында", "в Туркестанской области", "in Turkistan Region"),
        ("abai", "Абай облысында", "в области Абай", "in Abai Region"),
        ("zhetysu", "Жетісу облысында", "в области Жетісу", "in Zhetysu Region"),
        ("almaty-city", "Алматы қаласында", "в городе Алматы", "in the city of Almaty"),
        ("astana", "Астана қаласында", "в городе Астане", "in Astana"),
    ],
)
def test_regions_have_the_form_that_running_text_needs(authority, id, kk, ru, en):
    """A template can write "in Turkistan Region" in each language without knowing its grammar."""
    assert [authority.get("regions", id).inside(language) for language in LANGUAGES] == [kk, ru, en]


@pytest.mark.parametrize(
    ("id", "day", "name"),
    [
        ("turkistan", date(2018, 6, 18), "Южно-Казахстанская область"),
        ("turkistan", date(2018, 6, 19), "Туркестанская область"),
        ("turkistan", None, "Туркестанская область"),
        ("astana", date(2019, 3, 22), "город Астана"),
        ("astana", date(2019, 3, 23), "город Нур-Султан"),
        ("astana", date(2022, 9, 18), "город Нур-Султан"),
        ("astana", date(2022, 9, 19), "город Астана"),
        ("astana", None, "город Астана"),
    ],
)
def test_a_region_is_called_as_on_the_day(authority, id, day, name):
    """A former name holds to the day before the change and the new one from the day itself."""
    assert authority.get("regions", id).name("ru", day) == name


def test_centres_move_on_their_day(authority):
    """The centre shown is that of the day; cities have none."""
    almaty, turkistan = authority.get("regions", "almaty-region"), authority.get("regions", "turkistan")
    assert [almaty.centre("en", day) for day in (date(2022, 6, 7), date(2022, 6, 8), None)] == ["Taldykorgan", "Qonaev", "Qonaev"]
    assert [turkistan.centre("en", day) for day in (date(2018, 6, 18), date(2018, 6, 19))] == ["Shymkent", "Turkistan"]
    assert authority.get("regions", "astana").centre("en") is None


def test_regions_of_2022_know_where_they_come_from(authority):
    """A new region is valid from its first day and names the region it was part of."""
    for id, before in (("abai", "east-kazakhstan"), ("zhetysu", "almaty-region"), ("ulytau", "karaganda")):
        region = authority.get("regions", id)
        assert region.predecessors == (before,)
        assert not region.is_valid(date(2022, 6, 7)) and region.is_valid(date(2022, 6, 8))
        assert authority.get("regions", before).is_valid(date(2020, 1, 1))


def test_former_names_come_with_their_days(authority):
    """A page can list earlier names and when they held."""
    [(name, period)] = authority.get("regions", "astana").former_names("en")
    assert (name, period.since, period.until) == ("Nur-Sultan city", date(2019, 3, 23), date(2022, 9, 19))


def test_unions_are_complete(authority):
    """All 14 branch unions are there; those whose membership nobody confirmed say so."""
    unions = authority.entities("unions")
    assert len(unions) == 14
    assert {union.id for union in unions if not union.membership_verified} == {"transport", "mining-metallurgy", "coal"}
    assert authority.get("unions", "senim").member_since == date(2018, 6, 22)
    assert {union.id: union.official for union in unions if union.official} == {"qyzmet": ("kk", "ru")}


def test_centres_belong_to_attested_regions(authority):
    """A region has a trade-union centre only where one is attested; the one of Abai exists from 2024."""
    without = {id for id in REGIONS if authority.find_centre(id) is None}
    assert without == {"akmola", "karaganda", "kostanay", "shymkent", "ulytau", "zhetysu"}
    abai = authority.find_centre("abai")
    assert abai.first_year == 2024 and abai.is_by_year and not abai.is_valid(date(2023, 12, 31))


def test_chairs_follow_each_other(authority):
    """The role of a person is that of the story's date; a year counts whole, since the day in it is not known."""
    abdirayim = authority.get("people", "abdirayim")
    assert abdirayim.role("en", date(2017, 12, 31)) is None
    assert abdirayim.role("ru", date(2018, 1, 1)) == abdirayim.role("ru", date(2019, 12, 31)) == "Председатель Федерации профсоюзов"
    assert abdirayim.role("en", date(2020, 1, 1)) is None
    assert (abdirayim.roles[0].first_year, abdirayim.roles[0].last_year, abdirayim.roles[0].is_by_year) == (2018, 2019, True)
    assert authority.get("people", "dauletalin").role("kk", date(2030, 1, 1)) == "Кәсіподақтар федерациясының төрағасы"


def test_two_people_called_kali_are_told_apart(authority):
    """S. E. Kaliev, also written Kali S. E., is not S. B. Kali; the bare surname means either."""
    assert {authority.resolve(name, "people").id for name in ("S. E. Kaliev", "Kali S. E.", "Калиев С.Е.", "С. Е. Қалиев")} == {"kaliev"}
    assert {authority.resolve(name, "people").id for name in ("S. B. Kali", "Кали С. Б.", "С. Б. Қали")} == {"kali-sb"}
    for name in ("Kali", "Кали", "Қали"):
        assert {person.id for person in authority.resolve(name, "people").candidates} == {"kaliev", "kali-sb"}


def test_almaty_alone_is_ambiguous(authority):
    """«Алматы» may be the region or the city; with «облысы» or «қаласы» it is one of them."""
    found = authority.resolve("Алматы", "regions")
    assert isinstance(found, Ambiguity) and found.spelling == "Алматы"
    assert {region.id for region in found.candidates} == {"almaty-region", "almaty-city"}
    assert authority.resolve("Алматы облысы", "regions").id == "almaty-region"
    assert authority.resolve("город Алматы", "regions").id == "almaty-city"


@pytest.mark.parametrize(
    ("spelling", "id"),
    [
        ("Turkestan", "turkistan"),
        ("Туркестанская область", "turkistan"),
        ("South Kazakhstan Region", "turkistan"),
        ("ЮКО", "turkistan"),
        ("KZ-61", "turkistan"),
        ("turkistan", "turkistan"),
        ("Nur-Sultan", "astana"),
        ("Абайская область", "abai"),
        ("FPRC", "fturk"),
        ("ҚРКФ", "fturk"),
        ("Media Center of the Federation", "media-center"),
        ("«Сенім»", "senim"),
        ("Bakhytzhan Abdiriym", "abdirayim"),
        ("Бақытжан Жарылқасынұлы", "abdirayim"),
        ("Satybalda Dauletalin", "dauletalin"),
        ("итоги заседаний", "meeting-summary"),
    ],
)
def test_any_spelling_finds_its_entity(authority, spelling, id):
    """Former names, short names, codes, ids and misspellings that are on file lead to the entity."""
    assert authority.resolve(spelling).id == id


def test_small_differences_of_writing_do_not_matter(authority):
    """Capitals, quotation marks, dashes, dots, brackets, no-break spaces and decomposed letters are no other name."""
    for spelling in ("НУР-СУЛТАН", "Нур–Султан", "“Nur Sultan”", " nur-sultan ", "Nur\u00a0Sultan"):
        assert authority.resolve(spelling, "regions").id == "astana"
    decomposed = unicodedata.normalize("NFD", "Бахытжан Абдирайым")
    assert decomposed != "Бахытжан Абдирайым"
    assert authority.resolve(decomposed, "people").id == "abdirayim"
    assert authority.resolve("Молодежное крыло \"Келешек\"").id == "keleshek"


def test_unknown_names_find_nothing(authority):
    """What is not on file is None, also when it is empty or in another section."""
    assert authority.resolve("Нарния облысы") is None
    assert authority.resolve("") is None
    assert authority.resolve("Senim", "regions") is None
    with pytest.raises(KeyError):
        authority.get("regions", "narnia")


def test_nearest_offers_an_id(authority):
    """A slip of the pen gets a suggestion, a word of a long name too; nonsense gets none."""
    assert authority.nearest("minig", "unions") == "mining-metallurgy"
    assert authority.nearest("Туркистанская область", "regions") == "turkistan"
    assert authority.nearest("Abdirajim", "people") == "abdirayim"
    assert authority.nearest("xyzzy", "unions") is None
    assert authority.nearest("я" * 100_000, "unions") is None


def test_entities_travel_to_another_process(authority):
    """An Authority and its entities can be pickled, are equal afterwards and can stand in sets."""
    copy = pickle.loads(pickle.dumps(authority))
    assert copy.digest == authority.digest
    assert copy.resolve("Turkestan") == authority.resolve("Turkestan")
    assert len({*copy.entities("regions"), *authority.entities("regions")}) == 20


DISTURBANCES = [
    str, str.upper, str.lower, "«{}»".format, " {}\t".format,
    lambda text: text.replace(" ", "\u00a0 "), lambda text: text.replace("-", "–"), lambda text: unicodedata.normalize("NFD", text),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_every_spelling_leads_home(data):
    """Every spelling of every entity, however its capitals, marks and spaces are, resolves to it or to an Ambiguity with it."""
    authority = load_once()
    entity = data.draw(st.sampled_from([entity for section in SECTIONS for entity in authority.entities(section)]))
    spelling = data.draw(st.sampled_from([entity.id, *authority.spellings(entity)]))
    disturb = data.draw(st.sampled_from(DISTURBANCES))
    for section in (entity.section, None):
        assert entity in list_meanings(authority, disturb(spelling), section)


def list_meanings(authority: Authority, spelling: str, section: str | None) -> tuple:
    found = authority.resolve(spelling, section)
    return found.candidates if isinstance(found, Ambiguity) else () if found is None else (found,)


@given(st.lists(st.tuples(st.sampled_from([Person, Organization]), st.lists(st.text(max_size=6), min_size=1, max_size=4)), max_size=6))
def test_any_text_can_be_a_spelling(rows):
    """Whatever the spellings are, none leads to another entity alone and none raises."""
    entities = [
        type_(id=f"x{number}", names=(DatedName(text={"en": spellings[0]}),), aliases=tuple(spellings))
        for number, (type_, spellings) in enumerate(rows)
    ]
    authority = Authority(entities)
    for entity in entities:
        assert authority.get(entity.section, entity.id) == entity
        for spelling in authority.spellings(entity):
            assert entity in list_meanings(authority, spelling, entity.section)
            assert entity in list_meanings(authority, spelling, None)


@given(st.text(max_size=40))
def test_folded_spellings_are_bare(text):
    """Folding any text leaves no quotation mark, dash, dot or bracket and only single spaces between words."""
    folded = fold_spelling(text)
    assert folded == " ".join(folded.split())
    assert not set(folded) & set("\"'«»-.,()")


# ---------------------------------------------------------------- faulty files

KIND = "news:\n  names: {kk: Жаңалық, en: News}\n  plural: {kk: Жаңалықтар, en: News}\n"
PERSON = "omar:\n  names: {kk: Омар, en: Omar}\n"
REGION = "north:\n  iso: XX-1\n  type: region\n  names: {kk: Солтүстік, en: North}\n  inside: {kk: Солтүстікте, en: in North}\n"
ORGANIZATION = "club:\n  names: {kk: Клуб, en: Club}\n"
MEASURE = "members:\n  names: {kk: Мүшелер, en: Members}\n  unit: people\n"


@pytest.mark.parametrize(
    ("section", "text", "expected"),
    [
        ("kinds", KIND + "  plurals: {kk: Ж}\n", [(4, 3, "unknown-field")]),
        ("kinds", "news:\n  names: {kk: Жаңалық, en: News}\n", [(2, 3, "missing-field")]),
        ("kinds", KIND.replace("kk: Жаңалық, ", ""), [(2, 10, "missing-name")]),
        ("kinds", KIND.replace("kk: Жаңалық,", "kk: '',"), [(2, 10, "missing-name")]),
        ("kinds", KIND.replace("{kk", "{kz", 1), [(2, 10, "missing-name"), (2, 11, "unknown-language")]),
        ("kinds", KIND.replace("News}", "2022}", 1), [(2, 28, "wrong-type")]),
        ("kinds", KIND + KIND, [(4, 1, "duplicate-field")]),
        ("kinds", KIND.replace("news:", "Good News:"), [(1, 1, "bad-id")]),
        ("kinds", KIND.replace("news:", f"{'n' * 81}:"), [(1, 1, "bad-id")]),
        ("kinds", KIND + "  spellings: [Story, «»]\n", [(4, 22, "empty-text")]),
        ("kinds", KIND.replace("names:", "names: &n"), [(2, 10, "yaml-anchor")]),
        ("kinds", "news: [\n", [(1, 7, "yaml-syntax")]),
        ("kinds", "- news\n", [(1, 1, "wrong-type")]),
        ("kinds", "news: text\n", [(1, 7, "wrong-type")]),
        ("measures", MEASURE.replace("people", "peple"), [(3, 9, "unknown-value")]),
        ("people", PERSON + "  since: sometime\n", [(3, 10, "wrong-type")]),
        ("people", PERSON + "  since: 2022-02-30\n", [(3, 10, "impossible-date")]),
        ("people", PERSON + "  until: 20222\n", [(3, 10, "impossible-date")]),
        ("people", PERSON + "  since: 2020\n  until: 2019\n", [(4, 10, "end-before-start")]),
        ("people", PERSON + "  since: 2020-05-05\n  until: 2020-05-05\n", [(4, 10, "end-before-start")]),
        ("people", PERSON + "  roles:\n    - title: {kk: Төраға}\n", [(4, 14, "missing-name")]),
        ("people", PERSON + "  roles:\n    - title: {kk: Төраға, en: Chair}\n      organization: clubb\n", [(5, 21, "unknown-organization")]),
        ("people", PERSON + "  roles:\n    - since: 2020\n      titel: x\n", [(4, 7, "missing-field"), (5, 7, "unknown-field")]),
        ("regions", REGION.replace("XX-1", "61"), [(2, 8, "wrong-type")]),
        ("regions", REGION.replace("XX-1", "kz61"), [(2, 8, "bad-iso-code")]),
        ("regions", REGION + "  predecessors: [nort]\n", [(6, 18, "unknown-region")]),
        ("regions", REGION + "  former:\n    - names: {kk: Тұман, en: Fog}\n      inside: {kk: Тұманда, en: in Fog}\n", [(7, 7, "missing-field")]),
        ("organizations", ORGANIZATION + "  centre_of: nowhere\n", [(3, 14, "unknown-region")]),
        ("organizations", ORGANIZATION + "  official: [kk, kz]\n", [(3, 18, "unknown-language")]),
    ],
)  # fmt: skip
def test_a_fault_is_shown_at_its_place(tmp_path, section, text, expected):
    """Each fault gives its code at the line and column of the value (or of the key, when the key is at fault)."""
    _, problems = load_files(tmp_path, **{section: text})
    assert [(problem.line, problem.column, problem.code) for problem in problems] == expected
    assert {problem.path for problem in problems} == {f"{section}.yml"}
    assert all(problem.message and problem.hint for problem in problems)


@pytest.mark.parametrize(("section", "text"), [("kinds", KIND), ("people", PERSON), ("regions", REGION), ("organizations", ORGANIZATION), ("measures", MEASURE)])
def test_the_faultless_entries_are_accepted(tmp_path, section, text):
    """The entries that the faults are made from have none themselves."""
    authority, problems = load_files(tmp_path, **{section: text})
    assert problems == [] and len(authority.entities(section)) == 1


def test_problems_of_all_files_come_together(tmp_path):
    """One run shows the faults of every file, several of one entry among them."""
    _, problems = load_files(tmp_path, kinds="news:\n  names: {en: 5}\n  colour: red\n  plural: {kk: А, en: B}\n", people="Bad Id:\n  names: {en: A}\n")
    assert [(problem.path, problem.code) for problem in problems] == [
        ("kinds.yml", "wrong-type"), ("kinds.yml", "unknown-field"), ("people.yml", "bad-id"), ("people.yml", "missing-name"),
    ]  # fmt: skip


def test_hints_offer_what_was_meant(tmp_path):
    """An unknown field, value or id comes with the nearest known one."""
    text = REGION.replace("type: region", "type: regin").replace("inside:", "insid:") + "  predecessors: [nort]\n"
    _, problems = load_files(tmp_path, regions=text + REGION.replace("north", "nortth").replace("XX-1", "XX-2"))
    hints = {problem.code: problem.hint for problem in problems}
    assert hints["unknown-field"] == 'did you mean "inside"?'
    assert hints["unknown-value"] == 'did you mean "region"?'
    _, problems = load_files(tmp_path, regions=REGION + "  predecessors: [nort]\n")
    assert problems[0].hint == 'did you mean "north"?'


SHARED = "a:\n  names: {kk: А, en: A}\n  spellings: [Kali]\nb:\n  names: {kk: Б, en: B}\n  {field}: ['«KALI»']\n"


def test_a_spelling_of_two_is_shown_at_both_places(tmp_path):
    """Two entries may not claim one spelling, however it is written, unless both declare it shared."""
    _, problems = load_files(tmp_path, people=SHARED.replace("{field}", "spellings"))
    assert [(problem.line, problem.column, problem.code) for problem in problems] == [(3, 15, "duplicate-spelling"), (6, 15, "duplicate-spelling")]
    assert '"b"' in problems[0].message and '"a"' in problems[1].message
    _, problems = load_files(tmp_path, people=SHARED.replace("{field}", "shared_spellings"))
    assert [problem.line for problem in problems] == [3, 6]
    authority, problems = load_files(tmp_path, people=SHARED.replace("{field}", "shared_spellings").replace("  spellings", "  shared_spellings"))
    assert problems == []
    assert len(authority.resolve("kali").candidates) == 2


def test_former_names_and_codes_are_claims_too(tmp_path):
    """A new region may not take the former name of another, nor its code."""
    other = REGION.replace("north", "south").replace("Солтүстік", "Оңтүстік").replace("North", "South")
    former = "  former:\n    - names: {kk: Ескі, en: south}\n      inside: {kk: Ескіде, en: in Old}\n      until: 2000-01-01\n"
    _, problems = load_files(tmp_path, regions=REGION + former + other)
    assert [(problem.line, problem.column, problem.code) for problem in problems] == [
        (2, 8, "duplicate-spelling"), (7, 29, "duplicate-spelling"), (10, 1, "duplicate-spelling"), (11, 8, "duplicate-spelling"),
    ]  # fmt: skip
    messages = " ".join(problem.message for problem in problems)
    assert '"XX-1"' in messages and '"south"' in messages


def test_an_id_belongs_to_one_entry(tmp_path):
    """Another entry may not claim an id as its spelling, not even as a shared one, so an id is never ambiguous."""
    text = "kali:\n  names: {kk: А, en: A}\n  shared_spellings: [Kali]\nb:\n  names: {kk: Б, en: B}\n  shared_spellings: [Kali]\n"
    _, problems = load_files(tmp_path, people=text)
    assert {problem.code for problem in problems} == {"duplicate-spelling"}
    assert (6, 22) in {(problem.line, problem.column) for problem in problems}


def test_sections_may_share_a_spelling(tmp_path):
    """A spelling clashes only within its section; without a section it is ambiguous."""
    authority, problems = load_files(tmp_path, people=PERSON, organizations=ORGANIZATION.replace("Club", "Omar"))
    assert problems == []
    assert authority.resolve("Omar", "people").id == "omar"
    assert authority.resolve("Omar", "organizations").id == "club"
    assert {entity.section for entity in authority.resolve("Omar").candidates} == {"people", "organizations"}


def test_a_faulty_field_does_not_hide_its_entry(tmp_path):
    """An entry with a wrong optional field keeps its names, so articles that mention it are not blamed."""
    authority, problems = load_files(tmp_path, people=PERSON + "  roles: none\n  colour: red\n")
    assert len(problems) == 2
    assert authority.resolve("Omar", "people").id == "omar"
    assert authority.incomplete_sections == frozenset()


def test_what_cannot_be_read_is_named_incomplete(tmp_path):
    """A section with an entry or file that cannot be read says so; references into it are not blamed."""
    authority, problems = load_files(tmp_path, regions="north: [\n", organizations=ORGANIZATION + "  centre_of: north\n")
    assert [problem.path for problem in problems] == ["regions.yml"]
    assert authority.incomplete_sections == {"regions"}
    authority, _ = load_files(tmp_path, kinds="news: {}\n")
    assert authority.incomplete_sections == {"kinds"}


def test_a_file_that_is_not_there_or_not_read(tmp_path):
    """Missing, misnamed, wrongly encoded and linked files are problems with a path."""
    load_files(tmp_path)
    shutil.move(tmp_path / "regions.yml", tmp_path / "region.yml")
    (tmp_path / "people.yml").write_bytes("omar:\n  names: {kk: ".encode() + "Омар".encode("cp1251"))
    (tmp_path / "kinds.yml").unlink()
    (tmp_path / "kinds.yml").symlink_to(tmp_path / "unions.yml")
    _, problems = load_authority(tmp_path, root=tmp_path, languages=("en",))
    assert [(problem.path, problem.line, problem.column, problem.code) for problem in problems] == [
        ("kinds.yml", 1, 1, "symlink"), ("people.yml", 2, 15, "not-utf8"), ("region.yml", 1, 1, "unknown-file"), ("regions.yml", 1, 1, "missing-file"),
    ]  # fmt: skip


def test_windows_files_are_read(tmp_path):
    """A byte order mark and Windows line ends change nothing."""
    load_files(tmp_path)
    plain, _ = load_files(tmp_path, people=PERSON)
    (tmp_path / "people.yml").write_bytes(b"\xef\xbb\xbf" + PERSON.replace("\n", "\r\n").encode())
    windows, problems = load_authority(tmp_path, root=tmp_path, languages=("kk", "en"))
    assert problems == [] and windows.digest == plain.digest


def test_a_language_that_the_site_left_out_may_stay(tmp_path):
    """A site with fewer languages can use the same files."""
    _, problems = load_files(tmp_path, people="omar:\n  names: {kk: Омар, ru: Омар, en: Omar}\n")
    assert problems == []


def test_digests_follow_what_is_said(tmp_path):
    """A digest changes with any fact and with nothing else: not with comments, the order of fields or another entry."""
    first, _ = load_files(tmp_path, people=PERSON, kinds=KIND)
    same, _ = load_files(tmp_path, people="# note\nomar: {names: {en: Omar, kk: Омар}}\n", kinds=KIND)
    other, _ = load_files(tmp_path, people=PERSON + "  spellings: [Omár]\n", kinds=KIND)
    assert first.digest == same.digest != other.digest
    assert first.get("people", "omar").digest != other.get("people", "omar").digest
    assert first.get("kinds", "news").digest == other.get("kinds", "news").digest
    assert {len(first.digest), len(first.get("kinds", "news").digest)} == {16}
