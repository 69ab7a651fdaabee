"""Which vectors are nearest, exactly: fractions, no roots, so that equal distances are equal.

In: the caller's vector and those of items. Out: a rank for each, the smaller the nearer, None for a vector that has no
distance (the cosine of nothing).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dynamodel.ir.reads import Distance

if TYPE_CHECKING:
    from collections.abc import Sequence


def rank(distance: Distance, asked: Sequence[float], held: Sequence[float]) -> Fraction | None:
    """How far a vector is from the one that is asked for: of the same order as the service's scores, nearest first."""
    pairs = [(Fraction(a), Fraction(b)) for a, b in zip(asked, held, strict=True)]
    if distance is Distance.EUCLIDEAN:
        return sum((a - b) ** 2 for a, b in pairs) + Fraction(0)  # the square root keeps the order
    product = sum(a * b for a, b in pairs) + Fraction(0)
    if distance is Distance.DOT_PRODUCT:
        return -product
    lengths = sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs)
    if not lengths:
        return None
    return -(product * abs(product)) / lengths  # the cosine squared, with its sign: of the same order
