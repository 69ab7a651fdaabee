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
    Entry("DM101", "file not found", _ERROR, "The path names no file."),
    Entry("DM102", "a directory, not a file", _ERROR, "A model is one file."),
    Entry("DM103", "neither Python nor JSON", _ERROR, "A model is a `.py` file or its JSON form, a `.json` file."),
    Entry("DM104", "file cannot be read", _ERROR, "The file is not readable, or is no UTF-8 text."),
    Entry("DM105", "not JSON", _ERROR, "The text of a `.json` model must be one JSON object."),
    Entry("DM106", "syntax error", _ERROR, "Python cannot parse the file; nothing of it was run."),
    Entry("DM107", "the file failed", _ERROR,
          "An exception ended the file, so what stands below the line was not looked at. Mend it and run again."),
    Entry("DM108", "no model", _ERROR, "A file needs one class that derives from `Model`, with access patterns as attributes."),
    Entry("DM109", "several models", _ERROR, "A model is one table: put each into its own file."),
    Entry("DM110", "not a number", _ERROR, "Rates, sizes and counts are numbers; text and booleans are refused."),
    Entry("DM111", "negative or not finite", _ERROR, "Rates, sizes and counts are 0 or more, and finite."),
    Entry("DM112", "not (average, most)", _ERROR, "An amount is one number, or two: the average and the most."),
    Entry("DM113", "average above most", _ERROR, "In (average, most) the second number is the largest that occurs."),
    Entry("DM114", "less than 1", _ERROR, "Limits, counts and distinct values are whole numbers from 1; leave a limit out for none."),
    Entry("DM115", "not a fraction", _ERROR, "Shares are parts of 1, for example 0.05 for 5 %."),
    Entry("DM116", "value of the wrong type", _ERROR, "An option has a value that it cannot have."),
    Entry("DM120", "truth of a condition", _ERROR,
          "Python's `and`, `or`, `not` and chained comparisons ask a condition for its truth, and it has none until a "
          'request is made. A tuple is "and", `any_of` is "or".'),
    Entry("DM121", "reference in a set or dict", _ERROR,
          "References compare into conditions, so they cannot be members of a set or keys of a dict: write a tuple."),
    Entry("DM122", "unknown option", _ERROR, "The class, function or object has no option of that name."),
    Entry("DM123", "too many positional arguments", _ERROR, "Only the entity, the parts and the steps are positional; options are named."),
    Entry("DM124", "missing", _ERROR, "Something that must be said was left out."),
    Entry("DM125", "unknown kind", _ERROR, "The JSON form names a kind of access pattern that does not exist."),
    Entry("DM126", "not a reference", _ERROR, "`eq`, `desc`, `bucket` and their like take one attribute of an entity."),
    Entry("DM127", "incomplete condition", _ERROR, "A condition has an attribute, and a constant or the caller's value."),
    # 2 entities
    Entry("DM201", "no identity", _ERROR, "Without an identity two items cannot be told apart; `()` says that there is only one."),
    Entry("DM202", "identity names no attribute", _ERROR, "The identity is made of attributes of the entity, each once."),
    Entry("DM203", "identity may be absent", _ERROR, "Every item needs its identity, so its attributes are required."),
    Entry("DM204", "identity of a type that is no key", _ERROR, "Keys hold text, numbers and bytes, and what is stored as such."),
    Entry("DM205", "entity declared twice", _ERROR, "The name of an entity becomes its type on items and its class in the code."),
    Entry("DM206", "attribute declared twice", _ERROR, "The second declaration would silently replace the first."),
    Entry("DM207", "unknown parent", _ERROR, "A parent is an entity of the same model."),
    Entry("DM208", "parents in a circle", _ERROR, "Parents are a hierarchy; an entity may only be its own parent directly."),
    Entry("DM209", "`via` of the wrong length", _ERROR, "`via` has one attribute for each of the parent's identity, in its order."),
    Entry("DM210", "float", _ERROR,
          "DynamoDB stores decimal numbers; a binary float would change on the way. Use `Decimal` with `ge`, `le` and "
          "`scale`, or whole cents."),
    Entry("DM211", "type that cannot be stored", _ERROR, "The type has no stored form that keeps its values and their order."),
    Entry("DM212", "nested model contains itself", _ERROR, "An item is at most 400 KB and 32 levels deep: use an entity."),
    Entry("DM213", "set that cannot be stored", _ERROR, "DynamoDB has sets of text, of numbers and of bytes."),
    Entry("DM214", "map whose keys are no text", _ERROR, "The keys of a map are text."),
    Entry("DM215", "vector without a length", _ERROR, "The number of dimensions is a whole number from 1 to 8192."),
    Entry("DM216", "incomplete type", _ERROR, "In the JSON form an enum needs values, a list an element, a vector its length."),
    Entry("DM217", "attribute named like its own type", _ERROR,
          "In a class body the value is stored before the annotation is read, so Python takes the value for the type."),
    Entry("DM218", "attribute without a type", _ERROR, "`name = attr(...)` declares nothing: write `name: str = attr(...)`."),
    Entry("DM219", "type is not defined", _ERROR, "A name in an annotation cannot be found."),
    Entry("DM220", "parent is no entity", _ERROR, "`parent` takes an entity class or `Parent(...)`."),
    Entry("DM221", "`via` names no attribute", _ERROR,
          "`via` names the child's attributes that hold the parent's identity; it can be left out if the names are equal."),
    Entry("DM222", "`via` of another type", _ERROR, "A link has the type of what it names, or it could never be equal."),
    Entry("DM223", "unique set that cannot be", _ERROR, "A unique set names attributes that can be written into a key."),
    Entry("DM224", "unique namespace with two types", _ERROR, "Values of one namespace are compared, so they have one type."),
    Entry("DM225", "role on the wrong type", _ERROR, "Expiry, creation and change are datetimes, a version is an `int`."),
    Entry("DM226", "role played twice", _ERROR, "An entity has at most one attribute for each role."),
    Entry("DM227", "bounds that bound nothing", _ERROR, "`ge`, `le` and `scale` are for numbers, the lower bound first."),
    Entry("DM228", "lifetime without an expiry", _ERROR, 'Only the attribute with `role="ttl"` has a lifetime.'),
    Entry("DM229", "shares above 1", _ERROR, "The shares of an attribute's values are parts of all items."),
    Entry("DM230", "share of a value that cannot be", _ERROR, "A share belongs to a value of the attribute, or to None if it may be absent."),
    Entry("DM231", "default that cannot be", _ERROR, "A default is a value of the attribute's type."),
    Entry("DM232", "copy of something that is no parent's", _ERROR, "A stored copy follows an attribute of a parent, with the same type."),
    Entry("DM233", "number from something that is no counter", _ERROR, "`taken_from` names an `int` of a parent."),
    Entry("DM234", "counted where nothing counts", _ERROR, "`counted_in` names a number of a parent."),
    Entry("DM235", "counter that two rules own", _ERROR, "Two rules on one counter would each be wrong by the other."),
    Entry("DM236", "history that numbers nothing", _ERROR, "`history` names the `int` attribute that numbers an item's versions."),
    Entry("DM237", "tenant that no entity has", _ERROR, "`tenant` names an attribute of the entities that belong to a tenant."),
    Entry("DM238", "two expiry attributes", _ERROR, "A table has one TTL attribute; every entity that expires names it alike."),
    Entry("DM239", "name that no attribute can have", _ERROR, "An attribute becomes a field of a Python class."),
    Entry("DM240", "items of something that has none", _ERROR, "Lists, sets and maps have items."),
    Entry("DM250", "item that may be too large", _ERROR, "DynamoDB refuses an item over 400 KB, and only when it is written."),
    Entry("DM251", "identity that may be too long", _WARNING, "A sort key has at most 1,024 bytes."),
    Entry("DM252", "entity that nothing names", _WARNING, "It gets a key and a class, but nothing can store or find it."),
    # 3 access patterns
    Entry("DM301", "unknown attribute", _ERROR, "The entity has no attribute of that name."),
    Entry("DM302", "text where a reference belongs", _ERROR,
          "Outside its class an attribute is named by reference, so that editors and type checkers know it."),
    Entry("DM303", "not a reference", _ERROR, "The option takes attributes: `Order.placed_at`."),
    Entry("DM304", "condition where a reference belongs", _ERROR, "The option takes attributes; conditions belong into `where`."),
    Entry("DM305", "not an entity", _ERROR, "An access pattern is about a class that derives from `Entity`."),
    Entry("DM306", "cannot be a member", _ERROR,
          "A collection holds entities, `Get`s and `Query`s; a transaction writes and `Check`s, or only `Get`s. DynamoDB "
          "has no query inside a transaction."),
    Entry("DM307", "one access pattern under two names", _ERROR, "Each name becomes a method of its own."),
    Entry("DM308", "not an access pattern", _ERROR, "The attributes of a model are access patterns."),
    Entry("DM309", "a comma too many", _ERROR, "A comma at the end of the line makes a tuple."),
    Entry("DM310", "not a change", _ERROR, "A change is an attribute (the caller's value) or `attribute == constant`."),
    Entry("DM311", "range without an operator", _ERROR, "A range is `between`, `ge`, `gt`, `le`, `lt` or `begins_with`."),
    Entry("DM312", "not a condition", _ERROR, "A condition compares an attribute with a constant or the caller's value."),
    Entry("DM313", "two attributes compared", _ERROR, "A key or a filter compares an attribute with a value, not with another."),
    Entry("DM314", "name used twice", _ERROR, "The second declaration would silently replace the first."),
    Entry("DM315", "attribute of another entity", _ERROR, "A read or write of one entity speaks of its own attributes."),
    Entry("DM316", "constant that the attribute cannot have", _ERROR, "The comparison could never be true."),
    Entry("DM317", "operator that does not suit the type", _ERROR, "Only text, numbers and times have an order and find items."),
    Entry("DM318", "bucket of something that is no time", _ERROR, "`bucket` cuts a time to its hour, day, month or year."),
    Entry("DM319", "`Get` that may find several", _ERROR, "`Get` is for one item: by identity or by a unique set."),
    Entry("DM320", "part that nothing links", _ERROR,
          "Parts of a collection share values: through declared parents, else by equal names, else named in `by`."),
    Entry("DM321", "no collection", _ERROR, "A collection has two parts or more, and says by what."),
    Entry("DM322", "order by what may be absent", _ERROR,
          "Items without the attribute would vanish from an index, so the order says where they go, or leaves them out."),
    Entry("DM323", "order by what is fixed", _ERROR, "All rows have the same value, so it orders nothing."),
    Entry("DM324", "merged without a common order", _ERROR, "Merged parts are interleaved by an order that all of them have."),
    Entry("DM325", "peak below the average", _ERROR, "`peak` is the highest rate that occurs."),
    Entry("DM326", "unknown entity", _ERROR, "The model has no entity of that name."),
    Entry("DM327", "change of nothing", _ERROR, "An update names what it changes."),
    Entry("DM328", "change of what cannot change", _ERROR, "Identity, immutable attributes and the version are not set by updates."),
    Entry("DM329", "attribute changed twice", _ERROR, "DynamoDB refuses two changes of one attribute in a request."),
    Entry("DM330", "change that does not suit the type", _ERROR, "`add` is for numbers, sets and maps of numbers; `append` for lists."),
    Entry("DM331", "removal of a required attribute", _ERROR, "An item without it could not be read back."),
    Entry("DM332", "transaction that is none", _ERROR, "A transaction has steps that all read, or that write and check."),
    Entry("DM333", "one type twice in a collection", _ERROR, "The answer has one field for each type."),
    Entry("DM334", "search by something that is no vector", _ERROR, "`near` names an attribute of the type `Vector(n)`."),
    Entry("DM335", "returns what is no parent's", _ERROR, "A read returns its own attributes and those of a parent."),
    Entry("DM336", "modifier in the wrong place", _ERROR, "`desc`, `asc` belong to orders, `bucket` to keys and conditions."),
    Entry("DM337", "clock compared with no time", _ERROR, "`now()` is a datetime."),
    Entry("DM338", "presence of what is always there", _ERROR, "The condition says nothing, or the type forgot `| None`."),
    Entry("DM339", "range on what is fixed", _ERROR, "An attribute has one value or a range of values."),
    Entry("DM340", "attribute named twice", _ERROR, "Once is enough; twice may be a slip for another attribute."),
    Entry("DM341", "`times` outside a transaction", _ERROR, "A single write writes one item."),
    Entry("DM342", "name that cannot be printed", _ERROR, "Names become classes and methods of the generated code."),
    Entry("DM343", "write that does not name one item", _ERROR, "DynamoDB updates and checks one item, by its whole identity."),
    Entry("DM344", "option of the whole on a member", _ERROR, "Rates and fixed values belong to the access pattern, not to a part or step."),
    Entry("DM345", "versions of what keeps none", _ERROR, "`history=True` reads the versions of an entity that has `history`."),
    Entry("DM346", "upsert of half an item", _ERROR, "What an upsert makes must have every required attribute, or it cannot be read."),
    Entry("DM351", "transaction that may be too large", _ERROR, "DynamoDB refuses a transaction of more than 100 items."),
    Entry("DM352", "BatchGet of several requests", _NOTE, "BatchGetItem takes 100 keys; more become several requests."),
    Entry("DM353", "scan that is made often", _WARNING, "A scan reads and bills every item of the table."),
    Entry("DM354", "very many rows in one call", _WARNING, "Without a limit the caller waits for every page, and each is billed."),
    Entry("DM355", "read but never stored", _NOTE, "The generated code could read items that it can never have stored."),
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
    Entry("DM411", "base key differs from the deployed one", _WARNING,
          "A base key cannot be changed in place: every item of the entity has to be written under its new key."),
    Entry("DM412", "deployed index that is not needed any more", _NOTE,
          "An index without a pattern still costs every write; delete it once the new code is deployed."),
    Entry("DM413", "new index on a deployed table", _NOTE,
          "A new global index is filled from the items that carry its key attributes; existing items need them first."),
    Entry("DM414", "new local index on a deployed table", _WARNING,
          "Local secondary indexes are made with the table; adding one means a new table and a copy of the data."),
    Entry("DM415", "what the lock costs", _NOTE,
          "The plan keeps the deployed base keys; another layout would be cheaper but moves items."),
    Entry("DM416", "deployed index with other keys or projection", _WARNING,
          "Keys and projection of an index are fixed; a changed one is a new index beside the old one."),
    Entry("DM417", "entity with another key in a deployed index", _WARNING,
          "Items written before carry the old key attributes; until they are updated the index answers without them."),
    Entry("DM421", "lock that is not a plan", _ERROR,
          "`model.plan.json` beside a model is the plan that is deployed. When it cannot be read, planning on would "
          "forget what is deployed, so the run stops."),
    # 45x to 49x: the judge of plans (`planner.check`); one of these about a computed plan is a bug of dynamodel.
    Entry("DM450", "plan and model do not match", _ERROR,
          "Every entity and every access pattern of the model has exactly one design in the plan. A saved plan of an "
          "older model no longer has."),
    Entry("DM451", "base key or guards that do not follow the identity", _ERROR,
          "A base key is made of exactly the identity: with less, items overwrite each other; with more, two items can "
          "have one identity and a Get by identity cannot compute the key."),
    Entry("DM452", "key made of what it cannot hold", _ERROR,
          "A key component writes a stored attribute in the code of its declared type; otherwise keys are not in the "
          "order of the values, or writes fail."),
    Entry("DM453", "two kinds of items can have one primary key", _ERROR,
          "One would silently overwrite the other. The proof compares the key templates token by token."),
    Entry("DM454", "base key that can change", _ERROR,
          "DynamoDB cannot change a primary key; its parts must be immutable and always present."),
    Entry("DM455", "table or index outside the service's limits", _ERROR,
          "DynamoDB would refuse to make such a table, or the model's options rule it out."),
    Entry("DM456", "key that can be too long", _ERROR,
          "A partition key has at most 2,048 bytes and a sort key 1,024; at the declared maximum sizes this one has "
          "more. Declare a smaller maximum length."),
    Entry("DM457", "foreign items in an index", _ERROR,
          "DynamoDB puts every item with all key attributes into an index, also of another entity with attributes of "
          "the same names; its answers would hold items that nobody asked for."),
    Entry("DM458", "place that does not hold what is read there", _ERROR,
          "A request names an index that does not exist, or in which the entity has no key."),
    Entry("DM460", "key of a request that is not the item's key", _ERROR,
          "Token by token a request must give the values from which the item's key was made."),
    Entry("DM461", "request that reaches other items or misses its own", _ERROR,
          "The interval of sort keys must hold the wanted kinds of items and no other, whatever the data."),
    Entry("DM462", "condition that nothing states", _ERROR,
          "Every condition of an access pattern is in the key, in the sparse key's condition, or a declared filter."),
    Entry("DM463", "range that is not the declared one", _ERROR,
          "The edges of the interval must be those of the range, for descending keys with their ends swapped."),
    Entry("DM464", "rows in another order than declared", _ERROR,
          "The sort key gives one order, forwards or backwards; the pattern's order must be a prefix of it."),
    Entry("DM465", "items missing from an index", _ERROR,
          "An item without an attribute of a sparse key, or outside its condition, is not in the index; a pattern that "
          "wants it too cannot be answered there."),
    Entry("DM466", "attribute missing from an index", _ERROR,
          "A global index returns only what is projected into it."),
    Entry("DM467", "strong read that is none", _ERROR,
          "Global indexes are read eventually consistent only; a pattern with consistent=True needs the table or a "
          "local index."),
    Entry("DM468", "filter that is not declared or not possible", _ERROR,
          "A filter is paid for by every row that it drops; it is used only where the model asks for it, and never on "
          "a key attribute of the index, which the service refuses."),
    Entry("DM469", "page that does not end at the limit", _ERROR,
          "A limit on one part of a collection is exact only if all other rows of the page are known in number and "
          "come first."),
    Entry("DM470", "shards that do not match the key", _ERROR,
          "A sharded partition must be asked once for each shard, any other once."),
    Entry("DM471", "requests that do not add up to the pattern", _ERROR,
          "Each part is answered exactly once, by an operation that can, and the number of requests is the one shown."),
    Entry("DM480", "write with the wrong operation", _ERROR,
          "Each step of a write runs as the operation of its kind, and what belongs together runs in a transaction."),
    Entry("DM481", "index key that a write leaves wrong", _ERROR,
          "An update must change exactly the index keys whose parts or conditions it changes, or the index lies."),
    Entry("DM482", "write that does not know enough", _ERROR,
          "An index key or a guard is computed from attributes; those that the call does not give must be read first."),
    Entry("DM483", "unique guard that a write does not keep", _ERROR,
          "Guards are written, moved and removed with their item, or a value is blocked for ever or taken twice."),
    Entry("DM490", "figures that are not those of the layout", _ERROR,
          "Units and costs are computed again from the layout and must be the ones that the plan shows."),
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
    Entry("DM713", "options that do not go together", _ERROR,
          "The command line asks for something that needs another option, or names what does not exist."),
    Entry("DM715", "output that cannot be written", _ERROR,
          "Standard output refuses what is printed: a full disk, or a file that was closed."),
    Entry("DM714", "a file is in the way", _ERROR,
          "`init` never overwrites a file."),
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
