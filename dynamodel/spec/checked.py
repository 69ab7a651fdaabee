"""Calls of the authoring surface whose wrong arguments are recorded instead of raised.

In: the authoring functions and initializers. Out: the same, except that an unknown keyword or a positional argument
too many becomes a diagnostic with a hint, and the call goes on without it.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from dynamodel.spec.places import caller_place, source_file
from dynamodel.spec.session import did_you_mean, record

if TYPE_CHECKING:
    from collections.abc import Callable

_F = TypeVar("_F", bound="Callable[..., Any]")
_VARARGS = 0x04


def checked(title: str = "", *, skip: int = 0) -> Callable[[_F], _F]:
    """Wrap a function so that arguments it does not have are recorded; `skip` leading ones (self) are not counted."""

    def wrap(function: _F) -> _F:
        code = function.__code__
        keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        names = frozenset((*keywords, *code.co_varnames[skip : code.co_argcount]))
        most = None if code.co_flags & _VARARGS else code.co_argcount
        least = code.co_argcount - len(function.__defaults__ or ())

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            owner = title or type(args[0]).__name__
            for name in [n for n in kwargs if n not in names]:
                del kwargs[name]
                _unknown(owner, name, keywords)
            if most is not None and len(args) > most:
                record("DM123", f"`{owner}` takes {most - skip or 'no'} positional argument{'s' * (most - skip != 1)}",
                       hint=f"name the rest: {', '.join(f'{k}=' for k in keywords)}")  # fmt: skip
                args = args[:most]
            missing = [n for n in code.co_varnames[len(args) : least] if n not in kwargs]
            for name in missing:
                record("DM124", f"`{owner}` needs {_article(name)}", hint=f"`{owner}(...)` begins with it")
                kwargs[name] = None
            return function(*args, **kwargs)

        return cast("_F", call)

    return wrap


def _unknown(owner: str, name: str, keywords: tuple[str, ...]) -> None:
    place = caller_place()
    span = place.span() if place else None
    exact = source_file(span.file).keyword_name(span, name) if span else None
    record("DM122", f"`{owner}` has no option `{name}`", at=exact or span, hint=did_you_mean(name, keywords, owner))


def _article(name: str) -> str:
    return {"entity": "an entity", "attribute": "a reference"}.get(name, f"`{name}`")
