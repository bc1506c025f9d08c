"""Pictures: nothing hidden goes online, what is shown looks right, and what cannot be shown is named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from newsroom import images
from newsroom.images import ImageError, check_image, publish_image

RED, WHITE = (220, 30, 30), (255, 255, 255)


def draw(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    """A white picture whose top left quarter is red."""
    picture = Image.new("RGB", size, WHITE)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1] // 2), fill=RED)
    return picture.convert(mode)


def published(source: Path) -> Image.Image:
    picture = Image.open(io.BytesIO(publish_image(source)))
    picture.load()
    return picture


def is_red(picture: Image.Image, place: tuple[int, int]) -> bool:
    red, green, blue = picture.convert("RGB").getpixel(place)
    return red > 180 and green < 90 and blue < 90


def save_with_secrets(path: Path, *, orientation: int = 1) -> None:
    """A picture with a GPS position, a camera's name, XMP, a comment and a colour profile, as far as its format can hold them."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 7.0, 30.0), 29: "SECRET-GPS"})
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET-COMMENT")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": exif, "icc_profile": profile, "xmp": b"<x>SECRET-XMP</x>", "comment": b"SECRET-COMMENT", "pnginfo": text}
    if path.suffix == ".gif":
        options = {"comment": b"SECRET-COMMENT"}
    draw().save(path, **options)


@pytest.mark.parametrize("suffix", [".jpg", ".JPEG", ".png", ".webp", ".gif"])
def test_nothing_hidden_is_published(tmp_path: Path, suffix: str) -> None:
    """GPS position, camera, XMP, comments and profile of a source are not in what is published."""
    source = tmp_path / f"photo{suffix}"
    save_with_secrets(source)
    assert b"SECRET" in source.read_bytes()
    content = publish_image(source)
    for trace in (b"SECRET", b"Exif", b"xmp", b"XMP", b"ICC_PROFILE", b"iCCP", b"tEXt", b"EXIF"):
        assert trace not in content
    picture = published(source)
    assert not picture.getexif() and "icc_profile" not in picture.info and "comment" not in picture.info
    assert picture.size == (300, 200) and is_red(picture, (20, 20)) and not is_red(picture, (280, 180))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif"])
def test_format_is_that_of_the_ending(tmp_path: Path, suffix: str) -> None:
    """A file with another format inside is published in the format that its name promises."""
    source = tmp_path / f"photo{suffix}"
    draw().save(source, "PNG" if suffix == ".jpg" else "JPEG")
    assert published(source).format == {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}[suffix]


@pytest.mark.parametrize(("orientation", "red_at"), [(1, (20, 20)), (3, (280, 180)), (6, (180, 20)), (8, (20, 280))])
def test_picture_stands_upright(tmp_path: Path, orientation: int, red_at: tuple[int, int]) -> None:
    """The orientation that a camera noted is applied, in the size that pages announce too."""
    source = tmp_path / "photo.jpg"
    save_with_secrets(source, orientation=orientation)
    picture = published(source)
    assert picture.size == check_image(source) == ((200, 300) if orientation in (6, 8) else (300, 200))
    assert is_red(picture, red_at)


@pytest.mark.parametrize("size", [(4001, 3000), (3000, 4001), (9000, 40), (1600, 1600), (1601, 7), (1, 1)])
@pytest.mark.parametrize("orientation", [1, 6])
def test_size_is_limited_and_known(tmp_path: Path, size: tuple[int, int], orientation: int) -> None:
    """At most 1600 pixels wide and 2400 high, upright; nothing is enlarged, and check_image says what publish_image makes."""
    source = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", size, RED).save(source, exif=exif)
    picture = published(source)
    assert picture.size == check_image(source)
    wide, high = size if orientation == 1 else size[::-1]
    scale = min(1, 1600 / wide, 2400 / high)
    assert abs(picture.width - wide * scale) <= 1 and abs(picture.height - high * scale) <= 1
    assert picture.width <= 1600 and picture.height <= 2400
    assert abs(picture.width - picture.height * wide / high) <= wide / high / 2 + 1


def test_transparency(tmp_path: Path) -> None:
    """Transparent pictures stay so where the format can, and stand on white where it cannot."""
    clear = Image.new("RGBA", (10, 10), (220, 30, 30, 0))
    for name in ("a.png", "a.webp"):
        clear.save(tmp_path / name)
        assert published(tmp_path / name).getpixel((5, 5))[3] == 0
    clear.save(tmp_path / "a.jpg", "PNG")
    assert published(tmp_path / "a.jpg").getpixel((5, 5)) == WHITE
    palette = Image.new("P", (10, 10), 0)
    palette.save(tmp_path / "p.png", transparency=0)
    assert published(tmp_path / "p.png").convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_png_modes(tmp_path: Path, mode: str) -> None:
    """Pictures with few, grey or many shades come out with the brightness they had."""
    source = tmp_path / "a.png"
    (Image.new("I;16", (10, 10), 0x8000) if mode == "I;16" else Image.new("L", (10, 10), 255).convert(mode)).save(source)
    expected = 128 if mode == "I;16" else 255
    assert published(source).convert("L").getpixel((5, 5)) == expected


