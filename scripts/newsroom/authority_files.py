"""The authority files of a folder -> an Authority and every problem in them.

One YAML file a section; its top level maps ids to entries, whose types are in authority_shapes. What a type cannot say is
checked here: names in every language, periods, references, shared spellings. Looking names up is authority's.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .authority import Authority, Entity, fold_spelling
from .authority_shapes import (
    SHAPES,
    YEARS,
    EntityShape,
    FormerShape,
    OrganizationShape,
    PersonShape,
    RegionShape,
    Shape,
    build_entity,
    find_day_after,
    find_first_day,
)
from .conversion import convert_value
from .faults import NOT_UTF8, locate_byte
from .frontmatter import Complaint, KeyPath, YamlError, find_position, load_yaml
from .model import SECTIONS
from .problems import Problem
from .sources import decode_source

MAXIMUM_FILE_BYTES = 8 * 1024 * 1024
MAXIMUM_ID_BYTES = 80

_FILE_NAMES = [f"{section}.yml" for section in SECTIONS]
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ISO = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DAY_HINT = "write year-month-day, for example 2022-10-10, or the year alone when only that is known"


@dataclass(slots=True)
class _SectionFile:
    """One authority file and what is wrong with it, by path of keys."""

    section: str
    path: str
    """Relative to the project folder."""
    text: str = ""
    ids: frozenset[str] = frozenset()
    """Every id of the file, those of entries that could not be read among them."""
    shapes: dict[str, EntityShape] = field(default_factory=dict)
    is_complete: bool = True
    complaints: list[Complaint] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: KeyPath, code: str, message: str, hint: str = "", *, is_key: bool = False) -> None:
        self.complaints.append(Complaint(path, code, message, hint, is_key))

    def refuse(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        """Records why the file as a whole is not used."""
        self.is_complete = False
        self.problems.append(Problem(self.path, line, column, code, message, hint))

    def list_problems(self) -> list[Problem]:
        return [*self.problems, *(self._locate(complaint) for complaint in self.complaints)]

    def _locate(self, complaint: Complaint) -> Problem:
        line, column = find_position(self.text, complaint.path, is_key=complaint.is_key)
        return Problem(self.path, line, column, complaint.code, complaint.message, complaint.hint)


def load_authority(folder: Path, *, root: Path, languages: tuple[str, ...]) -> tuple[Authority, list[Problem]]:
    """Everything the authority files say, and every problem in them; entries that cannot be read are left out."""
    files = {section: _read_section(folder / f"{section}.yml", section, root=root) for section in SECTIONS}
    for file in files.values():
        for id, shape in file.shapes.items():
            _check_entry(file, id, shape, languages=languages)
            _check_references(file, id, shape, files=files)
        _check_spellings(file)
    problems = [*_refuse_other_files(folder, root=root), *(problem for file in files.values() for problem in file.list_problems())]
    incomplete = [section for section, file in files.items() if not file.is_complete]
    return Authority(_build_entities(files.values()), incomplete_sections=incomplete), sorted(problems)


# ---------------------------------------------------------------- reading


def _read_section(path: Path, section: str, *, root: Path) -> _SectionFile:
    file = _SectionFile(section, path.relative_to(root).as_posix())
    entries = _read_entries(file, path)
    file.ids = frozenset(entries)
    for id, value in entries.items():
        shape = _read_entry(file, id, value)
        if shape is None:
            file.is_complete = False
        else:
            file.shapes[id] = shape
    return file


def _read_entries(file: _SectionFile, path: Path) -> dict[str, Any]:
    """The file's mapping from id to entry; empty when the file cannot be used."""
    if not _read_text(file, path):
        return {}
    try:
        entries = load_yaml(file.text)
    except YamlError as error:
        file.refuse(error.line, error.column, error.code, str(error), error.hint)
        return {}
    if entries is not None and not isinstance(entries, dict):
        hint = "write the id and a colon, and the fields below it, indented"
        file.refuse(1, 1, "wrong-type", "the file must be entries that each begin with an id", hint)
        return {}
    return entries or {}


def _read_text(file: _SectionFile, path: Path) -> bool:
    """Fills file.text; False when there is no usable file."""
    if path.is_symlink():
        file.refuse(1, 1, "symlink", "a symbolic link is not followed", "put the file itself here")
    elif not path.is_file():
        file.refuse(1, 1, "missing-file", "the file does not exist", "create it; a file with nothing but a comment is enough")
    elif path.stat().st_size > MAXIMUM_FILE_BYTES:
        file.refuse(1, 1, "file-too-large", f"the file has more than {MAXIMUM_FILE_BYTES:,} bytes", "keep only entries that articles use")
    else:
        return _decode_text(file, path.read_bytes())
    return False


