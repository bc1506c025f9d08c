"""The search index of a preview: made in memory when a reader first asks for it, and anew when articles changed since.

An index is made in a thread of its own that lets every edit pass; until it is there the page says that the search is being updated,
and asks again. What was found of an article is kept, so that the next index costs less; a large one is not made after every edit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from .indexing import Articles, BatchTexts, FieldReader, find_terms, list_articles, write_index_header
from .outputs import OutputMaker
from .pages import PageMaker
from .plan import Planner
from .render import Renderer
from .search import make_index, shard_path
from .search_files import read_checksum
from .terms import encode_texts
from .urls import Recipe, search_folder

_PATIENCE_SECONDS = 3.0
"""How long a request waits for an index."""
_REST = 20
"""An index is used for so many times the time that it took, whatever is saved meanwhile."""


class SearchSource(NamedTuple):
    """What an index is made of."""

    planner: Planner
    maker: OutputMaker
    pages: PageMaker
    """That leaves no trace of what it reads."""
    renderer: Renderer


class _Index(NamedTuple):
    planner: Planner
    """Of what it was made."""
    files: dict[str, bytes]
    seconds: float
    finished: float


class PreviewSearch:
    """Indexes by language. For any thread."""

    def __init__(self, editing: threading.Lock) -> None:
        """editing: held by who takes in an edit, and here for one article at a time."""
        self._editing = editing
        self._changed = threading.Condition()
        self._indexes: dict[str, _Index] = {}
        self._making: set[str] = set()
        self._terms: dict[str, tuple[bytes, bytes]] = {}
        """Page of an article -> (what its terms depend on, packed terms)."""

    def find(self, path: str, source: SearchSource) -> bytes | None:
        """A file of an index; None when there is none of this name, or not yet. A header asks for a new index."""
        language = path.removeprefix("search/").partition("/")[0]
        if path == f"{search_folder(language)}index.json" and language in source.planner.languages:
            self._renew(language, source)
        index = self._indexes.get(language)
        return index.files.get(path) if index else None

    def _renew(self, language: str, source: SearchSource) -> None:
        with self._changed:
            index = self._indexes.get(language)
            if index is not None and (index.planner is source.planner or time.monotonic() < index.finished + _REST * index.seconds):
                return
            if language not in self._making:
                self._making.add(language)
                threading.Thread(target=self._make, args=(language, source), daemon=True).start()
            self._changed.wait_for(lambda: language not in self._making, timeout=_PATIENCE_SECONDS)

    def _make(self, language: str, source: SearchSource) -> None:
        started = time.monotonic()
        try:
            files = dict(self._write_files(language, source))
            finished = time.monotonic()
            self._indexes[language] = _Index(source.planner, files, finished - started, finished)
        finally:
            with self._changed:
                self._making.discard(language)
                self._changed.notify_all()

    def _write_files(self, language: str, source: SearchSource) -> Iterator[tuple[str, bytes]]:
        planner, folder = source.planner, search_folder(language)
        factor, ids_by_slug = planner.search_numbering
        recipes = dict(list_articles(planner, language))
        ids = {path: ids_by_slug[recipe.id] for path, recipe in recipes.items()}
        bases = {path: _read_basis(recipe, planner) for path, recipe in recipes.items()}
        known = {path: self._terms[path][1] for path, basis in bases.items() if path in self._terms and self._terms[path][0] == basis}
        texts = {path: text for path, recipe in recipes.items() if path not in known and (text := self._read_text(recipe, source)) is not None}
        batch = BatchTexts(list(texts), encode_texts(texts.values()))
        slugs = {path: recipe.id for path, recipe in recipes.items()}
        table, found = find_terms(language, Articles(factor, ids, slugs, known, [batch]), FieldReader(planner.site, planner.authority))
        self._terms |= {path: (bases[path], packed) for path, packed in found.items()}
        state, contents = make_index(table, factor, ids)
        files = {shard_path(language, name): content for name, content in contents.items()}
        files |= {f"{folder}{name}": source.maker.make_content(Recipe(kind, language)) for name, kind in (("entities.json", "search-entities"), ("facets.bin", "search-facets"))}
        for number in range(len(planner.search_buckets(language))):
            files[f"{folder}c/{number}.json"] = source.maker.make_content(Recipe("search-cards", language, id=str(number)))
        header = write_index_header(planner, language, state, lambda path: read_checksum(path, files[path]), source.maker.common_words)
        yield from (files | {f"{folder}words.txt": state.words, f"{folder}index.json": header}).items()

    def _read_text(self, recipe: Recipe, source: SearchSource) -> str | None:
        """Of an article's body; None when it cannot be made, as its page tells the reader. The other articles are to be found meanwhile."""
        with self._editing:
            try:
                return source.renderer.read_text(source.pages.make_job(recipe))
            except Exception:
                return None


def _read_basis(recipe: Recipe, planner: Planner) -> bytes:
    """What the terms of an article depend on."""
    story = planner.site.stories[recipe.id]
    return story.versions[recipe.language].digest + story.original.digest + planner.authority.digest
