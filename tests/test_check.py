"""One article file: what becomes of it, and every problem in it. Broken files of each kind are in sites_invalid (test_problems)."""

from __future__ import annotations

import pickle
import re
import time
from functools import cache

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_site import ROOT, SMALL

from newsroom.authority import Authority
from newsroom.authority_files import load_authority
from newsroom.check import check_article, is_still_right, locate_finding
from newsroom.faults import MAXIMUM_TAGS, find_body_faults
from newsroom.frontmatter import load_yaml
from newsroom.link import Finding
from newsroom.markup import Labels, ResolvedLink, render_body
from newsroom.model import FACT_FIELDS, Award, Correction, Dispute, Document, Event, Figure, FrontMatter, Participation, PictureItem, Quote
from newsroom.problems import MAXIMUM_PROBLEMS, Problem
from newsroom.sources import MAXIMUM_ARTICLE_BYTES, SourceFile, Stamp, decode_source

LANGUAGES = ("kk", "ru", "en")
FRONT = "title: T\ndate: 2023-05-01\nkind: news\n"


@cache
def load_small_authority() -> Authority:
    authority, problems = load_authority(SMALL / "articles" / "authority", root=SMALL, languages=LANGUAGES)
    assert problems == []
    return authority


def check(content: str | bytes, *, authority: Authority | None = None, year: int = 2023, language: str = "en"):
    source = SourceFile(f"articles/{year}/a.{language}.md", year, "a", language, Stamp(0, 0, 0, 0))
    content = content if isinstance(content, bytes) else content.encode(errors="surrogatepass")
    return check_article(source, content, authority=authority or load_small_authority(), languages=LANGUAGES)


def write(front: str = "", body: str = "Text.\n") -> str:
    return f"---\n{FRONT}{front}---\n\n{body}"


def accept(content: str, **options):
    article, problems = check(content, **options)
    assert problems == [] and article is not None
    return article


def refuse(content: str | bytes, **options) -> list[tuple[int, int, str]]:
    article, problems = check(content, **options)
    assert article is None
    return [(problem.line, problem.column, problem.code) for problem in sorted(problems)]


# ---------------------------------------------------------------- sound articles


def test_names_become_ids():
    """Every spelling of every language stands for one id, and a plain text stands in the language of the original."""
    article = accept(write("""byline: Тестовая федерация профсоюзов
place: Kolqala
regions: [Көл облысы, XX-LA, hills]
unions: [ткачи, «Weavers»]
people: [{person: А. Сынақова, role: Chair}]
event: {name: Forum, start: 2023-05-01, region: Lake Region}
figures: [{measure: Жалақының өсуі, value: 7.5, as_of: 2023-05-01, union: Bakers' union, region: hills}]
documents: [{title: Agreement, parties: [weavers, Example Weaving Factory, Aigul Synaqova, lake]}]
awards: [{name: Badge, to: [Ерлан Үлгіев]}]
quotes: [{person: А. Сынақова, text: We agreed.}]
""").replace("Bakers' union", "bakers"))  # fmt: skip
    facts = article.facts
    assert (facts.byline, facts.place, facts.regions, facts.unions) == ("organizations/test-federation", {"en": "Kolqala"}, ("lake", "hills"), ("weavers",))
    assert (facts.people[0].person, facts.people[0].role) == ("aigul-synaqova", {"en": "Chair"})
    assert facts.event is not None and (facts.event.region, facts.event.name) == ("lake", {"en": "Forum"})
    assert (facts.figures[0].measure, facts.figures[0].union, facts.figures[0].region) == ("wage-rise", "bakers", "hills")
    assert facts.documents[0].parties == ["unions/weavers", "organizations/example-factory", "people/aigul-synaqova", "regions/lake"]
    assert facts.awards[0].to == ["yerlan-ulgiyev"]
    assert (facts.quotes[0].person, facts.quotes[0].text) == ("aigul-synaqova", {"en": "We agreed."})


