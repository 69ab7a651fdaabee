"""Random entities as a user would write them: attributes of every type, roles, parents, what is unique."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

SELECT, ORDER, ADD, APPEND, BEGIN, BUCKET, UNIQUE = "select", "order", "add", "append", "begin", "bucket", "unique"


@dataclass(frozen=True)
class Type:
    """A type: how it is written, what `attr` says of it, constants of it, what can be done with it."""

    annotation: str
    able: frozenset[str]
    options: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()


def _type(annotation: str, able: str = "", options: tuple[str, ...] = (), constants: tuple[str, ...] = ()) -> Type:
    return Type(annotation, frozenset(able.split()), options, constants)


TYPES = (
    _type("str", "select order begin unique", constants=('"a1"', '""')),
    _type("int", "select order add", constants=("0", "7")),
    _type("int", "select order add", ("ge=-100", "le=100"), ("0", "-1")),
    _type("datetime", "select order bucket"),
    _type('Literal["a", "b", "c"]', "select", constants=('"a"', '"b"')),
    _type("bool", "", constants=("True", "False")),
    _type("Decimal", "select order add", ("ge=Decimal(-50)", "le=Decimal(1000)", "scale=2"), ("Decimal(1)",)),
    _type("date", "select order bucket"),
    _type("UUID", "select unique"),
    _type("bytes", "select order"),
    _type("list[str]", "append"),
    _type("set[str]", "add"),
    _type("dict[str, int]", "add"),
    _type("Place"),
)
IDENTITIES = (_type("Ulid"), _type("str"), _type("int", "", ("ge=0", "le=10**9")), _type("UUID"), _type("date"))


@dataclass(frozen=True)
class Field:
    """An attribute: its type, whether it may be absent, further words for `attr`."""

    name: str
    type: Type
    optional: bool = False
    options: tuple[str, ...] = ()
    role: str = ""

    def line(self) -> str:
        role = (f'role="{self.role}"',) if self.role else ()
        given = (*self.type.options, *self.options, *role)
        options = (*given, "default=None") if self.optional and given else given
        value = f" = attr({', '.join(options)})" if options else " = None" if self.optional else ""
        return f"    {self.name}: {self.type.annotation}{' | None' if self.optional else ''}{value}"


@dataclass(frozen=True)
class EntityText:
    """An entity: its name, its identity, its other attributes, its parent, words for its header."""

    name: str
    identity: tuple[Field, ...]
    fields: tuple[Field, ...]
    parent: EntityText | None = None
    via: tuple[str, ...] = ()
    header: tuple[str, ...] = ()

    def text(self) -> str:
        """The class."""
        names = [f'"{f.name}"' for f in self.identity]
        identity = names[0] if len(names) == 1 else f"({', '.join(names)})"
        words = [f"identity={identity}"]
        if self.parent is not None:
            via = ", ".join(f'"{name}"' for name in self.via)
            words.append(f"parent=Parent({self.parent.name}, via=({via},), children=(5, 50))")
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
            and all(f in changing for f in self.fields if not (f.role or f.optional))
        )

    @property
    def changing(self) -> list[Field]:
        """What an update may change."""
        fixed = ("immutable", "taken_from")
        linked = set(self.via)
        free = [f for f in self.fields if not f.role and f.name not in linked and f != LAST]
        return [f for f in free if not any(option.startswith(fixed) for option in f.options)]


INSTANT = next(t for t in TYPES if t.annotation == "datetime")
WHOLE = TYPES[1]
LAST = Field("last", WHOLE)  # what children take their numbers from


@st.composite
def fields(draw: st.DrawFn, name: str) -> Field:
    """An attribute outside the identity."""
    kind = draw(st.sampled_from(TYPES))
    optional = draw(st.sampled_from((False, False, True)))
    options: list[str] = []
    if UNIQUE in kind.able and draw(st.booleans()):
        options.append(
            draw(st.sampled_from(("unique=True", 'unique="shared"' if kind.annotation == "str" else "unique=True")))
        )
    elif SELECT in kind.able:
        options += draw(st.sampled_from(((), (), ("distinct=3",), ("immutable=True",))))
    if kind.annotation == "str" and draw(st.integers(0, 4)) == 4:
        options.append("bytes=(300, 1000)")
    if (
        kind.constants
        and not optional
        and not any(o.startswith("unique") for o in options)
        and draw(st.integers(0, 5)) == 5
    ):
        options.append(f"default={draw(st.sampled_from(kind.constants))}")
    return Field(name, kind, optional, tuple(options))


ROLES = (
    Field("expires_at", INSTANT, optional=True, role="ttl"),
    Field("version", WHOLE, role="version"),
    Field("made_at", INSTANT, role="created"),
    Field("changed_at", INSTANT, role="updated"),
)


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
    own = Field("key", kind, options=("generated=True",) if made_up else ())
    if parent is None:
        form = draw(st.sampled_from(("key", "key", "group", "none")))
        group = Field("group", TYPES[0], options=draw(st.sampled_from(((), ("distinct=4",)))))
        identity = {"key": (own,), "group": (group, own), "none": ()}[form]
        if draw(st.integers(0, 3)) == 3:
            made.append(draw(st.sampled_from((LAST, Field("total", WHOLE)))))
        if identity and draw(st.integers(0, 5)) == 5:
            header.append('history="revision"')
            roles = [role for role in roles if role.role != "version"]  # the revision counts the changes
            made.append(Field("revision", WHOLE))
        made += roles
        pair = [f.name for f in made if SELECT in f.type.able and not f.optional and not f.role][:2]
        if len(pair) == 2 and not header and draw(st.integers(0, 7)) == 7:
            header.append(f'unique=(("{pair[0]}", "{pair[1]}"),)')
        return EntityText(name, identity, tuple(made), header=tuple(header))
    types = [draw(st.sampled_from((f.type, WHOLE))) if f.type.annotation == "int" else f.type for f in parent.identity]
    names = [f"{parent.name.lower()}_{f.name}" for f in parent.identity]
    links = tuple(Field(name, kind) for name, kind in zip(names, types, strict=True))
    if LAST in parent.fields and not header:
        made.append(Field("number", WHOLE, options=(f"taken_from={parent.ref(LAST)}",)))
    counters = [f for f in parent.changing if f.type == WHOLE and not f.optional]
    if counters and draw(st.booleans()):
        header.append(f"counted_in={parent.ref(counters[0])}")
    if draw(st.booleans()):
        identity, more = (*links, own), ()
    else:
        identity, more = (own,), tuple(replace(link, options=("immutable=True",)) for link in links)
    via = tuple(link.name for link in links)
    return EntityText(name, identity, (*more, *made, *roles), parent, via, tuple(header))
