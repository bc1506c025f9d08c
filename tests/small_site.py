"""Copies of tests/sites/small/, sound or broken by a folder of tests/sites_invalid/, and the command `newsroom` run on them."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from newsroom.cli import main

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "sites" / "small"
INVALID = ROOT / "tests" / "sites_invalid"
STORY = "---\ntitle: A test story\ndate: 2023-05-01\nkind: news\n---\n\nA test story.\n"


def copy_small_site(target: Path) -> Path:
    """The small site with this project's theme, in a new folder."""
    shutil.copytree(SMALL, target)
    shutil.copytree(ROOT / "overrides", target / "overrides")
    return target


def break_site(site: Path, variant: Path) -> Path:
    """Puts the files of a folder of sites_invalid over the site, and takes away those that its removed.txt names."""
    shutil.copytree(variant, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt", "removed.txt"))
    removed = variant / "removed.txt"
    for name in removed.read_text(encoding="utf-8").split("\n") if removed.exists() else []:
        if (path := site / name).is_dir() and name:
            shutil.rmtree(path)
        elif name:
            path.unlink()
    return site


def write_file(site: Path, path: str, content: str | bytes) -> Path:
    """Writes one file, with its folders, and gives its path."""
    target = site / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return target


def run_newsroom(site: Path, command: str, *options: str) -> Result:
    """A command of newsroom on a site, in this process."""
    try:
        return CliRunner().invoke(main, [command, "--config-file", str(site / "mkdocs.yml"), *options], catch_exceptions=False)
    finally:
        gc.enable()  # `newsroom build` switches it off for the short life of its process


def check_text(site: Path) -> str:
    """What `newsroom check` prints."""
    return run_newsroom(site, "check").stdout
