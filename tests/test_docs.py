"""The README is true: its model loads, its commands print what it shows, its program runs, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import doc_blocks

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's files, in which its commands have run once, each as the README shows it."""
    place = tmp_path_factory.mktemp("readme")
    wrong = []
    for block in doc_blocks.blocks(PAGE):
        if block.file:
            (place / block.file).write_text(block.body, encoding="utf-8")
        for command in doc_blocks.commands(block) if block.info == "console" else ():
            printed = doc_blocks.run(command.line, place)
            if not doc_blocks.matches(command.output, printed):
                wrong.append(f"$ {command.line}\n{printed}")
    assert not wrong, "the README shows something else:\n" + "\n".join(wrong)
    return place


def test_every_command_prints_what_the_readme_shows(folder: Path) -> None:
    assert (folder / "helpdesk.py").is_file()


def test_the_program_runs_with_the_emitted_package(folder: Path) -> None:
    programs = [b for b in doc_blocks.blocks(PAGE) if b.runs]
    assert programs
    for program in programs:
        done = doc_blocks.run_program(program, folder)
        assert done.returncode == 0, done.stderr


def test_every_link_leads_to_a_file_of_the_checkout() -> None:
    pages = [ROOT / "README.md", ROOT / "examples/README.md", *sorted((ROOT / "examples").glob("*/README.md"))]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_no_page_installs_somebody_elses_package() -> None:
    for page in [ROOT / "README.md", *(ROOT / "examples").rglob("*.md")]:
        assert not re.search(r"(pip|uv|pipx)\S* (install|add) [\"']?dynamodel", page.read_text(encoding="utf-8"))


def test_an_output_with_dots_matches_any_lines_between() -> None:
    assert doc_blocks.matches("a\n...\nz\n", "a\nb\nc\nz\n")
    assert doc_blocks.matches("a\n...\n", "a\n")
    assert not doc_blocks.matches("a\n...\nz\n", "a\nb\nc\n")
    assert doc_blocks.matches("a …\nb\n", "a 1 s\nb\n")
    assert not doc_blocks.matches("a …\n", "a 1 s\nb\n")
