"""Player profiles of an online game: one partition holds all that belongs to a player."""

from datetime import datetime
from typing import Literal

from dynamodel import (
    Collection,
    Create,
    Delete,
    Entity,
    Get,
    Model,
    Parent,
    Put,
    Query,
    Update,
    Upsert,
    absent,
    attr,
    desc,
)


class Player(Entity, identity="player_id", count=1_000_000):
    """A player. Every change counts the version up, so that two servers cannot overwrite each other."""

    player_id: str = attr(bytes=(12, 36))
    nickname: str = attr(bytes=(12, 40))
    level: int = attr(ge=1, le=100, default=1)
    health: int = attr(ge=0, le=1_000, default=100)
    experience: int = attr(ge=0, le=1_000_000_000, default=0)
    created_at: datetime = attr(role="created")
    updated_at: datetime = attr(role="updated")
    version: int = attr(role="version")


class Friends(Entity, identity="player_id", parent=Parent(Player, children=(1, 1))):
    """The friends of a player, as one list: it is short and always read whole."""

    player_id: str = attr(bytes=(12, 36))
    names: list[str] = attr(items=(20, 200))


class Item(Entity, identity=("player_id", "item_id"), parent=Parent(Player, children=(30, 400))):
    """Something in a player's bag."""

    player_id: str = attr(bytes=(12, 36))
    item_id: str = attr(bytes=(10, 24))
    name: str = attr(bytes=(20, 60))
    amount: int = attr(ge=-1_000_000, le=1_000_000, default=1)
    traits: dict[str, int] = attr(bytes=(80, 600))


class Equipment(Entity, identity=("player_id", "slot"), parent=Parent(Player, children=(5, 6))):
    """What a player wears: at most one thing a slot."""

    player_id: str = attr(bytes=(12, 36))
    slot: Literal["head", "body", "hands", "feet", "weapon", "shield"]
    name: str = attr(bytes=(20, 60))


class Quest(Entity, identity=("player_id", "quest_id"), parent=Parent(Player, children=(12, 300))):
    """A task that a player has taken on; done once it has an end."""

    player_id: str = attr(bytes=(12, 36))
    quest_id: str = attr(bytes=(10, 24))
    title: str = attr(bytes=(30, 100))
    started_at: datetime = attr(role="created")
    finished_at: datetime | None = attr(share={None: 0.3})


class GameProfiles(Model, table="game-profiles"):
    """What the game servers read when a player signs in, and what they write during play."""

    register = Create(Player, rps=1)
    profile = Get(Player, rps=400, peak=3_000)
    everything = Collection(Player, Friends, Item, Equipment, Quest, by=Player.player_id, rps=60, peak=600)

    # Pass `expected_version` and the update fails if someone else was faster.
    save_progress = Update(Player, set=(Player.level, Player.health, Player.experience), rps=150)

    friends = Get(Friends, rps=40)
    set_friends = Upsert(Friends, set=Friends.names, rps=2)

    bag = Query(Item, by=Item.player_id, rps=80)
    item = Get(Item, rps=50)
    find_item = Create(Item, rps=20)
    count_item = Update(Item, add=Item.amount, rps=90)
    throw_away = Delete(Item, rps=5)
    loot = Put(Item, times=(6, 60), rps=2)
    scrap = Delete(Item, times=(10, 200), rps=1)

    equip = Upsert(Equipment, set=Equipment.name, rps=6)

    take_quest = Create(Quest, rps=10)
    finish_quest = Update(Quest, set=Quest.finished_at, when=absent(Quest.finished_at), rps=8)
    recent_quests = Query(Quest, by=Quest.player_id, order_by=desc(Quest.started_at), limit=10, rps=15)
