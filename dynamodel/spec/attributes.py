"""`attr(...)`: what is known about an attribute beyond its type.

In: keywords in the user's file. Out: `AttrFacts`, which the entity's metaclass takes out of the class body (or out of
`Annotated`) and replaces by a Pydantic field with the default and the bounds.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Final, Literal

from dynamodel.records import dataclass
from dynamodel.spec.checked import checked
from dynamodel.spec.places import Place, caller_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from decimal import Decimal

UNSET: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class AttrFacts:
    """The keywords of one `attr(...)`, only those that were given, and where."""

    options: dict[str, Any]
    place: Place | None = field(default=None, compare=False, repr=False)


@checked("attr")
def attr(
    *,
    default: Any = UNSET,
    bytes: float | tuple[float, float] = UNSET,  # noqa: A002 - the word of the spec
    items: float | tuple[float, float] = UNSET,
    distinct: int = UNSET,
    share: Mapping[Any, float] = UNSET,
    unique: bool | str = UNSET,
    immutable: bool = UNSET,
    generated: bool = UNSET,
    monotonic: bool = UNSET,
    ge: float | Decimal = UNSET,
    le: float | Decimal = UNSET,
    scale: int = UNSET,
    role: Literal["ttl", "version", "created", "updated"] = UNSET,
    lifetime: timedelta = UNSET,
    taken_from: object = UNSET,
    copy_of: object = UNSET,
    tags: str | tuple[str, ...] = UNSET,
) -> Any:
    """Facts about an attribute.

    `bytes` is the stored size (average, or average and most), `items` the length of a list, set or map, `distinct` the
    number of different values over all items, `share` the fraction of items with a value (None: absent), `unique`
    True or the name of a namespace that entities share, `immutable` that it never changes after creation, `generated`
    that no two items ever get the same id (what ULIDs and UUIDs promise by their type), `monotonic` that it only grows,
    `ge`, `le`, `scale` the bounds of a number, `lifetime` how long an item lives before its `role="ttl"` time,
    `taken_from` the counter that a new item takes its number from, `copy_of` the parent's attribute that is stored here
    too, `tags` free words such as `"pii"`.
    """
    given = {
        "default": default, "bytes": bytes, "items": items, "distinct": distinct, "share": share, "unique": unique,
        "immutable": immutable, "generated": generated, "monotonic": monotonic, "ge": ge, "le": le, "scale": scale,
        "role": role, "lifetime": lifetime, "taken_from": taken_from, "copy_of": copy_of, "tags": tags,
    }  # fmt: skip
    return AttrFacts({k: v for k, v in given.items() if v is not UNSET}, caller_place())
