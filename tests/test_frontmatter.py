"""YAML as editors write it: what is read, what is refused and where, and what is said of a value of the wrong type."""

from __future__ import annotations

import math
from datetime import date

import frontmatter
import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.authority_shapes import SHAPES
from newsroom.conversion import convert_value
from newsroom.frontmatter import MAXIMUM_DEPTH, YamlError, find_position, load_yaml, split_article
from newsroom.model import FrontMatter
from newsroom.problems import MAXIMUM_PROBLEMS

TYPES = (FrontMatter, *SHAPES.values())


def refuse(text: str) -> tuple[int, int, str, str]:
    """Line, column, code and message of what load_yaml says."""
    with pytest.raises(YamlError) as caught:
        load_yaml(text)
    return caught.value.line, caught.value.column, caught.value.code, caught.value.message


def complain(text: str, type_: type = FrontMatter) -> list[tuple]:
    value, complaints = convert_value(load_yaml(text), type_)
    assert value is None
    return [(complaint.path, complaint.code, complaint.message) for complaint in complaints]


# ---------------------------------------------------------------- cutting an article in two


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("---\ntitle: T\n---\n\nText.\n", ("\ntitle: T\n", 1, "Text.\n", 5)),
        ("---\ntitle: T\n---\nText.\n", ("\ntitle: T\n", 1, "Text.\n", 4)),
        ("---   \n\ntitle: T\n-----\nText.", ("\ntitle: T\n", 2, "Text.", 5)),
        ("---\na: 1\n---\nOne.\n\n---\n\nTwo.\n", ("\na: 1\n", 1, "One.\n\n---\n\nTwo.\n", 4)),
        ("---\n---\n", ("\n", 1, "", 4)),
    ],
)
def test_split_knows_the_lines(text, parts):
    """The YAML and the body come with the lines of the file on which they start; a rule in the body is no boundary."""
    assert split_article(text) == parts


@pytest.mark.parametrize("text", ["", "Text.\n", "---\ntitle: T\n", " ---\na: 1\n---\n", "--\na: 1\n--\n", "\n---\na: 1\n---\n", "---\na: 1\n ---\n"])
def test_no_front_matter(text):
    """Only a first line of three dashes opens front matter, and only another such line closes it."""
    assert split_article(text) is None


@given(st.text(alphabet="-\n ab:", max_size=60))
def test_split_loses_no_line(text):
    """Whatever the text, the lines it was cut at are the lines of the file."""
    parts = split_article(f"---\n{text}")
    if parts is not None:
        lines = f"---\n{text}".split("\n")
        assert parts.body.split("\n") == lines[parts.body_line - 1 :] or parts.body == ""
        assert parts.yaml_text.split("\n")[1:-1] == lines[parts.yaml_line : parts.yaml_line + parts.yaml_text.count("\n") - 1]


# ---------------------------------------------------------------- plain values


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Forum", "Forum"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("Norway: no", {"Norway": "no"}), ("true", True), ("false", False),
        ("True", "True"), ("null", None), ("~", None), ("''", ""), ("5", 5), ("-5", -5), ("+5", 5), ("007", "007"), ("0x1F", "0x1F"),
        ("1_000", "1_000"), ("12:30", "12:30"), ("7.5", 7.5), ("7.", "7."), ("1e5", "1e5"), (".inf", ".inf"), (".nan", ".nan"),
        ("'5'", "5"), ('"7.5"', "7.5"), ("2022-10-10", date(2022, 10, 10)), ('"2022-10-10"', "2022-10-10"), ("2022-1-2", "2022-1-2"),
        ("2022-02-30", "2022-02-30"), ("2022-10-10 12:00", "2022-10-10 12:00"), ("9" * 18, int("9" * 18)), ("9" * 19, "9" * 19),
        ("9" * 400 + ".5", "9" * 400 + ".5"), ("[a, 5]", ["a", 5]), ("Tom & Jerry * 5", "Tom & Jerry * 5"), ("٢٠٢٢-٠١-٠٢", "٢٠٢٢-٠١-٠٢"),
        ("|\n  two\n  lines", "two\nlines"), (">\n  one\n  line", "one line"), ('"\\u0436"', "ж"),
    ],
)  # fmt: skip
def test_plain_values(written, value):
    """Only what YAML 1.2 calls a number, a truth value or nothing is one; a real day is a date; everything else is text."""
    loaded = load_yaml(f"a: {written}" if not isinstance(value, dict) else written)
    found = loaded if isinstance(value, dict) else loaded["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["", "# comment\n", "\n\n", "---\n"])
def test_nothing_is_none(text):
    """A YAML text without a value gives None."""
    assert load_yaml(text) is None


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"], exclude_characters="\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), max_size=30)


