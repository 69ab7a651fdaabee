"""Files become specs, or findings at the user's lines; loading stays light."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from pydantic import BaseModel

from dynamodel.errors import ModelInvalid, UsageError
from dynamodel.normalize.workload import normalize
from dynamodel.spec.loader import load_model, model_from_json
from dynamodel.spec.model import FORMAT, json_schema

HELP_DESK = Path(__file__).parent / "models" / "help_desk.py"
HEAD = "from dynamodel import *\nfrom datetime import datetime\n"
ORDER = "class Order(Entity, identity='order_id'):\n    order_id: Ulid\n    placed_at: datetime\n    total: int\n"


def _write(folder: Path, text: str, name: str = "model.py") -> Path:
    path = folder / name
    path.write_text(HEAD + textwrap.dedent(text))
    return path


def _codes(path: Path) -> list[str]:
    with pytest.raises(ModelInvalid) as caught:
        load_model(path)
    return [d.code for d in caught.value.diagnostics]


def test_the_first_model_of_the_language_loads() -> None:
    spec = load_model(HELP_DESK)
    assert spec.name == "HelpDesk"
    assert spec.doc == "A help desk: who asked, what was said, what is still open."
    assert [e.name for e in spec.entities] == ["Agent", "Customer", "Ticket", "Message"]
    assert [p.name for p in spec.patterns][:3] == ["agent_by_email", "ticket", "tickets_of_customer"]


def test_python_and_json_forms_are_one_workload(tmp_path: Path) -> None:
    spec = load_model(HELP_DESK)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(spec.to_json()))
    again = load_model(path)
    assert again.to_json() == spec.to_json()
    assert normalize(again) == normalize(spec)
    assert spec.to_json()["format"] == FORMAT


def test_schema_knows_every_kind_and_has_a_description_for_options() -> None:
    text = json.dumps(json_schema())
    for kind in ("get", "query", "collection", "batch_get", "scan", "search", "create", "put", "delete", "update"):
        assert f'"const": "{kind}"' in text
    assert "Items that are" not in text
    assert "Where items without it go" in text


def test_usage_mistakes_are_no_model_mistakes(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.py", tmp_path):
        with pytest.raises(UsageError):
            load_model(path)


def test_an_exception_is_reported_at_the_line_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def rate() -> float:\n    return 1 / 0\n")
    path = _write(tmp_path, ORDER + "import helper\nclass Shop(Model):\n    order = Get(Order, rps=helper.rate())\n")
    with pytest.raises(ModelInvalid) as caught:
        load_model(path)
    (finding,) = caught.value.diagnostics
    assert finding.code == "DM107"
    assert "ZeroDivisionError" in finding.message
    assert finding.span is not None
    assert (Path(finding.span.file).name, finding.span.line) == ("helper.py", 2)


def test_an_exit_does_not_end_the_command(tmp_path: Path) -> None:
    assert _codes(_write(tmp_path, "raise SystemExit(3)\n")) == ["DM107"]


def test_what_was_found_before_an_exception_is_reported_first(tmp_path: Path) -> None:
    body = (
        ORDER + "class Shop(Model):\n    a = Query(Order, by=Order.plced_at)\n    b = Get(Order, rps=Order.totl + 1)\n"
    )
    assert _codes(_write(tmp_path, body)) == ["DM301", "DM301", "DM107"]


def test_helpers_of_one_model_are_not_those_of_the_next(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "entities.py").write_text(HEAD + f"class {name.title()}(Entity, identity='key'):\n    key: str\n")
        body = f"from entities import {name.title()}\nclass Shop(Model):\n    it = Get({name.title()})\n"
        spec = load_model(_write(folder, body))
        assert [e.name for e in spec.entities] == [name.title()]


def test_thirty_mistakes_are_thirty_findings(tmp_path: Path) -> None:
    lines = "".join(f"    q{i} = Query(Order, by=Order.wrong_{i})\n" for i in range(30))
    assert _codes(_write(tmp_path, ORDER + "class Shop(Model):\n" + lines)) == ["DM301"] * 30


def test_fields_may_be_named_like_methods_of_pydantic(tmp_path: Path) -> None:
    body = """
    class Doc(Entity, identity="copy"):
        copy: str
        json: str
        schema: int
    class Docs(Model):
        by_json = Query(Doc, by=Doc.json, range=ge(Doc.schema))
        doc = Get(Doc, by=Doc.copy)
    """
    workload = normalize(load_model(_write(tmp_path, body)))
    assert [a.name for a in workload.patterns[0].arguments] == ["json", "schema"]


def test_string_annotations_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        "from __future__ import annotations\n" + HEAD + ORDER + "class Shop(Model):\n    order = Get(Order)\n"
    )
    assert load_model(path).entities[0].attributes[1].type.kind == "datetime"


def test_instances_are_pydantic_instances_after_the_load(tmp_path: Path) -> None:
    body = ORDER + "sample = Order(order_id='01ARZ3NDEKTSV4RRFFQ69G5FAV', placed_at=datetime(2026, 1, 1), total=3)\n"
    body += (
        "assert sample.total == 3 and sample.model_dump()['total'] == 3\nclass Shop(Model):\n    order = Get(Order)\n"
    )
    assert load_model(_write(tmp_path, body)).name == "Shop"


def test_outside_a_load_a_mistake_raises_at_once() -> None:
    from dynamodel import Entity, Get, Ulid

    class Thing(Entity, identity="key"):
        key: Ulid

    with pytest.raises(ModelInvalid, match="DM122"):
        Get(Thing, consistant=True)  # type: ignore[call-arg]
    with pytest.raises(ModelInvalid, match="DM120"):
        bool(Thing.key == "x")
    with pytest.raises(AttributeError):
        _ = Thing.unknown  # type: ignore[attr-defined]
    assert not hasattr(Thing, "other")


def test_an_entity_inside_a_function_finds_the_types_around_it() -> None:
    from dynamodel import Entity

    class Inner(BaseModel):
        text: str

    class Outer(Entity, identity="key"):
        key: str
        inner: Inner

    assert Outer(key="k", inner=Inner(text="t")).inner.text == "t"


def test_json_mistakes_point_into_the_text(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    tree = load_model(HELP_DESK).to_json()
    tree["patterns"][2]["limit"] = 0
    tree["patterns"][3]["range"]["attr"]["name"] = "opend_at"
    path.write_text(json.dumps(tree, indent=1))
    with pytest.raises(ModelInvalid) as caught:
        load_model(path)
    first, second = caught.value.diagnostics
    assert (first.code, first.path) == ("DM114", ("/patterns/2/limit",))
    assert (second.code, second.path) == ("DM301", ("/patterns/3/range/attr",))
    assert first.span is not None
    assert path.read_text().splitlines()[first.span.line - 1].strip() == '"limit": 0'


def test_a_model_from_memory_is_checked_too() -> None:
    tree = load_model(HELP_DESK).to_json()
    tree["patterns"][1]["entity"] = "Tickets"
    with pytest.raises(ModelInvalid, match="DM326"):
        model_from_json(tree)


def test_a_fresh_process_is_quick_and_imports_nothing_of_later_stages() -> None:
    code = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        begin = time.process_time()
        from dynamodel.normalize.workload import normalize
        from dynamodel.spec.loader import load_model
        normalize(load_model(Path({str(HELP_DESK)!r})))
        print(time.process_time() - begin)
        print([m for m in ("boto3", "botocore", "moto", "jinja2", "typer", "rich", "highspy") if m in sys.modules])
        """
    )
    begin = time.monotonic()
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    seconds, modules = run.stdout.splitlines()
    assert modules == "[]"
    assert float(seconds) < 2  # far above the budget: this only catches what is wrong by a factor
    assert time.monotonic() - begin < 60
