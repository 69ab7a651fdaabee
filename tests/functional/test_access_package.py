"""An emitted package at work on moto: what is stored, what is answered, what is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from decimal import Decimal
from uuid import UUID

import boto3
import pytest

from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.keys.choose import identity_components
from dynamodel.keys.templates import item_key
from dynamodel.verify.schema import create_table_request
from tests.support.packages import everything, import_package, submodule
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return import_package(*everything(), tmp_path_factory.mktemp("emitted"), "emitted_everything")


@pytest.fixture
def dynamodb(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with quick_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(**create_table_request(everything()[1].table, "t"))
        yield client


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client(package, dynamodb, clock):
    return package.Everything("t", dynamodb, clock=clock)


def account(package, account_id=ONE, **values):
    given = {
        "account_id": account_id,
        "email": "a@b",
        "contact": {"address": {"street": "s"}, "phones": ["1"]},
        "balance": Decimal("1.50"),
        **values,
    }
    return package.Account.from_dict(given)


def page(package, name, **values):
    given = {"account_id": ONE, "list": name, "map": "m", "state": "draft", "rank": 0, "score": 5, **values}
    return package.ENTITIES["Page"].from_dict(given)


def items(dynamodb):
    return dynamodb.scan(TableName="t")["Items"]


def holds(condition: ConditionDef, values):
    assert condition.op in {Op.EQ, Op.PRESENT}, "this test knows these only"
    value = values.get(condition.attribute)
    return value is not None and (condition.op is Op.PRESENT or value == condition.operands[0].value)


def keys_from_scratch(entity_name, values):
    """The key attributes that an item must have, from the plan alone."""
    workload, plan = everything()
    entity, design = workload.entity(entity_name), plan.entity(entity_name)
    found = {}
    for key in (design.base, *design.indexes):
        texts = {
            f.name: item_key(f.value, values, identity_components(entity))
            for f in key.fields
            if hasattr(f.value, "tokens")
        }
        if all(holds(c, values) for c in key.when) and None not in texts.values():
            found |= texts
    return found


def check_keys(dynamodb, entity_name, entity):
    """The stored item's key attributes are those computed from its values."""
    values = entity.to_dict()
    expected = keys_from_scratch(entity_name, values)
    stored = next(i for i in items(dynamodb) if i["PK"]["S"] == expected["PK"] and i["SK"]["S"] == expected["SK"])
    held = {name: value["S"] for name, value in stored.items() if name.endswith(("PK", "SK"))}
    assert held == expected


def test_values_of_every_type_come_back(package, client, dynamodb):
    given = account(
        package,
        nick="né#$",
        homes=[{"street": "x", "zip": "1"}],
        hits={"a": 1, "#": -2},
        tags={"t", ""},
        photo=b"\x00\xff",
        born=dt.date(999, 1, 1),
        balance=Decimal("-999.99"),
        expires_at=NOW + dt.timedelta(seconds=1),
    )
    client.sign_up(given)
    read = client.account(ONE)
    assert read == dataclasses.replace(given, created_at=NOW, changed_at=NOW, version=1)
    assert read.contact.address == package.Address(street="s")
    assert package.Account.from_dict(read.to_dict()) == read
    check_keys(dynamodb, "Account", read)


def test_empty_sets_and_none_are_not_stored(package, client, dynamodb):
    client.sign_up(account(package))
    (item,) = [i for i in items(dynamodb) if i["_type"]["S"] == "ACCOUNT"]
    assert not {"tags", "nick", "photo"} & set(item)
    assert client.account(ONE).tags == set()


def test_create_refuses_what_exists_but_not_what_expired(package, client, clock):
    client.sign_up(account(package, expires_at=NOW + dt.timedelta(seconds=10)))
    with pytest.raises(package.AlreadyExists) as caught:
        client.sign_up(account(package, email="c@d"))
    assert caught.value.pattern == "sign_up"
    clock.now += dt.timedelta(seconds=10)
    assert client.account(ONE) is None
    client.sign_up(account(package, email="e@f"))
    assert client.account(ONE).email == "e@f"


def test_updates_keep_every_key_right(package, client, dynamodb):
    client.write_page(page(package, "a", rank=3))
    check_keys(dynamodb, "Page", client.shift(ONE, "a", 4))
    check_keys(dynamodb, "Page", client.publish(ONE, "a", NOW))
    check_keys(dynamodb, "Page", client.shift(ONE, "a", -10))
    check_keys(dynamodb, "Page", client.unpublish(ONE, "a", "gone"))
    assert client.page(ONE, "a").rank == -3


