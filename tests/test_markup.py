"""Bodies: what survives of an editor's Markdown and HTML, where links lead, and what a body says about itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom import markup
from newsroom.markup import (
    _CLEANER,
    _PLAIN_HTML,
    _RAW_HTML,
    HEADING_PREFIX,
    Body,
    Labels,
    ResolvedLink,
    _parse,
    find_targets,
    heading_ids,
    locate_target,
    plain_text,
    render_body,
)
from newsroom.model import Picture, Target

LABELS = Labels(table="Кесте {number}", notes="Ескертпелер", back="{number}-сілтемеге қайту")
KNOWN = {
    "../2018/forum.kk.md": ResolvedLink("../../2018/forum/"),
    "../2018/forum.kk.md#h-aty": ResolvedLink("../../2018/forum/#h-aty"),
    "plan.ru.md": ResolvedLink("../../../ru/news/2022/plan/", hreflang="ru"),
    "forum/зал.jpg": ResolvedLink("%D0%B7%D0%B0%D0%BB.jpg/", picture=Picture(1000, 500, b"")),
    "forum/map.png": ResolvedLink("map.png"),
    "forum/шарт мәтіні.pdf": ResolvedLink("shart.pdf"),
}


def render(text: str) -> Body:
    return render_body(text, resolve=KNOWN.get, labels=LABELS)


def html_of(text: str) -> str:
    return render(text).html


# ---------------------------------------------------------------- what an editor writes stays


def test_markdown_becomes_html() -> None:
    """Paragraphs, emphasis, lists, quotes, code, tables and strikethrough come out as HTML."""
    text = "*бір* **екі** ~~үш~~ `төрт`\n\n- a\n- b\n\n> c\n\n3. d\n\n| x | y |\n|---|---|\n| 1 | 2 |\n"
    html = html_of(text)
    for piece in ("<em>бір</em>", "<strong>екі</strong>", "<del>үш</del>", "<code>төрт</code>", "<li>a</li>", '<ol start="3">'):
        assert piece in html
    assert "<blockquote>\n<p>c</p>" in html and "<td>1</td>" in html


def test_task_lists_stay_text() -> None:
    """A form control never appears in a body: brackets of a task list are text."""
    assert html_of("- [x] жасалды") == "<ul>\n<li>[x] жасалды</li>\n</ul>\n"


def test_simple_html_stays() -> None:
    """HTML that only says what a text is stays, language marks among it."""
    assert html_of('1 м<sup>2</sup>, <abbr title="ХЕҰ">ILO</abbr>, <span lang="ru">профсоюз</span>') == (
        '<p>1 м<sup>2</sup>, <abbr title="ХЕҰ">ILO</abbr>, <span lang="ru">профсоюз</span></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<style>p{color:red}</style>",
        "<iframe src='https://example.org'></iframe>",
        "<form action='/x'><input name=q><button>b</button></form>",
        "<p onclick='alert(1)' style='color:red' class='md-header' id='__drawer' data-x='1'>p</p>",
        "<img src='forum/map.png' onerror='alert(1)'>",
        "<svg onload='alert(1)'><script>alert(1)</script></svg>",
        "<base href='//example.org'><meta http-equiv='refresh' content='0'><link rel='stylesheet' href='x'>",
        "<object data='x'></object><embed src='x'><video src='x' autoplay></video>",
        "<table background='//example.org/x'><tr><td style='text-align: right'>x</td></tr></table>",
        "<a href='javascript:alert(1)'>a</a>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java&#x73;cript:alert(1))",
        "<a href='java\nscript:alert(1)'>a</a>",
        "[a](data:text/html,x)",
        "![a](data:image/png;base64,AA)",
        "[a](vbscript:x)",
        "[a](//example.org/x)",
        "[a](/\\example.org)",
        "[a](\\\\example.org)",
        "<a href='/\t/example.org'>a</a>",
        "![a](//example.org/x.png)",
        "![a](https://example.org/x.png)",
        "<div id='x' class='footnote-definition'><script>alert(1)</script></div>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    ],
)
def test_nothing_runs_and_nothing_loads_from_elsewhere(text: str) -> None:
    """No script, style, frame, form, handler or foreign address survives, while the text around it does."""
    html = html_of(f"бұрын\n\n{text}\n\n")
    assert html.startswith("<p>бұрын</p>")
    audit(html)
    assert "example.org" not in html


def test_auditor_sees_bad_html() -> None:
    """The check the other tests lean on fails on what it is to find."""
    for bad in (
        "<script>x</script>", "<p onclick='x'>", "<a href='javascript:x'>a</a>", "<p style='x'>a</p>", "<p>", "</p>",
        "<img src='https://example.org/x' alt=''>", "<h2 id='h-a'>a</h2><h2 id='h-a'>a</h2>", "<h2 id='__drawer'>a</h2>",
        "<a href='//example.org'>a</a>", "<div class='md-header'></div>",
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            audit(bad)
    audit('<h2 id="h-a">a</h2><p><a href="https://example.org/" rel="external noopener">a</a></p>')


def test_sanitiser_escapes_attribute_values() -> None:
    """nh3 writes `<`, `>` and `"` in attribute values as entities: the passes after it find tags by that."""
    assert nh3.clean("<b title='<a href=\"x\">'>k</b>", attributes={"b": {"title"}}) == (
        '<b title="&lt;a href=&quot;x&quot;&gt;">k</b>'
    )


# ---------------------------------------------------------------- headings


def test_headings_have_ids() -> None:
    """Each heading has an id made of its text, unique in the page, and the body lists them."""
    body = render("## Келіссөздер\n\n### Келіссөздер\n\n## …\n\n## *Жалақы* [және](plan.ru.md) шарт\n")
    assert body.headings == ("h-kelissozder", "h-kelissozder-2", "h-section", "h-zhalaqy-zhane-shart")
    assert '<h2 id="h-kelissozder">Келіссөздер</h2>\n<h3 id="h-kelissozder-2">' in body.html


def test_second_heading_does_not_take_a_later_id() -> None:
    """The number added to a repeated heading never gives an id that another heading has."""
    body = render("## a 2\n\n## a\n\n## a\n")
    assert len(set(body.headings)) == 3


def test_many_headings_take_no_long_time() -> None:
    """Thousands of equal headings and of unclosed tags are done in the time of one pass: this test would not end."""
    body = render("## a\n" * 20_000)
    assert body.headings[-1] == "h-a-20000" and len(set(body.headings)) == 20_000
    assert find_targets("<div>\n" + "<img " * 20_000 + "src=x.png>\n") == (Target("x.png", True),)


def test_h1_moves_all_levels_down() -> None:
    """The page has its own h1: with one in the body every level moves down by one, h6 at most."""
    assert re.findall(r"<h(\d)", html_of("# a\n\n## b\n\n###### c\n")) == ["2", "3", "6"]
    assert re.findall(r"</h(\d)", html_of("# a\n\n## b\n\n###### c\n")) == ["2", "3", "6"]
    assert re.findall(r"<h(\d)", html_of("## a\n\n### b\n")) == ["2", "3"]


def test_heading_ids_are_those_of_the_page() -> None:
    """Links are checked against the ids that the page will have, with raw HTML in the body too."""
    for text in ("## a\n\nb\n===\n\n## a\n", "<h2>x <b>y</b></h2>\n\n<!-- <h3>no</h3> -->\n\n## a [^1]\n\n[^1]: b\n"):
        assert heading_ids(text) == render(text).headings != ()


# ---------------------------------------------------------------- links and pictures


def test_local_links_are_resolved() -> None:
    """A link to another story or a file leads where the resolver says, with the language of the target."""
    assert html_of("[a](../2018/forum.kk.md#h-aty)") == '<p><a href="../../2018/forum/#h-aty">a</a></p>\n'
    assert html_of('[b](plan.ru.md "План")') == (
        '<p><a href="../../../ru/news/2022/plan/" title="План" hreflang="ru">b</a></p>\n'
    )
    assert 'href="shart.pdf"' in html_of("[c](<forum/шарт мәтіні.pdf>)")
    assert 'href="shart.pdf"' in html_of("[d](forum/%D1%88%D0%B0%D1%80%D1%82%20м%D3%99т%D1%96н%D1%96.pdf)")
    assert 'href="shart.pdf"' in html_of("[e]\n\n[e]: <forum/шарт мәтіні.pdf>")


def test_unknown_local_link_keeps_its_text() -> None:
    """A link that leads nowhere is no link; its text stays."""
    assert html_of("[*мәтін*](жоқ.kk.md)") == "<p><em>мәтін</em></p>\n"


def test_external_links_stay() -> None:
    """Links to other sites, mail and telephone stay as written, the former marked as external."""
    assert html_of("[a](https://example.org/?a=1&b=2)") == (
        '<p><a href="https://example.org/?a=1&amp;b=2" rel="external noopener">a</a></p>\n'
    )
    assert html_of("<a@example.org>") == '<p><a href="mailto:a@example.org">a@example.org</a></p>\n'
    assert html_of("[b](tel:+77172000000)") == '<p><a href="tel:+77172000000">b</a></p>\n'


def test_link_within_the_page() -> None:
    """A fragment leads to a heading of this body or is no link."""
    assert '<a href="#h-a">' in html_of("[x](#h-a)\n\n## a\n")
    assert "<a" not in html_of("[x](#__drawer)\n\n## a\n")


def test_picture() -> None:
    """A picture is lazy, comes in its widths with its size, and always has an alternative text, if an empty one; alone it is a figure."""
    url, sizes = "%D0%B7%D0%B0%D0%BB.jpg/", 'sizes="(min-width: 43.25em) 41.25em, 100vw"'
    picture = (
        f'<picture><source type="image/avif" srcset="{url}480.avif 480w, {url}800.avif 800w, {url}1000.avif 1000w" {sizes}>'
        f'<img src="{url}800.jpg" srcset="{url}480.jpg 480w, {url}800.jpg 800w, {url}1000.jpg 1000w" {sizes}'
        ' width="1000" height="500" alt="Зал &quot;А&quot;"{} loading="lazy" decoding="async"></picture>'
    )
    assert html_of('![Зал "А"](forum/зал.jpg)') == f'<figure class="nr-picture">{picture.format("")}</figure>\n'
    assert html_of('a ![Зал "А"](forum/зал.jpg "x & <y>")') == f'<p>a {picture.format(""" title="x &amp; &lt;y&gt;" """.rstrip())}</p>\n'
    captioned = html_of('![Зал "А"](forum/зал.jpg "x & <y>")')
    assert captioned == f'<figure class="nr-picture">{picture.format("")}<figcaption>x &amp; &lt;y&gt;</figcaption></figure>\n'
    assert html_of("<img src='forum/map.png'>") == '<img src="map.png" alt="" loading="lazy" decoding="async">'
    assert html_of("a ![b](жоқ.jpg) c") == "<p>a  c</p>\n"


def test_resolver_gets_decoded_destinations() -> None:
    """The resolver gets exactly what `find_targets` promised, for local destinations only, each kind of writing alike."""
    asked: list[str] = []
    text = "[a](ә%20б.md) ![b](<ә б.md>) [c](x.md?a&amp;b) [d](https://e.org) [e](#f) [g](javascript:x) [h]()"
    render_body(text, resolve=lambda destination: asked.append(destination), labels=LABELS)
    assert asked == ["ә б.md", "ә б.md", "x.md?a&b"]
    assert {target.destination for target in find_targets(text)} >= set(asked)


# ---------------------------------------------------------------- tables


def test_table_can_be_scrolled_and_named() -> None:
    """Each table stands in a focusable, named box; its columns are aligned by class, not by style."""
    html = html_of("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n\nx\n\n| d |\n|---|\n")
    assert '<div class="nr-table" tabindex="0" role="region" aria-label="Кесте 1"><table>' in html
    assert 'aria-label="Кесте 2"><table><thead><tr><th>d</th>' in html
    assert '<td class="nr-left">1</td><td class="nr-center">2</td><td class="nr-right">3</td>' in html
    assert "style" not in html and html.count("</table></div>") == 2


def test_label_is_text() -> None:
    """What a language's strings hold never becomes HTML."""
    labels = Labels(table='<b>"{number}', notes="<i>", back="<u>")
    html = render_body("| a |\n|---|\n\n[^1]\n\n[^1]: n", resolve=KNOWN.get, labels=labels).html
    assert 'aria-label="&lt;b&gt;&quot;1"' in html and ">&lt;i&gt;</h2>" in html and 'aria-label="&lt;u&gt;"' in html


