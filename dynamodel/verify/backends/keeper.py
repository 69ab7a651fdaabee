"""Keeps a server for another process, and ends it when that process lets go or dies, in whatever way it dies.

    python keeper.py COMMAND...

The other process holds the writing end of our standard input: when it closes, the server is ended. An exit handler
could not do that, because a killed process runs none. Standard library only: it runs without site packages.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

STOP_SECONDS = 10.0


def main(command: list[str]) -> int:
    """Run the command until it ends or standard input does; gives its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the caller's own command
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    threading.Thread(target=_end_when_let_go, args=(server,), daemon=True).start()
    return server.wait()


def _end_when_let_go(server: subprocess.Popen[bytes]) -> None:
    # Nothing is ever written there. Not through a buffer: its lock would be held when the interpreter ends.
    os.read(sys.stdin.fileno(), 1)
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
