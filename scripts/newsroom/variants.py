"""A picture as pages show it: 480 to 1600 pixels wide, never enlarged, each as AVIF and as JPEG or PNG.

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
    ".png": {"format": "PNG", "optimize": True},
}
_PALETTE_COLOURS = 256
_DRAWING_GAIN = 2
"""PNG loses nothing: a picture is saved so unless that takes more than so many times the bytes of JPEG, as photographs do."""


def inspect_picture(content: bytes) -> Picture:
    """What becomes of a picture; decodes all of it. ImageError when it cannot be shown."""
    return _describe(read_pixels(io.BytesIO(content)), content)


def draw_picture(content: bytes) -> tuple[Picture, list[bytes]]:
    """The picture and its files, in the order of `Picture.file_names`. ImageError as from `inspect_picture`."""
    largest = read_pixels(io.BytesIO(content))
    picture = _describe(largest, content)
    return picture, [encoded for width in picture.widths for encoded in _encode_width(largest, picture, width)]


def draw_file(content: bytes, name: str) -> bytes | None:
    """One file of the picture, by its name; None when it has none of that name."""
    largest = read_pixels(io.BytesIO(content))
    picture = _describe(largest, content)
    return _encode(_shrink(largest, int(Path(name).stem)), picture, Path(name).suffix) if name in picture.file_names else None


@cache
def digest_encoder() -> bytes:
    """Of all that decides what files come out besides the picture itself."""
    codecs = [f"{name} {features.version(name)}" for name in ("avif", "jpg", "libjpeg_turbo", "zlib", "zlib_ng", "webp", "littlecms2")]
    sources = [(Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("images.py", "variants.py")]
    return hashlib.blake2b("\n".join([PIL.__version__, *codecs, *sources, repr(PICTURE_WIDTHS)]).encode(), digest_size=8).digest()


def _describe(image: Image.Image, content: bytes) -> Picture:
    return Picture(*image.size, ".png" if _is_drawing(image) else ".jpg", digest_bytes(content))


def _is_drawing(image: Image.Image) -> bool:
    """True for what is transparent, and for plain surfaces and letters rather than a photograph."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        return True
    small = put_on_white(_shrink(image, min(image.width, PICTURE_WIDTHS[0])))
    return len(_save(small, _DRAWING_OPTIONS[".png"])) <= _DRAWING_GAIN * len(_save(small, _PHOTO_OPTIONS[".jpg"]))


def _shrink(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _encode_width(largest: Image.Image, picture: Picture, width: int) -> list[bytes]:
    image = _shrink(largest, width)
    return [_encode(image, picture, suffix) for suffix in (".avif", picture.suffix)]


def _encode(image: Image.Image, picture: Picture, suffix: str) -> bytes:
    options = (_DRAWING_OPTIONS if picture.suffix == ".png" else _PHOTO_OPTIONS)[suffix]
    if picture.suffix == ".jpg":
        image = put_on_white(image)
    elif suffix == ".png" and image.mode == "RGB":
        image = image.quantize(_PALETTE_COLOURS, dither=Image.Dither.NONE)  # a third of the bytes, and no difference to the eye
    try:
        return _save(image, options)
    except BROKEN as error:
        raise ImageError(f"the picture cannot be saved: {error}", "open it in a picture program and save it again") from error


def _save(image: Image.Image, options: dict[str, Any]) -> bytes:
    output = io.BytesIO()
    image.save(output, **options)
    return output.getvalue()
