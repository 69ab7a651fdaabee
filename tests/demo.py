"""`make demo`: plan, emit and verify the example shop, as a user would call them, and say what came out.

Every step is the real command in a process of its own; the files go to `build/demo`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODEL = "examples/shop/model.py"
BUILD = "build/demo"
STEPS = (
    ("The design: keys, indexes, each request, its price, the proof.", ["plan", MODEL]),
    ("The files: infrastructure, typed access code, tests.", ["emit", MODEL, "--to", BUILD]),
    ("The check: nothing on disk differs from the model.", ["emit", MODEL, "--to", BUILD, "--check"]),
    ("The proof by running: every access pattern against an independent oracle.", ["verify", MODEL]),
)


def main() -> int:
    """Run the steps; stops at the first that fails, with its exit code."""
    shutil.rmtree(ROOT / BUILD, ignore_errors=True)
    command = shutil.which("dynamodel", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    words = [command] if command else [sys.executable, "-c", "from dynamodel.cli.app import main; main()"]
    for title, arguments in STEPS:
        print(f"\n{_bold(title)}\n{_bold('$ dynamodel ' + ' '.join(arguments))}\n", flush=True)
        code = subprocess.run([*words, *arguments], cwd=ROOT, check=False).returncode
        if code:
            print(f"\nthe demo stopped: exit code {code}", file=sys.stderr)
            return code
    print(f"\n{_bold('Done.')} The files are in {BUILD}; start with cloudformation/ and the client of the package.")
    return 0


def _bold(text: str) -> str:
    plain = os.environ.get("NO_COLOR") or not sys.stdout.isatty()
    return text if plain else f"\x1b[1m{text}\x1b[0m"


if __name__ == "__main__":
    sys.exit(main())
