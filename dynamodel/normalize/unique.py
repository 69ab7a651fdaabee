"""Unique sets of a spec, each in a namespace with a name that can be read in a guard's key.

In: a checked spec. Out: `UniqueDef`s by entity. A namespace that the model names keeps its name; the others are called
after entity and attributes (`customer_email`). No two namespaces have the same literal in keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.entities import UniqueDef
from dynamodel.ir.names import key_literal, snake_case

if TYPE_CHECKING:
    from dynamodel.spec.model import ModelSpec


def unique_sets(spec: ModelSpec) -> dict[str, tuple[UniqueDef, ...]]:
    """The unique sets of each entity, in the order of the model."""
    names = _Names()
    declared = dict.fromkeys(a.unique for e in spec.entities for a in e.attributes if isinstance(a.unique, str))
    shared = {name: names.distinct(name) for name in declared}
    found: dict[str, tuple[UniqueDef, ...]] = {}
    for entity in spec.entities:
        sets: dict[tuple[str, ...], str] = {}
        for attribute in entity.attributes:
            if isinstance(attribute.unique, str):
                sets[attribute.name,] = shared[attribute.unique]
            elif attribute.unique:
                sets[attribute.name,] = names.distinct(f"{snake_case(entity.name)}_{attribute.name}")
        for group in map(tuple, entity.unique):
            if group not in sets:
                sets[group] = names.distinct("_".join((snake_case(entity.name), *group)))
        found[entity.name] = tuple(UniqueDef(namespace, group) for group, namespace in sets.items())
    return found


class _Names:
    """Hands out names whose key literals differ."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def distinct(self, wish: str) -> str:
        """The wish itself, numbered when another name already has its literal; the same wish gives a new name."""
        name, number = wish, 1
        while key_literal(name) in self._taken:
            number += 1
            name = f"{wish}_{number}"
        self._taken.add(key_literal(name))
        return name
