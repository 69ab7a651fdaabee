from dynamodel import Create, Entity, Get, Model, Update, Upsert, attr


class Article(Entity, identity="slug"):
    slug: str
    body: str = attr(bytes=(8_000, 60_000))
    views: int = attr(default=0)


class Counter(Entity, identity="slug"):
    slug: str
    views: int = attr(default=0)


class Magazine(Model):
    write = Create(Article)
    article = Get(Article, rps=500)
    counter = Get(Counter, rps=5)
    viewed = Update(Article, add=Article.views == 1, rps=500)
    seen = Upsert(Counter, add=Counter.views == 1, rps=500)
