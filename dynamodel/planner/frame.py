"""What a search of indexes starts from: the keys that are decided already, and the places that may answer the rest.

In: nothing. Out: `Frame`, made by `search` for every base key and every choice of keys in collections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.planner.needs import Need
    from dynamodel.planner.places import Place
    from dynamodel.planner.serve import Signature


@dataclass(frozen=True, slots=True)
class Frame:
    """What is decided before any index: base key, keys in collections, the needs these answer, and those left open."""

    places: tuple[Place, ...]
    assigned: tuple[tuple[Need, int], ...]
    open: tuple[Need, ...]
    local: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A frame with the places that could answer each of its open needs, in the order of `frame.open`."""

    frame: Frame
    places: tuple[tuple[Place, ...], ...]
