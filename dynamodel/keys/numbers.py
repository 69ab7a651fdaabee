"""Numbers as key text: zero-padded offsets for a declared range, and a code of sign, exponent and digits without one.

Within declared bounds and scale a number lives on a grid of whole steps; its text is the number of steps from the
minimum (descending: to the maximum), padded to the width of the whole range. Without bounds (`keys.md` A4): zero is
`1`; above it `2`, the decimal exponent plus 200 in three digits, and the significant digits; below it `0`, the same
digits complemented to nine, and `~`. Descending is the code of the negated number.

All arithmetic is exact, on fractions and integers; no decimal context can round it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from dynamodel.keys.refusal import MalformedKey, UnencodableValue

if TYPE_CHECKING:
    from dynamodel.ir.keys import Component

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: numbers.
SIGNIFICANT_DIGITS = 38
SMALLEST_EXPONENT = -130
LARGEST_EXPONENT = 125

_EXPONENT_OFFSET = 200  # three digits hold -200 to 799: more than the service stores, so that bounds may lie outside
_TINY = -1000  # an exponent below that of every number that the service stores
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_OPEN = re.compile(r"1|2(\d{3})(\d*[1-9])|0(\d{3})(\d*[0-8])~")

Cut = Literal["lt", "le", "gt", "ge"]


def exact(value: object) -> Decimal:
    """The value as a finite decimal; `UnencodableValue` for bool, float, NaN, infinities and what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        reason = f"not an exact number: {value!r} ({type(value).__name__})"
        raise UnencodableValue(reason)
    number = Decimal(value)
    if not number.is_finite():
        reason = f"not a finite number: {value!r}"
        raise UnencodableValue(reason)
    return number


def _significant(number: Decimal) -> str:
    return "".join(map(str, number.as_tuple().digits)).strip("0")


def storable(value: object) -> Decimal:
    """The value as a decimal that the service can store; `UnencodableValue` otherwise."""
    number = exact(value)
    if number and not (
        SMALLEST_EXPONENT <= number.adjusted() <= LARGEST_EXPONENT and len(_significant(number)) <= SIGNIFICANT_DIGITS
    ):
        reason = f"outside the numbers that DynamoDB stores (38 digits, 1E-130 to 9.9E+125): {value}"
        raise UnencodableValue(reason)
    return number


def grid(component: Component) -> tuple[int, int]:
    """Lowest and highest step of a NUMBER component; `UnencodableValue` when it declares no range."""
    if component.minimum is None or component.maximum is None:
        reason = f"{component.attribute} has no declared range"
        raise UnencodableValue(reason)
    unit = 10**component.scale
    low, high = Fraction(component.minimum) * unit, Fraction(component.maximum) * unit
    return -(-low.numerator // low.denominator), high.numerator // high.denominator


def width(component: Component) -> int:
    """Digits of a NUMBER component's text."""
    low, high = grid(component)
    return len(str(high - low))


def _padded(component: Component, step: int) -> str:
    low, high = grid(component)
    return str(high - step if component.descending else step - low).zfill(len(str(high - low)))


def encode_number(component: Component, value: object) -> str:
    """The text of a NUMBER; `UnencodableValue` outside the declared range or between two steps of its scale."""
    number = storable(value)
    low, high = grid(component)
    step = Fraction(number) * 10**component.scale
    if step.denominator != 1:
        reason = f"{component.attribute} has {component.scale} decimal places: {value}"
        raise UnencodableValue(reason)
    if not low <= step <= high:
        reason = f"{component.attribute} lies between {component.minimum} and {component.maximum}: {value}"
        raise UnencodableValue(reason)
    return _padded(component, step.numerator)


def decode_number(component: Component, text: str) -> int | Decimal:
    """The number of a text: int at scale 0, else Decimal; `MalformedKey` for a text of another width or range."""
    low, high = grid(component)
    if not (text.isascii() and text.isdigit() and len(text) == len(str(high - low)) and int(text) <= high - low):
        reason = f"not a number of {component.attribute}: {text!r}"
        raise MalformedKey(reason)
    step = high - int(text) if component.descending else low + int(text)
    if not component.scale:
        return step
    sign, digits = ("-" if step < 0 else ""), str(abs(step)).zfill(component.scale + 1)
    return Decimal(f"{sign}{digits[: -component.scale]}.{digits[-component.scale :]}")


def cut_text(component: Component, cut: Cut, value: object) -> str | None:
    """The text of the outermost step that satisfies `number <cut> value`, both clamped to the range; None if none does.

    The bound may lie outside the declared range or between two steps (`keys.md` A3): `ge` and `gt` answer the lowest
    step that satisfies the comparison, `le` and `lt` the highest.
    """
    bound = exact(value)
    low, high = grid(component)
    floor, whole = _floor(component, bound)
    if cut in {"ge", "gt"}:
        step = max(floor if whole and cut == "ge" else floor + 1, low)
        return None if step > high else _padded(component, step)
    step = min(floor - 1 if whole and cut == "lt" else floor, high)
    return None if step < low else _padded(component, step)


def _floor(component: Component, bound: Decimal) -> tuple[int, bool]:
    """The step at or below a bound, and whether the bound is that step; far outside the range, a step outside it."""
    low, high = grid(component)
    if component.maximum is not None and bound > component.maximum:
        return high, False
    if component.minimum is not None and bound < component.minimum:
        return low - 1, False
    if bound and bound.adjusted() < _TINY:
        # Written out as a fraction, 1E-999999 would fill memory; it lies just beside zero.
        return (0 if bound > 0 else -1), False
    scaled = Fraction(bound) * 10**component.scale
    return scaled.numerator // scaled.denominator, scaled.denominator == 1


def _open_code(number: Decimal) -> str:
    if not number:
        return "1"
    exponent = number.adjusted() + _EXPONENT_OFFSET
    if not 0 <= exponent <= 999:  # noqa: PLR2004 - three digits
        reason = f"too large or too small for a key: {number}"
        raise UnencodableValue(reason)
    code = f"{exponent:03}{_significant(number)}"
    return f"0{code.translate(_COMPLEMENT)}~" if number < 0 else f"2{code}"


def encode_open(value: object, *, descending: bool = False, bound: bool = False) -> str:
    """The text of a number without a declared range; `bound` allows one that could not be stored."""
    number = exact(value) if bound else storable(value)
    # copy_negate is exact under any context; unary minus would round to the context's precision.
    return _open_code(number.copy_negate() if descending else number)


def decode_open(text: str, *, descending: bool = False) -> Decimal:
    """The number of a text that `encode_open` wrote; `MalformedKey` for any other text."""
    found = _OPEN.fullmatch(text) if text.isascii() else None
    if not found:
        reason = f"not a number: {text!r}"
        raise MalformedKey(reason)
    if text == "1":
        return Decimal(0)
    negative = found[3] is not None
    code = (found[3] + found[4]).translate(_COMPLEMENT) if negative else found[1] + found[2]
    exponent, digits = int(code[:3]) - _EXPONENT_OFFSET, code[3:]
    if digits.startswith("0"):
        reason = f"not a number: {text!r}"
        raise MalformedKey(reason)
    return Decimal((int(negative != descending), tuple(map(int, digits)), exponent - len(digits) + 1))
