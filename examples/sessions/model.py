"""Sessions of a web application: look one up on every request, let it expire, end all of a user at once."""

from datetime import datetime, timedelta

from dynamodel import Create, Delete, Entity, Get, Model, Query, Update, attr, desc


class Session(Entity, identity="token", count=2_000_000):
    """A signed-in browser. It ends by itself two weeks after it was last used."""

    token: str = attr(bytes=(43, 64))
    username: str = attr(bytes=(16, 64), distinct=800_000, immutable=True, tags=("pii",))
    device: str = attr(bytes=(40, 120))
    started_at: datetime = attr(role="created")
    expires_at: datetime = attr(role="ttl", lifetime=timedelta(days=14))


class SessionStore(Model, table="sessions"):
    """What the sign-in service and every page need."""

    sign_in = Create(Session, rps=20, peak=200)
    session = Get(Session, rps=900, peak=6_000)
    extend = Update(Session, set=Session.expires_at, rps=60)
    sign_out = Delete(Session, rps=10)

    devices = Query(Session, by=Session.username, order_by=desc(Session.started_at), rows=(2, 20), rps=3)
    sign_out_everywhere = Delete(Session, by=Session.username, rps=0.05)
