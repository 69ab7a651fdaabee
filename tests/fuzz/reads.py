"""Random reads of random entities, each as the right side of its line in a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.fuzz.entities import BEGIN, BUCKET, ORDER, SELECT, EntityText, Field

if TYPE_CHECKING:
    from collections.abc import Sequence


def call(kind: str, *words: str) -> str:
    """`Kind(word, word)` without the empty ones."""
    return f"{kind}({', '.join(w for w in words if w)})"


def option(name: str, values: Sequence[str]) -> str:
    """`name=value`, or a tuple of several; nothing without a value."""
    if not values:
        return ""
    return f"{name}={values[0]}" if len(values) == 1 else f"{name}=({', '.join(values)})"


@st.composite
def conditions(draw: st.DrawFn, entity: EntityText, *, given: bool = True, fixed: Sequence[Field] = ()) -> str | None:
    """A condition on an attribute; None where the entity has none to ask about. With `given` it may take a value.

    What is `fixed` has a value already.
    """
    constants = [(f, c) for f in entity.fields if not f.role for c in f.type.constants]
    made = [f"{entity.ref(f)} == {c}" for f, c in constants if f not in fixed]
    made += [f"{entity.ref(f)} >= {c}" for f, c in constants if ORDER in f.type.able]
    made += [f"{word}({entity.ref(f)})" for f in entity.fields if f.optional for word in ("present", "absent")]
    made += [f"{entity.ref(f)} < now()" for f in entity.fields if f.type.annotation == "datetime" and not f.role]
    if given:
        made += [f"{word}({entity.ref(f)})" for f in entity.able(ORDER) for word in ("eq", "lt")]
    if not made:
        return None
    first = draw(st.sampled_from(made))
    if draw(st.integers(0, 5)) < 5:
        return first
    return f"any_of({first}, {draw(st.sampled_from(made))})"


@st.composite
def returned(draw: st.DrawFn, entity: EntityText, *, count: bool = False) -> str:
    """What comes back: everything, some attributes, or how many."""
    choice = draw(st.sampled_from(("all", "all", "some", "count")))
    if choice == "some":
        wanted = {entity.ref(draw(st.sampled_from((*entity.identity, *entity.fields))))}
        parent = entity.parent
        if parent is not None and draw(st.booleans()):
            wanted |= {parent.ref(draw(st.sampled_from((*parent.identity, *parent.fields))))}
        return option("returns", sorted(wanted))
    return 'returns="count"' if choice == "count" and count else ""


@st.composite
def ordering(draw: st.DrawFn, entity: EntityText, taken: Sequence[str]) -> list[str]:
    """A range, an order, a limit, as far as the entity has attributes for them."""
    ordered = [f for f in (*entity.identity, *entity.able(ORDER, optional=False)) if entity.ref(f) not in taken]
    words: list[str] = []
    if ordered and draw(st.booleans()):
        by = draw(st.sampled_from(ordered))
        operators = ["between", "ge", "lt", *(["begins_with"] if BEGIN in by.type.able else [])]
        if draw(st.booleans()):
            words.append(f"range={draw(st.sampled_from(operators))}({entity.ref(by)})")
        second = draw(st.sampled_from(ordered))
        orders = [draw(st.sampled_from(("{}", "desc({})"))).format(entity.ref(f)) for f in dict.fromkeys((by, second))]
        words.append(option("order_by", orders[: draw(st.integers(0, 2))]))
    if draw(st.booleans()):
        words.append(f"limit={draw(st.integers(1, 4))}")
    return words


@st.composite
def queries(draw: st.DrawFn, entity: EntityText) -> str:
    """Rows of one entity."""
    chosen: list[Field] = []
    if entity.identity and draw(st.booleans()):
        chosen.append(entity.identity[0])
    chosen += (
        draw(st.lists(st.sampled_from(entity.able(SELECT)), max_size=2, unique=True)) if entity.able(SELECT) else []
    )
    by = [entity.ref(f) for f in chosen]
    above = entity.parent.able(SELECT) if entity.parent is not None else []
    if above and entity.parent is not None and draw(st.integers(0, 7)) == 7:  # found by what the parent holds
        chosen.append(draw(st.sampled_from(above)))
        by.append(entity.parent.ref(chosen[-1]))
    for at, field in enumerate(chosen):
        if BUCKET in field.type.able:
            by[at] = f'bucket({by[at]}, "{draw(st.sampled_from(("month", "day")))}")'
    words = draw(ordering(entity, by))
    where = draw(conditions(entity, given=False, fixed=chosen)) if draw(st.integers(0, 2)) == 2 else None
    filtered = draw(conditions(entity)) if draw(st.integers(0, 5)) == 5 else None
    strong = "consistent=True" if draw(st.integers(0, 4)) == 4 else ""
    counted = not any(w.startswith("limit") for w in words)
    words += [f"where={where}" if where else "", f"filter={filtered}" if filtered else "", strong]
    return call("Query", entity.name, option("by", by), *words, draw(returned(entity, count=counted)))


@st.composite
def single(draw: st.DrawFn, entity: EntityText) -> str:
    """One item, by its identity or by something unique."""
    unique = [entity.ref(f) for f in entity.fields if any(o.startswith("unique") for o in f.options)]
    by = f"by={draw(st.sampled_from(unique))}" if unique and draw(st.booleans()) else ""
    return call("Get", entity.name, by, draw(st.sampled_from(("", "consistent=True"))), draw(returned(entity)))


@st.composite
def reads(draw: st.DrawFn, entity: EntityText) -> str:
    """A read of one entity."""
    kind = draw(st.sampled_from(("query", "query", "query", "query", "get", "get", "batch", "scan")))
    if kind == "batch" and entity.identity:
        return call("BatchGet", entity.name, draw(returned(entity)))
    if kind == "scan":
        return call("Scan", entity.name, draw(returned(entity)))
    return draw(single(entity) if kind == "get" else queries(entity))


@st.composite
def collections(draw: st.DrawFn, parent: EntityText, children: Sequence[EntityText]) -> str:
    """A parent with some of its children, or the children alone as one list."""
    some = draw(st.lists(st.sampled_from(children), min_size=1, unique=True))
    parts = [
        call("Query", c.name, *draw(ordering(c, [c.ref(f) for f in (*c.identity, *c.fields) if f.name in c.via])))
        for c in some
    ]
    parts = [c.name if part == f"Query({c.name})" else part for c, part in zip(some, parts, strict=True)]
    by = option("by", [parent.ref(f) for f in parent.identity])
    return call("Collection", parent.name, *parts, by, draw(st.sampled_from(("", "", "consistent=True"))))
