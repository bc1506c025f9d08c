"""Scripts as they are published: without comments and spare spaces, and with one letter for each name that only the script itself sees.

Sources stay as they are written and run as such; nothing here is needed to use them. A name is shortened for a whole function or file
at once, so that scopes within need not be known, and only when it cannot be a property, a global or something another file asks for. Pure.
"""

from __future__ import annotations

import itertools
import re
import string
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|//[^\n]*|/\*.*?\*/)|(?P<line>\n)|(?P<name>[^\W\d][\w$]*|\$[\w$]*)|(?P<number>\d[\w.]*)"""
    r"""|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<sign>=>|\.\.\.|\+\+|--|[^\w\s"'`])""",
    re.DOTALL,
)
_TEMPLATE = re.compile(r"[`}](?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL)
"""From a ` or the end of what is put in, to the next of these."""
_PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
"""A regular expression."""
_KEYWORDS = frozenset(
    "arguments async await break case catch class const constructor continue debugger default delete do else export extends false finally for from "
    "function get if import in instanceof let new null of return set static super switch this throw true try typeof undefined var void while with yield".split()
)
_BEFORE_PATTERN = frozenset("case delete do else in instanceof new of return throw typeof void await yield".split())
_BEGINNINGS = frozenset("async class const export function import let var".split())
_CLOSING = {"(": ")", "[": "]", "{": "}", "${": "}"}
_SHORT = 2
"""Names of so many letters stay."""


class ScriptError(ValueError):
    """A script cannot be read; the message says where."""


class _Token(NamedTuple):
    kind: str
    """A group of _TOKEN, "template" or "pattern"."""
    text: str

    @property
    def opens(self) -> bool:
        """True for a bracket and for the ${ of a template."""
        return self.kind == "sign" and self.text in "([{" or self.kind == "template" and self.text.endswith("${")

    @property
    def closes(self) -> bool:
        return self.kind == "sign" and self.text in (")", "]", "}") or self.kind == "template" and self.text.startswith("}")


def shorten_script(source: str) -> str:
    """The script in fewer bytes; it does the same. Raises ScriptError for what cannot be read.

    A regular expression right after a closing bracket is taken for a division: put it into a constant.
    """
    tokens = list(_split(source))
    texts = iter(_Code([token for token in tokens if token.kind not in ("space", "line")]).write())
    parts = [""]
    is_new_line = False
    for kind, _ in tokens:
        is_new_line = is_new_line or kind == "line"
        if kind in ("space", "line"):
            continue
        text, last = next(texts), parts[-1][-1:]
        if is_new_line and last not in ("", "{", ";", ",") and text[0] not in ("}", ")", "]", "."):
            parts.append("\n")  # which may stand for a semicolon
        elif _need_space(last, text[0]):
            parts.append(" ")
        parts.append(text)
        is_new_line = False
    return f"{''.join(parts)}\n"


def _need_space(before: str, after: str) -> bool:
    """True when two tokens would run into one."""
    is_word = [letter.isalnum() or letter in ("_", "$") for letter in (before, after)]
    return all(is_word) or before == after and before in ("+", "-") or before == after == "/"


# ---------------------------------------------------------------- tokens


def _split(source: str) -> Iterator[_Token]:
    open_brackets: list[str] = []
    last = _Token("sign", "")
    place = 0
    while place < len(source):
        is_template = source[place] == "`" or source[place] == "}" and open_brackets[-1:] == ["${"]
        if is_template:
            kind, found = "template", _TEMPLATE.match(source, place)
        elif source[place] == "/" and source[place + 1 : place + 2] not in ("/", "*") and _may_begin_pattern(last):
            kind, found = "pattern", _PATTERN.match(source, place)
        else:
            found = _TOKEN.match(source, place)
            kind = str(found.lastgroup) if found else ""
        if found is None:
            raise ScriptError(f"line {source.count(chr(10), 0, place) + 1}: cannot be read")
        token = _Token(kind, found[0])
        if token.closes and (not open_brackets or _CLOSING[open_brackets.pop()] != token.text[0]):
            raise ScriptError(f"line {source.count(chr(10), 0, place) + 1}: {token.text} closes nothing")
        if token.opens:
            open_brackets.append(token.text[-2:] if is_template else token.text)
        if kind not in ("space", "line"):
            last = token
        yield token
        place = found.end()
    if open_brackets:
        raise ScriptError(f"{open_brackets[-1]} is never closed")


def _may_begin_pattern(last: _Token) -> bool:
    if last.kind == "name":
        return last.text in _BEFORE_PATTERN
    if last.kind == "template":
        return last.text.endswith("${")
    return last.kind == "sign" and last.text not in (")", "]", "}")


# ---------------------------------------------------------------- names


class _Code:
    """Tokens without spaces, and the brackets they stand in."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._texts = ["", "", *(token.text for token in tokens), ""]
        """That of token n at n + 2."""
        self._closing: dict[int, int] = {}
        """Place of an opening bracket -> of the one that closes it."""
        self._around: list[int] = []
        """Place of the innermost bracket around each token; -1 outside of all."""
        self._blocks = {-1}
        """Places of brackets with statements."""
        open_brackets = [-1]
        for place, token in enumerate(tokens):
            if token.closes:
                self._closing[open_brackets.pop()] = place
            self._around.append(open_brackets[-1])
            if token.opens:
                open_brackets.append(place)
            elif token == _Token("sign", ";"):
                self._blocks.add(open_brackets[-1])

    def write(self) -> Iterator[str]:
        """The text of each token, with short names."""
        kept = self._list_kept() | _KEYWORDS
        used = {token.text for token in self._tokens if token.kind == "name"}
        own = {name for name in self._list_declared() - kept if len(name) > _SHORT}
        outer = {token.text for token, around in zip(self._tokens, self._around, strict=True) if around < 0}
        outer = (outer | {name for place in self._list_patterns() for name in self._list_bound(place)}) & own
        shared = _shorten_names(self._count(outer, 0, len(self._tokens)), used, string.ascii_uppercase)
        names: dict[str, str] = {}
        starts = [*self._list_statements(), len(self._tokens)]
        for place, (kind, text) in enumerate(self._tokens):
            if place == starts[0]:
                starts.pop(0)
                names = shared | _shorten_names(self._count(own - outer, place, starts[0]), used | set(shared.values()), string.ascii_letters)
            short = names.get(text) if kind == "name" and self._before(place) != "." else None
            if short is None or self._is_key(place) and self._after(place) == ":":
                yield text
            else:
                yield f"{text}:{short}" if self._is_key(place) else short

    def _count(self, names: set[str], start: int, end: int) -> Counter[str]:
        """How many times the names stand between two places."""
        return Counter(token.text for token in self._tokens[start:end] if token.kind == "name" and token.text in names)

    def _list_patterns(self) -> Iterator[int]:
        """Places of the brackets after a const, let or var outside of all brackets."""
        for place, (_, text) in enumerate(self._tokens):
            if self._around[place] < 0 and text in ("const", "let", "var") and self._after(place) in ("[", "{"):
                yield place + 1

    def _list_statements(self) -> Iterator[int]:
        """Where functions, classes and declarations begin outside of brackets; the first place of all too. What is declared within the
        brackets of one cannot be meant in another."""
        before = ""
        for place, (_, text) in enumerate(self._tokens):
            if place == 0 or self._around[place] < 0 and text in _BEGINNINGS and before in (";", "}"):
                yield place
            if self._around[place] < 0:
                before = text

    def _before(self, place: int) -> str:
        return self._texts[place + 1]

    def _after(self, place: int) -> str:
        return self._texts[place + 3]

    def _list_declared(self) -> set[str]:
        """Names of constants, variables, functions, classes and parameters."""
        names: set[str] = set()
        for place, (kind, text) in enumerate(self._tokens):
            if text in ("const", "let", "var", "function", "class"):
                following = self._tokens[place + 1]
                names |= {following.text} if following.kind == "name" else self._list_bound(place + 1) if following.text in ("[", "{") else set()
            elif kind == "name" and self._after(place) == "=>":
                names.add(text)
            elif text == "(" and self._has_parameters(place):
                names |= self._list_bound(place)
        return names

    def _list_bound(self, place: int) -> set[str]:
        """The names that get a value by the pattern or the parameters in the brackets at this place; not those in what they get by default."""
        inside = range(place + 1, self._closing[place])
        names = (inner for inner in inside if self._tokens[inner].kind == "name" and self._before(inner) in ("(", "[", "{", ",", "..."))
        return {self._tokens[inner].text for inner in names if self._is_bound(inner, place)}

    def _is_bound(self, inner: int, place: int) -> bool:
        around = self._around[inner]
        return around == place or self._tokens[around].text in ("[", "{") and self._before(around) != "=" and self._is_bound(around, place)

    def _has_parameters(self, place: int) -> bool:
        """True for the brackets of a function or a method, and for those before =>."""
        follows = self._after(self._closing[place])
        return follows == "=>" or follows == "{" and self._before(place) not in ("if", "for", "while", "switch", "with")

    def _list_kept(self) -> set[str]:
        """Names that other files may ask for (exported ones, or, when the file is no module, all that stand outside of brackets), and those
        that may be methods or fields."""
        outside = {token.text for token, around in zip(self._tokens, self._around, strict=True) if around < 0}
        kept = set() if outside & {"import", "export"} else outside
        return kept | {token.text for place, token in enumerate(self._tokens) if token.kind == "name" and (self._is_member(place) or self._is_shared(place))}

    def _is_key(self, place: int) -> bool:
        """True for the name of a property between the brackets of an object or a pattern: `{a: 1}`, `{a}`, `{a = 1}`."""
        around = self._around[place]
        is_first = around not in self._blocks and self._tokens[around].text == "{" and self._before(place) in ("{", ",")
        return is_first and self._after(place) in ("}", ",", ":", "=")

    def _is_member(self, place: int) -> bool:
        """True for what stands in a class as it is, and for a name before brackets and a block, unless it is a function's."""
        around = self._around[place]
        is_of_class = around >= 0 and self._tokens[around].text == "{" and "class" in self._texts[max(0, around - 2) : around + 2]
        is_before_block = self._after(place) == "(" and self._after(self._closing[place + 1]) == "{"
        return is_of_class or is_before_block and self._before(place) != "function"

    def _is_shared(self, place: int) -> bool:
        """True for an exported or imported name."""
        around = self._around[place]
        is_listed = around >= 0 and (self._before(around) in ("import", "export") or self._after(self._closing[around]) == "from")
        return is_listed or "export" in self._texts[max(0, place - 1) : place + 2]


def _shorten_names(counts: Counter[str], used: set[str], letters: str) -> dict[str, str]:
    """Name -> what it is called in short, the most frequent first; of these letters, then of all, and nothing that is used."""
    made = map("".join, itertools.chain(letters, itertools.product(string.ascii_letters, repeat=2)))
    free = (name for name in made if name not in used and name not in _KEYWORDS)
    return dict(zip([name for name, _ in counts.most_common()], free, strict=False))
