"""Lays out Python expressions as formatters do: on one line if it fits, else one element a line with a trailing comma.

In: small trees of text. Out: lines. Because what is broken ends with a comma, and what is not fits in the narrowest
common line length, the result stays as it is under any line length from `WIDTH` on.
"""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 88


class Group:
    """Elements between brackets; `opening` includes what is called: `query(`. `line` is all of it on one line.

    A suite is thousands of these, so they are no records, which are made more slowly.
    """

    __slots__ = ("closing", "items", "line", "opening")

    def __init__(self, opening: str, items: tuple[Node, ...], closing: str) -> None:
        """Put the line together once: every level of brackets around it asks whether it fits."""
        self.opening, self.items, self.closing = opening, items, closing
        self.line = opening + ", ".join([flat(item) for item in items]) + closing


class Prefixed:
    """An expression behind a fixed text: `limit=`, `"PK": `, `lambda item: `. `line` is both on one line."""

    __slots__ = ("line", "node", "prefix")

    def __init__(self, prefix: str, node: Node) -> None:
        """Put the line together once."""
        self.prefix, self.node = prefix, node
        self.line = prefix + flat(node)


Node = str | Group | Prefixed


def call(name: str, *arguments: Node, **keywords: Node) -> Group:
    """A call; keywords in the order given."""
    return Group(f"{name}(", (*arguments, *(Prefixed(f"{k}=", v) for k, v in keywords.items())), ")")


def mapping(entries: Sequence[tuple[str, Node]]) -> Node:
    """A dict display whose keys are already Python text."""
    return Group("{", tuple(Prefixed(f"{k}: ", v) for k, v in entries), "}") if entries else "{}"


def listing(items: Sequence[Node]) -> Node:
    """A list display."""
    return Group("[", tuple(items), "]") if items else "[]"


def flat(node: Node) -> str:
    """The expression on one line."""
    return node if isinstance(node, str) else node.line


def columns(text: str) -> int:
    """The width of a text as formatters count it: wide characters take two columns, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fits(text: str, room: int) -> bool:
    """Whether a text takes no more columns than there are; of a long one no more is read than decides it."""
    if text.isascii():
        return len(text) <= room
    for character in text:
        room -= columns(character)
        if room < 0:
            return False
    return True


def lines(node: Node, indent: int = 0, before: str = "", after: str = "") -> list[str]:
    """The lines of an expression between `before` and `after`, indented by so many spaces."""
    while isinstance(node, Prefixed):
        before, node = before + node.prefix, node.node
    whole = before + flat(node) + after
    if isinstance(node, str) or not node.items or _fits(whole, WIDTH - indent):
        return [" " * indent + whole]
    inner = [line for item in node.items for line in lines(item, indent + 4, after=",")]
    return [" " * indent + before + node.opening, *inner, " " * indent + node.closing + after]


def statement(node: Node, indent: int = 4, before: str = "", after: str = "") -> str:
    """The lines of a statement as one text."""
    return "\n".join(lines(node, indent, before, after))


def docstring(paragraphs: list[str], indent: int) -> str:
    """The text between the quotes of a docstring: wrapped, the end on a line of its own where there are several."""
    room = WIDTH - indent - 3
    found: list[str] = []
    for text in paragraphs:
        if len(text) <= room and text.isprintable() and text == text.strip():
            found.append(text)  # as wrapping would leave it
        else:
            found += textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    while found and not found[-1]:
        found.pop()
    if len(found) > 1 and found[1]:
        found.insert(1, "")
    lined = "\n".join(" " * indent + line if line and number else line for number, line in enumerate(found))
    return f"{lined}\n{' ' * indent}" if len(found) > 1 else lined
