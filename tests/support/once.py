"""Packages in which a module that is the same as in an earlier package comes from there.

Type checkers take their time for every module. One whose text and whose imports, to the last, are the same in two
packages has the same types in both, so the second package may import its names from the first.
"""

from __future__ import annotations

import ast
import shutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from pathlib import Path

Modules = dict[str, str]  # texts by name


def once(folder: Path, target: Path, unlike: re.Pattern[str]) -> set[Path]:
    """Copy packages side by side; the modules that were left to an earlier package. `unlike` may differ in each."""
    shutil.copytree(folder, target)
    owners: dict[object, str] = {}
    replaced: set[Path] = set()
    for package in sorted(file.parent for file in target.glob("*/py.typed")):
        texts = {file.stem: file.read_text(encoding="utf-8") for file in package.glob("*.py")}
        alike = {name: unlike.sub("", text) for name, text in texts.items()}
        imports = {name: _imports(text) for name, text in alike.items()}
        for name, text in texts.items():
            whole = tuple((each, alike[each]) for each in sorted(_reached(name, imports)))
            owner = owners.setdefault((name, whole), package.name)
            if owner != package.name:
                lines = [f"from {owner}.{name} import {each} as {each}\n" for each in _defined(text)]
                (package / f"{name}.py").write_text("".join(lines), encoding="utf-8")
                replaced.add(package / f"{name}.py")
    return replaced


@cache
def _imports(text: str) -> set[str]:
    """The modules of its own package that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            found |= {node.module} if node.module else {alias.name for alias in node.names}
    return found


def _reached(name: str, imports: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    left = [name]
    while left:
        each = left.pop()
        if each in imports and each not in reached:
            reached.add(each)
            left += imports[each]
    return reached


def _defined(text: str) -> list[str]:
    """The names that a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return sorted(found)