@given(st.dictionaries(words.filter(lambda word: len(word) < 20), st.recursive(words | st.integers(-(10**15), 10**15) | st.booleans() | st.dates(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=8), max_size=5))
@settings(max_examples=80)
def test_what_a_yaml_writer_writes_is_read(value):
    """Text, numbers, dates, lists and mappings that PyYAML writes come back as they were."""
    assert load_yaml(yaml.safe_dump(value, allow_unicode=True)) == value


# ---------------------------------------------------------------- what is refused, and where


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x b", (1, 4, "yaml-anchor")), ("a: *x", (1, 4, "yaml-anchor")), ("&x a: b", (1, 1, "yaml-anchor")), ("a: &x [1]", (1, 4, "yaml-anchor")),
        ("a: &x\n  b: 1", (1, 4, "yaml-anchor")), ("? &x [a]\n: b", (1, 3, "yaml-anchor")), ("*x : b", (1, 1, "yaml-anchor")),
        ("a: !x b", (1, 4, "yaml-tag")), ("a: !!str 5", (1, 4, "yaml-tag")), ("a: !!python/none x", (1, 4, "yaml-tag")), ("a: !!binary aGk=", (1, 4, "yaml-tag")),
        ("a: !x [b]", (1, 4, "yaml-tag")), ("a: ! b", (1, 4, "yaml-tag")), ("b: 1\na: 1\nb: 2", (3, 1, "duplicate-field")), ("a: {b: 1, b: 2}", (1, 11, "duplicate-field")),
        ("ж: 1\nе: {ж: 1, ж: 2}", (2, 11, "duplicate-field")), ("[a]: b", (1, 1, "yaml-syntax")), ("!x a: b", (1, 1, "yaml-tag")), ("{a: b}: c", (1, 1, "yaml-syntax")),
        ("a: b\n---\nc: d", (2, 1, "yaml-syntax")), ("a: 🎉\nb: \0", (2, 4, "control-character")), ("a: ж\u202eb", (1, 5, "control-character")),
        ("a: '\x85'", (1, 5, "control-character")), ('a: "\\0"', (1, 4, "control-character")), ('a: "\\x1b[0m"', (1, 4, "control-character")),
        ('a: "\\N"', (1, 4, "control-character")), ('a: "\\u202e"', (1, 4, "control-character")), ('"\\0": a', (1, 1, "control-character")),
    ],
)  # fmt: skip
def test_refusals(text, expected):
    """Anchors, aliases, tags, repeated names, a second document and invisible characters are refused at their place."""
    assert refuse(text)[:3] == expected


@pytest.mark.parametrize("text", ["[" * 5000, "[" * 5000 + "]" * 5000, "{a: " * 5000, "- " * 5000 + "a", "? " * 5000 + "a", "".join(f"{' ' * depth}a:\n" for depth in range(300))])
def test_deep_nesting_is_refused(text):
    """Nesting is counted while it is read, so that no depth can exhaust the stack."""
    assert refuse(text)[2] in ("yaml-too-deep", "yaml-syntax")


def test_allowed_depth():
    """Exactly MAXIMUM_DEPTH levels are fine."""
    load_yaml("[" * MAXIMUM_DEPTH + "]" * MAXIMUM_DEPTH)
    assert refuse("[" * (MAXIMUM_DEPTH + 1) + "]" * (MAXIMUM_DEPTH + 1))[:3] == (1, MAXIMUM_DEPTH + 1, "yaml-too-deep")


