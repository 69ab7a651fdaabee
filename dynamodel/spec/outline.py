"""From the classes of a Python model to the JSON form: one tree of plain values, and the place of each of its parts.

In: a model class and the entity classes of a load. Out: the tree that `building` validates, with a `PythonOrigin`.
What is not even of the right sort (a string for a reference, no condition, no entity) is recorded here.
"""

from __future__ import annotations

import sys
import typing
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from dynamodel.spec.annotations import Unsupported, type_tree
from dynamodel.spec.entity import EntityFacts, Parent, is_entity
from dynamodel.spec.origins import PythonOrigin
from dynamodel.spec.outline_patterns import PatternOutline, reference_tree
from dynamodel.spec.patterns import Pattern
from dynamodel.spec.places import source_file
from dynamodel.spec.session import did_you_mean, record

if TYPE_CHECKING:
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.places import Place

Tree = dict[str, Any]


def outline(model: Any, entities: list[Any], file: str) -> tuple[Tree, PythonOrigin]:
    """The JSON form of a model and where its parts are written."""
    origin = PythonOrigin(file)
    known = _with_referenced(model, entities)
    facts = model.__dynamodel__
    origin.put((), facts.place)
    tree: Tree = {
        "format": "dynamodel-spec/1",
        "name": model.__name__,
        "doc": _doc(model) or _module_doc(model),
        **facts.options,
    }
    if "deploy" in facts.options:
        _deploy_places(facts.options["deploy"], origin)
    trees: list[Tree] = []
    for entity in known:
        if "identity" not in _facts(entity).options:
            if not any(other is not entity and issubclass(other, entity) for other in known):
                place = _facts(entity).place
                record("DM201", f"`{entity.__name__}` has no identity", at=place,
                       hint=f'class {entity.__name__}(Entity, identity="..."): the attributes that tell two items '
                            f'apart; '
                            "() if there is only one item")  # fmt: skip
                trees.append(_entity(entity, ("entities", len(trees)), origin) | {"identity": ()})
            continue
        trees.append(_entity(entity, ("entities", len(trees)), origin))
    tree["entities"] = trees
    for cls, code, hint in [*((e, "DM206", "rename one") for e in known),
                            (model, "DM314", "the name is a method's name: rename one")]:  # fmt: skip
        _repeated(cls, code, hint)
    tree["patterns"] = _patterns(model, origin)
    return tree, origin


def _repeated(cls: Any, code: str, hint: str) -> None:
    """Names that a class body assigns twice: Python keeps the second alone."""
    place = cls.__dict__["__dynamodel__"].place
    if place is None:
        return
    span = place.span()
    file = source_file(span.file)
    for name, first, second in file.repeated(cls.__name__, span.line):
        record(code, f"`{cls.__name__}` has two declarations of `{name}`, the first in line {first.lineno}",
               at=file.span(second), hint=hint)  # fmt: skip


def _deploy_places(deploy: object, origin: PythonOrigin) -> None:
    """Where `Deploy` and its parts are written."""
    from dynamodel.spec.deploy import Deploy
    from dynamodel.spec.deploy_parts import DeployPart

    if isinstance(deploy, Deploy):
        origin.put(("deploy",), deploy.place)
        for word, value in deploy:
            for pointer, part in (((word,), value), *(((word, n), v) for n, v in enumerate(_several(value)))):
                if isinstance(part, DeployPart):
                    origin.put(("deploy", *pointer), part.place)


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _with_referenced(model: Any, entities: list[Any]) -> list[Any]:
    """The entities of the load, then those that patterns or parents name and that came from elsewhere."""
    found = list(entities)
    queue = [e for p in _declared(model).values() for e in _subjects(p)]
    while queue:
        entity = queue.pop(0)
        if is_entity(entity) and entity not in found:
            found.append(entity)
    for entity in list(found):
        for link in _parents(entity):
            target = link.entity if isinstance(link, Parent) else link
            if is_entity(target) and target not in found:
                found.append(target)
    return found


def _subjects(pattern: object) -> list[object]:
    if isinstance(pattern, Pattern):
        return [pattern.subject, *(e for m in pattern.members for e in _subjects(m))]
    return [pattern]


def _declared(model: Any) -> dict[str, object]:
    """The names of a model's body (and of the models it derives from), in order, without functions and dunders."""
    names: dict[str, object] = {}
    for base in reversed(model.__mro__):
        if "__dynamodel__" in base.__dict__:
            names.update({k: v for k, v in base.__dict__.items() if not k.startswith("__")})
    return names


def _patterns(model: Any, origin: PythonOrigin) -> list[Tree]:
    trees: list[Tree] = []
    seen: dict[int, str] = {}
    facts = model.__dynamodel__
    for name, value in _declared(model).items():
        statement = _member(model.__name__, facts.place, name)
        if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], Pattern):
            record("DM309", f"`{name}` is a tuple", at=statement, hint="remove the comma at the end of the line")
            value = value[0]  # noqa: PLW2901 - what was meant
        if not isinstance(value, Pattern):
            if not (callable(value) and not is_entity(value)) and not isinstance(
                value, classmethod | staticmethod | property
            ):
                record("DM308", f"`{name}` is no access pattern", at=statement,
                       hint="the attributes of a model are `Get(...)`, `Query(...)`, `Create(...)`, ...")  # fmt: skip
            continue
        if id(value) in seen:
            record("DM307", f"`{name}` is the same access pattern as `{seen[id(value)]}`", at=statement,
                   hint="declare it once, or write the call again")  # fmt: skip
            continue
        seen[id(value)] = name
        tree = PatternOutline(origin).tree(value, ("patterns", len(trees)))
        if tree is not None:
            trees.append({"name": name, **tree})
    return trees


