"""RUBiS, an auction site that is often used to compare storage layouts: all 36 statements, in the bidding mix.

The statements, sizes and frequencies are facts of the benchmark (`workload.json`). A rate is the statement's weight in
the mix, in calls a second.
"""

from datetime import datetime

from dynamodel import Create, Entity, Get, Model, Parent, Query, Ulid, Update, attr, ge


class Category(Entity, identity="category_id", count=50):
    """What is sold."""

    category_id: Ulid
    name: str = attr(bytes=20)


class Region(Entity, identity="region_id", count=5):
    """Where people live."""

    region_id: Ulid
    name: str = attr(bytes=25)


class User(Entity, identity="user_id", count=2_000, parent=Parent(Region, children=(400, 1_000))):
    """Somebody who sells, bids, buys and comments. Who and where they are never changes; only their rating does."""

    user_id: Ulid
    region_id: Ulid = attr(immutable=True)
    nickname: str = attr(bytes=12, immutable=True)
    firstname: str = attr(bytes=6)
    lastname: str = attr(bytes=7)
    password: str = attr(bytes=15)
    email: str = attr(bytes=23)
    rating: int = attr(ge=0, le=1_000)
    balance: int = attr(ge=0, le=1_000_000_000)
    creation_date: datetime


class Item(
    Entity,
    identity="item_id",
    count=20_000,
    parent=(
        Parent(User, via="seller_id", children=(10, 500)),
        Parent(Category, children=(400, 2_000)),
    ),
):
    """Something for sale, in the region of its seller."""

    item_id: Ulid
    seller_id: Ulid = attr(immutable=True)
    category_id: Ulid = attr(immutable=True)
    name: str = attr(bytes=19)
    description: str = attr(bytes=197)
    initial_price: int = attr(ge=0, le=1_000_000_000)
    quantity: int = attr(ge=0, le=1_000)
    reserve_price: int = attr(ge=0, le=1_000_000_000)
    buy_now: int = attr(ge=0, le=1_000_000_000)
    nb_of_bids: int = attr(ge=0, le=1_000_000)
    max_bid: int = attr(ge=0, le=1_000_000_000)
    start_date: datetime
    end_date: datetime


class Bid(
    Entity,
    identity="bid_id",
    parent=(Parent(Item, children=(10, 500)), Parent(User, children=(100, 2_000))),
    count=200_000,
):
    """An offer."""

    bid_id: Ulid
    item_id: Ulid = attr(immutable=True)
    user_id: Ulid = attr(immutable=True)
    qty: int = attr(ge=0, le=1_000)
    bid: int = attr(ge=0, le=1_000_000_000)
    date: datetime


class Comment(
    Entity,
    identity="comment_id",
    parent=(
        Parent(User, via="from_user_id", children=(50, 500)),
        Parent(User, via="to_user_id", children=(50, 500)),
        Parent(Item, children=(5, 100)),
    ),
    count=100_000,
):
    """What somebody says of somebody after a sale."""

    comment_id: Ulid
    from_user_id: Ulid = attr(immutable=True)
    to_user_id: Ulid = attr(immutable=True)
    item_id: Ulid = attr(immutable=True)
    rating: int = attr(ge=0, le=10)
    date: datetime
    comment: str = attr(bytes=130)


class Purchase(
    Entity,
    identity="purchase_id",
    parent=(Parent(Item, children=(2, 50)), Parent(User, via="buyer_id", children=(20, 500))),
    count=40_000,
):
    """Something bought at once, without bidding."""

    purchase_id: Ulid
    item_id: Ulid = attr(immutable=True)
    buyer_id: Ulid = attr(immutable=True)
    qty: int = attr(ge=0, le=1_000)
    date: datetime


_FOUND = (Item.item_id, Item.name, Item.initial_price, Item.max_bid, Item.nb_of_bids, Item.end_date)
_WHOLE_ITEM = (
    Item.item_id,
    Item.seller_id,
    Item.category_id,
    Item.name,
    Item.description,
    Item.initial_price,
    Item.quantity,
    Item.reserve_price,
    Item.buy_now,
    Item.nb_of_bids,
    Item.max_bid,
    Item.start_date,
    Item.end_date,
)


