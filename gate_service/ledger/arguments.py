"""Writes an operation as the script takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gate_service.app.ports import Call
from gate_service.domain.operations import Operation
from gate_service.domain.policy import Policy
from gate_service.ledger.cases import NOBODY

encode = json.JSONEncoder(separators=(",", ":")).encode
"""The one way in which anything is written for a script."""


def script_arguments(
    operation: Operation[Any], policy: Policy, call: Call, more: Mapping[str, object] | None = None
) -> tuple[str, str]:
    """Write an operation as the script takes it: envelope and body, JSON.

    The envelope says who asks, as what, under which part of the policy, and what happened in its world; the ledger
    keeps both. `more` joins the policy.
    """
    envelope: dict[str, object] = {
        "id": operation.operation_id,
        "kind": operation.kind,
        "system": call.system,
        "actor": call.actor,
    }
    told = policy.for_operation(operation)
    if more:
        told |= more
    if told:
        envelope["policy"] = told
    if call.own:
        envelope["own"] = True
    source = operation.source
    if source:
        system = source.system or call.system or NOBODY
        envelope["source"] = {
            "system": system,
            "type": source.document_type,
            "document": source.document,
            "line": source.line,
            "action": source.action,
            "number": source.number,
            "retention_ms": policy.retention(system),
        }
    return encode(envelope), encode(operation.body())
