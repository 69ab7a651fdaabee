"""Files that a run would write, in memory: path below the target folder -> text."""

from __future__ import annotations

from dynamodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file: `path` with forward slashes, relative to the target folder; `text` ends with a newline."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ArtifactSet:
    """The files of one run, sorted by path, no path twice."""

    artifacts: tuple[Artifact, ...]

    def text(self, path: str) -> str:
        """The text of a file; KeyError if the set has none of that path."""
        for artifact in self.artifacts:
            if artifact.path == path:
                return artifact.text
        raise KeyError(path)
