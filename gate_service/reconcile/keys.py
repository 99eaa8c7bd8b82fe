"""Every key of reconciliation in the store. docs/reconciliation.md describes them; nothing else builds one.

All records share one hash tag, since they change together; the rows of a snapshot have a tag of their own, so that
large ones spread over a cluster. No location's id can begin with "~".
"""

from __future__ import annotations

from typing import Final

from gate_service.app.reconcile.ports import Collection

_TAG: Final = "gate:{~reconcile}:"

EVENTS: Final = _TAG + "events"
"""Stream: what happened to records; the newest 100,000 or so."""
LEASE: Final = _TAG + "lease"
"""String with a time to live: which process compares and follows just now."""


def records(collection: Collection) -> str:
    """Hash: name of a record → its version, a blank, and JSON."""
    return _TAG + collection


def index(collection: Collection, name: str) -> str:
    """Sorted set: name of a record by a score."""
    return f"{_TAG}{collection}:{name}"


def rows(record_id: str) -> str:
    """Hash: a part of a snapshot → its rows as text. Goes when the snapshot was compared, or in a week."""
    return f"gate:{{~snapshot {record_id}}}:rows"
