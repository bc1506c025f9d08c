"""Pictures as pages show them, made from real files of every kind that reaches a newsroom, and some that are made to harm."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from newsroom import images
from newsroom.images import ImageError
from newsroom.model import Picture
from newsroom.variants import draw_file, draw_picture, inspect_picture

SCRIPTS = Path(__file__).parent.parent / "scripts"
RED, WHITE = (220, 30, 30), (255, 255, 255)


def draw_photo(size: tuple[int, int] = (900, 600), mode: str = "RGB") -> Image.Image:
    """Noise, as in a photograph, with a red top left quarter."""
    photo = Image.merge("RGB", [Image.effect_noise(size, 60)] * 3)
    photo.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    return photo.convert(mode)


def draw_chart(size: tuple[int, int] = (900, 600), mode: str = "RGB") -> Image.Image:
    """Plain bars on white, with a red top left quarter."""
    chart = Image.new("RGB", size, WHITE)
    drawing = ImageDraw.Draw(chart)
    drawing.rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill=RED)
    drawing.rectangle((size[0] // 2, size[1] // 2, size[0], size[1] * 3 // 4), fill=(20, 60, 160))
    return chart.convert(mode)


def save(picture: Image.Image, file_format: str, **options: object) -> bytes:
    output = io.BytesIO()
    picture.save(output, file_format, **options)
    return output.getvalue()


def open_files(content: bytes) -> tuple[Picture, list[Image.Image]]:
    picture, files = draw_picture(content)
    assert len(files) == len(picture.file_names)
    opened = [Image.open(io.BytesIO(file)) for file in files]
    for name, file in zip(picture.file_names, opened, strict=True):
        file.load()
        assert file.format == {".avif": "AVIF", ".jpg": "JPEG"}[Path(name).suffix]
    return picture, opened


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    red, green, blue = picture.convert("RGB").getpixel((int(picture.width * x), int(picture.height * y)))
    return red > 170 and green < 100 and blue < 100


# ---------------------------------------------------------------- what comes out


@pytest.mark.parametrize(
    ("size", "widths"),
    [((3000, 2000), (480, 800, 1200, 1600)), ((1000, 10), (480, 800, 1000)), ((480, 300), (480,)), ((481, 300), (480, 481)), ((7, 7), (7,)), ((1600, 9), (480, 800, 1200, 1600))],
)
def test_widths(size: tuple[int, int], widths: tuple[int, ...]) -> None:
    """480, 800, 1200 and 1600 pixels, and never wider than the original; each file has the width that its name says."""
    picture, files = open_files(save(draw_chart(size), "PNG"))
    assert picture.widths == widths
    assert [file.width for file in files] == [width for width in widths for _ in range(2)]
    assert (picture.width, picture.height) == files[-1].size
    assert all(abs(file.height - file.width * size[1] / size[0]) <= 1 for file in files)


def test_very_high_picture() -> None:
    """A screenshot of a whole page is not 20,000 pixels high on the site."""
    picture, _ = open_files(save(draw_chart((1000, 20_000)), "PNG"))
    assert (picture.width, picture.height) == (120, 2400)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_stands_upright(orientation: int) -> None:
    """A camera's eight ways to hold it give the same picture, red at the top left."""
    back = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = draw_photo((300, 200))
    picture, files = open_files(save(upright if back is None else upright.transpose(back), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (300, 200)
    for file in files:
        assert is_red(file, 0.2, 0.2) and not any(is_red(file, *place) for place in ((0.8, 0.2), (0.2, 0.8), (0.8, 0.8)))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_nothing_hidden_is_in_any_file(file_format: str) -> None:
    """Place, camera, XMP, comment and profile of an original are in none of its files."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 7.0, 30.0), 29: "SECRET-GPS"})
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET-COMMENT")
    text.add_itxt("XML:com.adobe.xmp", "SECRET-XMP")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": exif, "icc_profile": profile, "xmp": b"<x>SECRET-XMP</x>", "comment": b"SECRET-COMMENT", "pnginfo": text}
    content = save(draw_chart(), file_format, **({"comment": b"SECRET-COMMENT"} if file_format == "GIF" else options))
    assert b"SECRET" in content
    _, files = draw_picture(content)
    for file in files:
        assert not any(trace in file for trace in (b"SECRET", b"Exif", b"xmp", b"XMP", b"ICC_PROFILE", b"iCCP", b"tEXt", b"eXIf", b"GPS"))
        opened = Image.open(io.BytesIO(file))
        assert not opened.getexif() and "icc_profile" not in opened.info


def test_drawings_stay_sharp_and_photographs_small() -> None:
    """The colours at the edges of what is drawn stay as they are; a photograph takes fewer bytes, whatever the original was saved as."""
    for content in (save(draw_chart(), "PNG"), save(draw_chart().quantize(16, dither=Image.Dither.NONE), "GIF")):
        _, files = open_files(content)
        for largest in files[-2:]:
            for place in ((447, 296), (452, 304), (3, 3)):
                found, wanted = (picture.convert("RGB").getpixel(place) for picture in (largest, draw_chart()))
                assert all(abs(a - b) < 16 for a, b in zip(found, wanted, strict=True)), (largest.format, place)
    photo = draw_photo()
    files = draw_picture(save(photo, "PNG"))[1]
    assert files == draw_picture(save(photo.convert("RGBA"), "PNG"))[1]  # a screenshot: nothing of it is transparent
    assert len(files[-1]) < 0.8 * len(save(photo, "JPEG", quality=90, subsampling="4:4:4"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("draw", [draw_chart, draw_photo])
def test_modes(mode: str, draw: Callable[..., Image.Image]) -> None:
    """Black and white, grey, palette, transparent, print and 16-bit pictures look as they did."""
    if mode == "I;16":
        grey = draw().convert("L")
        original = Image.frombytes("I;16", grey.size, b"".join(bytes((0, value)) for value in grey.tobytes()))
    else:
        original = draw(mode=mode)
    picture, files = open_files(save(original, "JPEG" if mode == "CMYK" else "PNG"))
    wanted = draw().convert("L" if mode in ("1", "L", "LA", "I;16") else "RGB").convert("RGB").resize((9, 6), Image.Resampling.BOX)
    for file in files:
        assert file.mode in ("L", "P", "RGB", "RGBA")
        found = file.convert("RGB").resize((9, 6), Image.Resampling.BOX)
        place = (1, 1)
        assert all(abs(a - b) < 25 for a, b in zip(found.getpixel(place), wanted.getpixel(place), strict=True)), file.format


def test_16_bit_colours() -> None:
    """A PNG with 16 bits a channel, as scanners save it."""
    row = b"\0" + b"".join(struct.pack(">HHH", 0xDC00, 0x1E00, 0x1E00) for _ in range(20))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 20, 20, 16, 2, 0, 0, 0)), (b"IDAT", zlib.compress(row * 20)), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    _, files = open_files(content)
    assert all(is_red(file, 0.5, 0.5) for file in files)


def test_what_is_transparent_is_put_on_white() -> None:
    """In both formats: dark lines would be lost on a dark page."""
    clear = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    ImageDraw.Draw(clear).ellipse((100, 100, 400, 400), fill=(*RED, 255))
    for content in (save(clear, "PNG"), save(clear, "WEBP"), save(clear.convert("P"), "PNG", transparency=0)):
        _, files = open_files(content)
        for file in files:
            assert file.mode == "RGB" and min(file.getpixel((5, 5))) > 245 and is_red(file, 0.5, 0.5)


def test_profile_is_applied() -> None:
    """Colours that need their profile to be read are converted to sRGB."""
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = usual.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    for profile, wanted in ((usual, True), (exchanged, False), (b"no profile", True)):
        _, files = open_files(save(draw_chart(), "PNG", icc_profile=profile))
        assert all(is_red(file, 0.2, 0.2) == wanted for file in files)


def test_same_bytes_each_time_and_everywhere() -> None:
    """The same original gives the same files, in a process that may use one processor only too."""
    content = save(draw_photo((600, 400)), "JPEG")
    _, files = draw_picture(content)
    code = "import os, sys, zlib; hasattr(os, 'sched_setaffinity') and os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += "from newsroom.variants import draw_picture; print([zlib.crc32(file) for file in draw_picture(sys.stdin.buffer.read())[1]])"
    done = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": str(SCRIPTS)})
    assert done.stdout.decode().strip() == str([zlib.crc32(file) for file in files])
    assert [zlib.crc32(file) for file in draw_picture(save(draw_photo((600, 399)), "JPEG"))[1]] != [zlib.crc32(file) for file in files]


def test_one_file_alone() -> None:
    """The preview makes the file that a browser asks for, with the bytes that a build gives it."""
    content = save(draw_chart(), "PNG")
    picture, files = draw_picture(content)
    assert [draw_file(content, name) for name in picture.file_names] == files
    assert draw_file(content, "1600.avif") is None and draw_file(content, "480.png") is None


# ---------------------------------------------------------------- what does not


def refuse(content: bytes, words: str) -> None:
    for use in (inspect_picture, draw_picture):
        with pytest.raises(ImageError, match=words) as caught:
            use(content)
        assert caught.value.hint


def test_refused_files() -> None:
    """What is no picture, or no whole one, is named for what it is."""
    jpeg, png = save(draw_photo(), "JPEG"), save(draw_photo(), "PNG")
    assert inspect_picture(jpeg) and inspect_picture(png)
    for broken in (jpeg[: len(jpeg) // 2], png[: len(png) // 2], jpeg[:30], b"", b"\0" * 1000, png[:100] + b"\0" * 50 + png[150:]):
        refuse(broken, "damaged")
    refuse(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "HEIC")
    refuse(save(draw_chart(), "TIFF"), "a TIFF file")
    refuse(save(draw_chart(), "BMP"), "a BMP file")
    refuse(b"%PDF-1.7\n" + bytes(100), "a PDF file")
    refuse(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "damaged or not a JPEG")


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_refused(file_format: str) -> None:
    """A reader cannot stop it, and one frame of it may say something else."""
    refuse(save(draw_chart(), file_format, save_all=True, append_images=[draw_chart().rotate(90)]), "moves")


def test_second_picture_of_a_phone_is_no_animation() -> None:
    content = save(draw_photo(), "MPO", save_all=True, append_images=[draw_photo((30, 20))])
    assert inspect_picture(content).width == 900


def test_polyglots() -> None:
    """What stands behind or inside a picture for other programs is not published."""
    for hidden in (b"PK\x03\x04 archive", b"<script>alert(1)</script>", b"%PDF-1.4"):
        for file_format in ("JPEG", "PNG"):
            _, files = draw_picture(save(draw_photo((300, 200)), file_format, comment=hidden) + hidden)
            assert not any(hidden in file for file in files)


def test_huge_metadata() -> None:
    """Megabytes of metadata are left behind; a text that unpacks to far more is a damaged file."""
    comment = b"\xff\xfe" + struct.pack(">H", 65_002) + b"M" * 65_000
    content = save(draw_photo(), "JPEG")
    picture, files = draw_picture(content[:2] + comment * 300 + content[2:])
    assert picture.width == 900 and max(map(len, files)) < 1_000_000
    bomb = b"Comment\0\0" + zlib.compress(bytes(200_000_000))
    chunk = struct.pack(">I", len(bomb)) + b"zTXt" + bomb + struct.pack(">I", zlib.crc32(b"zTXt" + bomb))
    png = save(draw_chart(), "PNG")
    refuse(png[:33] + chunk + png[33:], "damaged")


def test_large_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would take too much memory is refused from its header, or from its size."""
    refuse(save(Image.new("1", (30_000, 30_000)), "PNG"), "more than 100 million pixels")
    refuse(save(Image.new("1", (8000, 8000)), "PNG"), "more than 50 million pixels")
    content = save(draw_chart(), "PNG")
    monkeypatch.setattr(images, "MAX_BYTES", len(content))
    assert inspect_picture(content)
    monkeypatch.setattr(images, "MAX_BYTES", len(content) - 1)
    refuse(content, "million bytes")


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory the Linux way")
@pytest.mark.parametrize("size", ["large JPEG", "large PNG"])
def test_memory_stays_bounded(size: str, tmp_path: Path) -> None:
    """A photograph of 100 megapixels, and a transparent picture of 49, are drawn within 700 MB."""
    path = tmp_path / "large"
    if size == "large JPEG":
        Image.linear_gradient("L").resize((10_000, 10_000)).convert("RGB").save(path, "JPEG")
    else:
        Image.new("RGBA", (7000, 7000), (200, 30, 30, 100)).save(path, "PNG", compress_level=1)
    code = "import re, sys; from newsroom.variants import draw_picture\n"  # not getrusage: it counts the process that was forked too
    code += "print(draw_picture(open(sys.argv[1], 'rb').read())[0].width, re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True, env={**os.environ, "PYTHONPATH": str(SCRIPTS)})
    width, kilobytes = map(int, done.stdout.split())
    assert width == 1600 and kilobytes < 700_000
    assert kilobytes > 30_000
