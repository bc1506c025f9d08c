"""build.py and test.py: a first run makes the environment from the lock, later runs lose no time, and nothing breaks it.

The runs are real, in a small project with a lock file of one package, served from a folder: no network is used.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import chromium as chromium_module
import newsroom.cli
from chromium import ChromiumError, find_chromium, ready_chromium

SCRIPTS = Path(__file__).parent.parent / "scripts"
FILES = ("build.py", "chromium.py", "environment.py", "test.py")

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "sample"
version = "1"
"""

# What pip needs to install the small project: a wheel with a path file and the command. It waits while a file says so.
BACKEND = '''\
import os, pathlib, time, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    if waiting := os.environ.get("SAMPLE_WAITS"):
        pathlib.Path(waiting).touch()
        while os.path.exists(waiting):
            time.sleep(0.05)
    files = {
        "sample.pth": os.path.abspath("scripts"),
        "sample-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: sample\\nVersion: 1\\n",
        "sample-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: sample\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "sample-1.dist-info/entry_points.txt": "[console_scripts]\\nnewsroom = newsroom.cli:main\\n",
    }
    record = "".join(f"{name},,\\n" for name in [*files, "sample-1.dist-info/RECORD"])
    with zipfile.ZipFile(os.path.join(wheel_directory, "sample-1-py3-none-any.whl"), "w") as wheel:
        for name, text in {**files, "sample-1.dist-info/RECORD": record}.items():
            wheel.writestr(name, text)
    return "sample-1-py3-none-any.whl"
'''

COMMAND = '''\
import json, os, sys

def main():
    import pytest  # the package of the lock file
    print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "package": pytest.VERSION}))
    return 7 if "--fail" in sys.argv else 0
'''

PACKAGE_MAIN = '''\
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "browser": os.environ["NEWSROOM_CHROMIUM"]}))
sys.exit(5)
'''

APT_GET = '''\
#!/bin/sh
echo "$*" >> "$0.log"
case "$*" in *install*)
    printf "" > "$(dirname "$0")/chromium"
    chmod 755 "$(dirname "$0")/chromium"
esac
'''


