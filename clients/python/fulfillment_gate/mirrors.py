"""For whoever keeps figures of his own: tell what he believes the stock to be, and learn where the record differs.

    snapshot = tell_stock(gate, "berlin", "night-0412", {"mug": 10, "tea": 2}, whole=True, as_of_ms=exported_at_ms)
    if compared(gate, snapshot).result.opened_count:
        for variance in gate.iter_variances(location_id="berlin"):
            print(gate.get_variance(variance.variance_id).explanation)

A snapshot alone changes no stock. Say the moment that the figures are of wherever it is known: what was under way while
they were exported is then no difference.
"""

# ruff: noqa: PLR0913 - a function takes what its message has, by name

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.sync import Gate
from fulfillment_gate.telling import Progress
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2

Figures = Mapping[str, int] | Iterable[tuple[str, int]]
"""SKU, or any code that the catalog knows for it, and base units."""

PATIENCE_S: Final = 300.0
_POLL_S: Final = 0.2
_OVER: Final = (reconciliation_pb2.SNAPSHOT_STATE_COMPARED, reconciliation_pb2.SNAPSHOT_STATE_REFUSED)


def tell_stock(
    gate: Gate,
    location_id: str,
    snapshot_id: str,
    figures: Figures,
    *,
    whole: bool,
    as_of_revision: int = 0,
    as_of_ms: int = 0,
    measure: str = "",
    system: str = "",
    skip_bad_rows: bool = False,
    progress: Progress | None = None,
    timeout_s: float | None = None,
) -> reconciliation_pb2.Snapshot:
    """Tell up to 10,000,000 figures of a location under a name of your own; told again under it, they count once.

    `whole` says that they are all you have there: what is not among them then counts as 0. They are of a revision of
    the location's ledger or of a time, in ms since the epoch; with neither, of now. `measure` says what they mean where
    that is not what the handoff map says, `system` whose they are where you relay them. A mapping, a list, or what else
    can be gone through again goes on by itself where the connection breaks off; an iterator is told once only. Wrong
    rows are no error: see the state of the answer and its `bad_rows`. Raises ValueError for two moments at once, and as
    `submit_snapshot` does.
    """
    header = reconciliation_pb2.SnapshotHeader(
        snapshot_id=snapshot_id,
        location_id=location_id,
        system=system,
        measure=measure,
        whole=whole,
        skip_bad_rows=skip_bad_rows,
    )
    _set_moment(header, as_of_revision, as_of_ms)
    return gate.submit_snapshot(header, _rows(figures), progress=progress, timeout_s=timeout_s).snapshot


async def tell_stock_async(
    gate: AsyncGate,
    location_id: str,
    snapshot_id: str,
    figures: Figures,
    *,
    whole: bool,
    as_of_revision: int = 0,
    as_of_ms: int = 0,
    measure: str = "",
    system: str = "",
    skip_bad_rows: bool = False,
    progress: Progress | None = None,
    timeout_s: float | None = None,
) -> reconciliation_pb2.Snapshot:
    """Do as `tell_stock`."""
    header = reconciliation_pb2.SnapshotHeader(
        snapshot_id=snapshot_id,
        location_id=location_id,
        system=system,
        measure=measure,
        whole=whole,
        skip_bad_rows=skip_bad_rows,
    )
    _set_moment(header, as_of_revision, as_of_ms)
    return (await gate.submit_snapshot(header, _rows(figures), progress=progress, timeout_s=timeout_s)).snapshot


def compared(
    gate: Gate, snapshot: reconciliation_pb2.Snapshot, *, patience_s: float = PATIENCE_S
) -> reconciliation_pb2.Snapshot:
    """Wait until a snapshot was compared, or refused, and give it with what came of it.

    Raises TimeoutError where that takes longer than patience_s: `gate reconcile` does not run, or has much to do.
    """
    until_s = time.monotonic() + patience_s
    while snapshot.state not in _OVER:
        _wait_no_longer_than(until_s, snapshot)
        time.sleep(_POLL_S)
        snapshot = gate.get_snapshot(snapshot.snapshot_id, system=snapshot.system).snapshot
    return snapshot


async def compared_async(
    gate: AsyncGate, snapshot: reconciliation_pb2.Snapshot, *, patience_s: float = PATIENCE_S
) -> reconciliation_pb2.Snapshot:
    """Do as `compared`."""
    until_s = time.monotonic() + patience_s
    while snapshot.state not in _OVER:
        _wait_no_longer_than(until_s, snapshot)
        await asyncio.sleep(_POLL_S)
        snapshot = (await gate.get_snapshot(snapshot.snapshot_id, system=snapshot.system)).snapshot
    return snapshot


def _wait_no_longer_than(until_s: float, snapshot: reconciliation_pb2.Snapshot) -> None:
    if time.monotonic() >= until_s:
        raise TimeoutError(
            f"{snapshot.snapshot_id} of {snapshot.system} is not compared yet: does `gate reconcile` run?"
        )


def _set_moment(header: reconciliation_pb2.SnapshotHeader, revision: int, at_ms: int) -> None:
    if revision and at_ms:
        raise ValueError(f"A snapshot is of one moment: as_of_revision {revision} or as_of_ms {at_ms}, not both.")
    if revision:
        header.as_of_revision = revision
    elif at_ms:
        header.as_of_ms = at_ms


def _rows(figures: Figures) -> Iterable[reconciliation_pb2.SnapshotRow]:
    """Give rows that can be gone through as often as the figures can."""
    pairs = figures.items() if isinstance(figures, Mapping) else figures
    rows = _Rows(pairs)
    return iter(rows) if iter(pairs) is pairs else rows


class _Rows:
    """Figures as rows, made as they are wanted."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        self._pairs = pairs

    def __iter__(self) -> Iterator[reconciliation_pb2.SnapshotRow]:
        return (reconciliation_pb2.SnapshotRow(sku=sku, quantity=quantity) for sku, quantity in self._pairs)
