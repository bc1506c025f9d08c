"""Pictures as they are published: drawn anew at a size fit for a page, without what cameras and programs hide in files.

JPEG, PNG, WebP and GIF go in, the format that the file's ending names comes out. EXIF (GPS positions), XMP, comments and
colour profiles do not: the orientation is applied, colours become sRGB. SVG can carry scripts and is refused, like anything
that moves. The same file and Pillow version give the same bytes.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from PIL import GifImagePlugin, Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

_PLUGINS = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Pillow loads a format's plugin only when it meets the format; named here, they are there when `formats` asks for them."""

LONGEST_EDGE = 1600
"""Pixels. A page's text column is 800 CSS pixels wide at most, twice as many on a dense screen."""

MAX_PIXELS = 100_000_000
"""Of a source; more would take over 400 MB of memory to open."""

_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
_READABLE = ("JPEG", "PNG", "WEBP", "GIF")
_SECOND_PICTURE = "MPO"
"""What Pillow calls the JPEG of many phones and cameras: a second, smaller picture stands behind the first."""

_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 82, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 82, "method": 4},
    "GIF": {"optimize": True},
}
_BROKEN = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, MemoryError,
    NotImplementedError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's decoders raise on damaged files; none of it says anything to an editor."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""What each orientation of EXIF (TIFF 6.0, section 8) asks for."""

_SIDEWAYS = 5
"""From this orientation on, width and height change places."""


class ImageError(Exception):
    """A picture that cannot be published: message and hint for the editor."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def publish_image(source: Path) -> bytes:
    """The picture as it is published, in the format of the file's ending. ImageError when that cannot be done."""
    output_format = _choose_format(source)
    with _open(source) as image:
        orientation = _read_orientation(image)
        size = _fit(image.size)
        try:
            image.draft(None, size)  # decodes a large JPEG at a half, quarter or eighth of its size
            drawn = _normalize(image)
        except _BROKEN as error:
            raise _broken() from error
    if drawn.size != size:
        drawn = drawn.resize(size, Image.Resampling.LANCZOS)
    if orientation in _TURNS:
        drawn = drawn.transpose(_TURNS[orientation])
    return _encode(drawn, output_format)


def image_size(source: Path) -> tuple[int, int]:
    """Width and height in pixels of what `publish_image` makes of the file; reads its header only. ImageError as there."""
    _choose_format(source)
    with _open(source) as image:
        width, height = _fit(image.size)
        return (height, width) if _read_orientation(image) >= _SIDEWAYS else (width, height)


def _choose_format(source: Path) -> str:
    suffix = source.suffix.lower()
    if suffix in (".svg", ".svgz"):
        raise ImageError("SVG pictures are not published: they can carry scripts", "save it as PNG")
    if suffix not in _FORMATS:
        what = f"a {suffix} file" if suffix else "a file without ending"
        raise ImageError(f"{what} is not published as a picture", f"use {', '.join(_FORMATS)}")
    return _FORMATS[suffix]


@contextmanager
def _open(source: Path) -> Iterator[Image.Image]:
    """The picture with its header read: one frame, not too large. OSError when the file itself cannot be read."""
    with source.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata, which is dropped anyway
        yield _read_header(file)


def _read_header(file: BinaryIO) -> Image.Image:
    try:
        image = Image.open(file, formats=_READABLE)
        is_animated = getattr(image, "is_animated", False) and image.format != _SECOND_PICTURE
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise _broken() from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    if is_animated:
        raise ImageError("the picture moves", "save one frame of it as PNG or JPEG, or link to a video")
    return image


def _broken() -> ImageError:
    message = "the file is damaged or not a JPEG, PNG, WebP or GIF picture"
    return ImageError(message, "open it in a picture program and save it again")


def _too_large() -> ImageError:
    message = f"the picture has more than {MAX_PIXELS // 1_000_000} million pixels"
    return ImageError(message, f"save it smaller: {LONGEST_EDGE} pixels on the longer edge are enough")


def _read_orientation(image: Image.Image) -> int:
    """From 1 (upright) to 8. Not by `getexif`, which decodes a whole PNG to look behind its pixels."""
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif"))
        orientation = exif.get(_ORIENTATION)
    except _BROKEN:
        return 1
    return orientation if orientation in _TURNS else 1


def _fit(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = min(1, LONGEST_EDGE / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _normalize(image: Image.Image) -> Image.Image:
    """The pixels in sRGB, as L, RGB or RGBA, without any other data of the file."""
    has_alpha = "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBA", "RGBa")
    drawn = _convert_colours(image, image.info.get("icc_profile")) or image
    if drawn.mode.startswith("I;16"):
        drawn = drawn.point(lambda value: value / 256).convert("L")
    drawn = drawn.convert("RGBA" if has_alpha else "L" if drawn.mode in ("1", "L") else "RGB")
    drawn.info = {}
    return drawn


def _convert_colours(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """The picture in sRGB; None when it has no profile of its own or one that cannot be used."""
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return None
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, *_BROKEN):
        return None


def _encode(image: Image.Image, output_format: str) -> bytes:
    """The picture on white where the format has no transparency."""
    if output_format == "JPEG" and image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    output = io.BytesIO()
    image.save(output, output_format, **_SAVE_OPTIONS[output_format])
    return output.getvalue()
