"""Names of the emitted package never meet."""

from __future__ import annotations

from dynamodel.emit.python.names import field_names, moved, protected, settled, unique
from dynamodel.ir.names import method_name


def test_a_taken_name_gets_underscores():
    taken = {"a", "a_"}
    assert unique("a", taken) == "a__"
    assert "a__" in taken


def test_fields_are_no_keywords_no_types_and_not_mangled():
    names = field_names(["class", "list", "self", "__x", "x", "from_dict", "a b", "a_b", "1st"])
    assert list(names.values())[:-1] == ["class_", "list_", "self_", "x", "x_", "from_dict_", "a_b", "a_b_"]
    assert all(name.isidentifier() for name in names.values())


def test_names_of_the_method_give_way_to_its_parameters():
    body = f"item = f({protected('item')}, keys.BASE, g({protected('keys')}), item=1)\nreturn item"
    assert settled(body, ["item", "keys"]) == "item_ = f(item, keys_.BASE, g(keys), item=1)\nreturn item_"


def test_modules_and_types_give_way_to_methods():
    assert moved("x: list[str] = pages.Page(), list: int, requests.pages(1)", {"pages", "list"}) == (
        "x: builtins.list[str] = pages_.Page(), list: int, requests.pages(1)"
    )


def test_the_clients_own_methods_keep_their_names():
    assert [method_name(name) for name in ("params", "every", "orders", "class")] == [
        "params_",
        "every_",
        "orders",
        "class_",
    ]
