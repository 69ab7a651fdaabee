"""The optimum against exhaustive search, and what a certificate promises, on many small random models."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from itertools import combinations, permutations, product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from dynamodel.explain.variants import with_at_most
from dynamodel.ir.codec import plan_text
from dynamodel.ir.reads import Equal, Op
from dynamodel.ir.values import Constant, Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner import component, integer, search
from dynamodel.planner.needs import all_needs
from dynamodel.planner.places import Place
from dynamodel.planner.plan import COST_TOLERANCE, make_plan
from dynamodel.planner.problem import EntityProblem
from dynamodel.planner.serve import Signature, SortPart, serve
from dynamodel.planner.sizes import fits
from dynamodel.planner.solve import solve
from tests.property.planner import test_requests
from tests.support.small import Rate, attribute, entity, equals, part, ranged, read, workload, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import ConditionDef
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.planner.needs import Need

Rank = tuple[int, ...]


def small_model(random: Random, most: int = 3) -> Workload:
    """One entity of two or three attributes, one to three reads, some writes; sizes and rates that make trades."""
    identity = random.choice(("k", "k", "j k"))
    others = [attribute(n, size=random.choice((5, 50, 150))) for n in ("a", "b")]
    others.append(attribute("body", size=random.choice((10, 3000))))
    owner = entity("E", identity, *others, count=random.choice((10, 100_000)))
    names = [*identity.split(), "a", "b"]
    patterns = []
    # Reads with and without a value of the caller's would meet in the constant partition, which candidates leave out.
    counts = (0,) if random.random() < 0.15 else (1, 1, 1, 2)
    for number in range(random.randint(1, most)):
        fixed = random.sample(names, random.choice(counts))
        equals = tuple(
            Equal(n, Constant("x") if i and random.random() < 0.5 else Given(n)) for i, n in enumerate(fixed)
        )
        free = [n for n in names if n not in fixed]
        order = [
            ("-" if random.random() < 0.4 else "") + n
            for n in random.sample(free, min(len(free), random.choice((0, 1, 2))))
        ]
        range_ = ranged(order[0].lstrip("-"), Op.LE) if order and random.random() < 0.3 else None
        returns = tuple(random.sample(names, 2)) if random.random() < 0.4 else None
        rate = Rate(*[random.choice((100_000, 5_000_000))] * 2)
        one = part("E", equals, order=" ".join(order), range_=range_, rows=random.choice((1, 20)))
        patterns.append(read(f"p{number}", one, returns=returns, rate=rate))
    writes = []
    if random.random() < 0.7:
        rate = Rate(*[random.choice((10_000, 3_000_000))] * 2)
        writes.append(write("create", StepDef(StepKind.CREATE, "E", "e"), rate=rate))
    if random.random() < 0.7:
        actions = (ActionDef(ActionKind.SET, random.choice(("a", "b", "body")), Given("new")),)
        by = tuple(Equal(n, Given(n)) for n in identity.split())
        writes.append(write("change", StepDef(StepKind.UPDATE, "E", equals=by, actions=actions)))
    # Copies, which a scarce number of indexes would bring in, are no part of the exhaustive search.
    return workload((owner,), (*patterns, *writes), indexes=random.choice((20, 20, 1)), copies=False)


def sequences(names: list[str], most: int) -> Iterator[tuple[SortPart, ...]]:
    """Every sort sequence; the first component ascending, since a whole key read backwards is its inverse."""
    for count in range(most + 1):
        for chosen in permutations(names, count):
            for bits in product((False, True), repeat=max(0, count - 1)):
                yield tuple(SortPart(n, d) for n, d in zip(chosen, (False, *bits), strict=False))


def every_index(owner: EntityDef, needs: list[Need]) -> list[Signature]:
    """Every signature over the attributes that serves something, with every sparse condition that a need implies."""
    names = [a.name for a in owner.attributes if a.name != "body"]
    conditions: dict[tuple[ConditionDef, ...], None] = {(): None}
    for need in needs:
        for count in range(1, len(need.conditions) + 1):
            conditions |= dict.fromkeys(combinations(need.conditions, count))
    found = []
    smallest = 1 if all(need.equals for need in needs) else 0
    for count in range(smallest, min(2, len(names)) + 1):
        for partition in combinations(names, count):
            rest = [n for n in names if n not in partition]
            for sort in sequences(rest, 3):
                for when in conditions:
                    one, shorter = (Signature("E", partition, s, when) for s in (sort, sort[:-1]))
                    served = [serve(one, need, owner) is not None for need in needs]
                    idle = sort and served == [serve(shorter, need, owner) is not None for need in needs]
                    if any(served) and not idle:
                        found += directions(owner, one, "GSI1")
    return found


def directions(owner: EntityDef, key: Signature, place: str) -> list[Signature]:
    """The key and its inverse, which answers the same: one of them is shorter if some of its texts descend."""
    inverse = replace(key, sort=tuple(replace(p, descending=not p.descending) for p in key.sort))
    able = [s for s in (key, inverse) if fits(owner, s, place)]
    return able if any(p.descending for p in key.sort) else able[:1]


def every_base(owner: EntityDef) -> Iterator[Signature]:
    for count in range(1, len(owner.identity) + 1):
        for partition in combinations(owner.identity, count):
            for rest in permutations([n for n in owner.identity if n not in partition]):
                for bits in product((False, True), repeat=len(rest)):
                    yield Signature("E", partition, tuple(SortPart(n, d) for n, d in zip(rest, bits, strict=True)))


def exhaustive(model: Workload, allowance: float = float("inf")) -> dict[int, Rank] | None:
    """The best rank for each number of indexes; None where trying everything would take too long."""
    owner = model.entities[0]
    needs = list(all_needs(model))
    problem = EntityProblem(model, owner)
    indexes = every_index(owner, needs)
    # Indexes may have one key and hold different attributes: a wide one to read a row, a narrow one to list many.
    able = {
        i: [(s, copy) for copy in range(min(i + 1, 3)) for s in indexes if serve(s, need, owner)]
        for i, need in enumerate(needs)
    }
    size = 1
    for options in able.values():
        size *= len(options) + 2
    if size > allowance:
        return None
    best: dict[int, Rank] = {}
    for base in every_base(owner):
        options: list[list[tuple[Signature, int] | str | None]] = []
        for i, need in enumerate(needs):
            by_base = set(owner.identity) <= need.eq or serve(base, need, owner) is not None
            # No index is made for what the base table answers, be its entries ever so narrow.
            options.append(["base"] if by_base else [*able[i], None])
        for chosen in product(*options):
            used = list(dict.fromkeys(c for c in chosen if isinstance(c, tuple)))
            if len(used) > model.options.indexes:
                continue
            at = [0 if c == "base" else 1 + used.index(c) if isinstance(c, tuple) else None for c in chosen]
            assigned = [(n, a) for n, a in zip(needs, at, strict=True) if a is not None]
            unserved = [n for n, a in zip(needs, at, strict=True) if a is None]
            for forms in product(*(problem.forms(s) for s, _ in used)):
                own = [Place("own", s, "E", form=form) for (s, _), form in zip(used, forms, strict=True)]
                rank = problem.evaluate([Place("base", base, "E"), *own], assigned, unserved).rank
                best[len(used)] = min(best.get(len(used), rank), rank)
    return best


def within(ranks: dict[int, Rank], count: int) -> Rank:
    return min(rank for used, rank in ranks.items() if used <= count)


def test_the_optimum_is_what_trying_everything_finds() -> None:
    tried = 0
    models = int(os.environ.get("DYNAMODEL_OPTIMA", "1000"))
    for seed in range(models):
        model = small_model(Random(seed))
        truth = exhaustive(model, 3_000 if seed < 50 else 300)
        if truth is None:
            continue
        tried += 1
        outcome = solve(model)
        assert outcome.complete
        for solution in outcome.by_count:
            assert solution.rank == within(truth, solution.indexes), f"seed {seed}, {solution.indexes} indexes"
        assert outcome.by_count[-1].rank == within(truth, 99), f"seed {seed}"
        for count in range(outcome.by_count[-1].indexes):
            fewer = solve(with_at_most(model, count)).by_count[-1]
            assert fewer.rank == within(truth, count), f"seed {seed}, at most {count} indexes"
        if seed % 4:
            continue
        plan = make_plan(model)
        least = min(truth.values())
        cheap = [
            n for n, r in truth.items() if r[:-1] == least[:-1] and r[-1] * 100 <= least[-1] * (100 + COST_TOLERANCE)
        ]
        assert len(plan.table.gsis) == min(cheap), f"seed {seed}: more indexes than needed"
    assert tried > models * 3 // 4, tried


def test_the_integer_model_finds_what_the_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left to the search: HiGHS alone must give the same requests and cost for each number of indexes."""
    most = 0
    for seed in range(60):
        model = small_model(Random(seed), most=3 + seed % 4)
        monkeypatch.setattr(search, "MOST_NODES", 1_000_000)
        searched = solve(model)
        monkeypatch.setattr(search, "MOST_NODES", 0)
        solved = solve(model)
        assert (searched.gap, solved.gap) == (0, 0), f"seed {seed}"
        for one, other in zip(searched.by_count, solved.by_count, strict=True):
            assert (one.rank, one.indexes) == (other.rank, other.indexes), f"seed {seed}"
        most = max(most, solved.by_count[-1].indexes)
    assert most > 2


