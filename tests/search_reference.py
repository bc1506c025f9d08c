"""Writes the search index of a built site by the book, docs/handbook/search-index.md, to check the build and to test the browser.

It reads the published pages, not the sources, and shares nothing with the build but the keys of words. Slow and simple.
"""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from html_pages import Page, read_text
from newsroom.authority import Authority, Entity
from newsroom.keys import make_key, split_words

FACTOR = 64
SECTIONS = ("kinds", "regions", "unions", "people")


@dataclass(frozen=True)
class Article:
    """What a published page says."""

    language: str
    url: str
    slug: str
    day: date
    title: str
    texts: tuple[tuple[int, str], ...]
    """(weight, text)."""
    entities: dict[str, list[str]]
    """Section -> ids."""


def write_indexes(site: Path, authority: Authority, *, languages: Sequence[str] = ("kk", "ru", "en"), shard_bytes: int = 70, bucket_articles: int = 3) -> None:
    """The indexes of a site in place of those it has. Shards and buckets are small, so that a small site has several."""
    shutil.rmtree(site / "search", ignore_errors=True)
    articles = [read_article(site, path) for path in sorted(site.glob("*/news/*/*/index.html"))]
    ids = number_slugs(articles)
    for language in languages:
        mine = {ids[article.slug]: article for article in articles if article.language == language}
        _write_index(site / "search" / language, language, dict(sorted(mine.items())), authority, shard_bytes, bucket_articles)


def read_article(site: Path, path: Path) -> Article:
    page = Page(path.relative_to(site).as_posix(), path.read_text("utf-8"))
    (body,) = page.find_all("div", class_name="nr-body")
    (head,) = page.find_all("header", class_name="nr-article__head")
    summary = [read_text(text) for text in page.find_all("p", class_name="nr-standfirst")]
    links = [link.get("href", "") for part in ("p", "footer", "aside") for element in page.find_all(part) for link in element.iter("a") if _is_fact(element.get("class", ""))]
    found = [match for link in links if (match := re.search("(kinds|regions|unions|people)/([^/]+)/$", link))]
    entities = {section: list(dict.fromkeys(match[2] for match in found if match[1] == section)) for section in SECTIONS}
    names = " ".join(read_text(element) for element in (*page.find_all("footer", class_name="nr-article__foot"), *page.find_all("aside", class_name="nr-facts")))
    title = page.read("h1")
    return Article(
        language=page.language, url=page.url, slug=page.url.split("/")[-2], day=date.fromisoformat(page.find("meta", property="article:published_time").get("content", "")[:10]),
        title=title, texts=((8, title), (3, " ".join(summary)), (5, names), (1, read_text(body))), entities=entities,
    )  # fmt: skip


def _is_fact(classes: str) -> bool:
    return any(name in classes for name in ("nr-kicker", "nr-article__foot", "nr-facts"))


def number_slugs(articles: Iterable[Article]) -> dict[str, int]:
    """Slug -> id."""
    slugs_by_day: dict[date, set[str]] = defaultdict(set)
    for article in articles:
        slugs_by_day[article.day].add(article.slug)
    ids = {}
    for day, slugs in slugs_by_day.items():
        taken: set[int] = set()
        for slug in sorted(slugs):
            slot = zlib.crc32(slug.encode()) % FACTOR
            while slot in taken:
                slot = (slot + 1) % FACTOR
            taken.add(slot)
            ids[slug] = (day - date(1900, 1, 1)).days * FACTOR + slot
    return ids


