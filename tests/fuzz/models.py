"""Random models as a user would write them: the text of a `model.py`, from a strategy that shrinks to a small one."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

HEAD = '''"""A random model."""

from datetime import datetime
from typing import Literal

from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Ulid, Update, attr, between, desc, ge
'''
TYPES = ("str", "int", "datetime", 'Literal["a", "b", "c"]', "bool", "str | None", "int | None")
ORDERED = {"str", "int", "datetime"}
SELECTED = {*ORDERED, 'Literal["a", "b", "c"]'}


@dataclass(frozen=True)
class EntityText:
    """An entity: its name, its attributes with their types, whether its identity lies below a group."""

    name: str
    attributes: tuple[str, ...]  # types; the attributes are called a0, a1, …
    grouped: bool

    def text(self) -> str:
        identity = '("group", "key")' if self.grouped else '"key"'
        lines = [f"class {self.name}(Entity, identity={identity}, count=1_000):"]
        lines += ["    group: str"] if self.grouped else []
        lines += ["    key: Ulid"]
        lines += [f"    a{n}: {kind}" + (" = None" if "None" in kind else "") for n, kind in enumerate(self.attributes)]
        return "\n".join(lines) + "\n"

    def named(self, kinds: set[str]) -> list[str]:
        """The attributes of these types, as a model names them."""
        return [f"{self.name}.a{n}" for n, kind in enumerate(self.attributes) if kind in kinds]


@st.composite
def entities(draw: st.DrawFn, name: str) -> EntityText:
    """An entity with up to four attributes."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=4))
    return EntityText(name, tuple(kinds), draw(st.booleans()))


@st.composite
def patterns(draw: st.DrawFn, entity: EntityText) -> str:
    """One access pattern of an entity, as the right side of its line."""
    name = entity.name
    kind = draw(st.sampled_from(("get", "create", "put", "delete", "update", "query", "query", "query")))
    if kind == "update":
        chosen = draw(st.sampled_from([f"{name}.a{n}" for n in range(len(entity.attributes))]))
        return f"Update({name}, set={chosen})"
    if kind != "query":
        return f"{kind.capitalize()}({name})"
    by = [f"{name}.group"] if entity.grouped and draw(st.booleans()) else []
    free = entity.named(SELECTED)
    if free and (not by or draw(st.booleans())):
        by.append(draw(st.sampled_from(free)))
    by = by or [f"{name}.key"]
    ordered = [a for a in entity.named(ORDERED) if a not in by]
    words = [f"by=({', '.join(by)},)"]
    if ordered and draw(st.booleans()):
        chosen = draw(st.sampled_from(ordered))
        words += draw(st.sampled_from(([], [f"range={draw(st.sampled_from(('between', 'ge')))}({chosen})"])))
        words += [f"order_by={draw(st.sampled_from(('{}', 'desc({})'))).format(chosen)}"]
    if draw(st.booleans()):
        words += [f"limit={draw(st.integers(1, 4))}"]
    constants = [a for a in entity.named({TYPES[3]}) if a not in by]
    if constants and draw(st.booleans()):
        words += [f'where={draw(st.sampled_from(constants))} == "a"']
    return f"Query({name}, {', '.join(words)})"


@st.composite
def models(draw: st.DrawFn) -> str:
    """The text of a model with one or two entities and up to seven access patterns."""
    made = [draw(entities(name)) for name in ("Alpha", "Beta")[: draw(st.integers(1, 2))]]
    lines = [f"{draw(patterns(e))}" for e in made for _ in range(draw(st.integers(1, 4)))]
    lines = list(dict.fromkeys([*lines, *(f"Create({e.name})" for e in made)]))
    body = "\n".join(f"    p{n} = {line}" for n, line in enumerate(lines))
    texts = "\n\n".join(e.text() for e in made)
    return f'{HEAD}\n\n{texts}\n\nclass Random(Model, table="random"):\n{body}\n'
