"""Why searches are not served: the conflict is irreducible, and its advice works."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.explain.searches import search_conflicts
from dynamodel.planner.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dynamodel.ir.workload import Workload

MODEL = """
from dynamodel import Create, Entity, Get, Model, Search, Ulid, Vector
class Book(Entity, identity="book_id", count=1000):
    book_id: Ulid
    shelf: {shelf}
    meaning: Vector({dimensions})
    mood: Vector(4)
class Film(Entity, identity="film_id", count=1000):
    film_id: Ulid
    {name}: {kind}
class Library(Model{options}):
    book = Get(Book)
    film = Get(Film)
    near = Search(Book, near=Book.meaning, by={by}, limit=5)
    moody = Search(Book, near=Book.mood, limit=5)
"""
PLAIN = {"shelf": "str", "dimensions": 8, "name": "title", "kind": "str", "options": "", "by": "()"}


def loaded(folder: Path, **said: object) -> Workload:
    (folder / "model.py").write_text(MODEL.format(**{**PLAIN, **said}))
    model = pipeline.load(folder / "model.py")
    strong = "strong" in said  # no word of the Python form, only of JSON
    return replace(
        model, patterns=tuple(replace(p, consistent=strong) if p.name == "near" else p for p in model.patterns)
    )


def unserved(model: Workload) -> set[str]:
    return {p.name for p in make_plan(model).patterns if p.status == "unserved"}


@pytest.mark.parametrize(
    ("said", "limit", "advice"),
    [
        ({"options": ', billing="provisioned"'}, "is on demand only", 'bill on demand (billing="on_demand")'),
        ({"strong": True}, "cannot be read strongly", "read `near` with consistent=False"),
        ({"dimensions": 5000}, "has 5000 dimensions", "use vectors of at most 4096 dimensions in `meaning`"),
        ({"shelf": "bool", "by": "Book.shelf"}, "a vector index cannot filter", "do not fix `shelf`"),
        ({"name": "meaning"}, "`Film` has another `meaning`", "call `meaning` of `Film` something else"),
        (
            {"shelf": "Ulid", "by": "Book.shelf", "name": "shelf", "kind": "int"},
            "`Film` has another `shelf`",
            "do not fix `shelf`; call `shelf` of `Film` something else",
        ),
    ],
    ids=["billing", "strong", "dimensions", "filter", "vector", "name"],
)
def test_a_search_that_is_not_served_says_what_stands_in_its_way(
    said: dict[str, object], limit: str, advice: str, tmp_path: Path
) -> None:
    model = loaded(tmp_path, **said)
    left = unserved(model)
    assert "near" in left
    found = search_conflicts(model, left)
    assert {m.pattern for c in found for m in c.members} == left
    assert all(len(c.members) == 1 for c in found), "each is unserved by itself"
    conflict = next(c for c in found if c.members[0].pattern == "near")
    assert limit in conflict.limit
    assert "; ".join(conflict.relax) == advice
    finding = next(f for f in pipeline.plan(model).findings if f.code == "DM440" and "`near`" in f.message)
    assert finding.hint == f"{advice.replace('; ', '; or ')}; or drop it"


def without(model: Workload, names: Iterable[str]) -> Workload:
    return replace(model, patterns=tuple(p for p in model.patterns if p.name not in set(names)))


def test_too_many_vectors_are_an_irreducible_conflict(tmp_path: Path) -> None:
    fields = "\n".join(f"    v{n}: Vector(4)" for n in range(7))
    searches = "\n".join(
        f"    s{n}{x} = Search(Book, near=Book.v{n}, limit=5)" for n in range(7) for x in "ab"[: n + 1]
    )
    (tmp_path / "model.py").write_text(
        "from dynamodel import Create, Entity, Get, Model, Search, Ulid, Vector\n"
        f'class Book(Entity, identity="book_id"):\n    book_id: Ulid\n{fields}\n'
        f"class Library(Model):\n    book = Get(Book)\n    add = Create(Book)\n{searches}\n"
    )
    model = pipeline.load(tmp_path / "model.py")
    left = unserved(model)
    assert left
    (conflict, *more) = search_conflicts(model, left)
    names = [m.pattern for m in conflict.members]
    assert len(names) == 6, "one for each index that a table may have, and one more"
    assert "5 vector indexes of a table" in conflict.limit
    others = {p.name for p in model.reads if p.near is not None} - set(names)
    assert unserved(without(model, others)) != set()
    for name in names:
        assert unserved(without(model, {*others, name})) == set()
    assert left <= {*names, *(m.pattern for c in more for m in c.members)}
