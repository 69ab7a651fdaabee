"""`Model`: the class whose attributes are the access patterns.

In: the class statement of the user. Out: a class with `__dynamodel__` (options and place) for the outline.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dynamodel.records import dataclass
from dynamodel.spec.places import Place, caller_place, source_file
from dynamodel.spec.session import current, did_you_mean, record

if TYPE_CHECKING:
    from dynamodel.spec.deploy import Deploy

MODEL_OPTIONS = (
    "table", "tenant", "indexes", "local_indexes", "copies", "multi_attribute_keys", "overload", "spare_reads",
    "billing", "region", "deploy",
)  # fmt: skip


@dataclass(slots=True)
class ModelFacts:
    """What the header of a model said, only what was given."""

    place: Place | None
    options: dict[str, Any] = field(default_factory=dict)


class Model:
    """The base of a model: `class Shop(Model, table="shop")`, with access patterns as attributes."""

    __dynamodel__: ClassVar[ModelFacts]

    if TYPE_CHECKING:

        def __init_subclass__(
            cls,
            *,
            table: str | None = None,
            tenant: str | None = None,
            indexes: int = 20,
            local_indexes: bool = True,
            copies: bool = True,
            multi_attribute_keys: bool = True,
            overload: bool | None = None,
            spare_reads: bool = True,
            billing: Literal["on_demand", "provisioned"] = "on_demand",
            region: str = "us-east-1",
            deploy: Deploy | None = None,
        ) -> None:
            """What the header of a model can say."""
    else:

        def __init_subclass__(cls, **options: Any) -> None:
            """Keep the options of the header; report those that do not exist."""
            place = caller_place()
            for name in [n for n in options if n not in MODEL_OPTIONS]:
                del options[name]
                span = place.span() if place else None
                exact = source_file(span.file).keyword_name(span, name) if span else None
                hint = did_you_mean(name, MODEL_OPTIONS, "the header of a model")
                record("DM122", f"`{cls.__name__}` has an unknown class keyword `{name}`", at=exact or span, hint=hint)
            cls.__dynamodel__ = ModelFacts(place, options)
            session = current()
            if session is not None:
                session.models.append(cls)
