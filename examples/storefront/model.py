"""A storefront read all over the world: products, their reviews, and the baskets of visitors."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from dynamodel import (
    Alarms,
    Cache,
    Create,
    Delete,
    Deploy,
    Entity,
    Get,
    Model,
    Parent,
    Put,
    Query,
    Replica,
    Role,
    Ulid,
    Update,
    attr,
    desc,
)


class Product(Entity, identity="product_id", count=200_000):
    """What is sold. One Region edits it, all of them read it."""

    product_id: Ulid
    category: str = attr(bytes=(12, 30), distinct=400)
    name: str = attr(bytes=(30, 120))
    price: Decimal = attr(ge=0, le=100_000, scale=2)
    status: Literal["draft", "listed"] = attr(share={"draft": 0.1, "listed": 0.9})


class Review(Entity, identity=("product_id", "review_id"), parent=Parent(Product, children=(12, 3_000))):
    """What a customer says about a product."""

    product_id: Ulid
    review_id: Ulid
    stars: int = attr(ge=1, le=5)
    body: str = attr(bytes=(300, 4_000))
    written_at: datetime = attr(role="created")


class Basket(Entity, identity="basket_id", count=1_000_000):
    """What a visitor has picked; always written in the Region that the visitor is in."""

    basket_id: Ulid
    lines: dict[str, int] = attr(items=(3, 50))
    expires_at: datetime = attr(role="ttl", lifetime=timedelta(days=14))


class Storefront(
    Model,
    table="storefront",
    region="us-east-1",
    deploy=Deploy(
        replicas=(
            "eu-west-1",
            Replica("ap-southeast-2", table_class="infrequent_access", tags={"traffic": "low"}),
        ),
        cache=Cache(node_type="dax.r5.large", nodes=3, item_seconds=600, query_seconds=60),
        alarms=Alarms(load=80, replication_seconds=30),
        roles=(
            Role("website", patterns=("product", "listed_in_category", "reviews", "basket", "save_basket")),
            Role("editors", patterns=("product", "add_product", "reprice", "list_product", "take_down")),
            Role("reporting", access="read"),
        ),
        insights="throttled",
        read_cap=20_000,
        write_cap=4_000,
        warm_reads=15_000,
        tags={"owner": "team-storefront", "cost-center": "4711"},
    ),
):
    """Reads of the website and writes of its editors."""

    product = Get(Product, rps=900, peak=4_000)
    listed_in_category = Query(
        Product, by=Product.category, where=Product.status == "listed", order_by=Product.name, limit=40, rps=150
    )
    reviews = Query(Review, by=Review.product_id, order_by=desc(Review.review_id), limit=20, rps=200)

    add_product = Create(Product, rps=0.05)
    reprice = Update(Product, set=Product.price, rps=0.5)
    list_product = Update(Product, set=Product.status == "listed", when=Product.status == "draft", rps=0.05)
    take_down = Delete(Product, rps=0.01)
    review = Create(Review, rps=2)

    basket = Get(Basket, consistent=True, rps=60)
    save_basket = Put(Basket, rps=40)
