"""The emitted package, imported as its users would, and values on their way in and out of it.

In: an ArtifactSet. Out: the client class, entities from rows, rows from entities. The package lies in a temporary
folder under a name of its own, so that several versions can be loaded in one process.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import inspect
import marshal
import sys
import tempfile
import uuid
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dynamodel.ir.names import class_name, method_name
from dynamodel.ir.suite import Row
from dynamodel.ir.values import Kind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from dynamodel.ir.artifact import ArtifactSet
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import Argument, ReadPattern
    from dynamodel.ir.values import ValueType
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True, slots=True)
class Generated:
    """A loaded package and the workload that it was emitted for."""

    workload: Workload
    module: ModuleType

    @property
    def client_class(self) -> Any:
        """The class with one method for each access pattern."""
        return getattr(self.module, class_name(self.workload.title))

    def entity(self, row: Row) -> Any:
        """A row as an object of the package."""
        definition = self.workload.entity(row.entity)
        plain = {a.name: _loose(row.values.get(a.name)) for a in definition.stored}
        return self.class_of(row.entity).from_dict(plain)

    def class_of(self, entity: str) -> Any:
        """The class of an entity, by the workload's name."""
        return self.module.ENTITIES[entity]

    def item(self, row: Row) -> dict[str, Any]:
        """The item that the package writes for a row: attributes, keys of every place, type."""
        keys = importlib.import_module(f"{self.module.__name__}.keys")
        wanted = f"entities.{self.class_of(row.entity).__name__}"  # names that meet make functions' names differ
        makers = [value for name, value in vars(keys).items() if name.endswith("_item")]
        make = next(m for m in makers if inspect.signature(m).parameters["entity"].annotation == wanted)
        made: dict[str, Any] = make(self.entity(row))
        return made

    def argument(self, argument: Argument, value: object) -> Any:
        """An argument as a caller writes it."""
        if isinstance(value, Row):
            return self.entity(value)
        if argument.entity is not None and isinstance(value, tuple) and not argument.keys:
            return [self.entity(row) for row in value]
        if argument.many or argument.keys:
            assert isinstance(value, tuple)
            return list(value)
        return value if argument.type is None else self._typed(argument.type, value)

    def _typed(self, kind: ValueType, value: Any) -> Any:
        if value is None:
            return None
        if kind.kind is Kind.OBJECT:
            return getattr(self.module, class_name(kind.name)).from_dict(_loose(value))
        if kind.kind is Kind.LIST and kind.element is not None:
            values = value if isinstance(value, tuple) else (value,)
            return [self._typed(kind.element, v) for v in values]
        if kind.kind is Kind.MAP and kind.element is not None:
            return {name: self._typed(kind.element, v) for name, v in value.items()}
        return _loose(value)

    def call(self, client: Any, pattern: Any, arguments: Mapping[str, object], **extra: object) -> Any:
        """Call the pattern's method by keywords."""
        method = getattr(client, method_name(pattern.name))
        # A parameter may be named unlike its argument (a keyword, a taken name): they agree in order.
        names = dict(zip((a.name for a in pattern.arguments), inspect.signature(method).parameters, strict=False))
        known = {a.name: a for a in pattern.arguments}
        given = {
            names.get(name, name): self.argument(known[name], value) if name in known else value
            for name, value in arguments.items()
        }
        return method(**given, **extra)

    def row(self, entity: EntityDef, result: Any) -> Row:
        """An entity of the package as a row: absent attributes left out, values in the suite's form."""
        held = result.to_dict()
        values = {a.name: strict(a.type, held[a.name]) for a in entity.stored}
        return Row(self._name_of(result), {name: v for name, v in values.items() if v is not None})

    def _name_of(self, result: Any) -> str:
        known = (e.name for e in self.workload.entities if isinstance(result, self.class_of(e.name)))
        return next(known, type(result).__name__)

    def entity_of(self, result: Any) -> EntityDef:
        """The entity that an object of the package is of; KeyError when it is of none."""
        return self.workload.entity(self._name_of(result))

    def chosen(self, pattern: ReadPattern, entity: EntityDef, result: Any) -> Row:
        """A row of a pattern with `returns`: fields in the order of `returns`, then those of the joined parents."""
        kinds = [(name, entity.attribute(name).type) for name in pattern.returns or ()]
        kinds += joined_names(self.workload, pattern)
        values = {
            name: strict(kind, getattr(result, field.name))
            for (name, kind), field in zip(kinds, dataclasses.fields(result), strict=True)
        }
        return Row(entity.name, {name: v for name, v in values.items() if v is not None})


