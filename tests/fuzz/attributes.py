"""Random attributes: their types, how each is written, what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

SELECT, ORDER, ADD, APPEND, BEGIN, BUCKET, UNIQUE = "select", "order", "add", "append", "begin", "bucket", "unique"
SOLID = "solid"  # never empty: a key of an index may be the attribute itself


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
    _type("int", "select order add solid", constants=("0", "7")),
    _type("int", "select order add solid", ("ge=-100", "le=100"), ("0", "-1")),
    _type("datetime", "select order bucket solid"),
    _type('Literal["a", "b", "c"]', "select solid", constants=('"a"', '"b"')),
    _type("bool", "", constants=("True", "False")),
    _type("Decimal", "select order add solid", ("ge=Decimal(-50)", "le=Decimal(1000)", "scale=2"), ("Decimal(1)",)),
    _type("date", "select order bucket solid"),
    _type("UUID", "select unique solid"),
    _type("bytes", "select order"),
    _type("list[str]", "append"),
    _type("set[str]", "add"),
    _type("dict[str, int]", "add"),
    _type(
        "Annotated[str, StringConstraints(min_length=1, max_length=20)]",
        "select order begin solid",
        constants=('"a1"',),
    ),
    _type("Color", "select solid", constants=("Color.red", "Color.blue")),
    _type("Literal[1, 2, 3]", "select solid", constants=("1", "3")),
    _type("set[int]", "add"),
    _type("list[Place]", "append"),
    _type("dict[str, Place]"),
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

    @property
    def starts(self) -> bool:
        """Whether an item that does not say it has a default."""
        return any(option.startswith("default=") for option in self.options)

    def line(self) -> str:
        role = (f'role="{self.role}"',) if self.role else ()
        given = (*self.type.options, *self.options, *role)
        told = any(option.startswith("default=") for option in given)
        options = (*given, "default=None") if self.optional and given and not told else given
        value = f" = attr({', '.join(options)})" if options else " = None" if self.optional else ""
        return f"    {self.name}: {self.type.annotation}{' | None' if self.optional else ''}{value}"


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
    if kind.constants and not any(o.startswith("unique") for o in options) and draw(st.integers(0, 5)) == 5:
        options.append(f"default={draw(st.sampled_from(kind.constants))}")
    return Field(name, kind, optional, tuple(options))


ROLES = (
    Field("expires_at", INSTANT, optional=True, role="ttl"),
    Field("version", WHOLE, role="version"),
    Field("made_at", INSTANT, role="created"),
    Field("changed_at", INSTANT, role="updated"),
)
