"""One article file and the authority files -> an Article, or every problem of that file.

Pure: the bytes are given. What concerns several files (translations, links) is link's. Runs in worker processes on a cold
build, so everything it takes and gives can be pickled.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar

import msgspec

from .authority import Ambiguity, Authority, Region
from .conversion import convert_value
from .faults import NOT_UTF8, explain_no_front_matter, find_body_faults, locate_byte
from .frontmatter import Complaint, KeyPath, Parts, YamlError, find_position, load_yaml, split_article
from .link import Finding, resolve_target
from .markup import find_targets, locate_target
from .model import (
    FACT_FIELDS,
    Article,
    Award,
    Correction,
    Dispute,
    Document,
    Event,
    Facts,
    Figure,
    FrontMatter,
    LocalText,
    Mention,
    Participation,
    PictureItem,
    Quote,
    Text,
)  # fmt: skip
from .problems import MAXIMUM_PROBLEMS, TOO_MANY, Problem, shorten
from .sources import SourceFile, decode_source, digest_bytes

_PARTY_SECTIONS = ("organizations", "unions", "people", "regions")
_SINGULAR = {"regions": "region", "unions": "union", "people": "person", "organizations": "organization", "kinds": "kind", "measures": "measure"}
_REQUIRED_FACTS = ("date", "kind")

_WHITE_SPACE = re.compile(r"[ \t\n]+")
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

T = TypeVar("T")
Checked = tuple[Article | None, list[Problem]]
"""The article (None when it has errors or is not translated yet) and the file's problems."""


def check_article(source: SourceFile, content: bytes, *, authority: Authority, languages: tuple[str, ...]) -> Checked:
    """The checked article of a file's bytes."""
    if not content.strip():
        return None, [Problem(source.path, 1, 1, "empty-file", "the file is empty", "write the story, or delete the file")]
    try:
        text = decode_source(content)
    except UnicodeDecodeError as error:
        return None, [Problem(source.path, *locate_byte(error), *NOT_UTF8)]
    parts = split_article(text)
    if parts is None:
        return None, [explain_no_front_matter(source.path, text)]
    return _FileCheck(source, parts, authority, languages).run(digest_bytes(content))


def outline_article(source: SourceFile, content: bytes) -> Article | None:
    """The links of a file with problems and nothing else, so that they are checked in the same run; None without a sound body."""
    try:
        parts = split_article(decode_source(content))
    except UnicodeDecodeError:
        return None
    if parts is None or any(True for _ in find_body_faults(parts.body)):
        return None
    targets = tuple(resolve_target(source.path, target.destination, is_image=target.is_image) for target in find_targets(parts.body))
    language = source.language
    return Article(source.path, source.year, source.slug, language, language, "", "", b"", b"", b"", Facts(), targets=targets)


