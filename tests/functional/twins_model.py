"""Two types in one partition whose names begin alike, as no example has them."""

from dynamodel import Collection, Create, Entity, Model, Query


class Account(Entity, identity="account"):
    account: str


class User(Entity, identity=("account", "user"), parent=Account):
    account: str
    user: str


class UserGroup(Entity, identity=("account", "group"), parent=Account):
    account: str
    group: str


class Twins(Model):
    whole = Collection(Account, Query(User), Query(UserGroup), by=Account.account)
    users = Query(User, by=User.account, order_by=User.user, limit=5)
    groups = Query(UserGroup, by=UserGroup.account, order_by=UserGroup.group, limit=5)
    open_account = Create(Account)
    add_user = Create(User)
    add_group = Create(UserGroup)