class Rubis(Model, table="rubis"):
    """The statements S1 to S36 in their order, grouped by the page that asks for them."""

    # BrowseCategories
    browsing_user = Get(User, returns=(User.nickname, User.password), rps=7.65)
    categories = Query(Category, returns=(Category.category_id, Category.name), rps=7.65)
    # ViewBidHistory
    bid_history_item = Get(Item, returns=Item.name, rps=1.54)
    bid_history = Query(
        Bid,
        by=Bid.item_id,
        order_by=Bid.date,
        returns=(Bid.user_id, User.nickname, Bid.bid_id, Bid.item_id, Bid.qty, Bid.bid, Bid.date),
        rps=1.54,
    )
    # ViewItem
    item = Get(Item, rps=14.17)
    bids_of_item = Query(Bid, by=Bid.item_id, rps=14.17)
    # SearchItemsByCategory
    items_in_category = Query(Item, by=Item.category_id, range=ge(Item.end_date), limit=25, returns=_FOUND, rps=15.94)
    # ViewUserInfo
    user_info = Get(User, rps=2.48)
    comments_on_user = Query(
        Comment,
        by=Comment.to_user_id,
        returns=(Comment.comment_id, Comment.rating, Comment.date, Comment.comment),
        rps=2.48,
    )
    # RegisterItem, RegisterUser
    register_item = Create(Item, rps=0.53)
    register_user = Create(User, rps=1.07)
    # BuyNow
    buyer = Get(User, returns=User.nickname, rps=1.16)
    item_to_buy = Get(Item, rps=1.16)
    # StoreBuyNow
    stock_of_item = Get(Item, returns=(Item.quantity, Item.nb_of_bids, Item.end_date), rps=1.1)
    take_from_stock = Update(Item, set=(Item.quantity, Item.nb_of_bids, Item.end_date), rps=1.1)
    store_purchase = Create(Purchase, rps=1.1)
    # PutBid
    bidder = Get(User, returns=(User.nickname, User.password), rps=5.4)
    item_to_bid_on = Get(Item, rps=5.4)
    lowest_bids = Query(Bid, by=Bid.item_id, order_by=Bid.bid, limit=2, returns=(Bid.qty, Bid.date), rps=5.4)
    # StoreBid
    store_bid = Create(Bid, rps=3.74)
    bids_so_far = Get(Item, returns=(Item.nb_of_bids, Item.max_bid), rps=3.74)
    count_bid = Update(Item, set=(Item.nb_of_bids, Item.max_bid), rps=3.74)
    # PutComment
    comment_writer = Get(User, returns=(User.nickname, User.password), rps=0.46)
    item_commented_on = Get(Item, rps=0.46)
    user_commented_on = Get(User, rps=0.46)
    # StoreComment
    rating_so_far = Get(User, returns=User.rating, rps=0.45)
    rate_user = Update(User, set=User.rating, rps=0.45)
    store_comment = Create(Comment, rps=0.45)
    # AboutMe
    me = Get(User, rps=1.71)
    comments_about_me = Query(Comment, by=Comment.to_user_id, rps=1.71)
    comment_from = Get(Comment, returns=User.nickname, rps=1.71)
    bought_by_me = Query(
        Purchase,
        by=Purchase.buyer_id,
        range=ge(Purchase.date),
        returns=(Purchase.purchase_id, Purchase.qty, Purchase.date, *_WHOLE_ITEM),
        rps=1.71,
    )
    sold_by_me = Query(Item, by=Item.seller_id, range=ge(Item.end_date), rps=1.71)
    bid_on_by_me = Query(Bid, by=Bid.user_id, returns=_WHOLE_ITEM, rps=1.71)
    # SearchItemsByRegion: all of the category, each with the region of its seller; the caller drops other regions.
    items_in_region = Query(
        Item, by=Item.category_id, range=ge(Item.end_date), returns=(*_FOUND, User.region_id), rps=6.34
    )
    # BrowseRegions
    regions = Query(Region, returns=(Region.region_id, Region.name), rps=5.39)
