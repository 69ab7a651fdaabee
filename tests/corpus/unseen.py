"""Seven designs as published guides present them, in the format of the cases: none of them is among the cases.

Each with the number of GSIs that such guides use for it, one table as they do.
"""

from __future__ import annotations

from typing import Any

Case = dict[str, Any]


def entity(name: str, identity: str, others: str = "", parents: dict[str, str] | None = None, unique: str = "") -> Case:
    """`"points:N"` is a number, anything else text; `parents` names the attributes that point to each."""
    names = [word.partition(":") for word in f"{identity} {others}".split()]
    return {
        "name": name,
        "attributes": [{"name": n, "type": kind or "S"} for n, _, kind in names],
        "identity": [word.partition(":")[0] for word in identity.split()],
        "parents": [{"entity": e, "via": via.split()} for e, via in (parents or {}).items()],
        "approx_item_bytes": None,
        "approx_count": None,
        "ttl": None,
        "unique": [[name] for name in unique.split()],
    }


def pattern(name: str, kind: str, entities: str, equals: str = "", order: str = "", **more: Any) -> Case:
    """`between="at"` or `lt="at"` is the range; `limit` means newest first."""
    limits = [{"attr": more[op], "op": op} for op in ("between", "lt") if op in more]
    return {
        "id": name,
        "description": name.replace("_", " "),
        "kind": kind,
        "entities": entities.split(),
        "equals": equals.split(),
        "range": limits[0] if limits else None,
        "order_by": order.split(),
        "descending": "limit" in more,
        "limit": more.get("limit"),
        "filter": [],
        "consistent": False,
        "rps": None,
        "notes": "",
    }


DESIGNS: dict[str, tuple[int, list[Case], list[Case]]] = {
    "a shop with orders by status and date": (
        4,
        [
            entity("Customer", "customer_id", "email name", unique="email"),
            entity("Order", "customer_id order_id", "status placed_at total:N", {"Customer": "customer_id"}),
            entity("Line", "order_id line:N", "product_id qty:N"),
            entity("Product", "product_id", "category price:N name"),
        ],
        [
            pattern("customer", "get", "Customer", "customer_id"),
            pattern("by_email", "get", "Customer", "email"),
            pattern("orders_between", "query", "Order", "customer_id", "placed_at", between="placed_at"),
            pattern("orders_by_status", "query", "Order", "customer_id status", "placed_at", between="placed_at"),
            pattern("open_orders", "query", "Order", "status", "placed_at", between="placed_at"),
            pattern("lines", "query", "Line", "order_id"),
            pattern("sales_of", "query", "Line", "product_id"),
            pattern("in_category", "query", "Product", "category", "price"),
            pattern("place", "put", "Order"),
            pattern("add", "put", "Line"),
        ],
    ),
    "a leaderboard of a game and of each country": (
        2,
        [
            entity("Player", "player_id", "country name"),
            entity("Score", "player_id game", "points:N country at", {"Player": "player_id"}),
        ],
        [
            pattern("player", "get", "Player", "player_id"),
            pattern("mine", "query", "Score", "player_id"),
            pattern("one", "get", "Score", "player_id game"),
            pattern("top", "query", "Score", "game", "points", limit=10),
            pattern("top_of_country", "query", "Score", "game country", "points", limit=10),
            pattern("set", "put", "Score"),
        ],
    ),
    "readings of devices over time": (
        2,
        [
            entity("Device", "device_id", "site model"),
            entity("Reading", "device_id at", "value:N severity site", {"Device": "device_id"}),
        ],
        [
            pattern("device", "get", "Device", "device_id"),
            pattern("of_site", "query", "Device", "site"),
            pattern("during", "query", "Reading", "device_id", "at", between="at"),
            pattern("latest", "query", "Reading", "device_id", "at", limit=1),
            pattern("severe", "query", "Reading", "site severity", "at", between="at"),
            pattern("write", "put", "Reading"),
        ],
    ),
    "who follows whom, an adjacency list": (
        1,
        [
            entity("User", "user_id", "name"),
            entity("Follow", "follower followee", "since"),
            entity("Post", "user_id post_id", "text", {"User": "user_id"}),
            entity("Like", "post_id user_id", "at"),
        ],
        [
            pattern("user", "get", "User", "user_id"),
            pattern("follows", "query", "Follow", "follower"),
            pattern("followers", "query", "Follow", "followee", "since", limit=50),
            pattern("is_following", "get", "Follow", "follower followee"),
            pattern("posts", "query", "Post", "user_id", "post_id", limit=20),
            pattern("likes", "query", "Like", "post_id"),
            pattern("liked", "query", "Like", "user_id", "at", limit=20),
            pattern("follow", "put", "Follow"),
            pattern("like", "put", "Like"),
        ],
    ),
    "what somebody did, whatever it was": (
        1,
        [
            entity("User", "user_id", "name"),
            entity("Post", "post_id", "user_id at text", {"User": "user_id"}),
            entity("Comment", "comment_id", "user_id at post_id text", {"User": "user_id"}),
            entity("Like", "like_id", "user_id at post_id", {"User": "user_id"}),
        ],
        [
            pattern("user", "get", "User", "user_id"),
            pattern("did", "collection", "Post Comment Like", "user_id", "at", limit=20),
            pattern("post", "put", "Post"),
            pattern("like", "put", "Like"),
        ],
    ),
    "tickets for seats": (
        2,
        [
            entity("Event", "event_id", "venue starts"),
            entity("Seat", "event_id seat", "status order_id"),
            entity("Order", "user_id order_id", "made total:N"),
        ],
        [
            pattern("event", "get", "Event", "event_id"),
            pattern("at_venue", "query", "Event", "venue", "starts", between="starts"),
            pattern("seats", "query", "Seat", "event_id"),
            pattern("free", "query", "Seat", "event_id status"),
            pattern("of_order", "query", "Seat", "order_id"),
            pattern("orders", "query", "Order", "user_id", "made", limit=20),
            pattern("hold", "update", "Seat", "event_id seat"),
            pattern("event_with_seats", "collection", "Event Seat", "event_id"),
        ],
    ),
    "tasks of many tenants": (
        3,
        [
            entity("Tenant", "tenant_id", "plan"),
            entity("Member", "tenant_id member_id", "email name", {"Tenant": "tenant_id"}, unique="email"),
            entity("Project", "tenant_id project_id", "name", {"Tenant": "tenant_id"}),
            entity("Task", "tenant_id project_id task_id", "status assignee due", {"Project": "tenant_id project_id"}),
        ],
        [
            pattern("tenant", "get", "Tenant", "tenant_id"),
            pattern("members", "query", "Member", "tenant_id"),
            pattern("by_email", "get", "Member", "email"),
            pattern("projects", "query", "Project", "tenant_id"),
            pattern("tasks", "query", "Task", "tenant_id project_id"),
            pattern("by_status", "query", "Task", "tenant_id status", "due"),
            pattern("of_assignee", "query", "Task", "tenant_id assignee", "due", lt="due"),
            pattern("task", "get", "Task", "tenant_id project_id task_id"),
            pattern("add", "put", "Task"),
        ],
    ),
}


def case(name: str) -> Case:
    """A design as a case file's content."""
    _, entities, patterns = DESIGNS[name]
    return {"id": name.replace(" ", "-"), "title": name, "entities": entities, "patterns": patterns}