def test_an_update_out_of_the_declared_range_sends_nothing(package, client):
    client.write_page(page(package, "a", rank=99))
    with pytest.raises(package.ValueRefused):
        client.shift(ONE, "a", 2)
    assert client.page(ONE, "a").rank == 99


def test_update_of_nothing_makes_no_item(package, client, dynamodb):
    with pytest.raises(package.NotFound):
        client.move(ONE, package.Contact.from_dict({"address": {"street": "s"}, "phones": []}), [])
    assert items(dynamodb) == []


def test_versions(package, client):
    client.sign_up(account(package))
    assert client.visit(ONE, 1, {}, set(), expected_version=1).version == 2
    with pytest.raises(package.VersionConflict):
        client.visit(ONE, 1, {}, set(), expected_version=1)
    changed = client.visit(ONE, 2, {"x": 1}, {"t"})
    assert (changed.visits, changed.hits, changed.tags, changed.version) == (3, {"x": 1}, {"t"}, 3)


def guards(dynamodb):
    return sorted(i["PK"]["S"] for i in items(dynamodb) if i["_type"]["S"] == "UNIQ")


def test_unique_values_are_claimed_moved_and_given_up(package, client, dynamodb):
    client.sign_up(account(package, nick="n"))
    with pytest.raises(package.UniqueTaken):
        client.sign_up(account(package, TWO))
    client.sign_up(account(package, TWO, email="c@d"))
    with pytest.raises(package.UniqueTaken):
        client.rename(TWO, "a@b", None)
    client.rename(ONE, "x@y", None)
    assert len(guards(dynamodb)) == 2
    client.rename(TWO, "a@b", "n")
    assert client.account_by_email("a@b").account_id == TWO
    client.leave(ONE)
    client.leave(TWO)
    client.leave(TWO)
    assert items(dynamodb) == []


def test_guards_carry_the_time_to_live_of_their_owner(package, client, dynamodb, clock):
    client.sign_up(account(package))
    later = NOW + dt.timedelta(hours=1)
    client.touch(ONE, later)
    assert {i["expires_at"]["N"] for i in items(dynamodb)} == {str(int(later.timestamp()))}
    clock.now = later
    client.sign_up(account(package, TWO))
    assert client.account_by_email("a@b").account_id == TWO


def test_a_condition_on_the_clock_and_on_absence(package, client, clock):
    client.lend(package.Token(token="t", account_id=ONE, owner="me", until=NOW + dt.timedelta(minutes=5), kind=1))
    with pytest.raises(package.ConditionFailed):
        client.take("t", "you", NOW)
    clock.now += dt.timedelta(minutes=6)
    assert client.take("t", "you", clock.now).owner == "you"
    with pytest.raises(package.ConditionFailed):
        client.give_back("t", "me")
    client.give_back("t", "you")
    assert client.both(ONE, "t").token is None


def test_a_lifetime_counts_from_the_clock(package, client):
    token = package.Token(token="t", account_id=ONE, until=NOW, kind=2)
    assert token.expires_at == package.NOW
    client.lend(token)
    assert client.tokens(ONE).items[0].expires_at == NOW + dt.timedelta(days=1)


def test_an_upsert_makes_changes_and_replaces_what_expired(package, client, dynamodb, clock):
    day = dt.date(2030, 1, 1)
    made = client.remember(day, "n", Decimal(5), "l", 2)
    assert (made.visits, made.version, made.made_at) == (2, 1, NOW)
    clock.now += dt.timedelta(hours=1)
    changed = client.remember(day, "n", None, "m", 3)
    assert (changed.visits, changed.version, changed.made_at, changed.last) == (5, 2, NOW, None)
    check_keys(dynamodb, "Counter", changed)
    client.save_counter(dataclasses.replace(changed, expires_at=clock.now + dt.timedelta(seconds=1)))
    clock.now += dt.timedelta(hours=1)
    fresh = client.remember(day, "n", Decimal(1), None, 1)
    assert (fresh.visits, fresh.version, fresh.made_at, fresh.expires_at) == (1, 1, clock.now, None)
    check_keys(dynamodb, "Counter", fresh)


