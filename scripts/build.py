"""Builds the site: makes the environment `.venv` when it is missing or out of date, then runs `newsroom build` in it."""

import sys

NAME = "build.py"
if sys.version_info < (3, 11):
    # Everything above and including these lines stays readable for old Pythons.
    sys.stderr.write(NAME + " needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])
    sys.stderr.write(" Install a newer one and run it with that.\n")
    sys.exit(2)

from environment import BUILD_ENVIRONMENT, ROOT, ready_or_exit, run_instead

HELP = """\
usage: python3 scripts/build.py [options of newsroom build]

Builds the site from articles/ and docs/ into site/, from any current folder.

The first run makes the Python environment .venv next to mkdocs.yml and installs into it the packages that requirements.lock
names, each checked by its hash. This needs the network and takes about half a minute. Later runs build at once; when
requirements.lock or Python itself has changed, .venv is made again. It holds nothing of yours: delete it at will.

options, handed on to newsroom build:
  -f, --config-file FILE   another configuration than the project's mkdocs.yml
  -d, --site-dir FOLDER    where the site goes
  -j, --jobs N             how many processes work; 0, the default, means one for each core
  --executor URL           work on a Dask cluster: dask://host:port of its scheduler
  -q, --quiet              say nothing but problems
  -h, --help               this text

examples:
  python3 scripts/build.py
  python3 scripts/build.py --site-dir /tmp/preview --jobs 2

The other commands (check, new, ...) are in the environment: on Windows .venv\\Scripts\\newsroom --help,
elsewhere .venv/bin/newsroom --help.

exit codes: 0 the site is built; 1 problems in the content, the last good site is left as it was; 2 wrong usage, or the
environment could not be made.
"""


def main(arguments: list[str]) -> None:
    if {"-h", "--help"} & set(arguments):
        print(HELP, end="")
        return
    ready_or_exit(BUILD_ENVIRONMENT)
    newsroom = str(BUILD_ENVIRONMENT.command("newsroom"))
    run_instead([newsroom, "build", "--config-file", str(ROOT / "mkdocs.yml"), *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
