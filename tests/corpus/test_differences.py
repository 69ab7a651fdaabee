"""Why ours takes more than an author's design: the rules that no case of the corpus needs so far."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.corpus.differences import KEPT_UNIQUE, LOCAL
from tests.corpus.runner import run_file
from tests.corpus.unseen import entity, pattern

if TYPE_CHECKING:
    from pathlib import Path


def differences(folder: Path, entities: list[Any], patterns: list[Any], **expert: Any) -> list[dict[str, Any]]:
    """What a case of these differs in from an author who makes one request for each pattern."""
    file = folder / "case.json"
    plan = [{"id": p["id"], "operation": "DeleteItem", "requests": 1} for p in patterns]
    case = {"id": "some-case", "title": "Some case", "entities": entities, "patterns": patterns}
    file.write_text(json.dumps(case | {"expert": expert | {"pattern_plan": plan}}), encoding="utf-8")
    found: list[dict[str, Any]] = run_file(file, verify=False)["differences"]
    return found


def test_a_local_index_of_the_author_is_counted_as_one(tmp_path: Path) -> None:
    item = entity("Item", "account item_id", "bill sku")
    patterns = [
        pattern("of_account", "query", "Item", "account"),
        pattern("of_bill", "query", "Item", "account bill"),
        pattern("of_sku", "query", "Item", "sku"),
    ]
    tables = [{"name": "Items", "gsis": [{"name": "sku"}], "lsis": [{"name": "bill"}]}]
    (found,) = differences(tmp_path, [item], patterns, tables=tables)
    assert (found["subject"], found["more"], found["cause"]) == ("GSIs", True, LOCAL)
    assert found["why"] == "indexes of ours: 2; of the author: 1 GSIs and 1 LSIs"


def test_what_goes_with_a_guard_reads_the_value_that_it_keeps_unique(tmp_path: Path) -> None:
    article = entity("Article", "article_id", "slug text", unique="slug")
    patterns = [pattern("by_slug", "get", "Article", "slug"), pattern("withdraw", "delete", "Article", "article_id")]
    (found,) = differences(tmp_path, [article], patterns)
    assert (found["subject"], found["more"], found["cause"]) == ("withdraw", True, KEPT_UNIQUE)
    assert found["why"].startswith("it reads slug first, ")
