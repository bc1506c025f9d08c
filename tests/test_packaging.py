"""The project as a package: its locks, its versions and entry points, the order of its modules, its workflows."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import newsroom

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "scripts" / "newsroom"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")

MODULES = (
    "__init__", "model", "problems", "views", "data_views", "languages", "frontmatter", "conversion", "authority", "sources", "faults", "authority_shapes",
    "authority_files", "footnotes", "picture_html", "markup", "nearest", "snowball", "kazakh", "keys", "terms", "term_tables", "shards", "link", "check", "urls", "search_files", "indexes",
    "moments", "events", "front", "registers", "uses", "fingerprints", "plan", "routes", "shell", "ninjs", "linked_data", "ical", "render", "project", "phrases", "feeds", "descriptions",
    "calendar_pages", "pages", "article_pages", "home_pages", "charts", "data_pages", "data_files", "entity_pages", "sitemap", "script_texts", "images", "variants", "drawings", "cards", "disk", "store",
    "publish", "execute", "outputs", "workspace", "pictures", "cluster", "search", "indexing", "intake", "build", "scripts", "fonts", "styles", "theme", "host", "plugin",
    "edition", "preview_search", "preview", "serve", "skeleton", "progress", "cli",
)  # fmt: skip
"""The stages in the order in which data flows: a module imports only modules that stand before it."""

KNOWS_THE_HOST = {"theme", "plugin"}
"""The only modules that import MkDocs."""

PYTHONS = ("3.11.0", "3.12.0", "3.13.0", "3.14.0")
SYSTEMS = (
    {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
    {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
    {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
)


# ---------------------------------------------------------------- lock files


def read_lock(name: str) -> dict[str, list[str]]:
    """The lines of each locked requirement (`name==version` -> its hashes), read line by line as pip does."""
    text = re.sub(r"\\\n", " ", (ROOT / name).read_text(encoding="utf-8"))
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    return {line.split()[0]: line.split()[1:] for line in lines if line}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(name):
    """Nothing is installed that the lock does not name by version and sha256."""
    requirements = read_lock(name)
    assert len(requirements) > 20
    for requirement, hashes in requirements.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", requirement)
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", hash_option) for hash_option in hashes)


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_host_and_no_place_of_a_machine(name):
    """A lock works with any package index and on any machine."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for forbidden in ("://", "file:", "find-links=", "index-url=", "trusted-host=", "/opt", "/tmp", "/home", "/root", "\\Users"):
        assert forbidden not in text


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_the_files_of_all_systems(name):
    """A compiled package carries the hashes of its wheels for Windows, macOS and Linux, not of this machine's alone."""
    compiled = {"pillow", "msgspec", "pyyaml", "nh3", "markupsafe", "pyromark"}
    counts = {requirement.split("==")[0]: len(hashes) for requirement, hashes in read_lock(name).items()}
    assert compiled <= set(counts)
    assert all(counts[package] > 20 for package in compiled)


@pytest.mark.parametrize("name", LOCKS)
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system["platform_system"])
def test_locks_are_complete_on_every_system(name, system):
    """What a package needs on Windows, macOS or Linux, with any Python from 3.11 to 3.14, is in the lock."""
    locked = {requirement.split("==")[0] for requirement in read_lock(name)}
    extra = "dev" if "dev" in name else ""
    for python in PYTHONS:
        environment = {**system, "python_full_version": python, "python_version": python.rsplit(".", 1)[0]}
        assert find_needed(environment, extra=extra) <= locked


def list_wanted(*, extra: str) -> list[Requirement]:
    """What pyproject.toml asks for: to run, to install the project, and, with an extra, for that."""
    texts = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    return [Requirement(text) for text in texts + PROJECT["project"]["optional-dependencies"].get(extra, [])]


def find_needed(environment: dict[str, str], *, extra: str) -> set[str]:
    """Every package that the project needs there, directly or not, as the installed packages' metadata say."""
    needed: set[str] = set()
    waiting = list_wanted(extra=extra)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in needed:
            continue
        needed.add(name)
        for dependency in map(Requirement, importlib.metadata.requires(name) or ()):
            if dependency.marker is None or any(
                dependency.marker.evaluate({**environment, "extra": each}) for each in {"", *requirement.extras}
            ):
                waiting.append(dependency)
    return needed


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_what_the_project_asks_for(name):
    """After a change of pyproject.toml the locks are made again: each locked version is one that the project takes."""
    versions = dict(requirement.split("==") for requirement in read_lock(name))
    for requirement in list_wanted(extra="dev" if "dev" in name else ""):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), str(requirement)


@pytest.mark.parametrize("name", LOCKS)
def test_locked_packages_take_every_supported_python(name):
    """No locked package asks for a newer Python than the project does: Debian 12 has 3.11.2."""
    for requirement in read_lock(name):
        package, version = requirement.split("==")
        installed = importlib.metadata.metadata(package)
        assert installed["Version"] == version, f"{package}: this environment is not made from {name}"
        allowed = SpecifierSet(installed.get("Requires-Python") or "")
        assert all(allowed.contains(python) for python in PYTHONS), f"{package} needs Python {allowed}"


