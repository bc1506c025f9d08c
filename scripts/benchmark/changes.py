"""What happens to a generated project between two measured builds: the edits of a newsroom's day and of its administrator."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Manifest = Mapping[str, Any]
"""corpus.json of the project."""

RENAMED_REGION = "kostanay"
FOOTER = "overrides/partials/footer.html"


class Change(NamedTuple):
    """One change, made before the build that is measured."""

    name: str
    """As in the JSON."""
    label: str
    make: Callable[[Path, Manifest], None]


class ChangeError(Exception):
    """The project is not as a change expects it; the message is for people."""


def leave_alone(folder: Path, manifest: Manifest) -> None:
    """Nothing changes."""


def edit_body(folder: Path, manifest: Manifest) -> None:
    """One more paragraph at the end of the newest story's original."""
    path = folder / manifest["newest"]
    path.write_text(f"{path.read_text(encoding='utf-8')}\nҚосылған сөйлем. Добавленное предложение. An added sentence.\n", encoding="utf-8", newline="\n")


def edit_title(folder: Path, manifest: Manifest) -> None:
    """Another word in the headline of the newest story's original."""
    replace_once(folder / manifest["newest"], r'(?m)^title: "(.*)"$', r'title: "\1 (2)"')


def rename_region(folder: Path, manifest: Manifest) -> None:
    """Another name in every language for a region that stories of all years have; the old names stay as spellings."""
    path = folder / "articles" / "authority" / "regions.yml"
    text = path.read_text(encoding="utf-8")
    entry = re.search(rf"(?ms)^{RENAMED_REGION}:\n.*?(?=^\S|\Z)", text)
    if entry is None or "  spellings:\n" not in entry[0]:
        raise ChangeError(f'{path.name} has no region "{RENAMED_REGION}" with a list of spellings, which the benchmark renames')
    names = re.findall(r"(?m)^    (?:kk|ru|en): (.*)$", entry[0].partition("  inside:")[0])
    renamed = re.sub(r"(?m)^(    (?:kk|ru|en): .*)$", r"\1 (2)", entry[0].partition("  inside:")[0]) + "  inside:" + entry[0].partition("  inside:")[2]
    renamed = renamed.replace("  spellings:\n", "  spellings:\n" + "".join(f"    - {name}\n" for name in names), 1)
    path.write_text(text.replace(entry[0], renamed), encoding="utf-8", newline="\n")


def add_story(folder: Path, manifest: Manifest) -> None:
    """The story that waits, newer than all others, in its three versions."""
    for name in manifest["spare"]:
        target = folder / "articles" / Path(name).relative_to("spare")
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / name).rename(target)


def delete_story(folder: Path, manifest: Manifest) -> None:
    """A story from the middle of the archive, to which no other links."""
    for name in manifest["deletable"]:
        (folder / name).unlink()


def edit_template(folder: Path, manifest: Manifest) -> None:
    """One more line in the footer of every page."""
    replace_once(folder / FOOTER, r"</footer>", r"<p>2</p></footer>")


def replace_once(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    if not count:
        raise ChangeError(f"{path.name} has no {pattern}, which the benchmark changes")
    path.write_text(text, encoding="utf-8", newline="\n")


CHANGES = (
    Change("cold", "cold build", leave_alone),
    Change("unchanged", "nothing changed", leave_alone),
    Change("body_edited", "one body edited", edit_body),
    Change("title_edited", "one title edited", edit_title),
    Change("region_renamed", "one region renamed", rename_region),
    Change("story_added", "one story added", add_story),
    Change("story_deleted", "one story deleted", delete_story),
    Change("template_changed", "theme template changed", edit_template),
)
"""In the order in which they are measured; each stays."""