# ---------------------------------------------------------------- footnotes


def test_footnotes_stand_at_the_end() -> None:
    """Notes are a numbered list in the order of their references, with links there and back, wherever they were written."""
    html = html_of("[^қосымша]: Екінші.\n\nБір[^b] екі[^қосымша] үш[^b].\n\n[^b]: Бірінші.\n\nСоңы.\n")
    assert html.index("Соңы.") < html.index('<section class="footnote" role="doc-endnotes" aria-labelledby="fn-notes">')
    assert '<h2 id="fn-notes">Ескертпелер</h2>' in html
    assert 'Бір<sup id="fn-1-ref"><a class="footnote-ref" href="#fn-1" role="doc-noteref">1</a></sup>' in html
    assert 'үш<sup id="fn-1-ref-2"><a class="footnote-ref" href="#fn-1" role="doc-noteref">1</a></sup>' in html
    assert re.findall(r'<li id="(fn-\d)">\n<p>(\w+)', html) == [("fn-1", "Бірінші"), ("fn-2", "Екінші")]
    assert re.findall(r'href="#(fn-\d-ref[-\d]*)" role="doc-backlink" aria-label="([^"]*)"', html) == [
        ("fn-1-ref", "1.1-сілтемеге қайту"), ("fn-1-ref-2", "1.2-сілтемеге қайту"), ("fn-2-ref", "2-сілтемеге қайту"),
    ]  # fmt: skip
    audit(html)


