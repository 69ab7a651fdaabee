"""Numbers of a workload from what the spec says and the defaults: rates, amounts, sizes.

In: amounts of a spec and types. Out: `Rate`s and `Estimate`s in the units of `ir.entities`, marked when assumed.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from dynamodel.ir.entities import MICRO, Estimate, Rate
from dynamodel.ir.values import Kind, ValueType
from dynamodel.normalize import defaults

if TYPE_CHECKING:
    from dynamodel.spec.nodes import Amount, Number

_EXACT = {
    Kind.DATETIME: 32, Kind.DATE: 10, Kind.UUID: 36, Kind.ULID: 26, Kind.BOOLEAN: 1,
}  # fmt: skip
_EPOCH = 6  # ten digits: (10 + 1) / 2 + 1


def micro(value: Number | Decimal) -> int:
    """A number in millionths, halves up; computed in decimal so that 0.1 is exactly 100,000."""
    return int((Decimal(str(value)) * MICRO).to_integral_value(ROUND_HALF_UP))


def rate_of(rps: Number | None, peak: Number | None, default: defaults.Default) -> Rate:
    """Average and peak; the average is at most a peak that is said alone."""
    average = micro(rps if rps is not None else default.value)
    if rps is None and peak is not None:
        average = min(average, micro(peak))
    most = micro(peak) if peak is not None else round(average * defaults.PEAK.value)
    return Rate(average, max(average, most), assumed=rps is None)


def amount_of(amount: Amount | None, average: float, most: float, factor: float) -> Estimate:
    """An amount of the spec; `average` and `most` if there is none, `factor` times the average if only that is said."""
    if amount is None:
        return Estimate(round(average), round(most), assumed=True)
    if isinstance(amount, tuple):
        return Estimate(_whole(amount[0]), _whole(amount[1]))
    return Estimate(_whole(amount), max(_whole(amount), math.ceil(amount * factor)))


def _whole(value: float) -> int:
    return max(1, round(value)) if value else 0


def size_of(of: ValueType, said: Amount | None, items: Amount | None, *, epoch: bool = False) -> Estimate:
    """Bytes of a stored value without its name."""
    if epoch:
        return Estimate(_EPOCH, _EPOCH)
    if said is not None:
        most = of.max_length if of.kind in {Kind.STRING, Kind.BYTES} and of.max_length else None
        estimate = amount_of(said, 0, 0, defaults.BYTES_MOST.value)
        return (
            Estimate(estimate.average, max(estimate.average, most))
            if most and not isinstance(said, tuple)
            else estimate
        )
    if of.kind in _EXACT:
        return Estimate(_EXACT[of.kind], _EXACT[of.kind])
    if of.kind is Kind.ENUM:
        longest = max(_number_bytes(v) if isinstance(v, int) else len(v.encode()) for v in of.values)
        return Estimate(longest, longest)
    if of.is_number:
        return _number_size(of)
    if of.kind in {Kind.STRING, Kind.BYTES}:
        most = of.max_length or round(defaults.TEXT_MOST.value)
        return Estimate(min(round(defaults.TEXT.value), most), most, assumed=True)
    if of.kind is Kind.VECTOR:
        each = 7  # 10 digits and the overhead of an element
        return Estimate(3 + each * (of.dimensions or 1), 3 + (each + 14) * (of.dimensions or 1))
    return _container_size(of, items)


def _container_size(of: ValueType, items: Amount | None) -> Estimate:
    """Lists, sets, maps and objects: 3 bytes, and 1 for each element of a list or map [item sizes]."""
    if of.kind is Kind.ANY:
        return Estimate(round(defaults.DOCUMENT.value), round(defaults.DOCUMENT_MOST.value), assumed=True)
    if of.kind is Kind.OBJECT:
        parts = [(len(f.name.encode()) + 1, size_of(f.type, None, None)) for f in of.fields]
        return Estimate(
            3 + sum(name + size.average for name, size in parts),
            3 + sum(name + size.most for name, size in parts),
            assumed=any(size.assumed for _, size in parts),
        )
    number = amount_of(items, defaults.ITEMS.value, defaults.ITEMS_MOST.value, defaults.BYTES_MOST.value)
    each = size_of(of.element, None, None) if of.element else Estimate(24, 256, assumed=True)
    name = 8 if of.kind is Kind.MAP else 0  # a short key
    overhead, per = (0, 0) if of.kind is Kind.SET else (3, 1)
    return Estimate(
        overhead + number.average * (each.average + per + name),
        overhead + number.most * (each.most + per + name),
        assumed=number.assumed or each.assumed,
    )


def _number_size(of: ValueType) -> Estimate:
    if of.minimum is None or of.maximum is None:
        return Estimate(round(defaults.NUMBER.value), round(defaults.NUMBER_MOST.value), assumed=True)
    scale = of.scale or 0
    most = max(_number_bytes(int(bound * 10**scale)) for bound in (of.minimum, of.maximum))
    return Estimate(most, most)


def _number_bytes(value: int) -> int:
    """About one byte for two digits, one for the exponent, one for a sign [item sizes]."""
    return (len(str(abs(value))) + 1) // 2 + 1 + (value < 0)
