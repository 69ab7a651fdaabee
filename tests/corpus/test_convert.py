"""The converter on cases small enough to see the answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.casefile import BadCase, parse_case
from tests.corpus.convert import convert


def entity(name: str, attributes: str, identity: str, **more: Any) -> dict[str, Any]:
    """An entity from `"a:S b:N"` and `"a b"`."""
    types = [dict(zip(("name", "type"), a.split(":"), strict=True)) for a in attributes.split()]
    facts = {"parents": [], "approx_item_bytes": None, "approx_count": None, "ttl": None, "unique": []}
    return {"name": name, "attributes": types, "identity": identity.split(), **facts, **more}


def pattern(kind: str, entities: str, equals: str = "", **more: Any) -> dict[str, Any]:
    """A pattern with everything else left empty; `id` is `p` unless given."""
    facts: dict[str, Any] = {"range": None, "order_by": [], "descending": False, "limit": None, "filter": []}
    facts |= {"consistent": False, "rps": None, "notes": "", "description": "", "id": "p"}
    return {**facts, "kind": kind, "entities": entities.split(), "equals": equals.split(), **more}


def converted(entities: list[dict[str, Any]], *patterns: dict[str, Any], plan: Any = ()) -> Any:
    """The converted case of these."""
    expert = {"pattern_plan": list(plan)}
    return convert(parse_case({"id": "tiny-case", "entities": entities, "patterns": patterns, "expert": expert}))


def only(entities: list[dict[str, Any]], *patterns: dict[str, Any], plan: Any = ()) -> dict[str, Any]:
    """The first access pattern, without its name."""
    body = dict(converted(entities, *patterns, plan=plan).spec["patterns"][0])
    body.pop("name")
    return body


def ref(text: str, **more: Any) -> dict[str, Any]:
    """`"Order.date"` as a reference."""
    return {**dict(zip(("entity", "name"), text.split("."), strict=True)), **more}


USER = entity("User", "userId:S email:S name:S score:N", "userId", unique=[["email"]])
ORDER = entity("Order", "orderId:S userId:S date:S total:N", "orderId", parents=[{"entity": "User", "via": ["userId"]}])
LINE = entity("Line", "orderId:S n:N sku:S", "orderId n", parents=[{"entity": "Order", "via": ["orderId"]}])


@pytest.mark.parametrize(
    ("equals", "kind"), [("userId", "get"), ("email", "get"), ("name", "query"), ("userId name", "query")]
)
def test_a_get_by_something_that_is_not_unique_is_a_query(equals: str, kind: str) -> None:
    assert only([USER], pattern("get", "User", equals))["kind"] == kind


def test_a_query_keeps_its_range_order_and_limit_and_drops_fixed_order_terms() -> None:
    asked = pattern("query", "Order", "userId", range={"attr": "date", "op": "gte"}, order_by=["userId", "date"],
                    descending=True, limit=5)  # fmt: skip
    assert only([USER, ORDER], asked) == {
        "kind": "query",
        "entity": "Order",
        "by": [ref("Order.userId")],
        "range": {"op": "ge", "attr": ref("Order.date"), "given": True},
        "order_by": [ref("Order.date", descending=True)],
        "limit": 5,
    }


def test_a_range_with_eq_is_an_equality() -> None:
    body = only([ORDER | {"parents": []}], pattern("query", "Order", "userId", range={"attr": "date", "op": "eq"}))
    assert body["by"] == [ref("Order.userId"), ref("Order.date")]
    assert "range" not in body


def test_a_filter_of_unknown_kind_is_a_second_inequality_or_presence() -> None:
    thing = entity("Thing", "id:S owner:S level:N tags:SS", "id")
    result = converted([thing], pattern("query", "Thing", "owner", filter=["level", "tags"]))
    assert result.spec["patterns"][0]["filter"] == [
        {"op": "ge", "attr": ref("Thing.level"), "given": True},
        {"op": "present", "attr": ref("Thing.tags")},
    ]
    tags = result.spec["entities"][0]["attributes"][3]
    assert tags["optional"]


def test_what_the_author_filters_may_be_filtered_and_the_rest_may_not() -> None:
    asked = pattern("query", "Order", "userId total", range={"attr": "date", "op": "gt"})
    row = {"id": "p", "operation": "Query", "requests": 1, "filter": True, "key_condition": "pk = <userId> AND > :date"}
    body = only([ORDER | {"parents": []}], asked, plan=[row])
    assert body["by"] == [ref("Order.userId")]
    assert body["range"] == {"op": "gt", "attr": ref("Order.date"), "given": True}
    assert body["filter"] == [{"op": "eq", "attr": ref("Order.total"), "given": True}]
    without = only([ORDER | {"parents": []}], asked, plan=[row | {"key_condition": "pk = <userId>"}])
    assert [c["op"] for c in without["filter"]] == ["eq", "gt"]
    scanned = only([ORDER | {"parents": []}], asked, plan=[row | {"operation": "Scan"}])
    assert "filter" not in scanned


def test_the_limit_of_a_collection_counts_its_root() -> None:
    body = only(
        [USER, ORDER], pattern("collection", "User Order", "userId", order_by=["date"], descending=True, limit=11)
    )
    assert body["by"] == [ref("User.userId")]
    assert body["parts"] == [
        {"kind": "get", "entity": "User"},
        {"kind": "query", "entity": "Order", "order_by": [ref("Order.date", descending=True)], "limit": 10},
    ]


def test_a_root_is_found_through_the_name_that_its_children_use() -> None:
    account = entity("Account", "id:S name:S", "id")
    member = entity("Member", "accountId:S id:S", "accountId id", parents=[{"entity": "Account", "via": ["accountId"]}])
    body = only([account, member], pattern("collection", "Account Member", "accountId"))
    assert body["by"] == [ref("Account.id")]
    assert [p["kind"] for p in body["parts"]] == ["get", "query"]


def test_what_the_fixed_attributes_do_not_reach_is_read_beside_the_collection() -> None:
    result = converted([USER, ORDER, LINE], pattern("collection", "User Order Line", "userId"))
    assert result.names["p"] == ("p", "p_Line")
    assert [p["entity"] for p in result.spec["patterns"][0]["parts"]] == ["User", "Order"]
    assert result.spec["patterns"][1]["by"] == [ref("Line.orderId")]


def test_a_query_that_names_parents_returns_their_attributes_with_the_rows() -> None:
    body = only([USER, ORDER], pattern("query", "Order User", "date"))
    assert body["entity"] == "Order"
    assert ref("User.name") in body["returns"]
    assert ref("User.userId") not in body["returns"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("update_user_score", {"add": [ref("User.score")]}),
        ("rename_user", {"set": [ref("User.name"), ref("User.score")]}),
    ],
)
def test_an_update_changes_what_its_id_names_else_all_that_may_change(name: str, change: dict[str, Any]) -> None:
    body = only([USER], pattern("update", "User", "userId", id=name))
    assert body == {"kind": "update", "entity": "User", **change}


def test_a_transaction_creates_the_first_and_counts_on_its_parents() -> None:
    like = entity("Like", "userId:S postId:S", "userId postId", parents=[{"entity": "Post", "via": ["postId"]}])
    post = entity("Post", "postId:S shares:N likes:N", "postId")
    body = only([like, post], pattern("transact", "Like Post", "userId postId", id="like_post"))
    assert body["steps"] == [
        {"kind": "create", "entity": "Like"},
        {"kind": "update", "entity": "Post", "add": [ref("Post.likes")]},
    ]


def test_a_parent_without_a_number_is_checked() -> None:
    note = entity("Note", "noteId:S userId:S", "noteId", parents=[{"entity": "Person", "via": ["userId"]}])
    person = entity("Person", "userId:S name:S", "userId")
    body = only([note, person], pattern("transact", "Note Person", "userId"))
    assert [s["kind"] for s in body["steps"]] == ["create", "check"]


def test_each_of_two_parents_of_one_type_has_a_step() -> None:
    links = [{"entity": "Person", "via": [name]} for name in ("one", "two")]
    person = entity("Person", "userId:S friends:N", "userId")
    body = only(
        [entity("Tie", "one:S two:S", "one two", parents=links), person], pattern("transact", "Tie Person", "one two")
    )
    assert [s.get("by") for s in body["steps"]] == [None, [ref("Tie.one")], [ref("Tie.two")]]


def test_a_transaction_that_could_only_check_puts_its_items() -> None:
    tag = entity("Tag", "tagId:S", "tagId")
    body = only([tag], pattern("transact", "Tag", "tagId", id="update_tag"))
    assert body == {"kind": "put", "entity": "Tag"}


def test_a_transaction_that_fixes_nothing_creates_everything_and_several_children() -> None:
    body = only([ORDER | {"parents": []}, LINE], pattern("transact", "Order Line"))
    assert [s["kind"] for s in body["steps"]] == ["create", "create"]
    assert body["steps"][1]["times"] == [3, 20]


def test_an_id_that_deletes_deletes() -> None:
    body = only([USER, ORDER], pattern("transact", "User Order", "userId orderId", id="deleteUserAndOrder"))
    assert [s["kind"] for s in body["steps"]] == ["update", "delete"]


@pytest.mark.parametrize(
    ("equals", "more"),
    [
        ("userId", {}),
        ("name", {"by": [ref("User.name")]}),
        ("userId name", {"when": [{"op": "eq", "attr": ref("User.name"), "given": True}]}),
    ],
)
def test_a_delete_finds_its_items_or_names_one_and_says_what_must_hold(equals: str, more: dict[str, Any]) -> None:
    assert only([USER], pattern("delete", "User", equals)) == {"kind": "delete", "entity": "User", **more}


def test_only_the_experts_operation_tells_a_transaction_that_reads() -> None:
    row = {"id": "p", "operation": "TransactGetItems", "requests": 1, "filter": False}
    body = only([USER, LINE], pattern("transact", "User Line", "userId orderId n"), plan=[row])
    assert [s["kind"] for s in body["steps"]] == ["get", "get"]


def test_numbers_are_whole_only_where_a_key_may_hold_them() -> None:
    attributes = converted([LINE | {"parents": []}, USER], pattern("put", "Line")).spec["entities"]
    kinds = {a["name"]: a["type"] for e in attributes for a in e["attributes"]}
    assert (kinds["n"], kinds["score"]) == ("integer", "decimal")


def test_the_expiry_is_a_time_only_when_it_is_a_number() -> None:
    session = entity("Session", "token:S ttl:N", "token", ttl="ttl")
    text = entity("Text", "token:S until:S", "token", ttl="until")
    first, second = converted([session, text], pattern("put", "Session")).spec["entities"]
    assert first["attributes"][1] == {"name": "ttl", "type": "datetime", "role": "ttl"}
    assert "role" not in second["attributes"][1]


def test_one_table_has_one_expiry_attribute() -> None:
    one, two = entity("One", "id:S ttl:N", "id", ttl="ttl"), entity("Two", "id:S until:N ttl:S", "id", ttl="until")
    first, second = converted([one, two], pattern("put", "One")).spec["entities"]
    assert [a["name"] for a in first["attributes"]] == ["id", "ttl"]
    assert [(a["name"], a.get("role")) for a in second["attributes"]] == [("id", None), ("ttl", "ttl"), ("ttl_2", None)]


def test_names_become_legal_and_stay_apart() -> None:
    odd = entity("Odd", "id:S class:S a-b:S a_b:S", "id")
    result = converted([odd], pattern("query", "Odd", "a-b", id="by-ab"), pattern("query", "Odd", "a_b", id="by_ab"))
    assert [a["name"] for a in result.spec["entities"][0]["attributes"]] == ["id", "class_", "a_b", "a_b_2"]
    assert result.names == {"by-ab": ("by_ab",), "by_ab": ("by_ab_2",)}


@pytest.mark.parametrize(
    ("attributes", "identity", "generated"),
    [
        ("orderId:S", "orderId", True),
        ("id:S", "id", True),
        ("userName:S", "userName", False),
        ("orderId:N", "orderId", False),
        ("orderId:S lineId:S", "orderId lineId", False),
    ],
)
def test_a_single_text_called_an_id_is_generated(attributes: str, identity: str, generated: bool) -> None:
    first = converted([entity("Thing", attributes, identity)], pattern("put", "Thing")).spec["entities"][0][
        "attributes"
    ][0]
    assert first.get("generated", False) == generated


def test_an_id_that_links_to_something_else_is_not_generated() -> None:
    count = entity("UserCount", "userId:S n:N", "userId", parents=[{"entity": "User", "via": ["userId"]}])
    user, other = converted([USER, count], pattern("put", "User")).spec["entities"]
    assert user["attributes"][0]["generated"]
    assert "generated" not in other["attributes"][0]


def test_a_link_to_the_own_kind_may_be_absent() -> None:
    employee = entity("Employee", "id:S boss:S", "id", parents=[{"entity": "Employee", "via": ["boss"]}])
    attributes = converted([employee], pattern("query", "Employee", "boss")).spec["entities"][0]["attributes"]
    assert attributes[1]["optional"]


def test_a_link_by_part_of_an_identity_is_not_declared() -> None:
    child = entity("Note", "noteId:S n:N", "noteId", parents=[{"entity": "Line", "via": ["n"]}])
    assert "parent" not in converted([LINE | {"parents": []}, child], pattern("put", "Note")).spec["entities"][1]


def test_a_unique_set_that_a_lookup_entity_keeps_is_not_kept_twice() -> None:
    lookup = entity("Email", "email:S userId:S", "email", parents=[{"entity": "User", "via": ["userId"]}])
    entities = converted([USER, lookup], pattern("put", "User")).spec["entities"]
    assert "unique" not in entities[0]
    assert converted([USER], pattern("put", "User")).spec["entities"][0]["unique"] == [["email"]]


def test_what_is_no_case_is_refused_in_words() -> None:
    with pytest.raises(BadCase, match="not a case file"):
        parse_case({"id": "x"})
    with pytest.raises(BadCase, match="no known entity: Nobody"):
        parse_case({"id": "x", "entities": [USER], "patterns": [pattern("get", "Nobody")]})
