"""A progress bar on standard error, on a terminal only."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dynamodel.cli import console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[str], None] | None]:
    """Something to call with a few words after each of `total` steps; None where nobody watches.

    The bar is gone when the block is left, so that what is printed afterwards stands alone.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    terminal = Console(stderr=True, no_color=not console.colored(sys.stderr))
    with Progress(*columns, console=terminal, transient=True) as bar:
        task = bar.add_task(escape(title), total=total)
        yield lambda words: bar.update(task, advance=1, description=escape(f"{title}: {words}"))
