"""Writes a run's files, all of them or none, and compares them with what is on disk.

In: artifacts and a folder. Out: files, or the differences. It must not know what the files are about.

Every file is first written and flushed beside its place; only when all are complete are they renamed into place. When
a rename fails or the run is interrupted, what was already renamed is put back. No system renames several files at once:
a process that is killed between two renames leaves each file whole, as it was or as it should be, with drafts beside
them; `compare` shows what is missing, and the next run mends it. A file that we did not write is never overwritten and
never removed: ours are known by their header, or by the manifest beside them.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from dynamodel.catalog import finding
from dynamodel.emit.header import HEAD, MANIFEST, listed, model_of
from dynamodel.errors import EnvironmentFault, UsageError
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.artifact import Artifact, ArtifactSet


_DRAFT = re.compile(r"\.(.+)\.\d+\.(?:new|old)")


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What a run did: paths below the folder, with forward slashes, sorted."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileDrift:
    """A file that is not as the model says; `diff` is a unified diff from disk to model."""

    path: str
    kind: Literal["missing", "changed", "stale"]
    diff: str


def write(artifacts: ArtifactSet, folder: Path) -> WriteReport:
    """Make the folder hold these files, and remove our own that the model no longer gives.

    Raises UsageError when a file that we did not write is in the way and EnvironmentFault when the system refuses; then
    everything is as it was before.
    """
    try:
        changed = [a for a in artifacts.artifacts if _bytes_on_disk(folder / a.path) != a.text.encode()]
        _refuse_foreign(changed, folder)
        stale = _stale(artifacts, folder)
        with _Change() as change:
            for artifact in changed:
                change.prepare(folder / artifact.path, artifact.text)
            change.commit([folder / path for path in stale])
    except OSError as error:
        raise _refused("write", error, folder) from error
    written = tuple(a.path for a in changed)
    return WriteReport(written, tuple(a.path for a in artifacts.artifacts if a.path not in written), stale)


def compare(artifacts: ArtifactSet, folder: Path) -> tuple[FileDrift, ...]:
    """The differences between the folder and the model, by path; line ends of the checkout do not matter.

    Raises EnvironmentFault when a file cannot be read.
    """
    drift = []
    try:
        for artifact in artifacts.artifacts:
            found = _text_on_disk(folder / artifact.path)
            if found != artifact.text:
                kind: Literal["missing", "changed"] = "missing" if found is None else "changed"
                drift.append(FileDrift(artifact.path, kind, _diff(artifact.path, found, artifact.text)))
        drift += [
            FileDrift(path, "stale", _diff(path, _text_on_disk(folder / path), None))
            for path in _stale(artifacts, folder)
        ]
    except OSError as error:
        raise _refused("read", error, folder) from error
    return tuple(sorted(drift, key=lambda d: d.path))


def _diff(path: str, old: str | None, new: str | None) -> str:
    before = "/dev/null" if old is None else f"a/{path}"
    after = "/dev/null" if new is None else f"b/{path}"
    # Split at "\n" alone: other characters that str.splitlines() takes for line ends are part of a line of text.
    lines = difflib.unified_diff(_lines(old), _lines(new), before, after)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str | None) -> list[str]:
    return [] if not text else [line for line in text.replace("\n", "\n\0").split("\0") if line]


def _bytes_on_disk(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _text_on_disk(path: Path) -> str | None:
    found = _bytes_on_disk(path)
    return None if found is None else found.decode(errors="backslashreplace").replace("\r\n", "\n")


def _refuse_foreign(changed: list[Artifact], folder: Path) -> None:
    foreign = []
    for artifact in changed:
        found = _text_on_disk(folder / artifact.path)
        # An empty file holds nothing that could be lost.
        if found and _owner(folder / artifact.path) is None:
            foreign.append(artifact.path)
    if foreign:
        hint = "move it away, or give --to another folder"
        message = "`{}` was not written by dynamodel and would be overwritten"
        raise UsageError([finding("DM515", message.format(folder / path), hint=hint) for path in foreign])


def _stale(artifacts: ArtifactSet, folder: Path) -> tuple[str, ...]:
    """Files of the same models, in the folders of these artifacts, that are not among them."""
    paths = {a.path for a in artifacts.artifacts}
    models = {model for a in artifacts.artifacts if (model := model_of(a.text))}
    found = []
    for parent in sorted({Path(path).parent for path in paths}):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for entry in sorted((folder / parent).iterdir()):
                path = (parent / entry.name).as_posix()
                if path not in paths and not entry.is_symlink() and entry.is_file() and _owner(entry) in models:
                    found.append(path)
    return tuple(found)


def _owner(path: Path) -> str | None:
    """The model that a file on disk was made from: by its own header, else by the manifest beside it."""
    with path.open("rb") as file:
        said = model_of(file.read(HEAD).decode(errors="replace"))
    manifest = _text_on_disk(path.with_name(MANIFEST)) if said is None else None
    left = _DRAFT.fullmatch(path.name)  # by a run that was killed
    name = left[1] if left else path.name
    return model_of(manifest) if manifest is not None and name in listed(manifest) else said


def _refused(verb: str, error: OSError, folder: Path) -> EnvironmentFault:
    place = error.filename if error.filename is not None else folder
    reason = error.strerror or str(error)
    return EnvironmentFault([finding("DM711", f"cannot {verb} `{folder}`: {reason}", notes=(f"at `{place}`",))])


def _keep(place: Path, old: Path) -> None:
    """Give a file a second name; a copy where the file system knows no links."""
    try:
        os.link(place, old)
    except OSError:
        shutil.copy2(place, old)


class _Change:
    """New files beside their places, renamed in one go; leaving the block puts back what did not succeed."""

    def __init__(self) -> None:
        self._prepared: list[tuple[Path, Path]] = []  # new text, its place
        self._kept: list[tuple[Path, Path]] = []  # what was there before, its place
        self._placed: list[Path] = []
        self._made: list[Path] = []  # folders, outermost first
        self._done = False

    def __enter__(self) -> Self:
        return self

    def prepare(self, target: Path, text: str) -> None:
        """Write the text beside its place and make sure that it is on the disk."""
        self._make_folder(target.parent)
        place = Path(os.path.realpath(target))  # a link stays a link
        new = place.with_name(f".{place.name}.{os.getpid()}.new")
        self._prepared.append((new, place))
        with new.open("xb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())

    def commit(self, stale: list[Path]) -> None:
        """Rename everything into place; a second name keeps what was there, so that no place is ever empty."""
        for place in [place for _, place in self._prepared] + stale:
            if place.exists():
                old = place.with_name(f".{place.name}.{os.getpid()}.old")
                self._kept.append((old, place))
                _keep(place, old)
        for new, place in self._prepared:
            self._placed.append(place)
            new.replace(place)
        for place in stale:
            place.unlink()
        self._done = True

    def __exit__(self, *_exception: object) -> None:
        """Remove what was set aside, or put everything back; runs on an interrupt as well."""
        if self._done:
            for old, _ in self._kept:
                with contextlib.suppress(OSError):
                    old.unlink()
            return
        for new, place in self._prepared:
            with contextlib.suppress(OSError):
                if place in self._placed and not new.exists():
                    place.unlink()
                new.unlink(missing_ok=True)
        for before, place in self._kept:
            with contextlib.suppress(FileNotFoundError):  # interrupted before it was kept
                before.replace(place)
                before.unlink(missing_ok=True)  # two names of one file are not renamed
        for made in reversed(self._made):
            with contextlib.suppress(OSError):
                made.rmdir()

    def _make_folder(self, folder: Path) -> None:
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            self._made.append(each)
