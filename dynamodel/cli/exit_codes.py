"""What a command's exit status says; the families of `errors` carry the same numbers."""

from __future__ import annotations

from dynamodel.errors import EnvironmentFault, Infeasible, ModelInvalid, UsageError

DONE = 0
FINDINGS = 1  # findings, a mismatch, or drift under `--check`
USAGE = UsageError.exit_code
MODEL_INVALID = ModelInvalid.exit_code
INFEASIBLE = Infeasible.exit_code
ENVIRONMENT = EnvironmentFault.exit_code
OUR_BUG = 70
INTERRUPTED = 130  # as a shell reports SIGINT
CLOSED_PIPE = 141  # as a shell reports SIGPIPE
