"""Copies of two types in one merged list: they have one type attribute, and partitions that are called after theirs."""

from datetime import date

from dynamodel import Collection, Create, Entity, Get, Model, Query


class Alpha(Entity, identity=("root", "at")):
    root: str
    at: date


class Beta(Entity, identity=("root", "key")):
    root: str
    key: str
    at: date


class Gamma(Entity, identity=("root", "key")):
    root: str
    key: str
    at: date


class Mixed(Model, table="mixed", indexes=0):
    mixed = Collection(
        Query(Alpha, order_by=Alpha.at, limit=5),
        Query(Beta, order_by=Beta.at, limit=5),
        Query(Gamma, order_by=Gamma.at, limit=5),
        by=Alpha.root,
        merged=True,
    )
    alone = Query(Alpha, by=Alpha.root, order_by=Alpha.at, limit=4)
    alpha = Get(Alpha)
    add_alpha = Create(Alpha)
    add_beta = Create(Beta)
    add_gamma = Create(Gamma)
