"""A model with every kind of write and the common reads, whose names meet Python's, the package's, DynamoDB's, or
each other: in its JSON form it is renamed again and again."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from dynamodel import pipeline
from dynamodel.spec.loader import load_model

if TYPE_CHECKING:
    from dynamodel.ir.workload import Workload

MODEL = """
    from dynamodel import (
        BatchGet, Collection, Create, Delete, Entity, Get, Model, Parent, Put, Query, Transaction, Update, Upsert, attr,
        desc, eq, present,
    )
    class E1(Entity, identity="a1", history="a6"):
        a1: str
        a2: str = attr(unique=True)
        a3: int = attr(default=0)
        a4: str | None = None
        a6: int
    class E2(Entity, identity=("a1", "a5"), parent=Parent(E1), counted_in=E1.a3):
        a1: str
        a5: int = attr(ge=0, le=99)
        a2: str
        a4: set[str]
    class Names(Model):
        p1 = Get(E1)
        p2 = Get(E1, by=E1.a2)
        p3 = Query(E2, by=E2.a2, order_by=desc(E2.a5), limit=3)
        p4 = Collection(E1, E2, by=E1.a1)
        p5 = BatchGet(E2)
        p6 = Create(E1)
        p7 = Update(E1, set=(E1.a2, E1.a4), when=eq(E1.a3))
        p8 = Create(E2)
        p9 = Delete(E2)
        p10 = Query(E1, by=E1.a1, history=True, order_by=desc(E1.a6), limit=2)
        p11 = Query(E2, where=E2.a2 == "x", returns=(E2.a5, E2.a2))
        p12 = Update(E2, add=E2.a4, set=E2.a2)
        p13 = Transaction(Create(E2), Update(E1, set=E1.a4))
"""
LONG = "n" * 250
KINDS = {
    "keywords": {
        "E1": "None", "E2": "class", "a1": "self", "a2": "import", "a3": "True", "a4": "def", "a5": "cls",
        "a6": "lambda", "p1": "class", "p2": "print", "p3": "list", "p4": "self", "p5": "str", "p6": "async",
        "p7": "await", "p8": "not", "p12": "dict", "p13": "type",
    },
    "of the package": {
        "E1": "Table", "E2": "Engine", "a1": "table", "a2": "now", "a3": "attempt", "a4": "actions", "a5": "item",
        "a6": "expected_version", "p1": "engine", "p2": "requests", "p3": "codec", "p4": "keys", "p5": "pages",
        "p6": "updates", "p7": "errors", "p8": "sizes", "p9": "guards", "p10": "service", "p11": "calls",
        "p12": "entities", "p13": "params",
    },
    "of its classes": {
        "E1": "Page", "E2": "AccessError", "a1": "dataclasses", "a2": "limit", "a3": "cursor", "a4": "dt",
        "a5": "seen", "a6": "stored", "p1": "Page", "p4": "PageVersion", "p6": "writing", "p7": "wire",
    },
    "differing in case": {
        "E1": "Table", "E2": "TABLE", "a1": "name", "a2": "Name", "a3": "NAME", "a4": "nAME", "a5": "naMe",
        "a6": "NamE", "p1": "get", "p2": "Get", "p3": "GET", "p4": "gET",
    },
    "unicode": {
        "E1": "Größe", "E2": "数据", "a1": "ключ", "a2": "naïve", "a3": "ﬁ", "a4": "ﬀ", "a5": "\uff41", "a6": "été",
        "p1": "über", "p2": "ﬁnd", "p3": "got", "p4": "ªll",
    },
    "reserved by DynamoDB": {
        "a1": "key", "a2": "name", "a3": "count", "a4": "data", "a5": "year", "a6": "version", "E1": "Index",
        "E2": "Values",
    },
    "the tables' own": {
        "a1": "PK", "a2": "SK", "a3": "GSI1PK", "a5": "owner", "a6": "GSI1SK", "E1": "Uniq",
        "E2": "UNIQ",
    },
    "long": {
        "E1": f"E{LONG[1:]}", "E2": f"F{LONG[1:]}", "a1": f"a{LONG[1:]}", "a2": f"b{LONG[1:]}", "a3": f"c{LONG[1:]}",
        "p1": f"p{LONG[1:]}", "p2": f"q{LONG[1:]}",
    },
}  # fmt: skip
LONGER = {"keywords", "of the package", "long"}  # kinds whose lines grow after they were laid out


@cache
def _plain() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.py"
        file.write_text(dedent(MODEL), encoding="utf-8")
        return load_model(file).model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The model's JSON with its placeholders renamed, wherever they stand alone."""
    if isinstance(value, dict):
        return {key: _renamed(held, names) for key, held in value.items()}
    if isinstance(value, list):
        return [_renamed(held, names) for held in value]
    return names.get(value, value) if isinstance(value, str) and re.fullmatch(r"[Eap]\d+", value) else value


def named(names: dict[str, str]) -> Workload:
    """The workload of the model under these names; raises ModelInvalid when they cannot be."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.json"
        spec = {"format": "dynamodel-spec/1", **_renamed(_plain(), names)}
        file.write_text(json.dumps(spec), encoding="utf-8")
        return pipeline.load(file)
