"""Whether what a request returns is the answer: order, limits, pages, and every attribute that is needed.

In: the rows reached of each part of a request. Out: findings DM464, DM466, DM467, DM469. Rules: `keys.md` B3, B10, C.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.keys import Absent, Component, Interval, ShardToken, Template, TextToken
from dynamodel.ir.plan import GuardDesign
from dynamodel.ir.reads import Op, ReadPattern
from dynamodel.keys.choose import logical_name
from dynamodel.planner.checks.court import attribute_of
from dynamodel.planner.checks.reach import comes_before
from dynamodel.planner.checks.rows import filter_attributes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import ReadRequest
    from dynamodel.ir.reads import OrderTerm
    from dynamodel.planner.checks.court import Court
    from dynamodel.planner.checks.requests import Reached
    from dynamodel.planner.checks.wanted import Wanted

Sorted = tuple[str, bool, Absent]  # what a place in the key's order holds: logical name, descending, absence


def judge_answer(
    court: Court, request: ReadRequest, reached: Mapping[int, Reached], *, merged: bool, strict: bool
) -> None:
    """Check order and limits of all parts of one request together."""
    limited = [r for r in reached.values() if r.wanted.limit is not None and not r.wanted.single]
    if request.sort_after:
        if limited and strict:
            court.refuse("DM464", "rows sorted after reading cannot be limited in a pattern that is served as declared")
        if request.page is not None:
            court.refuse("DM469", f"a page of {request.page} of rows that are sorted after all are read")
        return
    for rows in reached.values():
        if not rows.wanted.single:
            _check_order(court, request, rows)
    if merged and len(reached) > 1:
        _check_merged(court, reached)
    _check_page(court, request, reached, limited, merged=merged)


def _key_order(rows: Reached) -> list[Sorted]:
    """The components that the sort key puts rows in order by, in sequence."""
    order: list[Sorted] = []
    for key_field in rows.key.sort:
        if not isinstance(key_field.value, Template):
            order += [(name, False, Absent.SPARSE) for name in key_field.value.attributes]
            continue
        for token in key_field.value.tokens:
            if isinstance(token, Component):
                order.append((logical_name(token), token.descending, token.absent))
            elif isinstance(token, ShardToken):
                order.append(("", False, Absent.REFUSED))
    return order


def _is_one_row(want: Wanted, known: set[str]) -> bool:
    """Whether at most one item can have these attributes fixed."""
    keys = [want.entity.identity, *(u.attributes for u in want.entity.unique)]
    return any(set(key) <= known for key in keys)


def _wanted_order(want: Wanted) -> list[OrderTerm]:
    """The order without what is fixed or repeated, up to where a single row is left (`keys.md` B3)."""
    known, terms = set(want.fixed), []
    lacked = {c.attribute for c in want.where if c.op is Op.ABSENT}
    for term in want.order:
        if _is_one_row(want, known):
            break
        if term.attribute not in known | lacked:
            terms.append(term)
            known.add(term.attribute)
    return terms


def _check_order(court: Court, request: ReadRequest, rows: Reached) -> None:
    want = rows.wanted
    # What no wanted row has, the key may fix too: to its code for an absent value.
    seen, given = {*want.fixed, *(name for name, _ in rows.cut.equals)}, []
    for entry in _key_order(rows):
        if entry[0] not in seen:
            given.append(entry)
            seen.add(entry[0])
    for position, term in enumerate(_wanted_order(want)):
        if position >= len(given) or given[position][0] != term.attribute:
            court.refuse("DM464", f"the key does not put {want.entity.name} in order of `{term.attribute}`")
            return
        name, descending, absent = given[position]
        if (descending == term.descending) != request.forward:
            court.refuse("DM464", f"`{name}` of {want.entity.name} comes in the other direction")
            return
        if term.nulls and name not in want.present and absent in {Absent.FIRST, Absent.LAST}:
            first = (absent is Absent.FIRST) == request.forward
            if first != (term.nulls == "first"):
                court.refuse("DM464", f"{want.entity.name} without `{name}` comes at the other end")


def _check_merged(court: Court, reached: Mapping[int, Reached]) -> None:
    """Parts that are interleaved have nothing before their common order that sets their kinds apart."""
    heads = set()
    for rows in reached.values():
        names = {t.attribute for t in _wanted_order(rows.wanted)}
        literals: list[str] = []
        for key_field in rows.key.sort:
            tokens = key_field.value.tokens if isinstance(key_field.value, Template) else ()
            for token in tokens:
                if isinstance(token, Component) and logical_name(token) in names:
                    break
                literals.append(token.text if isinstance(token, TextToken) else "")
        heads.add(tuple(literals))
    if len(heads) > 1:
        court.refuse("DM464", "the merged parts lie apart in the key's order")


def _check_page(
    court: Court,
    request: ReadRequest,
    reached: Mapping[int, Reached],
    limited: list[Reached],
    *,
    merged: bool,
) -> None:
    """A page ends exactly where the limited part has its number of rows (`keys.md` C2, C3)."""
    singles = [r for r in reached.values() if r.wanted.single]
    if not limited:
        if request.page is not None and not (request.page >= len(singles) == len(reached)):
            court.refuse("DM469", f"a page of {request.page} where no limit is declared")
        return
    limits = {r.wanted.limit for r in limited}
    if merged and len(limits) == 1 and len(limited) == len(reached):
        if request.page not in limits:
            court.refuse("DM469", f"a page of {request.page} for a limit of {limits}")
        return
    if len(limited) > 1:
        court.refuse("DM469", "two limited parts cannot share a request")
        return
    if len(singles) + 1 != len(reached):
        court.refuse("DM469", "a part without limit beside a limited one makes the page's end unknown")
    expected = (limited[0].wanted.limit or 0) + len(singles)
    if request.page != expected or request.constant_rows != len(singles):
        court.refuse("DM469", f"a page of {request.page} with {request.constant_rows} constant rows, not {expected}")
    for single in singles:
        one, other = (r.key.sort[0].value for r in (single, limited[0]))
        if not (isinstance(one, Template) and isinstance(other, Template)):
            continue
        before = comes_before(one, other, _fixed_tokens(request))
        if before is None or before != request.forward:
            court.refuse("DM469", f"{single.wanted.entity.name} does not come before the rows of the limited part")


def _fixed_tokens(request: ReadRequest) -> int:
    if not isinstance(request.sort, Interval):
        return 0
    lower, upper, count = request.sort.lower.tokens, request.sort.upper.tokens, 0
    while count < min(len(lower), len(upper)) and lower[count] == upper[count]:
        count += 1
    return count


def judge_projection(
    court: Court,
    request: ReadRequest,
    number: int,
    reached: Reached,
    needed: frozenset[str],
    *,
    several: bool,
) -> None:
    """Every attribute that the answer, the filters and the hiding of expired items need is in the entry."""
    index = court.index(request.index or "")
    want = reached.wanted
    if request.beside:
        _judge_carried(court, request, number, want, needed)
        return
    if index is None or index.projection.type == "ALL" or index.kind == "lsi":
        return  # what a local index does not project the service fetches from the table
    fields = (*reached.partition, *reached.key.sort)
    natural = {f.name for f in fields if not isinstance(f.value, Template)}
    table = court.plan.table
    held = {table.partition.name, table.sort.name, *natural, *index.projection.attributes}
    need = set(needed) | set(filter_attributes(request, number))
    need |= {t.attribute.split("@")[0] for t in want.order} if request.sort_after else set()
    expiry = want.entity.with_role("ttl")
    if expiry:
        need.add(expiry)
    if several:
        need.add(table.type_attribute)
    lacking = sorted(need - held)
    if lacking:
        court.refuse("DM466", f"`{index.name}` does not carry `{lacking[0]}` of {want.entity.name}")


def _judge_carried(court: Court, request: ReadRequest, number: int, want: Wanted, needed: frozenset[str]) -> None:
    """A guard or copy holds what the answer and the filters need, and when its item expires."""
    design = court.design(want.entity.name)
    beside = design.beside_place(request.beside) if design else None
    expiry = want.entity.with_role("ttl")
    held = set(beside.carries) if beside is not None else set()
    held |= {expiry} if expiry and isinstance(beside, GuardDesign) else set()
    need = set(needed) | set(filter_attributes(request, number)) | ({expiry} if expiry else set())
    need |= {t.attribute.split("@")[0] for t in want.order} if request.sort_after else set()
    if needed and beside is not None and isinstance(beside, GuardDesign) and not beside.carries:
        court.refuse("DM466", f"`{request.beside}` of {want.entity.name} carries nothing")
    lacking = sorted(need - held)
    if lacking:
        court.refuse("DM466", f"`{request.beside}` does not carry `{lacking[0]}` of {want.entity.name}")


def needed_attributes(pattern: object, entity: EntityDef) -> frozenset[str]:
    """The stored attributes of an entity that a pattern's answer is made of; all for a whole entity."""
    if not isinstance(pattern, ReadPattern):
        return frozenset()
    via = {name for join in pattern.joins for name in join.via}
    if pattern.count:
        return frozenset(via)
    if pattern.returns is None:
        return frozenset(a.name for a in entity.stored)
    own = {name for name in pattern.returns if attribute_of(entity, name) is not None}
    return frozenset({name.split("@")[0] for name in own} | via)
