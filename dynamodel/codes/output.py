"""Codes about what comes after: 5 emitting, 6 verification, 7 environment."""

from __future__ import annotations

from dynamodel.codes.entry import ERROR, NOTE, WARNING, Entry

# fmt: off
OUTPUT: tuple[Entry, ...] = (
    # 5 emitting
    Entry("DM501", "too many global secondary indexes", ERROR,
          "A table has at most 20 global secondary indexes; CloudFormation would fail while it creates the stack."),
    Entry("DM502", "too many local secondary indexes", ERROR,
          "A table has at most 5 local secondary indexes, all of them made together with the table."),
    Entry("DM503", "key schema that DynamoDB refuses", ERROR,
          "A table and a local index have one partition and at most one sort attribute; a global index has 1 to 4 of "
          "the first and up to 4 of the second, all HASH elements before all RANGE elements, no attribute twice."),
    Entry("DM504", "duplicate index name", ERROR,
          "Global and local indexes of a table share one set of names."),
    Entry("DM505", "projection that DynamoDB refuses", ERROR,
          "NonKeyAttributes belong to INCLUDE alone, name at least one attribute, none twice, and are at most 100 in "
          "all indexes of a table together."),
    Entry("DM506", "local index with another partition key", ERROR,
          "A local secondary index sorts the item collections of the table differently, so it has the partition key "
          "of the table."),
    Entry("DM507", "attribute definitions do not match the keys", ERROR,
          "AttributeDefinitions names exactly the key attributes of the table and its indexes, each with one type of "
          "S, N or B."),
    Entry("DM508", "name that DynamoDB refuses", ERROR,
          "Names of tables and indexes have 3 to 255 characters of A-Z, a-z, 0-9, `_`, `-` and `.`."),
    Entry("DM509", "incomplete infrastructure", ERROR,
          "Time to live needs its attribute, provisioned billing needs the throughput of the table and of every "
          "global index, and on-demand billing must not have it."),
    Entry("DM510", "unknown target", ERROR,
          "`emit --target` takes the names of emitters."),
    Entry("DM511", "folder of templates not found", ERROR,
          "`--templates` names a folder whose files replace built-in templates of the same name."),
    Entry("DM512", "template of your own is wrong", ERROR,
          "A file in the folder given by `--templates` has a syntax error or uses a name that its view does not have."),
    Entry("DM513", "files on disk differ from the model", ERROR,
          "`emit --check` compares what the model gives with what is on disk; run `emit` again and commit the files."),
    Entry("DM514", "two emitters write the same file", ERROR,
          "Names in the model are too much alike to be files beside each other."),
    Entry("DM515", "a file that is not ours is in the way", ERROR,
          "`emit` overwrites and removes only files that carry its own header, so that nothing of yours is lost."),
    Entry("DM516", "deployment option that is not emitted", ERROR,
          "What a target does not hold is refused; leaving it out without a word would deploy less than the model asks "
          "for."),
    Entry("DM517", "deployment options that contradict each other", ERROR,
          "Two options of `Deploy` cannot both hold, such as a limit for on-demand reads on a provisioned table, or a "
          "key without encryption by it; emitting one of them would ignore the other without a word."),
    Entry("DM518", "Region that cannot have a replica", ERROR,
          "A replica lives in another Region than the table and the other replicas; names look like eu-west-1."),
    Entry("DM519", "strongly consistent global table that DynamoDB refuses", ERROR,
          "Strong consistency between Regions needs exactly three of them, from one set of neighbors (the third may "
          "be a witness), and has no time to live, no local indexes and no transactions, so no unique values either."),
    Entry("DM520", "role that names no access pattern", ERROR,
          "A role's policy allows what its access patterns need. A name without a pattern, an empty role and two roles "
          "of one name allow something else than is meant."),
    Entry("DM521", "tag that AWS refuses", ERROR,
          "At most 50 tags; keys have 1 to 128 characters and do not begin with `aws:`, values at most 256; letters, "
          "digits, spaces and `_.:/=+-@`."),
    Entry("DM522", "resource policy that DynamoDB refuses", ERROR,
          "A resource policy is an IAM document with statements that say whom they concern, at most 20 KB."),
    Entry("DM523", "write that trusts the copy of one Region", WARNING,
          "With eventual consistency between Regions each of them decides by its own copy, and the last writer wins: "
          "counters, conditions, unique values and versions can be wrong after two of them wrote at once."),
    Entry("DM524", "access pattern that passes the cache by", NOTE,
          "DAX answers eventually consistent reads alone: strong reads and transactions go to the table."),
    Entry("DM525", "answer from the cache that may be old", NOTE,
          "Writes renew cached items, not cached answers of queries; expiry and writes from other Regions go around "
          "the cache."),
    Entry("DM526", "throughput that DynamoDB refuses", ERROR,
          "A table is ready for at least 12,000 reads and 4,000 writes a second without asking; auto scaling has a "
          "minimum not above its maximum and aims at 20 to 90 percent."),
    Entry("DM527", "vector index that DynamoDB refuses", ERROR,
          "At most 5 on a table, on demand only; 1 to 4,096 dimensions, the same on one attribute; at most one HASH "
          "and 18 INLINE_FILTER attributes, each once."),
    Entry("DM528", "global table that DynamoDB refuses", ERROR,
          "Each Region has one replica; with eventual consistency the stream has both images, with strong consistency "
          "there are three neighboring Regions, no time to live and no local index; provisioned writes scale; a "
          "customer's key is named in every Region."),
    Entry("DM529", "template that CloudFormation refuses", ERROR,
          "A template has at most 500 resources, 200 parameters and 200 outputs, and a body of 1 MB; a table has at "
          "most 50 tags, each key once."),
    Entry("DM530", "request that only a parameter could complete", ERROR,
          "The target `create-table` writes plain requests, and CloudFormation's parameter for the customer's key has "
          "no place in them."),
    Entry("DM531", "role that cannot be limited to a tenant", ERROR,
          "A policy limits a role to a tenant by `dynamodb:LeadingKeys`: the partition key of everything that its "
          "patterns touch must begin with the tenant."),
    Entry("DM532", "policy that is too long", ERROR,
          "A managed policy of IAM has at most 6,144 characters."),
    Entry("DM550", "write that cannot tell a new item from an old one", ERROR,
          "Counts (`counted_in`) and numbers (`taken_from`) change when an item is made, not when it is replaced."),
    Entry("DM551", "counter of numbers changed by hand", ERROR,
          "A counter that gives numbers to new items is only counted up, or a number would be given twice."),
    Entry("DM552", "several items counted or numbered at once", ERROR,
          "A transaction writes an item once, so one call counts one child of a parent."),
    Entry("DM553", "counted item that moves to another parent", ERROR,
          "Both parents' counters would have to change, and the old parent is not known."),
    Entry("DM554", "upsert of an item whose versions are kept", ERROR,
          "Each version holds the whole item, and an upsert does not say what a new one holds."),
    Entry("DM555", "two numbers of a version", ERROR,
          "`history` numbers every change, so it is the version of the item and no other attribute is."),
    Entry("DM556", "two names that Python reads as one", ERROR,
          "Python normalizes identifiers (NFKC): a ligature or a wide letter is the same name as its plain form."),
    Entry("DM557", "batch of what takes more than one write", ERROR,
          "BatchWriteItem puts and deletes without conditions, so nothing beside an item can be kept with it."),
    # 6 verification
    Entry("DM601", "an answer differs from the declaration", ERROR,
          "A call of the generated client returned something else, or failed otherwise, than the oracle says that the "
          "declared pattern must. The report has the smallest dataset that still shows it, and its seed."),
    Entry("DM602", "other requests than planned", ERROR,
          "The answer was right, but the call made more requests, used another index, scanned or filtered where the "
          "plan says otherwise: its cost is not the one that was shown."),
    Entry("DM603", "a request that DynamoDB refuses", ERROR,
          "The emulator accepted a request or a schema that the service would not: too many items, a key attribute "
          "in a filter, an unused name, a number with too many digits, an empty key."),
    Entry("DM604", "stored items differ from the plan", ERROR,
          "After a write the table does not hold what it must: an attribute, an index key, a guard item is missing, "
          "stale or left over."),
    Entry("DM605", "pattern not verified", WARNING,
          "The backend does not know the operation (vector search), so its answers were not compared."),
    Entry("DM606", "pattern without a call", ERROR,
          "From the dataset no call of the pattern could be made up that the declaration allows, so nothing of it was "
          "compared. Another `--seed` or more `--items` give another dataset."),
    Entry("DM610", "backend without multi-attribute keys", ERROR,
          "The plan has an index whose key is made of several attributes. DynamoDB Local knows them since version 3.3; "
          "an older one, or another emulator, refuses the table."),
    Entry("DM611", "backend that refuses the table", ERROR,
          "The service at the address does not create a table of the plan's design: it lacks a feature, or the "
          "credentials do not allow it."),
    Entry("DM613", "other capacity than predicted", ERROR,
          "A request consumed other read or write units, in the table or in an index, than the arithmetic of the plan "
          "gives for the items that it touched. Compared where the backend counts: DynamoDB Local."),
    Entry("DM612", "neither Docker nor Podman", ERROR,
          "`verify --backend local --local-image` runs DynamoDB Local from its container image, which takes one of "
          "them."),
    # 7 environment
    Entry("DM713", "options that do not go together", ERROR,
          "The command line asks for something that needs another option, or names what does not exist."),
    Entry("DM715", "output that cannot be written", ERROR,
          "Standard output refuses what is printed: a full disk, or a file that was closed."),
    Entry("DM714", "a file is in the way", ERROR,
          "`init` never overwrites a file."),
    Entry("DM701", "folder without DynamoDB Local", ERROR,
          "`verify --backend local` starts DynamoDBLocal.jar from a folder of yours: it may not be shipped with "
          "dynamodel."),
    Entry("DM702", "Java is missing or too old", ERROR,
          "DynamoDB Local 3 runs on Java 17 or newer, found by JAVA_HOME or on the PATH."),
    Entry("DM703", "DynamoDB Local does not start", ERROR,
          "The server ended or did not answer within a minute; its last words are shown."),
    Entry("DM704", "no DynamoDB at the address", ERROR,
          "`verify --endpoint` takes the URL of a running service."),
    Entry("DM705", "address of another machine", ERROR,
          "Verification creates, fills and deletes tables (of its own name prefix). That never happens on another "
          "machine without `--allow-remote`."),
    Entry("DM711", "folder cannot be written", ERROR,
          "The target of `emit` cannot be written: no permission, a file in the place of a folder, or a full disk. "
          "No file of this run was left half written."),
    Entry("DM712", "templates are missing", ERROR,
          "The installation lacks the templates that ship with dynamodel."),
)
# fmt: on
