"""Codes about plans: 4 planning, and from 45x the judge."""

from __future__ import annotations

from dynamodel.codes.entry import ERROR, NOTE, WARNING, Entry

# fmt: off
PLANNING: tuple[Entry, ...] = (
    # 4 planning
    Entry("DM401", "access pattern that no layout serves", ERROR,
          "Every declared access pattern must run as declared; one that no key within the limits can answer is an "
          "error at plan time, never a stub or a scan at run time."),
    Entry("DM403", "identity that cannot be a key", ERROR,
          "DynamoDB finds an item by a text, number or binary key; lists, maps, sets and documents have no key."),
    Entry("DM404", "access pattern that takes several requests", WARNING,
          "Its parts cannot lie side by side in one partition, so each part is asked for on its own."),
    Entry("DM405", "plan not proven optimal", WARNING,
          "The exact search has a bound on its effort; beyond it the plan is sound but a better one may exist."),
    Entry("DM407", "attribute of a parent that its children cannot be found by", ERROR,
          "Items are found by what they hold, so a parent's attribute in `by`, `where`, `range`, `order_by` or "
          "`filter` of its children is copied to them. That needs writes that can keep the copy: a parent that does "
          "not expire, a child that stays with its parent."),
    Entry("DM406", "more indexes allowed than a table has by default", WARNING,
          "A table has 20 global secondary indexes unless AWS raises the quota for the account."),
    Entry("DM408", "much is paid so that writes need not read first", NOTE,
          "Fewer requests come before cost, and an item that a write must read first, to keep its keys exact, takes a "
          "request more. Where a layout in which writes do that is much cheaper, the note says so; "
          "`spare_reads=False` counts such reads by their price alone."),
    Entry("DM409", "much is paid to have few indexes", NOTE,
          "Entities share indexes, whose keys are text then: it makes items longer, and updates must know all that a "
          "key is made of to take an item out of an index or to leave it out. Where every access pattern gives its "
          "rate, at most 5 % of the cost is paid for that; where rates are assumed, the cost is a guess, and the note "
          "says what keys of attributes, in an index for each entity, may save at most. `overload=False` lets entities "
          "share only where that costs nothing, `overload=True` wherever they can."),
    Entry("DM411", "base key differs from the deployed one", WARNING,
          "A base key cannot be changed in place: every item of the entity has to be written under its new key."),
    Entry("DM412", "deployed index that is not needed any more", NOTE,
          "An index without a pattern still costs every write; delete it once the new code is deployed."),
    Entry("DM413", "new index on a deployed table", NOTE,
          "A new global index is filled from the items that carry its key attributes; existing items need them first."),
    Entry("DM414", "new local index on a deployed table", WARNING,
          "Local secondary indexes are made with the table; adding one means a new table and a copy of the data."),
    Entry("DM415", "what the lock costs", NOTE,
          "The plan keeps the deployed base keys and makes no local index beside a deployed table; another layout "
          "would be cheaper but moves items."),
    Entry("DM416", "deployed index with other keys or projection", WARNING,
          "Keys and projection of an index are fixed; a changed one is a new index beside the old one."),
    Entry("DM417", "entity with another key in a deployed index", WARNING,
          "Items written before carry the old key attributes; until they are updated the index answers without them."),
    Entry("DM418", "copy of a parent's attribute that stored items do not hold", WARNING,
          "Children take what they copy when they are made, and when their parent is written. Those that were stored "
          "before have no copy: reads by it miss them until each parent is written once."),
    Entry("DM421", "lock that is not a plan", ERROR,
          "`model.plan.json` beside a model is the plan that is deployed. When it cannot be read, planning on would "
          "forget what is deployed, so the run stops."),
    Entry("DM430", "hot partition", WARNING,
          "One partition gives 1,000 write and 3,000 read units a second, whatever the table has. A design plans for "
          "70 % of that; where write shards cannot bring a key below it, the numbers are shown."),
    Entry("DM431", "shards that the load does not ask for", ERROR,
          "The load of each partition is computed again from the layout: one above 70 % of what a partition gives is "
          "spread over just as many write shards as that takes, any other is not sharded."),
    Entry("DM440", "access patterns that no layout serves together", ERROR,
          "The set is irreducible: each of its members is needed for the conflict, so leaving out any one of them, or "
          "one of the other ways out that are named, makes the rest feasible."),
    Entry("DM432", "transaction that may have too many bytes", WARNING,
          "TransactWriteItems and TransactGetItems take 4 MB of items together."),
    Entry("DM433", "stored copy of a parent's attribute that an update leaves as it was", WARNING,
          "`copy_of` stores a parent's attribute with each child when the child is written. An update of the parent "
          "does not change the children; the finding says how many writes that would take."),
    Entry("DM434", "small change of a large item, often", NOTE,
          "An update is billed for the whole item, however little it changes."),
    Entry("DM441", "layout file that cannot be understood", ERROR,
          "`explain --force` reads a JSON file that names each entity's keys: for each place the attributes of its "
          "partition and sort key."),
    Entry("DM442", "key that no access pattern reads", NOTE,
          "A forced layout has a key that answers nothing better than another one; it would cost writes and storage."),
    Entry("DM443", "access pattern that a forced layout does not answer", ERROR,
          "None of the keys of `explain --force` answers it; for each of them the rule is named that it misses."),
    # 45x to 49x: the judge of plans (`planner.check`); one of these about a computed plan is a bug of dynamodel.
    Entry("DM450", "plan and model do not match", ERROR,
          "Every entity and every access pattern of the model has exactly one design in the plan. A saved plan of an "
          "older model no longer has."),
    Entry("DM451", "base key or guards that do not follow the identity", ERROR,
          "A base key is made of exactly the identity: with less, items overwrite each other; with more, two items can "
          "have one identity and a Get by identity cannot compute the key."),
    Entry("DM452", "key made of what it cannot hold", ERROR,
          "A key component writes a stored attribute in the code of its declared type; otherwise keys are not in the "
          "order of the values, or writes fail."),
    Entry("DM453", "two kinds of items can have one primary key", ERROR,
          "One would silently overwrite the other. The proof compares the key templates token by token."),
    Entry("DM454", "base key that can change", ERROR,
          "DynamoDB cannot change a primary key; its parts must be immutable and always present."),
    Entry("DM455", "table or index outside the service's limits", ERROR,
          "DynamoDB would refuse to make such a table, or the model's options rule it out."),
    Entry("DM456", "key that can be too long", ERROR,
          "A partition key has at most 2,048 bytes and a sort key 1,024; at the declared maximum sizes this one has "
          "more. Declare a smaller maximum length."),
    Entry("DM457", "foreign items in an index", ERROR,
          "DynamoDB puts every item with all key attributes into an index, also of another entity with attributes of "
          "the same names; its answers would hold items that nobody asked for."),
    Entry("DM458", "place that does not hold what is read there", ERROR,
          "A request names an index that does not exist, or in which the entity has no key."),
    Entry("DM459", "partition too large for local indexes", ERROR,
          "The items of a partition of the table with their entries in local indexes have at most 10 GB together; then "
          "DynamoDB refuses whatever makes them more. It is reckoned where the model declares how many there are."),
    Entry("DM460", "key of a request that is not the item's key", ERROR,
          "Token by token a request must give the values from which the item's key was made."),
    Entry("DM461", "request that reaches other items or misses its own", ERROR,
          "The interval of sort keys must hold the wanted kinds of items and no other, whatever the data."),
    Entry("DM462", "condition that nothing states", ERROR,
          "Every condition of an access pattern is in the key, in the sparse key's condition, or a declared filter."),
    Entry("DM463", "range that is not the declared one", ERROR,
          "The edges of the interval must be those of the range, for descending keys with their ends swapped."),
    Entry("DM464", "rows in another order than declared", ERROR,
          "The sort key gives one order, forwards or backwards; the pattern's order must be a prefix of it."),
    Entry("DM465", "items missing from an index", ERROR,
          "An item without an attribute of a sparse key, or outside its condition, is not in the index; a pattern that "
          "wants it too cannot be answered there."),
    Entry("DM466", "attribute missing from an index", ERROR,
          "A global index returns only what is projected into it."),
    Entry("DM467", "strong read that is none", ERROR,
          "Global indexes are read eventually consistent only; a pattern with consistent=True needs the table or a "
          "local index."),
    Entry("DM468", "filter that is not declared or not possible", ERROR,
          "A filter is paid for by every row that it drops; it is used only where the model asks for it, and never on "
          "a key attribute of the index, which the service refuses."),
    Entry("DM469", "page that does not end at the limit", ERROR,
          "A limit on one part of a collection is exact only if all other rows of the page are known in number and "
          "come first."),
    Entry("DM470", "shards that do not match the key", ERROR,
          "A sharded partition must be asked once for each shard, any other once."),
    Entry("DM471", "requests that do not add up to the pattern", ERROR,
          "Each part is answered exactly once, by an operation that can, and the number of requests is the one shown."),
    Entry("DM472", "partition that tenants share", ERROR,
          "What is read for one tenant has the tenant in its partition key: a policy (`dynamodb:LeadingKeys`) can then "
          "open these items alone. Only patterns with `all_tenants=True` read across partitions of tenants."),
    Entry("DM480", "write with the wrong operation", ERROR,
          "Each step of a write runs as the operation of its kind, and what belongs together runs in a transaction."),
    Entry("DM481", "index key that a write leaves wrong", ERROR,
          "An update must change exactly the index keys whose parts or conditions it changes, or the index lies."),
    Entry("DM482", "write that does not know enough", ERROR,
          "An index key or a guard is computed from attributes; those that the call does not give must be read first."),
    Entry("DM485", "copy of a parent's attribute that is not kept", ERROR,
          "A child that holds an attribute of its parent takes it when it is made, while the parent is held fast, and "
          "is renewed after every write that changes the parent; the cheaper of copy and second request is planned."),
    Entry("DM483", "unique guard that a write does not keep", ERROR,
          "Guards are written, moved and removed with their item, or a value is blocked for ever or taken twice."),
    Entry("DM490", "figures that are not those of the layout", ERROR,
          "Units and costs are computed again from the layout and must be the ones that the plan shows."),
)
# fmt: on
