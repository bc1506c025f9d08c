"""The static host that the browser tests rely on behaves as a real one does; otherwise they would prove nothing."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve_folder):
    folder = tmp_path_factory.mktemp("outside") / "site"
    pages = {"index.html": "root", "kk/index.html": "үй", "about.html": "about", "404.html": "gone", "feed.xml": "<feed/>"}
    for name, text in pages.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder.parent / "secret.txt").write_text("secret")
    return serve_folder(folder, prefix="/repository/")


def fetch(url: str, method: str = "GET") -> tuple[int, str, str, str]:
    """Status, text, content type and the URL where redirects ended."""
    try:
        with urlopen(Request(url, method=method), timeout=5) as answer:
            return answer.status, answer.read().decode(), answer.headers["Content-Type"], answer.url
    except HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["Content-Type"], error.url


def test_serves_files_and_folder_indexes(site):
    """A folder's URL gives its index page, in UTF-8; a file's URL gives the file with its type."""
    assert fetch(site.url)[:2] == (200, "root")
    assert fetch(site.url + "kk/")[:3] == (200, "үй", "text/html; charset=utf-8")
    assert fetch(site.url + "feed.xml")[1:3] == ("<feed/>", "application/xml")
    assert fetch(site.url + "about")[:2] == (200, "about")


def test_redirects_a_folder_to_its_slash(site):
    """A folder without its slash moves, so that the page's relative links hold."""
    assert fetch(site.url + "kk")[3] == site.url + "kk/"
    assert (301, "/repository/kk") in site.requests


@pytest.mark.parametrize("path", ["nothing/", "nothing.html", "kk/nothing", "../secret.txt", "%2e%2e/secret.txt", "feed.xml/"])
def test_answers_404_with_the_sites_own_page(site, path):
    """What is not in the folder, or lies outside of it, gets the site's 404.html with status 404."""
    assert fetch(site.url + path)[:2] == (404, "gone")


def test_serves_nothing_beside_the_prefix(site):
    """A link that forgets the site's own folder fails, as it would on a project page."""
    assert fetch(site.url.removesuffix("repository/"))[0] == 404


def test_head_sends_no_body(site):
    """HEAD tells the same status without the page."""
    assert fetch(site.url, "HEAD")[:2] == (200, "")
