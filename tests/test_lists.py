"""Lists of the built site: newest first, a page per year, months in big years, each language's alphabet, stories of other languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from html_pages import Element, Page, SitePages, find_all, read_text
from own_site import LANGUAGES, SITE_URL, build_site, copy_content, read_originals
from site_factory import Draft, SiteProject

REGIONS = [
    "Абай облысы", "Ақмола облысы", "Ақтөбе облысы", "Алматы қаласы", "Алматы облысы", "Астана қаласы", "Атырау облысы", "Батыс Қазақстан облысы",
    "Жамбыл облысы", "Жетісу облысы", "Қарағанды облысы", "Қостанай облысы", "Қызылорда облысы", "Маңғыстау облысы", "Павлодар облысы",
    "Солтүстік Қазақстан облысы", "Түркістан облысы", "Ұлытау облысы", "Шығыс Қазақстан облысы", "Шымкент қаласы",
]  # fmt: skip
"""In the order of the Kazakh alphabet: қ after к and before л, ң after н, ұ after у, ы before і. By code points қ and ұ come last."""

PEOPLE = ["Е. Есімов", "Ә. Әлиев", "Ғ. Ғабитов", "Һ. Һарунов", "І. Ілиясов", "Қ. Қалиев", "Ң. Ңұрымов", "Ө. Өтешев", "Ұ. Ұлықпанов", "Ү. Үсенов", "А. Алиев", "К. Кенжин", "О. Оспанов", "У. Уәлиев", "Ы. Ыбыраев"]  # fmt: skip
SORTED_PEOPLE = ["А. Алиев", "Ә. Әлиев", "Ғ. Ғабитов", "Е. Есімов", "К. Кенжин", "Қ. Қалиев", "Ң. Ңұрымов", "О. Оспанов", "Ө. Өтешев", "У. Уәлиев", "Ұ. Ұлықпанов", "Ү. Үсенов", "Һ. Һарунов", "Ы. Ыбыраев", "І. Ілиясов"]  # fmt: skip


@pytest.fixture(scope="module")
def site(own_site: Path) -> SitePages:
    return SitePages(own_site, site_url=SITE_URL)


def list_names(page: Page) -> list[str]:
    """The names of a list of regions, unions, people or kinds, in their order."""
    return [read_text(find_all(link, "span")[0]) for block in page.find_all("ul", class_name="nr-links") for link in find_all(block, "a")]


def list_counts(page: Page, heading: str) -> dict[str, str]:
    """Name -> number of stories, of the section with this heading."""
    links = [find_all(link, "span") for section in page.find_all("section") if read_text(find_all(section, "h2")[0]) == heading for link in find_all(section, "a")]
    return {read_text(name): read_text(count) for name, count in links}


def list_titles(page: Page) -> list[str]:
    return [read_text(title) for title in page.find_all("h3", class_name="nr-card__title")]


def list_days(page: Page) -> list[str]:
    """The days that a list shows, from top to bottom: of its cards, or of the groups that they stand in."""
    groups = page.find_all("section", class_name="nr-day") or page.find_all("ul", class_name="nr-cards")
    return [time.attrib["datetime"] for group in groups for time in find_all(group, "time")]


# ---------------------------------------------------------------- order and years


def test_every_list_has_the_newest_story_first(site):
    """On landing pages, years and front pages no story stands above a newer one."""
    lists = [page for page in site.pages.values() if "/news/" not in page.path and len(list_days(page)) > 1]
    assert len(lists) > 20
    assert [page.path for page in lists if list_days(page) != sorted(list_days(page), reverse=True)] == []


def test_years_list_the_stories_of_the_sources(site, own_project):
    """The archive's page of a year has all its stories, and the archive counts them."""
    years: dict[int, int] = {}
    for story in read_originals(own_project).values():
        years[story["date"].year] = years.get(story["date"].year, 0) + 1
    for language in LANGUAGES:
        assert {year: len(list_titles(site[f"{language}/archive/{year}/"])) for year in years} == years
        counts = {read_text(find_all(link, "span")[0]): read_text(find_all(link, "span")[1]) for link in find_list_links(site[f"{language}/archive/"])}
        assert {year: int(count.split()[0]) for year, count in counts.items()} == {str(year): count for year, count in years.items()}


def find_list_links(page: Page) -> list[Element]:
    return [link for block in page.find_all("ul", class_name="nr-links") for link in find_all(block, "a")]


