"""Names of a package's own that a model's names move aside: only where they are names."""

from __future__ import annotations

from dynamodel.emit.python.names import moved, protected, settled


def test_a_parameter_moves_names_but_not_what_stands_in_quotes() -> None:
    body = 'page = yield from find("page", \'the page\', limit=2, page=page.items)  # "\\"page"'
    assert settled(body, ["page"]) == (
        'page_ = yield from find("page", \'the page\', limit=2, page=page_.items)  # "\\"page"'
    )


def test_a_parameter_itself_keeps_its_name() -> None:
    assert settled(f"page = {protected('page')}", ["page"]) == "page_ = page"


def test_methods_move_modules_and_types_but_not_what_stands_in_quotes() -> None:
    text = 'pages.Page(list[str], "pages.Page", "a list of", keys.pages.x)'
    assert moved(text, ["pages", "list"]) == (
        'pages_.Page(builtins.list[str], "pages.Page", "a list of", keys.pages.x)'
    )
