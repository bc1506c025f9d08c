"""The same inputs give the same bytes: in another folder, time zone, locale and order of files, with any number of workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from site_factory import PICTURE, ROOT, Draft, SiteProject, compare_trees, read_tree

Tree = dict[str, bytes | None]

DIFFERENCES: dict[str, dict[str, str]] = {
    "other folder": {},
    "time zone": {"TZ": "Asia/Almaty"},
    "locale C": {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0"},
    "locale C without UTF-8": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "locale ru_RU": {"LC_ALL": "ru_RU.UTF-8", "LANG": "ru_RU.UTF-8"},
    "umask": {"UMASK": "077"},
    "hash seed": {"PYTHONHASHSEED": "1"},
    "another hash seed": {"PYTHONHASHSEED": "2", "SHUFFLE": "2"},
    "order of files": {"SHUFFLE": "1"},
    "later": {"LATER_SECONDS": "50000000", "SOURCE_DATE_EPOCH": "2000000000"},
    "two workers": {"LOW_THRESHOLD": "1", "JOBS": "2", "PYTHONHASHSEED": "3"},
    "three workers": {"LOW_THRESHOLD": "1", "JOBS": "3", "SHUFFLE": "3"},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """Something of everything: languages, links, figures, pictures, documents, pages of docs/."""
    project = SiteProject(tmp_path_factory.mktemp("reproducible") / "project")
    for number in range(6):
        slug = f"story-{number}"
        project.write(f"articles/2022/{slug}/photo.png", PICTURE)
        project.write(f"articles/2022/{slug}/pact.pdf", b"%PDF-1.4")
        body = {"kk": f"![Отырыс]({slug}/photo.png)\n\n[Басқа](story-{(number + 1) % 6}.kk.md)[^1]\n\n[^1]: Ескерту."}
        project.write_story(Draft(slug, regions=["south", "north"], unions=["miners"][: number % 2], people=["asanov", "ospanova"],
                                  figures=[1000 * number, 3], documents=["pact.pdf"], bodies=body))  # fmt: skip
    project.write("docs/kk/guide.md", "# Нұсқаулық\n")
    project.write("overrides/newsroom/templates/list.html", (ROOT / "scripts/newsroom/templates/list.html").read_bytes())
    return project


@pytest.fixture(scope="module")
def reference(project: SiteProject) -> Tree:
    return project.build_clean(project.root)


def copy_project(project: SiteProject, target: Path) -> None:
    """The inputs alone, with other times."""
    shutil.copytree(project.root, target, ignore=shutil.ignore_patterns("site", ".newsroom"), copy_function=shutil.copyfile)
    for path in target.rglob("*"):
        os.utime(path, (1_500_000_000, 1_500_000_000))


@pytest.mark.parametrize("difference", DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_same_bytes(project: SiteProject, reference: Tree, tmp_path: Path, difference: dict[str, str]) -> None:
    """Nothing but the inputs is in the site."""
    if difference.get("LC_ALL", "C") not in ("C", *subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()):
        pytest.skip(f"this machine has no locale {difference['LC_ALL']}")
    folder = tmp_path / "another folder «ә»"
    copy_project(project, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONHASHSEED", "SOURCE_DATE"))}
    environment |= {"PYTHONPATH": str(ROOT / "scripts"), **difference}
    script = str(Path(__file__).with_name("build_elsewhere.py"))
    command = [sys.executable, script, "build", "--config-file", "mkdocs.yml", "--jobs", difference.get("JOBS", "1")]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    assert result.returncode == 0, result.stderr.decode(errors="replace")
    assert compare_trees(read_tree(folder / "site"), reference) == []


def test_difference_is_seen(project: SiteProject, reference: Tree, tmp_path: Path) -> None:
    """The comparison above would see one changed letter (a control of the test itself)."""
    tree = {**reference, "kk/index.html": (reference["kk/index.html"] or b"").replace("а".encode(), "a".encode(), 1)}
    assert compare_trees(tree, reference) == ["different: kk/index.html"]