def test_a_cost_that_is_not_proven_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short, the integer model says how much less a layout may cost, and never less than there is."""
    told = 0
    for seed in range(40):
        model = small_model(Random(seed), most=6)
        monkeypatch.setattr(search, "MOST_NODES", 1_000_000)
        truth = make_plan(model)
        monkeypatch.setattr(search, "MOST_NODES", 0)
        monkeypatch.setattr(integer, "MOST_ROUNDS", 1)
        plan = make_plan(model)
        assert plan.proof.cost_lower_bound <= truth.cost.monthly, f"seed {seed}"
        if "may cost up to" in plan.proof.statement:
            told += 1
            assert plan.proof.gap > 0
            assert "DM405" in {f.code for f in plan.findings}
    assert told > 3


def test_what_is_cut_short_is_never_called_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not all ways to place the collections tried: the gap is what any layout costs at least, and it is printed."""
    told = 0
    for seed in range(40):
        model = mixed_model(Random(seed)) if seed % 2 else crowded_model(Random(seed))
        truth = min(s.rank for s in solve(model).by_count)
        with monkeypatch.context() as patched:
            patched.setattr(component, "MOST_EFFORT", 0)
            patched.setattr(component, "UNBOUNDED", 0)
            plan, outcome = make_plan(model), solve(model)
        assert outcome.minimum_cost() - outcome.gap <= truth[-1], f"seed {seed}"
        if outcome.gap or not outcome.complete:
            told += 1
            assert plan.proof.gap > 0, f"seed {seed}"
            assert "DM405" in {f.code for f in plan.findings}
        else:
            assert min(s.rank for s in outcome.by_count) == truth, f"seed {seed}"
    assert told > 5


