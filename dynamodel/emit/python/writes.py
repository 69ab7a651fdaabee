"""What a write step knows and how it names it: the values before and after, the clause of its conditions.

In: a write pattern, one of its steps and that step's design. Out: Python expressions, shared by the views of writes.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.conditions import clause, holds_on_nothing
from dynamodel.emit.python.layout import Node, call
from dynamodel.emit.python.names import unique
from dynamodel.emit.python.value_types import literal
from dynamodel.ir.reads import Op
from dynamodel.ir.values import Constant, FromStep, Given, Kind
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context, Scope
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import EntityDesign, StepDesign
    from dynamodel.ir.writes import ActionDef, StepDef

EPOCH = "keycodes.clock_seconds(now)"


@dataclass(slots=True)
class Step:
    """One step in the making; `taken` are the local names of its function, `stored` the locals of what was read.

    `seen` is the local with what must not change meanwhile, empty before it is read.
    """

    context: Context
    scope: Scope
    number: int
    step: StepDef
    design: StepDesign
    taken: set[str]
    stored: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    kept: Step | None = None  # the step that keeps the item as a version
    raw: str = ""  # the local of the item that was read first
    steps: list[Step] = field(default_factory=list)  # all of the write

    @property
    def entity(self) -> EntityDef:
        """The entity written."""
        return self.context.entity(self.step.entity)

    @property
    def entity_design(self) -> EntityDesign:
        """Its physical design."""
        return self.context.design(self.step.entity)

    @property
    def function(self) -> str:
        """The entity's part of function names."""
        return self.context.function(self.step.entity)

    @property
    def key_name(self) -> str:
        """The partition key attribute as a Python text."""
        return python_literal(self.context.plan.table.partition.name)

    def local(self, name: str) -> str:
        """A new local name."""
        return unique(name, self.taken)

    def ttl(self) -> str | None:
        """The attribute that says when an item expires."""
        return self.entity.with_role("ttl")

    def clock(self) -> list[Node]:
        """The arguments with which helpers tell expired items: none for an entity without a time to live."""
        ttl = self.ttl()
        return [] if ttl is None else [python_literal(ttl), EPOCH]

    def when(self) -> Node | None:
        """The clause of the declared conditions, where an expired item counts as absent."""
        made = clause(self.context, self.scope, self.step.entity, self.step.when, f"c{self.number}_")
        if made is None or not self.clock():
            return made
        truth = "True" if holds_on_nothing(self.step.when) else "False"
        return call("updates.holds_now", made, *self.clock(), on_nothing=truth)

    def plain_when(self) -> Node | None:
        """The clause of the declared conditions as they are."""
        return clause(self.context, self.scope, self.step.entity, self.step.when, f"c{self.number}_")

    def fixed(self) -> dict[str, str]:
        """The attributes that the step finds its item by."""
        return {e.attribute: self.scope.source(self.context, e.source) for e in self.step.equals}

    def value(self, action: ActionDef) -> str:
        """The expression of an action's value."""
        if isinstance(action.source, FromStep):
            return self.steps[action.source.step].stored[action.source.attribute]
        return "None" if action.source is None else self.scope.source(self.context, action.source)

    def may_be_none(self, action: ActionDef) -> bool:
        """Whether the caller may give None."""
        source = action.source
        if isinstance(source, FromStep):
            return True
        if isinstance(source, Given):
            return self.scope.arguments[source.argument].optional
        return getattr(source, "value", 0) is None

    def after(self) -> dict[str, str]:
        """The expression of each attribute's value after the update, as far as it is known."""
        known = dict(self.stored)
        changed = {a.attribute for a in self.step.actions}
        for condition in self.step.when:
            if condition.op is Op.EQ and condition.attribute not in changed:
                known.setdefault(condition.attribute, self.scope.source(self.context, condition.operands[0]))
        known.update(self.fixed())
        for action in self.step.actions:
            if action.kind is ActionKind.SET:
                known[action.attribute] = self.value(action)
            elif action.kind is ActionKind.REMOVE:
                known[action.attribute] = "None"
            elif action.attribute in self.stored:
                known[action.attribute] = self._added(action)
            else:
                known.pop(action.attribute, None)
        version, updated = self.kept_roles()
        if version is not None and version in self.stored:
            before = self.stored[version]
            known[version] = f"({before} or 0) + 1" if self.lenient else f"{before} + 1"
        if updated is not None:
            known[updated] = "now"
        return known

    def begun(self) -> dict[str, str]:
        """What an upsert gives an item that it makes beside its changes, as expressions: time of creation, defaults."""
        if self.step.kind is not StepKind.UPSERT:
            return {}
        changed, created = {a.attribute for a in self.step.actions}, self.entity.with_role("created")
        found = {} if created is None or created in changed else {created: "now"}
        return found | {a.name: literal(a.default) for a in self.entity.started(changed)}

    def kept_roles(self) -> tuple[str | None, str | None]:
        """The version and the time of the update, which the step keeps; none where it only renews a copy."""
        roles = (self.entity.with_role("version"), self.entity.with_role("updated"))
        return (None, None) if self.step.quiet else roles

    @property
    def lenient(self) -> bool:
        """Whether the item that the step reads may be missing."""
        looks = self.step.kind in {StepKind.LOOK, StepKind.CHECK} and bool(self.step.reads)
        return looks or self.step.kind is StepKind.UPSERT

    def _added(self, action: ActionDef) -> str:
        """The value after something was added or appended to what is stored."""
        attribute, before = self.entity.attribute(action.attribute), self.stored[action.attribute]
        value, may_miss = self.value(action), attribute.optional or self.lenient
        if attribute.type.kind is Kind.DECIMAL:
            return f"updates.total({before}, {value})"
        if attribute.type.is_number:
            return f"({before} or 0) + {value}" if may_miss else f"{before} + {value}"
        held = f"({before} or ())" if may_miss else before
        if attribute.type.kind is Kind.SET:
            return f"{{*{held}, *{value}}}"
        if attribute.type.kind is Kind.MAP:
            return f"updates.increased({before}, {value})"
        return f"[*{held}, {value}]" if self.appends_one(action) else f"[*{held}, *{value}]"

    def appends_one(self, action: ActionDef) -> bool:
        """Whether the value to append is one element, not a list of them."""
        source = action.source
        if isinstance(source, Constant):
            return not isinstance(source.value, list | tuple)
        argument = self.scope.arguments.get(getattr(source, "argument", ""))
        return argument is not None and argument.type is not None and argument.type.kind is not Kind.LIST

    def is_set(self, name: str) -> bool:
        """Whether the attribute is a set."""
        return self.entity.attribute(name).type.kind is Kind.SET