def test_texts_stand_on_one_line():
    """Line breaks and double spaces in titles, summaries and names are one space; a space that does not break stays."""
    article = accept(f'---\ntitle: "A  long\\n title\u00a05"\nsummary: |\n  two\n  lines\nplace: {{en: "  K\\n"}}\n{FRONT.partition(chr(10))[2]}---\n\nText.\n')
    assert (article.title, article.summary, article.facts.place) == ("A long title\u00a05", "two lines", {"en": "K"})


def test_html_in_a_title_is_text():
    """A title is taken as it is written, whatever it looks like."""
    assert accept(write().replace("title: T", "title: <script>alert(1)</script> & co")).title == "<script>alert(1)</script> & co"


def test_an_empty_translation_waits():
    """A translation without title and text is neither an article nor a problem; with one of them it is a problem."""
    assert check("---\ntitle:\nsummary:\noriginal: kk\n---\n") == (None, [])
    assert check('---\ntitle: ""\noriginal: kk\n---\n\n \n') == (None, [])
    assert refuse("---\ntitle: T\noriginal: kk\n---\n\n") == [(4, 1, "empty-body")]
    assert refuse("---\ntitle:\noriginal: kk\n---\n\nText.\n") == [(2, 7, "missing-field")]
    assert refuse("---\ntitle:\n---\n") == [(1, 1, "missing-field"), (1, 1, "missing-field"), (2, 7, "missing-field"), (3, 1, "empty-body")]


def test_a_translation_needs_no_facts():
    """Date and kind are asked of an original only, also when it names its own language."""
    article = accept("---\ntitle: T\noriginal: kk\n---\n\nText.\n")
    assert (article.original_language, article.stated, article.facts.date) == ("kk", (), None)
    assert accept(write("original: en\n")).is_original
    assert refuse("---\ntitle: T\noriginal: en\n---\n\nText.\n") == [(1, 1, "missing-field")] * 2


def test_what_is_checked_can_travel():
    """Articles and problems can be sent to other processes."""
    for content in (write("regions: [lake]\n", "[a](b.md)\n"), write("regions: [nowhere]\n")):
        result = check(content)
        assert pickle.loads(pickle.dumps(result)) == result


# ---------------------------------------------------------------- problems


def test_problems_of_one_file_come_together():
    """A wrong type, an impossible date, unknown names and an invisible character in the text are all found in one run."""
    content = "---\ntitle: [T]\ndate: 2023-02-30\nkind: newz\nregions: [lake, laek]\nunions: weavers\npeople: [{person: nobody}]\nsumary: x\n---\n\nText\x07.\n"
    assert refuse(content) == [
        (2, 8, "wrong-type"), (3, 7, "impossible-date"), (4, 7, "unknown-kind"), (5, 17, "unknown-region"), (6, 9, "wrong-type"),
        (7, 19, "unknown-person"), (8, 1, "unknown-field"), (11, 5, "control-character"),
    ]  # fmt: skip


def test_a_wrong_date_is_not_also_missing():
    """One slip, one problem: a value of the wrong type is not reported as missing too."""
    assert refuse("---\ntitle: T\ndate: 1.5.2023\nkind: [news]\n---\n\nText.\n") == [(3, 7, "wrong-type"), (4, 7, "wrong-type")]


def test_a_missing_line_is_reported_where_the_front_matter_begins():
    """What is not there has no place of its own."""
    assert refuse("---\nsummary: x\n---\n\nText.\n") == [(1, 1, "missing-field")] * 3


@pytest.mark.parametrize(
    ("language", "day", "place"),
    [("kk", "2022-06-07", None), ("kk", "2022-06-08", "hills")],
)
def test_a_region_counts_from_its_first_day(language, day, place):
    """The day on which a region came into being is its first."""
    content = f"---\ntitle: T\ndate: {day}\nkind: news\nregions: [hills]\n---\n\nText.\n"
    article, problems = check(content, year=2022, language=language)
    assert (article.facts.regions[0] if article else None) == place
    assert [problem.code for problem in problems] == ([] if place else ["region-not-valid"])


