"""Packages of npm that tests use: installed once from a locked, hash-checked list, kept in pytest's cache, never in git."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def fetch_packages(config: pytest.Config, package: Path) -> Path:
    """The node_modules that package/package-lock.json names; skips the test where npm cannot fetch them."""
    lock = (package / "package-lock.json").read_bytes()
    kept = config.cache.mkdir(f"npm-{package.name}") / hashlib.sha256(lock).hexdigest()[:16]
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip(f"what {package.name} needs comes with npm, and npm is not installed")
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=f"{os.getpid()}-") as name:
            folder = Path(name)
            for file in ("package.json", "package-lock.json"):
                shutil.copy(package / file, folder)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.skip(f"npm could not fetch what {package.name} needs: {done.stderr.strip()[-300:]}")
            try:
                (folder / "node_modules").rename(kept)
            except OSError:  # another process was faster
                if not kept.exists():
                    raise
    return kept
