from dynamodel import Create, Delete, Entity, Model, Put, Ulid, attr, eq


class User(Entity, identity="user_id"):
    user_id: Ulid
    email: str = attr(unique=True)


class Note(Entity, identity=("user_id", "note_id")):
    user_id: Ulid
    note_id: Ulid
    text: str


class Notes(Model):
    sign_up = Create(User)
    import_users = Put(User, times=(10, 100))
    forget = Delete(Note, when=eq(Note.text), times=5)
    keep = Put(Note, times=(3, 40))
