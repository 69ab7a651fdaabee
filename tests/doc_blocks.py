"""Fenced blocks of a Markdown page that are kept true: files, commands with their output, and programs.

A block says by its info string what it is: `python file=model.py` is written to that file, `console` holds commands
(`$ dynamodel …`) each followed by what it prints, `python run` is a program that must run. The blocks of a page share
one folder and run in their order. In an output a line `...` stands for any lines, `…` for the rest of its line.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.golden import transcripts

_ROOT = Path(__file__).parent.parent
_FENCE = re.compile(r"^```(?P<info>\w+[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING, REST = "...", "…"


@dataclass(frozen=True)
class Block:
    """A fenced block; `start` and `end` delimit its body in the page."""

    info: str
    body: str
    start: int
    end: int

    @property
    def file(self) -> str | None:
        """The name of the file that the block is, if it is one."""
        found = re.search(r"\bfile=(\S+)", self.info)
        return found.group(1) if found else None

    @property
    def runs(self) -> bool:
        """Whether the block is a program to run."""
        return self.info.split() == ["python", "run"]


@dataclass(frozen=True)
class Command:
    """A command of a console block and the output that the page shows."""

    line: str
    output: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(m["info"].strip(), m["body"], m.start("body"), m.end("body")) for m in _FENCE.finditer(page)]


def commands(block: Block) -> list[Command]:
    """The commands of a console block."""
    found: list[Command] = []
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        found.append(Command(line, output))
    return found


def run(line: str, folder: Path) -> str:
    """What a command prints in a folder, standard error after standard output; ours runs in this process."""
    words = shlex.split(line)
    if words[0] == "dynamodel":
        printed = transcripts.run(words[1:], folder, columns=120)
        return printed.stdout + printed.stderr
    if words[0] == "pytest":  # with our plugin alone, also where it is not installed
        words = [sys.executable, "-m", "pytest", "-p", "dynamodel.pytest_plugin", *words[1:]]
    done = _run(words, folder)
    return done.stdout + done.stderr


def run_program(block: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program block in a folder."""
    return _run([sys.executable, "-c", block.body], folder)


def _run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120", "PYTHONPATH": str(_ROOT)}
    settings |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}  # of whoever runs these tests
    settings |= {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
    return subprocess.run(words, cwd=folder, env=settings, capture_output=True, text=True, check=False, timeout=300)


def matches(shown: str, printed: str) -> bool:
    """Whether a page's output is what was printed."""
    pieces = re.split(rf"^{re.escape(ANYTHING)}\n", shown, flags=re.MULTILINE)
    pieces = [re.escape(piece).replace(re.escape(REST), "[^\n]*") for piece in pieces]
    return re.fullmatch("(?:.*\n)*?".join(pieces), printed) is not None


def refreshed(page: str, folder: Path) -> str:
    """The page with every output as it is printed now; outputs that leave something out stay."""
    result = page
    shift = 0
    for block in blocks(page):
        if block.file:
            (folder / block.file).write_text(block.body, encoding="utf-8")
        if block.info != "console":
            continue
        body = ""
        for command in commands(block):
            printed = run(command.line, folder)
            by_hand = ANYTHING in command.output.splitlines() or REST in command.output
            body += f"$ {command.line}\n{command.output if by_hand else printed}"
        result = result[: block.start + shift] + body + result[block.end + shift :]
        shift += len(body) - len(block.body)
    return result
