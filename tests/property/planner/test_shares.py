"""The hottest partition: the planner's and the judge's reckoning beside populations counted row by row."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import pytest

from dynamodel.dynamo import heat
from dynamodel.ir.entities import Bucket, BucketUnit, Estimate, ParentDef, Rate
from dynamodel.ir.values import Kind, ValueType
from dynamodel.ir.writes import StepDef, StepKind
from dynamodel.planner.checks import shares
from tests.support.small import attribute, entity, equals, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.writes import WritePattern

MICRO = 1_000_000
Row = dict[str, int]


def population(random: Random) -> list[Row]:
    """Rows with a number each, a skewed and an evenly spread attribute, and a parent of two attributes."""
    count, values = random.randint(6, 60), random.randint(1, 6)
    skewed = [random.choice((1, 1, 5, 20)) for _ in range(values)]
    parents = [(random.randint(0, 2), random.randint(0, 2)) for _ in range(random.randint(1, 5))]
    even = random.choice([n for n in range(1, 7) if count % n == 0])
    return [
        {"k": n, "skewed": random.choices(range(values), skewed)[0], "even": n % even, "p": one, "q": other}
        for n in range(count)
        for one, other in [random.choice(parents)]
    ]


def fullest(rows: Sequence[Row], names: Sequence[str]) -> int:
    """Of a million rows as many as are in the largest partition, rounded up."""
    most = Counter(tuple(row[n] for n in names) for row in rows).most_common(1)[0][1]
    return -(-most * MICRO // len(rows))


def told(random: Random, rows: Sequence[Row]) -> EntityDef:
    """An entity that declares what is true of the rows, or a part of it."""
    by_value = Counter(row["skewed"] for row in rows)
    share = tuple((str(value), -(-count * MICRO // len(rows))) for value, count in by_value.items())
    most = Counter((row["p"], row["q"]) for row in rows).most_common(1)[0][1]
    parent = ParentDef("P", ("p", "q"), Estimate(1, most, assumed=random.random() < 0.2))
    skewed = attribute("skewed", share=share if random.random() < 0.8 else ())
    even = attribute("even", distinct=len({row["even"] for row in rows}))
    return entity("E", "k", skewed, even, "p", "q", count=len(rows), parents=(parent,))


def test_no_share_is_less_than_what_is_counted_and_the_judge_finds_the_same() -> None:
    known = exact = 0
    for seed in range(400):
        random = Random(seed)
        rows = population(random)
        owner = told(random, rows)
        for size in range(4):
            for names in combinations(("k", "skewed", "even", "p", "q"), size):
                claimed, true = heat.largest_share(owner, names), fullest(rows, names)
                assert shares.fullest(owner, names) == (claimed or 0), f"seed {seed}: {names}"
                most = heat.largest_partition(owner, names)
                assert shares.most_together(owner, names) == (most or 0), f"seed {seed}: {names}"
                assert most is None or most * MICRO >= true * len(rows) - MICRO, f"seed {seed}: {names}"
                if claimed is None:
                    continue
                known += 1
                exact += abs(claimed - true) <= 1
                assert claimed >= true - 1, f"seed {seed}: {names} claims {claimed}, there are {true}"
    assert known > 3_000
    assert exact > known // 2  # it is no bound that is never met


def steps() -> list[tuple[WritePattern, StepDef]]:
    found = []
    for kind in (StepKind.CREATE, StepKind.PUT, StepKind.UPDATE, StepKind.DELETE):
        for hottest in (None, 300_000):
            step = StepDef(kind, "E", "e" if kind in {StepKind.CREATE, StepKind.PUT} else "", equals("k"))
            other = StepDef(StepKind.UPDATE, "Other", "", equals("o"))
            found += [
                (write("w", *every, rate=Rate(MICRO, MICRO), hottest=hottest), step)
                for every in ((step,), (other, step))
            ]
    return found


@pytest.mark.parametrize(("pattern", "step"), steps())
def test_the_judge_meets_the_same_partitions_as_the_planner(pattern: WritePattern, step: StepDef) -> None:
    time = ValueType(Kind.DATETIME)
    for seed in range(40):
        random = Random(seed)
        owner = told(random, population(random))
        bucket = attribute("day", ValueType(Kind.STRING), bucket=Bucket(BucketUnit.DAY, "at"))
        role = random.choice(("created", None))
        owner = entity(
            "E",
            "k",
            *[a for a in owner.attributes if a.name != "k"],
            attribute("at", time, role=role),
            bucket,
            count=90,
        )
        for names in ((), ("k",), ("skewed",), ("even", "skewed"), ("day",), ("day", "even"), ("p", "q"), ("p",)):
            met = shares.written(owner, names, pattern, step)
            assert (met.partition, met.item) == heat.written_shares(owner, names, pattern, step), names
            for hottest in (None, 400_000):
                assert shares.asked(owner, names, hottest) == heat.read_share(owner, names, hottest)


def test_an_assumed_rate_has_no_peak() -> None:
    for rate in (Rate(5, 9), Rate(5, 9, assumed=True)):
        assert shares.peak_of(rate) == heat.declared_peak(rate) == (0 if rate.assumed else 9)
