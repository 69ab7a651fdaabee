"""Requests that do not wait for each other go out at the same time, from threads; their answers keep their order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.packages import everything, import_package, submodule


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return import_package(*everything(), tmp_path_factory.mktemp("fan_out"), "fan_out_everything")


class Meeting:
    """A client whose queries are answered only when so many are under way."""

    def __init__(self, parties):
        self.barrier = threading.Barrier(parties, timeout=20)
        self.threads = set()

    def query(self, **request):
        self.threads.add(threading.current_thread().name)
        self.barrier.wait()
        return {"Items": [{"N": {"N": request["shard"]}}], "ConsumedCapacity": {"CapacityUnits": 1.0}}


def shards(number):
    return [{"TableName": "t", "KeyConditionExpression": "S = :s", "shard": str(n)} for n in range(number)]


def read(package, client, number, **options):
    """The numbers of a list in so many shards, read with one call."""
    engine, merging, sending = (submodule(package, name) for name in ("engine", "merging", "sending"))
    order = [(lambda item: int(item["N"]["N"]), True)]
    steps = engine.Engine("t").page("listed", merging.streams(shards(number), ("N",)), order=order)
    page = sending.Connection(client, **options).run("listed", steps)
    return [int(item["N"]["N"]) for item in page]


def test_shards_are_read_at_the_same_time_and_merged_in_order(package):
    client = Meeting(5)
    assert read(package, client, 5) == [4, 3, 2, 1, 0]
    assert len(client.threads) == 5


def test_they_are_sent_by_the_threads_that_the_caller_gives(package):
    client = Meeting(3)
    with ThreadPoolExecutor(2, "mine") as mine:
        assert read(package, client, 3, executor=mine) == [2, 1, 0]
    here = threading.current_thread().name
    assert all(name.startswith("mine") for name in client.threads - {here})


def test_capacity_is_counted_across_threads(package):
    with submodule(package, "hooks").measured() as usage:
        read(package, Meeting(6), 6)
    assert (usage.requests, usage.read_units) == (6, 6.0)


def test_a_failed_request_waits_for_the_others_and_fails_the_call(package):
    finished = []

    class Failing:
        def query(self, **request):
            if request["shard"] == "0":
                raise RuntimeError("broken")
            threading.Event().wait(0.05)
            finished.append(request["shard"])
            return {"Items": []}

    with pytest.raises(RuntimeError, match="broken"):
        read(package, Failing(), 3)
    assert sorted(finished) == ["1", "2"]
