"""Small edits of a program's syntax tree, from which kinds of fault are put together.

An edit looks at one node and gives what stands in its place (None: it does not apply). It knows no model: where it
applies is found out for each package.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

Edit = Callable[[ast.AST], ast.AST | None]


@dataclass(frozen=True, slots=True)
class Site:
    """Where an edit applies: the function around it, and the statement's lines in the file as it was emitted.

    Of a statement with a body these are the lines before the body.
    """

    function: str
    first: int
    last: int


class _Editor(ast.NodeTransformer):
    """Counts where an edit applies; with a number, makes it there."""

    def __init__(self, edit: Edit, only: str, chosen: int | None = None) -> None:
        self._edit, self._only, self._chosen = edit, only, chosen
        self._around: list[str] = []
        self._lines = (0, 0)
        self.sites: list[Site] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Expr) and text_of(node.value) is not None:  # a docstring
            return node
        around, lines = list(self._around), self._lines
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._around.append(node.name)
        if isinstance(node, ast.stmt):
            self._lines = _own_lines(node)
        found = self._edit(node) if self._inside() else None
        if found is not None:
            self.sites.append(Site(".".join(self._around), *self._lines))
        chosen = found is not None and self._chosen == len(self.sites) - 1
        made = ast.copy_location(found, node) if chosen and found is not None else self.generic_visit(node)
        self._around, self._lines = around, lines
        return made

    def _inside(self) -> bool:
        around, inner = ".".join(self._around), self._around[-1] if self._around else ""
        return not self._only or any(
            part[1:] == inner if part.startswith("=") else part in around for part in self._only.split("|")
        )


def _own_lines(node: ast.stmt) -> tuple[int, int]:
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return node.lineno, max(node.lineno, last)


def sites(text: str, edit: Edit, only: str = "") -> list[Site]:
    """Every place of a module where the edit applies.

    `only` are parts of names of functions, separated by `|`; one that begins with `=` is a whole name.
    """
    editor = _Editor(edit, only)
    editor.visit(ast.parse(text))
    return editor.sites


def edited(text: str, edit: Edit, number: int, only: str = "") -> str:
    """The module with the edit made at one of its sites."""
    tree = _Editor(edit, only, number).visit(ast.parse(text))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def name_of(node: ast.AST) -> str:
    """The dotted name of what is called or read; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return ""


def called(node: ast.AST, *names: str) -> ast.Call | None:
    """The node, if it is a call of a function whose dotted name is one of these or ends with `.name`."""
    if not isinstance(node, ast.Call):
        return None
    name = name_of(node.func)
    return node if any(name == n or name.endswith(f".{n}") for n in names) else None


def text_of(node: ast.AST) -> str | None:
    """The text of a constant."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def expression(text: str) -> ast.expr:
    """A new expression."""
    return ast.parse(text, mode="eval").body


def unwrapped(*names: str) -> Edit:
    """`f(x, ...)` becomes `x`."""
    return lambda node: c.args[0] if (c := called(node, *names)) and c.args else None


def replaced_call(names: tuple[str, ...], text: str) -> Edit:
    """`f(...)` becomes the expression; `{0}` and `{1}` in it are its first arguments."""

    def edit(node: ast.AST) -> ast.AST | None:
        call = called(node, *names)
        if call is None or any(f"{{{n}}}" in text and len(call.args) <= n for n in range(3)):
            return None
        return expression(text.format(*(ast.unparse(a) for a in call.args)))

    return edit


def renamed_call(old: str, new: str) -> Edit:
    """`a.old(...)` becomes `a.new(...)`."""

    def edit(node: ast.AST) -> ast.AST | None:
        call = called(node, old)
        if call is None or not isinstance(call.func, ast.Attribute):
            return None
        return ast.Call(ast.Attribute(call.func.value, new, ast.Load()), call.args, call.keywords)

    return edit


def without_argument(names: tuple[str, ...], at: int, least: int) -> Edit:
    """`f(a, b, c)` loses an argument, if it has at least so many."""

    def edit(node: ast.AST) -> ast.AST | None:
        call = called(node, *names)
        if call is None or len(call.args) < least or any(isinstance(a, ast.Starred) for a in call.args):
            return None
        kept = list(call.args)
        del kept[at]
        return ast.Call(call.func, kept, call.keywords)

    return edit


def swapped_arguments(names: tuple[str, ...], one: int, other: int) -> Edit:
    """`f(a, b, c)` with two arguments in each other's place, where they differ."""

    def edit(node: ast.AST) -> ast.AST | None:
        call = called(node, *names)
        if call is None or len(call.args) <= max(one, other):
            return None
        made = list(call.args)
        if ast.unparse(made[one]) == ast.unparse(made[other]):
            return None
        made[one], made[other] = made[other], made[one]
        return ast.Call(call.func, made, call.keywords)

    return edit