@given(st.text(alphabet="ab:-[]{}\"'#&*!|>%@`,?. \n\t", max_size=40))
@settings(max_examples=400)
def test_any_yaml_is_read_or_refused_inside_the_text(text):
    """load_yaml gives a value or a YamlError whose place lies in the text, and nothing of the parser's own words is left."""
    try:
        load_yaml(text)
    except YamlError as error:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert error.hint and "expected" not in error.message, (text, error.message)


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_any_text_is_read_or_refused(text):
    """The same for letters of every script and control characters."""
    try:
        load_yaml(text)
    except YamlError as error:
        assert 1 <= error.line <= text.count("\n") + 1


def test_our_reader_is_pythons_front_matter_library():
    """The cut is python-frontmatter's own: files that it reads are read here."""
    text = "---\ntitle: T\nregions: [a]\n---\n\nText.\n"
    parts = split_article(text)
    assert parts is not None
    assert load_yaml(parts.yaml_text) == frontmatter.loads(text).metadata


# ---------------------------------------------------------------- positions


TEXT = "title: T\npeople:\n  - person: a\n    role: {kk: ж, ru: и}\n  - person: b\nplace: 🎉 x\n"


@pytest.mark.parametrize(
    ("path", "is_key", "place"),
    [
        (("title",), False, (1, 8)), (("title",), True, (1, 1)), (("people",), False, (3, 3)), (("people", 1), False, (5, 5)),
        (("people", 1, "person"), False, (5, 13)), (("people", 0, "role", "ru"), False, (4, 23)), (("people", 0, "role", "ru"), True, (4, 19)),
        (("place",), False, (6, 8)), (("people", 7, "person"), False, (3, 3)), (("nothing",), False, (1, 1)), ((), False, (1, 1)), (("title", "deeper"), False, (1, 8)),
    ],
)  # fmt: skip
def test_positions(path, is_key, place):
    """A value's or name's place; of a path that goes too deep, the last part that exists."""
    assert find_position(TEXT, path, is_key=is_key) == place


def test_positions_of_nothing():
    """An empty text, or one that cannot be read, has its beginning."""
    assert find_position("", ("a",)) == (1, 1)
    assert find_position("a: [", ("a",)) == (1, 1)


# ---------------------------------------------------------------- values against types


def test_all_complaints_at_once():
    """Every wrong value is named in one go, in lists and groups too."""
    text = "title: 5\ndate: 2022-02-30\nregions: a\npeople: [x, {persn: y}]\nevent: {start: 1.1.2022, format: live}\nkind:\n"
    assert complain(text) == [
        (("title",), "wrong-type", '"title" must be a text, not the number 5'),
        (("date",), "impossible-date", "2022-02-30 is not a day of the calendar"),
        (("regions",), "wrong-type", '"regions" must be a list, not the text "a"'),
        (("people", 0), "wrong-type", 'an item of "people" must be a group of fields, not the text "x"'),
        (("people", 1, "persn"), "unknown-field", 'there is no field "persn" here'),
        (("people", 1), "missing-field", '"person" is missing'),
        (("event",), "missing-field", '"name" is missing'),
        (("event", "start"), "wrong-type", '"start" must be a date, not the text "1.1.2022"'),
        (("event", "format"), "unknown-value", '"live" is not a value of "format"'),
    ]


