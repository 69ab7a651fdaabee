"""Names of emitted packages are legal, and hide no module that anybody needs."""

from __future__ import annotations

import keyword
import sys

import pytest

from dynamodel.ir.names import package_name


@pytest.mark.parametrize(
    ("model", "package"),
    [
        ("OrderBook", "order_book"),
        ("Calendar", "calendar_table"),
        ("Import", "import_table"),
        ("Pytest", "pytest_table"),
        ("Überblick", "überblick"),
    ],
)
def test_a_package_is_called_as_its_model(model: str, package: str) -> None:
    assert package_name(model) == package


def test_no_package_hides_a_module_of_this_python_or_is_a_keyword() -> None:
    taken = {*(n for n in sys.stdlib_module_names if not n.startswith("_")), *keyword.kwlist}
    packages = {package_name(name) for name in (*taken, *(name.title() for name in taken))}
    assert not packages & taken
    assert all(package.isidentifier() for package in packages)
