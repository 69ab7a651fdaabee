"""The page docs/request-rules.md: for each rule where it is enforced. Made from the rules and the marks alone.

What it says about the checker and the backends is what test_rules.py holds true.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from tests.conformance.gaps import EDGE_GAPS, GAPS, MOTO
from tests.conformance.rules import EDGES, RULES

PAGE = Path(__file__).parents[2] / "docs/request-rules.md"
HEAD = """# What a request must keep to, and who makes it

DynamoDB refuses a request or a schema that breaks one of the rules below. An emulator that lets it through makes a
wrong design look right, so `dynamodel verify` puts a checker of its own in front of every backend: it knows the
service's rules, sees each request before it is sent, and refuses what the service would (`DM603`).

Of the {rules} rules here moto alone lets {accepts} pass and fails with an error of its own on {crashes}; behind the
checker it does neither. The two right columns say what a backend does without the checker. Each line is a test
(`tests/conformance`); a line about a backend fails when the backend changes, so the page is about the versions that the
build installs. *The stored item* means that the request alone does not show it, so that the backend has to refuse it.

<!-- written by `make regen` from tests/conformance -->
"""


def page() -> str:
    """The whole page."""
    counts = {what: sum(mark == what for mark in MOTO.values()) for what in ("accepts", "crashes")}
    lines = [HEAD.format(rules=len(RULES), **counts)]
    for area, rules in groupby(RULES, key=lambda rule: rule.area):
        lines += [
            f"\n## {area.capitalize()}\n",
            "| refused | said in | seen in | enforced by | moto | DynamoDB Local |",
        ]
        lines += ["| --- | --- | --- | --- | --- | --- |"]
        for rule in rules:
            seen, by = ("the request", "checker") if rule.seen_in == "request" else ("the stored item", "backend")
            marks = " | ".join(_mark(gaps.get(rule.title, "refuses")) for gaps in GAPS.values())
            lines.append(f"| {rule.title} | {rule.page} | {seen} | {by} | {marks} |")
    lines += ["\n## Within the limits\n", "These must pass, and do; in bold where a backend fails them.\n"]
    lines += ["| accepted | moto | DynamoDB Local |", "| --- | --- | --- |"]
    for title in EDGES:
        marks = " | ".join(_mark(gaps.get(title, "accepts"), "accepts") for gaps in EDGE_GAPS.values())
        lines.append(f"| {title} | {marks} |")
    return "\n".join(lines) + "\n"


def _mark(what: str, right: str = "refuses") -> str:
    return what if what == right else f"**{what}**"
