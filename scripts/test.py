"""Runs the tests: makes the environment `.venv-test` when it is missing or out of date, sees to Chromium, then runs pytest."""

import sys

NAME = "test.py"
if sys.version_info < (3, 11):
    # Everything above and including these lines stays readable for old Pythons.
    sys.stderr.write(NAME + " needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])
    sys.stderr.write(" Install a newer one and run it with that.\n")
    sys.exit(2)

import os
from pathlib import Path

from chromium import VARIABLE, ChromiumError, ready_chromium
from environment import ROOT, TEST_ENVIRONMENT, ready_or_exit, run_instead, say

IN_PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")

HELP = """\
usage: python3 scripts/test.py [arguments of pytest]

Runs every test, in as many processes as there are cores (at most 4), or, with arguments, what these ask pytest for.

The first run makes the Python environment .venv-test and installs into it the packages that requirements-dev.lock names,
each checked by its hash. This needs the network and takes about half a minute. Later runs test at once.

The browser tests drive Chromium, Chrome or Edge: the program that NEWSROOM_CHROMIUM names, or the one found on PATH or in the
usual places. On Debian and Ubuntu, as root, it is installed with apt-get when there is none.

examples:
  python3 scripts/test.py
  python3 scripts/test.py tests/test_check.py -k date
  python3 scripts/test.py -x -n auto

exit codes: those of pytest (0 all passed, 1 some failed, 5 none found); 2 also when the environment or Chromium is missing.
"""


def main(arguments: list[str]) -> None:
    if {"-h", "--help"} & set(arguments):
        print(HELP, end="")
        return
    ready_or_exit(TEST_ENVIRONMENT)
    try:
        os.environ[VARIABLE] = str(ready_chromium(say=say))
    except ChromiumError as error:
        say(str(error))
        sys.exit(2)
    wanted = [anchor_argument(argument) for argument in arguments] or list(IN_PARALLEL)
    os.chdir(ROOT)
    run_instead([str(TEST_ENVIRONMENT.python), "-m", "pytest", *wanted])


def anchor_argument(argument: str) -> str:
    """The argument as it reads from the project folder: a path of the current folder becomes absolute."""
    path, separator, rest = argument.partition("::")
    is_path = not argument.startswith("-") and Path(path).exists() and not (ROOT / path).exists()
    return f"{Path(path).absolute()}{separator}{rest}" if is_path else argument


if __name__ == "__main__":
    main(sys.argv[1:])
