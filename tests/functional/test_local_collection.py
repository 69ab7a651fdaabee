"""Strong collections in local indexes, through the whole path: one request, whatever order the table has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.whole import verify

if TYPE_CHECKING:
    from dynamodel.verify.backends.base import Backend

BANK = Path(__file__).with_name("local_collection_model.py")


def test_what_is_read_strongly_in_another_order_is_one_request_of_a_local_index(
    tmp_path: Path, backends: tuple[Backend, ...]
) -> None:
    plan = verify(tmp_path, BANK.read_text(), backends)
    asked = {p.name: [(r.index, len(r.parts), r.consistent) for r in p.reads] for p in plan.patterns if p.reads}
    assert asked == {
        "position": [("LSI1", 2, True)],
        "open_holds": [("LSI2", 2, True)],
        "wallet": [(None, 2, True)],
        "glance": [("LSI1", 2, False)],
        "largest": [("LSI1", 1, False)],
        "hold": [(None, 1, True)],
        "card_by_label": [("LSI1", 1, True)],
    }
    assert [(i.name, i.entities) for i in plan.table.indexes] == [
        ("LSI1", ("Account", "Hold", "Card")),
        ("LSI2", ("Account", "Hold")),
    ]
    hold = next(e for e in plan.entities if e.entity == "Hold")
    assert [[c.attribute for c in k.when] for k in hold.indexes] == [[], ["state"]]