class Project(NamedTuple):
    """A small project with the real scripts."""

    folder: Path
    wheels: Path

    def start(self, script: str, *arguments: str, cwd: Path | None = None, **variables: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTEST_", "NEWSROOM_"))}
        settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return subprocess.Popen(
            [sys.executable, str(self.folder / "scripts" / script), *arguments], cwd=cwd or self.folder, text=True,
            env=kept | settings | variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, script: str, *arguments: str, cwd: Path | None = None, **variables: str) -> tuple[int, str, str]:
        """Exit code, what the command printed, and what the script said before it."""
        process = self.start(script, *arguments, cwd=cwd, **variables)
        output, messages = process.communicate(timeout=120)
        return process.returncode, output, messages


def make_project(folder: Path) -> Project:
    scripts = folder / "project" / "scripts"
    (scripts / "newsroom").mkdir(parents=True)
    for name in FILES:
        shutil.copy(SCRIPTS / name, scripts / name)
    (scripts / "newsroom" / "__init__.py").write_text("")
    (scripts / "newsroom" / "cli.py").write_text(COMMAND)
    (scripts.parent / "pyproject.toml").write_text(PYPROJECT)
    (scripts.parent / "backend.py").write_text(BACKEND)
    project = Project(scripts.parent, folder / "wheels")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (project.folder / name).write_text(make_wheel(project.wheels, version="1"))
    return project


def make_wheel(wheels: Path, *, version: str) -> str:
    """Writes a wheel of the sample package, which bears pytest's name so that test.py can run it; gives its line of a lock."""
    wheels.mkdir(exist_ok=True)
    path = wheels / f"pytest-{version}-py3-none-any.whl"
    folder = f"pytest-{version}.dist-info"
    files = {
        "pytest/__init__.py": f"VERSION = {version!r}\n",
        "pytest/__main__.py": PACKAGE_MAIN,
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: pytest\nVersion: {version}\n",
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: sample\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{folder}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{folder}/RECORD"])
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return f"pytest=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def load_script(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def wait_until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Project, list[tuple[int, str, str]]]:
    """A project whose environment two runs made at the same time, and what the two gave."""
    project = make_project(tmp_path_factory.mktemp("made"))
    processes = [project.start("build.py", str(number)) for number in (1, 2)]
    results = [(*process.communicate(timeout=120), process.returncode) for process in processes]
    return project, [(code, output, messages) for output, messages, code in results]


@pytest.fixture
def project(made) -> Project:
    return made[0]


@pytest.fixture
def environment(project) -> ModuleType:
    """The environment module of the made project."""
    return load_script(project.folder / "scripts" / "environment.py")


# ---------------------------------------------------------------- making the environment


def test_two_runs_at_once_make_one_environment(made):
    """Who starts the build twice gets two builds and one sound environment."""
    results = made[1]
    assert [code for code, _, _ in results] == [0, 0]
    assert [json.loads(output)["arguments"][-1] for _, output, _ in results] == ["1", "2"]
    said = "".join(messages for _, _, messages in results)
    assert said.count("making .venv (Python 3.") == 1
    assert said.count("installing 1 packages from requirements.lock") == 1


def test_a_right_environment_is_left_alone(project, environment, monkeypatch):
    """The second run starts no process, writes nothing, says nothing and loses no time."""
    stamp = project.folder / ".venv" / environment.STAMP_NAME
    before = stamp.stat().st_mtime_ns
    assert project.run("build.py")[2] == ""
    monkeypatch.setattr(environment.subprocess, "Popen", None)
    started = time.perf_counter()
    environment.ready_environment(environment.BUILD_ENVIRONMENT)
    assert time.perf_counter() - started < 0.1
    assert stamp.stat().st_mtime_ns == before


def test_arguments_and_exit_code_pass_through(project, tmp_path):
    """From any folder, every further argument reaches `newsroom build`, and its exit code comes back."""
    code, output, messages = project.run("build.py", "--site-dir", "a b", "--fail", "жаңа", cwd=tmp_path, PYTHONUTF8="1")
    configuration = str(project.folder / "mkdocs.yml")
    assert (code, messages) == (7, "")
    assert json.loads(output)["arguments"] == ["build", "--config-file", configuration, "--site-dir", "a b", "--fail", "жаңа"]
    assert json.loads(output)["folder"] == str(tmp_path)


def test_new_metadata_installs_the_project_only(project):
    """After a change of pyproject.toml the packages stay, and the project is installed again."""
    marker = project.folder / ".venv" / "marker"
    marker.touch()
    with (project.folder / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    code, _, messages = project.run("build.py")
    assert (code, messages) == (0, "")
    assert marker.exists()
    installed = list((project.folder / ".venv").glob("**/sample-1.dist-info/RECORD"))
    assert installed[0].stat().st_mtime > marker.stat().st_mtime


def test_a_moved_project_with_a_new_lock_gets_a_new_environment(tmp_path):
    """A copied or moved project, or a changed lock, makes the environment anew with what the lock now names."""
    old = make_project(tmp_path / "old")
    environment_folder = old.folder / ".venv"
    environment_folder.mkdir()
    (environment_folder / "pyvenv.cfg").touch()
    (environment_folder / "leftover").mkdir()
    shutil.move(tmp_path / "old", tmp_path / "new")
    project = Project(tmp_path / "new" / "project", tmp_path / "new" / "wheels")
    (project.folder / "requirements.lock").write_text(make_wheel(project.wheels, version="2"))
    code, output, messages = project.run("build.py")
    assert (code, json.loads(output)["package"]) == (0, "2")
    assert messages.startswith("making .venv")
    assert not (project.folder / ".venv" / "leftover").exists()


@pytest.mark.parametrize("change", ["lock", "place", "python"])
def test_the_stamp_tells_what_must_be_made_anew(project, environment, tmp_path, change, monkeypatch):
    """Another lock, place or Python asks for other packages; the project's metadata do not."""
    wanted = environment.describe_wanted(environment.BUILD_ENVIRONMENT)
    folder, lock = environment.BUILD_ENVIRONMENT
    if change == "lock":
        lock = tmp_path / "other.lock"
        lock.write_text("")
    elif change == "place":
        folder = tmp_path / ".venv"
    else:
        monkeypatch.setattr(sys, "base_prefix", "/another/python")
    changed = environment.describe_wanted(environment.Environment(folder, lock))
    assert changed["packages"] != wanted["packages"]
    assert changed["project"] == wanted["project"]


def test_a_stamp_without_its_python_does_not_count(environment, tmp_path):
    """When the Python behind the environment is gone, or the stamp is torn, the environment is not taken for right."""
    made = environment.Environment(tmp_path, tmp_path / "lock")
    environment.write_stamp(made, {"packages": "1"})
    assert environment.read_stamp(made) == {}
    made.python.parent.mkdir()
    made.python.touch()
    assert environment.read_stamp(made) == {"packages": "1"}
    (tmp_path / environment.STAMP_NAME).write_bytes(b'{"pack')
    assert environment.read_stamp(made) == {}


@pytest.mark.skipif(os.name == "nt", reason="on Windows a step does not hold the lock of a killed run")
def test_a_killed_installation_is_done_again(tmp_path):
    """After a kill in the middle, the next run waits for the step still at work and then starts over."""
    project = make_project(tmp_path)
    waiting = tmp_path / "waiting"
    killed = project.start("build.py", SAMPLE_WAITS=str(waiting))
    wait_until(waiting.exists)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    second = project.start("build.py")
    assert second.stderr.readline() == "waiting for another run that makes .venv ...\n"
    waiting.unlink()
    output, messages = second.communicate(timeout=120)
    assert second.returncode == 0, messages
    assert json.loads(output)["package"] == "1"
    assert messages.startswith("making .venv")


# ---------------------------------------------------------------- what can go wrong


def test_a_package_with_another_hash_is_not_installed(project, environment, tmp_path, monkeypatch):
    """A package that is not the one of the lock stops the installation with one line that says so."""
    line = make_wheel(tmp_path / "wheels", version="3")
    lock = tmp_path / "bad.lock"
    lock.write_text(line[:-9] + "deadbeef\n")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    message = install_badly(environment, lock, monkeypatch)
    assert message.startswith("a downloaded package is not the one that bad.lock names")
    assert message.endswith(f"(all of its words: .venv/{environment.LOG_NAME})")
    assert "deadbeef" in (project.folder / ".venv" / environment.LOG_NAME).read_text()


def test_without_network_one_line_says_so(environment, tmp_path, monkeypatch):
    """When the package index cannot be reached, the line says that, not that a package does not exist."""
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"pillow==13.0.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    message = install_badly(environment, lock, monkeypatch, PIP_NO_INDEX="0")
    assert message.startswith("the package index cannot be reached: check the network")


def test_a_full_disk_is_told_before_anything_is_installed(tmp_path):
    """Where the space does not suffice, the first line says how much must be freed."""
    project = make_project(tmp_path)
    path = project.folder / "scripts" / "environment.py"
    text = path.read_text(encoding="utf-8")
    assert "NEEDED_BYTES = 400_000_000" in text
    path.write_text(text.replace("NEEDED_BYTES = 400_000_000", "NEEDED_BYTES = 10**30"), encoding="utf-8")
    code, _, messages = project.run("build.py")
    assert code == 2
    assert messages.splitlines()[1:] == ["the disk is full: free 400 MB, then run again"]


def install_badly(environment: ModuleType, lock: Path, monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """The line that an installation from that lock ends with."""
    for name, value in ({"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"} | variables).items():
        monkeypatch.setenv(name, value)
    bad = environment.BUILD_ENVIRONMENT._replace(lock=lock)
    with open(lock, "rb") as file, pytest.raises(environment.SetupError) as failure:
        environment.install_packages(bad, lock=file)
    assert "\n" not in str(failure.value)
    return str(failure.value)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("WARNING: ... (SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "the certificate of the package index"),
        ("ERROR: No matching distribution found for pyyaml==6.0.3", "pyyaml==6.0.3 has no ready-made file for Python 3."),
        ("Error: ... returned non-zero: No module named ensurepip", "Python's venv module is incomplete here: "),
        ("[Errno 13] Permission denied: '.venv'", ".venv cannot be written"),
        ("first\nERROR: something new\nlast", "the installation stopped: ERROR: something new"),
        ("", "the installation stopped: no reason was given"),
    ],
)
def test_failures_are_explained_in_one_line(environment, words, line):
    """Each known failure ends in one line with the remedy, an unknown one in pip's own last error."""
    explanation = environment.explain_failure(words, environment.BUILD_ENVIRONMENT)
    assert explanation.startswith(line)
    assert "\n" not in explanation


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path):
    """A .venv that holds something else is not emptied; one line asks for it to be moved away."""
    project = make_project(tmp_path)
    (project.folder / ".venv").mkdir()
    precious = project.folder / ".venv" / "thesis.txt"
    precious.touch()
    code, _, messages = project.run("build.py")
    assert (code, messages) == (2, ".venv is something else than a Python environment: move it away, then run again\n")
    assert precious.exists()


@pytest.mark.parametrize("script", ["build.py", "test.py"])
def test_an_old_python_gets_one_line(tmp_path, script):
    """Python 3.10 and older are told what is needed; the script can be read by them at all."""
    path = SCRIPTS / script
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))
    pretend = "import runpy, sys; sys.version_info = (3, 10, 2, 'final', 0); runpy.run_path(sys.argv[1], run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend, str(path)], capture_output=True, text=True, cwd=tmp_path)
    expected = f"{script} needs Python 3.11 or newer; this is Python 3.10. Install a newer one and run it with that.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


