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
from gate_service.store.errors import REFUSALS, not_applied, outcome_unknown


def open_answer(told: Told, about: Callable[[], dict[str, str]]) -> tuple[dict[str, Any], Applied]:
    """Read one answer of a script: its data, and where it stands. Raises what the answer says.

    `about` names what it concerns, for a refusal's metadata.
    """
    tag, rest = told.text[0], told.text[1:]
    if tag == "B" and rest.startswith(REFUSALS):
        raise not_applied()
    if tag == "B":
        raise GateError(Reason.INTERNAL, "a script failed before it wrote anything") from ScriptError(rest)
    if tag == "E":
        # What turns one write of a script away turns away all of them, so the first; a right may be lacking for one.
        if rest.startswith(REFUSALS) and not rest.startswith("NOPERM"):
            raise not_applied()
        raise outcome_unknown() from ScriptError(rest)
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


class OutOfDateError(Unavailable):
    """What the gate summed up for the script was overtaken; nothing was applied."""

    def __init__(self) -> None:
        """Say so, for whoever asked several times in vain."""
        text = "SKUs are being merged at this location; nothing was applied"
        super().__init__(Reason.OVERLOADED, text, OVERLOAD_RETRY_AFTER_MS)


class ScriptError(GateError):
    """A script failed on one operation: a bug, told to the log and not to the caller."""

    def __init__(self, text: str) -> None:
        """Keep the store's words for the log."""
        super().__init__(Reason.INTERNAL, text)
