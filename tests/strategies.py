"""Random records of `dynamodel.ir`, for property tests: any value that the types allow, sensible or not."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from hypothesis import strategies as st

from dynamodel.ir.keys import NaturalCondition, Template
from dynamodel.ir.plan import EntityDesign, PatternDesign, Plan, TableDesign
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.structure import fields
from dynamodel.ir.values import Source

integers = st.integers(min_value=-(2**63), max_value=2**63)
texts = st.text(max_size=8)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    integers,
    texts,
    decimals,
    st.binary(max_size=4),
    st.uuids(),
    st.dates(min_value=date(1970, 1, 1)),
    st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants it naive
    st.timedeltas(),
)
constants = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(texts, inner, max_size=3),
        st.frozensets(scalars, max_size=3),
        st.sets(scalars, max_size=3),
    ),
    max_leaves=4,
)


@cache
def records(record: type[Any]) -> st.SearchStrategy[Any]:
    """Any instance of a record of `ir`; names that must differ do, and operators have as many operands as they take."""
    if record is ConditionDef:
        simple = st.one_of(*(_condition(op) for op in Op if op is not Op.ANY_OF))
        return simple | st.builds(ConditionDef, op=st.just(Op.ANY_OF), any_of=st.lists(simple, max_size=2).map(tuple))
    if record is NaturalCondition:
        without = st.builds(NaturalCondition, equals=of_type(next(h for n, h, _ in fields(record) if n == "equals")))
        ranged = st.one_of(
            *(
                st.builds(NaturalCondition, **_fields(record, op=st.just(op), operands=_operands(Op(op))))
                for op in ("lt", "le", "gt", "ge", "between", "begins_with")
            )
        )
        return without | ranged
    if record is Plan:
        return st.builds(
            Plan,
            **_fields(
                record,
                entities=_distinct(records(EntityDesign), "entity"),
                patterns=_distinct(records(PatternDesign), "name"),
            ),
        )
    if record is TableDesign:
        indexes = next(h for n, h, _ in fields(record) if n == "indexes")
        return st.builds(
            TableDesign, **_fields(record, indexes=_distinct(of_type(typing.get_args(indexes)[0]), "name"))
        )
    return st.builds(record, **_fields(record))


def _fields(record: type[Any], **given: Any) -> dict[str, Any]:
    return {name: given[name] if name in given else of_type(hint) for name, hint, _ in fields(record)}


def _condition(op: Op) -> st.SearchStrategy[ConditionDef]:
    return st.builds(ConditionDef, op=st.just(op), attribute=texts, operands=_operands(op))


def _operands(op: Op) -> st.SearchStrategy[Any]:
    count = {Op.BETWEEN: 2, Op.PRESENT: 0, Op.ABSENT: 0}.get(op, 1)
    return st.tuples(*[st.deferred(lambda: of_type(Source))] * count)


def _distinct(items: Any, name: str) -> Any:
    return st.lists(items, max_size=3, unique_by=lambda item: getattr(item, name)).map(tuple)


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of type `hint` may hold."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is object:
        return constants
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return st.lists(st.deferred(lambda: of_type(arguments[0])), max_size=3).map(tuple)
        return st.tuples(*map(of_type, arguments))
    if isinstance(hint, types.UnionType):
        return st.one_of(*map(of_type, arguments))
    if dataclasses.is_dataclass(hint):
        return st.deferred(lambda: records(typing.cast("type[Any]", hint)))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: texts,
        int: integers,
        bool: st.booleans(),
        Decimal: decimals,
        types.NoneType: st.none(),
    }
    return simple[hint]


plans: st.SearchStrategy[Plan] = records(Plan)
templates: st.SearchStrategy[Template] = records(Template)
