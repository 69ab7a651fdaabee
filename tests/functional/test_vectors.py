"""Vector search from the model to the answer: planned, judged, deployed, called, compared with the exact neighbors."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.emit.registry import emit
from dynamodel.errors import ModelInvalid
from dynamodel.ir.codec import plan_from_json, plan_to_json
from dynamodel.ir.deployment import Replica, Role
from dynamodel.ir.plan import KeyAttribute, Projection
from dynamodel.ir.values import Constant
from dynamodel.planner.check import check
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.generated import loaded
from dynamodel.verify.runner import verify
from tests.support import random_searches
from tests.support.linted import lint
from tests.support.searching import SearchingMoto

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamodel.ir.plan import Plan, VectorDesign
    from dynamodel.ir.workload import Workload

MODEL = Path(__file__).with_name("search_model.py")
SEARCHES = {"alike", "alike_of_seller", "by_mood", "notes"}


@pytest.fixture(scope="module")
def made() -> Any:
    workload = pipeline.load(MODEL)
    plan = pipeline.plan(workload)
    return workload, plan, pipeline.suite(workload)


def test_one_index_for_each_vector_and_distance_is_planned(made: Any) -> None:
    _, plan, _ = made
    vectors = {(v.attribute, v.distance.value): v for v in plan.table.vectors}
    assert set(vectors) == {("meaning", "cosine"), ("mood", "euclidean"), ("meaning", "dot_product")}
    shared = vectors["meaning", "cosine"]
    assert shared.partition == KeyAttribute("category")  # what all its searches give
    assert [k.name for k in shared.filters] == ["_type", "seller_id"]
    assert (shared.dimensions, shared.entities) == (8, ("Product", "Note"))
    assert vectors["mood", "euclidean"].projection == Projection("INCLUDE", ("title",))
    assert plan_from_json(plan_to_json(plan)) == plan


def test_writes_to_vector_indexes_are_priced_by_the_byte(made: Any) -> None:
    workload, plan, _ = made
    without = replace(
        workload, patterns=tuple(p for p in workload.patterns if p.name not in SEARCHES), fingerprint="other"
    )
    plain = pipeline.plan(without)
    # `add` writes an entry of 1,024 bytes at least to both indexes of `meaning`, to that of `mood` every second time.
    more = plan.pattern("add").monthly_micro_usd - plain.pattern("add").monthly_micro_usd
    assert more == pytest.approx(1024 * 2.5 * 0.1 * 730 * 3600 * 0.52e6 / 2**30, rel=0.001)
    assert plan.pattern("alike").monthly_micro_usd == 0


def _broken(change: Callable[[VectorDesign], VectorDesign], plan: Plan) -> Plan:
    first, *others = plan.table.vectors
    return replace(plan, table=replace(plan.table, vectors=(change(first), *others)))


BREAKS: dict[str, tuple[str, Callable[[VectorDesign], VectorDesign]]] = {
    "other dimensions": ("DM455", lambda v: replace(v, dimensions=7)),
    "too many dimensions": ("DM455", lambda v: replace(v, dimensions=4097)),
    "another vector": ("DM461", lambda v: replace(v, attribute="mood", dimensions=3, entities=("Product",))),
    "another distance": ("DM461", lambda v: replace(v, distance=type(v.distance)("euclidean"))),
    "a partition that searches do not give": ("DM460", lambda v: replace(v, partition=KeyAttribute("brand"))),
    "no type to tell entities apart": ("DM460", lambda v: replace(v, filters=v.filters[1:])),
    "a filter that is missing": ("DM460", lambda v: replace(v, filters=v.filters[:1])),
    "a filter of another type": ("DM455", lambda v: replace(v, filters=(v.filters[0], KeyAttribute("seller_id", "N")))),
    "too many filters": ("DM455", lambda v: replace(v, filters=tuple(KeyAttribute(f"a{n}") for n in range(19)))),
    "what is returned is not carried": ("DM466", lambda v: replace(v, projection=Projection("KEYS_ONLY"))),
    "a projection that lists its filter": (
        "DM455",
        lambda v: replace(v, projection=Projection("INCLUDE", ("category", "title"))),
    ),
    "a name that is taken": ("DM455", lambda v: replace(v, name="VECTOR2")),
    "an illegal name": ("DM455", lambda v: replace(v, name="V 1")),
    "somebody else's patterns": ("DM455", lambda v: replace(v, patterns=("notes",))),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_judge_refuses_a_vector_index_that_is_broken(made: Any, name: str) -> None:
    workload, plan, _ = made
    assert check(workload, plan) == ()
    code, change = BREAKS[name]
    assert code in {f.code for f in check(workload, _broken(change, plan))}


REQUEST_BREAKS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "another type": (
        "DM460",
        lambda r: replace(r, partition=(r.partition[0], replace(r.partition[1], source=Constant("NOTE")))),
    ),
    "no type": ("DM460", lambda r: replace(r, partition=r.partition[:1])),
    "no index": ("DM458", lambda r: replace(r, index="VECTOR9")),
    "fewer neighbors": ("DM469", lambda r: replace(r, page=4)),
    "strongly": ("DM467", lambda r: replace(r, consistent=True)),
}


@pytest.mark.parametrize("name", REQUEST_BREAKS)
def test_the_judge_refuses_a_search_that_is_broken(made: Any, name: str) -> None:
    workload, plan, _ = made
    code, change = REQUEST_BREAKS[name]
    patterns = tuple(replace(p, reads=(change(p.reads[0]),)) if p.name == "alike" else p for p in plan.patterns)
    assert code in {f.code for f in check(workload, replace(plan, patterns=patterns))}


def test_the_generated_client_finds_the_exact_neighbors(made: Any) -> None:
    workload, plan, suite = made
    backend = SearchingMoto()
    report = pipeline.verify(workload, plan, suite, backend)
    assert [m.wrong for m in report.mismatches] == []
    assert set(report.verified) == {p.name for p in workload.patterns}
    assert {s["IndexName"] for s in backend.searches} == {"VECTOR1", "VECTOR2", "VECTOR3"}
    # An expired note is among the nearest, so more are asked for.
    assert {s["TopK"] for s in backend.searches if s["IndexName"] == "VECTOR3"} > {4}


@pytest.mark.parametrize("seed", [9, 16, 31])  # more of them: range(200) takes some minutes
def test_random_searches_find_the_exact_neighbors(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "model.py"
    path.write_text(random_searches.model(seed), encoding="utf-8")
    workload = pipeline.load(path)
    plan = pipeline.plan(workload)
    pipeline.require_served(plan)
    report = pipeline.verify(workload, plan, pipeline.suite(workload, items=30), SearchingMoto())
    assert [(m.pattern, m.wrong) for m in report.mismatches] == []
    assert set(report.verified) == {p.name for p in workload.patterns}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('keys.TYPE: {"S": "PRODUCT"}', 'keys.TYPE: {"S": "NOTE"}'),
        ('"VECTOR1",', '"VECTOR3",'),
        ("vectors.to_vector(8)(meaning),", "vectors.to_vector(8)([-n for n in meaning]),"),
        ('"seller_id": {"S": seller_id},', ""),
        ("limit,", "min(limit, 2),"),
    ],
)
def test_a_search_that_is_wrong_is_found(made: Any, was: str, now: str) -> None:
    workload, plan, suite = made
    files = pipeline.artifacts(workload, plan, None, ("python",))
    (requests,) = [a for a in files.artifacts if a.path == "catalogue/requests.py"]
    assert was in requests.text
    wrong = replace(requests, text=requests.text.replace(was, now))
    changed = replace(files, artifacts=tuple(wrong if a is requests else a for a in files.artifacts))
    report = verify(workload, plan, changed, suite, SearchingMoto(), only=sorted(SEARCHES), trials=0, until_wrong=True)
    assert report.mismatches


@pytest.mark.local
def test_emulators_know_no_search_and_a_run_on_them_says_so(made: Any, local_endpoint: str) -> None:
    # A strict mark: when one of them learns it, this fails, and the tests above can run there.
    workload, plan, suite = made
    backends = (MotoBackend(), EndpointBackend(local_endpoint))
    for backend in backends:
        with backend as running:
            assert not running.searches_vectors()
    files = pipeline.artifacts(workload, plan, None, ("python",))
    report = verify(workload, plan, files, suite, MotoBackend(), only=sorted(SEARCHES))
    assert report.passed
    assert {p.name: p.skipped for p in report.patterns if p.skipped} == dict.fromkeys(
        SEARCHES, "moto has no SearchVectors"
    )
    assert {d.code for d in report.diagnostics()} == {"DM605"}


@pytest.fixture(scope="module")
def package(made: Any) -> Iterator[Any]:
    workload, plan, _ = made
    with loaded(workload, pipeline.artifacts(workload, plan, None, ("python",))) as generated:
        yield generated.module


PLUGIN = """
import boto3
from dynamodel.verify.backends.quick_moto import quick
from tests.support.searching import SearchingMoto

