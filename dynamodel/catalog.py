"""Every diagnostic code, once: what it means and how severe it is by default.

Codes are `DM` + area + two digits: 1 loading and spec, 2 entities, 3 access patterns, 4 planning, 5 emitting,
6 verification, 7 environment. A code is never used for something else. `dynamodel explain DMnnn` prints from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from dynamodel.diagnostics import Diagnostic, Severity, SourceSpan


@dataclass(frozen=True, slots=True)
class Entry:
    """A code's title, default severity and explanation (why it matters, what to do)."""

    code: str
    title: str
    severity: Severity
    why: str


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# fmt: off
_ENTRIES: tuple[Entry, ...] = (
    # 1 loading and spec
    # 2 entities
    # 3 access patterns
    # 4 planning
    # 5 emitting
    Entry("DM501", "too many global secondary indexes", _ERROR,
          "A table has at most 20 global secondary indexes; CloudFormation would fail while it creates the stack."),
    Entry("DM502", "too many local secondary indexes", _ERROR,
          "A table has at most 5 local secondary indexes, all of them made together with the table."),
    Entry("DM503", "key schema that DynamoDB refuses", _ERROR,
          "A table and a local index have one partition and at most one sort attribute; a global index has 1 to 4 of "
          "the first and up to 4 of the second, all HASH elements before all RANGE elements, no attribute twice."),
    Entry("DM504", "duplicate index name", _ERROR,
          "Global and local indexes of a table share one set of names."),
    Entry("DM505", "projection that DynamoDB refuses", _ERROR,
          "NonKeyAttributes belong to INCLUDE alone, name at least one attribute, none twice, and are at most 100 in "
          "all indexes of a table together."),
    Entry("DM506", "local index with another partition key", _ERROR,
          "A local secondary index sorts the item collections of the table differently, so it has the partition key "
          "of the table."),
    Entry("DM507", "attribute definitions do not match the keys", _ERROR,
          "AttributeDefinitions names exactly the key attributes of the table and its indexes, each with one type of "
          "S, N or B."),
    Entry("DM508", "name that DynamoDB refuses", _ERROR,
          "Names of tables and indexes have 3 to 255 characters of A-Z, a-z, 0-9, `_`, `-` and `.`."),
    Entry("DM509", "incomplete infrastructure", _ERROR,
          "Time to live needs its attribute, provisioned billing needs the throughput of the table and of every "
          "global index, and on-demand billing must not have it."),
    Entry("DM510", "unknown target", _ERROR,
          "`emit --target` takes the names of emitters."),
    Entry("DM511", "folder of templates not found", _ERROR,
          "`--templates` names a folder whose files replace built-in templates of the same name."),
    Entry("DM512", "template of your own is wrong", _ERROR,
          "A file in the folder given by `--templates` has a syntax error or uses a name that its view does not have."),
    Entry("DM513", "files on disk differ from the model", _ERROR,
          "`emit --check` compares what the model gives with what is on disk; run `emit` again and commit the files."),
    Entry("DM514", "two emitters write the same file", _ERROR,
          "Names in the model are too much alike to be files beside each other."),
    Entry("DM515", "a file that is not ours is in the way", _ERROR,
          "`emit` overwrites and removes only files that carry its own header, so that nothing of yours is lost."),
    # 6 verification
    # 7 environment
    Entry("DM711", "folder cannot be written", _ERROR,
          "The target of `emit` cannot be written: no permission, a file in the place of a folder, or a full disk. "
          "No file of this run was left half written."),
    Entry("DM712", "templates are missing", _ERROR,
          "The installation lacks the templates that ship with dynamodel."),
)
# fmt: on

CATALOG: dict[str, Entry] = {entry.code: entry for entry in _ENTRIES}


def finding(
    code: str,
    message: str,
    *,
    span: SourceSpan | None = None,
    path: tuple[str, ...] = (),
    hint: str = "",
    notes: tuple[str, ...] = (),
) -> Diagnostic:
    """A diagnostic with its catalogued severity; KeyError for a code that is not catalogued."""
    return Diagnostic(code, CATALOG[code].severity, message, span, path, hint, notes)
