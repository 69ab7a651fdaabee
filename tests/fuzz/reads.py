"""Random reads of random entities, each as the right side of its line in a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.fuzz.attributes import BEGIN, BUCKET, ORDER, SELECT, SOLID, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fuzz.entities import EntityText


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
    made += [f"{entity.ref(f)} {op} {c}" for f, c in constants if ORDER in f.type.able for op in (">=", "<")]
    made += [f"{entity.ref(f)} != {c}" for f, c in constants if given]
    made += [f"{word}({entity.ref(f)})" for f in entity.fields if f.optional for word in ("present", "absent")]
    made += [f"{entity.ref(f)} < now()" for f in entity.fields if f.type.annotation == "datetime" and not f.role]
    if given:
        made += [f"{word}({entity.ref(f)})" for f in entity.able(ORDER) for word in ("eq", "le")]
    if not made:
        return None
    first, second = draw(st.sampled_from(made)), draw(st.sampled_from(made))
    form = draw(st.sampled_from(("{0}", "{0}", "{0}", "{0}", "any_of({0}, {1})", "({0}, {1})")))
    return form.format(first, second) if first != second else first


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
def directions(draw: st.DrawFn, entity: EntityText, field: Field) -> str:
    """An attribute in an order, with the place of the rows without it."""
    forms = ("{}", "desc({})")
    if field.optional:
        forms = ('asc({}, nulls="first")', 'asc({}, nulls="last")', 'desc({}, nulls="last")')
    return draw(st.sampled_from(forms)).format(entity.ref(field))


@st.composite
def ordering(draw: st.DrawFn, entity: EntityText, taken: Sequence[str]) -> list[str]:
    """A range, an order, a limit, as far as the entity has attributes for them."""
    ordered = [f for f in (*entity.identity, *entity.able(ORDER)) if entity.ref(f) not in taken]
    words: list[str] = []
    if ordered and draw(st.booleans()):
        by = draw(st.sampled_from(ordered))
        operators = ["between", "ge", "gt", "le", "lt", *(["begins_with"] if BEGIN in by.type.able else [])]
        if draw(st.booleans()):
            words.append(f"range={draw(st.sampled_from(operators))}({entity.ref(by)})")
        second = draw(st.sampled_from(ordered))
        orders = [draw(directions(entity, f)) for f in dict.fromkeys((by, second))]
        words.append(option("order_by", orders[: draw(st.integers(0, 2))]))
    if draw(st.booleans()):
        words.append(f"limit={draw(st.integers(1, 4))}")
    return words


@st.composite
def queries(draw: st.DrawFn, entity: EntityText) -> str:
    """Rows of one entity."""
    ordered = entity.able(ORDER, optional=False)
    if len(entity.identity) > 1 and ordered and draw(st.integers(0, 4)) == 4:  # strongly, in another order than the key
        by = option("by", [entity.ref(f) for f in entity.identity[:-1]])
        return call(
            "Query", entity.name, by, f"order_by={entity.ref(draw(st.sampled_from(ordered)))}", "consistent=True"
        )
    chosen: list[Field] = []
    if entity.identity and draw(st.booleans()):
        chosen.append(entity.identity[0])
    chosen += (
        draw(st.lists(st.sampled_from(entity.able(SELECT)), max_size=2, unique=True)) if entity.able(SELECT) else []
    )
    solid = entity.able(SOLID)
    if len(solid) > 1 and draw(st.integers(0, 3)) == 3:
        chosen = draw(st.lists(st.sampled_from(solid), min_size=2, max_size=3, unique=True))
    by = [entity.ref(f) for f in chosen]
    above = entity.parent.able(SELECT) if entity.parent is not None else []
    if above and entity.parent is not None and draw(st.integers(0, 3)) == 3:  # found by what the parent holds
        chosen.append(draw(st.sampled_from(above)))
        by.append(entity.parent.ref(chosen[-1]))
    for at, field in enumerate(chosen):
        if BUCKET in field.type.able and draw(st.booleans()):
            by[at] = f'bucket({by[at]}, "{draw(st.sampled_from(("month", "day")))}")'
    words = draw(ordering(entity, by))
    where = draw(conditions(entity, given=False, fixed=chosen)) if draw(st.integers(0, 2)) == 2 else None
    filtered = draw(conditions(entity)) if draw(st.integers(0, 5)) == 5 else None
    strong = "consistent=True" if draw(st.integers(0, 4)) == 4 else ""
    counted = not any(w.startswith("limit") for w in words)
    words += [f"where={where}" if where else "", f"filter={filtered}" if filtered else "", strong]
    words += ["history=True"] if entity.versioned and draw(st.booleans()) else []
    return call("Query", entity.name, option("by", by), *words, draw(returned(entity, count=counted)))


@st.composite
def single(draw: st.DrawFn, entity: EntityText) -> str:
    """One item, by its identity or by something unique."""
    unique = [entity.ref(f) for f in entity.unique]
    by = f"by={draw(st.sampled_from(unique))}" if unique and draw(st.booleans()) else ""
    return call("Get", entity.name, by, draw(st.sampled_from(("", "consistent=True"))), draw(returned(entity)))


@st.composite
def reads(draw: st.DrawFn, entity: EntityText) -> str:
    """A read of one entity."""
    kind = draw(st.sampled_from(("query", "query", "query", "query", "get", "get", "batch", "scan")))
    if kind == "batch" and entity.identity:
        return call("BatchGet", entity.name, draw(returned(entity)))
    if kind == "scan":
        filtered = draw(conditions(entity)) if draw(st.integers(0, 2)) == 2 else None
        return call("Scan", entity.name, f"filter={filtered}" if filtered else "", draw(returned(entity)))
    return draw(single(entity) if kind == "get" else queries(entity))


@st.composite
def parts_of(draw: st.DrawFn, child: EntityText) -> str:
    """The children in a collection: some of them, in an order."""
    linked = [f for f in (*child.identity, *child.fields) if any(f.name in via for _, via in child.links)]
    words = draw(ordering(child, [child.ref(f) for f in linked]))
    where = draw(conditions(child, given=False, fixed=linked)) if draw(st.integers(0, 3)) == 3 else None
    return call("Query", child.name, *words, f"where={where}" if where else "")


@st.composite
def merged_part(draw: st.DrawFn, child: EntityText) -> str:
    """The children in a merged list, the newest first."""
    linked = [f for f in (*child.identity, *child.fields) if any(f.name in via for _, via in child.links)]
    where = draw(conditions(child, given=False, fixed=linked)) if draw(st.integers(0, 2)) == 2 else None
    return call("Query", child.name, f"order_by=desc({child.name}.made_at)", f"where={where}" if where else "")


@st.composite
def collections(draw: st.DrawFn, parent: EntityText, children: Sequence[EntityText]) -> str:
    """A parent with some of its children, or the children alone as one list."""
    some = draw(st.lists(st.sampled_from(children), min_size=1, unique=True))
    parts = [draw(parts_of(c)) for c in some]
    parts = [c.name if part == f"Query({c.name})" else part for c, part in zip(some, parts, strict=True)]
    strong = draw(st.sampled_from(("", "", "consistent=True")))
    linked = [c for c in some if c.parent is parent]
    if len(parts) > 1 and linked and draw(st.integers(0, 2)) == 2:  # the children alone
        by = option("by", [linked[0].ref(f) for f in linked[0].fields_of(linked[0].via)])
        timed = all(any(f.role == "created" for f in c.fields) for c in some)
        if timed and draw(st.booleans()):
            merged = [draw(merged_part(c)) for c in some]
            return call("Collection", *merged, by, "merged=True", strong)
        if timed and draw(st.booleans()):
            parts = [call("Query", c.name, f"range=between({c.name}.made_at)") for c in some]
        return call("Collection", *parts, by, strong)
    by = option("by", [parent.ref(f) for f in parent.identity])
    return call("Collection", parent.name, *parts, by, strong)


def is_inside(child: EntityText, parent: EntityText) -> bool:
    """Whether the items of a child can lie in their parent's partition of the table, and be ordered otherwise there."""
    names = {f.name for f in child.identity}
    return child.parent is parent and set(child.via) < names and bool(child.able(ORDER, optional=False))


@st.composite
def newest(draw: st.DrawFn, parent: EntityText, child: EntityText) -> str:
    """A parent with the first of its children, strongly, in an order that their keys do not have."""
    by = option("by", [parent.ref(f) for f in parent.identity])
    order = draw(directions(child, draw(st.sampled_from(child.able(ORDER, optional=False)))))
    first = call("Query", child.name, option("order_by", [order]), f"limit={draw(st.integers(1, 4))}")
    return call("Collection", parent.name, first, by, "consistent=True")


@st.composite
def together(draw: st.DrawFn, parent: EntityText, children: Sequence[EntityText]) -> list[str]:
    """Reads of a parent with its children, if any."""
    found = [draw(collections(parent, children))] if draw(st.booleans()) else []
    for child in (c for c in children if is_inside(c, parent) and draw(st.booleans())):
        found += [draw(newest(parent, child)), f"Get({child.name})"]
    return found
