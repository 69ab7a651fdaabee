from dynamodel import Create, Delete, Entity, Model, Transaction, Update, attr


class Repo(Entity, identity="repo"):
    repo: str
    last_number: int = attr(default=0)
    issues: int = attr(default=0)


class Issue(Entity, identity=("repo", "number"), parent=Repo):
    repo: str
    number: int = attr(ge=0, le=99, taken_from=Repo.last_number)
    title: str


class Star(Entity, identity="star", parent=Repo, counted_in=Repo.issues):
    star: str
    repo: str
    note: str


class Tracker(Model):
    repo = Create(Repo)
    two = Transaction(Create(Issue), Create(Issue))
    some = Transaction(Create(Star, times=(2, 9)), Delete(Issue))
    last = Transaction(Create(Issue), Delete(Repo))
    first = Transaction(Create(Repo), Create(Issue))
    clear = Delete(Star, by=Star.repo)
