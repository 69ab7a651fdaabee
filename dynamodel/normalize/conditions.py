"""Conditions of a spec as conditions of the workload, with the caller's values as arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import ConditionDef, Equal, Op, RangeDef
from dynamodel.ir.values import Constant, Given, Now, Source
from dynamodel.normalize.arguments import Arguments, Group
from dynamodel.spec.constants import amount, constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.normalize.virtual import Catalog
    from dynamodel.spec.model import ModelSpec
    from dynamodel.spec.nodes import ConditionSpec, RefSpec


class Conditions:
    """Resolves the conditions of one access pattern."""

    def __init__(
        self, spec: ModelSpec, catalog: Catalog, arguments: Arguments, *, strict: bool, shared: bool = False
    ) -> None:
        """`strict`: constants have Python's types; `shared`: equal names of several entities mean one value."""
        self.spec, self.catalog, self.arguments, self.strict = spec, catalog, arguments, strict
        self.shared = shared
        self.step = 0  # two steps of a transaction never mean the same expected value

    def split(self, conditions: Sequence[ConditionSpec]) -> tuple[list[Equal], list[ConditionDef]]:
        """The equalities, and everything else."""
        equals = [Equal(c.attr.attribute, self._one(c, Group.FIXED)) for c in conditions if c.op == "eq" and c.attr]
        return equals, [self.condition(c, Group.RANGE) for c in conditions if c.op != "eq"]

    def range(self, condition: ConditionSpec | None) -> RangeDef | None:
        """The range of a read."""
        if condition is None or condition.attr is None:
            return None
        return RangeDef(condition.attr.attribute, Op(condition.op), self._operands(condition, Group.RANGE, "range"))

    def condition(self, condition: ConditionSpec, group: Group, what: str = "where") -> ConditionDef:
        """One condition."""
        if condition.op == "any_of":
            return ConditionDef(Op.ANY_OF, any_of=tuple(self.condition(c, group, what) for c in condition.any_of))
        attribute = condition.attr.attribute if condition.attr else ""
        if condition.attr:
            self.catalog.attribute(condition.attr.entity, condition.attr)
        if condition.op in {"present", "absent"}:
            return ConditionDef(Op(condition.op), attribute)
        return ConditionDef(Op(condition.op), attribute, self._operands(condition, group, what))

    def value(self, ref: RefSpec, group: Group, what: str = "", suffix: str = "", prefix: str = "") -> Given:
        """The caller's value for an attribute."""
        attribute = self.catalog.attribute(ref.entity, ref)
        owner = attribute.type.kind.value if self.shared else ref.entity
        meaning = (owner, ref.attribute, what, suffix, self.step)
        name = prefix + ref.attribute.replace("@", "_") + suffix
        return self.arguments.given(meaning, name, attribute.type, entity=ref.entity, group=group)

    def constant_of(self, condition: ConditionSpec, *, added: bool = False) -> Source:
        """The constant or the clock of a condition; or what is `added` to an attribute."""
        if condition.now or condition.attr is None:
            return Now()
        owner, name = self.catalog.original(condition.attr)
        entity = self.spec.entity(owner)
        attribute = entity.attribute(name) if entity else None
        if attribute is None:
            return Constant(condition.value)
        of = amount(attribute.type) if added else attribute.type
        return Constant(constant(of, condition.value, strict=self.strict))

    def _one(self, condition: ConditionSpec, group: Group) -> Source:
        if condition.attr and condition.given:
            return self.value(condition.attr, group)
        return self.constant_of(condition)

    def _operands(self, condition: ConditionSpec, group: Group, what: str) -> tuple[Source, ...]:
        if not condition.given or condition.attr is None:
            return (self.constant_of(condition),)
        ref = condition.attr
        if condition.op == "between":
            return self.value(ref, group, what, "_from"), self.value(ref, group, what, "_to")
        if condition.op == "begins_with":
            return (self.value(ref, group, what, "_prefix"),)
        if what == "when":
            return (self.value(ref, group, "" if condition.op == "eq" else f"when {condition.op}"),)
        return (self.value(ref, group, f"{what} {condition.op}"),)
