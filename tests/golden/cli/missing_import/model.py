import no_such_module_anywhere
"""Notes of users."""

from dynamodel import Create, Entity, Get, Model, Query, Ulid, attr, desc


class Note(Entity, identity=("user_id", "note_id"), count=1_000):
    user_id: Ulid
    note_id: Ulid
    text: str = attr(bytes=(200, 2_000))


class Notes(Model, table="notes"):
    """A notebook."""

    note = Get(Note, rps=5)
    notes = Query(Note, by=Note.user_id, order_by=desc(Note.note_id), limit=20, rps=3)
    write = Create(Note, rps=1)