def test_landing_page_leads_to_each_of_its_years(site):
    """From the page of a region, union, person or kind, and from the calendar, a reader reaches every page of its years, and from there back."""
    periods = [page for page in site.pages.values() if page.url.rstrip("/").rpartition("/")[2].isdigit() and "/archive/" not in page.url]
    assert len(periods) > 40
    for page in periods:
        above = site[page.url.rstrip("/").rpartition("/")[0] + "/"]
        year = page.url.rstrip("/").rpartition("/")[2]
        assert f"{year}/" in [link.get("href", "").removeprefix("../" * above.url.count("/") + above.url) for link in above.find_all("a")], page.path
        assert [link.get("href") for kicker in page.find_all("p", class_name="nr-kicker")[:1] for link in find_all(kicker, "a")] == ["../" * page.url.count("/") + above.url]


# ---------------------------------------------------------------- big years


@pytest.fixture(scope="module")
def big_site(tmp_path_factory: pytest.TempPathFactory) -> SitePages:
    """101 stories of 2022 in five months, 100 of 2021, all of one region and kind."""
    project = SiteProject(tmp_path_factory.mktemp("big"))
    for number in range(101):
        project.write_story(Draft(f"new-{number}", f"2022-{number % 5 + 3:02}-{number // 5 + 1:02}", ("kk",), regions=["south"]))
    for number in range(100):
        project.write_story(Draft(f"old-{number}", f"2021-{number % 12 + 1:02}-{number // 12 + 1:02}", ("kk",), regions=["south"]))
    project.build()
    return SitePages(project.site, site_url=project.site_url)


@pytest.mark.parametrize("folder", ["archive/", "regions/south/", "kinds/news/"])
def test_year_of_more_than_100_stories_is_split_by_month(big_site, folder):
    """Its page shows the newest 20 and leads to its months, which together have every story once; a month names itself."""
    year = big_site[f"kk/{folder}2022/"]
    assert list_counts(year, "Айлар бойынша") == {"Шілде": "20", "Маусым": "20", "Мамыр": "20", "Сәуір": "20", "Наурыз": "21"}
    assert len(list_titles(year)) == 20 and list_days(year)[0] == "2022-07-20"
    months = [big_site[f"kk/{folder}2022/{month:02}/"] for month in range(3, 8)]
    titles = [title for page in months for title in list_titles(page)]
    assert len(titles) == len(set(titles)) == 101
    for number, page in enumerate(months, start=3):
        assert list_days(page) == sorted(set(list_days(page)), reverse=True)
        assert {day[:7] for day in list_days(page)} == {f"2022-{number:02}"}
    assert months[0].read("h1").endswith(": 2022 жылғы наурыз")


@pytest.mark.parametrize("folder", ["archive/", "regions/south/"])
def test_year_of_100_stories_stays_whole(big_site, folder):
    """Its one page has them all, and there is no page of a month."""
    assert len(list_titles(big_site[f"kk/{folder}2021/"])) == 100
    assert [path for path in big_site.pages if path.startswith(f"kk/{folder}2021/0")] == []


def test_landing_page_shows_the_newest_of_many(big_site):
    """20 stories on a landing page; a lead, five of the newest and two of each kind on the front page; the numbers of all years."""
    page = big_site["kk/regions/south/"]
    assert len(list_titles(page)) == 20 and list_days(page)[0] == "2022-07-20"
    assert list_counts(page, "Жылдар бойынша") == {"2022": "101", "2021": "100"}
    home = big_site["kk/"]
    assert len(home.find_all("h2", class_name="nr-lead__title")) == 1
    assert len(find_all(home.find("section", class_name="nr-home__newest"), "li")) == 5
    assert [len(find_all(strip, "li")) for strip in home.find_all("section", class_name="nr-strip")] == [2]


def test_big_site_is_whole(big_site):
    """Months and split years lead nowhere wrong either."""
    assert list(big_site.list_broken_addresses()) == []


# ---------------------------------------------------------------- alphabets


def test_regions_follow_the_kazakh_alphabet(site):
    """Kazakh letters have their own places, not those of Unicode, in the list of all regions."""
    assert sorted(REGIONS) != REGIONS
    assert list_names(site["kk/regions/"]) == REGIONS


@pytest.mark.parametrize(("language", "first", "last"), [("ru", "Акмолинская область", "Туркестанская область"), ("en", "Abai Region", "Zhetysu Region")])
def test_regions_follow_the_alphabet_of_the_page(site, language, first, last):
    """Each language sorts by its own names; the same 20 regions in another order."""
    names = list_names(site[f"{language}/regions/"])
    assert (names[0], names[-1], len(names)) == (first, last, len(REGIONS))
    assert names == sorted(names, key=str.casefold)


