"""JSON over many lines, as `json.dumps(…, indent=2, ensure_ascii=False)` writes it.

With an indent the standard module hands every piece of text through a generator for each level of the value, which
takes several times longer than to put the text together from the inside.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as quoted


def indented(value: object, margin: str = "\n") -> str:
    """The text of a JSON value; `margin` is the end of a line with the blanks that the next one begins with."""
    if isinstance(value, str):
        return quoted(value)
    if type(value) is int:
        return str(value)
    if not value or not isinstance(value, dict | list):
        return json.dumps(value)
    inner = f"{margin}  "
    if isinstance(value, dict):
        lines = [f"{inner}{quoted(name)}: {indented(one, inner)}" for name, one in value.items()]
        return f"{{{','.join(lines)}{margin}}}"
    lines = [f"{inner}{indented(one, inner)}" for one in value]
    return f"[{','.join(lines)}{margin}]"
