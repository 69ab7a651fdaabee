"""Rules about entities and their attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.lint.rules.entities.counts_expire import CountsExpire
from dynamodel.lint.rules.entities.item_size import ItemSize
from dynamodel.lint.rules.entities.key_size import KeySize
from dynamodel.lint.rules.entities.unused import UnusedEntity

if TYPE_CHECKING:
    from dynamodel.lint.rule import Rule

RULES: tuple[type[Rule], ...] = (ItemSize, KeySize, UnusedEntity, CountsExpire)
