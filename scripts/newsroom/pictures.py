"""The pictures of a build: what becomes of each, and their files, both made in the workers and remembered.

A picture is opened only when its stamp is new, and drawn only when nobody has drawn the same bytes before. One that is broken
does not keep the others from being told.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import NamedTuple

from .drawings import Drawing, DrawingCache
from .fingerprints import Output
from .images import MAX_BYTES, ImageError, estimate_memory
from .model import Picture
from .project import Project
from .publish import Put, Stager
from .sources import SourceChanged, Stamp, digest_bytes, distrust_racy, read_source
from .store import PictureRecord
from .variants import draw_picture, inspect_picture
from .workspace import Workspace

_POOL_FROM = 3
"""Pictures; each takes a second or more to draw."""


class Fault(NamedTuple):
    """Why a picture cannot be shown, and what to do."""

    message: str
    hint: str


def take_in_pictures(workspace: Workspace, stamps: Mapping[str, tuple[int, ...]]) -> tuple[dict[str, Picture], dict[str, Fault]]:
    """What becomes of the pictures at these paths, and what is wrong with those that cannot be shown."""
    store, cache = workspace.store, DrawingCache(workspace.project.pictures_dir)
    started_ns = time.time_ns()
    pictures = {path: record.picture for path, record in store.pictures.items() if record.stamp == stamps.get(path)}
    faults: dict[str, Fault] = {}
    unknown: list[str] = []
    fresh: dict[str, Picture] = {}
    for path in sorted(stamps.keys() - pictures.keys()):
        if stamps[path][2] > MAX_BYTES:
            unknown.append(path)
            continue
        digest = digest_bytes(read_source(workspace.project.root, path))
        known = store.pictures.get(path)
        drawing = None if known and known.picture.digest == digest else cache.read(digest)
        if known and known.picture.digest == digest:
            fresh[path] = known.picture
        elif drawing:
            fresh[path] = drawing.picture
        else:
            unknown.append(path)
    jobs = (_read_picture(workspace.project, path, stamps[path]) for path in unknown)
    found = workspace.tasks.run(inspect_batch, None, jobs, count=len(unknown), batch_size=1, pool_from=_POOL_FROM, weigh=estimate_memory)
    for number, (path, (result,)) in enumerate(zip(unknown, found, strict=True), 1):
        workspace.progress("looking at pictures", number, len(unknown))
        if isinstance(result, Picture):
            fresh[path] = result
        else:
            faults[path] = result
    if fresh or store.pictures.keys() - stamps.keys():
        records = [(path, PictureRecord(distrust_racy(Stamp(*stamps[path]), started_ns), picture)) for path, picture in fresh.items()]
        store.save_pictures(records, store.pictures.keys() - stamps.keys())
    return pictures | fresh, faults


def inspect_batch(_: None, batch: Sequence[bytes]) -> list[Picture | Fault]:
    """What becomes of each picture; the unit of work of an executor."""
    results: list[Picture | Fault] = []
    for content in batch:
        try:
            results.append(inspect_picture(content))
        except ImageError as error:
            results.append(Fault(error.message, error.hint))
    return results


def put_pictures(workspace: Workspace, pictures: Mapping[str, Picture], outputs: Sequence[Output], stager: Stager) -> Generator[tuple[Output, Put], None, None]:
    """Draws the pictures of these outputs (all of the kind `picture`), or takes them as they were drawn before, and stages them."""
    cache = DrawingCache(workspace.project.pictures_dir)
    by_content: dict[bytes, list[Output]] = defaultdict(list)
    for output in outputs:
        by_content[pictures[output.recipe.id].digest].append(output)
    unknown: list[list[Output]] = []
    for digest, group in by_content.items():
        drawing = cache.read(digest)
        if drawing is None:
            unknown.append(group)
        else:
            yield from _put_drawing(drawing, group, stager)
    jobs = (_read_same(workspace.project, group[0].recipe.id, pictures[group[0].recipe.id]) for group in unknown)
    drawn = workspace.tasks.run(draw_batch, None, jobs, count=len(unknown), batch_size=1, pool_from=_POOL_FROM, weigh=estimate_memory)
    for number, (group, (result,)) in enumerate(zip(unknown, drawn, strict=True), 1):
        workspace.progress("drawing pictures", number, len(unknown))
        if isinstance(result, Fault):
            raise SourceChanged(f"{group[0].recipe.id}: {result.message}; {result.hint}")
        cache.write(result)
        yield from _put_drawing(result, group, stager)


def draw_batch(_: None, batch: Sequence[bytes]) -> list[Drawing | Fault]:
    """The files of each picture; the unit of work of an executor."""
    results: list[Drawing | Fault] = []
    for content in batch:
        try:
            results.append(Drawing(*draw_picture(content)))
        except ImageError as error:
            results.append(Fault(error.message, error.hint))
    return results


def _put_drawing(drawing: Drawing, outputs: Sequence[Output], stager: Stager) -> Iterator[tuple[Output, Put]]:
    files = dict(zip(drawing.picture.file_names, drawing.files, strict=True))
    return ((output, stager.put(output.path, files[output.recipe.section])) for output in outputs)


def _read_picture(project: Project, path: str, stamp: tuple[int, ...]) -> bytes:
    """The bytes of a picture; of one that is too large only so many that this shows."""
    if stamp[2] <= MAX_BYTES:
        return read_source(project.root, path)
    with (project.root / path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _read_same(project: Project, path: str, picture: Picture) -> bytes:
    content = read_source(project.root, path)
    if digest_bytes(content) != picture.digest:
        raise SourceChanged(f"{path} changed while the site was being built; build again")
    return content
