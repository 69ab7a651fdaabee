"""Accounts with their holds and cards, read strongly in orders that the table does not have: from local indexes."""

from typing import Literal

from dynamodel import Collection, Create, Entity, Get, Model, Parent, Put, Query, Transaction, Ulid, Update, desc


class Account(Entity, identity="account_id", count=10_000):
    account_id: Ulid
    balance: int


class Hold(Entity, identity=("account_id", "hold_id"), parent=Parent(Account, children=(8, 60))):
    account_id: Ulid
    hold_id: Ulid
    amount: int
    state: Literal["open", "settled"] = "open"
    note: str | None = None


class Card(Entity, identity=("account_id", "card_id"), parent=Parent(Account, children=(2, 5))):
    account_id: Ulid
    card_id: Ulid
    label: str


class Bank(Model, table="bank"):
    position = Collection(
        Account,
        Query(Hold, order_by=desc(Hold.amount), limit=3),
        by=Account.account_id,
        consistent=True,
        rps=40,
    )
    open_holds = Collection(
        Account,
        Query(Hold, where=Hold.state == "open"),
        by=Account.account_id,
        consistent=True,
        rps=20,
    )
    wallet = Collection(Account, Card, by=Account.account_id, consistent=True, rps=10)
    glance = Collection(Account, Query(Hold, order_by=desc(Hold.amount), limit=1), by=Account.account_id, rps=30)
    largest = Query(Hold, by=Hold.account_id, order_by=desc(Hold.amount), limit=10, rps=5)
    hold = Get(Hold, consistent=True, rps=5)
    card_by_label = Query(Card, by=(Card.account_id, Card.label), consistent=True, rps=1)
    open_account = Create(Account)
    place = Create(Hold, rps=4)
    raise_hold = Update(Hold, set=Hold.amount, when=Hold.state == "open", rps=1)
    issue = Put(Card)
    settle = Transaction(Update(Hold, set=Hold.state), Update(Account, add=Account.balance))
