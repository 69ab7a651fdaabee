"""A CloudFormation document as YAML: intrinsic functions in their short form, comments above what they are about.

In: dicts, lists and scalars, with notes by the path of the entry they stand above. Out: text. A YAML library prints
neither the short forms nor comments of our choice without as much code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.emit.filters import yaml_scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

Path = tuple[str | int, ...]
Notes = dict[Path, tuple[str, ...]]

_WIDTH = 110
_SHORT = {"Ref", "Condition"}  # the intrinsic functions without `Fn::`


def yaml_block(value: Mapping[str, Any], notes: Notes, path: Path = (), indent: int = 0) -> str:
    """The lines of a mapping, without the last line break; an entry that fits stays on its line.

    `path` is where the mapping stands in the document that `notes` are about.
    """
    return "\n".join(_mapping(value, notes, path, " " * indent))


def _mapping(value: Mapping[str, Any], notes: Notes, path: Path, indent: str) -> list[str]:
    lines: list[str] = []
    for key, inner in value.items():
        here = (*path, key)
        lines += [f"{indent}# {note}" for note in notes.get(here, ())]
        lines += _entry(f"{indent}{yaml_scalar(key)}:", inner, notes, here, indent)
    return lines


def _entry(head: str, value: Any, notes: Notes, path: Path, indent: str) -> list[str]:
    """A key with its value, on one line or below."""
    if not _noted(notes, path):
        inline = _inline(value, top=True)
        if inline is not None and (len(head) + len(inline) < _WIDTH or not isinstance(value, dict | list)):
            return [f"{head} {inline}"]
    if isinstance(value, list):
        return [head, *_sequence(value, notes, path, f"{indent}  ")]
    tag = _tag(value)
    if tag is None:
        return [head, *_mapping(value, notes, path, f"{indent}  ")]
    name, argument = tag
    if not isinstance(argument, list):
        return [f"{head} !{name} {_inline(argument)}"]
    return [f"{head} !{name}", *_sequence(argument, notes, path, f"{indent}  ")]


def _sequence(value: list[Any], notes: Notes, path: Path, indent: str) -> list[str]:
    lines: list[str] = []
    for number, inner in enumerate(value):
        here = (*path, number)
        lines += [f"{indent}# {note}" for note in notes.get(here, ())]
        inline = None if _noted(notes, here) else _inline(inner)
        if inline is not None and len(indent) + len(inline) < _WIDTH:
            lines.append(f"{indent}- {inline}")
        elif _tag(inner) is None and isinstance(inner, dict):
            first, *rest = _mapping(inner, notes, here, f"{indent}  ")
            lines += [f"{indent}- {first.lstrip()}", *rest]
        else:
            lines += _entry(f"{indent}-", inner, notes, here, indent)
    return lines


def _noted(notes: Notes, path: Path) -> bool:
    """Whether a note stands somewhere inside the entry, so that it needs lines of its own."""
    return any(len(other) > len(path) and other[: len(path)] == path for other in notes)


def _inline(value: Any, *, top: bool = False) -> str | None:
    """The value in flow style; None for a mapping of mappings, and for what would be hard to read.

    `top` is the value of a key: a mapping is only short there with one entry, so that entries stand below each other.
    """
    tag = _tag(value)
    if tag is not None:
        return _inline_tag(*tag)
    if isinstance(value, dict):
        parts = [(yaml_scalar(k), _inline(v)) for k, v in value.items()]
        if any(text is None for _, text in parts) or (top and len(parts) > 1) or any(map(_nested, value.values())):
            return None
        return f"{{ {', '.join(f'{k}: {text}' for k, text in parts)} }}" if parts else "{}"
    if isinstance(value, list):
        texts = [_inline(v) for v in value]
        if any(text is None for text in texts) or any(_nested(v) for v in value):
            return None
        return f"[{', '.join(str(text) for text in texts)}]"
    return yaml_scalar(value)


def _inline_tag(name: str, argument: Any) -> str | None:
    if name == "GetAtt":
        return f"!GetAtt {argument[0]}.{argument[1]}"
    if isinstance(argument, list):
        texts = [_inline(a) for a in argument]
        return None if any(text is None for text in texts) else f"!{name} [{', '.join(str(t) for t in texts)}]"
    return f"!{name} {_inline(argument)}"


def _nested(value: Any) -> bool:
    """Whether a value inside a flow mapping or list is a mapping itself."""
    return isinstance(value, dict) and _tag(value) is None


def _tag(value: Any) -> tuple[str, Any] | None:
    """The intrinsic function that a mapping of one entry calls, and its argument."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((name, argument),) = value.items()
    if name in _SHORT and isinstance(argument, str):
        return name, argument
    return (name.removeprefix("Fn::"), argument) if name.startswith("Fn::") else None
