"""What the scripts of the search and of the display settings say in one language, as JSON files. Pure."""

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


SIGHT_TEXTS = (
    "title", "close", "on", "off", "size", "colors", "colors-device", "colors-light", "colors-dark", "colors-white", "colors-black", "colors-blue", "colors-sand",
    "spacing", "usual", "wide", "pictures", "show", "hide",
)  # fmt: skip
"""Name in sight-ui.js; the key of the interface text is the same with sight- before it."""


def write_sight_texts(language: Language) -> bytes:
    """The content of <language>/sight.json."""
    return msgspec.json.encode({name: language.text(f"sight-{name}") for name in SIGHT_TEXTS})
