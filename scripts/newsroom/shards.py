"""The files of the search index that hold postings: which articles have a key, cut into files of keys that begin alike.

docs/handbook/search-index.md has the format. Which keys share a file depends on nothing but the keys and the sizes of their postings,
so an index that was brought up to date equals one that was made anew. Pure.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MAGIC = b"NRW1"
_KEY_BYTES = 6
"""What a key takes in a shard besides its postings, about."""
_ARTICLES_PER_LIMIT = 10_000
_SMALLEST_LIMIT = 16 * 1024
_PACKED_AT_ONCE = 250_000
"""Values, of some 80 bytes each while they are packed."""


class ShardError(Exception):
    """A file is not a shard, or is damaged."""


class Postings(NamedTuple):
    """The articles that have a key."""

    articles: int
    content: bytes
    """For each article, by ascending id, one varint: (id - previous id) * 16 + impact."""


# ---------------------------------------------------------------- numbers and postings


def write_varint(number: int) -> bytes:
    """LEB128."""
    if number < 1 << 14:
        return _SHORT_VARINTS[number]
    written = bytearray()
    while number > 127:
        written.append(number & 127 | 128)
        number >>= 7
    written.append(number)
    return bytes(written)


_SHORT_VARINTS = [*(bytes((number,)) for number in range(128)), *(bytes((number & 127 | 128, number >> 7)) for number in range(128, 1 << 14))]


def pack_postings(values: list[int]) -> Postings:
    """Of values id * 16 + impact, ascending."""
    previous = 0
    content = []
    for value in values:
        delta = value - previous
        content.append(_SHORT_VARINTS[delta] if delta < 1 << 14 else write_varint(delta))
        previous = value & -16
    return Postings(len(values), b"".join(content))


def pack_all_postings(numbers: NDArray[np.int64], values: NDArray[np.int64]) -> dict[int, Postings]:
    """The same of all keys at once, by the numbers of the keys. numbers: of each value's key, ascending."""
    if not len(values):
        return {}
    middle = int(np.searchsorted(numbers, numbers[len(numbers) // 2]))
    if middle and len(values) > _PACKED_AT_ONCE:
        return pack_all_postings(numbers[:middle], values[:middle]) | pack_all_postings(numbers[middle:], values[middle:])
    is_first = np.concatenate(([True], numbers[1:] != numbers[:-1]))
    previous = np.where(is_first, 0, np.concatenate(([0], values[:-1] & -16)))
    deltas = values - previous
    sizes = np.ones(len(deltas), np.int64)
    while np.any(is_longer := deltas >> 7 * sizes > 0):
        sizes += is_longer
    ends = np.cumsum(sizes)
    written = np.empty(ends[-1], np.uint8)
    for place in range(sizes.max()):
        is_there = sizes > place
        rest = deltas[is_there] >> 7 * place
        written[(ends - sizes)[is_there] + place] = rest & 127 | np.where(sizes[is_there] > place + 1, 128, 0)
    content = written.tobytes()
    firsts = np.flatnonzero(is_first)
    counts = np.diff(firsts, append=len(values)).tolist()
    borders = [*(ends - sizes)[firsts].tolist(), len(content)]
    rows = zip(numbers[firsts].tolist(), counts, borders, borders[1:], strict=False)
    return {number: Postings(count, content[start:end]) for number, count, start, end in rows}


def unpack_postings(postings: Postings) -> list[int]:
    """The values id * 16 + impact; raises ShardError."""
    values = []
    number = shift = previous = 0
    for byte in postings.content:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            value = previous + number
            values.append(value)
            previous = value & -16
            number = shift = 0
    if shift or len(values) != postings.articles:
        raise ShardError("postings are cut off")
    return values


# ---------------------------------------------------------------- one file


def pack_shard(entries: Mapping[str, Postings]) -> bytes:
    """The file of these keys."""
    head = [write_varint(len(entries))]
    contents = []
    previous = b""
    for key in sorted(entries):
        postings = entries[key]
        written = key.encode("ascii")
        shared = _count_shared(previous, written)
        head += (write_varint(shared), write_varint(len(written) - shared), written[shared:], write_varint(postings.articles), write_varint(len(postings.content)))
        contents.append(postings.content)
        previous = written
    body = b"".join((*head, *contents))
    return MAGIC + zlib.crc32(body).to_bytes(4, "little") + body


def unpack_shard(content: bytes) -> dict[str, Postings]:
    """The keys of a file; raises ShardError."""
    body = content[8:]
    if content[:4] != MAGIC or content[4:8] != zlib.crc32(body).to_bytes(4, "little"):
        raise ShardError("not a shard, or damaged")
    try:
        return _read_body(body)
    except (IndexError, UnicodeDecodeError) as error:
        raise ShardError("a shard of another format") from error


def _read_body(body: bytes) -> dict[str, Postings]:
    place = 0

    def read() -> int:
        nonlocal place
        number = shift = 0
        while True:
            byte = body[place]
            place += 1
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7

    rows = []
    key = b""
    for _ in range(read()):
        shared, rest = read(), read()
        key = key[:shared] + body[place : place + rest]
        place += rest
        rows.append((key.decode("ascii"), read(), read()))
    entries = {}
    for name, articles, size in rows:
        entries[name] = Postings(articles, body[place : place + size])
        place += size
    return entries


def _count_shared(first: bytes, second: bytes) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


# ---------------------------------------------------------------- which keys share a file

END = "$"
"""Stands after the last letter of a key: what begins with "ka$" is the key "ka" alone. Sorts before letters and digits."""


class Size(NamedTuple):
    """How much there is in a group of keys."""

    size_bytes: int
    keys: int


@dataclass(slots=True)
class Group:
    """The keys that begin with a prefix."""

    prefix: str
    size: Size
    shard: str = ""
    """The shard of the last index that they stand in."""
    entries: dict[str, Postings] | None = None
    """None until they are needed, for keys of the last index that did not change."""


Shard = list[Group]
"""A file: neighbouring groups. Its name is the prefix of the first one."""


def measure(entries: Mapping[str, Postings]) -> Size:
    return Size(sum(_KEY_BYTES + len(postings.content) for postings in entries.values()), len(entries))


def choose_limit(articles: int) -> int:
    """How large a shard may be, in bytes, so that a language has some hundreds of them."""
    limit = _SMALLEST_LIMIT
    while articles > _ARTICLES_PER_LIMIT * limit // _SMALLEST_LIMIT:
        limit *= 2
    return limit


def cut_shards(groups: Iterable[Group], limit: int, read: Callable[[Group], dict[str, Postings]]) -> list[Shard]:
    """The same keys in the shards where they belong, ascending. `read` gives the entries of a group that has none.

    A group that is too large is cut by the next letter; neighbours of one parent share a file as long as they fit in. So a change is
    felt by its neighbours only. A key that is too large alone has a file of its own.
    """
    return _cut("", [group for group in groups if group.size.keys], limit, read)


def _cut(prefix: str, groups: list[Group], limit: int, read: Callable[[Group], dict[str, Postings]]) -> list[Shard]:
    size_bytes, keys = sum(group.size.size_bytes for group in groups), sum(group.size.keys for group in groups)
    if prefix and (size_bytes <= limit or keys == 1):
        return [[_merge(prefix, groups, read)]]
    shards: list[Shard] = []
    room = 0
    for child, members in sorted(_divide(prefix, groups, read).items()):
        parts = _cut(child, members, limit, read)
        if parts != [[parts[0][0]]] or parts[0][0].prefix != child:
            shards += parts
            room = 0
            continue
        (group,) = parts[0]
        if group.size.size_bytes > room:
            shards.append([])
            room = limit
        shards[-1].append(group)
        room -= group.size.size_bytes
    return shards


def _divide(prefix: str, groups: list[Group], read: Callable[[Group], dict[str, Postings]]) -> dict[str, list[Group]]:
    """The groups by their prefix of one letter more."""
    children: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        if len(group.prefix) > len(prefix):
            children[group.prefix[: len(prefix) + 1]].append(group)
            continue
        parts: dict[str, dict[str, Postings]] = defaultdict(dict)
        for key, postings in _entries(group, read).items():
            parts[f"{key}{END}"[: len(prefix) + 1]][key] = postings
        for child, entries in parts.items():
            children[child].append(Group(child, measure(entries), entries=entries))
    return children


def _merge(prefix: str, groups: list[Group], read: Callable[[Group], dict[str, Postings]]) -> Group:
    if len(groups) == 1 and groups[0].prefix == prefix:
        return groups[0]
    entries = {key: postings for group in groups for key, postings in _entries(group, read).items()}
    return Group(prefix, measure(entries), entries=entries)


def _entries(group: Group, read: Callable[[Group], dict[str, Postings]]) -> dict[str, Postings]:
    if group.entries is None:
        group.entries = read(group)
    return group.entries
