"""How writes fail: what an error says and carries, what is tried again, what is refused before it is sent."""

from __future__ import annotations

import datetime as dt
import logging

import boto3
import pytest
from botocore.exceptions import ClientError

from dynamodel.verify.schema import create_table_request
from tests.support.designs import designed
from tests.support.packages import import_package, submodule
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
ULID = "01JD00000000000000000000{:02d}"
WRITES = {"put_item", "update_item", "delete_item", "transact_write_items", "batch_write_item"}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    known = designed("tracker")
    return import_package(known.workload, known.plan, tmp_path_factory.mktemp("emitted"), "emitted_tracker")


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    known = designed("sessions")
    return import_package(known.workload, known.plan, tmp_path_factory.mktemp("emitted"), "emitted_sessions")


@pytest.fixture
def dynamodb(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with quick_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        for name in ("tracker", "sessions"):
            client.create_table(**create_table_request(designed(name).plan.table, name))
        yield client


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch, package, sessions):
    for emitted in (package, sessions):
        monkeypatch.setattr(submodule(emitted, "sending").time, "sleep", lambda seconds: None)


class Troubled:
    """A client whose first writes fail with given errors; it counts what is sent."""

    def __init__(self, real, *errors):
        self.real, self.errors, self.sent = real, list(errors), 0

    def __getattr__(self, name):
        def call(**request):
            if name in WRITES:
                self.sent += 1
                if self.errors:
                    raise self.errors.pop(0)
            return getattr(self.real, name)(**request)

        return call


def refused(code, operation="PutItem", **more):
    return ClientError({"Error": {"Code": code, "Message": code}, **more}, operation)


def client_of(package, dynamodb, *errors):
    return package.Tracker("tracker", Troubled(dynamodb, *errors), clock=lambda: NOW)


def person(package, number, handle):
    return package.Person(person_id=ULID.format(number), handle=handle, name="n")


def test_what_was_found_is_on_the_error(package, dynamodb):
    client = client_of(package, dynamodb)
    first = package.Project(project="p")
    client.start_project(first)
    with pytest.raises(package.AlreadyExists) as caught:
        client.start_project(package.Project(project="p", last_number=7))
    assert (caught.value.pattern, caught.value.item, caught.value.also) == ("start_project", first, ())

    client.acquire("r", "ada", NOW + dt.timedelta(minutes=1))
    with pytest.raises(package.ConditionFailed) as failed:
        client.acquire("r", "bob", NOW + dt.timedelta(minutes=1))
    assert failed.value.item.holder == "ada"
    assert str(failed.value) == "acquire: Lease: the condition does not hold: (holder absent or until < now())"

    client.write_page(package.Page_(project="p", page="a", text="t"))
    with pytest.raises(package.VersionConflict) as conflict:
        client.edit_page("p", "a", "u", expected_version=9)
    assert (conflict.value.item.revision, conflict.value.pattern) == (1, "edit_page")
    with pytest.raises(package.NotFound) as absent:
        client.renew("other", NOW, "ada")
    assert absent.value.item is None


def test_a_cancelled_transaction_gives_all_its_reasons(package, dynamodb):
    client = client_of(package, dynamodb)
    ada = person(package, 1, "ada")
    client.join(ada)
    with pytest.raises(package.AlreadyExists) as caught:
        client.join(person(package, 1, "ada"))
    assert caught.value.item == ada
    assert [(type(e).__name__, e.pattern) for e in caught.value.also] == [("UniqueTaken", "join")]
    with pytest.raises(package.UniqueTaken) as taken:
        client.found_team(package.Team(team_id=ULID.format(2), handle="ada"))
    assert (taken.value.pattern, taken.value.also) == ("found_team", ())


def test_a_throttled_write_is_made_again_and_the_reasons_are_logged(package, dynamodb, caplog):
    reason = {"reason": "TableWriteKeyRangeThroughputExceeded", "resource": "arn:t"}
    throttled = refused("ThrottlingException", ThrottlingReasons=[reason])
    client = client_of(package, dynamodb, throttled, refused("TransactionConflictException"))
    with caplog.at_level(logging.WARNING, logger=package.__name__):
        client.start_project(package.Project(project="p"))
    assert client.project("p") is not None
    (record,) = caplog.records
    why = "ThrottlingException (TableWriteKeyRangeThroughputExceeded arn:t)"
    assert record.getMessage() == f"start_project: put_item throttled at attempt 1, {why}"


