"""The pictures of a story: on its page, in its language, drawn once, and told when they cannot be shown."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from unittest.mock import Mock

import pytest
from PIL import Image, ImageDraw
from site_factory import Draft, SiteProject, compare_trees, expand, read_tree, watch

from newsroom import pictures
from newsroom.execute import Tasks
from newsroom.problems import Report

ITEMS = """pictures:
  - file: forum/hall.jpg
    alt: {kk: Зал, en: A hall}
    caption: Зал толы
    credit: {kk: Баспасөз қызметі, ru: Пресс-служба}
  - file: forum/plan.png
    alt: Жоспар "А" & Б
  - file: forum/map.png
    alt: Карта
    caption: {kk: Облыс картасы, ru: Карта области}
"""
RUSSIAN_ITEMS = """pictures:
  - {file: forum/hall.jpg, alt: Зал заседаний, caption: Зал полон}
  - {file: forum/plan.png, alt: План}
"""


def make_picture(file_format: str = "PNG", size: tuple[int, int] = (700, 500), colour: str = "navy", **options: object) -> bytes:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).ellipse((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    output = io.BytesIO()
    picture.save(output, file_format, **options)
    return output.getvalue()


def add_fields(project: SiteProject, path: str, fields: str) -> None:
    place = project.root / path
    place.write_text(place.read_text("utf-8").replace("---\n", f"---\n{fields}", 1), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> SiteProject:
    """A story of three pictures in three languages, not built yet."""
    project = SiteProject(tmp_path / "project")
    project.write_story(Draft("forum", date="2022-03-01"))
    project.write_story(Draft("pact", date="2021-03-01"))
    add_fields(project, "articles/2022/forum.kk.md", ITEMS)
    add_fields(project, "articles/2022/forum.ru.md", RUSSIAN_ITEMS)
    for name, size in (("hall.jpg", (1300, 900)), ("plan.png", (700, 500)), ("map.png", (300, 200))):
        project.write(f"articles/2022/forum/{name}", make_picture("JPEG" if name.endswith("jpg") else "PNG", size))
    return project


def read_page(project: SiteProject, language: str, slug: str = "2022/forum") -> str:
    return (project.site / language / "news" / slug / "index.html").read_text("utf-8")


def test_pictures_of_a_story(project: SiteProject) -> None:
    """The first stands over the text and loads at once; the others are a gallery of links that needs no script. All files are there."""
    project.build()
    page = read_page(project, "kk")
    lead, gallery = page.index("nr-picture--lead"), page.index('class="nr-gallery"')
    assert lead < page.index('class="nr-body"') < gallery
    assert page.count('fetchpriority="high"') == 1 and page.count('loading="lazy"') == 2
    assert 'width="1300" height="900" alt="Зал" fetchpriority="high"' in page
    assert 'alt="Жоспар &#34;А&#34; &amp; Б"' in page
    assert re.search(r'<li><figure class="nr-picture"><a href="../../../../pictures/2022/forum/plan.png/700.jpg"><picture>', page)
    assert '<span class="nr-picture__caption">Зал толы</span> <span class="nr-picture__credit">Баспасөз қызметі</span>' in page
    named = {address for addresses in re.findall(r'(?:srcset|src|href)="([^"]*pictures/[^"]*)"', page) for address in re.findall(r"[^ ,]*pictures/[^ ,]*", addresses)}
    files = {path.relative_to(project.site).as_posix() for path in project.site.glob("pictures/**/*.*") if path.is_file()}
    hall = {path for path in files if "hall" in path}
    assert hall == set(expand("pictures/2022/forum/hall.jpg/{480,800,1200,1300}.{avif,jpg}"))
    assert {address.removeprefix("../../../../").removeprefix(project.site_url) for address in named} | hall <= files


def test_texts_in_each_language(project: SiteProject) -> None:
    """A translation's own texts come first, then those that the original has in the language, then the original's own, marked."""
    project.build()
    russian, english = read_page(project, "ru"), read_page(project, "en")
    assert 'alt="Зал заседаний" fetch' in russian and ">Зал полон</span>" in russian and ">Пресс-служба</span>" in russian
    assert 'alt="План" load' in russian and ">Карта области</span>" in russian and 'alt="Карта" lang="kk" load' in russian
    assert 'alt="A hall" fetch' in english and '<span class="nr-picture__caption" lang="kk">Зал толы</span>' in english
    assert 'alt="Зал"' not in russian


def test_pictures_in_the_text(project: SiteProject) -> None:
    """One alone in its paragraph is a figure with its title below, several are a gallery, one among words stays there; the first of a
    page loads at once when it stands near the top."""
    text = '![Зал](forum/hall.jpg "Зал толы")\n\nСөз ![Карта](forum/map.png) сөз.\n\n![Бір](forum/map.png)\n![Екі](forum/plan.png "Жоспар")\n\n[![Үш](forum/map.png)](forum.ru.md)'
    project.write_story(Draft("forum", date="2022-03-01", bodies={"kk": text}))
    project.build()
    page = read_page(project, "kk")
    assert re.search(r'<figure class="nr-picture"><picture>.*?alt="Зал" fetchpriority="high".*?</picture><figcaption>Зал толы</figcaption></figure>', page)
    assert page.count('fetchpriority="high"') == 1 and page.count("<figcaption>") == 2
    assert re.search(r"<p>Сөз <picture>.*?</picture> сөз.</p>", page)
    (gallery,) = re.findall(r'<ul class="nr-gallery">.*?</ul>', page, re.DOTALL)
    assert re.findall(r'<a href="([^"]*)"', gallery) == [f"../../../../pictures/2022/forum/{name}" for name in ("map.png/300.jpg", "plan.png/700.jpg")]
    assert re.search(r'<p><a href="[^"]*kk/news/2022/forum/"[^>]*><picture>.*?</picture></a></p>', page)


def test_shared_links(project: SiteProject) -> None:
    """A story's first picture stands for it where it is shared, a card with its title when it has none; other pages have the language's card."""
    project.build()
    page = read_page(project, "ru")
    for name, value in (("image", "pictures/2022/forum/hall.jpg/1200.jpg"), ("image:width", "1200"), ("image:height", "831")):
        assert f'<meta property="og:{name}" content="{project.site_url if name == "image" else ""}{value}">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert Image.open(io.BytesIO((project.site / "pictures/2022/forum/hall.jpg/1200.jpg").read_bytes())).size == (1200, 831)
    assert f'content="{project.site_url}cards/ru/2021/pact.png"' in read_page(project, "ru", "2021/pact")
    assert f'content="{project.site_url}cards/ru.png"' in (project.site / "ru/index.html").read_text("utf-8")
    cards = [Image.open(io.BytesIO(path.read_bytes())) for path in project.site.glob("cards/**/*.png")]
    assert len(cards) == 9 and all((card.size, card.format) == ((1200, 630), "PNG") for card in cards)


# ---------------------------------------------------------------- drawn once


def test_drawn_once_for_each_content(project: SiteProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without site and store, and under another name, a picture is not drawn again; a lost or damaged drawing only costs time."""
    count = Mock(side_effect=pictures.draw_picture)
    monkeypatch.setattr(pictures, "draw_picture", count)
    project.build()
    assert count.call_count == 3
    clean = read_tree(project.site)
    shutil.rmtree(project.site)
    shutil.rmtree(project.find_state())
    project.build()
    assert count.call_count == 3 and compare_trees(read_tree(project.site), clean) == []
    shutil.copyfile(project.root / "articles/2022/forum/plan.png", project.root / "articles/2022/forum/same.png")
    project.write_story(Draft("pact", date="2021-03-01", bodies={"kk": "![Жоспар](../2022/forum/same.png)"}))
    project.build()
    assert count.call_count == 3 and (project.site / "pictures/2022/forum/same.png/700.avif").is_file()
    drawings = [path for path in (project.root / ".newsroom/pictures").rglob("*") if path.is_file()]
    assert len(drawings) == 3
    drawings[0].write_bytes(drawings[0].read_bytes()[:-1])
    drawings[1].unlink()
    shutil.rmtree(project.site / "pictures")
    project.build()
    assert count.call_count == 5
    assert {path: content for path, content in read_tree(project.site).items() if path in clean and path.startswith("pictures/")}.items() <= clean.items()


