"""Random entities as a user would write them: an identity, attributes, parents, what is unique or counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.fuzz.attributes import IDENTITIES, LAST, ROLES, SELECT, TYPES, WHOLE, Field, fields


@dataclass(frozen=True)
class EntityText:
    """An entity: its name, its identity, its other attributes, its parents, words for its header.

    `via` are the attributes that name its `parent`; `beside` is another parent with those that name it.
    """

    name: str
    identity: tuple[Field, ...]
    fields: tuple[Field, ...]
    parent: EntityText | None = None
    via: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    beside: tuple[EntityText, tuple[str, ...]] | None = None

    @property
    def links(self) -> list[tuple[EntityText, tuple[str, ...]]]:
        """Its parents, each with the attributes that name it."""
        first = [(self.parent, self.via)] if self.parent is not None else []
        return [*first, *([self.beside] if self.beside is not None else [])]

    def text(self) -> str:
        """The class."""
        names = [f'"{f.name}"' for f in self.identity]
        identity = names[0] if len(names) == 1 else f"({', '.join(names)})"
        words = [f"identity={identity}"]
        parents = [_parent_text(of, via) for of, via in self.links]
        if parents:
            words.append(f"parent={parents[0]}" if len(parents) == 1 else f"parent=({', '.join(parents)})")
        elif names:
            words.append("count=100_000")
        lines = [f"class {self.name}(Entity, {', '.join([*words, *self.header])}):"]
        return "\n".join([*lines, *(f.line() for f in (*self.identity, *self.fields))]) + "\n"

    def ref(self, field: Field) -> str:
        """An attribute as a model names it."""
        return f"{self.name}.{field.name}"

    def fields_of(self, names: tuple[str, ...]) -> list[Field]:
        """The attributes of these names, in their order."""
        every = {f.name: f for f in (*self.identity, *self.fields)}
        return [every[name] for name in names]

    def able(self, what: str, *, optional: bool | None = None) -> list[Field]:
        """The attributes outside the identity with which something can be done."""
        plain = [f for f in self.fields if what in f.type.able and not f.role]
        return [f for f in plain if optional is None or f.optional == optional]

    @property
    def replaced(self) -> bool:
        """Whether an item may be put over another: not where the new ones are counted or numbered."""
        words = (*self.header, *(option for f in self.fields for option in f.options))
        return not any(word.startswith(("counted_in", "taken_from")) for word in words)

    @property
    def unique(self) -> list[Field]:
        """The attributes that no two items share."""
        return [f for f in self.fields if any(option.startswith("unique") for option in f.options)]

    @property
    def grouped(self) -> bool:
        """Whether its identity begins with a group, as with a tenant."""
        return bool(self.identity) and self.identity[0].name == "group"

    @property
    def versioned(self) -> bool:
        """Whether its versions are kept."""
        return any(word.startswith("history") for word in self.header)

    @property
    def batched(self) -> bool:
        """Whether its writes may be sent in batches: no other item has to change with it."""
        words = (*self.header, *(option for f in self.fields for option in f.options))
        return self.replaced and not any(word.startswith(("history", "unique")) for word in words)

    @property
    def upserted(self) -> bool:
        """Whether an upsert can make the whole item."""
        changing = self.changing
        return (
            self.replaced
            and not self.versioned
            and all(f in changing for f in self.fields if not (f.role or f.optional or f.starts))
        )

    @property
    def changing(self) -> list[Field]:
        """What an update may change."""
        fixed = ("immutable", "taken_from")
        linked = {name for _, via in self.links for name in via}
        free = [f for f in self.fields if not f.role and f.name not in linked and f != LAST]
        return [f for f in free if not any(option.startswith(fixed) for option in f.options)]


def _parent_text(parent: EntityText, via: tuple[str, ...]) -> str:
    """A parent as a header names it: equal names need not be said."""
    if via == tuple(f.name for f in parent.identity):
        return f"Parent({parent.name}, children=(5, 50))"
    names = ", ".join(f'"{name}"' for name in via)
    return f"Parent({parent.name}, via=({names},), children=(5, 50))"


@st.composite
def links(draw: st.DrawFn, parent: EntityText, own: Field) -> tuple[Field, ...]:
    """The attributes that name a parent: by its own names, unless `own` has one, or others; numbers may lack bounds."""
    types = [draw(st.sampled_from((f.type, WHOLE))) if f.type.annotation == "int" else f.type for f in parent.identity]
    names = [f.name for f in parent.identity]
    if own.name in names or draw(st.booleans()):
        names = [f"{parent.name.lower()}_{name}" for name in names]
    return tuple(Field(name, kind) for name, kind in zip(names, types, strict=True))


@st.composite
def edges(draw: st.DrawFn, name: str, parents: tuple[EntityText, EntityText]) -> EntityText:
    """An entity between two others: each of its items names one of both."""
    some = draw(st.lists(st.just(None), min_size=1, max_size=3))
    made = tuple(draw(fields(f"{name[0].lower()}{n}")) for n in range(len(some)))
    first, second = (draw(links(parent, parent.identity[0])) for parent in parents)  # own names may be alike
    beside = (parents[1], tuple(f.name for f in second))
    return EntityText(name, (*first, *second), made, parents[0], tuple(f.name for f in first), beside=beside)


@st.composite
def entities(draw: st.DrawFn, name: str, parent: EntityText | None = None) -> EntityText:
    """An entity with up to five attributes, in the partition of its parent, linked to it, or on its own."""
    some = draw(st.lists(st.just(None), min_size=1, max_size=5))
    letter = draw(st.sampled_from(("a", name[0].lower())))  # entities may share the names of attributes, or not
    made = [draw(fields(f"{letter}{n}")) for n in range(len(some))]
    roles = [replace(role, type=replace(role.type, options=())) for role in ROLES if draw(st.integers(0, 3)) == 3]
    header: list[str] = []
    kind = draw(st.sampled_from(IDENTITIES))
    made_up = kind.annotation == "Ulid" and draw(st.booleans())
    own = Field(
        draw(st.sampled_from(("key", f"{name.lower()}_id"))), kind, options=("generated=True",) if made_up else ()
    )
    if parent is None:
        form = draw(st.sampled_from(("key", "key", "group", "none")))
        group = Field("group", TYPES[0], options=draw(st.sampled_from(((), ("distinct=4",)))))
        identity = {"key": (own,), "group": (group, own), "none": ()}[form]
        if draw(st.booleans()):  # what children are numbered or counted by
            made.append(draw(st.sampled_from((LAST, Field("total", WHOLE)))))
        if identity and draw(st.integers(0, 5)) == 5:
            header.append('history="revision"')
            roles = [role for role in roles if role.role != "version"]  # the revision counts the changes
            made.append(Field("revision", WHOLE))
        made += roles
        if form == "key" and not header and draw(st.integers(0, 5)) == 5:  # it may have one above of its own kind
            made.append(Field("above", replace(kind, options=()), optional=True))
            header.append(f'parent=Parent("{name}", via=("above",), children=(5, 50))')
        pair = [f.name for f in made if SELECT in f.type.able and not f.optional and not f.role][:2]
        if len(pair) == 2 and not header and draw(st.integers(0, 7)) == 7:
            header.append(f'unique=(("{pair[0]}", "{pair[1]}"),)')
        return EntityText(name, identity, tuple(made), header=tuple(header))
    named = draw(links(parent, own))
    if LAST in parent.fields and not header:
        made.append(Field("number", WHOLE, options=(f"taken_from={parent.ref(LAST)}",)))
    counters = [f for f in parent.changing if f.type == WHOLE and not f.optional and f.name != "revision"]
    if counters and draw(st.booleans()):
        header.append(f"counted_in={parent.ref(counters[0])}")
    if draw(st.booleans()):
        identity, more = (*named, own), ()
    else:
        identity, more = (own,), tuple(replace(link, options=("immutable=True",)) for link in named)
    via = tuple(link.name for link in named)
    return EntityText(name, identity, (*more, *made, *roles), parent, via, tuple(header))