def test_a_transaction_is_all_or_nothing(package, client):
    client.sign_up(account(package))
    client.lend(package.Token(token="t", account_id=ONE, until=NOW, kind=1))
    with pytest.raises(package.ConditionFailed):
        client.spend("t", ONE)
    assert client.both(ONE, "t").token is not None
    client.visit(ONE, 1, {}, set())
    client.spend("t", ONE, idempotency_token="once")
    assert client.both(ONE, "t").token is None


def ranked(package, client, count=7):
    for n in range(count):
        client.write_page(page(package, f"p{n}", rank=n, map=f"m{n % 2}"))


def test_pages_are_exact_whatever_their_size(package, client):
    ranked(package, client)
    whole = [p.rank for p in client.pages_ranked(ONE, -100, 100, limit=None)]
    assert whole == [6, 5, 4, 3, 2, 1, 0]
    for size in (1, 2, 3, 7, 50):
        every = client.every(lambda **paging: client.pages_ranked(ONE, -100, 100, **paging), limit=size)
        assert [p.rank for p in every] == whole
    assert len(client.pages_ranked(ONE, -100, 100)) == 3


def test_a_filter_does_not_shorten_pages(package, client):
    for n in range(9):
        client.write_page(page(package, f"p{n}", notes="x" if n % 3 == 0 else None))
    first = client.noted(ONE)
    assert [p.list_ for p in first] == ["p0", "p3"]
    assert [p.list_ for p in client.noted(ONE, cursor=first.cursor)] == ["p6"]


def test_a_limited_collection_is_exact_with_and_without_its_root(package, client):
    ranked(package, client, 5)
    for root in (None, account(package)):
        if root is not None:
            client.sign_up(root)
        home = client.home(ONE)
        assert (home.account is not None) == (root is not None)
        names, cursor = [p.list_ for p in home.pages], home.cursor
        assert names == ["p4", "p3"]
        while cursor is not None:
            home = client.home(ONE, cursor=cursor)
            assert home.account is None
            names, cursor = names + [p.list_ for p in home.pages], home.cursor
        assert names == ["p4", "p3", "p2", "p1", "p0"]


def test_a_batch_comes_in_the_order_asked(package, client):
    ranked(package, client, 4)
    asked = [(ONE, "p3"), (ONE, "none"), (ONE, "p0"), (ONE, "p3")]
    assert [p.list_ for p in client.pages(asked)] == ["p3", "p0", "p3"]


def test_rows_counts_scans_and_deletes_by_something_else(package, client):
    ranked(package, client, 3)
    client.publish(ONE, "p1", NOW)
    assert [(r.list, r.state) for r in client.published("2030-01")] == [("p1", "live")]
    assert client.count_live() == 1
    assert len(client.all_pages()) == 3
    for n in range(30):
        client.lend(package.Token(token=f"t{n}", account_id=ONE, until=NOW, kind=3))
    assert client.drop_tokens(ONE) == 30
    assert client.drop_tokens(ONE) == 0


def test_a_key_that_cannot_exist_is_answered_without_a_request(package, client, dynamodb, monkeypatch):
    def refuse(**request):
        raise AssertionError(request)

    monkeypatch.setattr(dynamodb, "query", refuse)
    monkeypatch.setattr(dynamodb, "get_item", refuse)
    assert client.pages_ranked(ONE, 5, 4).items == []
    assert client.pages_ranked(ONE, 200, 300).items == []
    assert client.page(ONE, "x" * 2000) is None
    with pytest.raises(package.ValueRefused):
        client.account_by_email("\ud800")


@pytest.fixture
def cursor(package, client):
    ranked(package, client)
    return client.pages_ranked(ONE, -100, 100, limit=2).cursor


def test_a_cursor_of_another_call_is_refused(package, client, cursor):
    for call in (
        lambda: client.pages_ranked(TWO, -100, 100, cursor=cursor),
        lambda: client.pages_ranked(ONE, 0, 100, cursor=cursor),
        lambda: client.live_pages(cursor=cursor),
        lambda: client.pages_ranked(ONE, -100, 100, cursor="x" + cursor),
        lambda: client.pages_ranked(ONE, -100, 100, cursor="né"),
        lambda: client.pages_ranked(ONE, -100, 100, cursor=""),
    ):
        with pytest.raises(package.CursorInvalid):
            call()


