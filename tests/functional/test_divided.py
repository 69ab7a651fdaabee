"""Collections whose parts lie in several places, through the whole path: each piece is one request where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.whole import verify

if TYPE_CHECKING:
    from dynamodel.verify.backends.base import Backend

CLINIC = Path(__file__).with_name("divided_model.py")


def test_what_cannot_be_read_at_once_is_read_in_pieces_from_where_it_lies(
    tmp_path: Path, backends: tuple[Backend, ...]
) -> None:
    plan = verify(tmp_path, CLINIC.read_text(), backends)
    chart, desk, period = (plan.pattern(name) for name in ("chart", "at_the_desk", "period"))
    assert [(r.index, tuple(sorted(r.parts))) for r in chart.reads] == [(None, (0, 1)), ("GSI1", (2,)), ("GSI1", (3,))]
    assert [(r.index, r.parts) for r in period.reads] == [(None, (0,)), ("GSI1", (1,)), ("GSI1", (2,))]
    assert [(len(r.parts), r.beside, r.consistent) for r in desk.reads] == [(2, "", True), (1, "COPY1", True)]
    assert [index.entities for index in plan.table.gsis] == [("Visit", "Invoice")]
    (copy,) = next(e.copies for e in plan.entities if e.entity == "Visit")
    assert [c.attribute for c in copy.when] == ["state"]
    assert "no copy is put among the items of a collection" in plan.proof.statement
