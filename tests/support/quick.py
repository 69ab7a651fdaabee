"""Moto and the emitted suites, quickly: with the patches of the product's backend, which a test holds against moto."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from moto import mock_aws

from dynamodel.verify.backends.quick_moto import quick

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGIN = Path(__file__).with_name("plugin") / "quick_plugin.py"
_PLAINLY = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly")


@contextmanager
def quick_aws() -> Iterator[None]:
    """Moto in front of every boto3 client of this process."""
    with mock_aws(), quick():
        yield


def run_suite(
    folder: Path, *options: str, plainly: bool = False, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Pytest on the emitted suites in a folder, in a process that takes nothing of dynamodel from this one.

    `plainly` leaves moto as it is: nothing of dynamodel is loaded at all.
    """
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DYNAMO", "PYTEST"))}
    variables |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    # `-P` keeps the working folder off sys.path: the suite has to find the package by itself.
    command = [sys.executable, "-P", "-m", "pytest", "tests", *_PLAINLY, *options]
    if not plainly and "DYNAMODB_ENDPOINT" not in environment:
        variables["PYTHONPATH"] = str(PLUGIN.parent)
        command += ["-p", PLUGIN.stem, "--assert=plain"]
    return subprocess.run(command, cwd=folder, env=variables | environment, capture_output=True, text=True, check=False)
