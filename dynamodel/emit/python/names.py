"""The names of the emitted package: Python-safe, free of collisions, the same for the same model.

In: a workload. Out: class, field, function and method names. Where two names meet, the later one (in the model's order)
gets trailing underscores; entities win over everything but the names of the package itself.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.ir.names import class_name, method_name, python_name, snake_case
from dynamodel.ir.reads import ReadKind
from dynamodel.ir.values import Kind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.values import ValueType
    from dynamodel.ir.workload import Pattern, Workload

ERRORS = (
    "AccessError",
    "AlreadyExists",
    "ConditionFailed",
    "Contention",
    "CursorInvalid",
    "LimitExceeded",
    "NotFound",
    "TokenReused",
    "Unfinished",
    "UniqueTaken",
    "ValueRefused",
    "VersionConflict",
)
# What the modules with entity classes use under these names.
_CLASSES = {
    *ERRORS,
    "Hooks",
    "LoggingHooks",
    "CollectionHooks",
    "Page",
    "Any",
    "Decimal",
    "Literal",
    "Mapping",
    "Self",
    "UUID",
    "ENTITIES",
    "NOW",
    "Callable",
    "TypeVar",
}
# Annotations of later fields would mean the field; `self` and `cls` are ours.
_FIELDS = {"bool", "bytes", "dict", "dt", "float", "int", "list", "set", "str", "self", "cls", "dataclasses"}
_FIELDS |= {"from_dict", "to_dict", "from_json", "to_json", "classmethod"}
PAGING = ("self", "limit", "cursor", "expected_version")
LOCALS = {"bounds", "codec", "dataclasses", "dt", "engine", "entities", "errors", "expressions", "gathering", "guards"}
LOCALS |= {"keycodes", "listed"}
LOCALS |= {"keys", "merging", "numbercodes", "pages", "requests", "results", "sending", "spreading", "updates", "wire"}
LOCALS |= {"now", "attempt", "actions", "answers", "calls", "hooks", "item", "key", "made", "shard", "table", "value"}
LOCALS |= {
    "searching",
    "vectors",
    "wanted",
    "writing",
    "all",
    "list",
    "map",
    "set",
    "str",
    "int",
    "any",
    "dict",
    "sorted",
}


def unique(name: str, taken: set[str]) -> str:
    """The name with as many underscores as it needs to be new; it is taken then."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def argument_names(pattern: Pattern) -> dict[str, str]:
    """The parameters of a method by the workload's names of the arguments."""
    taken = {*PAGING, "attempt"}  # the attempt is the parameter of the functions that make a write
    return {a.name: unique(python_name(a.name), taken) for a in pattern.arguments}


_PRIVATE = 0xE000  # Unicode's private use area: no identifier of a user has such characters
_CLIENT = ("attempt", "entries", "found", "item", "items", "now", "page", "removed", "row", "rows")
MODULES = (
    "answers",
    "bounds",
    "calls",
    "codec",
    "engine",
    "entities",
    "errors",
    "expressions",
    "gathering",
    "guards",
    "hooks",
    "keycodes",
    "keys",
    "listed",
    "merging",
    "numbercodes",
    "pages",
    "requests",
    "results",
    "searching",
    "sending",
    "service",
    "sizes",
    "spreading",
    "updates",
    "vectors",
    "wire",
    "writing",
)


def protected(name: str) -> str:
    """A parameter's name in a form of equal length that `settled` can tell from the module's own names."""
    return "".join(chr(_PRIVATE + ord(c)) if c.isascii() else c for c in name)


_QUOTED = r""" "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' """


def _renamed(text: str, name: str, to: str) -> str:
    """The text with what a pattern finds outside of quotes replaced."""
    parts = re.compile(f"(?P<quoted>{_QUOTED.strip()})|{name}", re.VERBOSE)
    return parts.sub(lambda found: found[0] if found["quoted"] is not None else to, text)


