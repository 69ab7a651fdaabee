"""The imports that a text needs, sorted and laid out as formatters do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def standard(text: str, *more: str) -> list[str]:
    """Imports from the standard library that a text needs; `more` are lines that it needs anyway."""
    lines = list(more)
    lines += ["from decimal import Decimal"] if has_word("Decimal", text) else []
    lines += ["from uuid import UUID"] if has_word("UUID", text) else []
    typing = [name for name in ("Any", "Literal", "ParamSpec", "TypeVar") if has_word(name, text)]
    lines += [f"from typing import {', '.join(typing)}"] if typing else []
    plain = ["import builtins"] if "builtins." in text else []
    plain += ["import dataclasses"] if "dataclasses." in text else []
    plain += ["import datetime as dt"] if starts("dt.", text) else []
    return [*plain, *sorted(lines)]


def places(beginning: str, text: str) -> Iterator[tuple[str, str]]:
    """Where a word, or what begins with one, stands in a text: the characters before and behind, empty at its ends.

    Patterns for that are compiled for each word, and step through a text character by character.
    """
    at = text.find(beginning)
    while at >= 0:
        before, end = text[at - 1 : at] if at else "", at + len(beginning)
        if not is_letter(before):
            yield before, text[end : end + 1]
        at = text.find(beginning, at + 1)


def is_letter(character: str) -> bool:
    """Whether a character, if there is one, may be a part of a name."""
    return character.isalnum() or character == "_"


def starts(beginning: str, text: str) -> bool:
    """Whether a word, or what begins with one, stands in a text."""
    return any(True for _ in places(beginning, text))


def has_word(word: str, text: str) -> bool:
    """Whether a word stands in a text."""
    return any(not is_letter(behind) for _, behind in places(word, text))


def words(word: str, text: str) -> int:
    """How often a word stands in a text."""
    return sum(not is_letter(behind) for _, behind in places(word, text))


def used_modules(text: str, names: tuple[str, ...]) -> list[str]:
    """The modules whose attributes a text uses."""
    return [name for name in names if any(is_letter(behind) for _, behind in places(f"{name}.", text))]


def is_used(name: str, text: str) -> bool:
    """Whether a name stands in a text on its own: not as an attribute, not inside quotes."""
    return any(b not in {".", '"'} and behind != '"' and not is_letter(behind) for b, behind in places(name, text))


def is_called(function: str, text: str) -> bool:
    """Whether a text calls a function, by itself or as a module's."""
    return starts(f"{function}(", text)


def together(first: list[str], second: list[str]) -> tuple[str, ...]:
    """The imports of two sections."""
    gap = [""] if first and second else []
    return wrapped([*first, *gap, *second])


def wrapped(lines: list[str]) -> tuple[str, ...]:
    """Long imports in the layout of formatters."""
    found: list[str] = []
    for line in lines:
        if len(line) <= 88 or " import " not in line:  # noqa: PLR2004 - the common line length
            found.append(line)
            continue
        start, _, names = line.partition(" import ")
        found.append("\n".join([f"{start} import (", *(f"    {name}," for name in names.split(", ")), ")"]))
    return tuple(found)