def _refuse_other_files(folder: Path, *, root: Path) -> Iterator[Problem]:
    """A problem for every YAML file that nothing reads: most likely a misspelt name."""
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in _FILE_NAMES and not path.name.startswith("."):
            close = difflib.get_close_matches(path.name, _FILE_NAMES, n=1)
            hint = f"rename it to {close[0]}, or delete it" if close else f"authority files are {', '.join(_FILE_NAMES)}"
            yield Problem(path.relative_to(root).as_posix(), 1, 1, "unknown-file", "no authority file has this name", hint)


def _decode_text(file: _SectionFile, content: bytes) -> bool:
    try:
        file.text = decode_source(content)
    except UnicodeDecodeError as error:
        file.refuse(*locate_byte(error), *NOT_UTF8)
        return False
    return True


def _read_entry(file: _SectionFile, id: str, value: Any) -> EntityShape | None:
    """The entry without the fields that are wrong, so that one slip does not make its id unknown to every article."""
    shape_type = SHAPES[file.section]
    shape, complaints = convert_value(value, shape_type)
    file.complaints += (_mend_complaint(complaint._replace(path=(id, *complaint.path))) for complaint in complaints)
    if shape is None and isinstance(value, dict):
        wrong = {complaint.path[0] for complaint in complaints if complaint.path}
        shape, _ = convert_value({name: item for name, item in value.items() if name not in wrong}, shape_type)
    return shape


def _mend_complaint(complaint: Complaint) -> Complaint:
    """Says "a day or a year" of since and until, which frontmatter knows only as one of two types."""
    if complaint.code != "wrong-type" or complaint.path[-1] not in ("since", "until"):
        return complaint
    message = f'"{complaint.path[-1]}" must be a day or a year{complaint.message[complaint.message.rfind(", not ") :]}'
    if _DAY.search(message):
        return complaint._replace(code="impossible-date", message=message, hint=_DAY_HINT)
    return complaint._replace(message=message, hint=_DAY_HINT)


# ---------------------------------------------------------------- checking one entry


def _check_entry(file: _SectionFile, id: str, shape: EntityShape, *, languages: tuple[str, ...]) -> None:
    if not _ID.fullmatch(id) or len(id.encode()) > MAXIMUM_ID_BYTES:
        hint = f"use small Latin letters, digits and single hyphens, at most {MAXIMUM_ID_BYTES}"
        file.complain((id,), "bad-id", f'"{id}" is not an id', hint, is_key=True)
    if isinstance(shape, RegionShape) and not _ISO.fullmatch(shape.iso):
        file.complain((id, "iso"), "bad-iso-code", f'"{shape.iso}" is not a code of ISO 3166-2', "write it like KZ-61")
    for path, part in _walk_shapes(shape, (id,)):
        _check_texts(file, path, part, languages=languages)
        _check_period(file, path, part)
    for name in ("spellings", "shared_spellings", "official"):
        _check_list(file, (id, name), getattr(shape, name, ()), languages=languages if name == "official" else None)


def _walk_shapes(shape: Shape, path: KeyPath) -> Iterator[tuple[KeyPath, Shape]]:
    """The entry and every dated part of it, each with its path of keys."""
    yield path, shape
    for name in ("former", "centres", "roles"):
        for index, part in enumerate(getattr(shape, name, ())):
            yield (*path, name, index), part


def _check_texts(file: _SectionFile, path: KeyPath, part: Shape, *, languages: tuple[str, ...]) -> None:
    for name in part.__struct_fields__:
        texts = getattr(part, name)
        if not isinstance(texts, dict) or not texts and name not in part.required_texts:
            continue
        missing = [code for code in languages if not texts.get(code, "").strip()]
        if missing and name in part.required_texts:
            file.complain((*path, name), "missing-name", f'"{name}" has no text in: {", ".join(missing)}', f"add a line {missing[0]}: …")
        for code in texts.keys() - set(languages) if missing else ():
            _complain_language(file, (*path, name, code), code, languages=languages)


def _check_list(file: _SectionFile, path: KeyPath, items: tuple[str, ...], *, languages: tuple[str, ...] | None) -> None:
    for index, item in enumerate(items):
        if not fold_spelling(item):
            file.complain((*path, index), "empty-text", "there is no name here", "write it, or delete the line")
        elif languages is not None and item not in languages:
            _complain_language(file, (*path, index), item, languages=languages)


def _complain_language(file: _SectionFile, path: KeyPath, code: str, *, languages: tuple[str, ...]) -> None:
    hint = f"the site's languages: {', '.join(languages)}"
    file.complain(path, "unknown-language", f'"{code}" is not a language of this site', hint, is_key=path[-1] == code)


