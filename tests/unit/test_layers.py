"""The import contracts name what exists: a new module of the planner or of verify cannot slip past its judge."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def forbidden(source: str) -> set[str]:
    return {
        module
        for contract in CONTRACTS
        if contract["type"] == "forbidden" and source in contract["source_modules"]
        for module in contract["forbidden_modules"]
    }


def modules(package: str) -> set[str]:
    folder = ROOT.joinpath(*package.split("."))
    names = {p.stem for p in folder.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}
    return {f"{package}.{name}" for name in names - {"__init__", "__pycache__"}}


@pytest.mark.parametrize(
    ("judge", "package", "shared"),
    [
        ("dynamodel.planner.check", "dynamodel.planner", {"check", "checks", "cost"}),
        ("dynamodel.verify.oracle", "dynamodel.verify", {"oracle"}),
    ],
)
def test_a_judge_may_import_nothing_of_its_package_but_what_is_listed(
    judge: str, package: str, shared: set[str]
) -> None:
    allowed = {f"{package}.{name}" for name in shared}
    listed = {name for name in forbidden(judge) if name.startswith(f"{package}.")}
    hint = "name every module of the package in the judge's contract in pyproject.toml"
    assert modules(package) - allowed == listed, hint


def test_the_layers_name_every_room() -> None:
    (layers,) = (contract["layers"] for contract in CONTRACTS if contract["type"] == "layers")
    named = {name.strip() for layer in layers for part in layer.split("|") for name in part.split(":")}
    assert modules("dynamodel") == named


def test_the_core_runs_without_anything_installed() -> None:
    program = "import dynamodel.planner.plan, dynamodel.keys.templates, dynamodel.lint.registry, dynamodel.ir.codec"
    blocked = "import sys; sys.modules.update(dict.fromkeys(['pydantic', 'jinja2', 'boto3', 'moto', 'typer', 'rich']));"
    done = subprocess.run(
        [sys.executable, "-c", blocked + program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
