"""Notes in folders of owners: attributes of parents that are copied, and others that are read by a second request."""

from dynamodel import (
    Create,
    Delete,
    Entity,
    Get,
    Model,
    Parent,
    Put,
    Query,
    Transaction,
    Ulid,
    Update,
    asc,
    attr,
    begins_with,
    desc,
)


class Owner(Entity, identity="owner_id", count=1_000):
    """Who owns folders; the handle never changes."""

    owner_id: Ulid
    handle: str = attr(immutable=True)
    mood: str | None = None
    logins: int = attr(default=0)


class Folder(Entity, identity=("owner_id", "name"), parent=Parent(Owner, children=(5, 50)), counted_in=Owner.logins):
    """Where notes lie; its color changes now and then."""

    owner_id: Ulid
    name: str
    color: str
    label: str | None = None


class Note(Entity, identity="note_id", parent=Parent(Folder, via=("owner_id", "folder"), children=(20, 300))):
    """What was written; a version tells changes by people from others."""

    note_id: Ulid
    owner_id: Ulid
    folder: str
    tag: str
    text: str
    version: int = attr(role="version")


class Parents(Model, table="parents"):
    """Everything that is read of a parent, and every way in which parents and children are written."""

    tagged = Query(
        Note, by=Note.tag, order_by=desc(Note.note_id), returns=(Note.text, Folder.color, Folder.label), rps=50
    )
    note = Get(Note, returns=(Note.note_id, Note.text, Folder.color), rps=20)
    folders_named = Query(Folder, by=Folder.name, returns=(Folder.color, Owner.handle), rps=20)
    folders = Query(Folder, by=Folder.owner_id, returns=(Folder.name, Owner.logins), rps=0.1)
    colored = Query(Note, by=(Note.owner_id, Folder.color), order_by=desc(Note.note_id), limit=3, rps=5)
    labeled = Query(Note, by=Note.tag, range=begins_with(Folder.label), order_by=Folder.label, rps=2)
    red = Query(Note, where=Folder.color == "red", returns=(Note.note_id, Folder.color, Folder.label), limit=5, rps=1)
    by_color = Query(Note, by=Note.tag, order_by=(asc(Folder.color, nulls="last"), Note.note_id), rps=1)
    owner = Get(Owner)

    sign_up = Create(Owner)
    forget = Delete(Owner, rps=0.001)
    log_in = Update(Owner, add=Owner.logins, set=Owner.mood, rps=5)
    open_folder = Create(Folder, rps=0.5)
    paint = Update(Folder, set=(Folder.color, Folder.label), rps=0.01)
    unlabel = Update(Folder, remove=Folder.label, rps=0.01)
    replace_note = Put(Note, rps=0.01)
    close_folder = Delete(Folder, rps=0.01)
    write = Create(Note, rps=2)
    rewrite = Update(Note, set=(Note.text, Note.tag), rps=1)
    start = Transaction(Create(Folder), Create(Note), rps=0.1)
    burn = Delete(Note, rps=0.1)
