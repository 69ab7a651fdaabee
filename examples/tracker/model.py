"""An issue tracker: numbers without gaps, pages with all their versions, names that people and teams share, locks."""

from datetime import datetime, timedelta

from dynamodel import (
    Collection,
    Create,
    Delete,
    Entity,
    Get,
    Model,
    Parent,
    Put,
    Query,
    Ulid,
    Update,
    Upsert,
    absent,
    any_of,
    asc,
    attr,
    desc,
    eq,
    now,
)


class Person(Entity, identity="person_id", count=50_000):
    """Somebody who reports or mends."""

    person_id: Ulid
    handle: str = attr(bytes=(10, 40), unique="handle")
    name: str = attr(bytes=(20, 80), tags=("pii",))


class Team(Entity, identity="team_id", count=5_000):
    """A team is addressed like a person, so no two of either share a handle."""

    team_id: Ulid
    handle: str = attr(bytes=(10, 40), unique="handle")


class Project(Entity, identity="project", count=2_000):
    """What is worked on."""

    project: str = attr(bytes=(12, 60))
    last_number: int = attr(default=0, ge=0, le=9_999_999)
    open_issues: int = attr(default=0)


class Issue(
    Entity,
    identity=("project", "number"),
    parent=Parent(Project, children=(400, 50_000)),
    counted_in=Project.open_issues,
):
    """Something to be done; the table gives it the project's next number."""

    project: str = attr(bytes=(12, 60))
    number: int = attr(ge=0, le=9_999_999, taken_from=Project.last_number)
    title: str = attr(bytes=(60, 200))


class Page(Entity, identity=("project", "page"), parent=Parent(Project, children=(20, 500)), history="revision"):
    """A page of a project's handbook. Each change keeps the page as it was."""

    project: str = attr(bytes=(12, 60))
    page: str = attr(bytes=(15, 80))
    text: str = attr(bytes=(2_000, 50_000))
    edited_at: datetime = attr(role="updated")
    revision: int = attr(ge=0, le=999_999)


class Lease(Entity, identity="resource", count=500):
    """Who may work on something, and until when. The token grows with every change, which tells late holders apart."""

    resource: str = attr(bytes=(20, 100))
    holder: str | None = attr(default=None, bytes=(26, 60))
    until: datetime | None = None
    token: int = attr(role="version")


class Request(Entity, identity="key", count=100_000):
    """That a request was seen, and what was answered: the same request again gets the same answer."""

    key: str = attr(bytes=(36, 64))
    answer: str | None = attr(default=None, bytes=(200, 2_000))
    expires_at: datetime = attr(role="ttl", lifetime=timedelta(hours=24))


class Tracker(Model, table="tracker"):
    """What the web application and its workers need."""

    join = Create(Person)
    rename = Update(Person, set=Person.handle)
    leave = Delete(Person)
    found_team = Create(Team)
    person_by_handle = Get(Person, by=Person.handle, rps=5)
    team_by_handle = Get(Team, by=Team.handle, rps=5)
    people = Query(Person, order_by=asc(Person.handle), limit=50, rps=1)

    start_project = Create(Project)
    project = Get(Project, rps=20)
    open_issue = Create(Issue, rps=2)
    resolve_issue = Delete(Issue, rps=2)
    issues = Query(Issue, by=Issue.project, order_by=desc(Issue.number), limit=50, rps=20)

    write_page = Put(Page)
    edit_page = Update(Page, set=Page.text, rps=0.5)
    page = Get(Page, rps=10)
    page_as_it_was = Query(Page, by=(Page.project, Page.page, Page.revision), history=True)
    page_with_changes = Collection(
        Page, Query(Page, history=True, order_by=desc(Page.revision), limit=10), by=(Page.project, Page.page)
    )

    acquire = Upsert(
        Lease, set=(Lease.holder, Lease.until), when=any_of(absent(Lease.holder), Lease.until < now()), rps=5
    )
    renew = Update(Lease, set=Lease.until, when=eq(Lease.holder), rps=5)
    release = Update(Lease, remove=(Lease.holder, Lease.until), when=(eq(Lease.holder), eq(Lease.token)), rps=5)

    begin = Create(Request, rps=10)
    finish = Update(Request, set=Request.answer, rps=10)
    answered = Get(Request, consistent=True, rps=1)
