"""The pieces of a spec as plain Pydantic models: references, conditions, types, attributes, entities.

In: the JSON form, or the outline of a Python file (the same words). Out: validated nodes. What one value alone can
have wrong is refused here with a catalogued code; what needs another part of the model is `spec.check`'s business.
"""

import math
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType


class Node(BaseModel):
    """A part of a spec: unknown words are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError(
            "DM110", "{shown} is not a number", {"shown": repr(value), "hint": "write it without quotes"}
        )
    if not math.isfinite(value) or value < 0:
        raise PydanticCustomError(
            "DM111", "{shown} is negative or not finite", {"shown": repr(value), "hint": "0 or more"}
        )
    return value


def _amount(value: object) -> object:
    if isinstance(value, list | tuple):
        if len(value) != 2:  # noqa: PLR2004
            raise PydanticCustomError("DM112", "an amount has two numbers, not {n}",
                                      {"n": len(value), "hint": "write one number, or (average, most)"})  # fmt: skip
        average, most = (_number(v) for v in value)
        if average > most:  # type: ignore[operator]
            shown = {"a": repr(average), "m": repr(most), "hint": "write (average, most)"}
            raise PydanticCustomError("DM113", "average {a} is above most {m}", shown)
        return (average, most)
    return _number(value)


def _positive(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("DM110", "{shown} is not a whole number", {"shown": repr(value), "hint": "1 or more"})
    if value < 1:
        raise PydanticCustomError(
            "DM114", "{shown} is less than 1", {"shown": repr(value), "hint": "1 or more, or leave it out"}
        )
    return value


def _fraction(value: object) -> object:
    _number(value)
    if value > 1:  # type: ignore[operator]
        raise PydanticCustomError("DM115", "{shown} is no fraction", {"shown": repr(value), "hint": "from 0 to 1"})
    return value


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


# Named, so that Pydantic builds the schema of each once, wherever it stands: a third of the time to build all of them.
Number = TypeAliasType("Number", Annotated[int | float, BeforeValidator(_number)])
Amount = TypeAliasType("Amount", Annotated[int | float | tuple[int | float, int | float], BeforeValidator(_amount)])
Positive = TypeAliasType("Positive", Annotated[int, BeforeValidator(_positive)])
Fraction = TypeAliasType("Fraction", Annotated[int | float, BeforeValidator(_fraction)])
Names = TypeAliasType("Names", Annotated[tuple[str, ...], BeforeValidator(_listed)])


class RefSpec(Node):
    """A reference to an attribute: `{"entity": "Order", "name": "placed_at"}` plus modifiers."""

    entity: str
    name: str
    descending: bool = Field(default=False, description="Greatest first, in an order.")
    nulls: Literal["first", "last"] | None = Field(default=None, description="Where items without it go, in an order.")
    bucket: Literal["hour", "day", "month", "year"] | None = Field(default=None, description="Cut to a calendar unit.")

    def __str__(self) -> str:
        """As Python writes it."""
        return f"{self.entity}.{self.name}"

    @property
    def attribute(self) -> str:
        """The name in the workload: a bucket is an attribute of its own."""
        return f"{self.name}@{self.bucket}" if self.bucket else self.name


Refs = TypeAliasType("Refs", Annotated[tuple[RefSpec, ...], BeforeValidator(_listed)])

ConditionOp = Literal["eq", "ne", "lt", "le", "gt", "ge", "between", "begins_with", "present", "absent", "any_of"]


class ConditionSpec(Node):
    """A condition: `{"op": "eq", "attr": {...}, "value": "open"}`; instead of a value `"given"` or `"now"`: true."""

    op: ConditionOp
    attr: RefSpec | None = None
    value: Any = Field(default=None, description="A constant; text for times, UUIDs, decimals; base64 for bytes.")
    given: bool = Field(default=False, description="The caller gives the value (two values with between).")
    now: bool = Field(default=False, description="The clock when the request is made.")
    any_of: "tuple[ConditionSpec, ...]" = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.op == "any_of":
            if not self.any_of:
                raise PydanticCustomError("DM127", "`any_of` without conditions", {"hint": "name at least two"})
        elif self.attr is None:
            raise PydanticCustomError("DM127", "a condition without `attr`", {"hint": "name the attribute it looks at"})
        elif self.op not in {"present", "absent"} and not (self.given or self.now) and self.value is None:
            hint = {"eq": "write `absent(...)`", "ne": "write `present(...)`"}.get(self.op, "write a constant")
            raise PydanticCustomError("DM127", "a comparison with None", {"hint": hint})
        elif self.op in {"between", "begins_with"} and not self.given:
            raise PydanticCustomError(
                "DM127", "`{op}` takes the caller's value", {"op": self.op, "hint": '"given": true'}
            )
        return self


Conditions = TypeAliasType("Conditions", Annotated[tuple[ConditionSpec, ...], BeforeValidator(_listed)])


Changes = TypeAliasType("Changes", Annotated[tuple[RefSpec | ConditionSpec, ...], BeforeValidator(_listed)])

Kind = Literal[
    "string", "integer", "decimal", "boolean", "bytes", "datetime", "date", "uuid", "ulid", "enum", "list", "set",
    "map", "object", "any", "vector",
]  # fmt: skip


def _type_words(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class FieldSpec(Node):
    """A field of a nested model."""

    name: str
    type: "Annotated[TypeSpec, BeforeValidator(_type_words)]"
    optional: bool = False


class TypeSpec(Node):
    """What an attribute may hold; `"string"` is short for `{"kind": "string"}`."""

    kind: Kind
    values: tuple[str, ...] | tuple[int, ...] = Field(default=(), description="The values of an enum.")
    element: "Annotated[TypeSpec, BeforeValidator(_type_words)] | None" = None
    fields: tuple[FieldSpec, ...] = ()
    name: str = Field(default="", description="The class name of an object.")
    ge: Decimal | None = None
    le: Decimal | None = None
    scale: int | None = Field(default=None, ge=0, le=38, description="Digits after the point of a decimal.")
    min_length: int = Field(default=0, ge=0)
    max_length: int | None = Field(default=None, ge=0)
    dimensions: int | None = Field(default=None, ge=1, le=8192)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs = {"enum": "values", "list": "element", "set": "element", "map": "element", "vector": "dimensions"}
        word = needs.get(self.kind)
        if word and not getattr(self, word):
            raise PydanticCustomError(
                "DM216", "a type `{kind}` needs `{word}`", {"kind": self.kind, "word": word, "hint": ""}
            )
        if (
            self.kind == "set"
            and self.element
            and self.element.kind in {"boolean", "list", "set", "map", "object", "any", "vector"}
        ):
            raise PydanticCustomError("DM213", "a set of `{kind}` cannot be stored",
                                      {"kind": self.element.kind, "hint": "sets hold text, numbers or bytes: use a "
                                                                          "list"})  # fmt: skip
        return self


TypeForm = Annotated[TypeSpec, BeforeValidator(_type_words)]


def _shares(value: object) -> object:
    return tuple(value.items()) if isinstance(value, dict) else value


Shares = Annotated[tuple[tuple[Any, Fraction], ...], BeforeValidator(_shares)]


class AttributeSpec(Node):
    """An attribute of an entity; the words of `attr(...)`."""

    name: str
    type: TypeForm
    optional: bool = Field(default=False, description="The value may be absent.")
    has_default: bool = Field(default=False, description="The caller may leave it out.")
    default: Any = None
    bytes: Amount | None = Field(default=None, description="Stored size: average, or [average, most].")
    items: Amount | None = Field(default=None, description="Length of a list, set or map.")
    distinct: Positive | None = Field(default=None, description="Number of different values over all items.")
    share: Shares = Field(default=(), description="Pairs [value, fraction of items]; null is absent.")
    unique: bool | str = Field(default=False, description="true, or the name of a shared namespace.")
    immutable: bool = Field(default=False, description="It never changes after the item is created.")
    generated: bool = Field(
        default=False, description="An id that no two items ever share, as ULIDs and UUIDs that name nothing else are."
    )
    monotonic: bool = False
    role: Literal["ttl", "version", "created", "updated"] | None = None
    lifetime: Number | None = Field(default=None, description="Seconds that an item lives, with role ttl.")
    taken_from: RefSpec | None = None
    copy_of: RefSpec | None = None
    tags: Names = ()
    doc: str = ""


class ParentSpec(Node):
    """A link from a child to its parent."""

    entity: str
    via: Names = Field(default=(), description="The child's attributes, as the parent's identity; by name if empty.")
    children: Amount | None = None


def _unique_sets(value: object) -> object:
    if isinstance(value, str):
        return ((value,),)
    if isinstance(value, list | tuple) and value and all(isinstance(v, str) for v in value):
        return (tuple(value),)
    return value


class EntitySpec(Node):
    """An entity; the words of its class header."""

    name: str
    identity: Names
    attributes: tuple[AttributeSpec, ...]
    parent: Annotated[tuple[ParentSpec, ...], BeforeValidator(_listed)] = ()
    count: Positive | None = None
    unique: Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_unique_sets)] = Field(
        default=(), description="Sets of attributes that no two items share."
    )
    counted_in: Refs = ()
    history: str | None = Field(default=None, description="The attribute that numbers the versions of an item.")
    doc: str = ""

    def attribute(self, name: str) -> AttributeSpec | None:
        """The attribute of that name, if there is one."""
        return next((a for a in self.attributes if a.name == name), None)