def _write_index(folder: Path, language: str, articles: dict[int, Article], authority: Authority, shard_bytes: int, bucket_articles: int) -> None:
    sums: dict[str, str] = {}
    entities = {section: [_describe(entity, language) for entity in authority.entities(section)] for section in SECTIONS}
    sums["entities"] = _write(folder / "entities.json", _encode_json(entities))
    sums["facets"] = _write(folder / "facets.bin", _encode_facets(articles, entities))
    postings = _collect_postings(articles, language)
    shards = dict(_cut_shards("", postings, shard_bytes))
    sums["w"] = "".join(_write(folder / "w" / f"{prefix.replace('$', '-')}.bin", _encode_shard(shards[prefix])) for prefix in sorted(shards))
    rows = [[id, article.url, article.title, article.day.isoformat(), article.entities["kinds"][0], article.entities["regions"]] for id, article in articles.items()]
    buckets = [rows[place : place + bucket_articles] for place in range(0, len(rows), bucket_articles)]
    sums["c"] = "".join(_write(folder / "c" / f"{number}.json", _encode_json(bucket)) for number, bucket in enumerate(buckets))
    sums["words"] = _write(folder / "words.txt", _encode_words(key for key in sorted(postings) if key.isalpha()))
    header = {
        "format": 1, "language": language, "articles": len(articles), "factor": FACTOR, "words": sorted(shards),
        "cards": [bucket[0][0] for bucket in buckets], "common": ["үшін", "и", "the"], "sums": sums,
    }  # fmt: skip
    _write(folder / "index.json", _encode_json(header))


def _write(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"{zlib.crc32(content[8:] if path.suffix == '.bin' else content) & 0xFFFFFF:06x}"


def _encode_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _describe(entity: Entity, language: str) -> list[object]:
    aliases = [" ".join(make_key(word.text, language) for word in split_words(spelling) if not word.is_whole) for spelling in entity.list_spellings()]
    return [entity.id, entity.name(language), f"{language}/{entity.section}/{entity.id}/", sorted(set(filter(None, aliases)))]


def _encode_facets(articles: dict[int, Article], entities: dict[str, list[list[object]]]) -> bytes:
    places = {section: {row[0]: place for place, row in enumerate(rows)} for section, rows in entities.items()}
    numbers = [len(articles)]
    previous = 0
    for id, article in articles.items():
        regions, unions = ([places[section][each] for each in article.entities[section]] for section in ("regions", "unions"))
        numbers += [id - previous, places["kinds"][article.entities["kinds"][0]], len(regions), *regions, len(unions), *unions]
        previous = id
    return _seal(b"NRF1", _pack(numbers))


def _collect_postings(articles: dict[int, Article], language: str) -> dict[str, list[tuple[int, int]]]:
    """Key -> (id, impact), ascending."""
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for id, article in articles.items():
        weights: Counter[str] = Counter()
        for weight, text in article.texts:
            for word in split_words(text):
                weights[make_key(word.text, language)] += weight
        for key, weight in weights.items():
            if key:
                postings[key].append((id, max(1, round(15 * weight / (4 + weight)))))
    return dict(postings)


def _cut_shards(prefix: str, postings: dict[str, list[tuple[int, int]]], limit: int) -> Iterator[tuple[str, dict[str, list[tuple[int, int]]]]]:
    size = sum(6 + 2 * len(articles) for articles in postings.values())
    if prefix and (size <= limit or len(postings) == 1):
        yield prefix, postings
        return
    groups: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    for key, articles in postings.items():
        groups[f"{key}$"[: len(prefix) + 1]][key] = articles
    for child, members in groups.items():
        yield from _cut_shards(child, members, limit)


def _encode_shard(postings: dict[str, list[tuple[int, int]]]) -> bytes:
    head = _pack([len(postings)])
    contents = b""
    before = ""
    for key in sorted(postings):
        shared = _count_shared(before, key)
        numbers = []
        previous = 0
        for id, impact in postings[key]:
            numbers.append((id - previous) * 16 + impact)
            previous = id
        content = _pack(numbers)
        head += _pack([shared, len(key) - shared]) + key[shared:].encode() + _pack([len(postings[key]), len(content)])
        contents += content
        before = key
    return _seal(b"NRW1", head + contents)


def _encode_words(keys: Iterable[str]) -> bytes:
    lines = []
    before = ""
    for key in keys:
        shared = min(_count_shared(before, key), 25)
        lines.append(chr(ord("a") + shared) + key[shared:])
        before = key
    return "\n".join(lines).encode()


def _count_shared(one: str, other: str) -> int:
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _seal(magic: bytes, content: bytes) -> bytes:
    return magic + zlib.crc32(content).to_bytes(4, "little") + content


def _pack(numbers: Iterable[int]) -> bytes:
    """Varints."""
    packed = bytearray()
    for number in numbers:
        while number > 127:
            packed.append(number & 127 | 128)
            number >>= 7
        packed.append(number)
    return bytes(packed)
