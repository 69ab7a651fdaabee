"""All checks of a whole spec, in order; each adds what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.spec.model import ModelSpec


def check(spec: ModelSpec) -> tuple[Diagnostic, ...]:
    """Every mistake that needs more than one part of the spec."""
    del spec
    return ()
