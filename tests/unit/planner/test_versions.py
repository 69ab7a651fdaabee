"""The versions of a history are written by the items' own steps, which keep their copies too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline

if TYPE_CHECKING:
    from pathlib import Path

MODEL = """
from dynamodel import Create, Entity, Model, Query, Update, attr


class Page(Entity, identity="key", count=100_000, history="revision"):
    key: int = attr(ge=0, le=10**9)
    mood: int | None = None
    revision: int


class Pages(Model, table="pages", local_indexes=False):
    wanted = Query(Page, by=(Page.revision, Page.mood), consistent={strong}, history=True)
    change = Update(Page, set=Page.mood)
    add = Create(Page)
"""


@pytest.mark.parametrize("strong", [True, False])
def test_a_strong_read_of_versions_by_another_key_is_served_from_copies(tmp_path: Path, strong: bool) -> None:
    file = tmp_path / "model.py"
    file.write_text(MODEL.format(strong=strong), encoding="utf-8")
    plan = pipeline.plan(pipeline.load(file))
    assert [entity.entity for entity in plan.entities if entity.copies] == ["PageVersion"] * strong
    assert plan.pattern("wanted").status == "served"
    assert [step.guards for step in plan.pattern("change").steps] == [(), (0,) * strong]