def test_print_colours(tmp_path: Path) -> None:
    """A photo in a printer's colours (CMYK) becomes one for screens."""
    source = tmp_path / "photo.jpg"
    draw(mode="CMYK").save(source)
    assert published(source).mode == "RGB" and is_red(published(source), (20, 20))


def test_profile_is_applied(tmp_path: Path) -> None:
    """Colours that need their profile to be read are converted, not just stripped of it; a broken profile is ignored."""
    source = tmp_path / "photo.png"
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = usual.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    draw().save(source, icc_profile=exchanged)  # red is blue in this profile
    red, _, blue = published(source).getpixel((20, 20))
    assert blue > 180 and red < 90
    for profile in (usual, b"no profile"):
        draw().save(source, icc_profile=profile)
        assert is_red(published(source), (20, 20))


def test_same_bytes_each_time(tmp_path: Path) -> None:
    """The same source gives the same bytes, under another name too; another source gives others."""
    save_with_secrets(tmp_path / "a.jpg")
    save_with_secrets(tmp_path / "b.jpg")
    draw((300, 199)).save(tmp_path / "c.jpg")
    assert publish_image(tmp_path / "a.jpg") == publish_image(tmp_path / "b.jpg") != publish_image(tmp_path / "c.jpg")


def test_second_picture_of_a_phone(tmp_path: Path) -> None:
    """A phone's JPEG with a second picture behind the first is a photo, not an animation."""
    source = tmp_path / "photo.jpg"
    draw().save(source, "MPO", save_all=True, append_images=[draw((30, 20))])
    with Image.open(source) as picture:
        assert picture.format == "MPO" and picture.n_frames == 2
    assert published(source).size == check_image(source) == (300, 200)


# ---------------------------------------------------------------- what is refused


def expect_error(source: Path, words: str) -> None:
    for use in (publish_image, check_image):
        with pytest.raises(ImageError, match=words) as caught:
            use(source)
        assert caught.value.hint


def test_svg_is_refused(tmp_path: Path) -> None:
    """SVG can carry scripts: it is refused by its ending and by its content."""
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for name, words in (("a.svg", "SVG"), ("a.SVGZ", "SVG"), ("a.png", "damaged"), ("a.txt", "a .txt file"), ("a", "without ending")):
        (tmp_path / name).write_text(svg)
        expect_error(tmp_path / name, words)


@pytest.mark.parametrize(("name", "output_format"), [("a.gif", "GIF"), ("a.webp", "WEBP"), ("a.png", "PNG")])
def test_animations_are_refused(tmp_path: Path, name: str, output_format: str) -> None:
    """A picture that moves is refused: a page would show another picture than the editor saw. One frame is fine."""
    source = tmp_path / name
    draw().save(source, output_format, save_all=True, append_images=[draw((300, 200)).rotate(90)])
    expect_error(source, "moves")
    draw().save(source, output_format)
    assert published(source).size == (300, 200)


def test_huge_pictures_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to a huge picture is refused from its header; one at the limit is not."""
    source = tmp_path / "a.png"
    Image.new("1", (30_000, 30_000)).save(source)
    assert source.stat().st_size < 1_000_000
    expect_error(source, "million pixels")
    draw().save(source)
    monkeypatch.setattr(images, "MAX_PIXELS", 60_000)
    assert check_image(source) == (300, 200)
    monkeypatch.setattr(images, "MAX_PIXELS", 59_999)
    expect_error(source, "million pixels")


def test_empty_and_missing_files(tmp_path: Path) -> None:
    """An empty file is a damaged picture; a missing one is the system's own error, not a picture's."""
    (tmp_path / "a.jpg").touch()
    expect_error(tmp_path / "a.jpg", "damaged")
    with pytest.raises(FileNotFoundError):
        publish_image(tmp_path / "b.jpg")


def test_truncated_picture_is_refused(tmp_path: Path) -> None:
    """Half a photo is refused, not published with a grey lower half."""
    source = tmp_path / "a.jpg"
    Image.effect_noise((300, 200), 60).save(source)
    source.write_bytes(source.read_bytes()[:-4000])
    with pytest.raises(ImageError, match="damaged"):
        publish_image(source)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    suffix=st.sampled_from([".jpg", ".png", ".webp", ".gif"]),
    changes=st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255)), max_size=8),
    in_header=st.booleans(),
)
def test_damage_gives_a_picture_or_an_image_error(
    tmp_path: Path, suffix: str, changes: list[tuple[int, int]], *, in_header: bool
) -> None:
    """Whatever bytes of a picture are changed, there is a picture or an ImageError, and no other error."""
    source = tmp_path / f"a{suffix}"
    save_with_secrets(source)
    content = bytearray(source.read_bytes())
    for place, value in changes:
        content[place % (200 if in_header else len(content))] = value
    source.write_bytes(content)
    try:
        assert published(source).size == check_image(source)
    except ImageError as error:
        assert error.hint