def test_a_write_that_stays_throttled_raises_what_the_service_said(package, dynamodb):
    client = client_of(package, dynamodb, *[refused("ThrottlingException")] * 99)
    with pytest.raises(ClientError) as caught:
        client.join(person(package, 1, "ada"))
    assert caught.value.response["Error"]["Code"] == "ThrottlingException"


def test_another_error_of_the_service_is_not_hidden(package, dynamodb):
    troubled = Troubled(dynamodb, refused("AccessDeniedException"))
    with pytest.raises(ClientError):
        package.Tracker("tracker", troubled, clock=lambda: NOW).start_project(package.Project(project="p"))
    assert troubled.sent == 1


def test_a_new_item_whose_answer_was_lost_is_not_in_its_own_way(package, dynamodb):
    project = package.Project(project="p")
    item = submodule(package, "keys").project_item(project)
    again = {"ResponseMetadata": {"RetryAttempts": 1}, "Item": item}
    client_of(package, dynamodb, refused("ConditionalCheckFailedException", **again)).start_project(project)
    for error in (
        refused("ConditionalCheckFailedException", Item=item),  # nobody tried before
        refused("ConditionalCheckFailedException", **{**again, "Item": {**item, "last_number": {"N": "7"}}}),
    ):
        with pytest.raises(package.AlreadyExists):
            client_of(package, dynamodb, error).start_project(project)


def test_a_token_used_for_something_else_is_told(package, dynamodb):
    client = client_of(package, dynamodb, refused("IdempotentParameterMismatchException"))
    client_of(package, dynamodb).start_project(package.Project(project="p"))
    with pytest.raises(package.TokenReused):
        client.open_issue(package.Issue(project="p", title="t"), idempotency_token="t")


def test_what_is_too_large_is_refused_before_it_is_sent(package, dynamodb):
    troubled = Troubled(dynamodb)
    client = package.Tracker("tracker", troubled, clock=lambda: NOW)
    with pytest.raises(package.LimitExceeded, match="at most 409600"):
        client.write_page(package.Page_(project="p", page="a", text="€" * 140_000))
    sizes = submodule(package, "sizes")
    put = {"Item": {"PK": {"S": "k"}, "x": {"L": [{"S": "x" * 399_000}]}}}
    with pytest.raises(package.LimitExceeded, match="bytes: a transaction has at most 4194304"):
        sizes.check([put] * 11)
    with pytest.raises(package.LimitExceeded, match="101 items"):
        sizes.check([{"Key": {"PK": {"S": "k"}}}] * 101)
    sizes.check([put] * 10)
    assert troubled.sent == 0


SESSIONS = [f"t{n}" for n in range(30)]


def signed_in(sessions, client):
    for token in SESSIONS:
        client.sign_in(sessions.Session(token=token, username="ada", device="d"))


def test_a_batch_goes_on_until_all_is_written(sessions, dynamodb):
    client = sessions.SessionStore("sessions", dynamodb, clock=lambda: NOW)
    signed_in(sessions, client)
    troubled = Troubled(dynamodb, refused("ProvisionedThroughputExceededException", "BatchWriteItem"))
    assert sessions.SessionStore("sessions", troubled, clock=lambda: NOW).sign_out_everywhere("ada") == 30
    assert troubled.sent == 3
    assert client.devices("ada").items == []


def test_what_a_batch_could_not_write_is_handed_back(sessions, dynamodb):
    client = sessions.SessionStore("sessions", dynamodb, clock=lambda: NOW)
    signed_in(sessions, client)
    troubled = Troubled(dynamodb, *[refused("ThrottlingException", "BatchWriteItem")] * 99)
    with pytest.raises(sessions.Unfinished) as caught:
        sessions.SessionStore("sessions", troubled, clock=lambda: NOW, deadline=0).sign_out_everywhere("ada")
    keys = [entry["DeleteRequest"]["Key"]["PK"]["S"] for entry in caught.value.rest]
    assert sorted(keys) == sorted(f"SESSION#{token}#" for token in SESSIONS)
    assert caught.value.remaining == 30