def crowded_model(random: Random) -> Workload:
    """An entity that is read together with each of several others, one of which is read with more."""
    names = ["A", "B", "C", "D"][: random.randint(3, 4)]
    hub = entity("Hub", "h", attribute("text", size=random.choice((10, 900))), count=1000)
    others = [
        entity(
            n, f"h {n.lower()}", attribute("body", size=random.choice((20, 60, 500))), count=random.choice((1, 9000))
        )
        for n in names
    ]
    patterns: list[Pattern] = []
    for n in names:
        rate = Rate(*[random.choice((1, 5)) * 1_000_000] * 2)
        patterns.append(
            read(f"with_{n}", part("Hub", equals("h")), part(n, equals("h"), rows=random.choice((2, 30))), rate=rate)
        )
        patterns.append(write(f"put_{n}", StepDef(StepKind.PUT, n), rate=rate))
    if random.random() < 0.5:
        patterns.append(read("all", *(part(n, equals("h"), rows=3) for n in ["Hub", *random.sample(names, 2)])))
    if random.random() < 0.5:
        patterns.append(read("bodies", part(names[0], equals("h"), order="body", limit=3)))
    return workload([hub, *others], patterns, copies=False)


def strong_model(random: Random) -> Workload:
    """Collections that lists of one kind come with, some of them strong: parts of these are answered by copies."""
    hub = entity("Hub", "h", attribute("text", size=random.choice((10, 900))), count=1000)
    below = entity("A", "h a", attribute("body", size=random.choice((20, 500))), count=9000)
    beside = [entity(n, n.lower(), attribute("h"), attribute("x", size=8), count=9000) for n in "BC"]
    patterns: list[Pattern] = []
    for number in range(3):
        parts = [part("Hub", equals("h"))] if random.random() < 0.7 else []
        parts += [part("A", equals("h"), rows=4)] if random.random() < 0.6 or not parts else []
        for one in beside:
            if random.random() < 0.6 or len(parts) == 1:
                order = random.choice(("", "-x", "-" + one.identity[0]))
                parts.append(part(one.name, equals("h"), rows=5, order=order, limit=5 if order else None))
        rate = Rate(*[random.choice((1, 5)) * 1_000_000] * 2)
        patterns.append(read(f"with{number}", *parts, consistent=random.random() < 0.5, rate=rate))
    patterns += [write(f"put_{e.name}", StepDef(StepKind.CREATE, e.name, "item")) for e in (hub, below, *beside)]
    return workload([hub, below, *beside], patterns)


def test_bounding_loses_no_placing_of_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    """With bounds and without: the same requests, indexes and cost. A bound that is too high would lose some."""
    bounded = 0
    for seed in range(40):
        make = (mixed_model, crowded_model, strong_model)[seed % 3]
        model = make(Random(seed))
        with monkeypatch.context() as patched:
            patched.setattr(component, "MOST_EFFORT", 1_000_000)
            patched.setattr(component, "UNBOUNDED", 99)
            truth = solve(model)
            patched.setattr(component, "UNBOUNDED", 0)
            found = solve(model)
        assert found.complete == truth.complete, f"seed {seed}"
        ranks = [[(s.rank, s.indexes) for s in one.by_count] for one in (truth, found)]
        assert ranks[0] == ranks[1], f"seed {seed}"
        bounded += truth.by_count[-1].indexes > 0
    assert bounded > 20


