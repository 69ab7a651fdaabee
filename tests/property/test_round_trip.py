"""Random entities of random models survive put, get, query and update on DynamoDB Local, bit for bit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dynamodel.emit.registry import emit
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.generated import loaded

ITEMS = 8  # entities tried of each model

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "#", "$", "\0", "\U0001f600é"]
)
names = texts.filter(bool)
integers = st.integers(-(10**38) + 1, 10**38 - 1) | st.integers(-3, 3)
decimals = st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(map(int, str(digits))), exponent)),
    st.integers(0, 1),
    st.integers(0, 10**38 - 1),
    st.integers(-80, 40),
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
instants = st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 12, 30), timezones=zones)  # noqa: DTZ001 - made aware
blobs = st.binary(max_size=12)
documents = st.recursive(
    st.none() | st.booleans() | integers | texts | blobs | decimals,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
inner = st.fixed_dictionaries(
    {
        "amount": decimals,
        "note": st.none() | texts,
        "when": st.lists(instants, max_size=2),
        "raw": st.sets(blobs, max_size=2),
    }
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": texts,
    "int": integers,
    "Decimal": decimals,
    "bool": st.booleans(),
    "bytes": blobs,
    "datetime": instants,
    "date": st.dates(),
    "UUID": st.uuids(),
    'Literal["a", "b#$"]': st.sampled_from(["a", "b#$"]),
    "Inner": inner,
    "list[Inner]": st.lists(inner, max_size=2),
    "dict[str, Inner]": st.dictionaries(names, inner, max_size=2),
    "list[str]": st.lists(texts, max_size=3),
    "list[list[Decimal]]": st.lists(st.lists(decimals, max_size=2), max_size=2),
    "dict[str, int]": st.dictionaries(names, integers, max_size=3),
    "set[str]": st.sets(texts, max_size=3),
    "set[int]": st.sets(integers, max_size=3),
    "set[Decimal]": st.sets(decimals, max_size=3),
    "set[bytes]": st.sets(blobs, max_size=3),
    "Any": documents,
}
MODEL = '''"""A model made up for a test."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from dynamodel import Create, Entity, Get, Model, Put, Query, Update


class Inner(BaseModel):
    amount: Decimal
    note: str | None = None
    when: list[datetime]
    raw: set[bytes]


class Thing(Entity, identity=("owner", "thing_id"), count=1000):
    owner: str
    thing_id: UUID
    label: str
{attributes}


class Random(Model, table="random"):
    add = Create(Thing)
    save = Put(Thing)
    thing = Get(Thing, consistent=True)
    things = Query(Thing, by=Thing.owner)
    labelled = Query(Thing, by=Thing.label)
    change = Update(Thing, set=({changed},))
'''


@st.composite
def models(draw):
    """Attributes by name: annotation, whether it may be absent, and values."""
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=6))
    found = {}
    for number, kind in enumerate(kinds):
        optional = not kind.startswith("set") and kind != "Any" and draw(st.booleans())
        found[f"f{number}"] = (kind, optional, st.none() | VALUES[kind] if optional else VALUES[kind])
    return found


def written(attributes):
    """The text of the model."""
    lines = [f"    {name}: {kind}{' | None = None' if opt else ''}" for name, (kind, opt, _) in attributes.items()]
    return MODEL.format(attributes="\n".join(lines), changed=", ".join(f"Thing.{name}" for name in attributes))


def same(found, wanted):
    """Equal by value and type; times by the instant."""
    assert found == wanted
    assert type(found) is type(wanted)
    if isinstance(found, dict):
        for name in wanted:
            same(found[name], wanted[name])
    if isinstance(found, list):
        for left, right in zip(found, wanted, strict=True):
            same(left, right)


def plain(value):
    """A document as it comes back: a whole number is an int."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


@pytest.mark.local
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(attributes=models(), data=st.data())
def test_every_entity_comes_back_as_it_went(attributes, data, local_endpoint, tmp_path_factory):
    file = tmp_path_factory.mktemp("random") / "model.py"
    file.write_text(written(attributes), encoding="utf-8")
    workload = normalize(load_model(file))
    plan = make_plan(workload)
    values = st.fixed_dictionaries({name: made for name, (_, _, made) in attributes.items()})
    rows = data.draw(st.lists(st.tuples(values, values, names), min_size=ITEMS, max_size=ITEMS))
    with (
        EndpointBackend(local_endpoint) as backend,
        loaded(workload, emit(workload, plan, None, ("python",), None)) as generated,
    ):
        package = generated.module
        client = package.Random(backend.open_table(plan.table), backend.client())

        def thing(number, held, label):
            key = {"owner": "o#$", "thing_id": f"00000000-0000-0000-0000-{number:012}", "label": label}
            held = {n: plain(v) if attributes[n][0] == "Any" else v for n, v in held.items()}
            return package.Thing.from_dict({**key, **held})

        things = [thing(n, held, label) for n, (held, _, label) in enumerate(rows)]
        for number, one in enumerate(things):
            (client.add if number % 2 else client.save)(one)
            same(client.thing(one.owner, one.thing_id).to_dict(), one.to_dict())
            assert one in client.labelled(one.label).items
        for found, one in zip(client.things("o#$").items, things, strict=True):
            same(found.to_dict(), one.to_dict())
        for number, (_, held, label) in enumerate(rows):
            other = thing(number, held, label)
            changed = [getattr(other, name) for name in attributes]
            same(client.change(other.owner, other.thing_id, *changed).to_dict(), other.to_dict())
            same(client.thing(other.owner, other.thing_id).to_dict(), other.to_dict())
            again = package.Thing.from_json(other.to_json())
            if all(kind != "Any" for kind, _, _ in attributes.values()):
                same(again.to_dict(), other.to_dict())
