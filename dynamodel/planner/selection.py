"""A choice of keys for one entity, and the order of such choices, the best first.

In: nothing of the search. Out: `Selection`, made by `problem`, and which of two comes first.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.planner.needs import Need
    from dynamodel.planner.places import Place

_SLOTTED = {"group", "own"}  # the kinds of places that take a GSI slot


@dataclass(frozen=True, slots=True)
class Selection:
    """Signatures of one entity, where each need is served, and what that costs (millionths of a US dollar a month).

    `moved` says that the base key differs from the one that is deployed, so that every item would be rewritten.
    `indexes` is how many GSI slots the entity takes.
    """

    entity: str
    places: tuple[Place, ...]
    assigned: tuple[tuple[Need, int], ...]
    unserved: tuple[Need, ...]
    extra_requests: int
    cost: int
    moved: bool = False
    rank: tuple[int, int, int, int] = field(init=False, repr=False, compare=False)
    indexes: int = field(init=False, repr=False, compare=False)
    _text: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what every comparison asks for.

        `rank` is the objective, least first: base keys moved, needs without an answer, requests, cost.
        """
        rank = int(self.moved), len(self.unserved), self.extra_requests, self.cost
        object.__setattr__(self, "rank", rank)
        object.__setattr__(self, "indexes", slots_of(self.places))

    @property
    def text(self) -> str:
        """Its keys in words, by which a tie is decided; spelled once."""
        if not self._text:
            self._text.append(repr([(p.kind, p.signature, p.form) for p in self.places]))
        return self._text[0]

    def answered_at(self, number: int) -> list[Need]:
        """The needs that the place of that number answers."""
        return [need for need, at in self.assigned if at == number]

    @property
    def own_locals(self) -> int:
        """How many local indexes it takes for itself, beside those that it shares with collections."""
        return sum(p.kind == "local" and not p.shared for p in self.places)


def slots_of(places: Sequence[Place]) -> int:
    """How many GSI slots places take."""
    return sum([place.kind in _SLOTTED for place in places])


def better(one: Selection, other: Selection) -> bool:
    """Whether one selection comes first: by the objective, fewer places, fewer components, the text of its keys."""
    return precedes(one, other) is True


def precedes(one: Selection, other: Selection) -> bool | None:
    """The same, and None where neither comes first; keys are spelled for a tie of all else."""
    for key in (_ranked, _counted, _spelled):
        mine, its = key(one), key(other)
        if mine != its:
            return mine < its
    return None


def _ranked(selection: Selection) -> tuple[object, ...]:
    return selection.rank


def _counted(selection: Selection) -> tuple[object, ...]:
    components = sum(len(p.signature.attributes) + len(p.signature.when) for p in selection.places)
    return len(selection.places), components


def _spelled(selection: Selection) -> tuple[object, ...]:
    return (selection.text,)
