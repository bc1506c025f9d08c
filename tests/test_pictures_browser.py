"""Pictures in a real browser: the right file, no jump while they load, a gallery for the keyboard and without scripts."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import StaticHost
from PIL import Image, ImageDraw
from playwright.sync_api import Page
from site_factory import Draft, SiteProject

FIELDS = "pictures:\n" + "".join(f"  - {{file: forum/{name}, alt: Picture {name}, caption: Caption {name}}}\n" for name in ("a.png", "b.png", "c.png", "d.png"))
ARTICLE = "kk/news/2022/forum/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticHost]:
    """A story with a picture over the text, one far down in it, and three in a gallery."""
    project = SiteProject(tmp_path_factory.mktemp("pictures"))
    project.write_story(Draft("forum", bodies={"kk": "Сөз.\n\n" * 60 + '![Төменде](forum/e.png "Қол қою")\n'}))
    place = project.root / "articles/2022/forum.kk.md"
    place.write_text(place.read_text("utf-8").replace("---\n", f"---\n{FIELDS}", 1), "utf-8")
    for name in "abcde":
        picture = Image.new("RGB", (1700, 1100), "white")
        ImageDraw.Draw(picture).rectangle((200, 200, 1500, 900), fill=(30, 60, 40 * (ord(name) - 96)))
        output = io.BytesIO()
        picture.save(output, "PNG")
        project.write(f"articles/2022/forum/{name}.png", output.getvalue())
    project.write("mkdocs.yml", project.config_file.read_text("utf-8") + "extra_css: [assets/newsroom/newsroom.css, assets/newsroom/header.css]\n")
    project.build()
    host = StaticHost(project.site)
    yield host
    host.close()


def list_loaded(host: StaticHost) -> list[str]:
    return [path.partition("pictures/2022/forum/")[2] for status, path in host.requests if "pictures/" in path and status == 200]


@pytest.mark.parametrize(("width", "density", "wanted"), [(390, 1, "480"), (390, 2, "800"), (390, 3, "1200"), (1280, 1, "800"), (1280, 2, "1600")])
def test_browser_takes_avif_of_the_right_width(site: StaticHost, open_page: Callable[..., Page], width: int, density: int, wanted: str) -> None:
    """As many pixels as the column has on the screen, and no other file; what is far down is not loaded yet."""
    site.requests.clear()
    page = open_page(width=width, device_scale_factor=density)
    page.goto(site.url + ARTICLE, wait_until="load")
    assert f"a.png/{wanted}.avif" in list_loaded(site)
    assert [name for name in list_loaded(site) if name.startswith("a.png")] == [f"a.png/{wanted}.avif"]
    assert not any(name.startswith("d.png") for name in list_loaded(site))
    assert all(name.endswith(".avif") for name in list_loaded(site))


def test_nothing_jumps(site: StaticHost, open_page: Callable[..., Page]) -> None:
    """Every picture has its place before it is there."""
    page = open_page(width=390)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shift += entry.value)).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(site.url + ARTICLE, wait_until="load")
    heights = page.eval_on_selector_all("figure", "figures => figures.map(figure => figure.offsetHeight)")
    page.eval_on_selector_all("img", "pictures => pictures.forEach(picture => picture.loading = 'eager')")
    loaded = "pictures => Promise.all(pictures.map(picture => picture.decode())).then(() => pictures.map(picture => picture.naturalWidth))"
    assert min(page.eval_on_selector_all("img", loaded)) > 0
    after = page.eval_on_selector_all("figure", "figures => figures.map(figure => figure.offsetHeight)")
    assert len(after) == len(heights) == 5
    assert all(abs(new - old) <= 1 for new, old in zip(after, heights, strict=True)), (heights, after)  # a fraction may be rounded either way
    assert len(heights) == 5 and min(heights) > 50
    assert page.evaluate("window.shift") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_gallery_without_script_and_with_the_keyboard(site: StaticHost, open_page: Callable[..., Page]) -> None:
    """Tab goes from picture to picture, each link says what its picture shows, Enter opens the large one."""
    page = open_page(java_script_enabled=False)
    page.goto(site.url + ARTICLE)
    links = page.locator(".nr-gallery a")
    assert links.count() == 3
    boxes = [link.bounding_box() for link in links.all()]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    links.first.focus()
    page.keyboard.press("Tab")
    focused = page.get_by_role("link", name="Picture c.png")
    assert focused.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pictures/2022/forum/c.png/1600.jpg")


def test_large_version_is_a_picture(site: StaticHost, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(site.url + ARTICLE)
    address = page.locator(".nr-gallery a").first.get_attribute("href")
    answer = page.request.get(site.url + ARTICLE + str(address))
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.body())).size == (1600, 1035)


def test_pages_are_sound_for_screen_readers(site: StaticHost, open_page: Callable[..., Page], tmp_path: Path) -> None:
    """Every picture has an alternative text, every figure at most one caption, the gallery is a list with a heading."""
    page = open_page()
    page.goto(site.url + ARTICLE)
    assert page.eval_on_selector_all("img", "pictures => pictures.every(picture => picture.alt)")
    assert page.get_by_role("region", name="Суреттер").get_by_role("listitem").count() == 3
    assert page.locator("figure").count() == 5
