"""The search index as files: terms of an article, shards, and that an index brought up to date equals one made anew."""

from __future__ import annotations

import json
import random
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsroom.shards
from newsroom.search import Change, IndexState, make_index, pack_words, patch_index, unpack_words, write_header
from newsroom.shards import END, Postings, ShardError, pack_postings, pack_shard, unpack_postings, unpack_shard
from newsroom.term_tables import MAXIMUM_IMPACT, TermFinder, tabulate
from newsroom.terms import NO_FIELDS, Terms, encode_texts

KEYS = st.text("abkmnst0", min_size=1, max_size=6)


# ---------------------------------------------------------------- terms


def find(language: str = "kk", **fields: object) -> dict[str, int]:
    body = encode_texts([str(fields.pop("body", ""))])
    table = TermFinder(language).find([NO_FIELDS._replace(**fields)], [([0], body)])  # type: ignore[arg-type]
    terms = Terms.unpack(next(table.pack(1)))
    return dict(zip(terms.keys, terms.impacts, strict=True))


def test_forms_of_a_word_share_a_key() -> None:
    """However often and in whichever case a word stands, the article has it once."""
    assert find(body="Кәсіподақ кәсіподағы, «кәсіподаққа» касиподак.").keys() == {"kasipodak"}


def test_a_title_counts_most() -> None:
    """The same word adds more in a title than in a summary, there more than in a body; oftener is more, never above 15."""
    filling = " ".join(f"сөз{number}" for number in range(350))
    impacts = [find(**{"body": filling, field: f"форум {filling}"})["forum"] for field in ("body", "summary", "title")]
    assert impacts == sorted(set(impacts))
    many = find(title="форум", summary="форум", names=(("форум",),), body="форум " * 500)["forum"]
    assert impacts[0] < find(body=f"форум форум форум {filling}")["forum"] < many <= MAXIMUM_IMPACT


def test_long_texts_count_less() -> None:
    """A word among many others says less; a few words more or less change no impact."""
    filling = " ".join(f"сөз{number}" for number in range(900))
    assert find(body=f"форум {filling}")["forum"] < find(body="форум")["forum"]
    assert find(body=f"форум {filling}")["forum"] == find(body=f"форум {filling} тағы екі")["forum"]


@pytest.mark.parametrize("text", ["35 994 адам", "35\u00a0994 адам", "35,994 адам", "35994 адам"])
def test_numbers_are_one_word(text: str) -> None:
    """Thousands may stand apart."""
    assert find(body=text).keys() == {"35994", "adam"}


def test_very_many_words_are_told_apart() -> None:
    """More different words than fit into 16 bits, in one text or over several."""
    texts = [" ".join(f"w{number}" for number in range(70_000)), "w69999 w0 w69999"]
    encoded = encode_texts(texts)
    chunks = encoded.list_chunks()
    assert [" ".join(chunks[place] for place in text) for text in encoded.texts] == texts


@given(st.dictionaries(KEYS, st.integers(1, MAXIMUM_IMPACT)))
def test_terms_are_packed_and_unpacked(impacts: dict[str, int]) -> None:
    """Nothing is lost; nothing packed is no terms."""
    terms = Terms(list(impacts), bytes(impacts.values()))
    assert Terms.unpack(terms.pack()) == terms
    assert Terms.unpack(b"") == Terms([], b"")


# ---------------------------------------------------------------- shards


@given(st.dictionaries(KEYS, st.sets(st.integers(1, 2**40), min_size=1).map(sorted)))
def test_shards_are_packed_and_unpacked(values: dict[str, list[int]]) -> None:
    """Keys and postings come back as they were."""
    values = {key: sorted({(value & -16) + value % 15 + 1 for value in rows}) for key, rows in values.items()}
    entries = {key: pack_postings(rows) for key, rows in values.items()}
    read = unpack_shard(pack_shard(entries))
    assert read == entries
    assert {key: unpack_postings(postings) for key, postings in read.items()} == values