def test_footnote_can_hold_blocks_and_notes() -> None:
    """A note may have several paragraphs, a table, a link, and refer to another note."""
    html = html_of("a[^1]\n\n[^1]: b[^2] [c](plan.ru.md)\n\n    | d |\n    |---|\n\n[^2]: e\n")
    assert re.findall(r'<li id="(fn-\d)">', html) == ["fn-1", "fn-2"]
    assert 'id="fn-2-ref"' in html and 'hreflang="ru"' in html and 'aria-label="Кесте 1"' in html
    audit(html)


def test_lonely_footnotes() -> None:
    """A note that nothing refers to is still shown, as is a second one of the same name; a reference without note is text."""
    assert re.findall(r"<p>(\w+)", html_of("[^x]: бір\n\n[^x]: екі\n")) == ["бір", "екі"]
    html = html_of("a [^x]\n\n[^y]: жалғыз\n")
    assert "<p>a [^x]</p>" in html and "<p>жалғыз</p>" in html and "footnote-backref" not in html


def test_imitated_footnotes_are_harmless() -> None:
    """HTML that imitates a note's gives no id of the editor's choice and no broken page."""
    for text in (
        '<div class="footnote-definition" id="__drawer">x</div>',
        '<sup class="footnote-reference"><a href="#__drawer">1</a></sup>',
        '[^1]\n\n[^1]: </div></div><div class="footnote-definition" id="1">x',
        '<div>\n\n[^1]: a\n\n</div>\n\n[^1]',
    ):  # fmt: skip
        html = html_of(text)
        audit(html)
        assert "__drawer" not in html


