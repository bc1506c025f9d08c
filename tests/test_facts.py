"""The page of an article says everything that the front matter of its original states, in the page's language."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from html_pages import SitePages, read_text
from newsroom.authority import Authority
from newsroom.authority_files import load_authority
from newsroom.languages import STRINGS_FOLDER, Language, load_languages
from own_site import LANGUAGES, SITE_URL, build_site, copy_sample, list_versions, read_originals


def list_missing_facts(project: Path, folder: Path) -> tuple[list[str], int]:
    """What pages do not show, one line each, and how much was looked for."""
    languages = load_languages(LANGUAGES, folders=[STRINGS_FOLDER])
    authority, _ = load_authority(project / "articles" / "authority", root=project, languages=LANGUAGES)
    originals = read_originals(project)
    site = SitePages(folder, site_url=SITE_URL)
    missing, count = [], 0
    for story, code in list_versions(project):
        page = site[f"{code}/news/{story}/"]
        shown = read_text(page.find("article"), without=("nr-body", "nr-article__related"))
        facts = [" ".join(text.split()) for text in FactReader(originals[story].metadata, authority, languages[code]).list_texts()]
        missing += [f"{page.path}: {fact}" for fact in facts if fact not in shown]
        count += len(facts)
    return missing, count


def test_own_articles_show_every_fact(own_project, own_site):
    """People, regions, unions, figures, documents, disputes and awards of the project's stories stand on all their pages."""
    missing, count = list_missing_facts(own_project, own_site)
    assert missing == [] and count > 300


def test_sample_articles_show_every_fact(tmp_path):
    """The same where front matter has names instead of ids, a byline, a place, and a document's file, which the page links."""
    project = copy_sample(tmp_path / "project")
    folder = build_site(project, tmp_path / "site")
    missing, count = list_missing_facts(project, folder)
    assert missing == [] and count > 60
    site = SitePages(folder, site_url="https://small.example.org/")
    assert list(site.list_broken_addresses()) == []
    for language in LANGUAGES:
        links = [link.get("href") for link in site[f"{language}/news/2021/weavers-agreement/"].find_all("a")]
        assert "../../../../media/2021/weavers-agreement/agreement.txt" in links


def test_a_fact_that_a_page_lacks_is_found(own_project, own_site, tmp_path):
    """Control: a role that is taken out of one page is told, with the page."""
    folder = shutil.copytree(own_site, tmp_path / "site")
    page = next(path for path in sorted(folder.glob("kk/news/*/*/index.html")) if "nr-people__role" in path.read_text("utf-8"))
    text, count = re.subn('(<span class="nr-people__role">)[^<]+', r"\1", page.read_text("utf-8"), count=1)
    page.write_text(text, "utf-8")
    missing, _ = list_missing_facts(own_project, folder)
    assert count == 1 and [line.partition(":")[0] for line in missing] == [page.relative_to(folder).as_posix()]


class FactReader:
    """What the page of a story must say of its front matter, in one language."""

    def __init__(self, facts: dict[str, Any], authority: Authority, language: Language) -> None:
        self.facts = facts
        self.authority = authority
        self.language = language

    def list_texts(self) -> Iterator[str]:
        facts, day = self.facts, self.facts["date"]
        yield self.language.date(day)
        yield from self.name(facts.get("byline"), day)
        yield from self.choose(facts.get("place"))
        yield from self.name(facts["kind"], day, section="kinds")
        for section in ("regions", "unions", "organizations"):
            for spelling in facts.get(section, []):
                yield from self.name(spelling, day, section=section)
        for list_texts, name in ((self.person, "people"), (self.figure, "figures"), (self.document, "documents"), (self.dispute, "disputes"), (self.award, "awards")):
            for item in facts.get(name, []):
                yield from list_texts(item)
        if "event" in facts:
            yield from self.event(facts["event"])

    def name(self, spelling: str | None, day: date, *, section: str | None = None) -> Iterator[str]:
        if spelling:
            entity = self.authority.resolve(spelling, section)
            yield entity.short_name(self.language.code, day) if entity.section in ("kinds", "regions", "unions") else entity.name(self.language.code, day)

    def choose(self, text: str | dict[str, str] | None) -> Iterator[str]:
        if isinstance(text, dict):
            text = text.get(self.language.code) or text.get(self.facts["language"]) or next(iter(text.values()))
        if text:
            yield text

    def person(self, item: dict[str, Any]) -> Iterator[str]:
        day = self.facts["date"]
        yield from self.name(item["person"], day, section="people")
        yield from self.choose(item.get("role") or self.authority.resolve(item["person"], "people").role(self.language.code, day))

    def event(self, event: dict[str, Any]) -> Iterator[str]:
        yield from self.choose(event["name"])
        yield from self.choose(event.get("venue"))
        yield self.language.date_range(event["start"], event.get("end", event["start"]))
        yield from self.name(event.get("region"), self.facts["date"], section="regions")
        if "format" in event:
            yield self.language.text(f"format-{event['format']}")

    def figure(self, figure: dict[str, Any]) -> Iterator[str]:
        measure = self.authority.resolve(figure["measure"], "measures")
        yield measure.name(self.language.code)
        yield self.language.quantity(figure["value"], measure.unit, qualifier=figure.get("qualifier", "exact"))
        yield self.language.date(figure["as_of"])
        if "of" in figure:
            yield self.language.number(figure["of"])
        for section in ("region", "union"):
            yield from self.name(figure.get(section), figure["as_of"], section=f"{section}s")

    def document(self, document: dict[str, Any]) -> Iterator[str]:
        yield from self.choose(document["title"])
        yield self.language.text(f"document-{document.get('type', 'other')}")
        yield from [self.language.date(document["date"])] if "date" in document else []
        for party in document.get("parties", []):
            entity = self.authority.resolve(party)
            yield entity.name(self.language.code, self.facts["date"])

    def dispute(self, dispute: dict[str, Any]) -> Iterator[str]:
        for name in ("employer", "issue", "action", "outcome"):
            yield from self.choose(dispute.get(name))
        yield from self.name(dispute.get("region"), self.facts["date"], section="regions")
        yield self.language.text(f"status-{dispute['status']}")

    def award(self, award: dict[str, Any]) -> Iterator[str]:
        yield from self.choose(award["name"])
        yield from [self.language.date(award["date"])] if "date" in award else []
        for spelling in award.get("to", []):
            yield self.authority.resolve(spelling, "people").short_name(self.language.code, self.facts["date"])