def other_text(names: tuple[str, ...], change: Callable[[str], str]) -> Edit:
    """The last text among the arguments of `f("x", ...)` is changed."""

    def edit(node: ast.AST) -> ast.AST | None:
        call = called(node, *names)
        if call is None:
            return None
        at = max((n for n, a in enumerate(call.args) if text_of(a)), default=None)
        if at is None:
            return None
        made = [ast.Constant(change(str(text_of(a)))) if n == at else a for n, a in enumerate(call.args)]
        return ast.Call(call.func, made, call.keywords)

    return edit


def keyword(name: str, value: str | None, *, where: str | None = None, of: str = "") -> Edit:
    """The keyword argument `name` gets another value, or goes (None).

    `where` is the text of the value that it must have, `of` the function that must be called.
    """

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.Call) or (of and called(node, of) is None):
            return None
        held = next((k for k in node.keywords if k.arg == name), None)
        if held is None or (where is not None and ast.unparse(held.value) != where):
            return None
        if value is not None and ast.unparse(held.value) == value:
            return None
        others = [k for k in node.keywords if k is not held]
        return ast.Call(node.func, node.args, [*others, *([ast.keyword(name, expression(value))] if value else [])])

    return edit


def added_keyword(names: tuple[str, ...], name: str, value: str) -> Edit:
    """`f(...)` gets a keyword argument that it has not."""

    def edit(node: ast.AST) -> ast.AST | None:
        call = called(node, *names)
        if call is None or any(k.arg == name for k in call.keywords):
            return None
        return ast.Call(call.func, call.args, [*call.keywords, ast.keyword(name, expression(value))])

    return edit


def left_out(*names: str, holding: Callable[[ast.Call], bool] = lambda _: True) -> Edit:
    """The statement `f(...)` is left out."""

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.Expr):
            return None
        call = called(node.value, *names)
        return ast.Pass() if call is not None and holding(call) else None

    return edit


def without_entry(chosen: Callable[[ast.AST], bool]) -> Edit:
    """A dict loses the first entry whose key is such."""

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.Dict):
            return None
        at = next((n for n, k in enumerate(node.keys) if k is not None and chosen(k)), None)
        if at is None:
            return None
        return ast.Dict(
            [k for n, k in enumerate(node.keys) if n != at], [v for n, v in enumerate(node.values) if n != at]
        )

    return edit


def entry_value(chosen: Callable[[ast.AST], bool], value: str) -> Edit:
    """A dict's first entry whose key is such gets another value."""

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.Dict):
            return None
        at = next((n for n, k in enumerate(node.keys) if k is not None and chosen(k)), None)
        if at is None:
            return None
        return ast.Dict(node.keys, [expression(value) if n == at else v for n, v in enumerate(node.values)])

    return edit


def condition(value: str) -> Edit:
    """`if x:` becomes `if VALUE:`; `{0}` in the value is `x`."""

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.If):
            return None
        return ast.If(expression(value.format(f"({ast.unparse(node.test)})")), node.body, node.orelse)

    return edit


def returned(value: str) -> Edit:
    """`return x` becomes `return VALUE`, where it is another."""

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.Return) or node.value is None or ast.unparse(node.value) == value:
            return None
        return ast.Return(expression(value.format(ast.unparse(node.value))))

    return edit


def operator(old: type[ast.cmpop], new: type[ast.cmpop], holding: str = "") -> Edit:
    """A comparison with another operator, where its text holds these words."""

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], old) or holding not in ast.unparse(node):
            return None
        return ast.Compare(node.left, [new(), *node.ops[1:]], node.comparators)

    return edit


def replaced(old: str, new: str) -> Edit:
    """An expression (or statement) that reads like this becomes another."""

    def edit(node: ast.AST) -> ast.AST | None:
        if not isinstance(node, ast.expr) or ast.unparse(node) != old:
            return None
        return expression(new)

    return edit


def text_replaced(old: str, new: str) -> Edit:
    """A text constant that holds these words is changed in them."""

    def edit(node: ast.AST) -> ast.AST | None:
        found = text_of(node)
        return ast.Constant(found.replace(old, new, 1)) if found and old in found else None

    return edit