# ---------------------------------------------------------------- targets

TARGETS = """~~~
[a](fence.md)
~~~
`[a](code.md)` мәтін [a [b](inner.md) ![c](picture.jpg "picture.jpg")](x.md)

[![d](thumb.png)](big.png) <mail@example.org> <https://example.org/>

[e] <b>ә</b> <img title="src=no.png" SRC='raw.png'/> <!-- [k](comment.md) -->

> [e]: <reference ә.md> "reference ә.md"

[](empty.md) [`](z`]( <angle.md> 'k') [k\\]](esc%20aped.md) [^1]

<div>
<A
 HREF=unquoted.md>x</a>
</div>

[^1]: [l](note.md)
"""


def test_targets_are_found() -> None:
    """Links and pictures are found however they are written; code, Markdown in comments and footnote references are none."""
    found = {target.destination: target.is_image for target in find_targets(TARGETS)}
    assert found == {
        "inner.md": False, "picture.jpg": True, "thumb.png": True, "big.png": False, "mailto:mail@example.org": False,
        "https://example.org/": False, "reference ә.md": False, "raw.png": True, "empty.md": False, "angle.md": False,
        "esc aped.md": False, "unquoted.md": False, "note.md": False,
    }  # fmt: skip


def test_text_without_links_has_no_targets() -> None:
    """A body without links is told so, with brackets in it too."""
    assert find_targets("Жай [мәтін], (a) b") == ()
    assert find_targets("[a](b.md)") == (Target("b.md", False),)


