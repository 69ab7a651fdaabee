"""A library: a model that needs every kind of key, so that each law of the judge has a plan to break."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from dynamodel import (
    BatchGet,
    Collection,
    Create,
    Delete,
    Entity,
    Get,
    Model,
    Parent,
    Put,
    Query,
    Scan,
    Transaction,
    Ulid,
    Update,
    Upsert,
    attr,
    begins_with,
    between,
    desc,
    ge,
    lt,
    present,
)


class Reader(Entity, identity="reader_id", count=10_000):
    reader_id: Ulid
    email: str = attr(unique=True)
    name: str
    score: Annotated[int, Field(ge=0, le=1000)] = attr(default=0)


class Session(Entity, identity="token", parent=Parent(Reader, children=(2, 20))):
    token: Ulid
    reader_id: Ulid
    device: str
    expires_at: datetime = attr(role="ttl", lifetime=timedelta(days=1))


class Loan(Entity, identity="loan_id", parent=Parent(Reader, children=(20, 500))):
    loan_id: Ulid
    reader_id: Ulid
    book_id: Ulid
    status: Literal["open", "closed"] = attr(share={"open": 0.1})
    due_at: datetime
    returned_at: datetime | None = None
    fee: Annotated[Decimal, Field(ge=0, le=100)] = attr(scale=2, default=Decimal(0))
    version: int = attr(role="version")


class Note(Entity, identity=("loan_id", "note_id"), parent=Parent(Loan, children=(5, 100))):
    loan_id: Ulid
    note_id: Ulid
    text: str = attr(bytes=(200, 2_000))


class Book(Entity, identity="book_id", count=50_000):
    book_id: Ulid = attr(generated=True)  # loans hold it without a link
    shelf: str
    title: str
    year: Annotated[int, Field(ge=0, le=3000)]


class Library(Model, table="library", indexes=3):
    reader = Get(Reader, by=Reader.reader_id, rps=20)
    reader_by_email = Get(Reader, by=Reader.email, rps=5)
    readers_by_score = Query(Reader, order_by=desc(Reader.score), limit=10)
    session = Get(Session, by=Session.token, rps=50, consistent=True)
    sessions_of_reader = Query(Session, by=Session.reader_id)
    loan = Get(Loan, by=Loan.loan_id)
    loan_with_notes = Collection(Loan, Query(Note, order_by=desc(Note.note_id), limit=20), by=Loan.loan_id, rps=20)
    loans_of_reader = Query(Loan, by=Loan.reader_id, order_by=desc(Loan.due_at), limit=25, rps=10)
    loans_due = Query(Loan, by=Loan.reader_id, range=between(Loan.due_at))
    loans_late = Query(Loan, where=Loan.status == "open", range=lt(Loan.due_at), rps=1)
    loans_returned = Query(Loan, by=Loan.book_id, where=present(Loan.returned_at), order_by=Loan.returned_at)
    notes_from = Query(Note, by=Note.loan_id, range=ge(Note.note_id))
    books_of_shelf = Query(Book, by=Book.shelf, range=begins_with(Book.title))
    books_of_year = Query(Book, by=(Book.shelf, Book.year), returns=(Book.title,))
    books = BatchGet(Book, keys=5)
    all_books = Scan(Book, rps=0.001)
    both = Transaction(Get(Reader), Get(Book))

    join = Create(Reader, rps=1)
    rename = Update(Reader, set=Reader.name)
    change_email = Update(Reader, set=Reader.email)
    award = Update(Reader, add=Reader.score)
    leave = Delete(Reader)
    login = Put(Session)
    logout_everywhere = Delete(Session, by=Session.reader_id)
    lend = Transaction(Create(Loan), Update(Reader, add=Reader.score))
    give_back = Update(Loan, set=(Loan.status == "closed", Loan.returned_at), when=Loan.status == "open")
    extend = Update(Loan, set=Loan.due_at)
    annotate = Create(Note)
    catalogue = Put(Book, times=(30, 500))
    shelve = Upsert(Book, set=(Book.shelf, Book.title, Book.year))
