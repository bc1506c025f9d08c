"""Makes the Python environments that build.py and test.py run in: a virtual environment, filled from a lock file.

Only the standard library is used. An environment is taken as it is when its stamp matches the lock file, the project's own
metadata, the Python that runs this and the place it stands in; otherwise it is made anew, and the stamp is written last.
Run by itself, this script makes `.venv` and says where its commands are.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

if os.name == "nt":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
PROJECT_FILES = ("pyproject.toml", "scripts/newsroom/__init__.py")
"""Where the project's metadata comes from: when one changes, the project is installed again, but not its packages."""

STAMP_NAME = "newsroom-stamp.json"
LOCK_NAME = "newsroom-lock"
LOG_NAME = "newsroom-install.log"

NEEDED_BYTES = 400_000_000
"""Free space for an environment: the larger one takes 330 MB."""

# What pip, venv and the operating system say, and what a person can do about it. The first pattern found decides: after a
# network error pip too ends with "no matching distribution".
REMEDIES = {
    "DO NOT MATCH THE HASHES": "a downloaded package is not the one that {lock} names, so it was not installed: run again,"
    " and if it stays so, ask who runs your network or package mirror",
    r"No space left|Errno 28\b|WinError 112\b|[Qq]uota": "the disk is full: free 400 MB, then run again",
    "CERTIFICATE_VERIFY|SSLError": "the certificate of the package index is not trusted here: behind a company proxy, give pip"
    " its certificate (PIP_CERT), then run again",
    "NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|getaddrinfo|name resolution|Max retries"
    "|Failed to establish|RemoteDisconnected|ProtocolError|IncompleteRead": "the package index cannot be reached: check the"
    " network (and the proxy settings), then run again",
    r"No matching distribution found for (?P<package>\S+)": "{package} has no ready-made file for Python {python} on this"
    " machine: use a Python from 3.11 to 3.14",
    "No module named '?(ensurepip|venv)|ensurepip is not available": "Python's venv module is incomplete here: {venv_remedy},"
    " then run again",
    r"Read-only file|Permission denied|Errno 13\b|WinError (5|32)\b|Access is denied": "{folder} cannot be written: check its"
    " permissions and close programs that use it, then run again",
}


class SetupError(Exception):
    """One line for people: what is wrong and what to do."""


class Environment(NamedTuple):
    """A virtual environment and the lock file that says what is in it."""

    folder: Path
    lock: Path

    @property
    def python(self) -> Path:
        return self.command("python")

    def command(self, name: str) -> Path:
        """Where the environment keeps the command of that name."""
        if os.name == "nt":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name


BUILD_ENVIRONMENT = Environment(ROOT / ".venv", ROOT / "requirements.lock")
TEST_ENVIRONMENT = Environment(ROOT / ".venv-test", ROOT / "requirements-dev.lock")


# ---------------------------------------------------------------- is it right already?


def describe_wanted(environment: Environment) -> dict[str, str]:
    """The stamp that a right environment has: one digest for its packages, one for the project in it."""
    place = (sys.implementation.cache_tag, sys.platform, sys.base_prefix, str(environment.folder))
    return {
        "packages": digest_parts([environment.lock.read_bytes(), *(part.encode() for part in place)]),
        "project": digest_parts((ROOT / name).read_bytes() for name in PROJECT_FILES),
    }