LINK_PIECES = st.sampled_from(
    r"""[ ]( ) ! ![ [а](б.md) ![c](d.png) [e](http://f.kz/_g_) [^1] (h) *[i*](j) *~~[k](l)~~* _ ~ | |- ` \ < > & % " ' # - = : ; é""".split()
    + ["\n", "\n\n", "    ", "\t", " ", "\u00a0", "| m | n |\n|--|--|\n| ", " | ", "- ", "> ", "1. ", "]: o\n"]
)


@given(st.lists(LINK_PIECES, max_size=14).map("".join))
@settings(max_examples=400)
@example("| a | b |\n|--|--|\n| [c](d) | e | [f](g)")
def test_simple_links_are_read_as_the_parser_reads_them(text: str) -> None:
    """A body whose links are beyond doubt is not parsed for its targets. The parser would find the same."""
    simple = markup._read_simple_links(text)
    if simple is not None:
        assert list(dict.fromkeys(simple)) == list(dict.fromkeys(target for target, _ in markup._scan_tags(markup._parse(text))))


def test_plain_links_are_read_without_parsing() -> None:
    """The bodies that editors write most are among those that need no parsing."""
    text = "Форум [өтті](../2024/a.kk.md#h-b). ![Зал](c/d.jpg)\n\n- *[Келісім](https://example.org/e_f)* қол қойылды.\n"
    assert [target.destination for target in markup._read_simple_links(text) or ()] == ["../2024/a.kk.md#h-b", "c/d.jpg", "https://example.org/e_f"]


def test_unsafe_targets_are_found() -> None:
    """What the page will not show is still found, so that a check can say why."""
    text = "[a](javascript:x) <a href='//example.org'>b</a> ![c](https://example.org/x.png) [d](ftp://example.org)"
    destinations = [target.destination for target in find_targets(text)]
    assert destinations == ["javascript:x", "//example.org", "https://example.org/x.png", "ftp://example.org"]


def test_targets_are_located() -> None:
    """The place of each destination is where it is written: inside the link, in the definition, in the HTML."""
    lines = TARGETS.splitlines()
    for destination, written in [
        ("inner.md", "inner.md"), ("picture.jpg", 'picture.jpg "'), ("thumb.png", "thumb.png"), ("big.png", "big.png)"),
        ("mailto:mail@example.org", "mail@"), ("https://example.org/", "https://"), ("reference ә.md", "reference ә.md>"),
        ("raw.png", "raw.png'"), ("empty.md", "empty.md"), ("angle.md", "angle.md>"), ("esc aped.md", "esc%20aped.md"),
        ("unquoted.md", "unquoted.md>"), ("note.md", "note.md)"),
    ]:  # fmt: skip
        line, column = locate_target(TARGETS, destination)
        assert lines[line - 1][column - 1 :].startswith(written), destination


