from datetime import datetime

from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    expires_at: datetime = attr(role="ttl")


class Cart(Entity, identity="cart_id"):
    cart_id: Ulid
    gone_at: datetime = attr(role="ttl")


class Coupon(Entity, identity="coupon_id"):
    coupon_id: Ulid
    expires_at: datetime


class Shop(Model):
    order = Get(Order)
