from dynamodel import Create, Entity, Get, Model, Parent, attr


class User(Entity, identity="user"):
    user: str
    followers: int = attr(default=0)
    posts: int = attr(default=0)


class Follow(
    Entity,
    identity=("follower", "followed"),
    parent=(Parent(User, via="follower"), Parent(User, via="followed")),
    counted_in=User.followers,
):
    follower: str
    followed: str


class Letter(
    Entity, identity=("sender", "number"), parent=(Parent(User, via="sender"), Parent(User, via="recipient"))
):
    sender: str
    recipient: str
    number: int = attr(ge=0, le=999_999, taken_from=User.posts)


class Friends(Model):
    user = Get(User)
    follow = Create(Follow)
    write = Create(Letter)
