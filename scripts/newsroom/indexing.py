"""Brings the search indexes of a site up to date with what a build has made: terms of changed articles -> shards and headers, staged.

The store keeps the terms of every article and what each index was like; the shards themselves are read from the site folder. What does
not fit together is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from .plan import Planner
from .publish import Publisher, Put, Stager
from .search import Change, IndexState, can_patch, make_index, patch_index, shard_path, write_header, write_sum
from .shards import ShardError
from .store import Store
from .terms import Terms
from .urls import Recipe, article_url, search_folder

_decode_state = msgspec.msgpack.Decoder(IndexState).decode


class Indexed(NamedTuple):
    """An index after a build."""

    paths: list[str]
    """Of all its files that a plan does not name."""
    puts: list[Put]
    state: bytes


def is_index_path(path: str) -> bool:
    """True for the files that are made here."""
    folder, _, rest = path.partition("/")
    return folder == "search" and (rest.endswith(".bin") and "/w/" in rest or rest.endswith(("/index.json", "/words.txt")))


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

    def update(self, language: str, changed: Mapping[str, bytes], read_sum: Callable[[str], int], stager: Stager) -> Indexed:
        """The index of a language, staged. changed: pages of articles -> their new packed terms; read_sum: path of a file -> its checksum."""
        factor, ids_by_slug = self._planner.search_numbering
        recipes = {path: recipe for path, recipe in self._list_articles(language)}
        ids = {path: ids_by_slug[recipe.id] for path, recipe in recipes.items()}
        last = self._read_state(language)
        made = self._patch(language, last, factor, ids, changed) if last is not None else None
        if made is None:
            terms = self._store.read_terms() | changed
            made = make_index(((id, terms.get(path) or self._find_terms(recipes[path])) for path, id in ids.items()), factor, ids)
        state, contents = made
        folder = search_folder(language)
        puts = [stager.put(shard_path(language, name), content) for name, content in contents.items()]
        puts.append(stager.put(f"{folder}words.txt", state.words))
        puts.append(stager.put(f"{folder}index.json", self._write_header(language, state, read_sum)))
        return Indexed(_list_paths(language, state), puts, msgspec.msgpack.encode(state))

    def _write_header(self, language: str, state: IndexState, read_sum: Callable[[str], int]) -> bytes:
        folder, ids, buckets = search_folder(language), self._planner.search_ids, self._planner.search_buckets(language)
        sums = {
            "entities": write_sum(read_sum(f"{folder}entities.json")), "facets": write_sum(read_sum(f"{folder}facets.bin")),
            "c": "".join(write_sum(read_sum(f"{folder}c/{number}.json")) for number in range(len(buckets))),
        }  # fmt: skip
        return write_header(language, state, articles=len(state.ids), cards=[min(ids[slug] for slug in bucket) for bucket in buckets], sums=sums)

    def _list_articles(self, language: str) -> Iterator[tuple[str, Recipe]]:
        for story in self._planner.site.stories.values():
            if language in story.versions:
                yield f"{article_url(language, story)}index.html", Recipe("article", language, id=story.slug)

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
