"""Rules about how a table is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.lint.rules.deployment.cache_bypassed import CacheBypassed
from dynamodel.lint.rules.deployment.cache_stale import CacheStale
from dynamodel.lint.rules.deployment.several_writers import SeveralWriters

if TYPE_CHECKING:
    from dynamodel.lint.rule import Rule

RULES: tuple[type[Rule], ...] = (CacheBypassed, CacheStale, SeveralWriters)
