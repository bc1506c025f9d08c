"""Style sheets as they are published: without comments and spare spaces; Material's without the parts that no page shows. Pure.

Sources stay as they are written and run as such. Only what stands between rules is read: a rule goes when each of its selectors names
a class that no page has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

UNUSED_PARTS = (
    "annotation", "author", "banner", "clipboard", "code", "consent", "copyright", "dialog", "draft", "ellipsis", "feedback", "hidden", "icon", "logo", "meta", "nav",
    "option", "overlay", "pagination", "path", "pin", "post", "profile", "progress", "search", "search-result", "select", "sidebar", "social", "source", "source-file", "status", "tabs",
    "toggle", "tooltip", "tooltip2", "top", "topic", "version",
)  # fmt: skip
"""Of Material's classes (`md-nav`, `md-nav__link`): parts of its own frame that overrides/ leaves out, and what its script adds.
Nothing in a page of docs/ has them but what an editor would write as HTML. `code` is the buttons of a block of code."""

_UNUSED = re.compile(rf"\.(?:md-(?:{'|'.join(UNUSED_PARTS)})(?:__|--|(?![\w-]))|js(?![\w-]))|\[data-md-toggle|giscus")
_PIECE = re.compile(r"""(?P<comment>/\*.*?\*/)|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\((?!["'])[^)]*\))|(?P<sign>[{};])|(?P<other>\s+|[^\s"'{};/u]+|.)""", re.DOTALL)
_TIGHT = re.compile(r"\s*([{};,>])\s*|:\s+")


class StyleError(ValueError):
    """A style sheet cannot be read."""


def shorten_style(source: str) -> str:
    """The style sheet in fewer bytes; it does the same. Raises StyleError when its brackets do not match."""
    return "".join(_write(_split(source), is_whole=True))


def drop_unused(source: str) -> str:
    """Material's style sheet without the rules for UNUSED_PARTS. Raises StyleError when its brackets do not match."""
    return "".join(_write(_split(source), is_whole=False))


def _write(pieces: Iterator[tuple[str, str]], *, is_whole: bool, depth: int = 0) -> Iterator[str]:
    """The rules up to the closing bracket of a group or the end."""
    head: list[tuple[str, str]] = []
    for kind, text in pieces:
        if kind != "sign":
            head.append((kind, text))
        elif text == ";":
            yield _join(head) + ";"
            head = []
        elif text == "{":
            selectors = _join(head)
            inside = "".join(_write(pieces, is_whole=is_whole, depth=depth + 1)).removesuffix(";")
            kept = selectors if is_whole or selectors.startswith("@") else _keep_selectors(selectors)
            if kept and inside:
                yield f"{kept}{{{inside}}}"
            head = []
        else:
            if not depth:
                raise StyleError("a bracket closes nothing")
            yield _join(head)
            return
    if depth:
        raise StyleError("a bracket is never closed")
    yield _join(head)


def _split(source: str) -> Iterator[tuple[str, str]]:
    for found in _PIECE.finditer(source):
        if found.lastgroup != "comment":
            yield str(found.lastgroup), found[0]


def _join(pieces: list[tuple[str, str]]) -> str:
    """The text without spaces that no browser needs."""
    joined, plain = [], ""
    for kind, text in [*pieces, ("text", "")]:
        if kind != "text":
            plain += text
            continue
        joined += [_TIGHT.sub(lambda found: found[1] or ":", re.sub(r"\s+", " ", plain)), text]
        plain = ""
    return "".join(joined).strip()


def _keep_selectors(selectors: str) -> str:
    """Those of a list that pages can have; a list is cut at the commas outside of brackets."""
    found = re.findall(r"(?:[^,(\[]|\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])+", selectors)
    return ",".join(selector for selector in found if not _UNUSED.search(re.sub(r":not\([^)]*\)", "", selector)))
