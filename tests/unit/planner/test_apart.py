"""What writes add to is a key of its own attribute, in an index that nobody shares, where that spares a read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.explain.places import explain_places
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

    Board = Callable[..., Workload]

MODEL = """
from datetime import datetime
from dynamodel import Create, Entity, Get, Model, Query, Ulid, Update, attr, desc

class Score(Entity, identity=("season", "player")):
    season: int = attr(ge=1, le=99)
    player: Ulid
    country: str
    points: int = attr(default=0, ge=0, le=10**6)

class Game(Entity, identity="game_id"):
    game_id: Ulid
    player: Ulid
    at: datetime = attr(role="created")

class Board(Model{options}):
    top = Query(Score, by=Score.season, order_by=desc(Score.points), limit=10)
    top_in_country = Query(Score, by=(Score.season, Score.country), order_by=desc(Score.points), limit=10)
    games = Query(Game, by=Game.player, order_by=desc(Game.at), limit=10)
    {write}
    enter = Create(Score)
    play = Create(Game)
"""
WIN = "win = Update(Score, add=Score.points, rps=5)"


@pytest.fixture
def board(tmp_path: Path) -> Board:
    def model(write: str = WIN, options: str = "", text: str = MODEL) -> Workload:
        (tmp_path / "model.py").write_text(text.format(write=write, options=options))
        return pipeline.load(tmp_path / "model.py")

    return model


def sharing(plan: Plan) -> list[tuple[str, ...]]:
    """The entities of each index, in the order of the indexes."""
    return [i.entities for i in plan.table.gsis]


def test_every_key_that_a_write_adds_to_has_an_index_to_itself(board: Board) -> None:
    workload = board()
    plan = make_plan(workload)
    assert sharing(plan) == [("Game",), ("Score",), ("Score",)]
    assert [i.name for i in plan.table.gsis] == ["GSI1", "GSI2", "GSI3"]
    win = plan.pattern("win")
    assert (win.request_count, win.steps[0].read_first) == (1, ())
    assert check(workload, plan) == ()


@pytest.mark.parametrize(
    ("write", "options"),
    [
        (WIN, ", indexes=2"),  # there are not that many
        (WIN, ", multi_attribute_keys=False"),
        ("move = Update(Score, set=(Score.country, Score.points))", ""),  # it knows all of both keys
        ("win = Create(Game)", ""),
    ],
)
def test_indexes_are_shared_where_none_more_spares_a_read(board: Board, write: str, options: str) -> None:
    assert sharing(make_plan(board(write, options))) == [("Score", "Game"), ("Score",)]


def test_nothing_is_gained_where_another_key_asks_for_the_read(board: Board) -> None:
    by_country = "by_country = Query(Score, by=Score.season, order_by=(Score.country, Score.points), limit=9)"
    plan = make_plan(board(f"{WIN}\n    {by_country}"))  # a text that may be empty is no key
    assert plan.pattern("win").steps[0].read_first
    assert len(plan.table.gsis) == len(make_plan(board(by_country)).table.gsis)


DISPATCH = """
from datetime import datetime
from typing import Literal
from dynamodel import Entity, Model, Query, Transaction, Ulid, Update, attr, lt

class Courier(Entity, identity="courier_id", count=20_000):
    courier_id: Ulid
    zone: str
    status: Literal["off", "free", "busy"] = attr(share={{"off": .7, "free": .1, "busy": .2}})
    moved_at: datetime

class Order(Entity, identity="order_id"):
    order_id: Ulid
    restaurant_id: Ulid
    status: Literal["placed", "riding", "done"]
    placed_at: datetime = attr(role="created")

class Dispatch(Model{options}):
    kitchen = Query(Order, by=Order.restaurant_id, where=Order.status == "placed", order_by=Order.placed_at, rps=60)
    deliver = Transaction(
        Update(Order, set=Order.status == "done", when=Order.status == "riding"),
        Update(Courier, set=Courier.status == "free"),
        rps=12,
    )
    locate = Update(Courier, set=Courier.moved_at, rps=400)
    free = Query(Courier, by=Courier.zone, where=Courier.status == "free", limit=20, rps=20)
    idle = Query(Courier, where=Courier.status != "off", range=lt(Courier.moved_at), order_by=Courier.moved_at, rps=0.1)
"""


def test_a_key_that_spares_no_read_takes_no_index_from_one_that_does(board: Board) -> None:
    plan = make_plan(board(text=DISPATCH))
    count = len(plan.table.gsis)
    tight = make_plan(board(options=f", indexes={count}", text=DISPATCH))
    assert [p.request_count for p in tight.patterns] == [p.request_count for p in plan.patterns]


FLEET = """
from datetime import datetime
from dynamodel import Entity, Model, Query, Ulid, Update, attr, desc

class Device(Entity, identity=("site", "device_id"), count=1_000_000):
    site: str
    device_id: Ulid
    serial: str
    online: bool = attr(share={{True: .93, False: .07}})
    seen_at: datetime

class Alert(Entity, identity="alert_id"):
    alert_id: Ulid
    device_id: Ulid
    note: str

class Fleet(Model{options}):
    offline = Query(Device, by=Device.site, where=Device.online == False, order_by=Device.seen_at, limit=100)
    serial = Query(Device, by=Device.serial)
    alerts = Query(Alert, by=Alert.device_id, order_by=desc(Alert.note), limit=10)
    heartbeat = Update(Device, set=(Device.seen_at, Device.online == True), rps=300)
    went_dark = Update(Device, set=Device.online == False, when=Device.online == True)
"""


def test_a_key_that_spares_a_read_is_looked_at_where_one_that_can_be_shared_is_dearer(board: Board) -> None:
    """The list of all devices by state needs no read as text, but each heartbeat rewrites it."""
    workload = board(text=FLEET)
    plan = make_plan(workload)
    assert sharing(plan) == [("Device", "Alert"), ("Device",)]
    (device, _) = plan.entities
    assert [bool(k.when) for k in device.indexes] == [False, True]
    assert [p.request_count for p in plan.patterns] == [1] * 5
    assert plan.proof.traded == 0
    assert check(workload, plan) == ()
    as_text = make_plan(board(text=FLEET, options=", multi_attribute_keys=False"))
    assert as_text.cost.monthly > 3 * plan.cost.monthly // 2


def test_what_is_deployed_in_a_shared_index_stays_there(board: Board) -> None:
    deployed = make_plan(board(options=", indexes=2"))
    assert sharing(make_plan(board(), deployed)) == sharing(deployed)
    apart = make_plan(board())
    again = make_plan(board(), apart)
    assert (again.table, again.entities) == (apart.table, apart.entities)


def test_the_explanation_says_why_it_does_not_lie_with_others(board: Board) -> None:
    workload = board()
    uses = {u.place: u.uses for u in explain_places(workload, make_plan(workload))}
    reasons = {e.place: e.reason for e in uses["GSI2"][0].elsewhere}
    assert reasons["GSI1"] == "Score has no key there; shared, it would be text, which writes must know whole"
    (game,) = uses["GSI1"]
    assert {e.reason for e in game.elsewhere if e.place == "GSI2"} == {
        "Game has no key there; one would do as well as here"
    }
