"""Exceptions of dynamodel: each carries its diagnostics and the exit code of its family, and prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.diagnostics import Diagnostic


class DynamodelError(Exception):
    """Something the user can mend; raised once per stage with every finding of that stage."""

    exit_code: ClassVar[int] = 70

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the findings in the order in which they were made."""
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in self.diagnostics))


class UsageError(DynamodelError):
    """The command was called in a way that cannot work: a missing file, an unknown pattern name."""

    exit_code: ClassVar[int] = 2


class ModelInvalid(DynamodelError):  # noqa: N818 - reads as what happened to the model
    """The model cannot be understood or contradicts itself."""

    exit_code: ClassVar[int] = 3


class Infeasible(DynamodelError):  # noqa: N818 - the field's own word
    """No layout within the service's limits serves the model."""

    exit_code: ClassVar[int] = 4


class EnvironmentFault(DynamodelError):  # noqa: N818 - "EnvironmentError" is a builtin
    """Something outside the model is missing or refuses: a folder, Java, an endpoint."""

    exit_code: ClassVar[int] = 5


class PlanRefused(DynamodelError):  # noqa: N818 - what the judge did
    """The judge refuses what the planner made: a bug of dynamodel, never of the model."""

    exit_code: ClassVar[int] = 70
