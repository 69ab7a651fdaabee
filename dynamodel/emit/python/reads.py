"""What the emitted code does for each request of a read: shared by the views of requests, results and client.

In: a read pattern and its design. Out: small decisions, each asked in one place: what hides expired items, which
filters run where, which part is limited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.python.context import Context, Scope, scope_of
from dynamodel.emit.python.names import protected
from dynamodel.emit.python.views_keys import index_constant
from dynamodel.ir.plan import GuardDesign, Operation
from dynamodel.ir.reads import ReadKind
from dynamodel.ir.values import FromEntity, Given, Now
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import PatternDesign, ReadRequest, ResidualFilter
    from dynamodel.ir.reads import Argument, ConditionDef, PartDef, ReadPattern
    from dynamodel.ir.values import Source


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A read pattern beside its design and names."""

    context: Context
    pattern: ReadPattern
    design: PatternDesign
    scope: Scope

    @property
    def method(self) -> str:
        """The method's name."""
        return self.context.names.methods[self.pattern.name]

    def function(self, number: int) -> str:
        """The function that builds the request with this number."""
        return self.context.names.requests[self.pattern.name] + (f"_{number + 1}" if number else "")

    def part(self, request: ReadRequest) -> PartDef:
        """The first part that a request returns."""
        return self.pattern.parts[request.parts[0]]

    def names(self, request: ReadRequest) -> str:
        """The constant with the key attributes behind which the request goes on."""
        return f"keys.{index_constant(request.index) if request.index else 'BASE'}"

    def ttl(self, request: ReadRequest) -> str | None:
        """The attribute that hides expired items of this request, if any of its entities has one."""
        if request.joins:
            return self.context.entity(self.pattern.joins[request.joins[0]].parent).with_role("ttl")
        for number in request.parts:
            found = self.context.entity(self.pattern.parts[number].entity).with_role("ttl")
            if found is not None:
                return found
        return None

    def hides_on_server(self, request: ReadRequest) -> bool:
        """Whether DynamoDB itself can leave expired items out of this request."""
        ttl = self.ttl(request)
        if ttl is None or request.operation not in {Operation.QUERY, Operation.SCAN}:
            return False
        if request.index is None:
            return True
        index = self.context.plan.table.index(request.index)
        carried = index.projection.type == "ALL" or ttl in index.projection.attributes
        return carried and ttl not in {a.name for a in (*index.partition, *index.sort)}

    def hides_on_client(self, request: ReadRequest) -> bool:
        """Whether the emitted code has to leave expired items out."""
        ttl = self.ttl(request)
        return ttl is not None and not self.hides_on_server(request) and self._carries(request, ttl)

    def _carries(self, request: ReadRequest, attribute: str) -> bool:
        if request.index is None:
            return True
        vector = self.context.plan.table.vector(request.index)
        if vector is not None:
            return vector.carries(attribute)
        index = self.context.plan.table.index(request.index)
        keys = {a.name for a in (*index.partition, *index.sort)}
        return index.projection.type == "ALL" or attribute in {*index.projection.attributes, *keys}

    def filters(self, request: ReadRequest, *, server: bool) -> tuple[ResidualFilter, ...]:
        """The filters of a request that run on the server, or in the emitted code."""
        scans = request.operation in {Operation.QUERY, Operation.SCAN}
        found = [f for f in request.filters if (f.server and scans) == server]
        return tuple(found)

    def keeps(self, request: ReadRequest) -> bool:
        """Whether the emitted code filters the items of a request."""
        asks = self.shares_guard(request) or bool(self.filters(request, server=False))
        return asks or self.hides_on_client(request)

    def shares_guard(self, request: ReadRequest) -> bool:
        """Whether a guard that is read may belong to another entity of the same namespace."""
        if not request.beside.startswith("GUARD"):
            return False
        mine = self.context.design(self.part(request).entity)
        guard = mine.beside_place(request.beside)
        return any(
            guard is not None and isinstance(guard, GuardDesign) and other.namespace == guard.namespace
            for design in self.context.plan.entities
            for other in design.guards
            if design.entity != mine.entity
        )

    def is_pointed(self, request: ReadRequest) -> bool:
        """Whether a request reads the item that a guard names."""
        found = request.hydrate is not None and bool(self.design.reads[request.hydrate].beside)
        return found and not request.joins  # a parent is named by what a guard or copy carries

    def limited(self) -> tuple[int, ...]:
        """The parts whose request stops at their limit."""
        later = self.sorted_after()
        parts = enumerate(self.pattern.parts)
        return tuple(n for n, part in parts if part.limit is not None and not part.single and n not in later)

    def sorted_after(self) -> frozenset[int]:
        """The parts that are read to the end and sorted then."""
        return frozenset(n for request in self.design.reads if request.sort_after for n in request.parts)

    def lists(self) -> tuple[int, ...]:
        """The parts that return lists."""
        return tuple(n for n, part in enumerate(self.pattern.parts) if not part.single)

    def is_row(self) -> bool:
        """Whether the method returns chosen attributes instead of entities."""
        chosen = self.pattern.returns is not None or bool(self.pattern.joins)
        return (
            chosen and not self.pattern.count and self.pattern.kind not in {ReadKind.COLLECTION, ReadKind.TRANSACT_GET}
        )

    def uses_now(self, request: ReadRequest) -> bool:
        """Whether the request function needs the clock."""
        return self.hides_on_server(request) or any(isinstance(s, Now) for s in sources(request))

    def keep_uses_now(self, request: ReadRequest) -> bool:
        """Whether the filter function needs the clock."""
        conditions = [f.condition for f in self.filters(request, server=False)]
        return self.hides_on_client(request) or any(isinstance(s, Now) for s in operands(conditions))

    def kept_arguments(self, request: ReadRequest) -> list[Argument]:
        """The arguments that the filter function needs."""
        known = operands([f.condition for f in self.filters(request, server=False)])
        used = {s.argument for s in known if isinstance(s, Given | FromEntity)}
        return [a for a in self.pattern.arguments if a.name in used]

    def arguments(self, chosen: Sequence[Argument] | None = None) -> list[str]:
        """The method's parameters by their names, without list of keys; those chosen, or all."""
        given = self.pattern.arguments if chosen is None else chosen
        return [protected(self.scope.parameters[a.name]) for a in given]


def read_plan(context: Context, pattern: ReadPattern) -> ReadPlan:
    """The read pattern with its design."""
    return ReadPlan(context, pattern, context.plan.pattern(pattern.name), scope_of(pattern))


def operands(conditions: list[ConditionDef]) -> list[Source]:
    """The operands of conditions, disjunctions included."""
    found: list[Source] = []
    for condition in conditions:
        found += condition.operands
        found += operands(list(condition.any_of))
    return found


def sources(request: ReadRequest) -> list[Source]:
    """Where the values of a request come from."""
    from dynamodel.ir.keys import Interval

    found: list[Source] = []
    for key in (*request.partition, *request.sort_key):
        found += [t.source for t in key.tokens if t.source is not None]
        found += [key.source] if key.source is not None else []
    if isinstance(request.sort, Interval):
        found += [t.source for e in (request.sort.lower, request.sort.upper) for t in e.tokens if t.source is not None]
    elif request.sort is not None:
        found += [s for _, s in request.sort.equals]
        found += request.sort.operands
    return found + operands([f.condition for f in request.filters if f.server])
