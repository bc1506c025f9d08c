"""What the scripts of the search say in one language: texts, dates and plurals, as a JSON file. Pure."""

from __future__ import annotations

import msgspec

from .languages import Language

TEXTS = {
    "all": "search-all", "none": "search-none", "updating": "search-updating", "corrected": "search-corrected", "dropped": "search-dropped", "apart": "search-apart",
    "regions": "region", "unions": "union", "people": "person", "kinds": "kind",
}  # fmt: skip
"""Name in search-ui.js -> key of the interface text; placeholders stay for the script to fill."""
PLURALS = {"found": "search-found", "least": "search-found-least"}


def write_search_texts(language: Language) -> bytes:
    """The content of <language>/search/texts.json."""
    texts = {name: language.text(key, word="{word}", text="{text}") for name, key in TEXTS.items()}
    plurals = {name: dict(language.plural_forms(key)) for name, key in PLURALS.items()}
    dates = [language.date_pattern(month) for month in range(1, 13)]
    return msgspec.json.encode({**texts, **plurals, "dates": dates, "names": dict(language.names)}, order="sorted")
