"""The imports that a text needs, sorted and laid out as formatters do."""

from __future__ import annotations

import re


def standard(text: str, *more: str) -> list[str]:
    """Imports from the standard library that a text needs; `more` are lines that it needs anyway."""
    lines = list(more)
    lines += ["from decimal import Decimal"] if _has_word("Decimal", text) else []
    lines += ["from uuid import UUID"] if _has_word("UUID", text) else []
    typing = [name for name in ("Any", "Literal", "ParamSpec", "TypeVar") if _has_word(name, text)]
    lines += [f"from typing import {', '.join(typing)}"] if typing else []
    plain = ["import builtins"] if "builtins." in text else []
    plain += ["import dataclasses"] if "dataclasses." in text else []
    plain += ["import datetime as dt"] if "dt." in text and re.search(r"\bdt\.", text) else []
    return [*plain, *sorted(lines)]


def _has_word(word: str, text: str) -> bool:
    """Whether a word stands in a text; a search for what is nowhere in it takes a hundred times as long as `in`."""
    return word in text and re.search(rf"\b{word}\b", text) is not None


def used_modules(text: str, names: tuple[str, ...]) -> list[str]:
    """The modules whose attributes a text uses."""
    return [name for name in names if f"{name}." in text and re.search(rf"\b{name}\.\w", text)]


def is_used(name: str, text: str) -> bool:
    """Whether a name stands in a text on its own: not as an attribute, not inside quotes."""
    return name in text and re.search(rf'(?<![.\w"]){name}(?![\w"])', text) is not None


def is_called(function: str, text: str) -> bool:
    """Whether a text calls a function, by itself or as a module's."""
    return f"{function}(" in text and re.search(rf"\b{function}\(", text) is not None


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
