"""What the front page chooses, and the two steps that make its style sheets small."""

from __future__ import annotations

import pytest
from newsroom.events import Events
from newsroom.fonts import FontFiles, write_faces
from newsroom.front import FIGURES, NEWEST, choose_front
from newsroom.host import open_project
from newsroom.intake import Prepared, prepare
from newsroom.styles import StyleError, drop_unused, shorten_style
from newsroom.workspace import Workspace
from own_site import copy_content
from site_factory import Draft, SiteProject


def choose(tmp_path, drafts, *, facts=None):
    """The front of a site of these stories. facts: slug -> further lines of the front matter."""
    project = SiteProject(tmp_path, languages=("kk",))
    for draft in drafts:
        project.write_story(draft)
        path = project.root / f"articles/{draft.year}/{draft.slug}.kk.md"
        path.write_text(path.read_text("utf-8").replace("---\n", f"---\n{(facts or {}).get(draft.slug, '')}", 1), "utf-8")
    opened, _ = open_project(project.config_file)
    with Workspace(opened) as workspace:
        prepared = prepare(workspace)
    assert isinstance(prepared, Prepared), prepared.as_text()
    return choose_front(prepared.site, Events(prepared.site), *([entity.id for entity in prepared.authority.entities(section)] for section in ("kinds", "measures")))


def tell_event(start: str, end: str = "") -> str:
    return f"event: {{name: Жиын, start: {start}{f', end: {end}' if end else ''}}}\n"


def test_strips_repeat_no_story_that_stands_above(tmp_path):
    """A kind with further stories shows two of them; one whose stories all stand above shows its newest; one without stories is left out."""
    drafts = [Draft(f"old-{day}", f"2022-01-{day:02}", ("kk",), kind="report") for day in range(1, 6)]
    drafts += [Draft(f"new-{day}", f"2022-02-{day:02}", ("kk",)) for day in range(1, NEWEST + 2)]
    front = choose(tmp_path, drafts)
    assert front.newest == tuple(f"new-{day}" for day in range(NEWEST + 1, 0, -1))
    assert front.strips == {"news": ("new-6",), "report": ("old-5", "old-4")}


def test_an_event_is_coming_when_it_was_told_of_before(tmp_path):
    """Seen from the newest story's day: announced and not over; a report of an event, or one that has ended, is past."""
    drafts = [Draft(slug, day, ("kk",)) for slug, day in (("now", "2022-05-10"), ("soon", "2022-05-01"), ("lasting", "2022-04-01"), ("over", "2022-03-01"), ("report", "2022-05-10"))]
    facts = {"soon": tell_event("2022-06-01"), "lasting": tell_event("2022-05-08", "2022-05-10"), "over": tell_event("2022-05-09"), "report": tell_event("2022-05-10")}
    front = choose(tmp_path, drafts, facts=facts)
    assert front.coming == ("lasting", "soon")
    assert front.past == ("report", "over")


def test_regions_count_the_year_up_to_the_newest_story(tmp_path):
    drafts = [Draft("a", "2022-05-10", ("kk",), regions=["south"]), Draft("b", "2021-05-11", ("kk",), regions=["south"]), Draft("c", "2021-05-10", ("kk",), regions=["south"])]
    assert choose(tmp_path, drafts).recent == {"south": 2}


def test_figures_are_the_newest_of_each_measure(tmp_path):
    drafts = [Draft("a", "2022-05-10", ("kk",), figures=[1, 2]), Draft("b", "2021-05-11", ("kk",), figures=[3])]
    assert choose(tmp_path, drafts).figures == (("a", 0),)
    assert FIGURES >= 2


def test_weightiest_figures_of_a_story_come_first(tmp_path):
    """Those whose measures stand first in the authority file, wherever they stand in the story."""
    project, _ = open_project(copy_content(tmp_path) / "mkdocs.yml")
    with Workspace(project) as workspace:
        prepared = prepare(workspace)
    assert isinstance(prepared, Prepared), prepared.as_text()
    measures = [entity.id for entity in prepared.authority.entities("measures")]
    front = choose_front(prepared.site, Events(prepared.site), [], measures)
    chosen = {slug: [prepared.site.stories[slug].facts.figures[place].measure for other, place in front.figures if other == slug] for slug, _ in front.figures}
    assert max(map(len, chosen.values())) > 1
    for slug, mine in chosen.items():
        assert mine == sorted({figure.measure for figure in prepared.site.stories[slug].facts.figures}, key=measures.index)[: len(mine)]


def test_an_empty_site_has_an_empty_front(tmp_path):
    front = choose(tmp_path, [])
    assert not any(front) and front.slugs == front.sources == []


# ---------------------------------------------------------------- style sheets


def test_shortened_style_sheets_say_the_same():
    """Comments and spare spaces go; strings, addresses, selectors and the spaces of calc() stay."""
    source = """/* a { } */
:root { --a: "x  ; { y"; --b: url(data:image/svg+xml;charset=utf-8,<svg/>); }
.a > .b :is(h1, h2)::before , .c { content: "} /* no */"; width: calc(1px + 2px); }
@media (min-width: 60em) {
  .a { color: red; }
  .empty { }
}
"""
    assert shorten_style(source) == (
        ':root{--a:"x  ; { y";--b:url(data:image/svg+xml;charset=utf-8,<svg/>)}'
        '.a>.b :is(h1,h2)::before,.c{content:"} /* no */";width:calc(1px + 2px)}@media (min-width:60em){.a{color:red}}'
    )


def test_parts_that_no_page_shows_are_dropped():
    """A rule goes when each of its selectors names such a part; a part in :not(), or one with a longer name, keeps it."""
    source = ".md-nav__link,.md-typeset a{color:red}.md-nav,.md-search{color:red}.md-header:not(.md-nav){color:red}.md-navy{color:red}@media print{.md-tabs{color:red}}@charset \"UTF-8\";"
    assert drop_unused(source) == '.md-typeset a{color:red}.md-header:not(.md-nav){color:red}.md-navy{color:red}@charset "UTF-8";'


@pytest.mark.parametrize("source", ["a{", "a}", "@media print{a{color:red}"])
def test_a_style_sheet_with_a_lone_bracket_is_refused(source):
    with pytest.raises(StyleError):
        shorten_style(source)


def test_no_font_means_no_rule_for_it():
    assert write_faces(FontFiles({}, "npm is not installed"), folder="fonts") == ""
    assert "U+20B8" in write_faces(FontFiles({"x": b""}), folder="fonts")