def test_damaged_shards_are_refused() -> None:
    """Any byte flipped or cut off is noticed."""
    content = pack_shard({"kasipodak": pack_postings([161, 322]), "odak": pack_postings([33])})
    for place in range(len(content)):
        with pytest.raises(ShardError):
            unpack_shard(content[:place])
        with pytest.raises(ShardError):
            unpack_shard(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    with pytest.raises(ShardError):
        unpack_postings(Postings(2, b"\x21"))


@given(st.sets(KEYS))
def test_words_are_packed_and_unpacked(keys: set[str]) -> None:
    """words.txt has every key once, ascending."""
    assert list(unpack_words(pack_words(keys))) == sorted(keys)


# ---------------------------------------------------------------- an index over time


class Archive:
    """Articles that come, go and change, with the index that is brought up to date with them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = ["".join(self._random.choices("abkmnst", k=self._random.randint(1, 6))) for _ in range(500)]
        self.articles = {f"{number}": (number * 7 + 1, self._draw_terms()) for number in range(80)}
        self.state, self.files = self.make_anew()

    def _draw_terms(self) -> Terms:
        keys = list({self._random.choice(self._words) for _ in range(self._random.randint(0, 60))})
        return Terms(keys, bytes(self._random.randint(1, 15) for _ in keys))

    def make_anew(self) -> tuple[IndexState, dict[str, bytes]]:
        return make_index(tabulate(terms for _, terms in sorted(self.articles.values())), 64, {path: id for path, (id, _) in self.articles.items()})

    def change(self, number: int) -> dict[str, bytes]:
        """A few changes at once; the shards that they rewrote."""
        nothing = Terms([], b"")
        changes = []
        for place, path in enumerate(self._random.sample(sorted(self.articles), self._random.randint(1, 4))):
            id, old = self.articles.pop(path)
            kind = self._random.choice(("edited", "moved", "deleted", "replaced"))
            if kind == "deleted":
                changes.append(Change(id, old, 0, nothing))
                continue
            new_id = 20_000 + number * 4 + place if kind == "moved" else id
            new = self._draw_terms() if kind == "replaced" else Terms([*old.keys[1:], f"new{number}"], old.impacts[1:] + b"\x07")
            self.articles[path] = (new_id, new)
            changes.append(Change(id, old, new_id, new))
        path, id, new = f"new{number}", 10_000 + number, self._draw_terms()
        self.articles[path] = (id, new)
        changes.append(Change(0, nothing, id, new))
        ids = {path: id for path, (id, _) in self.articles.items()}
        self.state, written = patch_index(self.state, ids, changes, self.files.__getitem__)
        names = [shard.name for shard in self.state.shards]
        self.files = {name: written.get(name) or self.files[name] for name in names}
        return written


@pytest.mark.parametrize("limit", [150, 600, 2_500, 100_000])
def test_an_index_brought_up_to_date_equals_one_made_anew(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """State and every file, after each of many changes, whatever the size of shards."""
    monkeypatch.setattr(newsroom.shards, "_SMALLEST_LIMIT", limit)
    for seed in range(5):
        monkeypatch.setattr(newsroom.shards, "_PACKED_AT_ONCE", 10 ** (seed + 1))
        archive = Archive(seed)
        for number in range(15):
            archive.change(number)
            assert (archive.state, archive.files) == archive.make_anew()


def test_a_small_change_rewrites_few_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """One article with one word more is felt by the shards of its own words only."""
    monkeypatch.setattr(newsroom.shards, "_SMALLEST_LIMIT", 600)
    archive = Archive(1)
    path, (id, old) = next(iter(archive.articles.items()))
    new = Terms([*old.keys, "kasipodak"], old.impacts + b"\x05")
    _, written = patch_index(archive.state, {path: id for path, (id, _) in archive.articles.items()}, [Change(id, old, id, new)], archive.files.__getitem__)
    assert 1 <= len(written) <= 2 < len(archive.files)


def test_every_key_is_in_the_shard_that_the_header_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last shard whose name is not greater than the key and its end."""
    monkeypatch.setattr(newsroom.shards, "_SMALLEST_LIMIT", 300)
    archive = Archive(2)
    header = json.loads(write_header("kk", archive.state, articles=80, cards=[1], common=["мен"], sums={"c": "", "entities": "", "facets": ""}))
    names = header["words"]
    assert names == sorted(names) and len(names) > 10 and len(header["sums"]["w"]) == 6 * len(names)
    for key in {key for _, terms in archive.articles.values() for key in terms.keys}:
        assert key in unpack_shard(archive.files[names[bisect_right(names, key + END) - 1]])
