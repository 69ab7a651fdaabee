"""Random writes of random entities, each as the right side of its line in a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.fuzz.attributes import ADD, APPEND, SELECT
from tests.fuzz.reads import call, conditions, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fuzz.entities import EntityText


@st.composite
def changes(draw: st.DrawFn, kind: str, entity: EntityText) -> str:
    """An update or upsert of one to three attributes."""
    words: dict[str, list[str]] = {"set": [], "add": [], "remove": [], "append": []}
    chosen = draw(st.lists(st.sampled_from(entity.changing), min_size=1, max_size=3, unique=True))
    if kind == "Upsert":  # it must be able to make the whole item
        chosen = list(dict.fromkeys([*chosen, *(f for f in entity.changing if not (f.optional or f.starts))]))
    for field in chosen:
        possible = ["set", *(["set constant"] if field.type.constants else [])]
        possible += ["add"] if ADD in field.type.able else []
        possible += ["append"] if APPEND in field.type.able else []
        possible += ["remove"] if field.optional and kind == "Update" else []
        how, _, constant = draw(st.sampled_from(possible)).partition(" ")
        value = f" == {draw(st.sampled_from(field.type.constants))}" if constant else ""
        words[how].append(entity.ref(field) + value)
    when = draw(conditions(entity)) if draw(st.integers(0, 2)) == 2 else None
    return call(kind, entity.name, *(option(n, w) for n, w in words.items()), f"when={when}" if when else "")


@st.composite
def steps(draw: st.DrawFn, entity: EntityText) -> str:
    """A write of one item."""
    kinds = ["Create", "Delete", *(["Put"] if entity.replaced else [])]
    kinds += ["Update"] * 3 if entity.changing else []
    kinds += ["Upsert"] if entity.upserted and entity.changing else []
    kind = draw(st.sampled_from(kinds))
    if kind in {"Update", "Upsert"}:
        return draw(changes(kind, entity))
    when = draw(conditions(entity)) if kind != "Create" and draw(st.integers(0, 3)) == 3 else None
    return call(kind, entity.name, f"when={when}" if when else "")


@st.composite
def writes(draw: st.DrawFn, entity: EntityText) -> str:
    """A write of one item, or a delete of what other attributes find."""
    found = [*entity.able(SELECT, optional=False), *entity.identity[:1]]
    if found and draw(st.integers(0, 6)) == 6:
        return call("Delete", entity.name, f"by={entity.ref(draw(st.sampled_from(found)))}")
    if entity.batched and entity.identity and draw(st.integers(0, 9)) == 9:
        return call(draw(st.sampled_from(("Delete", "Put"))), entity.name, "times=(3, 30)")
    return draw(steps(entity))


@st.composite
def makers(draw: st.DrawFn, entity: EntityText) -> str:
    """A write by which items come that may be there already, or many at once."""
    kinds = [*(["Upsert"] * 3 if entity.upserted and entity.changing else []), *(["Put"] if entity.batched else [])]
    kind = draw(st.sampled_from(kinds)) if kinds else "Create"
    if kind == "Upsert":
        return draw(changes(kind, entity))
    return call(kind, entity.name, *(["times=(3, 30)"] if kind == "Put" else []))


@st.composite
def transactions(draw: st.DrawFn, entities: Sequence[EntityText]) -> str:
    """A step on each of two or three entities, or reads of them at one moment."""
    chosen = draw(st.lists(st.sampled_from(entities), min_size=2, max_size=3, unique=True))
    if draw(st.integers(0, 2)) == 2:
        return call("Transaction", *(f"Get({e.name})" for e in chosen))
    made = [draw(steps(e)) for e in chosen]
    if draw(st.integers(0, 3)) == 3:
        when = draw(conditions(chosen[-1]))
        made[-1] = call("Check", chosen[-1].name, f"when={when}" if when else "")
    return call("Transaction", *made)
