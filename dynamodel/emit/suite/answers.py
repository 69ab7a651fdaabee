"""How one part of a read's answer is compared: as a value, as a list, or group by group.

In: the part's rows as expressions. Out: the lines of a test. It must not know the call that gives the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.python.layout import Node, lines, listing
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.suite import PartRows

INDENT = 4
_WHOLE = {"found", "found.items", "rows"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One part: the expression that holds what was found, what is expected, and that in groups of printed rows."""

    found: str
    part: PartRows
    groups: tuple[tuple[Node, ...], ...]

    @property
    def field(self) -> str:
        """The name of the part in the answer."""
        return self.found.removeprefix("found.")

    @property
    def _rows(self) -> list[Node]:
        return [row for group in self.groups for row in group]

    @property
    def _is_ordered(self) -> bool:
        """Whether only one order is right."""
        return all(len(group) == 1 for group in self.groups)

    @property
    def _take(self) -> int | None:
        """How many rows the answer is cut to, None if it is not."""
        return self.part.take if self.part.take is not None and self.part.take < len(self._rows) else None

    @property
    def _variable(self) -> str:
        """The variable with what is expected; of a type of its own where there are several parts."""
        word = "expected" if self.part.single or self._is_ordered else "groups"
        return word if self.found in _WHOLE else f"{word}_{self.field}"

    def check(self) -> list[str]:
        """The lines that compare the answer of one call."""
        if self.part.single:
            return self._check_single()
        if not self._rows:
            return [f"    assert {self.found} == []"]
        if self._is_ordered:
            cut = "" if self._take is None else f"[:{self._take}]"
            made = lines(listing(self._rows), INDENT, f"{self._variable} = ")
            return [*made, f"    assert {self.found} == {self._variable}{cut}"]
        take = "" if self._take is None else f", take={self._take}"
        made = lines(listing([listing(list(group)) for group in self.groups]), INDENT, f"{self._variable} = ")
        return [*made, f"    checks.same_rows({self.found}, {self._variable}{take})"]

    def check_again(self) -> str:
        """The statement that compares the answer of the same call once more, after `check`."""
        if self.part.single:
            if not self._rows:
                return f"assert {self.found} is None"
            row = self._rows[0]
            return f"assert {self.found} == {row if isinstance(row, str) else self._variable}"
        cut = "" if self._take is None else f"[:{self._take}]"
        if self._is_ordered or not self._rows:
            return f"assert {self.found} == {f'{self._variable}{cut}' if self._rows else '[]'}"
        take = "" if self._take is None else f", take={self._take}"
        return f"checks.same_rows({self.found}, {self._variable}{take})"

    def _check_single(self) -> list[str]:
        if not self._rows:
            return [f"    assert {self.found} is None"]
        row = self._rows[0]
        if isinstance(row, str):
            return [f"    assert {self.found} == {row}"]
        return [*lines(row, INDENT, f"{self._variable} = "), f"    assert {self.found} == {self._variable}"]

    def check_all(self, rows: str) -> str:
        """The statement that compares the rows of all pages, which no limit cuts."""
        if not self._rows:
            return f"assert {rows} == []"
        if self._is_ordered:
            return f"assert {rows} == {self._variable}"
        return f"checks.same_rows({rows}, {self._variable})"

    def page_sizes(self) -> list[int]:
        """Limits worth asking for: the smallest, the exact number of rows, and one less."""
        total = max(1, len(self._rows))
        return sorted({1, 2, 3, max(1, total - 1), total})
