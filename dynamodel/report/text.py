"""Plain text for terminals, logs and reviews: tables that line up, amounts, wrapped paragraphs. No color, pure.

Width is counted in terminal cells, so that names in any script keep the columns straight.
"""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 100  # paragraphs are wrapped here; tables may be wider
_GAP = "  "
_MICRO = 1_000_000
_CENT = 10_000


def cells(text: str) -> int:
    """How many terminal cells a text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) == "Cf"
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def printable(text: str) -> str:
    """The text with control characters, line ends and lone surrogates written as escapes: one line, safe to print."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode() for c in text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces to a width in cells."""
    fill = " " * (width - cells(text))
    return fill + text if right else text + fill


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Iterable[int] = (), indent: int = 2) -> str:
    """Lines of columns under a header; columns whose numbers are in `right` are flush right. No trailing spaces."""
    lines = [[printable(cell) for cell in line] for line in (header, *rows)]
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    flush = set(right)
    return "".join(
        (" " * indent + _GAP.join(pad(cell, widths[i], right=i in flush) for i, cell in enumerate(line))).rstrip()
        + "\n"
        for line in lines
    )


def paragraph(text: str, *, indent: int = 2, bullet: str = "") -> str:
    """A text wrapped at `WIDTH`; with a bullet its further lines hang."""
    first = " " * indent + bullet
    lines = textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "".join(f"{line}\n" for line in lines)


def section(title: str, body: str) -> str:
    """A titled block, separated from what stands above; nothing when the body is empty."""
    return f"\n{title}\n{body}" if body else ""


def money(micro_usd: int) -> str:
    """Dollars with cents; `<0.01` for less than a cent, so that nothing that costs looks free."""
    if 0 < micro_usd < _CENT:
        return "<0.01"
    return f"{round(micro_usd / _CENT) / 100:,.2f}"


def units(millionths: int) -> str:
    """Capacity units with up to two digits after the point, three where that would be nothing."""
    value = millionths / _MICRO
    digits = 2 if not value or abs(value) >= 0.01 else 3  # noqa: PLR2004 - a hundredth
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 index`, `2 indexes`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
