"""Faults that change nothing anybody could see, by kind, model and function, each with the reason."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("a key without escapes", "chat", "room_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "rubis", "category_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "shop", "customer_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "storefront", "product_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "tracker", "person_pk"): "a ULID has no character that needs an escape",
    ("a whole partition instead of an entity's part", "sessions", "devices"): "the partition holds sessions only",
    ("a whole partition instead of an entity's part", "chat", "members_of_room"): "the partition holds members only",
    ("a whole partition instead of an entity's part", "tracker", "people"): "the partition holds people only",
}
