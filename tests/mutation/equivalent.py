"""Faults that change nothing anybody could see, by kind, model and function, each with the reason."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("a key without escapes", "shop", "customer_pk"): "a ULID has no character that needs an escape",
    ("a whole partition instead of an entity's part", "sessions", "devices"): "the partition holds sessions only",
}
