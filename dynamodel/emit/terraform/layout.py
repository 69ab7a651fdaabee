"""The layout of Terraform's own formatter, as far as our templates leave it open: the columns of `=`.

In: text that is indented right. Out: the text as `terraform fmt` leaves it.
"""

from __future__ import annotations

import re
from itertools import groupby

_ATTRIBUTE = re.compile(r'(?P<lead> *(?:[\w-]+|"(?:[^"\\]|\\.)*")) +=(?P<value> .*[^\[{(])')


def aligned(text: str) -> str:
    """Lines of one attribute each, next to each other, have their `=` in one column; all other lines stay."""
    found = [(line, _ATTRIBUTE.fullmatch(line)) for line in text.split("\n")]
    lines: list[str] = []
    for attributes, group in groupby(found, key=lambda pair: pair[1] is not None):
        if not attributes:
            lines += [line for line, _ in group]
            continue
        matches = [match for _, match in group if match]
        width = max(len(match["lead"]) for match in matches)
        lines += [f"{match['lead'].ljust(width)} ={match['value']}" for match in matches]
    return "\n".join(lines)
