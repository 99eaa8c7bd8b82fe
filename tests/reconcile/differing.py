"""Differences for the tests of diagnosing, written by what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gate_service.domain.reconcile.causes import Diagnosis, Difference, Lag, Movement
from gate_service.domain.reconcile.diagnosing import diagnose
from gate_service.domain.reconcile.measures import OWN
from gate_service.domain.vocabulary import Bucket, OperationKind

HOUR_MS = 3_600_000
NOW_MS = 100 * HOUR_MS
ALLOWED_MS = 15 * 60_000


def event(
    revision: int, kind: OperationKind, system: str = "shopify", hours_ago: float = 0, **changes: int
) -> Movement:
    """Give an event as many hours before the snapshot as its revision lies before 100, where nothing else is said."""
    at_ms = NOW_MS - int((hours_ago or 100 - revision) * HOUR_MS)
    moved = {Bucket(name): change for name, change in changes.items()}
    return Movement(revision, at_ms, kind, moved, system, f"op-{revision}", document_id=f"D-{revision}")


def reserved(revision: int, units: int, **more: Any) -> Movement:  # noqa: ANN401 what `event` takes
    return event(revision, OperationKind.RESERVE_STOCK, committed=units, **more)


def shipped(revision: int, units: int, system: str = "3pl-acme", **more: Any) -> Movement:  # noqa: ANN401 what `event` takes
    return event(
        revision, OperationKind.CONFIRM_SHIPMENT, system, on_hand=-units, allocated=-units, picked=-units, **more
    )


def received(revision: int, units: int, system: str = "netsuite", **more: Any) -> Movement:  # noqa: ANN401 what `event` takes
    return event(revision, OperationKind.RECORD_RECEIPT, system, on_hand=units, **more)


def counted(revision: int, change: int, system: str = "wms-east", **more: Any) -> Movement:  # noqa: ANN401 what `event` takes
    return event(revision, OperationKind.SUBMIT_COUNT, system, on_hand=change, **more)


def differing(
    reported: int,
    movements: Sequence[Movement],
    *,
    measure: str = "on_hand",
    sku: str = "MUG",
    **more: Any,  # noqa: ANN401 what `Difference` takes
) -> Difference:
    """Give a figure that differs; the balance is what `had` and the movements add up to."""
    balance: dict[Bucket, int] = {Bucket(name): units for name, units in more.pop("had", {}).items()}
    for movement in movements:
        for bucket, change in movement.changes.items():
            balance[bucket] = balance.get(bucket, 0) + change
    return Difference(sku, OWN[measure], reported, balance, NOW_MS, tuple(movements), **more)


def diagnosed(*differences: Difference, mirror: str = "wms-east", lag: Lag | None = None) -> list[Diagnosis]:
    """Diagnose differences of one snapshot of a mirror that is not behind."""
    return diagnose(differences, lag or Lag(1_000, allowed_ms=ALLOWED_MS), mirror)


def one(reported: int, movements: Sequence[Movement], mirror: str = "wms-east", **more: Any) -> Diagnosis:  # noqa: ANN401
    """Diagnose one difference."""
    (found,) = diagnosed(differing(reported, movements, **more), mirror=mirror)
    return found


def texts(diagnosis: Diagnosis) -> str:
    """Give all evidence in one text."""
    return "; ".join(evidence.text for evidence in diagnosis.evidence)