def _entity(entity: Any, pointer: Pointer, origin: PythonOrigin) -> Tree:
    facts = _facts(entity)
    origin.put(pointer, facts.place)
    tree: Tree = {"name": entity.__name__, "doc": _doc(entity), **facts.options}
    tree["parent"] = []
    for index, link in enumerate(_parents(entity)):
        parent = _parent(entity, link, (*pointer, "parent", index), origin)
        if parent is not None:
            tree["parent"].append(parent)
    if "counted_in" in tree:
        given = tree["counted_in"] if isinstance(tree["counted_in"], tuple | list) else (tree["counted_in"],)
        at = origin.at((*pointer, "counted_in"))
        refs = [reference_tree(v, (*pointer, "counted_in", i), origin, None, at) for i, v in enumerate(given)]
        tree["counted_in"] = [r for r in refs if r is not None]
    tree["attributes"] = [
        attribute
        for index, name in enumerate(entity.__dict__["__dynamodel_fields__"])
        if (attribute := _attribute(entity, name, (*pointer, "attributes", index), origin)) is not None
    ]
    return tree


def _parents(entity: Any) -> tuple[Any, ...]:
    given = _facts(entity).options.get("parent", ())
    return tuple(given) if isinstance(given, tuple | list) else (given,)


def _parent(entity: Any, link: object, pointer: Pointer, origin: PythonOrigin) -> Tree | None:
    target = link.entity if isinstance(link, Parent) else link
    origin.put(pointer, link.place if isinstance(link, Parent) else None)
    at = origin.at(pointer)
    if isinstance(target, str):
        if target != entity.__name__:
            record("DM302", f"the parent of `{entity.__name__}` is named by a string", at=at,
                   hint=f"write the class: `Parent({target})`, declared above `{entity.__name__}`")  # fmt: skip
        name = target
    elif is_entity(target):
        name = typing.cast("type", target).__name__
    else:
        record("DM220", f"the parent of `{entity.__name__}` is no entity", at=at,
               hint="a class that derives from `Entity`, or `Parent(Class, via=...)`")  # fmt: skip
        return None
    tree: Tree = {"entity": name}
    if isinstance(link, Parent):
        tree |= {"via": link.via} if link.via is not None else {}
        tree |= {"children": link.children} if link.children is not None else {}
    return tree


def _attribute(entity: Any, name: str, pointer: Pointer, origin: PythonOrigin) -> Tree | None:
    facts = _facts(entity).attributes.get(name)
    statement = _member(entity.__name__, _facts(entity).place, name)
    origin.put(pointer, statement or (facts.place if facts else None))
    if facts and facts.place:
        origin.put((*pointer, "attr"), facts.place)
    info = entity.__pydantic_fields__[name]
    annotation, metadata = info.annotation, tuple(info.metadata)
    if not entity.__pydantic_fields_complete__ and name in entity.__annotations__:
        try:
            annotation, metadata = _resolved(entity, name), ()
        except NameError as error:
            known = [k for k in vars(sys.modules[entity.__module__]) if not k.startswith("_")]
            close = did_you_mean(str(error.name), known)
            record("DM219", f"the type of `{entity.__name__}.{name}` is not defined: {error}", at=statement,
                   hint=close if close.startswith("did") else "import it, or define it above")  # fmt: skip
            annotation = str
    tree: Tree = {"name": name}
    try:
        tree["type"], optional = type_tree(annotation, metadata)
    except Unsupported as reason:
        record(reason.code, f"`{entity.__name__}.{name}`: {reason.message}", at=statement, hint=reason.hint)
        tree["type"], optional = {"kind": "any"}, False
    if optional:
        tree["optional"] = True
    if not info.is_required():
        tree["has_default"] = True
        if info.default is not None and info.default_factory is None:
            tree["default"] = _plain(info.default)
    for word, value in (facts.options if facts else {}).items():
        _fact(tree, word, value, pointer, origin)
    return tree


def _resolved(entity: Any, name: str) -> Any:
    """The annotation of one attribute, now that the whole module is there; raises NameError."""
    holder = type(
        entity.__name__, (), {"__annotations__": {name: entity.__annotations__[name]}, "__module__": entity.__module__}
    )
    return typing.get_type_hints(holder, include_extras=True)[name]


def _fact(tree: Tree, word: str, value: Any, pointer: Pointer, origin: PythonOrigin) -> None:
    if word in {"ge", "le", "scale"}:
        tree["type"] = {**tree["type"], word: value}
    elif word in {"taken_from", "copy_of"}:
        ref = reference_tree(value, (*pointer, word), origin, None, origin.at((*pointer, word)))
        tree |= {word: ref} if ref is not None else {}
    elif word == "lifetime":
        tree[word] = value.total_seconds() if isinstance(value, timedelta) else value
    elif word == "share":
        tree[word] = [(_plain(k), v) for k, v in value.items()] if isinstance(value, dict) else value
    elif word != "default":
        tree[word] = value


def _plain(value: object) -> object:
    """An Enum's value, everything else as it is."""
    return value.value if isinstance(value, Enum) else value


def _facts(entity: Any) -> EntityFacts:
    found: EntityFacts = entity.__dict__["__dynamodel__"]
    return found


def _doc(cls: Any) -> str:
    return (cls.__dict__.get("__doc__") or "").strip()


def _module_doc(cls: Any) -> str:
    return (getattr(sys.modules.get(cls.__module__), "__doc__", None) or "").strip()


def _member(class_name: str, place: Place | None, name: str) -> Any:
    """The place of a statement in a class body."""
    if place is None:
        return None
    span = place.span()
    file = source_file(span.file)
    statement = file.member(class_name, span.line, name)
    return file.span(statement) if statement is not None else None