def joined_names(workload: Workload, pattern: ReadPattern) -> list[tuple[str, ValueType]]:
    """The fields that a pattern's joins add to its rows, with their types."""
    return [
        (join.shown(name), workload.entity(join.parent).attribute(name).type)
        for join in pattern.joins
        for name in join.attributes
    ]


def _loose(value: Any) -> Any:
    """Frozen values as callers write them: lists, sets."""
    if isinstance(value, tuple):
        return [_loose(v) for v in value]
    if isinstance(value, frozenset):
        return set(value)
    if isinstance(value, dict):
        return {name: _loose(v) for name, v in value.items()}
    return value


def strict(kind: ValueType, value: Any) -> Any:
    """A value of the package in the suite's form: tuples, frozensets, absent fields of nested models left out."""
    if value is None:
        return None
    if kind.kind is Kind.OBJECT:
        held = value.to_dict() if hasattr(value, "to_dict") else value
        fields = {f.name: strict(f.type, held.get(f.name)) for f in kind.fields}
        return {name: v for name, v in fields.items() if v is not None}
    if kind.kind in {Kind.LIST, Kind.VECTOR}:
        return tuple(v if kind.element is None else strict(kind.element, v) for v in value)
    if kind.kind is Kind.SET:
        return frozenset(value) or None
    if kind.kind is Kind.MAP and kind.element is not None:
        return {name: strict(kind.element, v) for name, v in value.items()}
    return _frozen(value) if kind.kind is Kind.ANY else value


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(v) for v in value)
    if isinstance(value, set):
        return frozenset(value)
    if isinstance(value, dict):
        return {name: _frozen(v) for name, v in value.items()}
    return value


def _put_bytecode(path: Path, text: str) -> None:
    """Put the compiled module where Python looks for it (PEP 552, unchecked): packages have most modules in common."""
    compiled = _bytecode(text)
    if compiled is not None and sys.pycache_prefix is None:
        place = Path(importlib.util.cache_from_source(str(path)))
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(compiled)


@lru_cache(maxsize=1024)
def _bytecode(text: str) -> bytes | None:
    """A module's compiled file; None for a text that is no program: importing it says what is wrong."""
    source = text.encode()
    try:
        code = compile(source, "<generated>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    unchecked = (1).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + unchecked + importlib.util.source_hash(source) + marshal.dumps(code)


@contextmanager
def loaded(workload: Workload, artifacts: ArtifactSet) -> Iterator[Generated]:
    """The package of an ArtifactSet, importable while the context lasts."""
    alias = f"{workload.name}_{uuid.uuid4().hex[:12]}"
    before = f"{workload.name}/"
    with tempfile.TemporaryDirectory(prefix="dynamodel-") as folder:
        for artifact in artifacts.artifacts:
            if artifact.path.startswith(before):
                path = Path(folder) / alias / artifact.path[len(before) :]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(artifact.text, encoding="utf-8")
                if path.suffix == ".py":
                    _put_bytecode(path, artifact.text)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            yield Generated(workload, importlib.import_module(alias))
        finally:
            sys.path.remove(folder)
            for name in [n for n in sys.modules if n == alias or n.startswith(f"{alias}.")]:
                del sys.modules[name]