def digest_parts(parts: Iterator[bytes] | list[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def read_stamp(environment: Environment) -> dict[str, str]:
    """The stamp of the last finished installation; empty when there is none, when it is broken, or when Python is gone."""
    try:
        stamp = json.loads((environment.folder / STAMP_NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and environment.python.exists() else {}


def write_stamp(environment: Environment, stamp: dict[str, str]) -> None:
    temporary = environment.folder / f"{STAMP_NAME}.new"
    temporary.write_text(json.dumps(stamp), encoding="utf-8")
    os.replace(temporary, environment.folder / STAMP_NAME)


# ---------------------------------------------------------------- making it right


def ready_environment(environment: Environment) -> None:
    """Leaves the environment as its lock file says. Starts no process and writes nothing when it is right already."""
    try:
        wanted = describe_wanted(environment)
        if read_stamp(environment) == wanted:
            return
        refuse_other_folder(environment.folder)
        environment.folder.mkdir(exist_ok=True)
        with hold_lock(environment.folder / LOCK_NAME) as lock:
            renew_environment(environment, wanted, lock=lock)
    except OSError as error:
        raise SetupError(explain_failure(str(error), environment)) from error


def renew_environment(environment: Environment, wanted: dict[str, str], *, lock: BinaryIO) -> None:
    found = read_stamp(environment)
    if found == wanted:
        return  # another run made it while this one waited for the lock
    if found.get("packages") != wanted["packages"]:
        make_environment(environment, lock=lock)
        install_packages(environment, lock=lock)
    install_project(environment, lock=lock)
    write_stamp(environment, wanted)


def refuse_other_folder(folder: Path) -> None:
    """Raises SetupError when something stands there that neither this script nor another tool made as an environment."""
    if not folder.exists():
        return
    names = set(os.listdir(folder)) if folder.is_dir() else {folder.name}
    if names and not names & {LOCK_NAME, "pyvenv.cfg"}:
        raise SetupError(f"{folder.name} is something else than a Python environment: move it away, then run again")


def make_environment(environment: Environment, *, lock: BinaryIO) -> None:
    say(f"making {environment.folder.name} (Python {python_version()}) ...")
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(explain_failure("No module named ensurepip", environment))
    clear_folder(environment.folder)
    if shutil.disk_usage(environment.folder).free < NEEDED_BYTES:
        raise SetupError(explain_failure("No space left", environment))
    base_python = getattr(sys, "_base_executable", sys.executable)
    run_step([base_python, "-I", "-m", "venv", str(environment.folder)], environment, lock=lock)


def clear_folder(folder: Path) -> None:
    """Empties the folder, the stamp first and never the lock, which this process holds open."""
    (folder / STAMP_NAME).unlink(missing_ok=True)
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        elif entry.name != LOCK_NAME:
            os.unlink(entry.path)


def install_packages(environment: Environment, *, lock: BinaryIO) -> None:
    """Installs what the lock file names, checked by hash. No package is built here: that would fetch unchecked build tools."""
    count = len(re.findall(r"^[a-z0-9][^=\s]*==", environment.lock.read_text(encoding="utf-8"), re.MULTILINE))
    say(f"installing {count} packages from {environment.lock.name} ...")
    command = pip_install(environment, "--require-hashes", "--only-binary", ":all:", "--requirement", str(environment.lock))
    run_step(command, environment, lock=lock, on_line=make_counter(count))


def install_project(environment: Environment, *, lock: BinaryIO) -> None:
    """Installs the project as it stands here, and compiles its modules: where Python must not keep them (PYTHONDONTWRITEBYTECODE), every run would."""
    command = pip_install(environment, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    run_step(command, environment, lock=lock)
    run_step([str(environment.python), "-I", "-m", "compileall", "-q", str(ROOT / "scripts" / "newsroom")], environment, lock=lock)


def pip_install(environment: Environment, *options: str) -> list[str]:
    common = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off")
    return [str(environment.python), "-I", "-m", "pip", "install", *common, *options]


def make_counter(count: int) -> Callable[[str], None]:
    """A function that takes pip's lines and, on a terminal, keeps one line that counts the packages."""
    seen = 0

    def take_line(line: str) -> None:
        nonlocal seen
        if sys.stderr.isatty() and line.startswith(("Collecting ", "Installing collected")):
            seen += line.startswith("Collecting ")
            sys.stderr.write(f"\r  {min(seen, count)} of {count} " + ("\n" if line.startswith("Installing") else ""))
            sys.stderr.flush()

    return take_line


# ---------------------------------------------------------------- processes and locks


def run_step(
    command: list[str], environment: Environment, *, lock: BinaryIO, on_line: Callable[[str], None] = lambda line: None
) -> None:
    """Runs one step of an installation, keeping its words for the case that it fails.

    The step inherits the lock on POSIX systems: when this process is killed, the lock lasts until the step has ended too.
    """
    misleading = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
    variables = {name: value for name, value in os.environ.items() if name not in misleading}
    variables |= {"PIP_USER": "0", "PYTHONIOENCODING": "utf-8"}
    inherited = () if os.name == "nt" else (lock.fileno(),)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=inherited,
        cwd=environment.folder, env=variables, encoding="utf-8", errors="replace",
    )  # fmt: skip
    lines = []
    with process:
        for line in process.stdout or ():
            lines.append(line)
            on_line(line)
    if process.returncode:
        raise SetupError(explain_failure("".join(lines), environment, log=keep_log(environment, lines)))


def keep_log(environment: Environment, lines: list[str]) -> str:
    """Where the words of a failed step were kept, as a path for people; empty when they could not be."""
    with contextlib.suppress(OSError):
        (environment.folder / LOG_NAME).write_text("".join(lines), encoding="utf-8")
        return f"{environment.folder.name}/{LOG_NAME}"
    return ""


@contextlib.contextmanager
def hold_lock(path: Path) -> Iterator[BinaryIO]:
    """Holds the lock file while the block runs; waits for another process that holds it. A killed process frees it."""
    with open(path, "ab") as file:
        if not take_lock(file):
            say(f"waiting for another run that makes {path.parent.name} ...")
            while not take_lock(file):
                time.sleep(0.2)
        yield file


def take_lock(file: BinaryIO) -> bool:
    try:
        if os.name == "nt":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


# ---------------------------------------------------------------- words for people


def explain_failure(output: str, environment: Environment, *, log: str = "") -> str:
    """One line that says what went wrong and what to do, out of what pip, venv or the operating system said."""
    cause = f"the installation stopped: {find_last_error(output)}"
    for pattern, remedy in REMEDIES.items():
        if match := re.search(pattern, output):
            cause = remedy.format(
                package=match.groupdict().get("package"), python=python_version(), venv_remedy=find_venv_remedy(),
                lock=environment.lock.name, folder=environment.folder.name,
            )  # fmt: skip
            break
    return f"{cause} (all of its words: {log})" if log else cause


def find_last_error(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"ERROR|error|\w*Error\b", line)]
    return (errors or lines or ["no reason was given"])[-1]


def find_venv_remedy() -> str:
    if shutil.which("apt-get"):
        return f"apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return "install the complete Python for your system"


def python_version() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- for the scripts


def ready_or_exit(environment: Environment) -> None:
    """Like ready_environment, but says what is wrong and ends with exit code 2; Ctrl-C ends with 130."""
    try:
        ready_environment(environment)
    except SetupError as error:
        say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        say("\nstopped; the next run starts the installation again")
        sys.exit(130)


def run_instead(command: list[str]) -> NoReturn:
    """Hands this process over to the command; its exit code becomes ours. On Windows, where no process can be replaced,
    the command runs inside and Ctrl-C is left to it."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            sys.exit(process.wait())


if __name__ == "__main__":
    ready_or_exit(BUILD_ENVIRONMENT)
    say(f"{BUILD_ENVIRONMENT.folder.name} is ready; the command is {BUILD_ENVIRONMENT.command('newsroom')}")
