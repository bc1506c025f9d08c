"""Whatever is edited, in whatever order: a build that does only what is needed leaves what a clean build makes, byte for byte."""

from __future__ import annotations

import copy
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from newsroom.build import Summary
from site_factory import PICTURE, ROOT, Draft, SiteProject, compare_trees, read_tree

SLUGS = ("forum", "pact", "visit", "strike", "school", "award")
DATES = ("2021-02-01", "2022-03-01", "2022-03-02", "2022-11-30", "2023-05-05")
LANGUAGES = ("kk", "ru", "en")
VERSIONS = (("kk",), ("kk", "ru"), ("ru", "kk"), ("kk", "ru", "en"), ("en", "kk", "ru"), ("ru",))
TEXTS = ("Кеңес", "Совет & <b>союз</b>", "Council “of unions”", "Қ", "a *b* `c`")
BODIES = ("Мәтін.", "# Бөлім\n\nМәтін[^1].\n\n[^1]: Ескерту.\n", "| а | б |\n|---|---|\n| 1 | 2 |\n", "<script>alert(1)</script>\n\nТекст.", "[в](#h)\n\n## h\n")
TEMPLATES = ("article.html", "period.html", "_card.html", "home.html", "head.html", "root.html")

slugs = st.sampled_from(SLUGS)
languages = st.sampled_from(LANGUAGES)
texts = st.sampled_from(TEXTS)
subsets = st.sampled_from([(), ("a",), ("b",), ("a", "b"), ("b", "a")])


class ModelProject(SiteProject):
    """A project as data; `sync` brings its files in line and touches no other."""

    def __init__(self, root: Path) -> None:
        self.wanted: dict[str, bytes] = {}
        self.drafts: dict[str, Draft] = {}
        self.extra: dict[str, bytes] = {}
        """Attachments, templates, pages of docs/ and whatever else a step adds: path -> content."""
        self._written: dict[str, bytes] = {}
        super().__init__(root)
        self.extra = {path: content for path, content in self.wanted.items() if path.startswith("docs/")}

    def write(self, path: str, content: str | bytes) -> Path:
        self.wanted[path] = content.encode() if isinstance(content, str) else content
        return self.root / path

    def sync(self) -> None:
        self.wanted = {}
        self.write_settings()
        self.write_authority()
        for draft in self.drafts.values():
            for code in draft.languages:
                self.write(f"articles/{draft.year}/{draft.slug}.{code}.md", draft.as_markdown(code))
        self.wanted |= self.extra
        for path in self._written.keys() - self.wanted.keys():
            (self.root / path).unlink()
        for path, content in self.wanted.items():
            if self._written.get(path) != content:
                super().write(path, content)
        self._written = self.wanted


