"""Types of attributes that Python does not have: `Ulid` and `Vector`.

Both are annotations that Pydantic understands. A type checker sees `Ulid` as `str` and `Vector[Literal[1024]]` as a
list of floats; `Vector(1024)` says the same where no type checker looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_args

from pydantic import StringConstraints

from dynamodel.records import dataclass
from dynamodel.spec.session import record


@dataclass(frozen=True, slots=True)
class UlidMark:
    """Marks a text as a ULID."""


@dataclass(frozen=True, slots=True)
class VectorMark:
    """Marks a list of numbers as a vector of so many dimensions."""

    dimensions: int


Ulid = Annotated[str, StringConstraints(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"), UlidMark()]

MOST_DIMENSIONS = 8192
_N = TypeVar("_N", bound=int)

if TYPE_CHECKING:

    class Vector(list[float], Generic[_N]):
        """A vector of n numbers: `Vector[Literal[1024]]`."""

else:

    class Vector:
        """A vector of n numbers: `Vector(1024)` or `Vector[Literal[1024]]`."""

        def __new__(cls, dimensions: Any) -> Any:
            """The annotation of a vector of so many dimensions; of a list, the value."""
            if isinstance(dimensions, list | tuple):
                return list(dimensions)
            if (
                not isinstance(dimensions, int)
                or isinstance(dimensions, bool)
                or not 1 <= dimensions <= MOST_DIMENSIONS
            ):
                record("DM215", f"a vector of `{dimensions!r}` dimensions", hint="a whole number from 1 to 8192")
                dimensions = 1
            return Annotated[list[float], VectorMark(dimensions)]

        def __class_getitem__(cls, item: Any) -> Any:
            """`Vector[Literal[1024]]`."""
            arguments = get_args(item)
            return cls(arguments[0] if arguments else item)