def test_a_field_left_empty_is_no_field():
    """An empty line means the same as no line, at every depth; only what must be there is missed, at its place."""
    value, complaints = convert_value(load_yaml("title: T\nregions:\nplace: {kk: , ru: Х}\nevent: {name: E, start: 2022-01-01, end: , venue: }\n"), FrontMatter)
    assert complaints == [] and value is not None
    assert (value.regions, value.place, value.event.end) == ([], {"ru": "Х"}, None)
    assert complain("title:\n") == [(("title",), "missing-field", '"title" is empty')]
    assert complain("title: T\nevent: {name: , start: 2022-01-01}\n") == [(("event", "name"), "missing-field", '"name" is empty')]
    assert complain("title: T\nregions: [a, ]\nunions:\n  -\n") == [(("unions", 0), "wrong-type", 'an item of "unions" must be a text, not empty')]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("01.05.2023", "2023-05-01"), ("1.5.2023", "2023-05-01"), ("2023/05/01", "2023-05-01"), ("2023-5-1", "2023-05-01"), ("2023.05.01", "2023-05-01"),
        ("20230501", "2023-05-01"), ("2023-05-01 12:30", "2023-05-01"), ("2023-05-01T00:00:00Z", "2023-05-01"), ("01/05/2023", "2023-05-01"),
    ],
)  # fmt: skip
def test_dates_written_otherwise_get_the_right_one(written, day):
    """A date that is understood but not written as year-month-day is shown as it should be."""
    for text in (f"title: T\ndate: {written}\n", f'title: T\ndate: "{written}"\n'):
        _, (complaint,) = convert_value(load_yaml(text), FrontMatter)
        assert (complaint.code, complaint.hint) == ("wrong-type", f"write the day as {day}")


@pytest.mark.parametrize("written", ["2022", "May 2023", "31.02.2023", "00.00.0000", "2022-W05-1", "12/31/20223"])
def test_dates_that_are_not_understood(written):
    """No day is guessed where the calendar has none."""
    _, (complaint,) = convert_value(load_yaml(f"title: T\ndate: {written}\n"), FrontMatter)
    assert complaint.hint == "write the date as year-month-day, for example 2022-10-10"


def test_a_date_in_quotes_is_a_date():
    """Quotes around a date do no harm."""
    value, complaints = convert_value(load_yaml('title: T\ndate: "2022-10-10"\n'), FrontMatter)
    assert complaints == [] and value is not None and value.date == date(2022, 10, 10)


def test_the_nearest_word_is_offered():
    """Names of fields and fixed words get the nearest known one, or the list of all; long ones are cut."""
    _, complaints = convert_value(load_yaml("title: T\nregoins: []\nevent: {name: E, start: 2022-01-01, format: inperson}\nxyz: 1\n" + "k" * 500 + ": 1\n"), FrontMatter)
    hints = [complaint.hint for complaint in complaints]
    assert hints[0] == 'did you mean "regions"?'
    assert hints[1].startswith("known fields: awards, byline, corrections, date,")
    assert hints[3] == 'did you mean "in-person"?'
    assert len(complaints[2].message) < 120


def test_many_complaints_stay_few():
    """After one more than MAXIMUM_PROBLEMS no further complaint is made."""
    _, complaints = convert_value({f"field-{number}": 1 for number in range(5000)}, FrontMatter)
    assert len(complaints) == MAXIMUM_PROBLEMS + 1


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.dates() | st.sampled_from(["2022-01-01", "2022-02-30", "exact", "region"])
names = st.sampled_from(["title", "date", "kind", "names", "person", "role", "start", "name", "value", "as_of", "measure", "kk", "iso", "type", "since", "x"])
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=10)
fields = sorted({field.encode_name for type_ in TYPES for field in msgspec.structs.fields(type_)})


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(fields), values, max_size=6) | values)
@settings(max_examples=200)
def test_every_misfit_is_explained(type_, value):
    """A value that msgspec refuses gets at least one complaint of our own words, at a path that exists in it."""
    result, complaints = convert_value(value, type_)
    assert (result is None) == bool(complaints)
    for complaint in complaints:
        assert complaint.message != "a value here does not fit its field"
        assert not any(word in complaint.message for word in ("NoneType", "dict", "msgspec", "<class", "`"))
        place = value
        for step in complaint.path:
            place = place[step]


def test_infinite_numbers_cannot_be_written():
    """No spelling of a number becomes infinite, which neither JSON nor a page can show."""
    for text in (".inf", "1e999", "9" * 500 + ".0"):
        assert not isinstance(load_yaml(f"a: {text}")["a"], float) or math.isfinite(load_yaml(f"a: {text}")["a"])
