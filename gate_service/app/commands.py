"""Every call that changes something: one operation, one ledger, one answer.

What an operation does is the ledger's (docs/transitions.md); what the retailer's policy adds to it is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gate_service.app.ports import Call, Ledger
from gate_service.domain.operations import Operation
from gate_service.domain.policy import Policy

ReplyT = TypeVar("ReplyT")


class Commands:
    """Applies operations under the policy in force."""

    def __init__(self, ledger: Ledger, policy: Callable[[], Policy]) -> None:
        """Keep the record and where the policy is to be had: it may change while the gate runs."""
        self._ledger = ledger
        self._policy = policy

    async def apply(self, operation: Operation[ReplyT], call: Call) -> ReplyT:
        """Do it once. Raises as `Ledger.apply` does."""
        return await self._ledger.apply(operation, self._policy(), call)
