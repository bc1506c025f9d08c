"""What is wrong with the content, said so that an editor can mend it.

A Problem points at one place of one file; a Report collects all problems of a run, sorts them and prints them once, as text,
JSON or GitHub annotations. This module does not find problems: frontmatter, authority, check and link do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]

MAXIMUM_PROBLEMS = 100
"""Of one kind of check in one file; after so many comes TOO_MANY and no more."""

TOO_MANY = ("too-many-problems", "more problems follow in this file", "mend the ones above and check again")
"""Code, message and hint."""


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing to mend, at one place."""

    path: str
    """Relative to the project folder, with forward slashes."""
    line: int
    """Counted from 1, front matter included."""
    column: int
    """Counted from 1, in characters."""
    code: str
    """Stable kebab-case word, documented in docs/handbook/problems.md."""
    message: str
    hint: str = ""
    """What to do; empty when the message says it."""
    severity: Severity = "error"


class Report:
    """All problems of one run, each once, in the order of path, line and column."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._problems = set(problems)

    def extend(self, problems: Iterable[Problem]) -> None:
        self._problems.update(problems)

    @property
    def problems(self) -> list[Problem]:
        return sorted(self._problems)

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self._problems)

    def as_text(self) -> str:
        """Two lines a problem (place and message, then the hint) and a closing count."""
        lines = []
        for problem in self.problems:
            marker = "warning: " if problem.severity == "warning" else ""
            place = f"{_one_line(problem.path)}:{problem.line}:{problem.column}"
            lines.append(f"{place}: {marker}{problem.code}: {_one_line(problem.message)}")
            if problem.hint:
                lines.append(f"  hint: {_one_line(problem.hint)}")
        lines.append(self.count())
        return "\n".join(lines)

    def count(self) -> str:
        """The closing line, for example `3 errors and 1 warning in 2 files`."""
        if not self._problems:
            return "no problems found"
        errors = sum(problem.severity == "error" for problem in self._problems)
        warnings = len(self._problems) - errors
        files = len({problem.path for problem in self._problems})
        parts = [_counted(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
        return f"{' and '.join(parts)} in {_counted(files, 'file')}"

    def as_json(self) -> str:
        """A JSON list of objects {path, line, column, code, severity, message, hint}."""
        names = ("path", "line", "column", "code", "severity", "message", "hint")
        rows = [{name: getattr(problem, name) for name in names} for problem in self.problems]
        return json.dumps(rows, ensure_ascii=False, indent=2)

    def as_github(self) -> str:
        """Workflow commands that GitHub Actions turns into annotations on the lines, and the closing count.

        Source of the escaping: the workflow-command rules of GitHub Actions (percent, carriage return and line feed in
        data; colon and comma too in properties).
        """
        lines = []
        for problem in self.problems:
            place = f"file={_escape_property(problem.path)},line={problem.line},col={problem.column}"
            text = problem.message if not problem.hint else f"{problem.message}\nhint: {problem.hint}"
            lines.append(f"::{problem.severity} {place},title={_escape_property(problem.code)}::{_escape_data(text)}")
        lines.append(self.count())
        return "\n".join(lines)


def shorten(text: str, *, limit: int = 80) -> str:
    """The text as a message quotes it: cut when it is long."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _one_line(text: str) -> str:
    """The text with control characters made visible, so that a file's content cannot move the terminal's cursor."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
