"""`Entity`: a Pydantic model with an identity, whose attributes are references on the class.

In: class statements of the user. Out: classes that carry `__dynamodel__` (an `EntityFacts`) for the outline.
Schemas are built when an instance is made, not when the class is: planning needs none.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import field
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from pydantic import BaseModel, ConfigDict, Field
from pydantic._internal._model_construction import build_lenient_weakvaluedict

from dynamodel.records import dataclass
from dynamodel.spec.attributes import AttrFacts, attr
from dynamodel.spec.checked import checked
from dynamodel.spec.places import Place, caller_place, place_of, source_file
from dynamodel.spec.references import Reference, Refusing
from dynamodel.spec.session import current, did_you_mean, record

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

Amount = float | tuple[float, float]
_RESERVED = frozenset(n for n in dir(BaseModel) if n.startswith("model_"))


@dataclass(slots=True)
class EntityFacts:
    """What a class header and its `attr(...)`s said; options only as given."""

    place: Place | None
    options: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, AttrFacts] = field(default_factory=dict)


class Parent:
    """A link from a child to its parent; the text form of `entity` is only for the class itself."""

    @checked("Parent", skip=1)
    def __init__(
        self,
        entity: type[Entity] | str,
        *,
        via: str | tuple[str, ...] | None = None,
        children: Amount | None = None,
    ) -> None:
        """`via`: the child's attributes, as the parent's identity; `children`: average, or (average, most)."""
        self.entity, self.via, self.children, self.place = entity, via, children, caller_place()


@dataclass_transform(kw_only_default=True, field_specifiers=(Field, attr))
class EntityMeta(ModelMetaclass):
    """Makes an attribute of a complete entity class a reference."""

    if not TYPE_CHECKING:

        def __new__(mcs, name, bases, namespace, /, **kwargs):  # noqa: ANN001, ANN003, ANN204, C901, D102
            frame = sys._getframe(1)  # noqa: SLF001
            facts = EntityFacts(place_of(frame))
            annotations = namespace.get("__annotations__", {})
            for key, annotation in list(annotations.items()):
                if isinstance(annotation, AttrFacts):  # named like its type, reported from the syntax tree
                    annotations[key] = Any
            for key, value in list(namespace.items()):
                if isinstance(value, AttrFacts) and key not in annotations and "__annotate__" not in namespace:
                    record(
                        "DM218", f"`{name}.{key}` has no type", at=value.place, hint=f"write `{key}: str = attr(...)`"
                    )
                    del namespace[key]
                elif isinstance(value, AttrFacts):
                    facts.attributes[key] = value
                    namespace[key] = _pydantic_field(value)
                elif isinstance(value, Refusing) and key in annotations:
                    record("DM126", f"`{key}` gets a reference or condition as its default", hint="use `attr(...)`")
                    del namespace[key]
            with warnings.catch_warnings():  # a field may be named `copy`, `json` or `schema`
                warnings.filterwarnings("ignore", message=".*shadows an attribute in parent.*")
                # Pydantic would look up names in this frame; they are in the user's
                around = None if frame.f_code.co_name == "<module>" else frame.f_locals
                namespace["__pydantic_parent_namespace__"] = build_lenient_weakvaluedict(around)
                cls = super().__new__(mcs, name, bases, namespace, __pydantic_reset_parent_namespace__=False, **kwargs)
            for key, info in cls.__pydantic_fields__.items():
                for mark in info.metadata:
                    if isinstance(mark, AttrFacts):
                        facts.attributes.setdefault(key, mark)
            facts.options = cls.__dict__.get("_dynamodel_options", {})
            for base in reversed(bases):
                inherited = base.__dict__.get("__dynamodel__")
                if inherited is not None:
                    facts.attributes = {**inherited.attributes, **facts.attributes}
            type.__setattr__(cls, "__dynamodel__", facts)
            type.__setattr__(cls, "__dynamodel_fields__", dict.fromkeys(cls.__pydantic_fields__))
            session = current()
            if session is not None:
                session.entities.append(cls)
            return cls

        def __getattribute__(cls, name):  # noqa: ANN001, ANN204, D105, N805 - a metaclass
            if name[0] != "_":
                fields = type.__getattribute__(cls, "__dict__").get("__dynamodel_fields__")
                if fields and name in fields:
                    return Reference(type.__getattribute__(cls, "__name__"), name, cls, place=caller_place())
            return super().__getattribute__(name)

        def __getattr__(cls, name):  # noqa: ANN001, ANN204, D105, N805 - a metaclass
            session = current()
            complete = "__dynamodel_fields__" in type.__getattribute__(cls, "__dict__")
            frame = sys._getframe(1)  # noqa: SLF001
            if not name.startswith("_") and complete and session and session.is_user_file(frame.f_code.co_filename):
                owner = cls.__name__
                known = type.__getattribute__(cls, "__dynamodel_fields__")
                place = place_of(frame)
                record("DM301", f"`{owner}` has no attribute `{name}`", at=place, hint=did_you_mean(name, known, owner))
                return Reference(owner, name, cls, broken=True, place=place)
            return super().__getattr__(name)


class Entity(BaseModel, metaclass=EntityMeta):
    """The base of every entity: `class Order(Entity, identity="order_id")`."""

    model_config = ConfigDict(defer_build=True, protected_namespaces=(), arbitrary_types_allowed=True)

    __dynamodel__: ClassVar[EntityFacts]

    if TYPE_CHECKING:

        def __init_subclass__(
            cls,
            *,
            identity: str | tuple[str, ...] = ...,
            parent: type[Entity] | Parent | tuple[type[Entity] | Parent, ...] = (),
            count: int | None = None,
            unique: str | tuple[str, ...] | tuple[tuple[str, ...], ...] = (),
            counted_in: object = (),
            history: str | None = None,
        ) -> None:
            """What the header of an entity can say."""
    else:

        def __init_subclass__(cls, **options: Any) -> None:
            """Keep the options of the header; report those that do not exist."""
            known = ("identity", "parent", "count", "unique", "counted_in", "history")
            for name in [n for n in options if n not in known]:
                del options[name]
                place = caller_place()
                span = place.span() if place else None
                exact = source_file(span.file).keyword_name(span, name) if span else None
                hint = did_you_mean(name, known, "the header of an entity")
                record("DM122", f"`{cls.__name__}` has an unknown class keyword `{name}`", at=exact or span, hint=hint)
            cls._dynamodel_options = options


def _pydantic_field(facts: AttrFacts) -> Any:
    options = {k: facts.options[k] for k in ("default",) if k in facts.options}
    return Field(**options)


def is_entity(value: object) -> bool:
    """Whether a value is an entity class of the user."""
    return isinstance(value, EntityMeta) and value is not Entity
