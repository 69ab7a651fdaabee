"""What a key in an index may be made of beside text: the attributes themselves, of which no value may be empty.

Models have texts alone, and no two entities with the attributes of one key, so that nothing strays into its index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.workload import Workload
    from tests.property.planner.brute.parts import Member


class Forms:
    """The forms of keys in a model that allows them."""

    def __init__(self, model: Workload) -> None:
        self._model = model

    def of(self, place: str, members: Sequence[Member]) -> list[str]:
        """The forms of a clan: the first that it may have is never worse than those behind it.

        `half` is only tried where an update changes the attributes in it.
        """
        found = [""]
        if self._model.options.multi_attribute_keys and place == "index" and len(members) == 1:
            (member,) = members
            sort = [n for n, _, _ in member.shape.sort]
            straight = not any(down or absent for _, down, absent in member.shape.sort)
            if straight and self._is_never_empty(member, sort):
                told = all(value is None and n in member.shape.demanded for n, value in member.shape.when)
                if self._is_never_empty(member, member.shape.partition):
                    found.append("natural" if told else "marked")
                elif self._is_changed(member, sort):
                    found.append("half")
        return found

    def _is_never_empty(self, member: Member, names: Sequence[str]) -> bool:
        entity = self._model.entity(member.name)
        return all(entity.attribute(n).type.min_length > 0 for n in names)

    def _is_changed(self, member: Member, names: Sequence[str]) -> bool:
        entity = self._model.entity(member.name)
        steps = [step for _, step in self._model.steps_on(member.name)]
        changed = {a.attribute for step in steps for a in step.actions}
        return bool(changed & set(names)) and not any(entity.attribute(n).optional for n in names)