class _FileCheck:
    """The checks of one file; collects complaints and turns them into problems with places at the end."""

    def __init__(self, source: SourceFile, parts: Parts, authority: Authority, languages: tuple[str, ...]) -> None:
        self._source = source
        self._parts = parts
        self._authority = authority
        self._languages = languages
        self._complaints: list[Complaint] = []
        self._problems: list[Problem] = []
        self._mentions: list[Mention] = []

    def run(self, digest: bytes) -> Checked:
        for fault in find_body_faults(self._parts.body):
            self._complain_in_body(*fault)
        try:
            fields = load_yaml(self._parts.yaml_text)
        except YamlError as error:
            return None, [*self._problems, self._place(error.line, error.column, error.code, error.message, error.hint)]
        if not isinstance(fields, dict):
            return None, [*self._problems, self._place(1, 1, "no-front-matter", "the front matter has no fields", "write the fields as name: value, one on a line")]
        if self._is_not_translated(fields):
            return None, []
        article = self._check_fields(fields, digest)
        problems = [*self._problems, *self._locate_complaints()]
        return (None if problems else article), problems

    def _check_fields(self, fields: dict[str, Any], digest: bytes) -> Article | None:
        """The article; of fields with complaints the others are checked all the same."""
        front, self._complaints = convert_value(fields, FrontMatter)
        self._complain_missing(fields)
        if front is None:
            wrong = {complaint.path[0] for complaint in self._complaints if complaint.path}
            front, _ = convert_value({"title": "?"} | {name: value for name, value in fields.items() if name not in wrong}, FrontMatter)
        if not self._parts.body.strip():
            self._complain_at(self._parts.yaml_line + self._parts.yaml_text.count("\n"), 1, "empty-body", "the story has no text", "write the text below the second line ---")
        return None if front is None else self._build_article(front, digest)

    def _is_not_translated(self, fields: dict[str, Any]) -> bool:
        is_translation = fields.get("original") not in (None, self._source.language)
        return is_translation and not fields.get("title") and not self._parts.body.strip()

    # ------------------------------------------------------------ building

    def _build_article(self, front: FrontMatter, digest: bytes) -> Article:
        original = front.original or self._source.language
        if original not in self._languages:
            self._complain_language(("original",), original)
        if original == self._source.language:
            self._check_original(front)
        if not front.title.strip():
            self._complain(("title",), "missing-field", "the title is empty", "write the headline")
        facts = self._resolve_facts(front, original)
        stated = tuple(name for name in FACT_FIELDS if getattr(front, name) not in (None, []))
        targets = tuple(resolve_target(self._source.path, target.destination, is_image=target.is_image) for target in find_targets(self._parts.body))
        return Article(
            path=self._source.path, year=self._source.year, slug=self._source.slug, language=self._source.language,
            original_language=original, title=_join_lines(front.title), summary=_join_lines(front.summary), digest=digest,
            facts_digest=digest_bytes(msgspec.msgpack.encode(facts)),
            card_digest=digest_bytes(msgspec.msgpack.encode((front.title, front.summary, self._source.language, front.corrections))),
            facts=facts, corrections=self._read_corrections(front), stated=stated, mentions=tuple(self._mentions), targets=targets,
        )  # fmt: skip

    def _check_original(self, front: FrontMatter) -> None:
        if front.date is not None and front.date.year != self._source.year:
            self._complain(("date",), "wrong-year", f"the date is of {front.date.year}, the file stands in {self._source.year}/",
                           f"move the story's files to {front.date.year}/, or mend the date")
        for index, item in enumerate(front.pictures):
            if not (item.alt.strip() if isinstance(item.alt, str) else item.alt):
                self._complain(("pictures", index), "missing-field", "the picture has no alternative text", "add a line alt: … that says what the picture shows, for those who do not see it")
        if front.event is not None:
            self._check_event(front.event)
        for index, correction in enumerate(front.corrections):
            if front.date is not None and correction.date < front.date:
                self._complain(("corrections", index, "date"), "correction-before-story", f"the correction of {correction.date} is older than the story", "mend its date")

    def _check_event(self, event: Event) -> None:
        if event.end is not None and event.end < event.start:
            self._complain(("event", "end"), "end-before-start", "the event ends before it starts", "mend start or end")
        for name, time in (("time", event.time), ("end_time", event.end_time)):
            if time is not None and not _TIME_OF_DAY.fullmatch(time):
                self._complain(("event", name), "wrong-time", f'"{shorten(time)}" is not a time of day', "write hours and minutes, for example 09:30")
        if event.end_time is not None and event.time is None:
            self._complain(("event", "end_time"), "end-without-start", "the event has the time of its end and none of its start", "add time, or delete end_time")
        elif event.end_time is not None and event.time is not None and event.end in (None, event.start) and event.end_time <= event.time:
            self._complain(("event", "end_time"), "end-before-start", "the event ends before it starts", "mend time or end_time")

    def _read_corrections(self, front: FrontMatter) -> tuple[Correction, ...]:
        """The corrections, oldest first."""
        for index, correction in enumerate(front.corrections):
            if not correction.text.strip():
                self._complain(("corrections", index, "text"), "missing-field", "the correction has no text", "say what was wrong and what is right")
        return tuple(sorted((Correction(item.date, _join_lines(item.text)) for item in front.corrections), key=lambda item: item.date))

    def _complain_missing(self, fields: dict[str, Any]) -> None:
        if fields.get("original") not in (None, self._source.language):
            return
        for name in _REQUIRED_FACTS:
            if fields.get(name) in (None, ""):
                is_there = name in fields
                self._complain((name,) if is_there else (), "missing-field", f'"{name}" is {"empty" if is_there else "missing"}', _HINT_BY_REQUIRED_FACT[name])

    def _resolve_facts(self, front: FrontMatter, language: str) -> Facts:
        day = front.date
        return Facts(
            date=day,
            kind=self._resolve(front.kind, ("kind",), "kinds") if front.kind else None,
            byline=self._refer(front.byline, ("byline",), ("organizations", "people", "unions")) if front.byline else None,
            place=self._text(front.place, ("place",), language),
            regions=self._resolve_list(front.regions, "regions", day),
            unions=self._resolve_list(front.unions, "unions", day),
            organizations=self._resolve_list(front.organizations, "organizations", day),
            people=tuple(self._resolve_person(item, ("people", index), language) for index, item in enumerate(front.people)),
            event=self._resolve_event(front.event, language, day) if front.event else None,
            figures=tuple(self._resolve_figure(item, ("figures", index), day) for index, item in enumerate(front.figures)),
            documents=tuple(self._resolve_document(item, ("documents", index), language) for index, item in enumerate(front.documents)),
            disputes=tuple(self._resolve_dispute(item, ("disputes", index), language, day) for index, item in enumerate(front.disputes)),
            awards=tuple(self._resolve_award(item, ("awards", index), language) for index, item in enumerate(front.awards)),
            quotes=tuple(self._resolve_quote(item, ("quotes", index), language) for index, item in enumerate(front.quotes)),
            pictures=tuple(self._resolve_picture(item, ("pictures", index)) for index, item in enumerate(front.pictures)),
        )

    def _resolve_person(self, item: Participation, path: KeyPath, language: str) -> Participation:
        return Participation(self._resolve(item.person, (*path, "person"), "people"), self._text(item.role, (*path, "role"), language))

    def _resolve_event(self, event: Event, language: str, day: date | None) -> Event:
        region = self._resolve(event.region, ("event", "region"), "regions", day) if event.region else None
        name = self._required_text(event.name, ("event", "name"), language)
        return msgspec.structs.replace(event, name=name, venue=self._text(event.venue, ("event", "venue"), language), region=region)

    def _resolve_figure(self, figure: Figure, path: KeyPath, day: date | None) -> Figure:
        return msgspec.structs.replace(
            figure,
            measure=self._resolve(figure.measure, (*path, "measure"), "measures"),
            region=self._resolve(figure.region, (*path, "region"), "regions", day) if figure.region else None,
            union=self._resolve(figure.union, (*path, "union"), "unions") if figure.union else None,
        )

    def _resolve_document(self, document: Document, path: KeyPath, language: str) -> Document:
        parties = [self._refer(party, (*path, "parties", index), _PARTY_SECTIONS) for index, party in enumerate(document.parties)]
        return msgspec.structs.replace(document, title=self._required_text(document.title, (*path, "title"), language), parties=parties)

    def _resolve_dispute(self, dispute: Dispute, path: KeyPath, language: str, day: date | None) -> Dispute:
        return msgspec.structs.replace(
            dispute,
            employer=self._required_text(dispute.employer, (*path, "employer"), language),
            issue=self._required_text(dispute.issue, (*path, "issue"), language),
            action=self._text(dispute.action, (*path, "action"), language),
            outcome=self._text(dispute.outcome, (*path, "outcome"), language),
            region=self._resolve(dispute.region, (*path, "region"), "regions", day) if dispute.region else None,
        )

    def _resolve_award(self, award: Award, path: KeyPath, language: str) -> Award:
        people = [self._resolve(person, (*path, "to", index), "people") for index, person in enumerate(award.to)]
        return msgspec.structs.replace(award, name=self._required_text(award.name, (*path, "name"), language), to=people)

    def _resolve_quote(self, quote: Quote, path: KeyPath, language: str) -> Quote:
        return Quote(self._resolve(quote.person, (*path, "person"), "people"), self._required_text(quote.text, (*path, "text"), language))

    def _resolve_picture(self, item: PictureItem, path: KeyPath) -> PictureItem:
        """Plain texts stand in the language of the file."""
        texts = {name: self._text(getattr(item, name), (*path, name), self._source.language) for name in ("alt", "caption", "credit")}
        return PictureItem(item.file, **texts)

    # ------------------------------------------------------------ texts and names

    def _text(self, value: LocalText | None, path: KeyPath, language: str) -> Text | None:
        texts = {language: value} if isinstance(value, str) else value or {}
        for code in texts:
            if code not in self._languages:
                self._complain_language((*path, code), code, is_key=True)
        return {code: joined for code in self._languages if (joined := _join_lines(texts.get(code, "")))} or None

    def _required_text(self, value: LocalText, path: KeyPath, language: str) -> Text:
        text = self._text(value, path, language)
        if text is None:
            self._complain(path, "missing-field", "there is no text here", "write it in at least one language")
        return text or {language: ""}

    def _resolve_list(self, spellings: list[str], section: str, day: date | None) -> tuple[str, ...]:
        ids = [self._resolve(spelling, (section, index), section, day) for index, spelling in enumerate(spellings)]
        return tuple(dict.fromkeys(ids))

    def _resolve(self, spelling: str, path: KeyPath, section: str, day: date | None = None) -> str:
        """The id that a spelling means in one section; a complaint and an empty id when it means none."""
        reference = self._refer(spelling, path, (section,))
        id = reference.partition("/")[2]
        if id and section == "regions" and day is not None:
            self._check_region_date(id, path, day)
        return id

    def _refer(self, spelling: str, path: KeyPath, sections: tuple[str, ...]) -> str:
        reference = resolve_mention(self._authority, spelling, sections)
        if "/" not in reference:
            self._complain_name(spelling, path, sections, reference)
            return ""
        self._mentions.append(Mention(sections, spelling, reference))
        return reference

    def _complain_name(self, spelling: str, path: KeyPath, sections: tuple[str, ...], outcome: str) -> None:
        if not self._authority.incomplete_sections.isdisjoint(sections):
            return  # the authority file has an error of its own, which is reported there
        if len(self._complaints) > MAXIMUM_PROBLEMS:
            return
        word = " or ".join(_SINGULAR[section] for section in sections[:3])
        if outcome:
            self._complain(path, f"ambiguous-{_SINGULAR[sections[0]]}", f'"{shorten(spelling)}" can mean {outcome}', "write the id of the one that is meant")
            return
        nearest = next((near for section in sections if (near := self._authority.nearest(spelling, section))), None)
        files = " or ".join(f"authority/{section}.yml" for section in sections[:3])
        hint = f'did you mean "{nearest}"?' if nearest else f"add it to {files}, or mend the spelling"
        self._complain(path, f"unknown-{_SINGULAR[sections[0]]}", f'"{shorten(spelling)}" is not a known {word} (not in {files})', hint)

    def _check_region_date(self, id: str, path: KeyPath, day: date) -> None:
        region = self._authority.get("regions", id)
        if region.is_valid(day):
            return
        assert isinstance(region, Region)
        is_early = region.since is not None and day < region.since
        heirs = (other.id for other in self._authority.entities("regions") if isinstance(other, Region) and id in other.predecessors)
        others = ", ".join(region.predecessors if is_early else heirs)
        period = f"it exists since {region.since}" if is_early else f"it existed until {region.until}"
        self._complain(path, "region-not-valid", f'"{id}" did not exist on {day} ({period})', f"use the region of that day: {others}" if others else "mend the date or the region")

    # ------------------------------------------------------------ complaints

    def _complain(self, path: KeyPath, code: str, message: str, hint: str = "", *, is_key: bool = False) -> None:
        self._complaints.append(Complaint(path, code, message, hint, is_key))

    def _complain_language(self, path: KeyPath, code: str, *, is_key: bool = False) -> None:
        self._complain(path, "unknown-language", f'"{shorten(code)}" is not a language of this site', f"the site's languages: {', '.join(self._languages)}", is_key=is_key)

    def _complain_in_body(self, offset: int, code: str, message: str, hint: str) -> None:
        body = self._parts.body
        self._complain_at(self._parts.body_line + body.count("\n", 0, offset), offset - body.rfind("\n", 0, offset), code, message, hint)

    def _complain_at(self, line: int, column: int, code: str, message: str, hint: str) -> None:
        self._problems.append(Problem(self._source.path, line, column, code, message, hint))

    def _locate_complaints(self) -> list[Problem]:
        """A problem of each complaint; of too many, the first ones and a word about the others."""
        shown = self._complaints[: MAXIMUM_PROBLEMS + 1]
        shown[MAXIMUM_PROBLEMS:] = [Complaint(complaint.path, *TOO_MANY, complaint.is_key) for complaint in shown[MAXIMUM_PROBLEMS:]]
        return [self._locate(complaint) for complaint in shown]

    def _locate(self, complaint: Complaint) -> Problem:
        line, column = find_position(self._parts.yaml_text, complaint.path, is_key=complaint.is_key) if complaint.path else (1, 1)
        return self._place(line, column, complaint.code, complaint.message, complaint.hint)

    def _place(self, line: int, column: int, code: str, message: str, hint: str) -> Problem:
        return Problem(self._source.path, self._parts.yaml_line + line - 1, column, code, message, hint)


