"""Invoices and payments, listed alike: they share indexes whose keys are their attributes, behind their type."""

from datetime import datetime

from dynamodel import (
    Create,
    Delete,
    Entity,
    Get,
    Model,
    Put,
    Query,
    Ulid,
    Update,
    Upsert,
    attr,
    between,
    desc,
)


class Invoice(Entity, identity="invoice"):
    invoice: str
    account: Ulid
    made_at: datetime
    total: int = attr(ge=0, le=1000)
    due: int | None = attr(ge=0, le=99)


class Payment(Entity, identity="payment"):
    payment: str
    account: Ulid
    made_at: datetime
    due: int | None = attr(ge=0, le=99)


class Account(Entity, identity="account"):
    account: Ulid
    name: str = attr(unique=True)


class Ledger(Model):
    open_account = Create(Account)
    account = Get(Account)
    invoice = Get(Invoice)
    bill = Create(Invoice)
    store = Put(Invoice)
    renew = Upsert(Invoice, set=(Invoice.account, Invoice.made_at, Invoice.total))
    move = Update(Invoice, set=Invoice.account)
    postpone = Update(Invoice, set=(Invoice.made_at, Invoice.due))
    settle = Update(Invoice, remove=Invoice.due)
    void = Delete(Invoice)
    pay = Create(Payment)
    date = Update(Payment, set=Payment.made_at)
    promise = Update(Payment, set=Payment.due)
    withdraw = Delete(Payment)
    invoices = Query(Invoice, by=Invoice.account, order_by=desc(Invoice.made_at), limit=3)
    invoices_between = Query(Invoice, by=Invoice.account, range=between(Invoice.made_at))
    payments = Query(Payment, by=Payment.account, order_by=Payment.made_at, limit=3)
    large = Query(Invoice, by=Invoice.account, order_by=Invoice.made_at, filter=Invoice.total > 500)
    due_invoices = Query(Invoice, range=between(Invoice.due), order_by=Invoice.due, limit=4)
    due_payments = Query(Payment, range=between(Payment.due), order_by=Payment.due)
