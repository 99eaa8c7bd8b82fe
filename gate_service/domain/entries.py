"""Ledger entries as they are read back."""

from __future__ import annotations

from typing import NamedTuple

from gate_service.domain.lineage import NO_LINEAGE, Lineage
from gate_service.domain.operations import SourceEvent
from gate_service.domain.vocabulary import Bucket, OperationKind


class StockChange(NamedTuple):
    """The signed change of one bucket of one SKU, in base units, not 0."""

    sku: str
    bucket: Bucket
    delta: int


class Entry(NamedTuple):
    """One entry. `envelope`, `body`, `reply` and `changes_text` are the exact JSON texts the chain covers."""

    revision: int
    at_ms: int
    kind: OperationKind
    operation_id: str
    system: str
    actor: str
    order_id: str
    refusal: str
    """Name of a `Reason`; empty where it was applied."""
    changes: tuple[StockChange, ...]
    chain_hash: str
    envelope: str
    body: str
    reply: str
    changes_text: str
    source: SourceEvent | None = None
    document_id: str = ""
    permit_id: str = ""
    variance_id: str = ""
    """The variance that it corrects or counts; empty for none."""


class EntryPage(NamedTuple):
    """Entries by revision. `next_from_revision` is 0 where there is no more yet."""

    entries: tuple[Entry, ...]
    next_from_revision: int
    latest_revision: int
    first_revision: int = 1
    """The oldest entry that the store still has."""
    lineage: Lineage = NO_LINEAGE