quick()
served, real = SearchingMoto(), boto3.client
boto3.client = lambda *words, **options: served.taught(real(*words, **options))
"""


@pytest.mark.parametrize(("taught", "wrong"), [(True, False), (True, True), (False, True)])
def test_the_emitted_suite_tests_searches_where_there_are_any(
    made: Any, tmp_path: Path, taught: bool, wrong: bool
) -> None:
    workload, plan, suite = made
    for each in pipeline.artifacts(workload, plan, suite, ("python", "suite")).artifacts:
        path = tmp_path / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        broken = each.text.replace('keys.TYPE: {"S": "PRODUCT"}', 'keys.TYPE: {"S": "NOTE"}') if wrong else each.text
        path.write_text(broken, encoding="utf-8")
    (tmp_path / "taught.py").write_text(PLUGIN, encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "alike or mood"]
    words += ["-p", "taught"] if taught else []
    paths = os.pathsep.join((str(tmp_path), str(Path(__file__).parents[2])))
    environment = os.environ | {"PYTHONPATH": paths, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    done = subprocess.run(
        [*words, "tests/catalogue_patterns"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    counted = {word for word in ("passed", "failed", "xfailed") if f" {word}" in done.stdout.splitlines()[-1]}
    # Without a search nothing of it is tested, and the summary says so.
    assert counted == ({"xfailed"} if not taught else {"passed", "failed"} if wrong else {"passed"}), done.stdout[
        -3000:
    ]


def _answer(**item: Any) -> dict[str, Any]:
    return {"SearchResults": [{"Item": item, "Score": 0.25}], "ConsumedCapacity": {"VectorSearchRequestBytes": 2048.0}}


class _Sync:
    def search_vectors(self, **request: Any) -> dict[str, Any]:
        self.request = request
        return _answer(title={"S": "A"})


class _Async(_Sync):
    async def search_vectors(self, **request: Any) -> dict[str, Any]:
        return super().search_vectors(**request)


def test_both_clients_send_the_search_and_give_score_and_row(package: Any) -> None:
    mood = [1.0, 0.5, -2.0]
    client = package.Catalogue("t", stub := _Sync())
    with client.measured() as usage:
        (found,) = client.by_mood(mood)
    assert (found.item.title, found.score, usage.vector_bytes, usage.read_units) == ("A", 0.25, 2048.0, 0.0)
    assert stub.request == {
        "TableName": "t",
        "IndexName": "VECTOR2",
        "SearchVector": [{"N": "1.0"}, {"N": "0.5"}, {"N": "-2.0"}],
        "TopK": 10,
        "SearchConditionExpression": "#a0 = :v0",
        "ProjectionExpression": "#a1",
        "ExpressionAttributeNames": {"#a0": "_type", "#a1": "title"},
        "ExpressionAttributeValues": {":v0": {"S": "PRODUCT"}},
        "ReturnConsumedCapacity": "INDEXES",
    }
    from importlib import import_module

    aio = import_module(f"{package.__name__}.aio").AsyncCatalogue("t", _Async())
    assert asyncio.run(aio.by_mood(mood)) == [found]
    (call,) = client.params(client.by_mood, mood, limit=3)
    assert (call.operation, call.request["TopK"]) == ("search_vectors", 3)


def test_botocore_takes_the_request_as_it_is(package: Any) -> None:
    import boto3
    from botocore.validate import ParamValidator

    model = boto3.client("dynamodb", region_name="us-east-1").meta.service_model.operation_model("SearchVectors")
    client = package.Catalogue("table", _Sync())
    (call,) = client.params(client.alike, "book", [0.5] * 8)
    assert not ParamValidator().validate(call.request, model.input_shape).has_errors()


def test_what_cannot_be_searched_is_refused_before_it_is_sent(package: Any) -> None:
    client = package.Catalogue("t", _Sync())
    with pytest.raises(package.ValueRefused, match="a vector of 2 numbers, not 3"):
        client.by_mood([1.0, 2.0])
    with pytest.raises(package.ValueRefused, match="finite"):
        client.by_mood([1.0, 2.0, float("nan")])
    with pytest.raises(package.LimitExceeded, match="1 to 100 items, not 101"):
        client.by_mood([1.0, 2.0, 3.0], limit=101)
    with pytest.raises(package.AccessError, match=r"by_mood: the client has no search_vectors"):
        package.Catalogue("t", object()).by_mood([1.0, 2.0, 3.0])


def _template(workload: Workload, plan: Plan) -> Any:
    (file,) = emit(workload, plan, None, ("cloudformation-json",)).artifacts
    return json.loads(file.text)


def test_the_template_has_the_indexes_and_cfn_lint_finds_nothing_else(made: Any) -> None:
    workload, plan, _ = made
    template = _template(workload, plan)
    table = template["Resources"]["Table"]["Properties"]
    assert table["VectorIndexes"][0] == {
        "IndexName": "VECTOR1",
        "VectorAttribute": {"AttributeName": "meaning"},
        "Dimensions": 8,
        "DistanceFunction": "COSINE",
        "SearchSchema": [
            {"AttributeName": "category", "SearchSchemaElementType": "HASH"},
            {"AttributeName": "_type", "SearchSchemaElementType": "INLINE_FILTER"},
            {"AttributeName": "seller_id", "SearchSchemaElementType": "INLINE_FILTER"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }
    assert {d["AttributeName"] for d in table["AttributeDefinitions"]} >= {"category", "_type", "seller_id"}
    assert [str(m) for m in lint(json.dumps(template))] == []
    del template["Resources"]["Table"]["Metadata"]  # the one false alarm, which the template silences
    assert {m.rule.id for m in lint(json.dumps(template))} == {"E3039"}


def test_a_global_table_has_the_same_indexes(made: Any) -> None:
    workload, plan, _ = made
    chosen = replace(plan.deployment, stream="NEW_AND_OLD_IMAGES", replicas=(Replica("eu-west-1"),))
    replicated = _template(workload, replace(plan, deployment=chosen))
    table = replicated["Resources"]["Table"]
    assert table["Type"] == "AWS::DynamoDB::GlobalTable"
    assert (
        table["Properties"]["VectorIndexes"]
        == _template(workload, plan)["Resources"]["Table"]["Properties"]["VectorIndexes"]
    )
    assert [str(m) for m in lint(json.dumps(replicated))] == []


def test_create_table_takes_the_same_indexes(made: Any) -> None:
    import boto3
    from botocore.validate import ParamValidator

    workload, plan, _ = made
    files = {a.path: a.text for a in emit(workload, plan, None, ("create-table",)).artifacts}
    (request,) = [json.loads(t) for p, t in files.items() if p.endswith(".json") and "VectorIndexes" in t]
    assert request["VectorIndexes"] == _template(workload, plan)["Resources"]["Table"]["Properties"]["VectorIndexes"]
    model = boto3.client("dynamodb", region_name="us-east-1").meta.service_model.operation_model("CreateTable")
    assert not ParamValidator().validate(request, model.input_shape).has_errors()


def test_terraform_has_no_such_argument_and_says_so(made: Any) -> None:
    with pytest.raises(ModelInvalid, match="the target `terraform` holds no vector indexes"):
        emit(*made[:2], None, ("terraform",))


def test_roles_may_search_the_indexes_of_their_patterns_in_a_statement_of_its_own(made: Any) -> None:
    workload, plan, _ = made
    template = _template(workload, plan)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            statements = resource["Properties"]["PolicyDocument"]["Statement"]
            searching = [s for s in statements if "dynamodb:SearchVectors" in s["Action"]]
            assert [s["Action"] for s in searching] == [["dynamodb:SearchVectors"]]
            names = {r["Fn::Sub"].rpartition("/")[2] for r in searching[0]["Resource"]}
            assert names == {"VECTOR1", "VECTOR2", "VECTOR3"}


UNSERVED = {
    'billing="provisioned"': "on demand only",
    "flag": "is not stored as text, number or bytes",
    "other": "has another `meaning`",
}


@pytest.mark.parametrize("case", UNSERVED)
def test_a_search_that_no_index_can_answer_is_an_error_with_its_reason(tmp_path: Path, case: str) -> None:
    text = MODEL.read_text(encoding="utf-8")
    if case == "flag":
        text = text.replace('category: Literal["book", "toy", "tool"]', "category: bool")
    elif case == "other":
        text = text.replace("meaning: Vector(8)\n\n\nclass Cat", "meaning: str\n\n\nclass Cat")
        text = "\n".join(line for line in text.splitlines() if "near=Note" not in line)
    else:
        text = text.replace('table="catalogue"', f'table="catalogue", {case}')
    path = tmp_path / "model.py"
    path.write_text(text, encoding="utf-8")
    findings = pipeline.plan(pipeline.load(path)).findings
    assert any(f.code == "DM401" and UNSERVED[case] in f.message for f in findings)


def test_a_role_that_is_limited_to_its_tenant_cannot_search(tmp_path: Path) -> None:
    text = MODEL.read_text(encoding="utf-8").replace('table="catalogue"', 'table="catalogue", tenant="seller_id"')
    text = text.replace('identity="product_id"', 'identity=("seller_id", "product_id")')
    path = tmp_path / "model.py"
    path.write_text(text, encoding="utf-8")
    workload = pipeline.load(path)
    plan = pipeline.plan(workload)
    assert plan.table.vectors[0].partition == KeyAttribute("seller_id")  # the tenant splits the index
    limited = replace(plan.deployment, roles=(Role("reader", ("alike",), tenant_tag="tenant"),))
    with pytest.raises(ModelInvalid) as wrong:
        emit(workload, replace(plan, deployment=limited), None, ("cloudformation",))
    assert {f.code for f in wrong.value.diagnostics} == {"DM531"}


def test_a_lock_keeps_the_name_of_an_index_and_gives_a_changed_one_another(made: Any, tmp_path: Path) -> None:
    workload, plan, _ = made
    assert pipeline.plan(workload, plan).table.vectors == plan.table.vectors
    path = tmp_path / "model.py"
    text = MODEL.read_text(encoding="utf-8").replace(
        "near=Product.meaning, by=Product.category,", "near=Product.meaning,"
    )
    path.write_text(text, encoding="utf-8")
    changed = pipeline.plan(pipeline.load(path), plan)
    assert [v.name for v in changed.table.vectors] == ["VECTOR4", "VECTOR2", "VECTOR3"]
    assert {r.index for p in changed.patterns for r in p.reads if p.name == "alike"} == {"VECTOR4"}
    assert {("DM413", "VECTOR4"), ("DM412", "VECTOR1")} <= {(f.code, f.path[0]) for f in changed.findings}
