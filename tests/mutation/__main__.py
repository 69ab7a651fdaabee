"""`make mutation`: injects every kind of fault into every model and prints how many were caught, by whom.

    python -m tests.mutation [--models NAME ...] [--kinds WORDS] [--sites N] [--workers N]

The exit code is 1 when a fault survives `verify` or the emitted suite without being named as equivalent.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.run import Result, mutants, results
from tests.mutation.subjects import SUBJECTS, subject


def main(arguments: list[str]) -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--models", nargs="*", default=list(SUBJECTS))
    parser.add_argument("--kinds", default="")
    parser.add_argument("--sites", type=int, default=1, help="places of one kind in one model")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    made = [m for name in chosen.models for m in mutants(subject(name), chosen.kinds, chosen.sites)]
    found: list[Result] = []
    for result in results(made, chosen.workers):
        found.append(result)
        if not result.caught:
            seen = f"verify: {result.by_verify or 'no'}, suite: {'yes' if result.by_suite else 'no'}"
            print(f"  {result.state}: {result.title} | {result.model} | {result.place} | {seen}", flush=True)
    print(report(found))
    print(f"{time.monotonic() - started:.0f} seconds")
    return 1 if any(r.state == "SURVIVED" for r in found) else 0


def report(found: list[Result]) -> str:
    """The numbers, and each fault that was not caught with the reason why it could not be."""
    judged = [r for r in found if r.state in {"caught", "SURVIVED"}]
    kinds = {r.title for r in judged}
    lines = [f"{len(kinds)} kinds of fault on {len({r.model for r in judged})} models"]
    for state, why in (("equivalent", EQUIVALENT.get), ("unreached", lambda _: "no case of the model runs it")):
        lines += [
            f"  {state}: {r.title} | {r.model} | {r.place}: {why((r.title, r.model, r.place.rpartition(' ')[2])) or ''}"
            for r in found
            if r.state == state
        ]
    lines.append(
        f"caught / injected: {sum(r.caught for r in judged)} / {len(judged)} (by verify and by the emitted suite)"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
