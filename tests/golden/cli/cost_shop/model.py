"""An online shop: what is sold, what was ordered, what still has to be packed, and what was shipped."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from dynamodel import (
    Collection,
    Create,
    Entity,
    Get,
    Model,
    Parent,
    Query,
    Transaction,
    Ulid,
    Update,
    Upsert,
    attr,
    between,
    desc,
)


class Address(BaseModel):
    """Where a parcel goes; stored as a map."""

    street: str
    city: str
    country: str


class Customer(Entity, identity="customer_id", count=200_000):
    """Someone with an account. No two customers share an email address."""

    customer_id: Ulid
    email: str = attr(unique=True, bytes=(24, 254), tags=("pii",))
    name: str = attr(bytes=(18, 120), tags=("pii",))
    joined_at: datetime = attr(role="created")


class Product(Entity, identity="product_id", count=20_000):
    """Something to buy. The version makes sure that two people who change a price see each other."""

    product_id: Ulid
    title: str = attr(bytes=(60, 200))
    price: Decimal = attr(ge=0, le=100_000, scale=2)
    version: int = attr(role="version")


class Stock(
    Entity,
    identity=("product_id", "warehouse_id"),
    parent=Parent(Product, children=(3, 12)),
):
    """How many pieces of a product lie in a warehouse."""

    product_id: Ulid
    warehouse_id: str = attr(bytes=(6, 12), distinct=12)
    quantity: int = attr(ge=-1_000_000, le=1_000_000)


class Order(Entity, identity="order_id", parent=Parent(Customer, children=(6, 2_000))):
    """What a customer ordered. One order in a hundred waits to be packed."""

    order_id: Ulid
    customer_id: Ulid
    status: Literal["placed", "packed", "shipped"] = attr(share={"placed": 0.01, "packed": 0.01, "shipped": 0.98})
    placed_at: datetime = attr(role="created")
    total: Decimal = attr(ge=0, le=1_000_000, scale=2)


class OrderLine(
    Entity,
    identity=("order_id", "product_id"),
    parent=(Parent(Order, children=(4, 50)), Parent(Product, children=(240, 50_000))),
):
    """One product in an order, at the price of that day."""

    order_id: Ulid
    product_id: Ulid
    sold_at: datetime = attr(immutable=True)
    quantity: int = attr(ge=1, le=10_000)
    price: Decimal = attr(ge=0, le=100_000, scale=2)


class Invoice(
    Entity, identity="invoice_id", parent=(Parent(Order, children=(1, 2)), Parent(Customer, children=(6, 2_000)))
):
    """What was billed for an order."""

    invoice_id: Ulid
    order_id: Ulid = attr(immutable=True)
    customer_id: Ulid
    issued_at: datetime = attr(role="created")
    amount: Decimal = attr(ge=0, le=1_000_000, scale=2)


class Shipment(Entity, identity="shipment_id", parent=Parent(Order, children=(1, 10))):
    """A parcel that left a warehouse."""

    shipment_id: Ulid
    order_id: Ulid = attr(immutable=True)
    warehouse_id: str = attr(bytes=(6, 12), distinct=12)
    shipped_at: datetime = attr(role="created")
    address: Address = attr(bytes=(90, 400))


class Shop(Model, table="shop"):
    """Reads and writes of the web shop and of the people in the warehouses."""

    # Customers: `unique` puts a guard item beside each of them; the lookup by email takes an index.
    sign_up = Create(Customer, rps=0.2)
    customer = Get(Customer, rps=40)
    customer_by_email = Get(Customer, by=Customer.email, rps=8)

    # Products and stock.
    add_product = Create(Product, rps=0.05)
    product = Get(Product, rps=300, peak=2_000)
    reprice = Update(Product, set=Product.price, rps=0.1)
    stock_of_product = Query(Stock, by=Stock.product_id, rps=120)
    stock_in_warehouse = Query(Stock, by=Stock.warehouse_id, limit=100, rps=0.5)
    count_stock = Upsert(Stock, add=Stock.quantity, rps=6)

    # Orders: everything that belongs to one comes back in one request.
    place_order = Transaction(Create(Order), Create(OrderLine, times=(4, 50)), rps=4, peak=40)
    order = Collection(Order, OrderLine, Invoice, Shipment, by=Order.order_id, rps=30)
    orders_of_customer = Query(Order, by=Order.customer_id, order_by=desc(Order.placed_at), limit=20, rps=25)
    sales_of_product = Query(OrderLine, by=OrderLine.product_id, range=between(OrderLine.sold_at), rps=1)

    # The packing queue: only orders in status "placed" are in it, oldest first.
    packing_queue = Query(Order, where=Order.status == "placed", order_by=Order.placed_at, limit=50, rps=2)
    pack = Update(Order, set=Order.status == "packed", when=Order.status == "placed", rps=4)

    # Invoices and shipments.
    bill = Create(Invoice, rps=4)
    invoice = Get(Invoice, rps=3)
    invoices_of_customer = Query(Invoice, by=Invoice.customer_id, range=between(Invoice.issued_at), rps=1)
    ship = Transaction(
        Create(Shipment),
        Update(Order, set=Order.status == "shipped", when=Order.status == "packed"),
        rps=4,
    )
    shipments_of_warehouse = Query(
        Shipment, by=Shipment.warehouse_id, order_by=desc(Shipment.shipped_at), limit=50, rps=1
    )
