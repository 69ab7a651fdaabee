"""The access patterns of a workload that write, and the steps of a transaction. In: made by `normalize`."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from dynamodel.ir.entities import PLANNED, Estimate, Rate
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.diagnostics import SourceSpan
    from dynamodel.ir.reads import Argument, ConditionDef, Equal
    from dynamodel.ir.values import Source


class StepKind(StrEnum):
    """What a write does to one item."""

    CREATE = "create"
    PUT = "put"
    UPSERT = "upsert"
    UPDATE = "update"
    DELETE = "delete"
    CHECK = "check"
    LOOK = "look"  # only reads


class ActionKind(StrEnum):
    """What an update does to one attribute."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    APPEND = "append"


@dataclass(frozen=True, slots=True)
class ActionDef:
    """One attribute's change; REMOVE has no source. `by_entry`: the caller adds to one entry of a MAP of numbers."""

    kind: ActionKind
    attribute: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class TakenDef:
    """What a new item takes from another one, which step number `step` reads: its `counter` and `plus` as much.

    A number is taken from the counter that the step counts up (1 more than it was); a copy is taken as it is (0).
    """

    attribute: str
    step: int
    counter: str
    plus: int = field(default=1, metadata=PLANNED)


@dataclass(frozen=True, slots=True)
class StepDef:
    """One write of a pattern.

    CREATE and PUT take the entity from `argument`. UPDATE, UPSERT, DELETE and CHECK find the item by `equals`, which
    fixes the identity; a DELETE by something else (`by_identity` false) deletes every item that it finds.
    `times` is how many items of this kind one call writes (a list argument when most > 1).
    `taken` is what a CREATE or PUT takes from other items. `reads` are attributes whose value before the step is
    needed by another step of the pattern. A CREATE with `snapshot_of` has no argument: it stores the item (or items)
    that the step of this number leaves behind, as a version of it.
    A LOOK, and a CHECK with `reads`, is about an item that may be missing; such a CHECK demands that what was read is
    still so. A `quiet` update keeps a copy: it changes neither version nor time of the update.
    `belongs` are the parents that the same call writes whole, with the count of their children, each as what the item's
    attributes must be: a CREATE whose item names none of them is refused before anything is sent.
    """

    kind: StepKind
    entity: str
    argument: str | None = None
    equals: tuple[Equal, ...] = ()
    actions: tuple[ActionDef, ...] = ()
    when: tuple[ConditionDef, ...] = ()
    times: Estimate = Estimate(1, 1)
    by_identity: bool = True
    taken: tuple[TakenDef, ...] = ()
    reads: tuple[str, ...] = ()
    snapshot_of: int | None = None
    quiet: bool = field(default=False, metadata=PLANNED)
    belongs: tuple[tuple[Equal, ...], ...] = field(default=(), metadata=PLANNED)


@dataclass(frozen=True, slots=True)
class SpreadDef:
    """What follows a step that changes a parent: the read that finds the children, the write that renews a copy."""

    step: int
    find: str
    keep: str


@dataclass(frozen=True, slots=True)
class WritePattern:
    """A write access pattern: one step, or the steps of a transaction (`transaction` true).

    `spreads` are done after it. `kept` marks one that no model declares: it renews copies (as the read does that finds
    them).
    """

    name: str
    steps: tuple[StepDef, ...]
    arguments: tuple[Argument, ...]
    rate: Rate
    transaction: bool = False
    hottest: int | None = None
    spreads: tuple[SpreadDef, ...] = field(default=(), metadata=PLANNED)
    kept: bool = field(default=False, metadata=PLANNED)
    doc: str = ""
    span: SourceSpan | None = field(default=None, compare=False)

    @property
    def batched(self) -> bool:
        """Whether one call writes many items that do not belong together."""
        return not self.transaction and any(step.times.most > 1 for step in self.steps)

    @property
    def returned(self) -> int | None:
        """The number of the step whose item a call returns: the first that takes a number, or the only update."""
        for number, step in enumerate(self.steps):
            if any(t.plus for t in step.taken):
                return number
        own = [s for s in self.steps if s.snapshot_of is None and s.kind is not StepKind.LOOK]
        alone = len(own) == 1 and (not self.transaction or len(self.steps) > 1)
        return 0 if alone and own[0].kind in {StepKind.UPDATE, StepKind.UPSERT} else None

    @property
    def read_back(self) -> int | None:
        """The number of the step whose item a transaction of this pattern would have to read back to return it.

        A transaction returns no items; one that is made or kept as a version is in the request already.
        """
        number = self.returned
        held = number is None or self.kept or self.steps[number].kind is StepKind.CREATE
        return None if held or any(s.snapshot_of == number for s in self.steps) else number
