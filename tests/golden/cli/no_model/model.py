from dynamodel import Entity


class Note(Entity, identity="note_id"):
    note_id: str
