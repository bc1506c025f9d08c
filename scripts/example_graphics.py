"""Draws the graphics of the site's own stories: one dot for each thing that is counted, no words, no photo.

Run it from anywhere; the files stand beside their stories. The numbers are those of the stories' figures.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "articles" / "2022"
DARK, LIGHT, PAPER = (48, 63, 161), (159, 168, 218), (232, 234, 246)
ENLARGED = 2
"""Drawn larger and shrunk, so that edges are smooth."""


def draw_dots(count: int, *, dark: int, columns: int, size: tuple[int, int], round_off: float) -> Image.Image:
    """Dots in rows from the top left, the first of them dark. round_off: 0 for squares, 0.5 for circles."""
    width, height = size[0] * ENLARGED, size[1] * ENLARGED
    picture = Image.new("RGB", (width, height), PAPER)
    drawing = ImageDraw.Draw(picture)
    rows = -(-count // columns)
    cell = min(width * 0.94 / columns, height * 0.9 / rows)
    left, top = (width - cell * columns) / 2, (height - cell * rows) / 2
    side = cell * 0.74
    for number in range(count):
        x, y = left + number % columns * cell, top + number // columns * cell
        drawing.rounded_rectangle((x, y, x + side, y + side), side * round_off, fill=DARK if number < dark else LIGHT)
    return picture.resize(size, Image.Resampling.LANCZOS).quantize(32, dither=Image.Dither.NONE)


def main() -> None:
    graphics = {
        "turkistan-council-2021/agreements.png": draw_dots(6939, dark=4876, columns=111, size=(1600, 960), round_off=0.5),
        "turkistan-council-2021/organizations.png": draw_dots(904, dark=904, columns=40, size=(1200, 900), round_off=0.1),
        "turkistan-council-2021/institutions.png": draw_dots(62, dark=62, columns=9, size=(1200, 900), round_off=0.5),
        "solidarity-forum/injuries.png": draw_dots(100, dark=98, columns=20, size=(1600, 560), round_off=0.5),
    }
    for name, graphic in graphics.items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        graphic.save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
