"""`newsroom serve`: the preview over HTTP on this machine only, and the watcher that tells it of saved files.

A page carries a small script that asks for the next change and reloads, and a panel with the problems of the content. Paths of
URLs are looked up among what the site makes; none is ever joined to a folder.
"""

from __future__ import annotations

import errno
import mimetypes
import queue
import threading
import time
from collections.abc import Callable, Iterable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from .preview import Answer, Preview
from .problems import Report

LOOPBACK = "127.0.0.1"
_SETTLE_SECONDS = 0.03
"""After an event: editors save in several steps."""
_POLL_SECONDS = 25.0
_OWN_FOLDER = "-/"
"""URLs of the preview's own; no page of the site begins so."""
_SHOWN_PROBLEMS = 20

_SCRIPT = """
(function () {
  "use strict";
  var number = document.currentScript.dataset.number;
  function ask() {
    fetch("/-/changes?after=" + number).then(function (answer) { return answer.text(); }).then(function (newest) {
      if (newest !== number) location.reload(); else ask();
    }).catch(function () { setTimeout(ask, 1000); });
  }
  ask();
})();
"""
_STYLE = """
.preview-problems { position: fixed; inset: auto 0 0 0; max-height: 45vh; overflow: auto; z-index: 99; padding: 12px 16px;
  background: #fff4f2; color: #43100a; border-top: 4px solid #b3261e; font: 15px/1.45 system-ui, sans-serif; }
.preview-problems li { margin: 0 0 8px; } .preview-problems code { font-weight: 600; }
"""


class ServeError(Exception):
    """The preview cannot start; the message is for people."""


class PreviewServer(ThreadingHTTPServer):
    """Serves one Preview on the loopback address."""

    daemon_threads = True

    def __init__(self, preview: Preview, port: int) -> None:
        self.preview = preview
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES, getattr(errno, "WSAEADDRINUSE", None), getattr(errno, "WSAEACCES", None)):
                raise ServeError(f"port {port} is taken by another program; choose another one with --port") from error
            raise ServeError(f"port {port} cannot be used: {error.strerror}") from error

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self._is_from_here():
            self._send(HTTPStatus.FORBIDDEN, ".txt", b"This preview answers only to its own address.\n")
            return
        parts = urlsplit(self.path)
        path = unquote(parts.path, errors="replace").removeprefix("/")
        if path.startswith(_OWN_FOLDER):
            self._send_own(path.removeprefix(_OWN_FOLDER), parts.query)
        else:
            self._send_page(path, self.path)

    do_HEAD = do_GET

    def _is_from_here(self) -> bool:
        """False for a page of another site that has let its name point to this machine."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        return host in (LOOPBACK, "localhost")

    def _send_own(self, name: str, query: str) -> None:
        match name:
            case "changes":
                after = parse_qs(query).get("after", [""])[0]
                newest = self.server.preview.wait(int(after) if after.isdigit() else 0, seconds=_POLL_SECONDS)
                self._send(HTTPStatus.OK, ".txt", str(newest).encode())
            case "preview.js":
                self._send(HTTPStatus.OK, ".js", _SCRIPT.encode())
            case "preview.css":
                self._send(HTTPStatus.OK, ".css", _STYLE.encode())
            case _:
                self._send(HTTPStatus.NOT_FOUND, ".txt", b"")

    def _send_page(self, path: str, address: str) -> None:
        preview = self.server.preview
        number = preview.number
        answer, report = preview.answer(path)
        if answer is None:
            page = _add_panel(b"<!doctype html><title>newsroom</title><body></body>", report, preview.notice or "the site is being read", number)
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, ".html", page)
        elif not answer.is_found and not path.endswith("/") and preview.answer(f"{path}/")[0] is not None and _has_page(preview, f"{path}/"):
            self._redirect(f"/{urlsplit(address).path.removeprefix('/')}/")
        else:
            self._send_answer(answer, report, preview.notice, number)

    def _send_answer(self, answer: Answer, report: Report, notice: str, number: int) -> None:
        content = _add_panel(answer.content, report, notice, number) if answer.suffix == ".html" else answer.content
        self._send(HTTPStatus.OK if answer.is_found else HTTPStatus.NOT_FOUND, answer.suffix, content)

    def _redirect(self, location: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, suffix: str, content: bytes) -> None:
        kind = {".js": "text/javascript", ".json": "application/feed+json", ".xml": "application/xml"}.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Requests are no news."""


def _has_page(preview: Preview, path: str) -> bool:
    answer, _ = preview.answer(path)
    return answer is not None and answer.is_found


def _add_panel(page: bytes, report: Report, notice: str, number: int) -> bytes:
    """The page with the script that reloads it, and the problems if there are any."""
    parts = [f'<script src="/-/preview.js" data-number="{number}"></script>']
    problems = report.problems
    if problems or notice:
        rows = [f"<li><code>{escape(f'{item.path}:{item.line}:{item.column}')}</code> {escape(item.message)}. {escape(item.hint)}</li>" for item in problems[:_SHOWN_PROBLEMS]]
        head = f"<p>{escape(notice or report.count())}</p>"
        parts.append(f'<link rel="stylesheet" href="/-/preview.css"><aside class="preview-problems" role="alert" lang="en">{head}<ul>{"".join(rows)}</ul></aside>')
    before, closing, after = page.rpartition(b"</body>")
    return before + "".join(parts).encode() + closing + after if closing else page + "".join(parts).encode()


# ---------------------------------------------------------------- watching


class _Collector(FileSystemEventHandler):
    """Puts the paths of real changes into a queue."""

    def __init__(self, changes: queue.SimpleQueue[Path], is_watched: Callable[[Path], bool]) -> None:
        self._changes = changes
        self._is_watched = is_watched

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory or event.event_type not in ("created", "modified", "moved", "deleted"):
            return
        for name in (event.src_path, getattr(event, "dest_path", "")):
            path = Path(str(name))
            if name and self._is_watched(path):
                self._changes.put(path)


def watch(preview: Preview, folders: Iterable[Path], config_file: Path, *, report: Callable[[Preview, float], None]) -> None:
    """Starts the thread that brings saved files into the preview; report is called after each update with its seconds."""
    changes: queue.SimpleQueue[Path] = queue.SimpleQueue()
    observer = Observer()
    observer.daemon = True
    for folder in dict.fromkeys(folder for folder in folders if folder.is_dir()):
        observer.schedule(_Collector(changes, _is_content), str(folder), recursive=True)
    observer.schedule(_Collector(changes, lambda path: path == config_file), str(config_file.parent))
    observer.start()
    threading.Thread(target=_follow, args=(preview, changes, report), daemon=True).start()


def _is_content(path: Path) -> bool:
    """False for the files that editors keep beside the one they save."""
    return not path.name.startswith((".", "#", "~")) and not path.name.endswith(("~", ".swp", ".tmp"))


def _follow(preview: Preview, changes: queue.SimpleQueue[Path], report: Callable[[Preview, float], None]) -> None:
    while True:
        paths = {changes.get()}
        started = time.perf_counter()
        time.sleep(_SETTLE_SECONDS)
        while not changes.empty():
            paths.add(changes.get())
        preview.update(paths)
        report(preview, time.perf_counter() - started)
