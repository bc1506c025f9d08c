"""Brings the search indexes of a site up to date with what a build has made: texts of changed articles -> terms -> shards and headers, staged.

The store keeps the terms of every article and what each index was like; the shards themselves are read from the site folder. What does
not fit together is made anew.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from .authority import Authority
from .execute import Tasks
from .link import list_memberships
from .model import Site
from .plan import Planner
from .publish import Publisher, Put, Stager
from .search import Change, IndexState, can_patch, make_index, patch_index, shard_path, write_header, write_sum
from .shards import ShardError
from .store import Store
from .term_tables import TermFinder, TermTable
from .terms import NO_FIELDS, EncodedTexts, Fields, Terms, encode_texts
from .urls import Recipe, article_url, search_folder

_decode_state = msgspec.msgpack.Decoder(IndexState).decode


class BatchTexts(NamedTuple):
    """The texts of a batch of pages."""

    paths: list[str]
    """Of the pages; empty strings for those that are not articles."""
    encoded: EncodedTexts


class Articles(NamedTuple):
    """Articles of a language, and what their terms are found by."""

    factor: int
    ids: dict[str, int]
    """Page -> id."""
    slugs: dict[str, str]
    """Page -> slug of its story."""
    known: dict[str, bytes]
    """Page -> packed terms as they are remembered."""
    texts: list[BatchTexts]
    """Of other pages, and perhaps of pages in other languages."""


class Indexed(NamedTuple):
    """An index after a build."""

    language: str
    paths: list[str]
    """Of all its files that a plan does not name."""
    puts: list[Put]
    state: bytes
    terms: dict[str, bytes]
    """Page -> packed terms of the articles that changed."""


def is_index_path(path: str) -> bool:
    """True for the files that are made here."""
    folder, _, rest = path.partition("/")
    return folder == "search" and (rest.endswith(".bin") and "/w/" in rest or rest.endswith(("/index.json", "/words.txt")))


def list_articles(planner: Planner, language: str) -> Iterator[tuple[str, Recipe]]:
    """Path and recipe of every article of a language."""
    for story in planner.site.stories.values():
        if language in story.versions:
            yield f"{article_url(language, story)}index.html", Recipe("article", language, id=story.slug)


class FieldReader:
    """Reads from a site what an article is found by besides its body."""

    def __init__(self, site: Site, authority: Authority) -> None:
        self._site = site
        self._authority = authority
        self._spellings: dict[tuple[str, str], tuple[str, ...]] = {}

    def read(self, language: str, slug: str) -> Fields:
        story = self._site.stories[slug]
        article = story.versions[language]
        references = [*list_memberships(story.facts), *(("organizations", id) for id in story.facts.organizations)]
        return Fields(article.title, article.summary, tuple(self._list_spellings(section, id) for section, id in references))

    def _list_spellings(self, section: str, id: str) -> tuple[str, ...]:
        known = self._spellings.get((section, id))
        if known is None:
            known = self._spellings[section, id] = self._authority.spellings(self._authority.get(section, id))
        return known


def write_index_header(planner: Planner, language: str, state: IndexState, read_sum: Callable[[str], int], common: Collection[str]) -> bytes:
    """index.json of an index. read_sum: path of a file -> its checksum; common: words that questions do without."""
    folder, ids, buckets = search_folder(language), planner.search_ids, planner.search_buckets(language)
    sums = {
        "entities": write_sum(read_sum(f"{folder}entities.json")), "facets": write_sum(read_sum(f"{folder}facets.bin")),
        "c": "".join(write_sum(read_sum(f"{folder}c/{number}.json")) for number in range(len(buckets))),
    }  # fmt: skip
    return write_header(language, state, articles=len(state.ids), cards=[min(ids[slug] for slug in bucket) for bucket in buckets], common=common, sums=sums)


class Indexer:
    """Makes the indexes of one build."""

    def __init__(self, store: Store, planner: Planner, publisher: Publisher, read_text: Callable[[Recipe], str], common: Collection[str]) -> None:
        """read_text: recipe of an article -> the plain text of its body, worked out; common: words that questions do without."""
        self._store = store
        self._planner = planner
        self._publisher = publisher
        self._read_text = read_text
        self._common = common
        self._field_reader = FieldReader(planner.site, planner.authority)

    def is_in_place(self, language: str) -> bool:
        """True when the site has the index of the last build."""
        return self._read_state(language) is not None

    def list_paths(self, language: str) -> list[str]:
        """The files of an index that is in place."""
        state = self._read_state(language)
        return _list_paths(language, state) if state else []

    def update(self, languages: Collection[str], texts: Iterable[BatchTexts], read_sum: Callable[[str], int], stager: Stager, tasks: Tasks,
               meanwhile: Callable[[], None]) -> Generator[Indexed, None, None]:  # fmt: skip
        """The indexes of these languages, staged. texts: of the pages that changed; read_sum: path of a file -> its checksum. Indexes that
        are made anew are made by the workers, one each. meanwhile: what the caller does as soon as a core is free; the files whose
        checksums are asked for are there only after it."""
        texts = list(texts)
        changed = {path for batch in texts for path in batch.paths}
        anew: dict[str, Articles] = {}
        patched: dict[str, tuple[dict[str, bytes], IndexState, dict[str, bytes]]] = {}
        for language in languages:
            last = self._read_state(language)
            recipes = dict(list_articles(self._planner, language))
            change = self._patch(language, last, recipes, changed, texts) if last is not None else None
            if change is None:
                anew[language] = self._collect(recipes, recipes, changed, texts)
            else:
                patched[language] = change
        with contextlib.closing(_make_anew(anew, self._field_reader, stager, tasks)) as results:
            made = next(results) if len(anew) > tasks.workers > 1 else []
            meanwhile()
            for language, (terms, state, contents) in patched.items():
                yield self._finish(language, state, _stage_shards(language, contents, stager), terms, read_sum, stager)
            for language, index in itertools.chain(made, itertools.chain.from_iterable(results)):
                yield self._finish(language, index.state, index.puts, index.terms, read_sum, stager)

    def _collect(self, recipes: Mapping[str, Recipe], wanted: Collection[str], changed: set[str], texts: list[BatchTexts]) -> Articles:
        """What the terms of the wanted pages are found by; texts that nobody has are read now."""
        factor, ids_by_slug = self._planner.search_numbering
        known = self._store.read_terms(path for path in wanted if path not in changed)
        lost = [path for path in wanted if path not in changed and path not in known]
        mine = [batch for batch in texts if any(path in recipes for path in batch.paths)]
        if lost:
            mine.append(BatchTexts(lost, encode_texts(self._read_text(recipes[path]) for path in lost)))
        slugs = {path: recipes[path].id for path in wanted}
        return Articles(factor, {path: ids_by_slug[slug] for path, slug in slugs.items()}, slugs, known, mine)

    def _finish(self, language: str, state: IndexState, puts: list[Put], terms: dict[str, bytes], read_sum: Callable[[str], int], stager: Stager) -> Indexed:
        """Stages the files that come last; the header is the very last."""
        folder = search_folder(language)
        puts.append(stager.put(f"{folder}words.txt", state.words))
        puts.append(stager.put(f"{folder}index.json", write_index_header(self._planner, language, state, read_sum, self._common)))
        return Indexed(language, _list_paths(language, state), puts, msgspec.msgpack.encode(state), terms)

    def _read_state(self, language: str) -> IndexState | None:
        """The index of the last build, if the site still has it."""
        try:
            state = _decode_state(self._store.read_index(language))
        except msgspec.DecodeError:
            return None
        records = ((path, self._store.outputs.get(path)) for path in _list_paths(language, state))
        is_whole = all(record is not None and self._publisher.read_stamp(path) == record.stamp for path, record in records)
        return state if is_whole else None

    def _patch(self, language: str, last: IndexState, recipes: Mapping[str, Recipe], changed: set[str],
               texts: list[BatchTexts]) -> tuple[dict[str, bytes], IndexState, dict[str, bytes]] | None:  # fmt: skip
        """New terms, state and shards; None when the index is better made anew, or the store lacks something."""
        factor, ids_by_slug = self._planner.search_numbering
        ids = {path: ids_by_slug[recipe.id] for path, recipe in recipes.items()}
        touched = {path for path, id in ids.items() if path in changed or last.ids.get(path) != id} | (last.ids.keys() - ids.keys())
        if not can_patch(last, factor, ids, len(touched)):
            return None
        known = self._store.read_terms(touched)
        if any(path not in known for path in touched & last.ids.keys()):
            return None
        articles = self._collect(recipes, touched & recipes.keys(), changed, texts)
        _, packed = find_terms(language, articles, self._field_reader)
        new_terms = {path: Terms.unpack(content) for path, content in (articles.known | packed).items()}
        nothing = Terms([], b"")
        changes = [
            Change(last.ids.get(path, 0), Terms.unpack(known[path]) if path in last.ids else nothing, ids.get(path, 0), new_terms.get(path, nothing))
            for path in sorted(touched)
        ]  # fmt: skip
        try:
            return packed, *patch_index(last, ids, changes, lambda name: self._publisher.read_content(shard_path(language, name)))
        except ShardError:
            return None


def _list_paths(language: str, state: IndexState) -> list[str]:
    folder = search_folder(language)
    return [*(shard_path(language, shard.name) for shard in state.shards), f"{folder}words.txt", f"{folder}index.json"]


class _Made(NamedTuple):
    """An index that was made anew."""

    state: IndexState
    puts: list[Put]
    terms: dict[str, bytes]


def _make_anew(indexes: dict[str, Articles], field_reader: FieldReader, stager: Stager, tasks: Tasks) -> Generator[list[tuple[str, _Made]], None, None]:
    """By the workers of this machine, since the texts are here."""
    here = tasks if tasks.executor is None else Tasks(jobs=1)
    return here.run(_make_batch, (indexes, field_reader, stager), indexes, count=sum(len(index.ids) for index in indexes.values()), batch_size=1)


def _make_batch(state: tuple[dict[str, Articles], FieldReader, Stager], languages: Iterable[str]) -> list[tuple[str, _Made]]:
    indexes, field_reader, stager = state
    results = []
    for language in languages:
        index = indexes[language]
        table, terms = find_terms(language, index, field_reader)
        made, contents = make_index(table, index.factor, index.ids)
        results.append((language, _Made(made, _stage_shards(language, contents, stager), terms)))
    return results


def find_terms(language: str, articles: Articles, field_reader: FieldReader) -> tuple[TermTable, dict[str, bytes]]:
    """The terms of the articles by ascending id, and by page those that were found now, packed. Articles that are neither remembered nor
    have a text have none."""
    paths = sorted(articles.ids, key=articles.ids.__getitem__)
    places = {path: place for place, path in enumerate(paths)}
    found = {path for batch in articles.texts for path in batch.paths if path in places}
    fields = [field_reader.read(language, articles.slugs[path]) if path in found else NO_FIELDS for path in paths]
    known = {places[path]: Terms.unpack(packed) for path, packed in articles.known.items()}
    bodies = [([places.get(path, -1) for path in batch.paths], batch.encoded) for batch in articles.texts]
    table = TermFinder(language).find(fields, bodies, known)
    return table, {path: packed for path, packed in zip(paths, table.pack(len(paths)), strict=True) if path in found}


def _stage_shards(language: str, contents: Mapping[str, bytes], stager: Stager) -> list[Put]:
    return [stager.put(shard_path(language, name), content) for name, content in contents.items()]
