"""`ModelSpec`: a whole spec as plain data, whatever it was written in, and its JSON form.

The JSON form has the same words as the Python surface. In short::

    {
      "format": "dynamodel-spec/1",
      "name": "HelpDesk",                       class name of the model
      "doc": "...", "table": "helpdesk", "tenant": null, "indexes": 20, "local_indexes": true, "copies": true,
      "multi_attribute_keys": true, "overload": null, "spare_reads": true, "billing": "on_demand",
      "region": "us-east-1", "deploy": {...},
      "entities": [
        {"name": "Ticket", "identity": ["ticket_id"], "count": 500000,
         "attributes": [{"name": "ticket_id", "type": "ulid"},
                        {"name": "status", "type": {"kind": "enum", "values": ["open", "closed"]},
                         "share": [["open", 0.05]]},
                        {"name": "agent_id", "type": "ulid", "optional": true, "has_default": true}],
         "parent": [{"entity": "Customer", "via": ["customer_id"], "children": [6, 2000]}],
         "unique": [["a", "b"]], "counted_in": [{"entity": "Customer", "name": "tickets"}], "history": null}],
      "patterns": [
        {"kind": "get", "name": "ticket", "entity": "Ticket", "rps": 80},
        {"kind": "query", "name": "open_queue", "entity": "Ticket",
         "by": [{"entity": "Ticket", "name": "customer_id"}],
         "where": [{"op": "eq", "attr": {"entity": "Ticket", "name": "status"}, "value": "open"}],
         "range": {"op": "between", "attr": {"entity": "Ticket", "name": "opened_at"}, "given": true},
         "order_by": [{"entity": "Ticket", "name": "opened_at", "descending": true}], "limit": 50},
        {"kind": "collection", "name": "thread", "by": [...],
         "parts": [{"kind": "get", "entity": "Ticket"}, {"kind": "query", "entity": "Message", "limit": 30}]},
        {"kind": "update", "name": "close", "entity": "Ticket",
         "set": [{"entity": "Ticket", "name": "status"}, or a condition with "op": "eq" and a constant "value"]},
        {"kind": "transaction", "name": "open_ticket", "steps": [{"kind": "create", "entity": "Ticket"}, ...]}]
    }

Attribute types: a kind (`"string"`) or an object with `kind` and `values`, `element`, `fields`, `ge`, `le`, `scale`,
`min_length`, `max_length`, `dimensions`. Where a list is expected a single object is one element. `by` left out means
the identity in `get`, `delete`, `update`, `upsert`, `check`, and no condition in `query`. A bare entity in a Python
`Collection` is a `query` without options; whether a part returns one item follows from what `by` fixes. Several
entities may be named in `by`, where nothing else links them: as many attributes of each, in one order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field, PrivateAttr
from pydantic_core import core_schema

from dynamodel.spec.nodes import EntitySpec, Node
from dynamodel.spec.pattern_nodes import PatternSpec  # noqa: TC001 - Pydantic reads the annotation

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler

    from dynamodel.diagnostics import SourceSpan
    from dynamodel.spec.deploy import Deploy

FORMAT = "dynamodel-spec/1"
Pointer = tuple[str | int, ...]


class Origin(Protocol):
    """Where a spec came from: places of its parts by JSON pointer."""

    def span(self, pointer: Pointer) -> SourceSpan | None:
        """The place of a part, or of the nearest part around it."""

    def path(self, pointer: Pointer) -> tuple[str, ...]:
        """How the declaration is named in a diagnostic."""


class _WhenSaid:
    """Validates by `Deploy`, which is loaded when a model says one: most say none, and its options are many."""

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._said, ref="Deploy")

    @classmethod
    def __get_pydantic_json_schema__(cls, _: object, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(cls._loaded().__pydantic_core_schema__)

    @classmethod
    def _said(cls, value: object) -> Deploy:
        return cls._loaded().model_validate(value)

    @staticmethod
    def _loaded() -> type[Deploy]:
        from dynamodel.spec.deploy import Deploy

        return Deploy


if not TYPE_CHECKING:
    Deploy = Annotated[Any, _WhenSaid]


class ModelSpec(Node):
    """A spec: entities, access patterns, options."""

    format: Literal["dynamodel-spec/1"]
    name: str
    doc: str = ""
    table: str | None = Field(default=None, description="The table's name; the model's name in snake case if not said.")
    tenant: str | None = Field(default=None, description="An attribute that is added to every `by`.")
    indexes: int = Field(default=20, ge=0, le=20, description="Most global secondary indexes.")
    local_indexes: bool = True
    copies: bool = True
    multi_attribute_keys: bool = True
    overload: bool | None = Field(
        default=None,
        description="Whether entities share indexes wherever they can (true), or only where it costs nothing (false). "
        "Null: where it costs at most 5 %, or wherever they can if a rate is only assumed.",
    )
    spare_reads: bool = Field(
        default=True, description="Whether writes are spared a read of their item whatever that costs."
    )
    billing: Literal["on_demand", "provisioned"] = "on_demand"
    region: str = "us-east-1"
    deploy: Deploy | None = None
    entities: tuple[EntitySpec, ...]
    patterns: tuple[PatternSpec, ...]

    _origin: Any = PrivateAttr(default=None)
    _checked: bool = PrivateAttr(default=False)
    _by_name: dict[str, EntitySpec] | None = PrivateAttr(default=None)
    _by_attribute: dict[str, list[EntitySpec]] | None = PrivateAttr(default=None)

    def entity(self, name: str) -> EntitySpec | None:
        """The entity of that name, if there is one."""
        if self._by_name is None:
            self._by_name = {e.name: e for e in reversed(self.entities)}
        return self._by_name.get(name)

    def with_attribute(self, name: str) -> list[EntitySpec]:
        """The entities that have an attribute of that name."""
        if self._by_attribute is None:
            self._by_attribute = {}
            for entity in self.entities:
                for attribute in entity.attributes:
                    self._by_attribute.setdefault(attribute.name, []).append(entity)
        return self._by_attribute.get(name, [])

    @property
    def origin(self) -> Origin | None:
        """Where the spec came from, if it was loaded from a file."""
        return self._origin  # type: ignore[no-any-return]

    def to_json(self) -> dict[str, Any]:
        """The JSON form, without what equals its default."""
        return {"format": self.format, **self.model_dump(mode="json", exclude_defaults=True, exclude={"format"})}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the JSON form."""
    schema = ModelSpec.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": FORMAT}
