"""The search index of one language: the terms of its articles -> its files (docs/handbook/search-index.md).

An index is brought up to date by the articles that changed, or made anew; either way gives the same bytes. Feeds publish; reads the
shards of the last build from the site folder. Cards, facets and entities are outputs of their own (plan, outputs): they need no terms.
"""

from __future__ import annotations

import bisect
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec
import numpy as np

from .shards import END, Group, Postings, Shard, ShardError, Size, choose_limit, cut_shards, measure, pack_all_postings, pack_postings, pack_shard, unpack_postings, unpack_shard
from .term_tables import TermTable
from .terms import Terms
from .urls import search_folder

FORMAT = 1
_PATCHED_SHARE = 20
"""Changes of more than one article in twenty make the index anew: patching would take longer."""


class ShardState(msgspec.Struct, array_like=True, frozen=True):
    """What a build must know of a shard without reading it."""

    checksum: int
    groups: tuple[tuple[str, int, int], ...]
    """(prefix, bytes, keys) of each group."""

    @property
    def name(self) -> str:
        return self.groups[0][0]


class IndexState(msgspec.Struct, array_like=True, frozen=True):
    """An index as the last build left it."""

    factor: int
    limit: int
    ids: dict[str, int]
    """Page of an article -> its id."""
    shards: tuple[ShardState, ...]
    words: bytes
    """Content of words.txt."""


class Change(msgspec.Struct, frozen=True):
    """An article that came, went or has other terms; of one that came the old terms are empty, of one that went the new ones."""

    old_id: int
    old: Terms
    new_id: int
    new: Terms


def shard_path(language: str, name: str) -> str:
    return f"{search_folder(language)}w/{name.replace(END, '-')}.bin"


# ---------------------------------------------------------------- anew


def make_index(table: TermTable, factor: int, ids: dict[str, int]) -> tuple[IndexState, dict[str, bytes]]:
    """The state of an index and its shards by name. table: of the articles by ascending id."""
    places = np.array(sorted(ids.values()), np.int64)
    values = places[table.articles] * 16 + table.impacts
    entries = {table.keys[number]: postings for number, postings in pack_all_postings(table.numbers, values).items()}
    limit = choose_limit(len(ids))
    shards = cut_shards([Group("", measure(entries), entries=entries)], limit, _refuse_reading)
    contents = {shard[0].prefix: _pack(shard, _refuse_reading) for shard in shards}
    words = pack_words(filter(str.isalpha, entries))
    return IndexState(factor, limit, ids, tuple(_describe(shard, contents[shard[0].prefix]) for shard in shards), words), contents


# ---------------------------------------------------------------- up to date


def can_patch(state: IndexState, factor: int, ids: Mapping[str, int], changes: int) -> bool:
    """True when an index of these ids can be made of the last one."""
    return state.factor == factor and state.limit == choose_limit(len(ids)) and changes * _PATCHED_SHARE <= max(len(ids), 20 * _PATCHED_SHARE)


def patch_index(state: IndexState, ids: dict[str, int], changes: Iterable[Change], read_shard: Callable[[str], bytes]) -> tuple[IndexState, dict[str, bytes]]:
    """The new state, and the shards that changed by name. read_shard: name of a shard -> its content. Raises ShardError."""
    files: dict[str, dict[str, Postings]] = {}

    def read_file(name: str) -> dict[str, Postings]:
        if name not in files:
            files[name] = unpack_shard(read_shard(name))
        return files[name]

    def read(group: Group) -> dict[str, Postings]:
        return {key: postings for key, postings in read_file(group.shard).items() if f"{key}{END}".startswith(group.prefix)}

    old_shards = {shard.name: shard for shard in state.shards}
    groups = {prefix: Group(prefix, Size(size, keys), shard.name) for shard in state.shards for prefix, size, keys in shard.groups}
    names = list(old_shards)
    words = set(unpack_words(state.words))
    edits = _collect_edits(changes)
    for key, edit in edits.items():
        name = _find_shard(key, names)
        prefix = next((prefix for prefix, *_ in old_shards[name].groups if f"{key}{END}".startswith(prefix)), f"{key}{END}") if name else f"{key}{END}"
        group = groups.get(prefix)
        if group is None:
            group = groups[prefix] = Group(prefix, Size(0, 0), entries={})
        if group.entries is None:
            group.entries = read(group)
        postings = _edit_postings(group.entries.pop(key, Postings(0, b"")), *edit)
        if postings.articles:
            group.entries[key] = postings
        group.shard, group.size = "", measure(group.entries)
        if key.isalpha():
            (words.add if postings.articles else words.discard)(key)
    shards = cut_shards(groups.values(), state.limit, read)
    contents, states = {}, []
    for shard in shards:
        name = shard[0].prefix
        old = old_shards.get(name)
        if old is not None and all(group.shard == name for group in shard) and [group.prefix for group in shard] == [prefix for prefix, *_ in old.groups]:
            states.append(old)
            continue
        contents[name] = _pack(shard, read)
        states.append(_describe(shard, contents[name]))
    return IndexState(state.factor, state.limit, ids, tuple(states), pack_words(words)), contents


