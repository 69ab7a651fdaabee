"""An item that is larger than an item may be."""

from dynamodel import Create, Entity, Get, Model, Ulid, attr


class Video(Entity, identity="video_id", count=1_000):
    video_id: Ulid
    data: bytes = attr(bytes=(500_000, 900_000))


class Tube(Model):
    """A tube."""

    video = Get(Video)
    add = Create(Video)
