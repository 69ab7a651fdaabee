from dynamodel import Create, Delete, Entity, Model, Parent, Transaction, Update, attr


class User(Entity, identity="user"):
    user: str
    followers: int = attr(default=0)


class Follow(
    Entity, identity=("follower", "followed"), parent=(Parent(User, via="follower"), Parent(User, via="followed"))
):
    follower: str
    followed: str


class Friends(Model):
    join = Create(User)
    follow = Transaction(Create(Follow), Update(User, add=User.followers == 1))
    unfollow = Transaction(Delete(Follow), Update(User, add=User.followers == -1, by=Follow.followed))
    forget = Transaction(Update(User, add=User.followers == -1, by=User.user), Delete(Follow))
