"""Random models as a user would write them: the text of a `model.py`, from a strategy that shrinks to a small one."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import strategies as st

from tests.fuzz.entities import EntityText, edges, entities
from tests.fuzz.reads import reads, together
from tests.fuzz.writes import makers, transactions, writes

HEAD = '''"""A random model."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from dynamodel import (
    BatchGet, Check, Collection, Create, Delete, Entity, Get, Model, Parent, Put, Query, Scan, Transaction, Ulid,
    Update, Upsert, absent, any_of, asc, attr, begins_with, between, bucket, desc, eq, ge, gt, le, lt, now, present,
)


class Color(StrEnum):
    red = "r"
    blue = "b"


class Place(BaseModel):
    street: str
    number: int | None = None
'''
RULES = (
    "multi_attribute_keys=False",
    "local_indexes=False",
    "indexes=0, local_indexes=False",
    "copies=False",
    "spare_reads=False",
    "overload=False",
    "overload=True",
)
HOT = ", rps=1000, peak=4000"  # of a write: more than a partition takes


@st.composite
def models(draw: st.DrawFn) -> str:
    """The text of a model with one to four entities and up to some fifteen access patterns."""
    made = [draw(entities("Alpha"))]
    often = st.sampled_from((False, True, True))
    if draw(often):
        made.append(draw(entities("Beta", made[0] if made[0].identity and draw(often) else None)))
    if len(made) > 1 and draw(st.booleans()):
        parent = draw(st.sampled_from((None, made[0], made[1])))
        if made[1].parent is None and made[0].identity and made[1].identity and draw(st.booleans()):
            made.append(draw(edges("Gamma", (made[0], made[1]))))
        else:
            made.append(draw(entities("Gamma", parent if parent is not None and parent.identity else None)))
    kinds = (reads, reads, writes)
    lines = [draw(draw(st.sampled_from(kinds))(e)) for e in made for _ in range(draw(st.integers(1, 5)))]
    for entity in made:  # what is read strongly may have copies, which these find harder to keep
        strong = [line for line in lines if line.startswith(f"Query({entity.name}") and "consistent=True" in line]
        if strong and entity.identity:
            lines.append(draw(makers(entity)))
    listed = [e for e in made if any(line.startswith(f"Query({e.name}") for line in lines)]
    if listed and draw(st.integers(0, 3)) == 3:
        twin = draw(st.sampled_from(listed))
        header = (_named(word, twin.name) for word in twin.header if not word.startswith("counted_in"))
        made.append(replace(twin, name="Omega", header=tuple(header)))
        lines += [_named(line, twin.name) for line in lines if line.startswith(f"Query({twin.name}")]
    named = [e.ref(f) for e in made for f in e.unique]
    if named and draw(st.booleans()):
        by = draw(st.sampled_from(named))
        lines.append(f"Get({by.partition('.')[0]}, by={by}, returns={by}, rps=100)")
    for parent, children in _families(made):
        lines += draw(together(parent, children))
    if len(made) > 1 and draw(st.booleans()):
        lines.append(draw(transactions(made)))
    hot = draw(st.sampled_from(("", "", HOT)))
    stored = [f"Create({e.name})" if e.identity else f"Put({e.name})" for e in made]
    lines = list(dict.fromkeys([*lines, *stored]))
    lines = [line[:-1] + hot + ")" if line in stored else line for line in lines]
    body = "\n".join(f"    p{n} = {line}" for n, line in enumerate(lines))
    rules = draw(st.sampled_from(("", "", *(f", {rule}" for rule in RULES))))
    if all(e.grouped for e in made) and draw(st.integers(0, 3)) == 3:
        rules += ', tenant="group"'
    texts = "\n\n".join(e.text() for e in made)
    return f'{HEAD}\n\n{texts}\n\nclass Random(Model, table="random"{rules}):\n{body}\n'


def _named(text: str, name: str) -> str:
    """What is said of an entity, said of one that has the same attributes and is listed alike."""
    return re.sub(rf"\b{name}\b", "Omega", text)


def _families(made: list[EntityText]) -> list[tuple[EntityText, list[EntityText]]]:
    """Parents with those below them: grandchildren too, where their parent's identity tells the grandparent."""
    families = [(e, [c for c in made if e in (*(of for of, _ in c.links), _above(c))]) for e in made]
    return [(parent, children) for parent, children in families if children]


def _above(entity: EntityText) -> EntityText | None:
    parent = entity.parent
    told = parent is not None and set(parent.via) <= {f.name for f in parent.identity}
    return parent.parent if parent is not None and told else None
