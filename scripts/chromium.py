"""Finds the Chromium that the browser tests drive, or installs it where that can be done without asking.

Only the standard library is used: scripts/test.py runs it before there is an environment, tests/conftest.py inside of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

VARIABLE = "NEWSROOM_CHROMIUM"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
APT_PACKAGES = ("chromium", "fonts-noto-core")
"""The fonts hold the Kazakh letters, without which pages are laid out with replacement boxes."""

MISSING = (
    f"the browser tests need Chromium, Chrome or Edge, and none was found: install one, or set {VARIABLE} to its program"
    " (on Debian, as root: apt-get install chromium fonts-noto-core)"
)


class ChromiumError(Exception):
    """One line for people: why there is no Chromium and how to get one."""


def find_chromium() -> Path | None:
    """The program that NEWSROOM_CHROMIUM names, else the first on PATH or in the usual places; None when there is none.

    Raises ChromiumError when NEWSROOM_CHROMIUM names no file.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise ChromiumError(f"{VARIABLE} names {named}, and there is no such file")
        return Path(named)
    on_path = (shutil.which(command) for command in COMMANDS)
    return next((Path(found) for found in on_path if found), None) or next(filter(Path.is_file, list_usual_places()), None)


def list_usual_places() -> Iterator[Path]:
    """Where Windows and macOS install browsers without putting them on PATH."""
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            yield Path(folder, "Google", "Chrome", "Application", "chrome.exe")
            yield Path(folder, "Chromium", "Application", "chrome.exe")
            yield Path(folder, "Microsoft", "Edge", "Application", "msedge.exe")
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for name in ("Google Chrome", "Chromium", "Microsoft Edge"):
            yield folder / f"{name}.app" / "Contents" / "MacOS" / name


def ready_chromium(*, say: Callable[[str], None]) -> Path:
    """A Chromium, installed with apt-get when there is none and this is root on Debian or Ubuntu; else ChromiumError."""
    found = find_chromium()
    if found is None and can_install():
        say(f"installing {' and '.join(APT_PACKAGES)} with apt-get ...")
        install_chromium()
        found = find_chromium()
    if found is None:
        raise ChromiumError(MISSING)
    return found


def can_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_chromium() -> None:
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *APT_PACKAGES]):
        command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *step]
        done = subprocess.run(
            command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            last_line = (done.stdout.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
            raise ChromiumError(f"apt-get {step[0]} failed ({last_line}); {MISSING}")