def test_many_problems_are_cut():
    """A file with thousands of problems gives a hundred and a word about the others, without delay."""
    started = time.process_time()
    for content in (
        write("regions: [" + ", ".join(f"r{number}" for number in range(5000)) + "]\n"),
        write("".join(f"f{number}: x\n" for number in range(5000))),
        write(body="\x07" * 50_000),
        write(body="&#7;" * 20_000),
    ):
        _, problems = check(content)
        assert len(problems) == MAXIMUM_PROBLEMS + 1
        assert [problem.code for problem in problems].count("too-many-problems") == 1
    assert time.process_time() - started < 20


def test_invisible_characters_of_a_body_are_found_as_references_too():
    """A numeric reference gives the same character as typing it; a visible one is fine."""
    assert [(fault.offset, fault.code) for fault in find_body_faults("a\u202eb &#7; &#x202E; &#1074; &#xFEFF; &#99999999; &amp;\tc\n")] == [
        (1, "control-character"), (4, "control-character"), (9, "control-character"), (26, "control-character"),
    ]  # fmt: skip
    assert list(find_body_faults("Ordinary\u00a0text — «with» 𐌰 signs, &nbsp; and & 5 * 3 > 2 <b>bold</b>.\r")) != []
    assert list(find_body_faults("Ordinary\u00a0text — «with» 𐌰 signs, &nbsp; and & 5 * 3 > 2 <b>bold</b>.\n> > quoted\n")) == []


