"""Faults put into the access package of the help desk: one replacement each, in one function, found by one pattern."""

from __future__ import annotations

from dataclasses import dataclass

from dynamodel.ir.artifact import Artifact, ArtifactSet


@dataclass(frozen=True, slots=True)
class Fault:
    """In `function` of `file` (anywhere in it for an empty name) the first `old` becomes `new`."""

    title: str
    pattern: str
    file: str
    function: str
    old: str
    new: str

    def put_into(self, artifacts: ArtifactSet) -> ArtifactSet:
        """The package with the fault; AssertionError when the text it replaces is not there any more."""
        path = next(a.path for a in artifacts.artifacts if a.path.endswith(f"/{self.file}"))
        text = artifacts.text(path)
        start = text.index(f"def {self.function}(") if self.function else 0
        end = text.find("\ndef ", start + 1) if self.function else -1
        body = text[start : end if end > 0 else len(text)]
        assert self.old in body, f"{self.title}: {self.file} has changed"
        changed = text[:start] + body.replace(self.old, self.new, 1) + text[start + len(body) :]
        return ArtifactSet(tuple(Artifact(a.path, changed) if a.path == path else a for a in artifacts.artifacts))


EDGE = "keycodes.instant(low))"
OWNED = '"TICKET", keycodes.text'
ABSENT = '"attribute_not_exists(#key)"'
UNASSIGNED = '"attribute_not_exists(#c0_0)"'
VERSION = 'update.add("version", {"N": "1"})'
GSI_KEY = '"GSI1PK": {"S": customer_gsi1pk()},'
MOVED_KEY = 'update.place({"GSI1PK": keys.agent_gsi1pk(email)})'
PREFIX = 'bounds.prefix("GSI1SK", keycodes.text(prefix), "CUSTOMER")'
NUMBER = "numbercodes.number(number, 0, 1000)"
SENDING = "while start != DONE:"

FAULTS = (
    Fault("other direction", "tickets_of_customer", "requests.py", "tickets_of_customer", "=False", "=True"),
    Fault("upper edge left out", "opened_between", "requests.py", "opened_between", ", after=True", ""),
    Fault("lower edge left out", "opened_between", "requests.py", "opened_between", EDGE, f"{EDGE[:-1]}, after=True)"),
    Fault("expired items shown", "thread", "expressions.py", "alive", "#ttl > :now", "#ttl > :now OR #ttl <= :now"),
    Fault("another index", "open_queue", "requests.py", "open_queue", 'index="GSI3"', 'index="GSI2"'),
    Fault("prefix ignored", "customers_named", "requests.py", "customers_named", PREFIX, 'bounds.under("GSI1SK")'),
    Fault(
        "another partition", "opened_between", "requests.py", "opened_between", OWNED, OWNED.replace("TICKET", "AGENT")
    ),
    Fault("key without padding", "reply", "keys.py", "message_sk", NUMBER, "str(number)"),
    Fault("key without escapes", "save_customer", "keys.py", "customer_gsi1sk", "keycodes.text(name)", "name"),
    Fault("index key left out", "save_customer", "keys.py", "customer_item", GSI_KEY, ""),
    Fault("sparse key that stays", "close", "requests.py", "close", 'update.set("GSI3PK", None)', ""),
    Fault("half a sparse key that stays", "close", "requests.py", "close", 'update.set("GSI3SK", None)', ""),
    Fault("stale index key", "change_email", "requests.py", "change_email", MOVED_KEY, ""),
    Fault("guard not written", "add_agent", "requests.py", "add_agent", "keys.agent_guards(agent)", "[]"),
    Fault("guard kept", "change_email", "requests.py", "change_email", "[keys.agent_guard(stored_email)]", "[]"),
    Fault("create that replaces", "reply", "updates.py", "free", ABSENT, f'{ABSENT[:-1]} OR attribute_exists(#key)"'),
    Fault("version that stands still", "assign", "requests.py", "assign", VERSION, ""),
    Fault("condition not asked", "assign", "requests.py", "assign", UNASSIGNED, '"attribute_exists(#c0_0)"'),
    Fault("double counting", "open_ticket", "requests.py", "open_ticket", "wire.digits(1)", "wire.digits(2)"),
    Fault("wrong tag", "reply", "keys.py", "message_item", '{"S": "MESSAGE"}', '{"S": "TICKET"}'),
    Fault("lost attribute", "reply", "codec.py", "write_message", '"body": {"S": entity.body},', ""),
    Fault(
        "lost page",
        "tickets_of_customer",
        "calls.py",
        "",
        "page.of(answers.each(page.items, codec.read_ticket))",
        "pages.Page(answers.each(page.items, codec.read_ticket))",
    ),
    Fault(
        "limit forgotten", "tickets_of_customer", "client.py", "", "limit: int | None = 4", "limit: int | None = None"
    ),
    Fault("parents not joined", "open_queue", "requests.py", "open_queue_2", "keys.customer_key(part1)", "None"),
    Fault(
        "a request too many",
        "opened_on",
        "engine.py",
        "",
        SENDING,
        f'yield from ask("query", stream.request)\n        {SENDING}',
    ),
)
