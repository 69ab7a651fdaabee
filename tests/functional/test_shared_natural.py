"""An index of attributes that several entities share, the type in its partition, through the whole path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dynamodel.ir.plan import KeyAttribute
from tests.support.whole import verify

if TYPE_CHECKING:
    from dynamodel.verify.backends.base import Backend

LEDGER = Path(__file__).with_name("ledger_model.py")
TYPE = KeyAttribute("_type")


def test_entities_that_agree_share_an_index_of_attributes(tmp_path: Path, backends: tuple[Backend, ...]) -> None:
    plan = verify(tmp_path, LEDGER.read_text(), backends)
    by_account, by_due = plan.table.gsis
    assert (by_account.partition, by_account.sort) == ((TYPE, KeyAttribute("account")), (KeyAttribute("made_at"),))
    assert (by_due.partition, by_due.sort) == ((TYPE,), (KeyAttribute("due", "N"),))
    assert by_account.entities == by_due.entities == ("Invoice", "Payment")
    assert not any(step.changes or step.read_first for p in plan.patterns for step in p.steps)