def test_incremental_equals_clean(project: SiteProject, tmp_path: Path) -> None:
    """A new picture under an old name, and a new text of one, change just what shows them."""
    project.build()
    project.write("articles/2022/forum/plan.png", make_picture(colour="green"))
    with watch(project.site) as changes:
        project.build()
    assert changes.written == expand("pictures/2022/forum/plan.png/{480,700}.{avif,jpg}")
    project.write("articles/2022/forum/plan.png", make_picture(size=(600, 500), colour="green"))
    place = project.root / "articles/2022/forum.kk.md"
    with watch(project.site) as changes:
        project.build()
    assert changes.removed == expand("pictures/2022/forum/plan.png/700.{avif,jpg}")
    assert set(expand("{kk,ru,en}/news/2022/forum/index.html", "pictures/2022/forum/plan.png/600.{avif,jpg}")) <= set(changes.written)
    place.write_text(place.read_text("utf-8").replace("Карта\n", "Облыс\n"), "utf-8")
    with watch(project.site) as changes:
        project.build()
    assert changes.pages == expand("{kk,ru,en}/news/2022/forum/index.html")
    assert compare_trees(read_tree(project.site), project.build_clean(tmp_path)) == []


def test_workers_draw_the_same(project: SiteProject, tmp_path: Path) -> None:
    """Two processes make the bytes that one makes."""
    project.build()
    shutil.rmtree(project.root / ".newsroom")
    project.build(site=tmp_path / "other", tasks=Tasks(jobs=2))
    assert compare_trees(read_tree(tmp_path / "other"), read_tree(project.site)) == []


