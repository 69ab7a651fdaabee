"""The laws of one component's text: order, injectivity, prefix-freedom, reversibility, no delimiter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, given, settings, strategies as st

from dynamodel.ir.entities import BucketUnit
from dynamodel.ir.keys import Absent, Code, Component
from dynamodel.keys.codes import decode, encode, encode_prefix
from dynamodel.keys.refusal import MalformedKey, UnencodableValue
from tests.support.hostile import comparable, components, order_of, texts, wide_numbers

NUMBER = Component("x", Code.NUMBER, minimum=Decimal(-5), maximum=Decimal(99), scale=1)


@given(st.data())
@settings(max_examples=200)
def test_byte_order_is_the_order_of_the_values(data: st.DataObject) -> None:
    component, values = data.draw(components)
    one, other = data.draw(values), data.draw(values)
    key = order_of(component)
    (one_absent, one_value), (other_absent, other_value) = key(one), key(other)
    texts_of = [(encode(component, v) + "#").encode() for v in (one, other)]
    if one_absent != other_absent:
        assert (texts_of[0] < texts_of[1]) == (one_absent < other_absent)
    elif one_value == other_value:
        assert texts_of[0] == texts_of[1]
    else:
        below = (one_value < other_value) != component.descending  # type: ignore[operator]
        assert (texts_of[0] < texts_of[1]) == below
        assert texts_of[0] != texts_of[1]
        assert not texts_of[0].startswith(texts_of[1])


@given(st.data())
@settings(max_examples=150)
def test_a_text_gives_its_value_back_and_holds_nothing_below_the_escape(data: st.DataObject) -> None:
    component, values = data.draw(components)
    value = data.draw(values)
    text = encode(component, value)
    assert all(character >= "$" for character in text)
    back = decode(component, text)
    if value is None or component.bucket is None:
        assert back == (None if value is None else value.astimezone(UTC) if isinstance(value, datetime) else value)
    else:
        assert encode(component, back) == text
        assert isinstance(back, str)


@given(st.data(), texts)
def test_a_foreign_text_is_refused_or_read_as_what_writes_it(data: st.DataObject, text: str) -> None:
    component, _ = data.draw(components)
    try:
        value = decode(component, text)
    except MalformedKey:
        return
    assert encode(component, value) == text


@given(texts, texts, st.booleans(), st.sampled_from(Absent))
def test_a_prefix_of_the_text_is_a_prefix_of_the_value(
    prefix: str, value: str, descending: bool, absent: Absent
) -> None:
    component = Component("x", Code.TEXT, descending, absent)
    written = encode(component, value) + "#"
    assert written.startswith(encode_prefix(component, prefix)) == value.startswith(prefix)


@given(wide_numbers, st.booleans())
def test_a_number_has_one_key_under_any_context(number: Decimal, descending: bool) -> None:
    component = Component("x", Code.OPEN_NUMBER, descending)
    text = encode(component, number)
    with localcontext() as context:
        context.prec = 3
        assert encode(component, number) == text
        assert decode(component, text) == number


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (Code.TEXT, 5),
        (Code.TEXT, b"x"),
        (Code.TEXT, "\ud800"),
        (Code.OPEN_NUMBER, True),
        (Code.OPEN_NUMBER, 1.5),
        (Code.OPEN_NUMBER, Decimal("NaN")),
        (Code.OPEN_NUMBER, Decimal("Infinity")),
        (Code.OPEN_NUMBER, 10**38 + 1),
        (Code.OPEN_NUMBER, Decimal("1E126")),
        (Code.OPEN_NUMBER, Decimal("1E-131")),
        (Code.INSTANT, datetime(2026, 1, 1)),  # noqa: DTZ001 - that it is naive is the point
        (Code.INSTANT, datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
        (Code.INSTANT, date(2026, 1, 1)),
        (Code.DATE, datetime(2026, 1, 1, tzinfo=UTC)),
        (Code.EPOCH, datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
        (Code.EPOCH, datetime(1969, 12, 31, tzinfo=UTC)),
        (Code.HEX, "00"),
        (Code.BOOLEAN, 1),
        (Code.TEXT, None),
    ],
)
def test_values_of_another_kind_are_refused(code: Code, value: object) -> None:
    for descending in (False, True):
        with pytest.raises(UnencodableValue):
            encode(Component("x", code, descending), value)


@pytest.mark.parametrize("value", [True, Decimal("-5.1"), Decimal("99.1"), Decimal("1.05"), 1.0, None, "1"])
def test_a_bounded_number_refuses_what_is_outside_its_grid(value: object) -> None:
    with pytest.raises(UnencodableValue):
        encode(NUMBER, value)


def test_the_documented_texts() -> None:
    assert encode(Component("x", Code.TEXT), 'a b!"#$%') == "a$20b$21$22$23$24%"
    assert encode(NUMBER, Decimal(-5)) == "0000"
    assert encode(NUMBER, Decimal("1.50")) == "0065"
    assert encode(Component("x", Code.OPEN_NUMBER), 0) == "1"
    assert encode(Component("x", Code.OPEN_NUMBER), Decimal(-0)) == "1"
    assert encode(Component("x", Code.OPEN_NUMBER), 120) == "220212"
    assert encode(Component("x", Code.OPEN_NUMBER), -120) == "079787~"
    moment = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    assert encode(Component("x", Code.INSTANT), moment) == "2026-11-22T14:05:00.000000+00:00"
    assert encode(Component("x", Code.INSTANT, bucket=BucketUnit.HOUR), moment) == "2026-11-22T14"
    assert encode(Component("x", Code.DATE, descending=True), date(2026, 11, 22)) == "7973-88-77"
    assert encode(Component("x", Code.EPOCH), moment) == "001795356300"
    assert encode(Component("x", Code.HEX), b"\x0f") == "0f"
    assert encode(Component("x", Code.TEXT, descending=True), "A") == "BE~"
    assert encode(Component("x", Code.TEXT, absent=Absent.FIRST), None) == "$"
    assert encode(Component("x", Code.TEXT, absent=Absent.LAST), None) == "&"
    assert encode(Component("x", Code.TEXT, absent=Absent.LAST), "v") == "%v"


@given(st.sampled_from(BucketUnit), st.data())
def test_a_bucket_takes_its_own_text_and_no_other(unit: BucketUnit, data: st.DataObject) -> None:
    component = Component("x", Code.INSTANT, bucket=unit)
    moment = data.draw(st.datetimes(timezones=st.just(UTC)))
    text = encode(component, moment)
    assert encode(component, text) == text
    assert comparable(component, moment) is not None
    other = data.draw(st.sampled_from(BucketUnit))
    assume(other is not unit)
    with pytest.raises(UnencodableValue):
        encode(Component("x", Code.INSTANT, bucket=other), text)
