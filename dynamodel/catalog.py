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
    Entry("DM401", "access pattern that no layout serves", _ERROR,
          "Every declared access pattern must run as declared; one that no key within the limits can answer is an "
          "error at plan time, never a stub or a scan at run time."),
    Entry("DM403", "identity that cannot be a key", _ERROR,
          "DynamoDB finds an item by a text, number or binary key; lists, maps, sets and documents have no key."),
    Entry("DM404", "access pattern that takes several requests", _WARNING,
          "Its parts cannot lie side by side in one partition, so each part is asked for on its own."),
    Entry("DM405", "plan not proven optimal", _WARNING,
          "The exact search has a bound on its effort; beyond it the plan is sound but a better one may exist."),
    Entry("DM406", "more indexes allowed than a table has by default", _WARNING,
          "A table has 20 global secondary indexes unless AWS raises the quota for the account."),
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
    Entry("DM516", "deployment option that is not emitted", _ERROR,
          "Global tables, DAX clusters and IAM roles are not part of the CloudFormation template; leaving them out "
          "without a word would deploy less than the model asks for."),
    Entry("DM515", "a file that is not ours is in the way", _ERROR,
          "`emit` overwrites and removes only files that carry its own header, so that nothing of yours is lost."),
    # 6 verification
    Entry("DM601", "an answer differs from the declaration", _ERROR,
          "A call of the generated client returned something else, or failed otherwise, than the oracle says that the "
          "declared pattern must. The report has the smallest dataset that still shows it, and its seed."),
    Entry("DM602", "other requests than planned", _ERROR,
          "The answer was right, but the call made more requests, used another index, scanned or filtered where the "
          "plan says otherwise: its cost is not the one that was shown."),
    Entry("DM603", "a request that DynamoDB refuses", _ERROR,
          "The emulator accepted a request or a schema that the service would not: too many items, a key attribute in a "
          "filter, an unused name, a number with too many digits, an empty key."),
    Entry("DM604", "stored items differ from the plan", _ERROR,
          "After a write the table does not hold what it must: an attribute, an index key, a guard item is missing, "
          "stale or left over."),
    Entry("DM605", "pattern not verified", _WARNING,
          "No backend here can run the pattern (vector search), so its answers were not compared."),
    # 7 environment
    Entry("DM701", "folder without DynamoDB Local", _ERROR,
          "`verify --backend local` starts DynamoDBLocal.jar from a folder of yours: it may not be shipped with dynamodel."),
    Entry("DM702", "Java is missing or too old", _ERROR,
          "DynamoDB Local 3 runs on Java 17 or newer, found by JAVA_HOME or on the PATH."),
    Entry("DM703", "DynamoDB Local does not start", _ERROR,
          "The server ended or did not answer within a minute; its last words are shown."),
    Entry("DM704", "no DynamoDB at the address", _ERROR,
          "`verify --endpoint` takes the URL of a running service."),
    Entry("DM705", "address of another machine", _ERROR,
          "Verification creates, fills and deletes tables (of its own name prefix). That never happens on another machine "
          "without `--allow-remote`."),
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
