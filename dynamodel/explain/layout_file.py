r"""The layout that somebody has in mind, as JSON: which attributes make each entity's keys.

In: the parsed JSON and the workload. Out: `WantedKeys` for each entity named, or every mistake at once (DM441). The
form, where an entity or its base key that is left out keeps the key of the plan:

    {"format": "dynamodel-layout/1",
     "entities": {"Order": {"base": {"partition": ["order_id"], "sort": []},
                            "GSI1": {"partition": ["customer_id"], "sort": ["-placed_at"]},
                            "GSI2": {"partition": [], "sort": ["placed_at"], "when": ["status = \"placed\""]},
                            "LSI1": {"sort": ["total"]}}}}

A sort component is written as a plan writes it within braces: `-` in front stores it descending, `?first` and `?last`
behind say where items without the value go (without, they have no key). `when` has conditions as a plan writes them
under "only where". `"natural": true` asks for the attributes themselves as the key, instead of templates; where several
entities share the index, or its partition has no attributes, the type attribute comes first there.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.ir import wording
from dynamodel.ir.keys import Absent
from dynamodel.ir.plan import BASE
from dynamodel.keys.choose import refusal
from dynamodel.planner.needs import all_needs
from dynamodel.planner.serve import Signature, SortPart
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import ConditionDef
    from dynamodel.ir.workload import Workload

FORMAT = "dynamodel-layout/1"
_PLACE = re.compile(r"base|GSI[1-9]\d?|LSI[1-9]")
_COMPONENT = re.compile(r"(?P<down>-?)(?P<name>[^?]+?)(?P<absent>\?(first|last)?)?")
_FIELDS = ("partition", "sort", "when", "natural")


@dataclass(frozen=True, slots=True)
class WantedKey:
    """One key of an entity: its place, what it is made of, and whether its attributes are to be the key themselves."""

    place: str
    signature: Signature
    natural: bool = False


Wanted = dict[str, tuple[WantedKey, ...]]


def wanted_layout(workload: Workload, data: object) -> tuple[Wanted, tuple[Diagnostic, ...]]:
    """The keys of each entity that the file names, and what is wrong with it."""
    return _Reader(workload).read(data)


class _Reader:
    """Reads a layout and collects its mistakes."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._findings: list[Diagnostic] = []
        self._path: tuple[str, ...] = ()

    def read(self, data: object) -> tuple[Wanted, tuple[Diagnostic, ...]]:
        wanted: Wanted = {}
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            self._wrong("this is not a layout", f'it begins with {{"format": "{FORMAT}", "entities": {{...}}}}')
            return {}, tuple(self._findings)
        self._unknown(data, ("format", "entities"))
        declared = [e.name for e in self._workload.entities]
        for name, places in self._object(data.get("entities"), "`entities`").items():
            self._path = (name,)
            if name not in declared:
                self._wrong(f"there is no entity `{name}`", _near(name, declared))
                continue
            entity = self._workload.entity(name)
            keys = [self._key(entity, place, key) for place, key in self._object(places, f"`{name}`").items()]
            wanted[name] = tuple(k for k in keys if k is not None)
        return wanted, tuple(self._findings)

    def _key(self, entity: EntityDef, place: str, data: object) -> WantedKey | None:
        self._path = (entity.name, place)
        if not _PLACE.fullmatch(place):
            self._wrong(f"`{place}` is no place", "places are `base`, `GSI1` and up, `LSI1` and up")
            return None
        before = len(self._findings)
        fields = self._object(data, f"`{place}`")
        self._unknown(fields, _FIELDS)
        local = place.startswith("LSI")
        if local and "partition" in fields:
            self._wrong("a local index has the partition of the table", "leave `partition` out")
        partition = [p.attribute for p in self._components(entity, fields.get("partition", []))]
        sort = self._components(entity, fields.get("sort", []))
        when = tuple(c for c in map(self._condition(entity), self._texts(fields.get("when", []))) if c is not None)
        if place == BASE and (when or fields.get("natural")):
            self._wrong("the key of the table has no condition and is a template", "leave `when` and `natural` out")
        if len(self._findings) > before:
            return None
        signature = Signature(entity.name, tuple(partition), tuple(sort), when)
        return WantedKey(place, signature, natural=fields.get("natural") is True)

    def _components(self, entity: EntityDef, data: object) -> list[SortPart]:
        found = []
        for text in self._texts(data):
            match = _COMPONENT.fullmatch(text)
            name = match["name"] if match else text
            names = [a.name for a in entity.attributes]
            if match is None or name not in names:
                self._wrong(f"`{entity.name}` has no attribute `{name}`", _near(name, names))
                continue
            reason = refusal(entity.attribute(name))
            if reason:
                self._findings.append(finding("DM452", reason, path=self._path))
                continue
            absent = Absent.SPARSE if entity.attribute(name).optional else Absent.REFUSED
            if match["absent"] in {"?first", "?last"}:
                absent = Absent(match["absent"][1:])
            found.append(SortPart(name, bool(match["down"]), absent))
        return found

    def _condition(self, entity: EntityDef) -> Any:
        stated = {
            wording.condition(c): c for n in all_needs(self._workload) if n.entity == entity.name for c in n.conditions
        }

        def found(text: str) -> ConditionDef | None:
            if text not in stated:
                listed = f"they are: {'; '.join(stated)}" if stated else f"no pattern of `{entity.name}` states one"
                self._wrong(f"no access pattern states the condition `{text}`", listed)
            return stated.get(text)

        return found

    def _texts(self, data: object) -> list[str]:
        if isinstance(data, list) and all(isinstance(text, str) for text in data):
            return data
        self._wrong("`partition`, `sort` and `when` are lists of text", 'for example `["customer_id"]`')
        return []

    def _object(self, data: object, what: str) -> dict[str, Any]:
        if isinstance(data, dict):
            return data
        self._wrong(f"{what} is no object", 'for example `{"GSI1": {"partition": ["customer_id"], "sort": []}}`')
        return {}

    def _unknown(self, data: dict[str, Any], known: Iterable[str]) -> None:
        for name in data:
            if name not in known:
                self._wrong(f"`{name}` says nothing here", f"there are: {', '.join(known)}")

    def _wrong(self, message: str, hint: str) -> None:
        self._findings.append(finding("DM441", message, path=self._path, hint=hint))


def _near(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(names)}"
