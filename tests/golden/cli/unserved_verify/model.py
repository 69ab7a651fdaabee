from dynamodel import Entity, Get, Model, Query, Ulid


class Note(Entity, identity="note_id"):
    note_id: Ulid
    topic: str
    words: list[str]


class Notes(Model, copies=False):
    note = Get(Note)
    fresh = Query(Note, by=Note.topic, consistent=True)
