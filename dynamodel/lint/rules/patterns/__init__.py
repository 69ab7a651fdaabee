"""Rules about access patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.lint.rules.patterns.batch_size import BatchSize
from dynamodel.lint.rules.patterns.never_written import NeverWritten
from dynamodel.lint.rules.patterns.scan_rate import ScanRate
from dynamodel.lint.rules.patterns.small_changes import SmallChanges
from dynamodel.lint.rules.patterns.stale_copies import StaleCopies
from dynamodel.lint.rules.patterns.transaction_bytes import TransactionBytes
from dynamodel.lint.rules.patterns.transaction_size import TransactionSize
from dynamodel.lint.rules.patterns.unlimited import Unlimited

if TYPE_CHECKING:
    from dynamodel.lint.rule import Rule

RULES: tuple[type[Rule], ...] = (
    TransactionSize,
    TransactionBytes,
    StaleCopies,
    BatchSize,
    ScanRate,
    Unlimited,
    NeverWritten,
    SmallChanges,
)