@pytest.mark.parametrize("script", ["build.py", "test.py"])
def test_help_needs_no_environment(tmp_path, script):
    """`--help` answers at once, in a fresh clone too."""
    project = make_project(tmp_path)
    code, output, messages = project.run(script, "--help")
    assert (code, messages) == (0, "")
    assert output.startswith(f"usage: python3 scripts/{script}")
    assert max(map(len, output.splitlines())) <= 130
    assert not list(project.folder.glob(".venv*"))


def test_help_names_the_options_of_newsroom_build():
    """The help of build.py is not behind the command that it hands its arguments to."""
    text = load_script(SCRIPTS / "build.py").HELP
    for option in newsroom.cli.main.commands["build"].params:
        assert ", ".join(option.opts) in text or ", ".join(reversed(option.opts)) in text


# ---------------------------------------------------------------- test.py


def test_tests_run_in_their_own_environment(project, tmp_path):
    """test.py hands its arguments, paths of the current folder too, to pytest in the project's folder, and its exit code back."""
    (tmp_path / "test_here.py").touch()
    arguments = ("test_here.py::test_one", "-k", "date")
    code, output, messages = project.run("test.py", *arguments, cwd=tmp_path, NEWSROOM_CHROMIUM=sys.executable)
    assert code == 5
    assert "making .venv-test" in messages
    assert json.loads(output) == {
        "arguments": [f"{tmp_path / 'test_here.py'}::test_one", "-k", "date"],
        "folder": str(project.folder),
        "browser": sys.executable,
    }
    code, output, messages = project.run("test.py", NEWSROOM_CHROMIUM=sys.executable)
    assert (code, messages) == (5, "")
    assert json.loads(output)["arguments"][:2] == ["-n", "auto"]
    code, output, messages = project.run("test.py", NEWSROOM_CHROMIUM="/nowhere/chromium")
    assert (code, output, messages) == (2, "", "NEWSROOM_CHROMIUM names /nowhere/chromium, and there is no such file\n")


