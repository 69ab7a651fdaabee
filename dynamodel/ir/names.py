"""Names that are safe to print: Python identifiers, class names, and literals of keys from any user text."""

from __future__ import annotations

import functools
import keyword
import re
import unicodedata

from dynamodel.ir.modules import MODULES

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@functools.cache
def snake_case(name: str) -> str:
    """`OrderItem` -> `order_item`; other characters stay."""
    return _WORD_START.sub("_", name).lower()


@functools.cache
def python_name(name: str) -> str:
    """A legal Python identifier that is no keyword: `class` -> `class_`, `placed@day` -> `placed_day`."""
    text = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))  # as Python reads identifiers
    if not text or text[0].isdigit():
        text = f"_{text}"
    return f"{text}_" if keyword.iskeyword(text) else text


def package_name(model: str) -> str:
    """The package of a model: `OrderBook` -> `order_book`; `Calendar` -> `calendar_table` (Python has one)."""
    name = snake_case(model)
    return python_name(f"{name}_table" if keyword.iskeyword(name) or name in MODULES else name)


_CLIENT_METHODS = {"every", "measured", "params"}


def method_name(pattern: str) -> str:
    """The client's method of an access pattern; the client's own methods keep their names."""
    name = python_name(pattern)
    return f"{name}_" if name in _CLIENT_METHODS else name


def class_name(name: str) -> str:
    """`list_orders` -> `ListOrders`: the class that belongs to an access pattern."""
    words = [w for w in re.split(r"[\W_]+", unicodedata.normalize("NFKC", name)) if w]
    text = "".join(w[:1].upper() + w[1:] for w in words) or "_"
    text = f"_{text}" if text[0].isdigit() else text
    return f"{text}_" if keyword.iskeyword(text) else text


def key_literal(name: str) -> str:
    """A literal of keys: upper snake case of `[A-Z0-9_~]`; any other character as `~` and its hexadecimal code."""
    return "".join(
        c if c.isascii() and (c.isalnum() or c == "_") else f"~{ord(c):X}~" for c in snake_case(name).upper()
    )