def _check_period(file: _SectionFile, path: KeyPath, part: Shape) -> None:
    wrong = [name for name in ("since", "until") if isinstance(year := getattr(part, name), int) and year not in YEARS]
    for name in wrong:
        file.complain((*path, name), "impossible-date", f"{getattr(part, name)} is not a year", _DAY_HINT)
    if wrong or part.since is None or part.until is None:
        return
    if find_first_day(part.since) >= find_day_after(part.until):
        file.complain((*path, "until"), "end-before-start", "it ends before it starts", "mend since or until")


# ---------------------------------------------------------------- checking entries against each other


def _check_references(file: _SectionFile, id: str, shape: EntityShape, *, files: dict[str, _SectionFile]) -> None:
    for path, reference, sections in _walk_references(shape):
        targets = [files[section] for section in sections]
        if not any(reference in target.ids or target.problems for target in targets):
            _complain_reference(file, (id, *path), reference, targets)


def _walk_references(shape: EntityShape) -> Iterator[tuple[KeyPath, str, tuple[str, ...]]]:
    """Path, id and allowed sections of every mention of another entry."""
    if isinstance(shape, RegionShape):
        for index, predecessor in enumerate(shape.predecessors):
            yield ("predecessors", index), predecessor, ("regions",)
    if isinstance(shape, OrganizationShape) and shape.centre_of is not None:
        yield ("centre_of",), shape.centre_of, ("regions",)
    if isinstance(shape, PersonShape):
        for index, role in enumerate(shape.roles):
            if role.organization is not None:
                yield ("roles", index, "organization"), role.organization, ("organizations", "unions")


def _complain_reference(file: _SectionFile, path: KeyPath, reference: str, targets: list[_SectionFile]) -> None:
    names = " or ".join(f"authority/{target.section}.yml" for target in targets)
    entities = Authority(_build_entities(targets))
    near = next((near for target in targets if (near := entities.nearest(reference, target.section))), None)
    hint = f'did you mean "{near}"?' if near else f"write an id of {names}"
    code = "unknown-region" if targets[0].section == "regions" else "unknown-organization"
    file.complain(path, code, f'"{reference}" is not in {names}', hint)


@dataclass(frozen=True, slots=True)
class _Claim:
    """One place where an entry claims a spelling."""

    id: str
    spelling: str
    path: KeyPath
    is_shared: bool
    is_id: bool = False


def _check_spellings(file: _SectionFile) -> None:
    """Complains, at every place, of a spelling that several entries claim and not all of them declare shared."""
    claims_by_folded: dict[str, list[_Claim]] = {}
    for claim in _list_claims(file):
        claims_by_folded.setdefault(fold_spelling(claim.spelling), []).append(claim)
    for folded, claims in claims_by_folded.items():
        if not folded or len({claim.id for claim in claims}) == 1:
            continue
        if any(claim.is_id for claim in claims) or not all(claim.is_shared for claim in claims):
            for claim in claims:
                _complain_claim(file, claim, [other for other in claims if other.id != claim.id])


def _complain_claim(file: _SectionFile, claim: _Claim, others: list[_Claim]) -> None:
    names = ", ".join(dict.fromkeys(f'"{other.id}"' for other in others))
    if claim.is_id or any(other.is_id for other in others):
        hint = "choose another spelling or another id: an id belongs to one entry"
    else:
        hint = "delete it from one of them, or list it under shared_spellings of both"
    file.complain(claim.path, "duplicate-spelling", f'"{claim.spelling}" is claimed by {names} too', hint, is_key=claim.is_id)


def _list_claims(file: _SectionFile) -> Iterator[_Claim]:
    for id, shape in file.shapes.items():
        shared = {fold_spelling(spelling) for spelling in shape.shared_spellings}
        yield _Claim(id, id, (id,), is_shared=False, is_id=True)
        seen = {fold_spelling(id)}
        for path, spelling in _walk_spellings(shape):
            if (folded := fold_spelling(spelling)) not in seen:
                seen.add(folded)
                yield _Claim(id, spelling, (id, *path), is_shared=folded in shared)


def _walk_spellings(shape: EntityShape) -> Iterator[tuple[KeyPath, str]]:
    for path, part in _walk_shapes(shape, ()):
        if isinstance(part, (EntityShape, FormerShape)):
            for name in ("names", "short", "plural"):
                yield from (((*path, name, code), text) for code, text in getattr(part, name, {}).items())
    if isinstance(shape, RegionShape):
        yield ("iso",), shape.iso
    for name in ("spellings", "shared_spellings"):
        yield from (((name, index), spelling) for index, spelling in enumerate(getattr(shape, name)))


def _build_entities(files: Iterable[_SectionFile]) -> Iterator[Entity]:
    return (build_entity(file.section, id, shape) for file in files for id, shape in file.shapes.items())
