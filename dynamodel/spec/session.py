"""What a load collects: the user's mistakes, entities and models, while their file runs.

In: calls of the authoring classes. Out: a `Session` for the loader. Outside a load (a test that imports a model) there
is no session, and a mistake raises `ModelInvalid` at once.
"""

from __future__ import annotations

import difflib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from dynamodel.catalog import finding
from dynamodel.diagnostics import SourceSpan
from dynamodel.errors import ModelInvalid
from dynamodel.spec.places import caller_place, source_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dynamodel.diagnostics import Diagnostic


class Session:
    """One load: `root` is the folder of the model, `entities` and `models` the classes in order of definition."""

    def __init__(self, root: Path | None = None) -> None:
        """Start empty."""
        self.root = str(root) if root else None
        self.findings: list[Diagnostic] = []
        self.entities: list[Any] = []
        self.models: list[Any] = []
        self.ended = False  # by an exception: what is missing may stand below
        self._user_files: dict[str, bool] = {}

    def is_user_file(self, file: str) -> bool:
        """Whether a file belongs to the model: it lies in the model's folder and is no installed package."""
        if file not in self._user_files:
            inside = self.root is not None and os.path.realpath(file).startswith(self.root)
            self._user_files[file] = inside and "site-packages" not in file
        return self._user_files[file]


_current: list[Session] = []


def current() -> Session | None:
    """The load that is running, if any."""
    return _current[-1] if _current else None


@contextmanager
def collecting(root: Path | None = None) -> Iterator[Session]:
    """Collect mistakes instead of raising them, for the time of the block."""
    session = Session(root)
    _current.append(session)
    try:
        yield session
    finally:
        _current.remove(session)


class Placed(Protocol):
    """Something that knows its place when asked."""

    def span(self) -> SourceSpan | None:
        """The place."""


def record(code: str, message: str, *, at: Placed | SourceSpan | None = None, hint: str = "") -> None:
    """Note a mistake at a place (the user's running line if not given); raises ModelInvalid outside a load."""
    place = at or caller_place()
    span = place if isinstance(place, SourceSpan) or place is None else place.span()
    path = source_file(span.file).path_at(span) if span and span.line else ()
    diagnostic = finding(code, message, span=span, path=path, hint=hint)
    session = current()
    if session is None:
        raise ModelInvalid((diagnostic,))
    session.findings.append(diagnostic)


def did_you_mean(name: str, known: Iterable[str], owner: str = "") -> str:
    """A hint that names the closest known word and lists all of them: ``did you mean `x`? `Order` has: a, b``."""
    words = list(known)
    close = difflib.get_close_matches(name.lower(), [w.lower() for w in words], n=1)
    closest = next((w for w in words if close and w.lower() == close[0]), None)
    parts = [f"did you mean `{closest}`?"] if closest else []
    if owner and words:
        shown = owner if " " in owner else f"`{owner}`"
        parts.append(f"{shown} has: {', '.join(words)}")
    elif words and not closest:
        parts.append(f"one of: {', '.join(words)}")
    return " ".join(parts)