def test_every_kazakh_letter_is_in_its_place(tmp_path):
    """A list of people whose names begin with each Kazakh letter, in sections with the letter as heading."""
    project = SiteProject(tmp_path)
    project.authority["people"] = {f"person-{number}": {"names": dict.fromkeys(LANGUAGES, name)} for number, name in enumerate(PEOPLE)}
    project.write_authority()
    project.build()
    page = SitePages(project.site, site_url=project.site_url)["kk/people/"]
    assert list_names(page) == SORTED_PEOPLE
    assert [read_text(letter) for letter in page.find_all("h2", class_name="nr-group__letter")] == [name[0] for name in SORTED_PEOPLE]


# ---------------------------------------------------------------- a story without a version in the reader's language


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> SitePages:
    """The own site without the Kazakh version of a story whose original is Russian."""
    folder = tmp_path_factory.mktemp("lacking")
    project = copy_content(folder / "project")
    assert "original: ru" in (project / "articles/2018/south-unites.kk.md").read_text("utf-8")
    (project / "articles/2018/south-unites.kk.md").unlink()
    for path in project.glob("articles/*/*.kk.md"):
        path.write_text(path.read_text("utf-8").replace("south-unites.kk.md", "south-unites.ru.md"), "utf-8")
    return SitePages(build_site(project, folder / "site"), site_url=SITE_URL)


def test_story_without_a_version_is_listed_with_its_original_title(lacking):
    """On every Kazakh list it has the Russian title, marked as Russian for programs and for readers, and leads to the Russian page."""
    story = lacking["ru/news/2018/south-unites/"]
    lists = [lacking[url] for url in ("kk/archive/2018/", "kk/regions/turkistan/", "kk/kinds/meeting-summary/2018/")]
    for page in lists:
        (card,) = [card for card in page.find_all("li", class_name="nr-card") if story.read("h1") in read_text(card)]
        (link,) = find_all(card, "a")
        assert (read_text(link), link.get("lang"), link.get("hreflang"), link.get("target")) == (story.read("h1"), "ru", "ru", "_self")
        assert link.get("href", "").endswith("ru/news/2018/south-unites/")
        assert [read_text(mark) for mark in find_all(card, "span", class_name="nr-mark")] == ["Тек орысша"]
        assert [summary.get("lang") for summary in find_all(card, "p", class_name="nr-card__summary")] == ["ru"]
    (brief,) = [item for item in find_all(lacking["kk/"].find("section", class_name="nr-home__newest"), "li") if story.read("h1") in read_text(item)]
    assert find_all(brief, "a")[0].get("lang") == "ru" and [read_text(mark) for mark in find_all(brief, "span", class_name="nr-mark")] == ["Тек орысша"]


def test_stories_with_a_version_have_no_mark(lacking):
    """The mark stands by the one story alone."""
    cards = lacking["kk/archive/2018/"].find_all("li", class_name="nr-card")
    assert len(cards) == 3 and len(lacking["kk/archive/2018/"].find_all("span", class_name="nr-mark")) == 1
    assert lacking["ru/archive/2018/"].find_all("span", class_name="nr-mark") == []


def test_link_in_a_text_leads_to_the_version_there_is(lacking):
    """A Kazakh text that links the story leads to its Russian page and says so to programs."""
    links = [link for link in lacking["kk/news/2018/five-social-initiatives/"].find("div", class_name="nr-body").iter("a") if "south-unites" in link.get("href", "")]
    assert [(link.get("href"), link.get("hreflang")) for link in links] == [("../../../../ru/news/2018/south-unites/", "ru")]


def test_missing_version_is_named_nowhere(lacking):
    """No page, no hreflang, no entry of the sitemap; the switch says that it leads elsewhere, and its address exists."""
    assert "kk/news/2018/south-unites/index.html" not in lacking.pages
    story = lacking["ru/news/2018/south-unites/"]
    assert set(story.list_alternates()) == {"ru", "en", "x-default"}
    assert story.list_alternates()["x-default"].endswith("/ru/news/2018/south-unites/")
    assert "kk/news/2018/south-unites" not in (lacking.folder / "sitemaps/2018.xml").read_text("utf-8")
    (away,) = find_all(story.find("nav", class_name="nr-switch"), "li", class_name="nr-switch__away")
    assert away.get("title", "").startswith("казахский") and find_all(away, "a")[0].get("href") == "../../../../kk/"
    assert list(lacking.list_broken_addresses()) == []