def _collect_edits(changes: Iterable[Change]) -> dict[str, tuple[set[int], list[int]]]:
    """Key -> (ids that no longer have it, values id * 16 + impact that it gets)."""
    edits: dict[str, tuple[set[int], list[int]]] = defaultdict(lambda: (set(), []))
    for change in changes:
        old = {key: change.old_id * 16 + impact for key, impact in zip(*change.old, strict=True)}
        new = {key: change.new_id * 16 + impact for key, impact in zip(*change.new, strict=True)}
        for key, value in old.items():
            if new.get(key) != value:
                edits[key][0].add(value >> 4)
        for key, value in new.items():
            if old.get(key) != value:
                edits[key][1].append(value)
    return edits


def _edit_postings(postings: Postings, removed: set[int], added: list[int]) -> Postings:
    kept = [value for value in unpack_postings(postings) if value >> 4 not in removed]
    return pack_postings(sorted([*kept, *added]))


def _find_shard(key: str, names: list[str]) -> str:
    """The last shard that begins before the key; empty when none does. A new key may stand in none of its groups."""
    place = bisect.bisect_right(names, f"{key}{END}")
    return names[place - 1] if place else ""


# ---------------------------------------------------------------- files


def _pack(shard: Shard, read: Callable[[Group], dict[str, Postings]]) -> bytes:
    entries: dict[str, Postings] = {}
    for group in shard:
        entries |= read(group) if group.entries is None else group.entries
    return pack_shard(entries)


def _describe(shard: Shard, content: bytes) -> ShardState:
    return ShardState(int.from_bytes(content[4:8], "little"), tuple((group.prefix, *group.size) for group in shard))


def _refuse_reading(group: Group) -> dict[str, Postings]:
    raise ShardError(f"{group.prefix} has no entries")


def pack_words(keys: Iterable[str]) -> bytes:
    """words.txt."""
    lines = []
    previous = ""
    for key in sorted(keys):
        shared = 0
        for one, other in zip(previous[:25], key, strict=False):
            if one != other:
                break
            shared += 1
        lines.append(f"{chr(ord('a') + shared)}{key[shared:]}\n")
        previous = key
    return "".join(lines).encode("ascii")


def unpack_words(content: bytes) -> Iterator[str]:
    key = ""
    for line in content.decode("ascii").splitlines():
        key = key[: ord(line[0]) - ord("a")] + line[1:]
        yield key


def write_header(language: str, state: IndexState, *, articles: int, cards: list[int], common: Collection[str], sums: Mapping[str, str]) -> bytes:
    """index.json. cards: first id of each bucket; common: function words of all languages; sums: of the other files, as in the format."""
    header = {
        "format": FORMAT, "language": language, "articles": articles, "factor": state.factor, "words": [shard.name for shard in state.shards],
        "cards": cards, "common": sorted(common), "sums": {**sums, "w": "".join(write_sum(shard.checksum) for shard in state.shards), "words": write_sum(zlib.crc32(state.words))},
    }  # fmt: skip
    return msgspec.json.encode(header)


def write_sum(checksum: int) -> str:
    return f"{checksum & 0xFFFFFF:06x}"
