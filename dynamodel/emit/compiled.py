"""Keeps compiled templates as Python keeps compiled modules: in `__pycache__` beside them.

In: templates and their text. Out: their code, compiled once for an interpreter and a Jinja. Where Python may write no
bytecode (`PYTHONDONTWRITEBYTECODE`), or the folder cannot be written, templates are compiled at every start.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Of the templates in one folder; the user's own are compiled each time, nothing is put beside them."""

    def __init__(self, folder: Path, options: str) -> None:
        """`options` names everything else that the code depends on: with others it is compiled anew."""
        self._folder, self._options = folder, options

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file of the compiled template; empty for one that is not kept."""
        del name
        if filename is None or self._folder not in Path(filename).parents:
            return ""
        kind = "jinja" + "".join(c for c in jinja2.__version__ if c.isalnum())
        return importlib.util.cache_from_source(filename, optimization=kind)

    def get_source_checksum(self, source: str) -> str:
        """What must be as it was: the text, the options, the place that errors name."""
        return hashlib.sha256("\0".join((source, self._options, str(self._folder))).encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code, if it is there and of this text; half a file counts as none."""
        if bucket.key:
            try:
                bucket.bytecode_from_string(Path(bucket.key).read_bytes())
            except Exception:  # noqa: BLE001 - no file, or one that cannot be read: there is the text
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the code, whole or not at all."""
        if not bucket.key or sys.dont_write_bytecode:
            return
        file = Path(bucket.key)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            file.parent.mkdir(exist_ok=True)
            draft.write_bytes(bucket.bytecode_to_string())
            draft.replace(file)
