"""A picture's HTML: every width as AVIF and as what every browser knows, with its size, so that nothing jumps while it loads.

Pure. Texts are HTML already where it says so. Body and templates use the same functions.
"""

from __future__ import annotations

import re

from .model import Picture

COLUMN_EM = 41.25
"""Width of the text column, in the browser's own letters (16 pixels): 33rem of the theme."""
FRONT_EM = 48.25
"""The same of the lead story's picture on the front page, which is two thirds of the page from 60 em on."""
_THUMBNAIL_SIZES = "(min-width: 44em) 13.5em, 50vw"
_THUMBNAIL_WIDTH = 800
_FALLBACK_WIDTH = 800
LAZY = ' loading="lazy" decoding="async">'
EAGER = ' fetchpriority="high" decoding="async">'
_EARLY = 500
"""Characters of a body's HTML; a picture that comes later is below the fold of a telephone."""

_ALONE = re.compile(r"<p>\s*(<picture>(?:(?!</?p>).)*?</picture>(?:(?:\s|<br>)*<picture>(?:(?!</?p>).)*?</picture>)*)(?:\s|<br>)*</p>", re.DOTALL)
_PICTURE = re.compile(r"<picture>.*?</picture>", re.DOTALL)
_TITLE = re.compile(r' title="([^"]*)"')


def picture_tag(url: str, picture: Picture, *, alt: str, attributes: str = "", is_eager: bool = False) -> str:
    """The picture in the text column. url: of its folder. alt and attributes (with a space before each) are HTML."""
    return _write_tag(url, picture, sizes=_choose_sizes(picture), widths=picture.widths, alt=alt, attributes=attributes, ending=EAGER if is_eager else LAZY)


def front_picture(url: str, picture: Picture, *, alt: str, attributes: str = "") -> str:
    """The picture of the lead story on the front page."""
    sizes = f"(min-width: 78em) {FRONT_EM}em, (min-width: 60em) 62vw, 100vw" if picture.width >= FRONT_EM * 16 else _choose_sizes(picture)
    return _write_tag(url, picture, sizes=sizes, widths=picture.widths, alt=alt, attributes=attributes, ending=EAGER)


def figure(tag: str, caption: str = "", *, classes: str = "nr-picture") -> str:
    """A picture with what stands below it. caption is HTML."""
    return f'<figure class="{classes}">{tag}{f"<figcaption>{caption}</figcaption>" if caption else ""}</figure>'


def thumbnail(url: str, picture: Picture, *, alt: str, attributes: str = "") -> str:
    """The picture in a gallery: small, and a link to the largest."""
    widths = tuple(width for width in picture.widths if width <= _THUMBNAIL_WIDTH) or picture.widths[:1]
    tag = _write_tag(url, picture, sizes=_THUMBNAIL_SIZES, widths=widths, alt=alt, attributes=attributes, ending=LAZY)
    return f'<a href="{url}{picture.width}.jpg">{tag}</a>'


def gallery(figures: list[str]) -> str:
    return f'<ul class="nr-gallery">{"".join(f"<li>{figure}</li>" for figure in figures)}</ul>'


def arrange_pictures(html: str) -> str:
    """A body's HTML with each paragraph that holds nothing but pictures as a figure, or a gallery when there are several."""
    return _ALONE.sub(_arrange, html)


def hasten_picture(html: str) -> str:
    """The HTML of a page's body without a picture above it: the first picture is loaded at once when it stands near the top."""
    place = html.find("<picture>")
    return html.replace(LAZY, EAGER, 1) if 0 <= place < _EARLY else html


def _arrange(match: re.Match[str]) -> str:
    tags = _PICTURE.findall(match[1])
    if len(tags) == 1:
        return _add_caption(tags[0])
    return gallery([_add_caption(tag, is_thumbnail=True) for tag in tags])


def _add_caption(tag: str, *, is_thumbnail: bool = False) -> str:
    """A picture of a body as a figure: the title becomes the caption."""
    title = _TITLE.search(tag)
    caption = title[1] if title else ""
    tag = _TITLE.sub("", tag, count=1)
    if is_thumbnail:
        tag = f'<a href="{_find_largest(tag)}">{_make_small(tag)}</a>'
    return figure(tag, caption)


def _find_largest(tag: str) -> str:
    """The address of the largest file that every browser knows: the last of the second list."""
    return tag.rpartition(' srcset="')[2].partition('"')[0].rpartition(", ")[2].partition(" ")[0]


def _make_small(tag: str) -> str:
    return re.sub(r' sizes="[^"]*"', f' sizes="{_THUMBNAIL_SIZES}"', tag)


def _write_tag(url: str, picture: Picture, *, sizes: str, widths: tuple[int, ...], alt: str, attributes: str, ending: str) -> str:
    def list_files(suffix: str) -> str:
        return ", ".join(f"{url}{width}{suffix} {width}w" for width in widths)

    usual = max((width for width in widths if width <= _FALLBACK_WIDTH), default=widths[0])
    return (
        f'<picture><source type="image/avif" srcset="{list_files(".avif")}" sizes="{sizes}">'
        f'<img src="{url}{usual}.jpg" srcset="{list_files(".jpg")}" sizes="{sizes}"'
        f' width="{picture.width}" height="{picture.height}" alt="{alt}"{attributes}{ending}</picture>'
    )


def _choose_sizes(picture: Picture) -> str:
    """How wide it is shown: as wide as the column, but never wider than it is."""
    if picture.width < COLUMN_EM * 16:
        return f"(min-width: {picture.width + 32}px) {picture.width}px, 100vw"
    return f"(min-width: {COLUMN_EM + 2}em) {COLUMN_EM}em, 100vw"