def test_the_dev_lock_holds_the_same_versions():
    """Tests run with the very packages that the site is built with."""
    assert read_lock("requirements.lock").items() <= read_lock("requirements-dev.lock").items()


# ---------------------------------------------------------------- metadata


def test_versions_agree():
    """The package, its metadata and the installed distribution tell one version."""
    assert importlib.metadata.version("mkdocs-newsroom") == newsroom.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", newsroom.__version__)


@pytest.mark.parametrize(
    ("group", "value"), [("console_scripts", "newsroom.cli:run"), ("mkdocs.plugins", "newsroom.plugin:NewsroomPlugin")]
)
def test_entry_points_load(group, value):
    """The command and the MkDocs plugin are found under the name newsroom."""
    (entry_point,) = importlib.metadata.entry_points(group=group, name="newsroom")
    assert entry_point.value == value
    assert callable(entry_point.load())


def test_the_wheel_holds_the_package_and_its_data(tmp_path):
    """An installed newsroom has its strings and templates, and nothing of scripts/ beside the package."""
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path))
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("mkdocs_newsroom-*-py3-none-any.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    data = [*PACKAGE.glob("strings/*.yml"), *PACKAGE.glob("templates/*.html"), *PACKAGE.glob("*.py")]
    assert len(data) > 20
    assert {path.relative_to(PACKAGE.parent).as_posix() for path in data} <= names
    assert {name.split("/")[0] for name in names} == {"newsroom", f"mkdocs_newsroom-{newsroom.__version__}.dist-info"}


def test_what_is_imported_is_declared():
    """A package that the code imports is a dependency of its own, not one that happens to come along with another."""
    distributions = importlib.metadata.packages_distributions()
    declared = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    for path in PACKAGE.glob("*.py"):
        imported = {name.split(".")[0] for name, _ in list_imports(path)}
        for name in imported - sys.stdlib_module_names - {"newsroom", "distributed"}:
            assert {canonicalize_name(each) for each in distributions[name]} & declared, f"{path.name} imports {name}"


# ---------------------------------------------------------------- the order of the modules


def list_imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that the file imports, at any depth of its code, as a full name with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = f"newsroom.{node.module}" if node.module else "newsroom"
            yield from ((f"newsroom.{alias.name}" if base == "newsroom" else base, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [f"newsroom.{alias.name}" for alias in node.names] if node.module == "newsroom" else [node.module]
            yield from ((name, node.lineno) for name in names)


def test_every_module_has_its_place():
    """A new module is given its place among the stages."""
    assert {path.stem for path in PACKAGE.glob("*.py")} <= set(MODULES)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_nothing_imports_upward(path):
    """Data flows down the list of stages: a module knows only those before it."""
    earlier = MODULES[: MODULES.index(path.stem)]
    for name, line in list_imports(path):
        package, _, module = name.partition(".")
        if package == "newsroom" and module and not module.startswith("__version__"):
            assert module.split(".")[0] in earlier, f"{path.name}:{line} imports {module}, a later stage"


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_only_three_modules_know_mkdocs(path):
    """MkDocs and Material are known to few modules, so that a change of theirs is met in one place."""
    imported = {name.split(".")[0] for name, _ in list_imports(path)}
    assert path.stem in KNOWS_THE_HOST or not imported & {"mkdocs", "material"}


def test_the_import_rules_see_every_kind_of_import(tmp_path):
    """The rules above are not blind: they see imports of each form, inside of functions too."""
    path = tmp_path / "sample.py"
    top = "import mkdocs.config\nfrom . import cli\nfrom .build import run\n"
    path.write_text(top + "def f():\n    from newsroom import plan\n    import newsroom.store\n")
    found = {name for name, _ in list_imports(path)}
    assert found == {"mkdocs.config", "newsroom.cli", "newsroom.build", "newsroom.plan", "newsroom.store"}


# ---------------------------------------------------------------- continuous integration


def test_ci_runs_the_documented_test_command():
    """What CI runs is what the README tells a newcomer to run."""
    command = "python3 scripts/test.py"
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == f"exec {command}"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_have_least_rights(path):
    """A workflow reads the repository and no more, except for the one job that publishes."""
    workflow = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow["on"]
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job
        if set(job.get("permissions", {})) - {"contents"}:
            assert job["permissions"] == {"pages": "write", "id-token": "write"}
            assert [step["uses"].split("@")[0] for step in job["steps"]] == ["actions/deploy-pages"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_run_no_text_from_outside(path):
    """No value that a stranger can choose reaches a command, and the checkout keeps no token."""
    workflow = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for step in (step for job in workflow["jobs"].values() for step in job["steps"]):
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
