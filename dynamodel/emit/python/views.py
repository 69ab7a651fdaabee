"""What the templates of the access package are given: text that is laid out already, in the order of printing.

One frozen dataclass for each template; a test compares its fields with the template's free variables.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    decorator: str = ""


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
class ClientView:
    """`client.py`: the class with one method for each access pattern; `engine` and `pages` name these modules."""

    header: str
    imports: tuple[str, ...]
    name: str
    doc: str
    methods: tuple[FunctionView, ...]
    engine: str
    pages: str


@dataclass(frozen=True, slots=True)
class PackageView:
    """`__init__.py`: what is imported from which module, and the sorted list of all names."""

    header: str
    title: str
    imports: tuple[str, ...]
    exported: tuple[str, ...]
