"""The engine gives templates their view and nothing else, and lets a user replace one file at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from dynamodel.emit import engine
from dynamodel.emit.engine import environment, render
from dynamodel.emit.locate import template_folder
from dynamodel.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class GreetingView:
    """A view with one field."""

    name: str


def _write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_view_is_rendered_with_its_blocks_trimmed(tmp_path: Path) -> None:
    _write(tmp_path, "greeting/a.jinja", "  {% if name %}\nHello {{ name | py }}\n  {% endif %}\n")
    assert render("greeting/a.jinja", GreetingView('O"Neil'), tmp_path) == "Hello 'O\"Neil'\n"


def test_templates_have_no_globals(tmp_path: Path) -> None:
    _write(tmp_path, "a.jinja", "{% for i in range(3) %}{{ i }}{% endfor %}")
    assert environment(tmp_path).globals == {}
    with pytest.raises(UsageError, match="'range' is undefined"):
        render("a.jinja", GreetingView("x"), tmp_path)


def test_a_wrong_template_of_the_user_names_file_and_line(tmp_path: Path) -> None:
    _write(tmp_path, "undefined.jinja", "one\n\n{{ nam }}\n")
    _write(tmp_path, "syntax.jinja", "one\n{% if %}\n")
    for name, line in (("undefined.jinja", 3), ("syntax.jinja", 2)):
        with pytest.raises(UsageError) as caught:
            render(name, GreetingView("x"), tmp_path)
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.code == "DM512"
        assert diagnostic.span is not None
        assert (diagnostic.span.file, diagnostic.span.line) == (str(tmp_path / name), line)


def test_a_wrong_template_of_ours_stays_an_exception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "a.jinja", "{{ nam }}")
    environment.cache_clear()
    monkeypatch.setattr(engine, "template_folder", lambda: tmp_path)
    try:
        with pytest.raises(UndefinedError):
            render("a.jinja", GreetingView("x"))
    finally:
        environment.cache_clear()


def test_an_override_replaces_one_file_and_leaves_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "ours", "a.jinja", "ours a {{ name }}")
    _write(tmp_path / "ours", "b.jinja", "ours b {{ name }}")
    _write(tmp_path / "theirs", "b.jinja", "theirs b {{ name }}")
    environment.cache_clear()
    monkeypatch.setattr(engine, "template_folder", lambda: tmp_path / "ours")
    try:
        view = GreetingView("x")
        assert render("a.jinja", view, tmp_path / "theirs") == "ours a x"
        assert render("b.jinja", view, tmp_path / "theirs") == "theirs b x"
        assert render("b.jinja", view) == "ours b x"
    finally:
        environment.cache_clear()


def test_a_folder_of_templates_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DM511"):
        render("a.jinja", GreetingView("x"), tmp_path / "missing")


@pytest.mark.parametrize("name", ["../engine.py", "/etc/hostname", "a//b", "..\\a", ""])
def test_a_template_is_inside_its_folder(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        render(name, GreetingView("x"))


def test_only_a_dataclass_is_a_view() -> None:
    with pytest.raises(TypeError):
        render("a.jinja", {"name": "x"})


def test_the_built_in_templates_are_found() -> None:
    assert template_folder().joinpath("README.md").is_file()