@pytest.mark.parametrize(
    ("body", "is_fine"),
    [
        (">" * 32 + " a", True), (">" * 33 + " a", False), ("> " * 33 + "a", False), ("a\n\n  " + "- " * 33 + "a", False), ("1. " * 33 + "a", False),
        ("> - 1) " * 11 + "a", False), ("-" * 500, True), ("*" * 500, True), ("    " * 200 + "code", True), ("<b>a</b>" * (MAXIMUM_TAGS // 2), True),
        ("<i>" * (MAXIMUM_TAGS + 1), False), ("a < b, 5 <6 " * 3000, True),
    ],
)  # fmt: skip
def test_structure_has_a_limit(body, is_fine):
    """Quotations and lists may stand 32 deep inside each other; a body may have 2,000 HTML tags."""
    assert ([fault.code for fault in find_body_faults(body)] == []) == is_fine


# ---------------------------------------------------------------- whatever the bytes


bodies = st.text(max_size=40) | st.text(alphabet="[]()!<>*_`#&;x07\n ", max_size=40)
fronts = st.text(alphabet="titledakn: -[]{}\"'#&*!|>\n\t0123456789", max_size=60) | st.text(max_size=40)


@given(st.binary(max_size=200) | st.builds(lambda front, body: f"---\n{front}\n---\n{body}".encode(errors="surrogatepass"), fronts, bodies)
       | st.builds(lambda front, body: write(f"{front}\n", body).encode(errors="surrogatepass"), fronts, bodies))  # fmt: skip
@example(b"\xef\xbb\xbf")
@example(b"---\r---\r\r")
@example("---\ntitle: T\u2028x\ndate: 1\n---\n".encode())
@settings(max_examples=300)
def test_any_bytes_are_checked(content):
    """No content makes the check fail: there is an article, or problems that lie inside the file, or an empty translation."""
    article, problems = check(content)
    assert (article is None) or not problems
    try:
        lines = decode_source(content).split("\n")
    except UnicodeDecodeError:
        lines = content.removeprefix(b"\xef\xbb\xbf").decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert 1 <= problem.line <= len(lines), problem
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem


PATTERNS = (
    "[", "]", "(", "![", "](", "[](", "[a](", "[a]", "[[a]]", "<", "<a ", "<a href=\"", "<!--", "<?", "<![CDATA[", ">", "> ", "> > - ", "*", "_", "**a ", "*a_ ", "`",
    "`a", "~", "~~a", "- ", "1. ", "# ", "#\n", "# a\n", "a\n=\n", "|", "|\n|-\n", "|a|\n|-|\n", "[^1]: x\n", "[^a]", "[a]: <", "&", "&amp;", "&#x;", "\\", "<b>",
    "<div>", "<table>", "<p><b title=1>", "<http:a>", "<a@a>", " ", "\t", "\n", "a\\\n", "***a ", "-", "=", "{", "$", "\u00a0", "ж", "🎉",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS, ids=repr)
def test_no_body_is_slow(pattern):
    """A file of the largest size made of one pattern is refused or rendered in a few seconds, a thousandth of what it took at worst."""
    head = write(body="").encode()
    content = head + (pattern.encode() * (MAXIMUM_ARTICLE_BYTES // len(pattern.encode())))[: MAXIMUM_ARTICLE_BYTES - len(head)].decode(errors="ignore").encode()
    started = time.process_time()
    article, _ = check(content)
    if article is not None:
        render_body(content[len(head) :].decode(), resolve=lambda destination: ResolvedLink("x/"), labels=Labels("Table {number}", "Notes", "Back"))
    assert time.process_time() - started < 10


@pytest.mark.parametrize("pattern", ["[", "{a: ", "- ", "? ", "&a ", "a: &a\n", "'", '"', "a:\n ", "\n", " ", "#", "k", "k: v\n", "!a ", "- a\n", "\t", "|", "a: |\n"], ids=repr)
def test_no_front_matter_is_slow(pattern):
    """The same for front matter."""
    content = f"---\n{(pattern * MAXIMUM_ARTICLE_BYTES)[: MAXIMUM_ARTICLE_BYTES - 30]}\n---\n\nText.\n"
    started = time.process_time()
    check(content)
    assert time.process_time() - started < 10


# ---------------------------------------------------------------- checked once, still right?


NAMES = "regions: [Озёрная область]\nunions: [ткачи]\nfigures: [{measure: Union members, value: 5, as_of: 2023-05-01, region: hills}]\n"


def load_changed_authority(folder, changes: dict[str, tuple[str, str]]) -> Authority:
    """The small site's authority with one text replaced in each of some files."""
    for path in (SMALL / "articles" / "authority").glob("*.yml"):
        old, new = changes.get(path.stem, ("", ""))
        text = path.read_text(encoding="utf-8")
        assert old in text
        folder.joinpath(path.name).write_text(text.replace(old, new), encoding="utf-8")
    authority, problems = load_authority(folder, root=folder, languages=LANGUAGES)
    assert problems == []
    return authority


@pytest.mark.parametrize(
    ("changes", "is_right"),
    [
        ({"unions": ("en: Textiles", "en: Weaving")}, True),
        ({"unions": ("weavers:", "spinners:"), "people": ("organization: weavers", "organization: spinners")}, False),
        ({"regions": ("ru: Озёрная область", "ru: Приозёрная область")}, False),
        ({"regions": ("since: 2022-06-08", "since: 2023-05-02")}, False),
        ({"regions": ("since: 2022-06-08", "since: 2023-05-01")}, True),
        ({"measures": ("members:", "membership:")}, False),
        ({"kinds": ("forum-report:", "forum:")}, True),
    ],
)
def test_an_article_is_checked_again_when_its_names_mean_something_else(tmp_path, changes, is_right):
    """A change in an authority file concerns the articles whose names or regions it changes, and no others."""
    article = accept(write(NAMES))
    authority = load_changed_authority(tmp_path, changes)
    assert is_still_right(article, authority) == is_right
    assert (check(write(NAMES), authority=authority)[0] == article) == is_right


def test_an_empty_translation_stays_right():
    """What has no names cannot become wrong."""
    assert is_still_right(None, load_small_authority())


# ---------------------------------------------------------------- places of problems between files


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        ({"key": ("documents", 0, "file")}, (7, 11)), ({"destination": "b.md"}, (10, 9)), ({"destination": ""}, (11, 4)), ({"destination": "ж п.png"}, (11, 11)),
        ({}, (1, 1)), ({"destination": "not-there.md"}, (10, 1)), ({"key": ("nothing",)}, (2, 1)),
    ],
)  # fmt: skip
def test_findings_are_located(finding, place):
    """A finding about a field or a link gets the line and column of it, in a Windows file too."""
    content = write("documents:\n  - title: D\n    file: d.pdf\n", "Ә 🎉 [a](b.md)\n[]() ![](<ж п.png>)\n")
    for text in (content, "\ufeff" + content.replace("\n", "\r\n")):
        problem = locate_finding(Finding("a.md", "broken-link", "m", "h", **finding), text.encode())
        assert problem == Problem("a.md", *place, "broken-link", "m", "h")


# ---------------------------------------------------------------- the handbook's page of the fields


FIELDS_PAGE = ROOT / "docs" / "handbook" / "story-fields.md"
STRUCTS = {
    "Every field of the front matter": FrontMatter, "An item of `corrections`": Correction, "An item of `people`": Participation, "The group `event`": Event, "An item of `figures`": Figure,
    "An item of `documents`": Document, "An item of `disputes`": Dispute, "An item of `awards`": Award, "An item of `quotes`": Quote,
    "An item of `pictures`": PictureItem,
}  # fmt: skip


def read_tables() -> dict[str, list[list[str]]]:
    """Heading -> the rows of its table, without the first two."""
    sections = re.split(r"^## ", FIELDS_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {section.partition("\n")[0]: [line.strip("| ").split(" | ") for line in section.split("\n") if line.startswith("| ")][1:] for section in sections}


@pytest.mark.parametrize("heading", STRUCTS)
def test_handbook_has_every_field(heading):
    """The tables have the fields of the model in its order, say which are needed, and name every allowed word."""
    fields = msgspec.structs.fields(STRUCTS[heading])
    rows = read_tables()[heading]
    assert [row[0] for row in rows] == [f"`{field.encode_name}`" for field in fields]
    for row, field in zip(rows, fields, strict=True):
        must = field.required or STRUCTS[heading] is FrontMatter and field.name in ("date", "kind")
        assert (row[2] == "must") == must, field.name
        inner = getattr(msgspec.inspect.type_info(field.type), "types", [msgspec.inspect.type_info(field.type)])
        for literal in (item for item in inner if isinstance(item, msgspec.inspect.LiteralType)):
            assert all(f"`{word}`" in row[1] for word in literal.values)


@pytest.mark.parametrize("heading", STRUCTS)
def test_handbook_examples_of_fields_are_right(heading):
    """Each example is YAML that fits its field."""
    types = {field.encode_name: field.type for field in msgspec.structs.fields(STRUCTS[heading])}
    for row in read_tables()[heading]:
        example = load_yaml(row[-1].strip("`"))
        ((name, value),) = example.items()
        assert row[0] == f"`{name}`"
        msgspec.convert(value, types[name])


def test_handbook_says_which_fields_a_translation_inherits():
    """Exactly the facts."""
    rows = read_tables()["Every field of the front matter"]
    assert tuple(row[0].strip("`") for row in rows if row[3] == "inherited") == FACT_FIELDS


def test_handbook_examples_of_stories_pass():
    """The three example stories of the page have no problem, and the last one states every fact."""
    examples = re.findall(r"^```(?:yaml|markdown)\n(.*?)^```$", FIELDS_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    articles = [accept(example if "\n\n" in example else f"{example}\nText.\n", language="ru" if "original" in example else "en") for example in examples]
    assert len(articles) == 3
    assert set(articles[2].stated) == set(FACT_FIELDS)
