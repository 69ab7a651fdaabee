"""Delta debugging: the smallest part of a dataset that still shows a mismatch, within a number of trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def smallest(rows: Sequence[T], fails: Callable[[Sequence[T]], bool], trials: int) -> tuple[T, ...]:
    """A subset, in order, on which `fails` is still true; `rows` themselves if no smaller one is found in time.

    Halves first, then ever smaller pieces are left out (ddmin, after Zeller); `fails(rows)` is taken for granted.
    """
    kept = list(rows)
    pieces = 2
    while len(kept) > 1 and trials > 0:
        size = max(1, len(kept) // pieces)
        for start in range(0, len(kept), size):
            rest = kept[:start] + kept[start + size :]
            trials -= 1
            if rest and fails(rest):
                kept, pieces = rest, max(2, pieces - 1)
                break
            if trials <= 0:
                break
        else:
            if size == 1:
                break
            pieces = min(len(kept), pieces * 2)
    return tuple(kept)