def test_code_is_no_place() -> None:
    """A destination that also stands in code before its link is located in the link."""
    text = "`[a](x.md)`\n\n    [a](x.md)\n\nсөз [a](x.md)\n"
    assert locate_target(text, "x.md") == (5, 9)
    assert locate_target(text, "y.md") == (1, 1)


# ---------------------------------------------------------------- plain text


def test_plain_text() -> None:
    """Words stay whole across inline tags, blocks are apart, entities are characters, note numbers and arrows are gone."""
    body = render("# a&amp;b\n\nкәсі**подақ**[^1]\nекі<br>үш\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n- c\n- d\n\n[^1]: ескерту\n")
    assert " ".join(plain_text(body.html).split()) == "a&b кәсіподақ екі үш x y 1 2 c d ескерту"


# ---------------------------------------------------------------- any input

PIECES = st.sampled_from(
    "< > </ /> = \" ' & ; # [ ] ( ) ! ]( ]: [^ [^1] [^1]: [^а]: | |-|\n \n \n\n    ` ``` ~~~ ~~ * ** _ - + 1. : // \\ %0A &#106; &lt; &quot; &#x3c;"
    " <a  <a\thref= <img\nsrc= <div> </div> <div\tclass=\"footnote-definition\"\tid= <sup> <h1> </h1> <h2\tid= <table> <td> </table> <p> </a>"
    " <script> </script> <style> <!-- --> <![CDATA[ <? <svg> <math> <iframe <textarea> <title> <plaintext> onclick= style= javascript: data: "
    " https:// mailto: x.md #h-a ә қ \u2028 \ufeff \x00 \x0c \x1b \ud7ff".split(" ")
)  # fmt: skip
BODIES = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join), st.lists(st.one_of(PIECES, st.text(max_size=5))).map("".join))


@given(BODIES)
@example("[^1]:[^1]:<H1>")
@example("<A\rHREF=0>")
def test_any_text_gives_safe_html(text: str) -> None:
    """Whatever an editor types, the HTML is well-formed, inert and has unique ids."""
    body = render_body(text, resolve=lambda destination: ResolvedLink("../x/", "ru"), labels=LABELS)
    audit(body.html)
    assert len(set(body.headings)) == len(body.headings)
    assert all(f'id="{identifier}"' in body.html for identifier in body.headings)
    assert heading_ids(text) == body.headings
    plain_text(body.html)