# ---------------------------------------------------------------- what cannot be shown


def test_every_broken_picture_is_told(project: SiteProject) -> None:
    """Each with the file, line and column that names it, what is wrong and how to mend it; one does not hide another."""
    jpeg = make_picture("JPEG")
    project.write("articles/2022/forum/hall.jpg", jpeg[: len(jpeg) // 2])
    project.write("articles/2022/forum/plan.png", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    project.write("articles/2022/forum/moving.gif", make_picture("GIF", save_all=True, append_images=[Image.new("RGB", (700, 500))]))
    project.write_story(Draft("pact", date="2021-03-01", bodies={"ru": "Текст\n\n![Зал](../2022/forum/hall.jpg) ![Б](../2022/forum/moving.gif)"}))
    report = project.try_build()
    assert isinstance(report, Report)
    found = {(problem.path, problem.line, problem.column, problem.message.partition(": ")[2].split(",")[0][:30]) for problem in report.problems}
    assert found == {
        ("articles/2021/pact.ru.md", 9, 8, "the file is damaged or not a J"), ("articles/2021/pact.ru.md", 9, 37, "the picture moves"),
        ("articles/2022/forum.kk.md", 3, 11, "the file is damaged or not a J"), ("articles/2022/forum.ru.md", 3, 12, "the file is damaged or not a J"),
        ("articles/2022/forum.kk.md", 7, 11, "HEIC pictures"), ("articles/2022/forum.ru.md", 4, 12, "HEIC pictures"),
    }  # fmt: skip
    assert all(problem.code == "bad-image" and problem.hint for problem in report.problems)
    assert not project.site.exists()


@pytest.mark.parametrize(
    ("path", "fields", "wanted"),
    [
        ("pact.kk.md", "pictures: [{file: ../2022/forum/plan.png}]\n", "2:12: missing-field: the picture has no alternative text"),
        ("pact.kk.md", "pictures: [{file: pact/none.jpg, alt: A}]\n", "2:19: missing-image: the picture articles/2021/pact/none.jpg does not exist"),
        ("pact.kk.md", "pictures: [{file: 'https://example.org/a.jpg', alt: A}]\n", "2:19: remote-image: the picture https://example.org/a.jpg is on another site"),
        ("pact.kk.md", "pictures: [{file: ../2022/forum/plan.heic, alt: A}]\n", "2:19: bad-image: articles/2022/forum/plan.heic is not a picture that can be shown"),
        ("pact.ru.md", "pictures: [{file: ../2022/forum/plan.png, alt: A}]\n", "2:19: contradiction: the original articles/2021/pact.kk.md has no picture ../2022/forum/plan.png"),
        ("pact.kk.md", "pictures: [{file: ../2022/forum/plan.png, alt: {xx: A}}]\n", "2:49: unknown-language"),
    ],
)  # fmt: skip
def test_wrong_fields(project: SiteProject, path: str, fields: str, wanted: str) -> None:
    """What is wrong with a picture in front matter is told at its place."""
    project.write("articles/2022/forum/plan.heic", b"x")
    add_fields(project, f"articles/2021/{path}", fields)
    report = project.try_build()
    assert isinstance(report, Report)
    (line,) = [line for line in report.as_text().split("\n") if line.startswith("articles/")]
    assert line.startswith(f"articles/2021/{path}:{wanted}")


# ---------------------------------------------------------------- on the front page


def test_front_page_shows_the_picture_of_its_lead(project: SiteProject, tmp_path: Path) -> None:
    """With the alternative text of each language, at once and linked; it goes when another story leads, and a new text of it is shown."""
    project.build()
    fronts = {code: (project.site / code / "index.html").read_text("utf-8") for code in ("kk", "ru", "en")}
    for code, alt in (("kk", "Зал"), ("ru", "Зал заседаний"), ("en", "A hall")):
        (shown,) = re.findall(r'<figure class="nr-picture nr-picture--front"><a href="([^"]*)"><picture>.*?alt="([^"]*)" fetchpriority="high"', fronts[code])
        assert shown == (f"../{code}/news/2022/forum/", alt)
        assert "nr-lead--wide" not in fronts[code] and "Зал толы" not in fronts[code]
    place = project.root / "articles/2022/forum.ru.md"
    place.write_text(place.read_text("utf-8").replace("Зал заседаний", 'Зал "А" &amp; <b>'), "utf-8")
    with watch(project.site) as changes:
        project.build()
    assert "ru/index.html" in changes.pages and "kk/index.html" not in changes.pages
    assert 'alt="Зал &#34;А&#34; &amp;amp; &lt;b&gt;"' in (project.site / "ru/index.html").read_text("utf-8")
    project.write_story(Draft("visit", date="2023-03-01"))
    project.build()
    front = (project.site / "kk/index.html").read_text("utf-8")
    assert "<picture>" not in front and "nr-lead--wide" in front
    assert compare_trees(read_tree(project.site), project.build_clean(tmp_path)) == []


def test_front_page_keeps_its_picture_in_step_with_the_file(project: SiteProject, tmp_path: Path) -> None:
    """Another size of the picture under the same name is another page."""
    project.build()
    project.write("articles/2022/forum/hall.jpg", make_picture("JPEG", (900, 600)))
    with watch(project.site) as changes:
        project.build()
    assert set(expand("{kk,ru,en}/index.html")) <= set(changes.pages)
    assert 'width="900" height="600"' in (project.site / "kk/index.html").read_text("utf-8")
    assert compare_trees(read_tree(project.site), project.build_clean(tmp_path)) == []
