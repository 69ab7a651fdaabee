"""Which items would stray into an index of attributes, or be refused because of one."""

from __future__ import annotations

import pytest

from dynamodel.ir.values import Kind, ValueType
from dynamodel.planner.strays import Strays
from tests.support.small import attribute, entity, equals, part, read, signature, workload

NEVER_EMPTY = ValueType(Kind.STRING, min_length=1)
NUMBER = ValueType(Kind.INTEGER)


ONE = entity("One", "a", attribute("x", NEVER_EMPTY), attribute("n", NUMBER), attribute("m", NEVER_EMPTY))
TWO = entity("Two", "b", "m", attribute("x", NEVER_EMPTY), attribute("n", NEVER_EMPTY), attribute("y", NEVER_EMPTY))
MODEL = workload((ONE, TWO), (read("p", part("Two", equals("x"), order="y")),))


@pytest.mark.parametrize(
    ("names", "found"),
    [(("x",), {"Two"}), (("x", "a"), set()), (("y",), {"Two"}), ((), {"Two"}), (("computed",), set())],
    ids=["both have it", "one alone has both", "the other alone", "the type alone", "nobody stores it"],
)
def test_every_item_that_has_all_attributes_of_a_key_is_in_its_index(names: tuple[str, ...], found: set[str]) -> None:
    assert Strays(MODEL).into(names, ["One"]) == found


def test_of_its_own_entities_none_strays() -> None:
    assert Strays(MODEL).into(("x",), ["One", "Two"]) == set()


@pytest.mark.parametrize(("name", "refused"), [("x", False), ("n", True), ("m", True), ("a", False)])
def test_a_key_attribute_has_one_type_everywhere_and_is_never_empty(name: str, *, refused: bool) -> None:
    """`n` is a number here and a text there, `m` of the other may be empty; `a` nobody else has."""
    assert Strays(MODEL).are_refused(ONE, (name,)) == refused


def test_guards_hold_an_owner_so_no_key_is_made_of_one() -> None:
    owned = entity("One", "a", attribute("owner", NEVER_EMPTY))
    assert not Strays(workload((owned,), ())).are_refused(owned, ("owner",))
    guarded = workload((owned, entity("Two", "b", "mail", unique=("mail",))), ())
    assert Strays(guarded).are_refused(owned, ("owner",))


def test_a_stray_is_welcome_where_the_same_key_answers_a_read_of_its_own() -> None:
    strays = Strays(MODEL)
    assert strays.have_use({"Two"}, signature("One", "x", "y"))
    assert not strays.have_use({"Two"}, signature("One", "x"))
    assert not strays.have_use({"Two"}, signature("One", "n"))
    assert strays.have_use(set(), signature("One", "n"))
