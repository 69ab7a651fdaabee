"""Rows of three types lie mixed, by times that are not called alike; two of the types are read by a range besides."""

from datetime import datetime

from dynamodel import Collection, Create, Entity, Get, Model, Parent, Query, Ulid, between, desc


class User(Entity, identity="user_id", count=10_000):
    user_id: Ulid
    name: str


class Post(Entity, identity="post_id", parent=Parent(User, children=(50, 1000))):
    post_id: Ulid
    user_id: Ulid
    at: datetime
    text: str


class Comment(Entity, identity="comment_id", parent=Parent(User, children=(100, 1000))):
    comment_id: Ulid
    user_id: Ulid
    at: datetime
    post_id: Ulid


class Like(Entity, identity=("user_id", "post_id"), parent=Parent(User, children=(200, 1000))):
    user_id: Ulid
    post_id: Ulid
    liked_at: datetime


class Feed(Model):
    user = Get(User)
    activity = Collection(
        Query(Post, order_by=desc(Post.at), limit=20),
        Query(Comment, order_by=desc(Comment.at), limit=20),
        Query(Like, order_by=desc(Like.liked_at), limit=20),
        by=Post.user_id,
        merged=True,
    )
    during = Collection(
        Query(Post, order_by=Post.at, range=between(Post.at)),
        Query(Comment, order_by=Comment.at, range=between(Comment.at)),
        by=Post.user_id,
        merged=True,
    )
    post = Create(Post)
    comment = Create(Comment)
    like = Create(Like)
    likes = Query(Like, by=Like.post_id)
