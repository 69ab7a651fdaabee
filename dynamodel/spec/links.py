"""Which attributes of two entities mean the same value: through declared parents, else by equal names.

In: a spec. Out: for an attribute of one entity its counterpart in another. Used by the checks and by `normalize`.
"""

from __future__ import annotations

from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynamodel.spec.model import ModelSpec
    from dynamodel.spec.nodes import EntitySpec, ParentSpec

Node = tuple[str, str]  # (entity, attribute)
_FAR = 6  # parents of parents; further apart two attributes are not taken to be the same value


def via_of(spec: ModelSpec, entity: EntitySpec, link: ParentSpec) -> tuple[str, ...]:
    """The child's attributes in the order of the parent's identity; by equal names if not said."""
    if link.via:
        return link.via
    parent = spec.entity(link.entity)
    return tuple(parent.identity) if parent and all(entity.attribute(a) for a in parent.identity) else ()


def vias_to(spec: ModelSpec, entity: EntitySpec, parent: str) -> list[tuple[str, ...]]:
    """The ways in which a child names parents of one type, each once."""
    return list(dict.fromkeys(via_of(spec, entity, link) for link in entity.parent if link.entity == parent))


def may_lack(entity: EntitySpec, via: tuple[str, ...]) -> str:
    """The first attribute with which a child names its parent that the child need not have; empty if it has all."""
    named = (entity.attribute(name) for name in via)
    return next((a.name for a in named if a is not None and a.optional), "")


class Links:
    """The graph of equal attributes that the declared parents span."""

    def __init__(self, spec: ModelSpec) -> None:
        """Remember the spec; the graph is made when asked for."""
        self.spec = spec

    @cached_property
    def edges(self) -> dict[Node, tuple[Node, ...]]:
        """Neighbors of each attribute, in the order of declaration."""
        found: dict[Node, list[Node]] = {}
        for entity in self.spec.entities:
            for link in entity.parent:
                parent = self.spec.entity(link.entity)
                if parent is None:
                    continue
                for mine, theirs in zip(via_of(self.spec, entity, link), parent.identity, strict=False):
                    found.setdefault((entity.name, mine), []).append((parent.name, theirs))
                    found.setdefault((parent.name, theirs), []).append((entity.name, mine))
        return {node: tuple(dict.fromkeys(near)) for node, near in found.items()}

    def by_parents(self, node: Node, entity: str) -> tuple[str, ...]:
        """The attributes of `entity` that are nearest to an attribute along declared parents; several if ambiguous."""
        if node[0] == entity:
            return (node[1],)
        seen, queue = {node}, deque([(node, 0)])
        hits: list[str] = []
        reach = _FAR
        while queue:
            here, distance = queue.popleft()
            if distance >= reach:
                continue
            for other in self.edges.get(here, ()):
                if other in seen:
                    continue
                seen.add(other)
                if other[0] == entity:
                    hits.append(other[1])
                    reach = distance + 1
                queue.append((other, distance + 1))
        return tuple(hits)

    def counterpart(self, node: Node, entity: str) -> str | None:
        """The attribute of `entity` that means the same value: by parents (equal name if several), else by name.

        A name that stands for another type of value is not the same value.
        """
        near = self.by_parents(node, entity)
        if len(near) == 1:
            return near[0]
        if node[1] in near:
            return node[1]
        if near:
            return None
        named = [e.attribute(node[1]) for e in (self.spec.entity(node[0]), self.spec.entity(entity)) if e is not None]
        kinds = {attribute.type.kind if attribute is not None else None for attribute in named}
        return node[1] if len(kinds) == 1 and None not in kinds else None

    def ancestors(self, entity: str) -> tuple[str, ...]:
        """Parents, their parents and so on, nearest first, each once."""
        found: list[str] = []
        queue = deque([entity])
        while queue:
            current = self.spec.entity(queue.popleft())
            for link in current.parent if current else ():
                if link.entity not in found and link.entity != entity:
                    found.append(link.entity)
                    queue.append(link.entity)
        return tuple(found)
