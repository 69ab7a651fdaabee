"""What the templates of the access package are given: text that is laid out already, in the order of printing.

One frozen dataclass for each template; a test compares its fields with the template's free variables.
"""

from __future__ import annotations

from dynamodel.records import dataclass


@dataclass(frozen=True, slots=True)
class FixedView:
    """A module that is the same in every package."""

    header: str


@dataclass(frozen=True, slots=True)
class PagesView:
    """`pages.py`: the plan's fingerprint binds cursors to the package that made them."""

    header: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class MetricsView:
    """`metrics.py`: the metric of item collections, as the alarm watches it."""

    header: str
    namespace: str
    metric: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """A dataclass of the package; `fields` are whole lines, `converted_in` and `converted_out` laid out bodies."""

    name: str
    doc: str
    fields: tuple[str, ...]
    converted_in: str
    converted_out: str


@dataclass(frozen=True, slots=True)
class EntitiesView:
    """`entities.py`; `listed` are the entries of ENTITIES."""

    header: str
    title: str
    imports: tuple[str, ...]
    classes: tuple[ClassView, ...]
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function: everything up to the colon, the docstring's text (laid out), the body."""

    signature: str
    doc: str
    body: str


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A module of functions: `codec.py`, `keys.py`, `requests.py`."""

    header: str
    doc: str
    imports: tuple[str, ...]
    constants: tuple[str, ...]
    functions: tuple[FunctionView, ...]


@dataclass(frozen=True, slots=True)
class ResultView:
    """A row of chosen attributes or the answer of a collection."""

    name: str
    doc: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultsView:
    """`results.py`: the classes, then the functions that read rows from items."""

    header: str
    imports: tuple[str, ...]
    classes: tuple[ResultView, ...]
    functions: tuple[FunctionView, ...]


@dataclass(frozen=True, slots=True)
class MethodView:
    """An access pattern: its steps, and the methods of both clients that take them; all texts laid out."""

    doc: str
    steps_signature: str
    steps: str
    signature: str
    body: str
    async_signature: str
    async_body: str


@dataclass(frozen=True, slots=True)
class CallsView:
    """`calls.py`: the steps of each access pattern; `engine` names that module."""

    header: str
    imports: tuple[str, ...]
    methods: tuple[MethodView, ...]
    engine: str


@dataclass(frozen=True, slots=True)
class ClientView:
    """`client.py`, `aio.py`: the class with one method for each access pattern; the last fields name modules."""

    header: str
    imports: tuple[str, ...]
    name: str
    doc: str
    methods: tuple[MethodView, ...]
    calls: str
    engine: str
    hooks: str
    pages: str
    sending: str


@dataclass(frozen=True, slots=True)
class RecordsView:
    """`records.py`: the type of all entities (laid out), the tag of guards, and a line for each entity's tag."""

    header: str
    entity: str
    guard: str
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackageView:
    """`__init__.py`: what is imported from which module, and the sorted list of all names."""

    header: str
    title: str
    imports: tuple[str, ...]
    exported: tuple[str, ...]
