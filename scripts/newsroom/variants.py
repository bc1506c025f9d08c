"""A picture as pages show it: 480 to 1600 pixels wide, never enlarged, each as AVIF and as JPEG.

The same bytes and versions of Pillow and its codecs give the same files: AVIF is made with one thread, since its bytes depend on
their number. No I/O; runs in workers.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from pathlib import Path
from typing import Any

import PIL
from PIL import Image, features

from .images import BROKEN, ImageError, put_on_white, read_pixels
from .model import PICTURE_WIDTHS, Picture
from .sources import digest_bytes

_PHOTO_OPTIONS: dict[str, dict[str, Any]] = {
    ".avif": {"format": "AVIF", "quality": 60, "speed": 6, "max_threads": 1},
    ".jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}
_DRAWING_OPTIONS: dict[str, dict[str, Any]] = {
    ".avif": {"format": "AVIF", "quality": 70, "speed": 6, "max_threads": 1, "subsampling": "4:4:4"},  # letters in colour stay sharp
    ".jpg": {"format": "JPEG", "quality": 90, "optimize": True, "progressive": True, "subsampling": "4:4:4"},
}
_DRAWING_GAIN = 2
"""As PNG, which loses nothing, a drawing takes no more than so many times the bytes of JPEG; a photograph takes more."""


def inspect_picture(content: bytes) -> Picture:
    """What becomes of a picture; decodes all of it. ImageError when it cannot be shown."""
    return Picture(*read_pixels(io.BytesIO(content)).size, digest_bytes(content))


def draw_picture(content: bytes) -> tuple[Picture, list[bytes]]:
    """The picture and its files, in the order of `Picture.file_names`. ImageError as from `inspect_picture`."""
    largest = put_on_white(read_pixels(io.BytesIO(content)))
    picture, options = Picture(*largest.size, digest_bytes(content)), _choose_options(largest)
    scaled = (_shrink(largest, width) for width in picture.widths)
    return picture, [_save(image, options[suffix]) for image in scaled for suffix in (".avif", ".jpg")]


def draw_file(content: bytes, name: str) -> bytes | None:
    """One file of the picture, by its name; None when it has none of that name."""
    largest = put_on_white(read_pixels(io.BytesIO(content)))
    if name not in Picture(*largest.size, b"").file_names:
        return None
    return _save(_shrink(largest, int(Path(name).stem)), _choose_options(largest)[Path(name).suffix])


@cache
def digest_encoder() -> bytes:
    """Of all that decides what files come out besides the picture itself."""
    codecs = [f"{name} {features.version(name)}" for name in ("avif", "jpg", "libjpeg_turbo", "zlib", "zlib_ng", "webp", "littlecms2")]
    sources = [(Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("images.py", "variants.py")]
    return hashlib.blake2b("\n".join([PIL.__version__, *codecs, *sources, repr(PICTURE_WIDTHS)]).encode(), digest_size=8).digest()


def _choose_options(image: Image.Image) -> dict[str, dict[str, Any]]:
    """By suffix: for plain surfaces and letters, or for a photograph."""
    small = _shrink(image, min(image.width, PICTURE_WIDTHS[0]))
    is_drawing = len(_save(small, {"format": "PNG", "optimize": True})) <= _DRAWING_GAIN * len(_save(small, _PHOTO_OPTIONS[".jpg"]))
    return _DRAWING_OPTIONS if is_drawing else _PHOTO_OPTIONS


def _shrink(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _save(image: Image.Image, options: dict[str, Any]) -> bytes:
    output = io.BytesIO()
    try:
        image.save(output, **options)
    except BROKEN as error:
        raise ImageError(f"the picture cannot be saved: {error}", "open it in a picture program and save it again") from error
    return output.getvalue()
