"""Faults that change nothing anybody could see, by kind, model and function, each with the reason."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("a key without escapes", "chat", "room_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "rubis", "category_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "shop", "customer_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "storefront", "product_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "tracker", "person_pk"): "a ULID has no character that needs an escape",
    ("a key without escapes", "divided", "patient_pk"): "a ULID has no character that needs an escape",
    ("a whole partition instead of an entity's part", "sessions", "devices"): "the partition holds sessions only",
    ("a whole partition instead of an entity's part", "chat", "members_of_room"): "the partition holds members only",
    ("a whole partition instead of an entity's part", "tracker", "people"): "the partition holds people only",
    ("a whole partition instead of an entity's part", "rubis", "bid_history"): "the partition holds bids only",
    ("a whole partition instead of an entity's part", "shop", "stock_of_product"): "the partition holds stock only",
    ("a whole partition instead of an entity's part", "helpdesk", "tickets_of_customer"): (
        "the partition holds tickets only"
    ),
    ("a whole partition instead of an entity's part", "everything", "counters"): "the partition holds counters only",
    ("a whole partition instead of an entity's part", "shapes", "feed"): "the partition holds its two types only",
    ("a whole partition instead of an entity's part", "divided", "chart_2"): "the partition holds visits only",
    ("plan: a read in the other direction", "divided", "chart"): "its first request finds what comes in any order",
    ("plan: a read in the other direction", "shapes", "posts"): "its rows are put in order after they are read",
    ("an update that creates a bare item", "divided", "change_state"): "it was read, and its state must be the same",
    ("an update that creates a bare item", "tracker", "rename"): "it was read, and its handle must still be the same",
    ("an update that creates a bare item", "everything", "rename"): "it was read, and its email must be the same",
    ("an update that creates a bare item", "helpdesk", "change_email"): "it was read, and its email must be the same",
    ("lists of a collection that turn back out of step", "gaming", "gather"): "no list of it has pages",
    ("lists of a collection that turn back out of step", "shop", "gather"): "no list of it has pages",
    ("lists of a collection that turn back out of step", "tracker", "gather"): "one list of it has pages",
    ("lists of a collection that turn back out of step", "helpdesk", "gather"): "one list of it has pages",
    ("lists of a collection that turn back out of step", "everything", "gather"): "one list of it has pages",
    ("a collection without its way back", "gaming", "gather"): "no list of it has pages",
    ("a collection without its way back", "shop", "gather"): "no list of it has pages",
}
