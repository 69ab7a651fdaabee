"""A verification as text, as data and as JUnit XML, the same facts in each."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from dynamodel.ir.suite import Row
from dynamodel.report.verify_junit import verify_junit
from dynamodel.report.verify_text import verify_json, verify_text
from dynamodel.verify.report import Measured, Mismatch, PatternReport, VerificationReport

WRONG = Mismatch("DM601", "orders", "finds 1", "orders(a='\x00<&')", "2 rows\x1b instead of 1", 7, (Row("Order", {}),))
REPORT = VerificationReport(
    "shop",
    "moto",
    7,
    99,
    (
        PatternReport("order", 3, (), 4, 0.25, consumed={"GSI1": (1_500_000, 0)}),
        PatternReport("orders", 2, (WRONG, WRONG), 5, 1.5),
        PatternReport("near", 0, (), 0, 0.0, "no backend runs it"),
    ),
    2.0,
    (Mismatch("DM604", "shop", "load", "", "no item", 7),),
    Measured(9, {"a rule": 2}),
)


def test_the_text_has_a_line_with_its_time_for_each_pattern() -> None:
    table = verify_text(REPORT).partition("Findings")[0].splitlines()
    lines = {line.split()[0]: line.split()[1:] for line in table if line.strip()}
    assert lines["order"] == ["verified", "3", "4", "0.25"]
    assert lines["orders"] == ["WRONG", "2", "5", "1.50"]
    assert lines["near"] == ["not", "run", "0", "0", "0.00"]


def test_the_text_names_the_rules_by_which_the_backend_departs() -> None:
    assert "9 requests compared" in verify_text(REPORT)
    assert "departs from DynamoDB 2 times: a rule" in verify_text(REPORT)


def test_the_data_says_the_same() -> None:
    data = verify_json(REPORT)
    assert not data["passed"]
    assert data["seconds"] == 2.0
    wrong = {"result": "wrong", "cases": 2, "requests": 5, "seconds": 1.5, "units": {}, "reason": ""}
    assert data["patterns"]["orders"] == wrong
    assert data["patterns"]["order"]["units"] == {"GSI1": {"read": 1.5, "write": 0.0}}
    assert data["capacity"] == {"requests_compared": 9, "backend_departs": {"a rule": 2}}
    assert [f["code"] for f in data["findings"]] == ["DM604", "DM601", "DM601", "DM605"]


def test_the_xml_can_be_read_back_whatever_the_values_hold() -> None:
    root = ET.fromstring(verify_junit(REPORT))  # our own text
    (suite,) = root
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "skipped", "time")} == {
        "name": "shop",
        "tests": "4",
        "failures": "2",
        "skipped": "1",
        "time": "2.000",
    }
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert list(cases) == ["load", "order", "orders", "near"]
    assert cases["order"].get("time") == "0.250"
    assert list(cases["order"]) == []
    failure = cases["orders"].find("failure")
    assert failure is not None
    assert failure.get("type") == "DM601"
    assert "2 rows\\x1b instead of 1" in str(failure.text)
    assert "\\x00<&" in str(failure.text)
    assert "seed: 7" in str(failure.text)
    assert cases["near"].find("skipped") is not None
    assert {p.get("name"): p.get("value") for p in suite.iter("property")} == {
        "backend": "moto",
        "seed": "7",
        "rows": "99",
    }