def forged(cursor, **changes):
    held = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return urlsafe_b64encode(json.dumps(held | changes).encode()).decode()


def test_a_stale_or_damaged_cursor_is_refused(package, client, cursor):
    for made in (
        forged(cursor, plan="another"),
        forged(cursor, at=[]),
        forged(cursor, at=[{"PK": {"S": "x"}}]),
        forged(cursor, at=["other"]),
        forged(cursor, at=[{"PK": 1, "SK": {"S": ""}}]),
    ):
        with pytest.raises(package.CursorInvalid):
            client.pages_ranked(ONE, -100, 100, cursor=made)


def test_signed_cursors_cannot_be_forged(package, client, dynamodb, cursor):
    signed = package.Everything("t", dynamodb, cursor_key=b"secret")
    other = package.Everything("t", dynamodb, cursor_key=b"other")
    good = signed.pages_ranked(ONE, -100, 100, limit=2).cursor
    assert len(signed.pages_ranked(ONE, -100, 100, cursor=good)) == 3
    for bad in (cursor, good[:-1] + ("0" if good[-1] != "0" else "1")):
        with pytest.raises(package.CursorInvalid):
            signed.pages_ranked(ONE, -100, 100, cursor=bad)
    with pytest.raises(package.CursorInvalid):
        other.pages_ranked(ONE, -100, 100, cursor=good)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_is_positive(package, client, limit):
    with pytest.raises(package.ValueRefused, match="at least 1") as caught:
        client.pages_ranked(ONE, -100, 100, limit=limit)
    assert caught.value.pattern == "pages_ranked"


class Stubborn:
    """A client whose batches leave keys unprocessed a number of times."""

    def __init__(self, real, refusals):
        self.real, self.refusals, self.calls = real, refusals, 0

    def __getattr__(self, name):
        return getattr(self.real, name)

    def batch_get_item(self, RequestItems):  # noqa: N803 - the service's own name
        self.calls += 1
        if self.refusals:
            self.refusals -= 1
            ((table, asked),) = RequestItems.items()
            rest = {table: {"Keys": asked["Keys"][1:]}}
            answer = self.real.batch_get_item(RequestItems={table: {"Keys": asked["Keys"][:1]}})
            return {**answer, "UnprocessedKeys": rest}
        return self.real.batch_get_item(RequestItems=RequestItems)


def test_unprocessed_keys_are_asked_again_until_the_deadline(package, client, dynamodb, monkeypatch):
    ranked(package, client, 4)
    engine = submodule(package, "engine")
    monkeypatch.setattr(engine.time, "sleep", lambda seconds: None)
    asked = [(ONE, f"p{n}") for n in range(4)]
    stubborn = Stubborn(dynamodb, 2)
    assert len(package.Everything("t", stubborn).pages(asked)) == 4
    assert stubborn.calls == 3
    with pytest.raises(package.Unfinished) as caught:
        package.Everything("t", Stubborn(dynamodb, 99), deadline=0).pages([(ONE, "gone"), *asked[::-1], asked[3]])
    assert caught.value.found == ()
    assert caught.value.rest == (*asked[::-1], asked[3])
    with pytest.raises(package.Unfinished) as caught:
        package.Everything("t", Stubborn(dynamodb, 99), deadline=0).pages(asked)
    assert caught.value.remaining == 3
    assert [*caught.value.found, *client.pages(list(caught.value.rest))] == client.pages(asked)


def test_a_change_between_reading_and_writing_is_noticed(package, client, dynamodb, monkeypatch):
    client.write_page(page(package, "a", rank=1))
    writing = submodule(package, "writing")
    monkeypatch.setattr(submodule(package, "engine").time, "sleep", lambda seconds: None)
    real, meddled = writing.Attempt.read, []

    def read(self, key):
        item = real(self, key)
        if not meddled:
            meddled.append(key)
            client.write_page(page(package, "a", rank=10))
        return item

    monkeypatch.setattr(writing.Attempt, "read", read)
    changed = client.shift(ONE, "a", 1)
    assert changed.rank == 11
    check_keys(dynamodb, "Page", changed)


def test_names_that_meet_others_are_kept_apart(package, client):
    assert package.ENTITIES["Page"].__name__ == "Page_"
    client.write_page(page(package, "x", map="m#"))
    assert [p.list_ for p in client.pages_by_map("m#", "x")] == ["x"]
