"""Access patterns of a Python model as trees of the JSON form.

In: `Pattern` objects. Out: dictionaries for `building`; references, conditions and steps of the wrong sort recorded.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from dynamodel.spec.entity import is_entity
from dynamodel.spec.patterns import Get, Pattern, Query
from dynamodel.spec.references import NOW, Condition, Reference
from dynamodel.spec.session import did_you_mean, record
from dynamodel.spec.writes import Check, Create, Delete, Put, Update, Upsert

if TYPE_CHECKING:
    from dynamodel.diagnostics import SourceSpan
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.origins import PythonOrigin
    from dynamodel.spec.session import Placed

Tree = dict[str, Any]
_REFERENCES = frozenset({"by", "order_by", "remove"})
_CHANGES = frozenset({"set", "add", "append"})
_CONDITIONS = frozenset({"where", "filter", "when"})
_STEPS = (Create, Put, Delete, Update, Upsert, Check, Get)


class PatternOutline:
    """Turns one access pattern, with its parts or steps, into a tree."""

    def __init__(self, origin: PythonOrigin) -> None:
        """`origin` learns the places."""
        self.origin = origin

    def tree(self, pattern: Pattern, pointer: Pointer) -> Tree | None:
        """The tree of a pattern; None if it cannot be told what it is about."""
        self.origin.put(pointer, pattern.place)
        tree: Tree = {"kind": pattern.kind}
        entity: Any = None
        if pattern.kind == "collection":
            tree["parts"] = self._members(
                pattern, (*pointer, "parts"), (Get, Query), "a part is an entity, a `Get` or a `Query`"
            )
        elif pattern.kind == "transaction":
            hint = "a step is a write, a `Check`, or a `Get`: read before, outside the transaction"
            tree["steps"] = self._members(pattern, (*pointer, "steps"), _STEPS, hint)
        else:
            entity = pattern.subject
            if not is_entity(entity):
                if entity is not None:  # None was reported when the call was made
                    record("DM305", f"`{type(pattern).__name__}` takes an entity, not "
                                    f"`{_shown(entity)}`", at=pattern.place,
                           hint="the first argument is a class that derives from `Entity`")  # fmt: skip
                return None
            tree["entity"] = entity.__name__
        for word, value in pattern.options.items():
            given = self._option(word, value, (*pointer, word), entity)
            if given is not None:
                tree[word] = given
        return tree

    def _members(self, pattern: Pattern, pointer: Pointer, allowed: tuple[type, ...], hint: str) -> list[Tree]:
        trees: list[Tree] = []
        for member in pattern.members:
            here = (*pointer, len(trees))
            if is_entity(member) and Query in allowed:
                self.origin.put(here, pattern.place)
                trees.append({"kind": "query", "entity": member.__name__})  # type: ignore[attr-defined]
            elif isinstance(member, allowed):
                inner = self.tree(member, here)  # type: ignore[arg-type]
                if inner is not None:
                    trees.append(inner)
            else:
                place = member.place if isinstance(member, Pattern) else pattern.place
                shown = type(member).__name__ if isinstance(member, Pattern) else _shown(member)
                record("DM306", f"`{shown}` cannot be in a `{type(pattern).__name__}`", at=place, hint=hint)
        return trees

    def _option(self, word: str, value: Any, pointer: Pointer, entity: Any) -> Any:
        at = self.origin.at(pointer)
        items = value if isinstance(value, tuple | list | set | frozenset) else (value,)  # a set was reported
        if word == "returns" and isinstance(value, str) and value == "count":
            return value
        if value is None:
            return None
        if word in _REFERENCES or word == "returns":
            found = [reference_tree(v, (*pointer, i), self.origin, entity, at) for i, v in enumerate(items)]
            return [f for f in found if f is not None]
        if word == "near":
            return reference_tree(value, pointer, self.origin, entity, at)
        if word in _CHANGES:
            return [c for i, v in enumerate(items) if (c := self._change(v, (*pointer, i), entity, at)) is not None]
        if word in _CONDITIONS:
            return [c for i, v in enumerate(items) if (c := self.condition(v, (*pointer, i), entity, at)) is not None]
        if word == "range":
            return self._range(value, pointer, entity, at)
        return value

    def _change(self, value: object, pointer: Pointer, entity: Any, at: Placed | SourceSpan | None) -> Tree | None:
        if isinstance(value, Condition):
            if value.op != "eq" or value.given:
                record("DM310", "a change is a reference, or `attribute == constant`", at=value.place or at,
                       hint="`set=Order.status` takes the caller's value, `set=Order.status == \"paid\"` a "
                            "constant")  # fmt: skip
                return None
            return self.condition(value, pointer, entity, at)
        return reference_tree(value, pointer, self.origin, entity, at)

    def _range(self, value: object, pointer: Pointer, entity: Any, at: Placed | SourceSpan | None) -> Tree | None:
        if isinstance(value, tuple | list):
            record("DM311", "`range` takes one operator", at=at,
                   hint="`between(...)` has two ends; put constants into `where`")  # fmt: skip
            return None
        if isinstance(value, Reference):
            if not value.broken:
                record("DM311", f"`range={value}` has no operator", at=value.place or at,
                       hint=f"write `between({value})`, `ge({value})`, `lt({value})` or "
                            f"`begins_with({value})`")  # fmt: skip
            return None
        return self.condition(value, pointer, entity, at)

    def condition(self, value: Any, pointer: Pointer, entity: Any, at: Placed | SourceSpan | None) -> Tree | None:
        """The tree of a condition; None (and a record) if it is none."""
        if not isinstance(value, Condition):
            if isinstance(value, Reference):
                if not value.broken:
                    record("DM312", f"`{value}` is no condition", at=value.place or at,
                           hint=f"write `eq({value})` for the caller's value, `present({value})`, or compare with a "
                                f"constant")  # fmt: skip
            else:
                record("DM312", f"`{_shown(value)}` is no condition", at=at,
                       hint='compare a reference: `Order.status == "open"`')  # fmt: skip
            return None
        self.origin.put(pointer, value.place)
        if value.op == "any_of":
            inner = [self.condition(v, (*pointer, "any_of", i), entity, at) for i, v in enumerate(value.any_of)]
            return {"op": "any_of", "any_of": [i for i in inner if i is not None]}
        attr = reference_tree(value.attr, (*pointer, "attr"), self.origin, entity, at)
        if attr is None:
            return None
        tree: Tree = {"op": value.op, "attr": attr}
        if value.given:
            return tree | {"given": True}
        if value.value is NOW:
            return tree | {"now": True}
        if isinstance(value.value, Reference):
            record("DM313", f"`{value.attr}` is compared with another attribute", at=value.place or at,
                   hint=f"an operator takes a constant; for the caller's value write `eq({value.attr})`")  # fmt: skip
            return None
        constant = value.value.value if isinstance(value.value, Enum) else value.value
        return tree | ({"value": constant} if value.op not in {"present", "absent"} else {})


def reference_tree(
    value: Any,
    pointer: Pointer,
    origin: PythonOrigin,
    entity: Any,
    at: Placed | SourceSpan | None,
) -> Tree | None:
    """The tree of a reference; a string or anything else is recorded (and a string that is clear is understood)."""
    if isinstance(value, Reference):
        if value.name == "?":
            return None
        origin.put(pointer, value.place)
        tree: Tree = {"entity": value.entity, "name": value.name}
        tree |= {"descending": True} if value.descending else {}
        tree |= {"nulls": value.nulls} if value.nulls is not None else {}
        return tree | ({"bucket": value.bucket} if value.bucket is not None else {})
    if isinstance(value, str):
        fields = list(entity.__dict__["__dynamodel_fields__"]) if entity is not None else []
        owner = entity.__name__ if entity is not None else "Entity"
        hint = f"write `{owner}.{value}`" if value in fields or not fields else did_you_mean(value, fields, owner)
        record("DM302", f'"{value}" is text where a reference belongs', at=at, hint=hint)
        return {"entity": owner, "name": value} if value in fields else None
    if isinstance(value, Condition):
        record("DM304", "a condition where a reference belongs", at=value.place or at,
               hint="name the attribute alone, or put the condition into `where`")  # fmt: skip
        return None
    hint = "name an attribute on its class: `Order.placed_at`"
    if isinstance(value, dict):
        hint = f'{hint}, with a constant `Order.status == "paid"`; several in a tuple'
    record("DM303", f"`{_shown(value)}` is no reference", at=at, hint=hint)
    return None


def _shown(value: object) -> str:
    return value.__name__ if isinstance(value, type) else repr(value)
