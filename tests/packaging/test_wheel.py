"""What is installed is what was built: the wheel comes from the sdist, holds everything, and runs without dev tools."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from importlib.metadata import distribution as metadata_of
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent


def python(*arguments: str, cwd: Path = ROOT) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked(*folders: str) -> set[str]:
    done = subprocess.run(["git", "ls-files", "-z", *folders], capture_output=True, text=True, check=True, cwd=ROOT)
    return {path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    python("-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def test_the_wheel_holds_every_module_and_template_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = tracked("dynamodel") | {f"dynamodel/{path}" for path in tracked("templates")}
    assert any(name.startswith("dynamodel/templates/") for name in names)
    assert {name for name in wanted - names if not name.endswith(".gitignore")} == set()
    untracked = {name for name in names - wanted if "__pycache__" in name or name.endswith(".pyc")}
    assert untracked == set()
    assert {name.split("/")[0] for name in names} == {"dynamodel"}


def test_the_sdist_can_be_tested(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {"/".join(name.split("/")[1:]) for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "README.md", "Makefile", "tests/conftest.py"} <= names


def test_the_wheel_is_under_the_license_it_names(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
        licenses = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert "License-Expression: Apache-2.0" in text
    assert len(licenses) == 1


def required(wheel: Path) -> set[str]:
    """The distributions that a wheel needs, directly or not, by the names in this environment's metadata."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        needed = message_from_bytes(archive.read(metadata)).get_all("Requires-Dist", [])
    waiting = [(Requirement(text), "") for text in needed]
    found: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        for wanted in ("", *requirement.extras):
            if (requirement.name, wanted) not in found:
                found.add((requirement.name, wanted))
                waiting += [(Requirement(text), wanted) for text in metadata_of(requirement.name).requires or ()]
    return {name for name, _ in found}


def test_a_clean_environment_without_dev_tools_plans_and_emits(built: tuple[Path, Path], tmp_path: Path) -> None:
    """The environment has what the wheel declares and nothing else: a link to each distribution of this one."""
    venv.create(tmp_path / "clean", with_pip=False)
    inside = tmp_path / "clean" / "bin"
    (site,) = (tmp_path / "clean" / "lib").glob("python3*/site-packages")
    for name in required(built[1]):
        distribution = metadata_of(name)
        roots = {path.parts[0] for path in distribution.files or () if path.parts[0] not in {"..", "__pycache__"}}
        for root in roots:
            if not (site / root).exists():
                (site / root).symlink_to(Path(str(distribution.locate_file(root))))
    assert not (site / "pytest").exists()
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    python("-m", "pip", "--python", str(inside / "python"), "install", *options, str(built[1]))
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}

    def run(*words: str) -> str:
        done = subprocess.run(
            [str(inside / words[0]), *words[1:]],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=environment,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("dynamodel", "--version").startswith("dynamodel ")
    assert run("dynamodel", "init") == "model.py\n"
    assert "11 of 11 access patterns served" in run("dynamodel", "plan", "model.py")
    assert "cloudformation/board.yaml" in run("dynamodel", "emit", "model.py", "--to", "build").splitlines()
    assert "11 of 11" in run("dynamodel", "verify", "model.py")
    installed = run("python", "-c", "import dynamodel; print(dynamodel.__file__)")
    assert installed.startswith(str(tmp_path))
