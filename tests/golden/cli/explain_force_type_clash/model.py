"""Two entities that hold `rank` in different types."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Query, Ulid


class Player(Entity, identity="player_id", count=1_000):
    player_id: Ulid
    league: str = Field(min_length=1, max_length=20)
    rank: int


class Officer(Entity, identity="officer_id", count=1_000):
    officer_id: Ulid
    league: str = Field(min_length=1, max_length=20)
    rank: str = Field(min_length=1, max_length=20)


class Club(Model, table="club"):
    """A club."""

    player = Get(Player, rps=5)
    officer = Get(Officer, rps=5)
    players = Query(Player, by=Player.league, order_by=Player.rank, limit=20, rps=3)
    officers = Query(Officer, by=Officer.league, order_by=Officer.rank, limit=20, rps=3)
    join = Create(Player, rps=1)
    appoint = Create(Officer, rps=1)
