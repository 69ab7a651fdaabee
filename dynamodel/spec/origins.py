"""Where the parts of a spec were written: in a Python file, or in a JSON file.

In: JSON pointers as tuples. Out: spans and declaration paths for diagnostics. Both are computed when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.diagnostics import SourceSpan
from dynamodel.records import dataclass
from dynamodel.spec.places import Place, source_file

if TYPE_CHECKING:
    from dynamodel.spec.model import Pointer


@dataclass(frozen=True, slots=True)
class Later:
    """A place that is worked out when somebody asks."""

    origin: PythonOrigin
    pointer: Pointer

    def span(self) -> SourceSpan | None:
        """The place."""
        return self.origin.span(self.pointer)


class PythonOrigin:
    """Places of a Python model: calls and references as they ran, keywords through the syntax tree."""

    strict = True  # constants have Python's types

    def __init__(self, file: str) -> None:
        """`file`: what an unknown place falls back to."""
        self.file = file
        self._places: dict[Pointer, Place | SourceSpan] = {}

    def put(self, pointer: Pointer, place: Place | SourceSpan | None) -> None:
        """Remember a place; None is no news."""
        if place is not None:
            self._places[pointer] = place

    def span(self, pointer: Pointer) -> SourceSpan | None:
        """The place of a part, or of the nearest part around it."""
        for length in range(len(pointer), -1, -1):
            place = self._places.get(pointer[:length])
            if place is None:
                continue
            span = place.span() if isinstance(place, Place) else place
            if length == len(pointer) or not span.line:
                return span
            return self._keyword(pointer, length, span) or span
        return SourceSpan(self.file)

    def at(self, pointer: Pointer) -> Later:
        """The place of a part, worked out when somebody asks."""
        return Later(self, pointer)

    def _keyword(self, pointer: Pointer, length: int, span: SourceSpan) -> SourceSpan | None:
        word = str(pointer[length])
        call = self._places.get((*pointer[:length], "attr"))
        if isinstance(call, Place):
            span = call.span()
        return source_file(span.file).keyword(span, word)

    def path(self, pointer: Pointer) -> tuple[str, ...]:
        """The names of the classes and assignments around the place."""
        span = self.span(pointer)
        return source_file(span.file).path_at(span) if span and span.line else ()


class JsonOrigin:
    """Places of a JSON model: the pointer is the path."""

    strict = False  # constants have the types that JSON has

    def __init__(self, file: str, text: str) -> None:
        """`text`: the content, scanned when a place is asked for."""
        self.file = file
        self.text = text
        self._positions: dict[Pointer, int] | None = None

    def span(self, pointer: Pointer) -> SourceSpan | None:
        """Line and column of the value, or of the nearest one around it."""
        from dynamodel.spec.json_positions import positions

        if self._positions is None:
            self._positions = positions(self.text)
        for length in range(len(pointer), -1, -1):
            offset = self._positions.get(pointer[:length])
            if offset is not None:
                line = self.text.count("\n", 0, offset) + 1
                return SourceSpan(self.file, line, offset - self.text.rfind("\n", 0, offset))
        return SourceSpan(self.file)

    def path(self, pointer: Pointer) -> tuple[str, ...]:
        """The JSON pointer (RFC 6901)."""
        return ("/" + "/".join(str(p).replace("~", "~0").replace("/", "~1") for p in pointer),) if pointer else ()
