"""What a solution costs in its slots: what keys are made of there, and what entities hold because others ask for it.

In: solutions of the search, in which each key has the form and the projection that suits it. Out: the same in slots:
keys of one index are attributes where all of them can be (`natural`), else text; projections are those of all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.planner.natural import FREE, Forms, Slots, slot_forms
from dynamodel.planner.places import TEXT
from dynamodel.planner.slots import NOTHING_KEPT, Kept, Slotted, assign, beside_designs, place_signatures, wider

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamodel.ir.plan import CopyDesign, GuardDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.selection import Selection
    from dynamodel.planner.solution import Solution
    from dynamodel.planner.strays import Strays


class Sharing:
    """Puts solutions of one workload into slots and prices them there."""

    def __init__(
        self,
        workload: Workload,
        problems: Mapping[str, EntityProblem],
        names: tuple[str, str],
        strays: Strays,
        *,
        kept: Kept = NOTHING_KEPT,
        forms: Forms = FREE,
    ) -> None:
        """`names` are the workload's `physical_names`, `strays` its own; `kept` and `forms` say what is deployed."""
        self._workload, self._problems = workload, problems
        self._prefix, self._type_attribute = names
        self._kept, self._forms = kept, forms
        self._strays = strays

    def of(self, solution: Solution) -> list[Solution]:
        """A solution in its slots; if it is for local indexes, then also with more of these."""
        few = self.priced(solution)
        if not few.wider or not few.local:
            return [few]
        more = self.priced(replace(solution, apart=True))
        return [few, more] if more.wider < few.wider else [few]

    def priced(self, solution: Solution) -> Solution:
        """A solution with its keys in the form that their slots allow, and with what sharing projections costs."""
        slotted = assign(self._workload, solution, self._kept)
        forms = self._slot_forms(solution, slotted)
        selections = tuple(self._formed(s, slotted.places[s.entity], forms) for s in solution.selections)
        solution = replace(solution, selections=selections)
        held = wider(self._workload, solution, slotted)
        more = 0
        for selection in selections:
            if selection.entity in held:
                own = self._problems[selection.entity]
                more -= selection.cost
                more += own.evaluate(
                    selection.places, selection.assigned, selection.unserved, held=held[selection.entity]
                ).cost
        named = {place for names in slotted.places.values() for place in names}
        taken = sum(place.startswith("GSI") for place in named)
        local = sum(place.startswith("LSI") for place in named)
        return replace(solution, wider=more, local=local, taken=taken)

    def _slot_forms(self, solution: Solution, slotted: Slotted) -> Mapping[tuple[str, str], str]:
        """The forms of keys, by entity and place, that their slots allow beside text."""
        holders: dict[str, list[str]] = {}
        for selection in solution.selections:
            for place in slotted.places[selection.entity]:
                if place.startswith("GSI"):
                    holders.setdefault(place, []).append(selection.entity)
        signatures = place_signatures(solution, slotted)
        whole = {place for groups in slotted.groups.values() for place in groups}
        doubled = {s.entity: self._doubled(s, slotted) for s in solution.selections}
        slots = Slots(signatures, {}, doubled, whole, self._forms, self._strays, self._type_attribute)
        return slot_forms(self._workload, holders, slots)

    def _doubled(self, selection: Selection, slotted: Slotted) -> Sequence[GuardDesign | CopyDesign]:
        entity = self._workload.entity(selection.entity)
        if not entity.unique and all(place.kind != "copy" for place in selection.places):
            return ()
        guards, copies = beside_designs(entity, selection, slotted, self._prefix)
        return (*guards, *copies)

    def _formed(self, selection: Selection, names: Sequence[str], allowed: Mapping[tuple[str, str], str]) -> Selection:
        """A selection with its own keys in the form that its slots allow, text where that is better or a must."""
        current = [place.form for place in selection.places]
        able = [
            allowed.get((selection.entity, name), TEXT) if place.kind == "own" else TEXT
            for place, name in zip(selection.places, names, strict=True)
        ]
        found = self._in_forms(selection, able)
        as_found = [form if form == wanted else TEXT for form, wanted in zip(current, able, strict=True)]
        return found if as_found == able else min(found, self._in_forms(selection, as_found), key=lambda s: s.rank)

    def _in_forms(self, selection: Selection, forms: Sequence[str]) -> Selection:
        """A selection in given forms."""
        if all(place.form == form for place, form in zip(selection.places, forms, strict=True)):
            return selection
        places = [replace(place, form=form) for place, form in zip(selection.places, forms, strict=True)]
        return self._problems[selection.entity].evaluate(places, selection.assigned, selection.unserved)


def forced_to_text(wanted: Solution, found: Solution) -> Iterator[str]:
    """The entities with a key that is text in its slot, where attributes would be better."""
    for one, other in zip(wanted.selections, found.selections, strict=True):
        if any(p.form != q.form == TEXT for p, q in zip(one.places, other.places, strict=True)):
            yield one.entity