def settled(body: str, parameters: Iterable[str]) -> str:
    """The body of a method with its own names moved out of the way of parameters that are called the same."""
    for name in parameters:
        if name in _CLIENT or name in MODULES:
            body = _renamed(body, rf"(?<![.\w]){name}\b(?!=)", f"{name}_")
    return re.sub(f"[{chr(_PRIVATE)}-{chr(_PRIVATE + 0x7F)}]", lambda c: chr(ord(c[0]) - _PRIVATE), body)


_TYPES = ("bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple")


def hiding(methods: Iterable[str]) -> tuple[str, ...]:
    """Those methods' names that hide a module or a type in their class."""
    return tuple(name for name in methods if name in MODULES or name in _TYPES)


def moved(text: str, methods: Iterable[str]) -> str:
    """The text of a class with modules (`pages_`) and types (`builtins.list`) that methods of the same name hide."""
    for name in methods:
        if name in MODULES:
            text = _renamed(text, rf"(?<![.\w]){name}(?=\.)", f"{name}_")
        elif name in _TYPES:
            text = _renamed(text, rf"(?<![.\w]){name}\b(?![=:(])", f"builtins.{name}")
    return text


def shadowed_modules(parameters: Iterable[str]) -> tuple[str, ...]:
    """The modules that are imported under another name too, because a parameter hides them in its method."""
    return tuple(sorted(set(parameters) & set(MODULES)))


def local_names(parameters: dict[str, str]) -> dict[str, str]:
    """The same parameters inside the functions that build requests, where modules and helpers have names too."""
    taken = set(LOCALS) | set(PAGING)
    return {name: unique(parameter, taken) for name, parameter in parameters.items()}


@dataclass(slots=True)
class Names:
    """All names of one package; the maps are keyed by the workload's names."""

    client: str
    entities: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    objects: dict[ValueType, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)


def package_names(workload: Workload) -> Names:
    """The names of the package of a workload."""
    classes = {*_CLASSES, class_name(workload.title)}
    if any(p.kind is ReadKind.SEARCH for p in workload.reads):
        classes.add("Neighbor")
    names = Names(client=class_name(workload.title))
    functions: set[str] = set()
    for entity in workload.entities:
        names.entities[entity.name] = unique(class_name(python_name(entity.name)), classes)
        names.functions[entity.name] = unique(python_name(snake_case(entity.name)), functions)
        names.fields[entity.name] = field_names(a.name for a in entity.stored)
    for entity in workload.entities:
        for type_ in _objects(entity):
            if type_ not in names.objects:
                names.objects[type_] = unique(class_name(python_name(type_.name or "Object")), classes)
    methods: set[str] = set()
    builders = set(MODULES) | {"dt", "dataclasses"} | set(dir(builtins))
    for pattern in workload.patterns:
        names.methods[pattern.name] = unique(method_name(pattern.name), methods)
        # What no model declares has no method; its requests are other modules' all the same.
        public = pattern.name.lstrip("_") if pattern.kept else pattern.name
        names.requests[pattern.name] = unique(python_name(public), builders)
    for pattern in workload.reads:
        row = pattern.returns is not None or bool(pattern.joins)
        if pattern.kind in {ReadKind.COLLECTION, ReadKind.TRANSACT_GET}:
            names.results[pattern.name] = unique(class_name(pattern.name), classes)
        elif row and not pattern.count:
            names.results[pattern.name] = unique(f"{class_name(pattern.name)}Row", classes)
    return names


def field_names(attributes: Iterable[str]) -> dict[str, str]:
    """Names of a dataclass's fields; leading underscores go, since Python would mangle them."""
    taken = set(_FIELDS)
    return {name: unique(python_name(python_name(name).lstrip("_") or "field"), taken) for name in attributes}


def _objects(entity: EntityDef) -> Iterator[ValueType]:
    for attribute in entity.stored:
        yield from nested_objects(attribute.type)


def nested_objects(type_: ValueType) -> Iterator[ValueType]:
    """The nested classes inside a type, the innermost first."""
    if type_.element is not None:
        yield from nested_objects(type_.element)
    for part in type_.fields:
        yield from nested_objects(part.type)
    if type_.kind is Kind.OBJECT:
        yield type_