class Newsroom(RuleBasedStateMachine):
    """Every rule makes one change; then the site is built, and built anew beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.project = ModelProject(self.folder / "project")

    @initialize()
    def build_first(self) -> None:
        self.project.drafts = {
            "forum": Draft("forum", regions=["south"], unions=["miners"], people=["asanov"], figures=[12]),
            "pact": Draft("pact", date="2021-02-01", languages=("ru", "kk"), kind="report", bodies={"ru": "[f](../2022/forum.ru.md)"}),
        }
        self.project.sync()
        self.project.build()
        self.check_site()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def step(self, change: Callable[[ModelProject], None]) -> None:
        """Makes a change and builds; one that content does not allow is reported, leaves the site alone, and is taken back."""
        project = self.project
        before = copy.deepcopy((project.drafts, project.extra, project.authority, project.names, project.site_url, project.languages))
        tree = read_tree(project.site)
        change(project)
        project.sync()
        result = project.try_build()
        if not isinstance(result, Summary):
            assert result.has_errors
            assert compare_trees(read_tree(project.site), tree) == []
            project.drafts, project.extra, project.authority, project.names, project.site_url, project.languages = before
            project.sync()
            project.build()
            assert compare_trees(read_tree(project.site), tree) == []
        self.check_site()

    def check_site(self) -> None:
        assert compare_trees(read_tree(self.project.site), self.project.build_clean(self.folder)) == []

    # ------------------------------------------------------------ stories

    @rule(slug=slugs, date=st.sampled_from(DATES), versions=st.sampled_from(VERSIONS), kind=st.sampled_from(["news", "report"]))
    def write_story(self, slug: str, date: str, versions: tuple[str, ...], kind: str) -> None:
        """Adds a story, or moves one to another day, year, kind and set of languages."""

        def change(project: ModelProject) -> None:
            draft = project.drafts.setdefault(slug, Draft(slug))
            draft.date, draft.languages, draft.kind = date, versions, kind

        self.step(change)

    @rule(slug=slugs, field=st.sampled_from(["titles", "summaries"]), language=languages, text=texts)
    def edit_text(self, slug: str, field: str, language: str, text: str) -> None:
        self.step(lambda project: getattr(self.find(slug), field).update({language: text}))

    @rule(slug=slugs, language=languages, body=st.sampled_from(BODIES))
    def edit_body(self, slug: str, language: str, body: str) -> None:
        self.step(lambda project: self.find(slug).bodies.update({language: body}))

    @rule(slug=slugs, field=st.sampled_from(["regions", "unions", "people"]), chosen=subsets)
    def edit_facts(self, slug: str, field: str, chosen: tuple[str, ...]) -> None:
        ids = {"regions": ("north", "south"), "unions": ("miners", "teachers"), "people": ("asanov", "ospanova")}[field]
        self.step(lambda project: setattr(self.find(slug), field, [ids["ab".index(letter)] for letter in chosen]))

    @rule(slug=slugs, numbers=st.lists(st.integers(0, 5000), max_size=2))
    def edit_figures(self, slug: str, numbers: list[int]) -> None:
        self.step(lambda project: setattr(self.find(slug), "figures", numbers))

    @rule(slug=slugs, name=st.sampled_from(("meeting", "reply")))
    def rename_story(self, slug: str, name: str) -> None:
        def change(project: ModelProject) -> None:
            draft = self.find(slug)
            if name not in project.drafts:
                del project.drafts[draft.slug]
                draft.slug = name
                project.drafts[name] = draft

        self.step(change)

    @rule(slug=slugs)
    def delete_story(self, slug: str) -> None:
        self.step(lambda project: project.drafts.pop(slug, None))

    @rule(slug=slugs, other=slugs, language=languages, linked=languages, fragment=st.sampled_from(["", "#h"]))
    def link_stories(self, slug: str, other: str, language: str, linked: str, fragment: str) -> None:
        """Links may lead to nothing, too: that is a problem, not a site."""
        target = self.find(other)
        self.step(lambda project: self.find(slug).bodies.update({language: f"[x](../{target.year}/{target.slug}.{linked}.md{fragment})\n\n## h\n"}))

    @rule(slug=slugs, content=st.sampled_from([b"%PDF one", b"%PDF two"]), is_used=st.booleans())
    def attach_document(self, slug: str, content: bytes, is_used: bool) -> None:
        def change(project: ModelProject) -> None:
            draft = self.find(slug)
            project.extra[f"articles/{draft.year}/{draft.slug}/a.pdf"] = content
            draft.documents = ["a.pdf"] if is_used else []

        self.step(change)

    @rule(slug=slugs, language=languages, is_large=st.booleans())
    def attach_picture(self, slug: str, language: str, is_large: bool) -> None:
        def change(project: ModelProject) -> None:
            draft = self.find(slug)
            project.extra[f"articles/{draft.year}/{draft.slug}/a.png"] = PICTURE + bytes(is_large)
            draft.bodies[language] = f"![Сурет]({draft.slug}/a.png)"

        self.step(change)

    # ------------------------------------------------------------ what stories share

    @rule(entity=st.sampled_from([("regions", "north"), ("regions", "south"), ("unions", "miners"), ("people", "asanov"), ("kinds", "news"),
                                  ("organizations", "centre"), ("organizations", "federation"), ("measures", "members")]), language=languages, text=texts)  # fmt: skip
    def rename_entity(self, entity: tuple[str, str], language: str, text: str) -> None:
        section, id = entity
        self.step(lambda project: project.authority[section][id]["names"].update({language: f"{text} {id}"}))

    @rule(language=languages, text=texts, since=st.sampled_from([2016, 2020, 2022]))
    def change_role(self, language: str, text: str, since: int) -> None:
        def change(project: ModelProject) -> None:
            role = project.authority["people"]["asanov"]["roles"][0]
            role["title"][language], role["since"] = text, since

        self.step(change)

    @rule(id=st.sampled_from(["north", "south"]), spelling=st.sampled_from(["Дала", "Степь"]))
    def add_spelling(self, id: str, spelling: str) -> None:
        self.step(lambda project: project.authority["regions"][id].update(spellings=[spelling]))

    @rule(since=st.sampled_from([1990, 2010, 2022]), centre=st.sampled_from(["north", "south"]))
    def change_region(self, since: int, centre: str) -> None:
        def change(project: ModelProject) -> None:
            project.authority["regions"]["south"]["since"] = since
            project.authority["organizations"]["centre"]["centre_of"] = centre

        self.step(change)

    @rule(id=st.sampled_from(["ospanova", "bolatov"]))
    def add_or_remove_person(self, id: str) -> None:
        def change(project: ModelProject) -> None:
            people = project.authority["people"]
            if people.pop(id, None) is None:
                people[id] = {"names": dict.fromkeys(LANGUAGES, id.title())}

        self.step(change)

    @rule(name=st.sampled_from(TEMPLATES), mark=st.sampled_from(["", "<!-- a -->", "<!-- b -->"]))
    def change_template(self, name: str, mark: str) -> None:
        path = f"overrides/newsroom/templates/{name}"
        source = (ROOT / "scripts/newsroom/templates" / name).read_bytes()
        self.step(lambda project: project.extra.update({path: source + mark.encode()}) if mark else project.extra.pop(path, None))

    @rule(field=st.sampled_from(["kk", "ru", "url", "languages"]), value=st.sampled_from(["a", "b"]))
    def change_settings(self, field: str, value: str) -> None:
        def change(project: ModelProject) -> None:
            if field == "url":
                project.site_url = f"https://{value}.example.org/news/"
            elif field == "languages":
                project.languages = {"a": ("ru", "kk", "en"), "b": ("kk", "ru")}[value]
                project.names = {code: f"Site {code}" for code in project.languages}
            else:
                project.names[field] = f"Сайт {value}"

        self.step(change)

    @rule(path=st.sampled_from(["docs/kk/about.md", "docs/ru/send-news.md", "docs/kk/plan.txt", "overrides/assets/own.css"]), text=texts, is_there=st.booleans())
    def change_documents(self, path: str, text: str, is_there: bool) -> None:
        self.step(lambda project: project.extra.update({path: f"# {text}\n".encode()}) if is_there else project.extra.pop(path, None))

    # ------------------------------------------------------------ accidents

    @rule(path=st.sampled_from(["articles/authority/regions.yml", "articles/authority/people.yml", "articles/2022/forum.kk.md", "mkdocs.yml"]),
          fault=st.sampled_from(["cut", "tab", "bytes"]))  # fmt: skip
    def break_file(self, path: str, fault: str) -> None:
        """A file that cannot be read stops the build; mended, it leaves no trace."""
        place = self.project.root / path
        if not place.exists() or path == "mkdocs.yml":
            return
        content = place.read_bytes()
        tree = read_tree(self.project.site)
        place.write_bytes({"cut": content[: len(content) // 2] + b'"', "tab": b"\t" + content, "bytes": content + b"\xff"}[fault])
        result = self.project.try_build()
        if not isinstance(result, Summary):
            assert compare_trees(read_tree(self.project.site), tree) == []
        place.write_bytes(content)
        self.project.build()
        self.check_site()

    @rule(seed=st.integers(0, 1000), damage=st.sampled_from(["delete", "edit", "link", "touch"]))
    def damage_site(self, seed: int, damage: str) -> None:
        files = sorted(path for path in self.project.site.rglob("*") if path.is_file())
        for path in random.Random(seed).sample(files, 3):
            if damage == "touch":
                path.touch()
            else:
                content = path.read_bytes()
                path.unlink()
                if damage == "edit":
                    path.write_bytes(content[::-1])
                elif damage == "link":
                    path.symlink_to("/dev/null")
        self.step(lambda project: None)

    @rule(seed=st.integers(0, 1000), damage=st.sampled_from(["delete", "cut", "flip"]))
    def damage_store(self, seed: int, damage: str) -> None:
        store = self.project.find_state() / "store.sqlite"
        content = bytearray(store.read_bytes())
        generator = random.Random(seed)
        if damage == "delete":
            content.clear()
        elif damage == "cut":
            del content[generator.randrange(len(content)) :]
        else:
            for _ in range(20):
                content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
        store.write_bytes(content)
        self.step(lambda project: None)

    def find(self, slug: str) -> Draft:
        """The story of the slug, else any."""
        drafts: dict[str, Any] = self.project.drafts
        return drafts.get(slug) or drafts.setdefault(min(drafts, default=slug), Draft(slug))


TestNewsroom = Newsroom.TestCase
TestNewsroom.settings = settings(
    max_examples=6, stateful_step_count=12, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate,), print_blob=False,
)  # fmt: skip
