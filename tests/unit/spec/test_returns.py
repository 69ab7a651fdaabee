"""`returns` takes one reference, several, or the word "count"."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("returns", "wanted", "count"),
    [("Note.text", ("text",), False), ("(Note.text,)", ("text",), False), ("'count'", None, True)],
)
def test_returns(returns: str, wanted: tuple[str, ...] | None, *, count: bool, tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text(
        dedent(f"""
        from dynamodel import Entity, Model, Query, Ulid
        class Note(Entity, identity=("user_id", "note_id")):
            user_id: Ulid
            note_id: Ulid
            text: str
        class Notes(Model):
            notes = Query(Note, by=Note.user_id, returns={returns})
        """),
        encoding="utf-8",
    )
    (pattern,) = pipeline.load(model).reads
    assert (pattern.returns, pattern.count) == (wanted, count)
