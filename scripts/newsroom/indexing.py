"""Brings the search indexes of a site up to date with what a build has made: terms of changed articles -> shards and headers, staged.

The store keeps the terms of every article and what each index was like; the shards themselves are read from the site folder. What does
not fit together is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from .execute import Tasks
from .plan import Planner
from .publish import Publisher, Put, Stager
from .search import Change, IndexState, can_patch, make_index, patch_index, shard_path, write_header, write_sum
from .shards import ShardError
from .store import Store
from .terms import Terms
from .urls import Recipe, article_url, search_folder

_decode_state = msgspec.msgpack.Decoder(IndexState).decode


class _Anew(NamedTuple):
    """What an index is made of."""

    factor: int
    ids: dict[str, int]
    terms: dict[str, bytes]


class Indexed(NamedTuple):
    """An index after a build."""

    language: str
    paths: list[str]
    """Of all its files that a plan does not name."""
    puts: list[Put]
    state: bytes


def is_index_path(path: str) -> bool:
    """True for the files that are made here."""
    folder, _, rest = path.partition("/")
    return folder == "search" and (rest.endswith(".bin") and "/w/" in rest or rest.endswith(("/index.json", "/words.txt")))


def list_articles(planner: Planner, language: str) -> Iterator[tuple[str, Recipe]]:
    """Path and recipe of every article of a language."""
    for story in planner.site.stories.values():
        if language in story.versions:
            yield f"{article_url(language, story)}index.html", Recipe("article", language, id=story.slug)


def write_index_header(planner: Planner, language: str, state: IndexState, read_sum: Callable[[str], int]) -> bytes:
    """index.json of an index. read_sum: path of a file -> its checksum."""
    folder, ids, buckets = search_folder(language), planner.search_ids, planner.search_buckets(language)
    sums = {
        "entities": write_sum(read_sum(f"{folder}entities.json")), "facets": write_sum(read_sum(f"{folder}facets.bin")),
        "c": "".join(write_sum(read_sum(f"{folder}c/{number}.json")) for number in range(len(buckets))),
    }  # fmt: skip
    return write_header(language, state, articles=len(state.ids), cards=[min(ids[slug] for slug in bucket) for bucket in buckets], sums=sums)


class Indexer:
    """Makes the indexes of one build."""

    def __init__(self, store: Store, planner: Planner, publisher: Publisher, find_terms: Callable[[Recipe], bytes]) -> None:
        """find_terms: recipe of an article -> its packed terms, worked out."""
        self._store = store
        self._planner = planner
        self._publisher = publisher
        self._find_terms = find_terms

    def is_in_place(self, language: str) -> bool:
        """True when the site has the index of the last build."""
        return self._read_state(language) is not None

    def list_paths(self, language: str) -> list[str]:
        """The files of an index that is in place."""
        state = self._read_state(language)
        return _list_paths(language, state) if state else []

    def update(self, languages: Collection[str], changed: Mapping[str, bytes], read_sum: Callable[[str], int], stager: Stager, tasks: Tasks) -> Iterator[Indexed]:
        """The indexes of these languages, staged. changed: pages of articles -> their new packed terms; read_sum: path of a file -> its
        checksum. Indexes that are made anew are made by the workers, one each."""
        factor, ids_by_slug = self._planner.search_numbering
        patched: dict[str, tuple[IndexState, dict[str, bytes]]] = {}
        anew: dict[str, _Anew] = {}
        for language in languages:
            recipes = dict(list_articles(self._planner, language))
            ids = {path: ids_by_slug[recipe.id] for path, recipe in recipes.items()}
            last = self._read_state(language)
            made = self._patch(language, last, factor, ids, changed) if last is not None else None
            if made is not None:
                patched[language] = made
            else:
                known = self._store.read_terms(recipes.keys() - changed.keys()) | {path: changed[path] for path in recipes.keys() & changed.keys()}
                anew[language] = _Anew(factor, ids, {path: known.get(path) or self._find_terms(recipe) for path, recipe in recipes.items()})
        for language, (state, contents) in patched.items():
            yield self._finish(language, state, _stage_shards(language, contents, stager), read_sum, stager)
        for language, (state, puts) in _make_anew(anew, stager, tasks):
            yield self._finish(language, state, puts, read_sum, stager)

    def _finish(self, language: str, state: IndexState, puts: list[Put], read_sum: Callable[[str], int], stager: Stager) -> Indexed:
        """Stages the files that come last; the header is the very last."""
        folder = search_folder(language)
        puts.append(stager.put(f"{folder}words.txt", state.words))
        puts.append(stager.put(f"{folder}index.json", write_index_header(self._planner, language, state, read_sum)))
        return Indexed(language, _list_paths(language, state), puts, msgspec.msgpack.encode(state))

    def _read_state(self, language: str) -> IndexState | None:
        """The index of the last build, if the site still has it."""
        try:
            state = _decode_state(self._store.read_index(language))
        except msgspec.DecodeError:
            return None
        records = ((path, self._store.outputs.get(path)) for path in _list_paths(language, state))
        is_whole = all(record is not None and self._publisher.read_stamp(path) == record.stamp for path, record in records)
        return state if is_whole else None

    def _patch(self, language: str, last: IndexState, factor: int, ids: dict[str, int], changed: Mapping[str, bytes]) -> tuple[IndexState, dict[str, bytes]] | None:
        """None when the index is better made anew, or the store lacks something."""
        touched = {path for path, id in ids.items() if path in changed or last.ids.get(path) != id} | (last.ids.keys() - ids.keys())
        if not can_patch(last, factor, ids, len(touched)):
            return None
        known = self._store.read_terms(touched)
        changes = []
        for path in sorted(touched):
            old, new = known.get(path) if path in last.ids else b"", (changed.get(path) or known.get(path)) if path in ids else b""
            if old is None or new is None:
                return None
            changes.append(Change(last.ids.get(path, 0), Terms.unpack(old), ids.get(path, 0), Terms.unpack(new)))
        try:
            return patch_index(last, ids, changes, lambda name: self._publisher.read_content(shard_path(language, name)))
        except ShardError:
            return None


def _list_paths(language: str, state: IndexState) -> list[str]:
    folder = search_folder(language)
    return [*(shard_path(language, shard.name) for shard in state.shards), f"{folder}words.txt", f"{folder}index.json"]


def _make_anew(indexes: dict[str, _Anew], stager: Stager, tasks: Tasks) -> Iterator[tuple[str, tuple[IndexState, list[Put]]]]:
    """The state and the staged shards of each index."""
    count = sum(len(index.ids) for index in indexes.values())
    if tasks.executor is None and len(indexes) > 1:
        for results in tasks.run(_make_batch, (indexes, stager), indexes, count=count, batch_size=1):
            yield from results
    else:
        yield from _make_batch((indexes, stager), list(indexes))


def _make_batch(state: tuple[dict[str, _Anew], Stager], languages: Iterable[str]) -> list[tuple[str, tuple[IndexState, list[Put]]]]:
    indexes, stager = state
    results = []
    for language in languages:
        factor, ids, terms = indexes[language]
        made, contents = make_index(((id, terms[path]) for path, id in ids.items()), factor, ids)
        results.append((language, (made, _stage_shards(language, contents, stager))))
    return results


def _stage_shards(language: str, contents: Mapping[str, bytes], stager: Stager) -> list[Put]:
    return [stager.put(shard_path(language, name), content) for name, content in contents.items()]
