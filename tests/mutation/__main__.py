"""`make mutation`: injects every kind of fault into models and prints how many were caught.

    python -m tests.mutation [--models NAME ...] [--kinds WORDS] [--each N] [--workers N]

The exit code is 1 when a fault survives `verify` or the emitted suite without being named as equivalent, and when one
of them finds something wrong in a model without a fault.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.kinds import CODES, PLANS
from tests.mutation.run import NO_FAULT, Mutant, Result, baseline, of_kind, results
from tests.mutation.subjects import SUBJECTS, subject

if TYPE_CHECKING:
    from collections.abc import Iterator


def main(arguments: list[str]) -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--models", nargs="*", default=list(SUBJECTS))
    parser.add_argument("--kinds", default="", help="words in the titles of kinds")
    parser.add_argument("--each", type=int, default=6, help="models for one kind, as far as it applies to so many")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    faultless = [baseline(subject(name)) for name in chosen.models]
    made = [*faultless, *sample(chosen.models, chosen.kinds, chosen.each)]
    found: list[Result] = []
    for result in results(made, chosen.workers):
        found.append(result)
        if result.title == NO_FAULT:
            if result.noticed:
                print(f"  WRONG without a fault: {result.model} | verify: {result.by_verify or 'no'}", flush=True)
        elif not result.caught:
            seen = f"verify: {result.by_verify or 'no'}, suite: {'yes' if result.by_suite else 'no'}"
            print(f"  {result.state}: {result.title} | {result.model} | {result.place} | {seen}", flush=True)
    print(report(found))
    print(f"{time.monotonic() - started:.0f} seconds")
    return 1 if any(r.noticed if r.title == NO_FAULT else r.state == "SURVIVED" for r in found) else 0


def sample(names: list[str], words: str, each: int) -> Iterator[Mutant]:
    """One fault of each kind in `each` of the models; every kind begins with another of them."""
    for number, kind in enumerate((*CODES, *PLANS)):
        if words in kind.title:
            at = number % len(names)
            applying = (mutant for name in (*names[at:], *names[:at]) for mutant in of_kind(subject(name), kind))
            yield from islice(applying, each)


def report(found: list[Result]) -> str:
    """The numbers, and each fault that was not caught with the reason why it could not be."""
    judged = [r for r in found if r.state in {"caught", "SURVIVED"} and r.title != NO_FAULT]
    kinds = Counter(r.title for r in judged)
    lines = ["kinds of fault, and models in which each was caught:"]
    caught = Counter(r.title for r in judged if r.caught)
    lines += [f"  {caught[title]:2} of {kinds[title]:2}  {title}" for title in sorted(kinds)]
    lines += [
        f"  equivalent: {r.title} | {r.model} | {r.place}: {EQUIVALENT[r.title, r.model, r.function]}"
        for r in found
        if r.state == "equivalent"
    ]
    faultless = [r for r in found if r.title == NO_FAULT]
    quiet = sum(not r.noticed for r in faultless)
    lines.append(f"without a fault: nothing noticed in {quiet} of {len(faultless)} models")
    lines.append(f"{len(kinds)} kinds of fault on {len({r.model for r in judged})} models")
    total = sum(caught.values())
    lines.append(f"caught / injected: {total} / {len(judged)} (each by verify and by the emitted suite)")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
