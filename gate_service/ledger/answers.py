"""Reads one answer of a script: what it holds and where it stands, or the error that it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gate_service.domain.errors import GateError, Unavailable
from gate_service.domain.lineage import Lineage
from gate_service.domain.replies import NOT_STORED, Applied
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.heads import Told
from gate_service.ledger.lanes import OVERLOAD_RETRY_AFTER_MS
from gate_service.ledger.refusals import refused
from gate_service.store.errors import REFUSALS, RIGHT_LACKING, not_applied, outcome_unknown


def open_answer(told: Told, about: Callable[[], dict[str, str]]) -> tuple[dict[str, Any], Applied]:
    """Read one answer of a script: its data, and where it stands. Raises what the answer says.

    `about` names what it concerns, for a refusal's metadata.
    """
    tag, rest = told.text[0], told.text[1:]
    if tag in "BE":
        raise _failed(rest, writing=tag == "E")
    chain_hash, brace, rest = rest.partition("{")  # a question's answer has no hash of its own
    data: dict[str, Any] = json.loads(brace + rest)
    applied = NOT_STORED
    if "revision" in data:
        lineage = Lineage(told.head.position.epoch, chain_hash)
        applied = Applied(data["revision"], data["at_ms"], tag in "RA", tag == "A", lineage)
    if data.get("refused") == "AGAIN":
        raise OutOfDateError
    if "refused" in data:
        raise refused(data, applied, about())
    return data, applied


def _failed(why: str, *, writing: bool) -> GateError:
    """Say what a script's failure means. What turns a write away turns the first one away; a right can lack for any."""
    if why.startswith(REFUSALS):
        return not_applied()
    if writing:
        error: GateError = outcome_unknown()
    elif why.startswith(RIGHT_LACKING):
        error = not_applied()
    else:
        error = GateError(Reason.INTERNAL, "a script failed before it wrote anything")
    error.__cause__ = ScriptError(why)
    return error


class OutOfDateError(Unavailable):
    """What the gate summed up for the script was overtaken; nothing was applied."""

    def __init__(self) -> None:
        """Say so, for whoever asked several times in vain."""
        text = "SKUs are being merged at this location; nothing was applied"
        super().__init__(Reason.OVERLOADED, text, OVERLOAD_RETRY_AFTER_MS)


class ScriptError(GateError):
    """A script failed on one operation, by a bug or for want of a right: told to the log and not to the caller."""

    def __init__(self, text: str) -> None:
        """Keep the store's words for the log."""
        super().__init__(Reason.INTERNAL, text)
