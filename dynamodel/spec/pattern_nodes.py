"""Access patterns and steps of a spec as plain Pydantic models, one class a kind; the words of the Python surface."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from typing_extensions import TypeAliasType

from dynamodel.spec.nodes import (
    Amount,
    Changes,
    Conditions,
    ConditionSpec,
    Fraction,
    Node,
    Number,
    Positive,
    Refs,
    RefSpec,
)


class Common(Node):
    """What every named access pattern can say; `name` is empty for a part or a step."""

    name: str = ""
    rps: Number | None = Field(default=None, description="Calls per second on average.")
    peak: Number | None = Field(default=None, description="Calls per second at peak.")
    hottest: Fraction | None = Field(default=None, description="Share of the calls that meet the most loaded key.")
    doc: str = ""


def _returns(value: object) -> object:
    return value if value == "count" or isinstance(value, list | tuple) else (value,)


Returns = TypeAliasType("Returns", Annotated[Literal["count"] | tuple[RefSpec, ...], BeforeValidator(_returns)])


class ReadCommon(Common):
    """What every read can say."""

    consistent: bool = False
    all_tenants: bool = False


class GetSpec(ReadCommon):
    """One item by its identity (no `by`) or a unique set."""

    kind: Literal["get"]
    entity: str
    by: Refs | None = None
    returns: Returns | None = None


class QuerySpec(ReadCommon):
    """The items of one type that meet conditions."""

    kind: Literal["query"]
    entity: str
    by: Refs = ()
    where: Conditions = ()
    range: ConditionSpec | None = None
    order_by: Refs = ()
    limit: Positive | None = None
    rows: Amount | None = None
    filter: Conditions = ()
    history: bool = False
    returns: Returns | None = None


class CollectionSpec(ReadCommon):
    """Items of several types that belong together."""

    kind: Literal["collection"]
    parts: tuple[Annotated[GetSpec | QuerySpec, Field(discriminator="kind")], ...]
    by: Refs = ()
    merged: bool = False


class BatchGetSpec(ReadCommon):
    """Many items by their identities."""

    kind: Literal["batch_get"]
    entity: str
    keys: Amount | None = None
    returns: Returns | None = None


class ScanSpec(ReadCommon):
    """Every item of one type."""

    kind: Literal["scan"]
    entity: str
    filter: Conditions = ()
    returns: Returns | None = None


class SearchSpec(ReadCommon):
    """The items whose vector is nearest."""

    kind: Literal["search"]
    entity: str
    near: RefSpec
    by: Refs = ()
    distance: Literal["cosine", "dot_product", "euclidean"] = "cosine"
    limit: Positive | None = None
    returns: Returns | None = None


class WriteCommon(Common):
    """What every write can say."""

    entity: str
    when: Conditions = ()
    times: Amount | None = None


class CreateSpec(WriteCommon):
    """Store a new item."""

    kind: Literal["create"]


class PutSpec(WriteCommon):
    """Store or replace an item."""

    kind: Literal["put"]


class DeleteSpec(WriteCommon):
    """Remove an item, or all that `by` finds."""

    kind: Literal["delete"]
    by: Refs | None = None


class ChangeCommon(WriteCommon):
    """What an update changes: references take the caller's value, conditions with `eq` hold a constant."""

    set: Changes = ()
    add: Changes = ()
    remove: Refs = ()
    append: Changes = ()
    by: Refs | None = None


class UpdateSpec(ChangeCommon):
    """Change an item that exists."""

    kind: Literal["update"]


class UpsertSpec(ChangeCommon):
    """Change an item, or make it."""

    kind: Literal["upsert"]


class CheckSpec(Node):
    """A step that only demands."""

    kind: Literal["check"]
    entity: str
    name: Literal[""] = ""
    when: Conditions = ()
    by: Refs | None = None


WriteSpec = CreateSpec | PutSpec | DeleteSpec | UpdateSpec | UpsertSpec
StepSpec = WriteSpec | CheckSpec | GetSpec


class TransactionSpec(Common):
    """Several steps that happen together."""

    kind: Literal["transaction"]
    steps: tuple[Annotated[StepSpec, Field(discriminator="kind")], ...]


ReadSpec = GetSpec | QuerySpec | CollectionSpec | BatchGetSpec | ScanSpec | SearchSpec
PatternSpec = Annotated[ReadSpec | WriteSpec | TransactionSpec, Field(discriminator="kind")]
KINDS: dict[str, type[Node]] = {
    "get": GetSpec, "query": QuerySpec, "collection": CollectionSpec, "batch_get": BatchGetSpec, "scan": ScanSpec,
    "search": SearchSpec, "create": CreateSpec, "put": PutSpec, "delete": DeleteSpec, "update": UpdateSpec,
    "upsert": UpsertSpec, "check": CheckSpec, "transaction": TransactionSpec,
}  # fmt: skip


def reads_only(pattern: PatternSpec) -> bool:
    """Whether a pattern changes nothing: a read, or a transaction of `Get`s."""
    if isinstance(pattern, TransactionSpec):
        return all(isinstance(step, GetSpec) for step in pattern.steps)
    return isinstance(pattern, ReadCommon)
