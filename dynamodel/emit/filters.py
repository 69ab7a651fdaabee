"""Quoting: how any text becomes a literal, a comment or a docstring of what we emit.

In: values of the model, hostile ones too. Out: text that the reader of the target language turns back into the same
value. Nothing here decides what is emitted.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Text that YAML 1.1 and 1.2 both read as this very string: no indicator, no space at the ends, no `: ` or ` #`.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(?:(?: |::)[A-Za-z0-9_./-]+)*")
# Words that YAML 1.1 (CloudFormation's readers) takes for a boolean, null, a number or a date.
_YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"}
_WHOLE = re.compile(r"-?[1-9]\d*|0")  # digits that as an int are the same decimal: `-0` is not
_SHORT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def python_literal(value: object) -> str:
    """The Python expression that makes `value`, in the layout that formatters leave alone.

    None, bool, int, str, bytes, Decimal (as `Decimal(...)`), and lists, tuples, sets and dicts of these; sets are
    sorted by their text, so that the output is stable. Raises TypeError for anything else.
    """
    if isinstance(value, str):
        return _python_text(value)
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, bytes):
        return "b" + _quoted("".join(_byte(b) for b in value), value.count(b'"') > value.count(b"'"))
    if isinstance(value, Decimal):
        return f"Decimal({value})" if _WHOLE.fullmatch(str(value)) else f'Decimal("{value}")'
    return _python_container(value)


def _python_container(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(python_literal(v) for v in value)}]"
    if isinstance(value, tuple):
        return f"({', '.join(python_literal(v) for v in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(python_literal(v) for v in value))}}}" if value else "set()"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{python_literal(k)}: {python_literal(v)}' for k, v in value.items())}}}"
    message = f"no Python literal for {type(value).__name__}"
    raise TypeError(message)


def _python_text(text: str) -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:  # most texts
        return f'"{text}"'
    return _quoted(_escaped(text), text.count('"') > text.count("'"))


def _escaped(text: str) -> str:
    """The text with an escape for what is not shown as it is; most texts have none."""
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(_character(c) for c in text)


def _quoted(body: str, single: bool) -> str:  # noqa: FBT001 - private
    """Double quotes, as formatters want them, unless single quotes need fewer escapes."""
    quote = "'" if single else '"'
    return quote + body.replace(quote, "\\" + quote) + quote


def _character(c: str) -> str:
    if c in _SHORT:
        return _SHORT[c]
    if c.isprintable():
        return c
    code = ord(c)
    if code < 0x100:  # noqa: PLR2004 - the shortest escape that holds the code point
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def _byte(b: int) -> str:
    return _character(chr(b)) if b < 0x7F else f"\\x{b:02x}"  # noqa: PLR2004 - ASCII


def yaml_scalar(value: object) -> str:
    """The YAML scalar that is read as `value`: str, bool, int or None; text stays bare where that is safe.

    Raises TypeError for anything else.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        message = f"no YAML scalar for {type(value).__name__}"
        raise TypeError(message)
    if _PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS:
        return value
    return '"' + "".join(_yaml_character(c) for c in value) + '"'


def _yaml_character(c: str) -> str:
    if c == '"':
        return '\\"'
    return _character(c)


def hcl_string(text: str) -> str:
    """The quoted template of Terraform's language that is read as this text: nothing in it is interpolated."""
    body = "".join(_yaml_character(c) for c in text)
    # An escape of two digits is not known there; the other escapes are those of YAML.
    body = re.sub(r"(?<!\\)((?:\\\\)*)\\x([0-9a-f]{2})", r"\1\\u00\2", body)
    return '"' + body.replace("${", "$${").replace("%{", "%%{") + '"'


def comment(text: str) -> str:
    """One line of text for behind a `#`: line breaks and control characters become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def docstring(text: str) -> str:
    r"""Text for between triple double quotes: reads back as the same text.

    Backslashes, control characters and every quote that could close the docstring are escaped; line breaks stay.
    """
    body = "\n".join(_escaped(line) for line in text.split("\n"))
    if '"' not in body:
        return body
    return re.sub(r'"{3}|"\Z', lambda quotes: '\\"' * len(quotes[0]), body)


def json_text(value: object) -> str:
    """JSON, two spaces of indentation, in ASCII, keys in the order given."""
    return json.dumps(value, indent=2, ensure_ascii=True)


FILTERS: dict[str, Callable[..., str]] = {
    "comment": comment,
    "docstring": docstring,
    "hcl": hcl_string,
    "py": python_literal,
    "yaml": yaml_scalar,
}
