"""A model with every kind of access pattern and value, and names that meet Python's and the package's own."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from dynamodel import (
    BatchGet,
    Check,
    Collection,
    Create,
    Delete,
    Entity,
    Get,
    Model,
    Parent,
    Put,
    Query,
    Scan,
    Transaction,
    Update,
    Upsert,
    any_of,
    attr,
    begins_with,
    between,
    bucket,
    desc,
    eq,
    ge,
    now,
    present,
)


class Address(BaseModel):
    street: str
    zip: str | None = None


class Contact(BaseModel):
    address: Address
    phones: list[str]


class Account(Entity, identity="account_id", count=1000):
    account_id: UUID
    email: str = attr(unique=True)
    nick: str | None = attr(unique=True)
    contact: Contact
    homes: list[Address] = []
    visits: int = attr(default=0)
    hits: dict[str, int] = {}
    tags: set[str] = set()
    photo: bytes | None = None
    born: date | None = None
    balance: Decimal = attr(ge=Decimal(-1000), le=Decimal(100000), scale=2)
    expires_at: datetime | None = attr(role="ttl")
    created_at: datetime = attr(role="created")
    changed_at: datetime = attr(role="updated")
    version: int = attr(role="version")


class Page(Entity, identity=("account_id", "list"), parent=Parent(Account, children=(5, 20))):
    account_id: UUID
    list: str
    map: str
    state: Literal["draft", "live", "gone"] = attr(share={"live": 0.2})
    rank: int = attr(ge=-100, le=100)
    score: int
    published_at: datetime | None = None
    notes: str | None = None


class Counter(Entity, identity=("day", "name"), count=1000):
    day: date
    name: str
    visits: int = attr(default=0)
    last: Decimal | None = None
    label: str | None = None
    made_at: datetime = attr(role="created")
    expires_at: datetime | None = attr(role="ttl")
    version: int = attr(role="version")


class Token(Entity, identity="token", count=1000):
    token: str
    account_id: UUID
    owner: str | None = None
    until: datetime
    kind: Literal[1, 2, 3]
    expires_at: datetime = attr(role="ttl", lifetime=timedelta(days=1))


class Everything(Model, table="everything", multi_attribute_keys=False):
    sign_up = Create(Account)
    replace_account = Put(Account)
    account = Get(Account)
    account_by_email = Get(Account, by=Account.email)
    rename = Update(Account, set=(Account.email, Account.nick))
    touch = Update(Account, set=Account.expires_at)
    visit = Update(Account, add=(Account.visits, Account.hits, Account.tags))
    remember = Upsert(Counter, set=(Counter.last, Counter.label), add=Counter.visits)
    counters = Query(Counter, by=Counter.label, order_by=desc(Counter.made_at), where=present(Counter.label))
    counter = Get(Counter)
    save_counter = Put(Counter)
    leave = Delete(Account)
    move = Update(Account, set=Account.contact, append=Account.homes)
    write_page = Put(Page)
    write_pages = Put(Page, times=(4, 60))
    drop_pages = Delete(Page, times=(4, 60))
    page = Get(Page, consistent=True)
    pages = BatchGet(Page)
    pages_by_map = Query(Page, by=Page.map, range=begins_with(Page.list))
    pages_ranked = Query(Page, by=Page.account_id, range=between(Page.rank), order_by=desc(Page.rank), limit=3)
    live_pages = Query(Page, where=Page.state == "live", order_by=desc(Page.rank), limit=4)
    published = Query(Page, by=bucket(Page.published_at, "month"), returns=(Page.list, Page.state))
    scored = Query(Page, by=Page.account_id, range=between(Page.score))
    noted = Query(Page, by=Page.account_id, filter=present(Page.notes), limit=2)
    count_live = Query(Page, where=Page.state == "live", returns="count")
    all_pages = Scan(Page)
    high_pages = Scan(Page, filter=(ge(Page.rank), present(Page.notes)), rps=0.000_001)
    home = Collection(Account, Query(Page, order_by=desc(Page.list), limit=2), by=Account.account_id)
    publish = Update(Page, set=(Page.state == "live", Page.published_at), when=Page.state == "draft")
    shift = Update(Page, add=Page.rank)
    unpublish = Update(Page, set=Page.state, remove=Page.published_at)
    both = Transaction(Get(Account), Get(Token))
    lend = Create(Token)
    take = Update(Token, set=(Token.owner, Token.until), when=any_of(Token.owner == "none", Token.until < now()))
    give_back = Delete(Token, when=eq(Token.owner))
    tokens = Query(Token, by=Token.account_id, order_by=Token.until)
    drop_tokens = Delete(Token, by=Token.account_id)
    spend = Transaction(Delete(Token), Check(Account, when=Account.visits > 0))
