"""The picture that stands for a story where somebody shares a link to it: 1200 by 630 pixels, its title and where it is from.

Pure but for reading the font once: Source Sans 3 with all Kazakh letters, from a package whose hash is locked. Text is set letter
by letter (Pillow's basic layout), so that the bytes are the same on every system.
"""

from __future__ import annotations

import functools
import io
import unicodedata
from importlib.resources import files
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from .plan import CARD_SIZE

_MARGIN = 80
_BAND_HEIGHT = 16
_TEXT_WIDTH = CARD_SIZE[0] - 2 * _MARGIN
_TITLE_SIZES = (84, 72, 62, 54, 46)
_TITLE_HEIGHT = 350
_SMALL_SIZE = 34
_LEADING = 1.18
_BOLD, _REGULAR = 650, 400
_SHADES = 64
"""Of a letter's edge, from ground to white."""
_GROUND, _INK, _BAND = (0x30, 0x3F, 0xA1), (255, 255, 255), (0xFF, 0xD7, 0x40)
"""Indigo and amber of the header, see newsroom.css."""
_UNKNOWN = frozenset({"So", "Cs", "Co", "Cn", "Cc", "Cf"})
"""Categories of signs that the font does not have: pictures in letters and invisible ones."""


class CardText(NamedTuple):
    """What stands on a card."""

    kicker: str
    """Over the title: kind and date; may be empty."""
    title: str
    source: str
    """At the foot: name of the site or of its publisher."""


def draw_card(text: CardText) -> bytes:
    """A PNG; the same text gives the same bytes."""
    letters = Image.new("L", CARD_SIZE, 0)
    draw = ImageDraw.Draw(letters)
    small = _load_font(_SMALL_SIZE, _REGULAR)
    draw.text((_MARGIN, 74), _shorten(_clean(text.kicker), small), font=small, fill=210)
    lines, size = _fit_title(_clean(text.title))
    font = _load_font(size, _BOLD)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, 140 + number * size * _LEADING), line, font=font, fill=255)
    draw.text((_MARGIN, CARD_SIZE[1] - 92), _shorten(_clean(text.source), small), font=small, fill=210)
    return _save(letters)


def _save(letters: Image.Image) -> bytes:
    """The letters in their colours, over a band; one byte a pixel, which is quick to pack."""
    card = Image.new("P", CARD_SIZE)
    card.putdata(letters.point(lambda value: value // (256 // _SHADES)).tobytes())
    card.paste(_SHADES, (0, 0, CARD_SIZE[0], _BAND_HEIGHT))
    steps = [step / (_SHADES - 1) for step in range(_SHADES)]
    ramp = [round(low + (high - low) * step) for step in steps for low, high in zip(_GROUND, _INK, strict=True)]
    card.putpalette([*ramp, *_BAND])
    output = io.BytesIO()
    card.save(output, "PNG")
    return output.getvalue()


def _fit_title(title: str) -> tuple[list[str], int]:
    """The lines of a title in the largest letters that have room for it; the end of a very long one is cut."""
    for size in _TITLE_SIZES:
        lines = _wrap(title, _load_font(size, _BOLD))
        room = int(_TITLE_HEIGHT / (size * _LEADING))
        if len(lines) <= room:
            return lines, size
    return [*lines[: room - 1], _shorten(" ".join(lines[room - 1 :]), _load_font(size, _BOLD))], size


def _wrap(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= _TEXT_WIDTH:
            lines[-1] = longer
            continue
        pieces = _break_word(word, font)
        lines += pieces if lines[-1] else []
        lines = lines if lines[-1] else pieces
    return lines


def _break_word(word: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """The word in pieces that fit on a line; seldom more than one."""
    pieces = []
    while font.getlength(word) > _TEXT_WIDTH:
        count = next(count for count in range(len(word) - 1, 0, -1) if font.getlength(word[:count]) <= _TEXT_WIDTH)
        pieces.append(word[:count])
        word = word[count:]
    return [*pieces, word]


def _shorten(text: str, font: ImageFont.FreeTypeFont) -> str:
    """As much of the text as fits on one line."""
    if font.getlength(text) <= _TEXT_WIDTH:
        return text
    while font.getlength(f"{text}…") > _TEXT_WIDTH:
        text = text[: len(text) * 9 // 10] if len(text) > 200 else text[:-1]
    return f"{text.rstrip()}…"


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) not in _UNKNOWN)


@functools.cache
def _load_font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    content = io.BytesIO((files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf").read_bytes())
    font = ImageFont.truetype(content, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
