"""Built-in templates are compiled once, as modules are; what was compiled is never used for another text."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import Environment

from dynamodel.emit import engine
from dynamodel.emit.engine import environment, render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class View:
    """A view with one field."""

    name: str


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of built-in templates with one in it, where Python may write bytecode."""
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "a.py.jinja").write_text("Hello {{ name }}", encoding="utf-8")
    monkeypatch.setattr(engine, "template_folder", lambda: folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    environment.cache_clear()
    yield folder
    environment.cache_clear()


def anew(name: str = "x", override: Path | None = None) -> str:
    """What a process that begins now renders."""
    environment.cache_clear()
    return render("a.py.jinja", View(name), override)


def test_a_template_is_compiled_by_the_first_process_only(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert anew() == "Hello x"
    (kept,) = (ours / "__pycache__").iterdir()
    assert kept.name.startswith("a.py.")
    assert kept.suffix == ".pyc"

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(Environment, "compile", refuse)
    assert anew("y") == "Hello y"


def test_another_text_another_place_and_half_a_file_are_compiled_anew(ours: Path) -> None:
    anew()
    (kept,) = (ours / "__pycache__").iterdir()
    (ours / "a.py.jinja").write_text("Bye {{ name }}", encoding="utf-8")
    assert anew() == "Bye x"
    whole = kept.read_bytes()
    for part in (b"", whole[: len(whole) // 2], b"no code at all"):
        kept.write_bytes(part)
        assert anew() == "Bye x"
        assert kept.read_bytes() == whole
    moved = ours.rename(ours.with_name("elsewhere"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "template_folder", lambda: moved)
        assert anew() == "Bye x"
        place = environment().get_template("a.py.jinja").root_render_func.__code__.co_filename
    assert place == str(moved / "a.py.jinja")


def test_nothing_is_put_beside_templates_of_the_user_or_where_python_writes_no_bytecode(
    ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "a.py.jinja").write_text("Theirs {{ name }}", encoding="utf-8")
    assert anew(override=theirs) == "Theirs x"
    assert [file.name for file in theirs.iterdir()] == ["a.py.jinja"]
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert anew() == "Hello x"
    assert [file.name for file in ours.iterdir()] == ["a.py.jinja"]


def test_a_folder_that_cannot_be_written_is_no_mistake(ours: Path) -> None:
    (ours / "__pycache__").write_text("in the way", encoding="utf-8")
    assert anew() == "Hello x"
