"""Copies a project for a test, and runs the commands that editors run on it.

The project's own content is copied as git tracks it, so that what lies about in the working folder does not decide a test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import frontmatter

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ("mkdocs.yml", "articles", "docs", "overrides")
LANGUAGES = ("kk", "ru", "en")
SITE_URL = "https://news.example.org/"
ENVIRONMENT = {**os.environ, "PYTHONUTF8": "1", "NO_MKDOCS_2_WARNING": "1"}


def copy_content(folder: Path) -> Path:
    """The project's own site: its settings, articles, docs pages and theme."""
    for name in _list_tracked() or _list_all():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, place)
    return folder


def copy_sample(folder: Path, name: str = "small") -> Path:
    """A site of tests/sites, with the theme of the project."""
    shutil.copytree(ROOT / "tests" / "sites" / name, folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    return folder


def run_command(program: str, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`newsroom` or `mkdocs` of the environment that runs the tests, in the project's folder."""
    found = shutil.which(program, path=str(Path(sys.executable).parent))
    assert found, f"{program} is not installed beside {sys.executable}"
    return subprocess.run([found, *arguments], cwd=project, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)


def build_site(project: Path, site: Path, *, program: str = "newsroom") -> Path:
    """Builds with `newsroom build` or `mkdocs build`; fails the test with what the command printed."""
    done = run_command(program, project, "build", "--quiet", "--site-dir", str(site))
    assert done.returncode == 0, done.stdout + done.stderr
    return site


def _list_tracked() -> list[str]:
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--", *CONTENT]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        return []
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def _list_all() -> list[str]:
    """For a copy of the project that is no repository."""
    paths = [path for name in CONTENT for path in (ROOT / name, *(ROOT / name).rglob("*"))]
    return [path.relative_to(ROOT).as_posix() for path in paths if path.is_file()]


# ---------------------------------------------------------------- what the files say


def list_versions(project: Path) -> Iterator[tuple[str, str]]:
    """("year/slug", language) of every article file."""
    for path in sorted(project.glob("articles/2*/*.md")):
        slug, language, _ = path.name.split(".")
        yield f"{path.parent.name}/{slug}", language


def read_originals(project: Path) -> dict[str, frontmatter.Post]:
    """"year/slug" -> the original of each story, with its language under the key `language`."""
    originals = {}
    for story, language in list_versions(project):
        post = frontmatter.load(str(project / "articles" / f"{story}.{language}.md"))
        if "original" not in post.metadata:
            post["language"] = language
            originals[story] = post
    return originals