@pytest.mark.parametrize(("kind", "seeds"), [("one entity", 80), ("collections", 30), ("crowded", 4)])
def test_one_more_pattern_never_makes_it_cheaper(kind: str, seeds: int) -> None:
    for seed in range(seeds):
        make = {"one entity": partial(small_model, most=5), "collections": mixed_model, "crowded": crowded_model}
        model = make[kind](Random(seed))
        whole = min(s.rank for s in solve(model).by_count)
        for dropped in model.patterns:
            rest = [p for p in model.patterns if p is not dropped]
            fewer = workload(model.entities, rest, indexes=model.options.indexes, copies=False)
            rank = min(s.rank for s in solve(fewer).by_count)
            assert rank <= whole, f"seed {seed} without {dropped.name}"


@pytest.mark.parametrize("kind", ["one entity", "collections"])
def test_the_certificate_holds(kind: str) -> None:
    """Its members share no key whatever, and it never asks for more indexes than serve everything."""
    proven = 0
    for seed in range(120):
        model = small_model(Random(seed), most=5) if kind == "one entity" else mixed_model(Random(seed))
        plan = make_plan(model)
        if any(p.status == "unserved" for p in plan.patterns):
            continue
        assert plan.proof.gsi_lower_bound <= len(plan.table.gsis), f"seed {seed}: {plan.proof.statement}"
        proven += plan.proof.gsi_lower_bound == len(plan.table.gsis) > 0
        assert plan.proof.gsi_lower_bound in {len(plan.proof.incompatible), len(plan.proof.incompatible) - 1}
        if kind == "one entity":
            check_incompatible(model, {m.pattern for m in plan.proof.incompatible}, f"seed {seed}")
    assert proven > 20


def check_incompatible(model: Workload, names: set[str], told: str) -> None:
    owner = model.entities[0]
    members = [n for n in all_needs(model) if n.pattern in names]
    assert len(members) == len(names)
    for one, other in combinations(members, 2):
        by_identity = {n.pattern for n in (one, other) if set(owner.identity) <= n.eq}
        for key in (*every_index(owner, [one, other]), *every_base(owner)):
            both = [n for n in (one, other) if serve(key, n, owner) is not None]
            assert len(both) < 2, f"{told}: {key} serves {one.pattern} and {other.pattern}"
        for key in every_base(owner):
            served = {n.pattern for n in (one, other) if n.pattern in by_identity or serve(key, n, owner) is not None}
            assert len(served) < 2, f"{told}: the base key {key} serves {one.pattern} and {other.pattern}"


def mixed_model(random: Random) -> Workload:
    entities = test_requests.make_entities(random)
    patterns = test_requests.make_patterns(random, entities)
    return workload(entities, patterns, copies=False)


def fingerprints() -> str:
    """One digest over the plans of many models, the bytes that would be committed."""
    digest = hashlib.sha256()
    for seed in range(12):
        digest.update(plan_text(make_plan(mixed_model(Random(seed)))).encode())
        digest.update(plan_text(make_plan(small_model(Random(seed), most=5))).encode())
    nodes, effort = search.MOST_NODES, component.MOST_EFFORT
    try:
        search.MOST_NODES, component.MOST_EFFORT = 0, 5  # the integer model, and a search that is cut short
        for seed in range(3):
            digest.update(plan_text(make_plan(small_model(Random(seed), most=6))).encode())
            digest.update(plan_text(make_plan(crowded_model(Random(seed)))).encode())
    finally:
        search.MOST_NODES, component.MOST_EFFORT = nodes, effort
    return digest.hexdigest()


def test_the_plan_does_not_depend_on_hash_seeds() -> None:
    root = Path(__file__).parents[3]
    command = f"import sys; sys.path.insert(0, {str(root)!r}); from {__name__.split('.')[-1]} import fingerprints"
    found = {
        subprocess.run(
            [sys.executable, "-c", f"{command}; print(fingerprints())"],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}{os.pathsep}{Path(__file__).parent}"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert found == {f"{fingerprints()}\n"}


def test_the_order_of_patterns_decides_nothing_but_names() -> None:
    for seed in range(60):
        model = small_model(Random(seed), most=5)
        turned = workload(model.entities, model.patterns[::-1], indexes=model.options.indexes, copies=False)
        one, other = make_plan(model), make_plan(turned)
        assert one.cost == other.cost, f"seed {seed}"
        assert len(one.table.gsis) == len(other.table.gsis), f"seed {seed}"
