"""Requests for the AWS CLI and boto3: one JSON file for each, and a script that sends them in order.

In: workload and plan. Out: `create_table/<model>/…`. Raises ModelInvalid when DynamoDB would refuse the table or when a
request would need what only a parameter can give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.emit.create_table.views import json_files, manifest_view, script_view
from dynamodel.emit.engine import render
from dynamodel.emit.header import MANIFEST
from dynamodel.emit.table.policies import policies
from dynamodel.emit.table.request import checked_view
from dynamodel.errors import ModelInvalid
from dynamodel.ir.artifact import Artifact

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

_LACKS = ("replicas", "witness", "cache", "alarms", "kinesis", "policy", "warm_reads", "warm_writes")


def emit_create_table(workload: Workload, plan: Plan, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The requests as JSON, the script, and the list of the files that cannot carry our header."""
    view = checked_view(workload, plan, "create-table", _LACKS)
    if view.settings.encryption == "customer" and not view.settings.encryption_key:
        hint = "say `encryption_key=` in `Deploy(...)`: a request has no parameters"
        raise ModelInvalid([finding("DM530", "the table's key is not named, and CreateTable needs it", hint=hint)])
    script, folder = script_view(view, policies(workload, plan)), f"create_table/{workload.name}"
    return (
        Artifact(f"{folder}/create.sh", render("create_table/create.sh.jinja", script, templates)),
        Artifact(f"{folder}/{MANIFEST}", render("create_table/manifest.txt.jinja", manifest_view(script), templates)),
        *(Artifact(f"{folder}/{file}", text) for file, text in json_files(script)),
    )
