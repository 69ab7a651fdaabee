"""Folders and their files by a path that is longer than a key, whatever is read."""

from dynamodel import Collection, Entity, Model, Parent, attr


class Folder(Entity, identity="path"):
    path: str = attr(bytes=(60, 1_500))


class File(Entity, identity=("path", "name"), parent=Parent(Folder, children=(5, 20))):
    path: str = attr(bytes=(60, 1_500))
    name: str = attr(bytes=(20, 250))


class Disk(Model):
    folder = Collection(Folder, File, by=Folder.path)
