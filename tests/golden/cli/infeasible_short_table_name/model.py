"""A model whose name makes no legal name of a table: it has one letter."""

from dynamodel import Entity, Get, Model


class Account(Entity, identity="account_id"):
    account_id: str


class M(Model):
    account = Get(Account)
