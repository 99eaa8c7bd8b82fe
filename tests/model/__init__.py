"""The readable specification: docs/transitions.md as plain Python in memory, one file for each concern.

It shares the vocabulary of `gate_service.domain` with the real ledger and nothing else, so that a misreading of the
page in one of the two shows as a difference between them.
"""

from tests.model.ledger import ModelLedger
from tests.model.state import Outcome, Permit, Snapshot

__all__ = ["ModelLedger", "Outcome", "Permit", "Snapshot"]
