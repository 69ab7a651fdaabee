"""Names: legal identifiers from any text, and the words that two names share.

The words of a pattern's id are the only hint of a case file at what a write changes (`update_product_stock`), so they
are compared with the words of attribute names, as a reader would.
"""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def identifier(name: str) -> str:
    """A legal public identifier that is no keyword: `class` -> `class_`, `entity#type` -> `entity_type`."""
    text = re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("_") or "x"
    if text[0].isdigit():
        text = f"n{text}"
    return f"{text}_" if keyword.iskeyword(text) else text


def class_name(name: str) -> str:
    """A class name: `aws-online-shop` -> `AwsOnlineShop`, a legal identifier stays as it is."""
    if name.isidentifier() and name[0].isupper() and not keyword.iskeyword(name):
        return name
    text = "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", name, flags=re.ASCII) if part)
    return identifier(text or "X")


def distinct(names: Iterable[str], *, taken: Iterable[str] = ()) -> dict[str, str]:
    """Each name with a legal identifier of its own; a clash (also in letter case only) gets a number."""
    used = {name.lower() for name in taken}
    result: dict[str, str] = {}
    for name in names:
        text, number = identifier(name), 2
        while text.lower() in used:
            text, number = f"{identifier(name)}_{number}", number + 1
        used.add(text.lower())
        result[name] = text
    return result


def words(name: str) -> list[str]:
    """The words of a name in lower case and singular: `deleteUserSessions` -> delete, user, session."""
    return [_singular(word.lower()) for word in _WORD.findall(name)]


def named_by(attributes: Iterable[str], pattern_id: str, entity: str) -> list[str]:
    """The attributes that share a word with the pattern's id, words of the entity's own name aside."""
    own = set(words(entity))
    wanted = set(words(pattern_id)) - own
    return [a for a in attributes if wanted & (set(words(a)) - own)]


def _singular(word: str) -> str:
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 2 else word
