"""Findings that name a declaration by its path get its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.catalog import finding
from dynamodel.diagnostics import SourceSpan
from dynamodel.ir.located import located

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.workload import Workload

MODEL = """from dynamodel import Create, Entity, Get, Model
class User(Entity, identity="user_id"):
    user_id: str
    name: str
class Club(Model):
    user = Get(User)
    join = Create(User)
"""


@pytest.fixture
def club(tmp_path: Path) -> Workload:
    (tmp_path / "model.py").write_text(MODEL)
    return pipeline.load(tmp_path / "model.py")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("User",), 2),
        (("User", "name"), 4),
        (("User", "USER#{user_id}#"), 2),
        (("Club", "join"), 7),
        (("Club",), 5),
        (("GSI1",), 5),
        ((), 5),
    ],
)
def test_the_place_is_that_of_what_the_path_names(club: Workload, path: tuple[str, ...], line: int) -> None:
    (found,) = located(club, [finding("DM455", "something", path=path)])
    assert found.span is not None
    assert (found.span.line, found.path) == (line, path)


def test_a_place_that_is_known_stays(club: Workload) -> None:
    span = SourceSpan("other.py", 3)
    (found,) = located(club, [finding("DM455", "something", span=span, path=("User",))])
    assert found.span == span
