"""The font of the pages, Source Sans 3: installed with npm when a build first needs it, kept in the user's cache, never in git.

font/package-lock.json pins its bytes by hash. Of the package four files are published: Latin, Russian and Kazakh letters as they
come, and the tenge sign cut out of a file of 60 KB of which no page needs another sign. Without npm, pages use the system's fonts.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import filelock
import platformdirs

FONT_FOLDER = Path(__file__).parent / "font"
"""package.json and package-lock.json of the font."""
FAMILY = "Source Sans 3"
FALLBACK_FAMILY = "nr-fallback"
"""A system font drawn in the width and height of ours, so that no line moves when ours arrives."""

_PACKAGE = Path("node_modules/@fontsource-variable/source-sans-3")
_FILE = "source-sans-3-{}-wght-normal.woff2"
_TENGE = 0x20B8
_RANGES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "cyrillic-ext": "U+0460-052F,U+1C80-1C8A,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+FE2E-FE2F",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    "tenge": f"U+{_TENGE:04X}",
}
"""Name of a file -> the signs for which a browser loads it, as the package says."""
_FALLBACKS = {
    "400": (("Arial", "Liberation Sans", "Helvetica", "Arimo"), 0.936),
    "700": (("Arial Bold", "Liberation Sans Bold", "Helvetica Bold", "Arimo Bold"), 0.921),
}
"""Weight -> system fonts of one width (Arial's), and the width of ours in theirs, measured over the articles of this repository."""
_ASCENT, _DESCENT = 1.024, 0.4
"""Of Source Sans 3, in its size (table hhea)."""
_PATIENCE_SECONDS = 120
_NO_RETRIES = {"npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "20000", "npm_config_update_notifier": "false"}


class FontError(Exception):
    """The font cannot be installed; the message is one line for people."""


class FontFiles(NamedTuple):
    """What a site publishes of the font."""

    files: dict[str, bytes]
    """File name -> content; empty when there is no font."""
    notice: str = ""
    """Why there is none."""

    @property
    def digest(self) -> bytes:
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(name.encode() + len(content).to_bytes(8, "big") + content)
        return digest.digest()


@lru_cache(maxsize=1)
def find_fonts() -> FontFiles:
    """The font's files from the cache, installed first when they are not there. Tries once in a process."""
    try:
        return FontFiles(_read_files(_ready_folder(platformdirs.user_cache_path("newsroom", appauthor=False))))
    except (FontError, OSError) as error:
        return FontFiles({}, f"the pages use the system's fonts instead of {FAMILY}: {error}")


def write_faces(fonts: FontFiles, *, folder: str) -> str:
    """The style sheet's part that names the files, which stand in `folder` relative to it; empty without a font."""
    if not fonts.files:
        return ""
    rules = [
        f'@font-face{{font-family:"{FAMILY}";font-style:normal;font-weight:200 900;font-display:swap;'
        f'src:url({folder}/{_publish_name(name)}) format("woff2");unicode-range:{signs}}}'
        for name, signs in _RANGES.items()
    ]
    for weight, (names, width) in _FALLBACKS.items():
        places = ",".join(f'local("{name}")' for name in names)
        rules.append(
            f'@font-face{{font-family:"{FALLBACK_FAMILY}";font-weight:{weight};src:{places};size-adjust:{width:.1%};'
            f"ascent-override:{_ASCENT / width:.1%};descent-override:{_DESCENT / width:.1%};line-gap-override:0%}}"
        )
    return "\n".join(rules) + "\n"


def _publish_name(name: str) -> str:
    return f"source-sans-3-{name}.woff2"


def _read_files(folder: Path) -> dict[str, bytes]:
    names = (*map(_publish_name, _RANGES), "LICENSE.txt")
    return {name: (folder / name).read_bytes() for name in names}


def _ready_folder(cache: Path) -> Path:
    """The folder with the files of today's lock. Raises FontError or OSError."""
    lock = b"".join((FONT_FOLDER / name).read_bytes() for name in ("package.json", "package-lock.json"))
    folder = cache / f"font-{hashlib.sha256(lock + Path(__file__).read_bytes()).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=cache) as temporary:
                os.replace(_make_files(_install_package(Path(temporary)), Path(temporary) / "made"), folder)
    return folder


def _install_package(folder: Path) -> Path:
    """The package as npm installs it below the folder, its bytes checked against the lock."""
    npm = shutil.which("npm")
    if npm is None:
        raise FontError("npm is not installed")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(FONT_FOLDER / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **_NO_RETRIES}, stdin=subprocess.DEVNULL, capture_output=True,
            encoding="utf-8", errors="replace", timeout=_PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise FontError(f"npm did not answer within {_PATIENCE_SECONDS} seconds") from error
    if done.returncode:
        raise FontError(f"npm could not fetch it ({_find_reason(done.stderr)})")
    return folder / _PACKAGE


def _find_reason(words: str) -> str:
    """The first thing that npm calls an error."""
    lines = [line.strip() for line in re.findall(r"^npm (?:error|ERR!) (.+)$", words, re.MULTILINE) if not line.startswith("code ")]
    return lines[0] if lines else "no reason was given"


def _make_files(package: Path, folder: Path) -> Path:
    """The files to publish, in a new folder."""
    folder.mkdir()
    for name in _RANGES:
        if name != "tenge":
            shutil.copyfile(package / "files" / _FILE.format(name), folder / _publish_name(name))
    (folder / _publish_name("tenge")).write_bytes(_cut_sign(package / "files" / _FILE.format("latin-ext"), _TENGE))
    shutil.copyfile(package / "LICENSE", folder / "LICENSE.txt")
    return folder


def _cut_sign(path: Path, sign: int) -> bytes:
    """A font of one sign, with all of its weights."""
    from fontTools import subset  # takes long to import, and only an installation needs it
    from fontTools.ttLib import TTFont

    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(layout_features=[]))
    subsetter.populate(unicodes=[sign])
    subsetter.subset(font)
    font.flavor = "woff2"
    made = BytesIO()
    font.save(made)
    return made.getvalue()
