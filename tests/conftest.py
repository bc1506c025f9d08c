"""What the tests share: the browser's program, a static host for built sites, and the project's own site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chromium import MISSING, ChromiumError, find_chromium
from own_site import build_site, copy_content

BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of the Chromium to drive: Playwright's `executable_path`."""
    try:
        found = find_chromium()
    except ChromiumError as error:
        pytest.fail(str(error))
    return str(found) if found else pytest.fail(MISSING)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, for the tests of a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(width=390)` gives a page of a fresh reader: nothing stored, nothing in the cache."""
    contexts: list[BrowserContext] = []

    def open_new(*, width: int = 1280, **options: Any) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, **options))
        return contexts[-1].new_page()

    yield open_new
    for context in contexts:
        context.close()


class StaticHost:
    """Serves a folder on a free loopback port the way GitHub Pages does; `requests` collects (status, path) in order."""

    def __init__(self, folder: Path, *, prefix: str = "/", finds_nearest_404: bool = False) -> None:
        """finds_nearest_404: what is missing gets the 404.html of the nearest folder above, as on Cloudflare Pages."""
        self.requests: list[tuple[int, str]] = []
        handler = partial(_Handler, directory=str(folder), prefix=prefix, requests=self.requests, finds_nearest_404=finds_nearest_404)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}{prefix}"
        """The site's root, with a slash at the end."""

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="session")
def serve_folder() -> Iterator[Callable[..., StaticHost]]:
    """`serve_folder(folder, prefix="/repository/")` starts a StaticHost that lasts until the end of the tests."""
    hosts: list[StaticHost] = []

    def start(folder: Path, **options: Any) -> StaticHost:
        hosts.append(StaticHost(folder, **options))
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()


@pytest.fixture(scope="session")
def own_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's own content; tests that change something make their own copy."""
    return copy_content(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="session")
def own_site(own_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the project's own site, built once by `newsroom build`; nothing may be written there."""
    return build_site(own_project, tmp_path_factory.mktemp("own-site") / "site")


class _Handler(SimpleHTTPRequestHandler):
    """Folders need their slash (301), `/about` finds about.html, nothing is listed, and what is missing gets 404.html."""

    extensions_map = {
        "": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".avif": "image/avif",
        ".gif": "image/gif",
        ".html": "text/html; charset=utf-8",
        ".ico": "image/vnd.microsoft.icon",
        ".jpg": "image/jpeg",
        ".js": "application/javascript; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".map": "application/json; charset=utf-8",
        ".md": "text/markdown; charset=utf-8",
        ".mjs": "application/javascript; charset=utf-8",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".webp": "image/webp",
        ".woff2": "font/woff2",
        ".xml": "application/xml",
    }

    def __init__(self, *arguments: object, prefix: str, requests: list[tuple[int, str]], finds_nearest_404: bool, **options: object) -> None:
        self.prefix = prefix
        self.finds_nearest_404 = finds_nearest_404
        self.requests = requests
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        target = self.find_target(path)
        if target and target.is_dir():
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"{urlsplit(self.path).path}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif target:
            self.send_file(target, HTTPStatus.OK, with_body=with_body)
        else:
            self.send_file(self.find_404(path), HTTPStatus.NOT_FOUND, with_body=with_body)

    def find_target(self, path: str) -> Path | None:
        """The file to send, a folder that is asked for without its slash, or None for what is not there."""
        root = Path(self.directory).resolve()
        if not path.startswith(self.prefix) or "\0" in path:
            return None
        target = Path(root, path.removeprefix(self.prefix)).resolve()
        if not target.is_relative_to(root):
            return None
        if path.endswith("/"):
            choices = [target / "index.html"]
        else:
            choices = [target, target.with_name(f"{target.name}.html")]
        return next((choice for choice in choices if choice.is_file() or (choice.is_dir() and choice != root)), None)

    def find_404(self, path: str) -> Path:
        """The 404.html to send for a missing path."""
        root = Path(self.directory).resolve()
        wanted = Path(root, path.removeprefix(self.prefix)).resolve()
        folders = [folder for folder in wanted.parents if folder.is_relative_to(root)] if self.finds_nearest_404 else []
        return next((folder / "404.html" for folder in folders if (folder / "404.html").is_file()), root / "404.html")

    def send_file(self, path: Path, status: HTTPStatus, *, with_body: bool) -> None:
        content = path.read_bytes() if path.is_file() else b"not found\n"
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self.requests.append((int(code), self.path))

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a browser that leaves in mid-answer is no news."""
