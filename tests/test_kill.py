"""A build that is killed at any moment leaves whole files of the old site or the new one, and the next build mends the rest.

One process imports the program; each kill is of a child that it forks, so that start-up is paid once. The child is killed with
all that it started, as a crashing machine would do, or alone, as the kernel does when memory runs out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from site_factory import ROOT

SERVER = Path(__file__).with_name("kill_builds.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@pytest.mark.parametrize(("kind", "kills"), [("cold", 12), ("edited", 16), ("publishing", 30), ("pool", 8)])
def test_killed_builds(tmp_path: Path, kind: str, kills: int) -> None:
    """After every one of the kills each file is whole, and the next build gives what a clean build gives."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "scripts"), str(ROOT / "tests")])}
    command = [sys.executable, str(SERVER), str(tmp_path), kind, str(kills)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["faults"] == []
    assert report["files"] >= 300
    assert report["killed"] == kills, report
    assert report["between"] >= (6 if kind == "publishing" else 0), report
