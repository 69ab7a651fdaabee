"""The two streams and how a command ends: data on stdout, the rest on stderr, one exit code.

In: a command's body. Out: an exit status. Color is added here and nowhere else, on a terminal only, never with
NO_COLOR; every word stands without it.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dynamodel.catalog import finding
from dynamodel.cli import exit_codes
from dynamodel.errors import DynamodelError, EnvironmentFault
from dynamodel.report.diagnostics import diagnostics_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from dynamodel.diagnostics import Diagnostic

_COLORS = {"error": "31", "warning": "33", "note": "36", "hint": "32"}
_WORDS = re.compile(r"^(error|warning|note)(?=\[DM\d+\])|^  (hint)(?=: )", re.MULTILINE)
_DIFF = re.compile(r"^([-+@]).*$", re.MULTILINE)
_OUR_BUG = "this is a bug in dynamodel, not in your model: please report it with the lines above"
_DIFF_COLORS = {"-": "31", "+": "32", "@": "36"}


def run(command: Callable[[], int]) -> NoReturn:
    """Run a command's body and leave with its exit status, whatever happens."""
    if sys.stdout is None:  # started with it closed: there is nobody to read what is printed
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - until the process ends
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what the terminal cannot show is escaped, never an exception
            stream.reconfigure(errors="backslashreplace")
    raise SystemExit(_ended(command))


def _ended(command: Callable[[], int]) -> int:
    try:
        return _flushed(command)
    except DynamodelError as error:
        complain(error.diagnostics)
        if error.exit_code == exit_codes.OUR_BUG:
            say(_OUR_BUG)
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted")
        return exit_codes.INTERRUPTED
    except BrokenPipeError:  # whoever read us has seen enough
        _discard_output()
        return exit_codes.CLOSED_PIPE
    except Exception:  # noqa: BLE001 - the last line of defense; the traceback is for whoever mends it
        import traceback

        say(traceback.format_exc().rstrip())
        say(_OUR_BUG)
        return exit_codes.OUR_BUG


def _flushed(command: Callable[[], int]) -> int:
    code = command()
    _guarded(sys.stdout.flush)
    return code


def _guarded(write: Callable[[], object]) -> None:
    """Turn a refusal of the system into a finding; a closed pipe passes."""
    try:
        write()
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard_output()
        message = f"the output cannot be written: {error.strerror or error}"
        raise EnvironmentFault([finding("DM715", message)]) from error


def _discard_output() -> None:
    """Point stdout to nowhere: the interpreter must not complain when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def out(text: str) -> None:
    """Data, as it is."""
    _guarded(lambda: sys.stdout.write(text))


def out_report(text: str) -> None:
    """A report: findings in it are colored on a terminal."""
    out(_findings_colored(text) if colored(sys.stdout) else text)


def out_diff(text: str) -> None:
    """A unified diff, colored on a terminal."""
    if colored(sys.stdout):
        text = _DIFF.sub(lambda m: _paint(m.group(0), _DIFF_COLORS[m.group(1)]), text)
    out(text)


def say(text: str) -> None:
    """Anything that is not data: one line or several, on stderr."""
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def complain(diagnostics: Sequence[Diagnostic]) -> None:
    """Findings, on stderr."""
    text = diagnostics_text(diagnostics).rstrip("\n")
    say(_findings_colored(text) if colored(sys.stderr) else text)


def colored(stream: TextIO) -> bool:
    """Whether color helps there: a terminal that can show it, and NO_COLOR is not set."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def _findings_colored(text: str) -> str:
    def painted(match: re.Match[str]) -> str:
        word = match.group(1) or match.group(2)
        return match.group(0).replace(word, _paint(word, _COLORS[word]))

    return _WORDS.sub(painted, text)


def _paint(text: str, color: str) -> str:
    return f"\x1b[{color}m{text}\x1b[0m"
