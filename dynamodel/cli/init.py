"""`dynamodel init`: the starter model is a module of this package, so that it is checked like any other code."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.cli import console, exit_codes
from dynamodel.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def init(folder: Path) -> int:
    """Write `model.py`; a file that is there already is never touched."""
    text = (files("dynamodel.cli") / "starter_model.py").read_text(encoding="utf-8")
    path = folder / "model.py"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        taken = path if path.exists() else folder
        hint = "give another folder: dynamodel init DIR"
        raise UsageError([finding("DM714", f"`{taken}` is there already", hint=hint)]) from error
    except OSError as error:
        raise EnvironmentFault([finding("DM711", f"cannot write `{path}`: {error.strerror or error}")]) from error
    console.out(f"{path}\n")
    console.say(f"next: dynamodel plan {path}")
    return exit_codes.DONE
