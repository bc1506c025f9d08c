"""A picture file -> its pixels as they are shown: upright, in sRGB, no larger than needed, with nothing that files hide.

JPEG, PNG, WebP and GIF are read, whatever the file's ending says. EXIF (GPS positions), XMP, comments and colour profiles stay
behind: the orientation is applied, colours become sRGB. SVG can carry scripts and is refused, like anything that moves or would
take too much memory. `publish_image` is for a picture that a link leads to; `variants` makes those that pages show.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from PIL import GifImagePlugin, Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from .link import HEIC_HINT, HEIC_SUFFIXES

_PLUGINS = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Pillow loads a format's plugin only when it meets the format; named here, they are there when `formats` asks for them."""

MAXIMUM_WIDTH = 1600
"""Pixels. A page's text column is 800 CSS pixels wide at most, twice as many on a dense screen."""
MAXIMUM_HEIGHT = 2400

MAX_PIXELS = 100_000_000
"""Of a JPEG, which can be decoded at an eighth of its size."""
MAX_PIXELS_AT_ONCE = 50_000_000
"""Of everything else: it is decoded whole, and takes up to 9 bytes a pixel."""
MAX_BYTES = 100_000_000
"""Of a file."""

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
BROKEN = (
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

HEIC_MESSAGE = "HEIC pictures, as iPhones make them, cannot be published: few browsers show them"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_FOREIGN_STARTS = {b"II*\0": "a TIFF file", b"MM\0*": "a TIFF file", b"%PDF": "a PDF file", b"BM": "a BMP file", b"8BPS": "a Photoshop file"}


class ImageError(Exception):
    """A picture that cannot be published: message and hint for the editor."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)  # both, so that it can come from another process
        self.message = message
        self.hint = hint


# ---------------------------------------------------------------- a picture that is linked


def publish_image(source: Path) -> bytes:
    """The picture in the format of the file's ending. ImageError when that cannot be done. The same file and Pillow version give
    the same bytes."""
    output_format = _choose_format(source)
    with source.open("rb") as file:
        return _encode(read_pixels(file), output_format)


def check_image(source: Path) -> tuple[int, int]:
    """Width and height in pixels of what is published of the file; reads its header only. ImageError as far as that tells."""
    _choose_format(source)
    with source.open("rb") as file:
        return read_size(file)


def _choose_format(source: Path) -> str:
    suffix = source.suffix.lower()
    if suffix in (".svg", ".svgz"):
        raise ImageError("SVG pictures are not published: they can carry scripts", "save it as PNG")
    if suffix in HEIC_SUFFIXES:
        raise ImageError(HEIC_MESSAGE, HEIC_HINT)
    if suffix not in _FORMATS:
        what = f"a {suffix} file" if suffix else "a file without ending"
        raise ImageError(f"{what} is not published as a picture", f"use {', '.join(_FORMATS)}")
    return _FORMATS[suffix]


def _encode(image: Image.Image, output_format: str) -> bytes:
    output = io.BytesIO()
    (put_on_white(image) if output_format == "JPEG" else image).save(output, output_format, **_SAVE_OPTIONS[output_format])
    return output.getvalue()


def put_on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency."""
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


# ---------------------------------------------------------------- reading


def read_size(file: BinaryIO) -> tuple[int, int]:
    """Width and height, in pixels, of what `read_pixels` gives; reads the header only. ImageError as far as that tells."""
    with _open(file) as image:
        width, height = _fit(image)
        return (height, width) if _read_orientation(image) >= _SIDEWAYS else (width, height)


def read_pixels(file: BinaryIO) -> Image.Image:
    """The picture as L, RGB or RGBA. ImageError when it cannot be shown."""
    with _open(file) as image:
        orientation = _read_orientation(image)
        size = _fit(image)
        try:
            image.draft(None, size)  # decodes a large JPEG at a half, quarter or eighth of its size
            drawn = _flatten(image)
            if drawn.size != size:
                drawn = drawn.resize(size, Image.Resampling.LANCZOS)
            drawn = _convert_colours(drawn, image.info.get("icc_profile"))
        except BROKEN as error:
            raise _explain_broken(file) from error
    drawn.info = {}
    return drawn.transpose(_TURNS[orientation]) if orientation in _TURNS else drawn


def estimate_memory(content: bytes) -> int:
    """Bytes that reading the picture and drawing it takes, about; what cannot be read takes little."""
    try:
        with _open(io.BytesIO(content)) as image:
            return len(content) + 80_000_000 + (0 if _is_plain_jpeg(image) else 9 * image.width * image.height)
    except ImageError:
        return len(content)


@contextmanager
def _open(file: BinaryIO) -> Iterator[Image.Image]:
    """The picture with its header read: one frame, not too large. OSError when the file itself cannot be read."""
    size_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size_bytes > MAX_BYTES:
        raise ImageError(f"the file has more than {MAX_BYTES // 1_000_000} million bytes", f"save it smaller: {MAXIMUM_WIDTH} pixels in width are enough")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata, which is dropped anyway
        yield _read_header(file)


def _read_header(file: BinaryIO) -> Image.Image:
    try:
        image = Image.open(file, formats=_READABLE)
        is_animated = getattr(image, "is_animated", False) and image.format != _SECOND_PICTURE
    except Image.DecompressionBombError as error:
        raise _too_large(MAX_PIXELS) from error
    except BROKEN as error:
        raise _explain_broken(file) from error
    limit = MAX_PIXELS if _is_plain_jpeg(image) else min(MAX_PIXELS, MAX_PIXELS_AT_ONCE)
    if image.width * image.height > limit:
        raise _too_large(limit)
    if is_animated:
        raise ImageError("the picture moves", "save one frame of it as PNG or JPEG, or link to a video")
    return image


def _is_plain_jpeg(image: Image.Image) -> bool:
    """True for what is decoded piece by piece; of a progressive JPEG all pieces are kept."""
    return image.format in ("JPEG", _SECOND_PICTURE) and not image.info.get("progressive")


def _explain_broken(file: BinaryIO) -> ImageError:
    file.seek(0)
    start = file.read(16)
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS:
        return ImageError(HEIC_MESSAGE, HEIC_HINT)
    kind = next((kind for sign, kind in _FOREIGN_STARTS.items() if start.startswith(sign)), "damaged or")
    message = f"the file is {kind if kind == 'damaged or' else f'{kind},'} not a JPEG, PNG, WebP or GIF picture"
    return ImageError(message, "open it in a picture program and save it again")


def _too_large(limit: int) -> ImageError:
    return ImageError(f"the picture has more than {limit // 1_000_000} million pixels", f"save it smaller: {MAXIMUM_WIDTH} pixels in width are enough")


def _read_orientation(image: Image.Image) -> int:
    """From 1 (upright) to 8. Not by `getexif`, which decodes a whole PNG to look behind its pixels."""
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif"))
        orientation = exif.get(_ORIENTATION)
    except BROKEN:
        return 1
    return orientation if orientation in _TURNS else 1


def _fit(image: Image.Image) -> tuple[int, int]:
    """The size to draw it in, as it lies in the file; never larger than it is."""
    is_sideways = _read_orientation(image) >= _SIDEWAYS
    limits = (MAXIMUM_HEIGHT, MAXIMUM_WIDTH) if is_sideways else (MAXIMUM_WIDTH, MAXIMUM_HEIGHT)
    scale = min(1, *(limit / edge for limit, edge in zip(limits, image.size, strict=True)))
    width, height = (max(1, round(edge * scale)) for edge in image.size)
    return width, height


def _flatten(image: Image.Image) -> Image.Image:
    """The pixels as L, RGB, RGBA or CMYK, 8 bits each."""
    image.load()
    if "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBA", "RGBa"):
        return image.convert("RGBA")
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("1", "L", "CMYK", "RGB"):
        return image.convert("L") if image.mode == "1" else image
    return image.convert("RGB")


def _convert_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB; a profile that cannot be used is passed over."""
    if profile:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
        except (ImageCms.PyCMSError, *BROKEN):
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image.copy()
