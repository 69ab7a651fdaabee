"""Where in the user's Python files something was said: bytecode positions, refined with the syntax tree.

In: frames of user code. Out: `SourceSpan`s (character columns from 1) and the names of the declarations around them.
A place is remembered as code object and instruction, and turned into a line only when somebody asks for it.
"""

from __future__ import annotations

import ast
import os
import sys
from collections import deque
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dynamodel.diagnostics import SourceSpan
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from types import CodeType, FrameType

_HERE = str(Path(__file__).parent)
_OTHERS = f"{os.sep}pydantic{os.sep}"
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")  # where statements stand in statements


@dataclass(frozen=True, slots=True)
class Place:
    """An instruction of user code; `span()` computes what it stands for."""

    code: CodeType
    instruction: int

    @property
    def file(self) -> str:
        """The file of the code, as it was given to the compiler."""
        return self.code.co_filename

    def span(self) -> SourceSpan:
        """File, line and column of the expression that the instruction belongs to."""
        positions = _positions(self.code)
        at = self.instruction // 2
        line, column = positions[at] if 0 <= at < len(positions) else (None, None)
        if not line:
            return SourceSpan(self.file)
        return SourceSpan(self.file, line, source_file(self.file).characters(line, column or 0) + 1)


_Positions = tuple[tuple[int | None, int | None], ...]
_known: dict[tuple[int, bytes], _Positions] = {}


def _positions(code: CodeType) -> _Positions:
    """Line and column of each instruction; the body of a large model's class has tens of thousands.

    They follow from the code's first line and its table of lines. These are hashed at once; a code is hashed with all
    its constants, each time.
    """
    asked = code.co_firstlineno, code.co_linetable
    if asked not in _known:
        _known[asked] = tuple((line, column) for line, _, column, _ in code.co_positions())
    return _known[asked]


def place_of(frame: FrameType | None) -> Place | None:
    """The instruction that a frame is executing."""
    return Place(frame.f_code, frame.f_lasti) if frame else None


def caller_place() -> Place | None:
    """The instruction of the nearest frame outside this package and Pydantic."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the only way to a place without a traceback
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(_HERE) and _OTHERS not in file and not file.startswith("<frozen"):
            return place_of(frame)
        frame = frame.f_back
    return None


class SourceFile:
    """The text and syntax tree of one user file; both empty when it cannot be read or parsed."""

    def __init__(self, file: str) -> None:
        """Read and parse the file."""
        try:
            self.text = Path(file).read_text(encoding="utf-8")
            self.tree: ast.Module = ast.parse(self.text)
        except (OSError, ValueError, SyntaxError, RecursionError):
            self.text, self.tree = "", ast.Module(body=[], type_ignores=[])
        self.file = file
        self.lines = self.text.splitlines()
        self._members: dict[ast.ClassDef, dict[str, ast.stmt]] = {}

    def characters(self, line: int, offset: int) -> int:
        """A column in UTF-8 bytes as a column in characters."""
        if not 0 < line <= len(self.lines):
            return offset
        return len(self.lines[line - 1].encode()[:offset].decode(errors="replace"))

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> SourceSpan:
        """Where a syntax node begins."""
        return SourceSpan(self.file, node.lineno, self.characters(node.lineno, node.col_offset) + 1)

    def path_at(self, span: SourceSpan) -> tuple[str, ...]:
        """The names of the classes and assignments around a place, outermost first."""
        names: list[str] = []
        body: list[ast.stmt] = self.tree.body
        while True:
            inner = next((s for s in body if _first_line(s) <= span.line <= (s.end_lineno or s.lineno)), None)
            if isinstance(inner, ast.ClassDef):
                names.append(inner.name)
                body = inner.body
                continue
            if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
                names.append(inner.targets[0].id)
            elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
                names.append(inner.target.id)
            return tuple(names)

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """Class statements, nested ones too, the outer first."""
        found: list[ast.ClassDef] = []
        inside: deque[ast.AST] = deque([self.tree])
        while inside:
            node = inside.popleft()
            if isinstance(node, ast.ClassDef):
                found.append(node)
            for part in _BLOCKS:
                inside.extend(getattr(node, part, ()))
        return found

    @cached_property
    def _classes(self) -> dict[str, list[ast.ClassDef]]:
        """Class statements by name, in order."""
        found: dict[str, list[ast.ClassDef]] = {}
        for node in self.classes:
            found.setdefault(node.name, []).append(node)
        return found

    @cached_property
    def _calls(self) -> dict[int, list[ast.Call | ast.ClassDef]]:
        """Calls and class statements by the line in which they begin."""
        found: dict[int, list[ast.Call | ast.ClassDef]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call | ast.ClassDef):
                found.setdefault(node.lineno, []).append(node)
        return found

    def class_at(self, name: str, line: int) -> ast.ClassDef | None:
        """The class statement of that name that covers a line."""
        return next(
            (c for c in self._classes.get(name, ()) if _first_line(c) <= line <= (c.end_lineno or c.lineno)), None
        )

    def member(self, class_name: str, line: int, name: str) -> ast.stmt | None:
        """The statement of a class body that assigns or annotates a name."""
        found = self.class_at(class_name, line)
        return self._members_of(found).get(name) if found else None

    def _members_of(self, node: ast.ClassDef) -> dict[str, ast.stmt]:
        """The first statement of a class body that assigns or annotates each name."""
        if node not in self._members:
            known: dict[str, ast.stmt] = {}
            for statement in node.body:
                for name in _targets(statement):
                    known.setdefault(name, statement)
            self._members[node] = known
        return self._members[node]

    def repeated(self, class_name: str, line: int) -> list[tuple[str, ast.stmt, ast.stmt]]:
        """Names that a class body assigns more than once: name, first statement, repeated statement."""
        found = self.class_at(class_name, line)
        first: dict[str, ast.stmt] = {}
        twice: list[tuple[str, ast.stmt, ast.stmt]] = []
        for statement in found.body if found else []:
            for name in _targets(statement):
                if name in first:
                    twice.append((name, first[name], statement))
                first.setdefault(name, statement)
        return twice

    def keyword(self, span: SourceSpan, name: str) -> SourceSpan | None:
        """Where the value of a keyword stands, in the call or class statement that begins at a place."""
        for node in self._calls.get(span.line, ()):
            begins = self.characters(node.lineno, node.col_offset) + 1
            if isinstance(node, ast.Call) and begins != span.column:
                continue
            for keyword in node.keywords:
                if keyword.arg == name:
                    return self.span(keyword.value)
        return None

    def keyword_name(self, span: SourceSpan, name: str) -> SourceSpan | None:
        """Where the name of a keyword stands, in the calls and class statements that begin in a line."""
        for node in self._calls.get(span.line, ()):
            for keyword in node.keywords:
                if keyword.arg == name:
                    return self.span(keyword)
        return None


@lru_cache(maxsize=64)
def source_file(file: str) -> SourceFile:
    """The parsed file, read once for a load (`forget` empties the memory)."""
    return SourceFile(file)


def forget() -> None:
    """Drop every parsed file, so that the next load reads the files as they are then."""
    source_file.cache_clear()
    _known.clear()


def _first_line(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, ast.ClassDef | ast.FunctionDef) else []
    return min([statement.lineno, *(d.lineno for d in decorators)])


def _targets(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Assign):
        return [t.id for t in statement.targets if isinstance(t, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    return []