class Reader(HTMLParser):
    """Reads HTML as tags with their attributes and texts, whichever way the characters are written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, object]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(("/", tag))

    def handle_data(self, data: str) -> None:
        if self.parts and self.parts[-1][0] == "":
            data = f"{self.parts.pop()[1]}{data}"
        self.parts.append(("", data))


def read_parts(html: str) -> list[tuple[str, object]]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.parts


MARKS = st.sampled_from(
    "* ** _ ~~ ` [ ]( ) [a](b.md) [a](https://a.kz/?x&y) [a](java:b) [a](b \"c\") <https://a.kz> <a@b.kz> [x]: ! ## # 1. 7. - > \n \n\n  \n \\ & &amp; &lt; &#58; &nbsp;"
    " \" ' < > : ә қ word \u00a0 \x00 \x0c \r \u2028 \ud7ff".split(" ")
)  # fmt: skip


@settings(max_examples=400)
@given(st.one_of(BODIES, st.lists(st.one_of(MARKS, st.text(max_size=3)), max_size=40).map("".join)))
@example("[a](&#106;avascript&#58;x)")
@example("[a](javascript:x)")
@example("*a **b* c**\n- > 1. # x")
def test_what_is_left_unsanitised_is_what_the_sanitiser_leaves(text: str) -> None:
    """HTML that does not go through nh3 is such that nh3 would give the same tags, attributes and text."""
    html = _parse(text)
    if not _RAW_HTML.search(text) and _PLAIN_HTML.fullmatch(html):
        assert read_parts(html) == read_parts(_CLEANER.clean(html))


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:x">', '<a href="java\tscript:x">', '<a href="javascript&#58;x">', '<a href="javascript&colon;x">', '<a href="x" onclick="y">',
        "<a href='x'>", "<script>", "<p onclick=x>", "<p ", "<img src=\"x\">", "<svg>", "<!-- -->", '<a href="data:x">', '<a href="x" title="&quot;"y">',
    ],
)  # fmt: skip
def test_only_plain_html_is_left_unsanitised(html: str) -> None:
    """Anything else goes through nh3, wherever it stands."""
    assert not _PLAIN_HTML.fullmatch(html)
    assert not _PLAIN_HTML.fullmatch(f"<p>a</p>{html}<p>b</p>")
    assert _PLAIN_HTML.fullmatch('<p>a <em>b</em> <a href="https://a.kz/?x&amp;y=:" title="z">c</a> <a href="../2022/x.md">d</a></p><ol start="7"></ol>')


@given(BODIES)
@example("<A\rHREF=\x00>")
@example("<A\rHREF=0\u20280>")
@example('<H1><A\rHREF=0">')
@example("<A\rHREF=\xa0>")
@example("<A\rHREF=&#32;0>")
@example("<H1><A\rHREF=<!-->")
def test_any_target_is_known_and_located(text: str) -> None:
    """Whatever is asked of the resolver was found before, and every place lies inside the body."""
    asked: list[str] = []
    render_body(text, resolve=asked.append, labels=LABELS)
    found = find_targets(text)
    assert set(asked) <= {target.destination for target in found}
    lines = text.split("\n")
    for target in found:
        line, column = locate_target(text, target.destination)
        assert 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1


# ---------------------------------------------------------------- the auditor

VOID = {"br", "hr", "img", "wbr"}
ALLOWED = {
    "a": {"href", "title", "rel", "hreflang", "class", "role", "aria-label"}, "abbr": {"title"}, "blockquote": {"lang"},
    "div": {"class", "tabindex", "role", "aria-label"}, "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "li": {"id"}, "ol": {"start"}, "q": {"lang"}, "section": {"class", "role", "aria-labelledby"}, "span": {"lang"},
    "sup": {"id", "class"}, "td": {"class"}, "th": {"class"}, **{f"h{level}": {"id"} for level in range(1, 7)},
    **dict.fromkeys(
        "b br cite code dd del dl dt em figcaption figure hr i ins kbd mark p pre s samp small strong sub table tbody thead"
        " tr u ul var wbr".split(),
        frozenset(),
    ),
}  # fmt: skip
CLASSES = {"nr-table", "nr-left", "nr-center", "nr-right", "footnote", "footnote-ref", "footnote-backref",
           "footnote-reference", "footnote-definition-label"}  # fmt: skip
ADDRESS = re.compile(r"https?://\S|mailto:\S|tel:\S|#(?:h|fn)-[a-z0-9-]+$|(?![a-z]+:|[/\\]{2})[^\s\\]+$", re.IGNORECASE)


class Auditor(HTMLParser):
    """Fails on anything that a body must not hold: tags, attributes, addresses, ids twice, tags that do not match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, f"<{tag}>"
        assert {name for name, _ in attrs} <= ALLOWED[tag], attrs
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in values:
            assert re.fullmatch(rf"{HEADING_PREFIX}[a-z0-9-]+|fn-(?:\d+(?:-ref(?:-\d+)?)?|notes)", values["id"])
            assert values["id"] not in self.ids
            self.ids.add(values["id"])
        assert set((values.get("class") or "").split()) <= CLASSES
        if "href" in values:
            assert ADDRESS.match(values["href"]), values["href"]
        if "src" in values:
            assert ADDRESS.match(values["src"]) and ":" not in values["src"], values["src"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}>"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def audit(html: str) -> None:
    """Asserts that a body is well-formed and inert."""
    auditor = Auditor()
    auditor.feed(html)
    auditor.close()
    assert not auditor.open
