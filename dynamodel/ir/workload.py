"""The normalized workload: what is stored and what is asked, with every name resolved and every default applied.

In: made by `normalize` from a spec. Out: read by the planner, the emitters and the oracle. It must not know keys,
indexes or anything else physical. Frozen, standard library only.

Rates are integers in millionths of a request per second, sizes in bytes.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from dynamodel.ir.deployment import AS_DEFAULT, Deployment
from dynamodel.ir.entities import PLANNED, EntityDef
from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.writes import StepDef, WritePattern
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.diagnostics import SourceSpan


@dataclass(frozen=True, slots=True)
class CopiedDef:
    """A kept copy: `attribute` of `entity` is `source` of the `parent` that `via` (its identity, in order) names."""

    entity: str
    attribute: str
    parent: str
    source: str
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChoiceDef:
    """How children get attributes of their parent: copied, or read by a second request.

    `copied` and `joined` are what the whole layout costs a month in each way, in millionths of a US dollar; None where
    the way is not open, and `reason` says why.
    """

    entity: str
    parent: str
    attributes: tuple[str, ...]
    patterns: tuple[str, ...]
    way: Literal["copied", "joined"]
    copied: int | None
    joined: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What the model allows, and how it is deployed.

    `overload`: entities share indexes as far as they can; else only where that costs nothing; None: where it costs
    little, if every rate is given. `spare_reads`: that a write must look at its item first counts as a request, and
    requests come before cost; else its price alone counts.
    They say how layouts are compared, not what is planned for: they are no part of the fingerprint.
    """

    table: str
    indexes: int = 20
    local_indexes: bool = True
    copies: bool = True
    multi_attribute_keys: bool = True
    overload: bool | None = field(default=None, metadata=PLANNED)
    spare_reads: bool = field(default=True, metadata=PLANNED)
    billing: Literal["on_demand", "provisioned"] = "on_demand"
    region: str = "us-east-1"
    tenant: str | None = None
    deployment: Deployment = AS_DEFAULT


Pattern = ReadPattern | WritePattern


@dataclass(frozen=True, slots=True)
class Workload:
    """Everything the planner may know. `name` is the model's class in snake case; `fingerprint` names the content."""

    name: str
    title: str
    doc: str
    entities: tuple[EntityDef, ...]
    patterns: tuple[Pattern, ...]
    options: Options
    fingerprint: str = ""
    copied: tuple[CopiedDef, ...] = field(default=(), metadata=PLANNED)
    choices: tuple[ChoiceDef, ...] = field(default=(), metadata=PLANNED, compare=False)
    span: SourceSpan | None = field(default=None, compare=False)
    origin: Workload | None = field(default=None, metadata=PLANNED, compare=False, repr=False)  # as it was declared
    _entities: Mapping[str, EntityDef] = field(init=False, repr=False, compare=False)
    _reads: Mapping[str, tuple[ReadPattern, ...]] = field(init=False, repr=False, compare=False)
    _steps: Mapping[str, tuple[tuple[WritePattern, StepDef], ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index what is looked up for each entity, so that a large model takes no longer than its parts."""
        reads: dict[str, dict[str, ReadPattern]] = {}
        steps: dict[str, list[tuple[WritePattern, StepDef]]] = {}
        for pattern in self.patterns:
            if isinstance(pattern, ReadPattern):
                for name in (*(p.entity for p in pattern.parts), *(j.parent for j in pattern.joins)):
                    reads.setdefault(name, {})[pattern.name] = pattern
            else:
                for step in pattern.steps:
                    steps.setdefault(step.entity, []).append((pattern, step))
        object.__setattr__(self, "_entities", {e.name: e for e in reversed(self.entities)})
        object.__setattr__(self, "_reads", {name: tuple(found.values()) for name, found in reads.items()})
        object.__setattr__(self, "_steps", {name: tuple(found) for name, found in steps.items()})

    def entity(self, name: str) -> EntityDef:
        """The entity of that name; KeyError if there is none."""
        return self._entities[name]

    def reads_of(self, entity: str) -> tuple[ReadPattern, ...]:
        """The read patterns that return an entity, as a part or as a parent whose attributes come with the rows."""
        return self._reads.get(entity, ())

    def steps_on(self, entity: str) -> tuple[tuple[WritePattern, StepDef], ...]:
        """The steps that write an entity, each with its pattern, in the order of the model."""
        return self._steps.get(entity, ())

    @property
    def reads(self) -> tuple[ReadPattern, ...]:
        """The read patterns, in the order of the model."""
        return tuple(p for p in self.patterns if isinstance(p, ReadPattern))

    @property
    def writes(self) -> tuple[WritePattern, ...]:
        """The write patterns, in the order of the model."""
        return tuple(p for p in self.patterns if isinstance(p, WritePattern))
