"""Which of a story's texts a page shows: the reader's language, else the original's, else whichever there is. Pure."""

from __future__ import annotations

from .languages import Language
from .model import Story, Text
from .views import Phrase


def find_phrase(text: Text | str, language: Language, story: Story) -> Phrase:
    assert isinstance(text, dict)
    for code in (language.code, story.original.language, *text):
        if code in text:
            return Phrase(text[code], code)
    raise AssertionError("check lets no empty text through")


def choose_phrase(text: Text | str | None, language: Language, story: Story) -> Phrase | None:
    """The same of a text that may be missing."""
    return None if not text else find_phrase(text, language, story)