def test_chromium_is_found_where_it_is(tmp_path, monkeypatch):
    """The named program comes first, then PATH, then the places where Windows and macOS put browsers."""
    usual = tmp_path / "Google" / "Chrome" / "Application" / "chrome.exe"
    on_path = tmp_path / "bin" / "google-chrome"
    for path in (usual, on_path):
        path.parent.mkdir(parents=True)
        path.touch(mode=0o755)
    monkeypatch.delenv("NEWSROOM_CHROMIUM", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    assert find_chromium() == usual
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert find_chromium() == on_path
    monkeypatch.setenv("NEWSROOM_CHROMIUM", str(usual))
    assert find_chromium() == usual


def test_without_chromium_one_line_says_how_to_get_it(tmp_path, monkeypatch):
    """Where no browser is and none can be installed, one line names the ways out."""
    for name in ("NEWSROOM_CHROMIUM", "PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ChromiumError) as failure:
        ready_chromium(say=pytest.fail)
    assert str(failure.value) == chromium_module.MISSING


@pytest.mark.skipif(os.name == "nt", reason="apt-get is a POSIX program")
def test_chromium_is_installed_with_apt(tmp_path, monkeypatch):
    """As root on Debian, a missing Chromium is installed with its fonts, without a question (here by a stand-in for apt-get)."""
    if os.geteuid() != 0:
        pytest.skip("only root may install")
    (tmp_path / "apt-get").write_text(APT_GET)
    (tmp_path / "apt-get").chmod(0o755)
    for program in ("chmod", "dirname"):
        (tmp_path / program).symlink_to(shutil.which(program))
    monkeypatch.delenv("NEWSROOM_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    assert ready_chromium(say=said.append) == tmp_path / "chromium"
    assert said == ["installing chromium and fonts-noto-core with apt-get ..."]
    calls = (tmp_path / "apt-get.log").read_text().splitlines()
    assert [call.split("Timeout=300 ")[1] for call in calls] == ["update", "install -y --no-install-recommends chromium fonts-noto-core"]
