"""The items that requests read and write, for whoever must know them without trusting the code under test.

In: keys. Out: items in the wire format. What the table is known to hold needs no request while nothing is written;
everything else is asked of the service, past the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo.limits import BATCH_GET_KEYS
from dynamodel.verify.stored import comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = dict[str, Any]
Look = Callable[[Mapping[str, Any]], Item]  # the item of a key, which may have more than the key; empty without one


class Lookup:
    """Looks items of one table up; what was known is not believed from `written` to `reset`."""

    def __init__(self, admin: Any, table: str, names: Sequence[str], known: Look | None = None) -> None:
        """`names` are the table's key attributes; `known` tells what it holds before anything is written."""
        self._admin, self._table, self._names = admin, table, tuple(names)
        self._known = self._at_first = known

    def written(self) -> None:
        """From now on the service is asked."""
        self._known = None

    def reset(self) -> None:
        """The table holds again what it is known to hold."""
        self._known = self._at_first

    def key(self, item: Mapping[str, Any]) -> Item:
        """The key of an item."""
        return {name: item[name] for name in self._names}

    def one(self, item: Mapping[str, Any]) -> Item:
        """What is held under the key of an item; empty when there is nothing."""
        if self._known is not None:
            return self._known(item)
        answer = self._admin.get_item(TableName=self._table, Key=self.key(item), ConsistentRead=True)
        found: Item = answer.get("Item", {})
        return found

    def many(self, keys: Sequence[Item]) -> list[Item]:
        """The items of keys, in one request for up to 100; empty where there is none."""
        if self._known is not None or len(keys) < 2:  # noqa: PLR2004 - one is asked for by itself
            return [self.one(key) for key in keys]
        found: dict[str, Item] = {}
        for start in range(0, len(keys), BATCH_GET_KEYS):
            asked = {"Keys": list(keys[start : start + BATCH_GET_KEYS]), "ConsistentRead": True}
            while asked:
                answer = self._admin.batch_get_item(RequestItems={self._table: asked})
                found |= {self._named(item): item for item in answer["Responses"].get(self._table, ())}
                asked = answer.get("UnprocessedKeys", {}).get(self._table, {})
        return [found.get(self._named(key), {}) for key in keys]

    def _named(self, item: Mapping[str, Any]) -> str:
        return repr([comparable(item[name]) for name in self._names])