_HINT_BY_REQUIRED_FACT = {
    "date": "add the day of the story, for example date: 2022-10-10",
    "kind": "add the kind of story, for example kind: forum-report",
}


def _join_lines(text: str) -> str:
    """The text on one line; spaces that do not break stay."""
    is_plain = text.isprintable() and "  " not in text
    return (text if is_plain else _WHITE_SPACE.sub(" ", text)).strip()


def resolve_mention(authority: Authority, spelling: str, sections: tuple[str, ...]) -> str:
    """"section/id" of the entity that a spelling means, the names of the candidates when it is ambiguous, or nothing."""
    candidates = []
    for section in sections:
        match authority.resolve(spelling, section):
            case None:
                continue
            case Ambiguity(candidates=found):
                candidates.extend(f"{section}/{entity.id}" for entity in found)
            case entity:
                return f"{section}/{entity.id}"
    return " or ".join(candidate.partition("/")[2] for candidate in candidates)


def is_still_right(article: Article | None, authority: Authority) -> bool:
    """True when every name in the article still means what it meant when it was checked."""
    if article is None:
        return True
    if any(resolve_mention(authority, mention.spelling, mention.sections) != mention.reference for mention in article.mentions):
        return False
    day = article.facts.date
    regions = (mention.reference.partition("/")[2] for mention in article.mentions if mention.sections == ("regions",))
    return day is None or all(authority.get("regions", id).is_valid(day) for id in regions)


def locate_finding(finding: Finding, content: bytes) -> Problem:
    """The problem of a finding between files, at its place in the file's bytes."""
    parts = split_article(decode_source(content))
    line, column = 1, 1
    if parts is not None and finding.key:
        line, column = find_position(parts.yaml_text, finding.key)
        line += parts.yaml_line - 1
    elif parts is not None and finding.destination is not None:
        line, column = locate_target(parts.body, finding.destination)
        line += parts.body_line - 1
    return Problem(finding.path, line, column, finding.code, finding.message, finding.hint)
