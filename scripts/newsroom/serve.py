"""`newsroom serve`: the preview over HTTP on this machine only, and the watcher that tells it of saved files.

A page carries a small script that asks for the next change and reloads, and a panel with the problems of the content. Paths of
URLs are looked up among what the site makes; none is ever joined to a folder.
"""

from __future__ import annotations

import contextlib
import errno
import mimetypes
import os
import queue
import re
import sys
import threading
import time
from collections.abc import Callable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import NamedTuple
from urllib.parse import unquote

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from .host import HostMaker, open_preview
from .preview import Preview, Reply, State
from .project import Project

LOOPBACK = "127.0.0.1"
_OWN_ADDRESS = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?", re.IGNORECASE)
_SETTLE_SECONDS = 0.03
"""After an event: editors save in several steps."""
_POLL_SECONDS = 25.0
_OWN_FOLDER = "-/"
"""URLs of the preview's own; no page of the site begins so."""
_SHOWN_PROBLEMS = 20

_TYPES = mimetypes.MimeTypes().types_map[True] | {
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".json": "application/feed+json",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
"""By suffix; not what this machine's own settings make of them."""

_SCRIPT = """
(function () {
  "use strict";
  var number = document.currentScript.dataset.number, asking = null;
  function ask() {
    if (document.hidden || asking) return;
    asking = new AbortController();
    fetch("/-/changes?after=" + number, { signal: asking.signal }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.text();
    }).then(function (newest) {
      asking = null;
      if (newest !== number) location.reload(); else ask();
    }).catch(function () { asking = null; setTimeout(ask, 1000); });
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && asking) asking.abort(); else ask();
  });
  ask();
})();
"""
"""A hidden page does not ask: a browser opens no more than six connections to a host, so a seventh page would never load."""
_STYLE = """
.preview-problems { position: fixed; inset: auto 0 0 0; max-height: 45vh; overflow: auto; z-index: 99; padding: 12px 16px;
  background: #fff4f2; color: #43100a; border-top: 4px solid #b3261e; font: 15px/1.45 system-ui, sans-serif; }
.preview-problems p { white-space: pre-line; } .preview-problems li { margin: 0 0 8px; overflow-wrap: anywhere; }
.preview-problems code { font-weight: 600; }
"""


class ServeError(Exception):
    """The preview cannot start; the message is for people."""


class PreviewServer(ThreadingHTTPServer):
    """Serves the Preview of one project on the loopback address."""

    daemon_threads = True
    request_queue_size = 64
    """A browser asks for a page's files all at once; a connection that finds no room waits a second."""
    allow_reuse_address = os.name != "nt"
    """On Windows it would let two programs share a port."""

    def __init__(self, config_file: Path, port: int) -> None:
        """Takes the port and does not serve yet. Raises ServeError."""
        self._config_file = config_file
        self._has_ended = False
        self.preview = Preview(self._open_project)
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES, getattr(errno, "WSAEADDRINUSE", None), getattr(errno, "WSAEACCES", None)):
                raise ServeError(f"port {port} is taken by another program; choose another one with --port") from error
            raise ServeError(f"port {port} cannot be used: {error.strerror}") from error

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}/"

    def run(self, *, ready: Callable[[PreviewServer], None], report: Callable[[Preview, float], None]) -> None:
        """Serves until it is interrupted; a thread of its own reads the project and follows its files.

        ready is called when the project has been read or could not be, report after each later change with its seconds.
        """
        self._watcher = Watcher(self._config_file)
        threading.Thread(target=self._follow, args=(ready, report), daemon=True).start()
        try:
            self.serve_forever()
        finally:
            self._has_ended = True
            self.server_close()
            self.preview.close()

    def _follow(self, ready: Callable[[PreviewServer], None], report: Callable[[Preview, float], None]) -> None:
        self.preview.load()
        if not self._has_ended:
            with contextlib.suppress(OSError):  # nobody reads what is printed
                ready(self)
        while True:
            paths, started = self._watcher.wait(), time.perf_counter()
            self.preview.update(paths)
            with contextlib.suppress(OSError):
                report(self.preview, time.perf_counter() - started)

    def _open_project(self) -> tuple[Project, HostMaker]:
        project, make_host = open_preview(self._config_file, self.address)
        self.preview.note("watcher", self._watcher.cover(project))  # before anything is read
        return project, make_host

    def server_bind(self) -> None:
        """As HTTPServer does, but without asking the network for this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves in mid-answer is no news."""
        if not isinstance(sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if not _OWN_ADDRESS.fullmatch(self.headers.get("Host", "")):  # another site may let its name point to this machine
            self._send(Reply(b"This preview answers only to its own address.\n", ".txt", HTTPStatus.FORBIDDEN))
        elif not path.startswith("/"):
            self._send(Reply(b"", ".txt", HTTPStatus.BAD_REQUEST))
        elif path.startswith(f"/{_OWN_FOLDER}"):
            self._send(self._make_own(path.removeprefix(f"/{_OWN_FOLDER}"), query))
        else:
            reply, state = self.server.preview.answer(unquote(path[1:], errors="replace"))
            self._send(reply._replace(content=_add_panel(reply.content, state)) if reply.suffix == ".html" else reply)

    do_HEAD = do_GET

    def _make_own(self, name: str, query: str) -> Reply:
        match name:
            case "changes":
                after = query.removeprefix("after=")
                known = int(after) if re.fullmatch("[0-9]{1,20}", after) else 0
                return Reply(str(self.server.preview.wait(known, seconds=_POLL_SECONDS)).encode(), ".txt")
            case "preview.js":
                return Reply(_SCRIPT.encode(), ".js")
            case "preview.css":
                return Reply(_STYLE.encode(), ".css")
        return Reply(b"", ".txt", HTTPStatus.NOT_FOUND)

    def _send(self, reply: Reply) -> None:
        kind = _TYPES.get(reply.suffix.lower(), "application/octet-stream")
        self.send_response(reply.status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(reply.content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if reply.location:
            self.send_header("Location", reply.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Requests are no news."""


def _add_panel(page: bytes, state: State) -> bytes:
    """The page with the script that reloads it, and the problems if there are any."""
    parts = [f'<script src="/-/preview.js" data-number="{state.number}"></script>']
    if state.report.problems or state.notice:
        parts += ['<link rel="stylesheet" href="/-/preview.css">', _write_panel(state)]
    before, closing, after = page.rpartition(b"</body>")
    added = "".join(parts).encode(errors="backslashreplace")
    return before + added + closing + after if closing else page + added


def _write_panel(state: State) -> str:
    problems = state.report.problems
    lines = [state.notice] * bool(state.notice) + [state.report.count()] * bool(problems)
    head = "".join(f"<p>{escape(line)}</p>" for line in lines)
    rows = [f"<li><code>{escape(f'{item.path}:{item.line}:{item.column}')}</code> {escape(item.message)}. {escape(item.hint)}</li>" for item in problems[:_SHOWN_PROBLEMS]]
    items = f"<ul>{''.join(rows)}</ul>" if rows else ""
    return f'<aside class="preview-problems" role="alert" lang="en">{head}{items}</aside>'


# ---------------------------------------------------------------- watching


class _Collector(FileSystemEventHandler):
    """Puts the paths of real changes into a queue."""

    def __init__(self, changes: queue.SimpleQueue[Path], is_watched: Callable[[Path], bool]) -> None:
        self._changes = changes
        self._is_watched = is_watched

    def on_any_event(self, event: FileSystemEvent) -> None:
        kinds = ("created", "moved", "deleted") if event.is_directory else ("created", "modified", "moved", "deleted")
        if event.event_type not in kinds:
            return
        for name in (event.src_path, getattr(event, "dest_path", "")):
            path = Path(os.fsdecode(name))
            if name and self._is_watched(path):
                self._changes.put(path)


class _Cover(NamedTuple):
    """A folder that is watched, and which one it was: the watch is lost with a folder that goes, even if another takes its name."""

    watch: ObservedWatch
    inode: int


class Watcher:
    """Collects what is saved in the folders of a project, and in its settings."""

    def __init__(self, config_file: Path) -> None:
        _hasten_renames()
        self._config_file = config_file
        self._changes: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self._covers: dict[Path, _Cover] = {}
        self._folders: tuple[Path, ...] = ()
        self._observer = Observer()
        self._observer.daemon = True
        self._observer.schedule(_Collector(self._changes, self._is_of_settings), str(config_file.parent))
        self._observer.start()

    def wait(self) -> set[Path]:
        """The paths of the next change, once it has settled."""
        paths = {self._changes.get()}
        time.sleep(_SETTLE_SECONDS)
        while not self._changes.empty():
            paths.add(self._changes.get())
        return paths

    def cover(self, project: Project) -> str:
        """Watches the folders that the project now has; says which ones cannot be."""
        wanted = [project.articles_dir, project.docs_dir, *project.override_folders, *project.strings_folders, *project.template_folders]
        self._folders = tuple(folder for folder in dict.fromkeys(wanted) if not any(other in folder.parents for other in wanted))
        present = {folder: folder.stat().st_ino for folder in self._folders if folder.is_dir()}
        for folder in [folder for folder, cover in self._covers.items() if present.get(folder) != cover.inode]:
            self._observer.unschedule(self._covers.pop(folder).watch)
        faults = []
        for folder in sorted(present.keys() - self._covers.keys()):
            try:
                watch = self._observer.schedule(_Collector(self._changes, _is_content), str(folder), recursive=True)
            except OSError as error:
                faults.append(f"{folder.name}/ cannot be watched, so what is saved there does not show: {error.strerror or error}")
            else:
                self._covers[folder] = _Cover(watch, present[folder])
        return "\n".join(faults)

    def _is_of_settings(self, path: Path) -> bool:
        """True for the configuration, for others it may inherit from, and for a folder that comes or goes as a whole."""
        return path.parent == self._config_file.parent and (path.suffix in (".yml", ".yaml") or path == self._config_file or path in self._folders)


def _is_content(path: Path) -> bool:
    """False for the files that editors keep beside the one they save."""
    return not path.name.startswith((".", "#", "~")) and not path.name.endswith(("~", ".swp", ".tmp"))


def _hasten_renames() -> None:
    """On Linux watchdog waits half a second for the other half of a rename, which many editors save with; it comes at once.

    watchdog 7.1.0, observers/inotify_move_event_grouper.py; to go when the time can be set.
    """
    with contextlib.suppress(ImportError):
        from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper

        InotifyMoveEventGrouper.delay = 0.02
