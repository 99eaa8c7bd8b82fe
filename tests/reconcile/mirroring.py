"""A location on the real store, mirrors that tell what they believe of it, and whoever compares, in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gate_service.app.reconcile.ports import Change, Collection
from gate_service.app.reconcile.snapshots.staging import Part, StagedRow
from gate_service.bootstrap.reconciling_parts import Means, comparer
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.records import Mirror, Snapshot, SnapshotResult, SnapshotState, Variance
from gate_service.domain.stock import StockLevel
from gate_service.reconcile.rows import RedisRows
from tests.contract.state import ASKING

HERE = "DC-1"
ROWS_PER_PART = 3_000
Figures = Mapping[str, int] | Sequence[tuple[str, int] | tuple[str, int, str] | tuple[str, int, str, str]]
"""What a mirror says: units by SKU, or rows, perhaps with a measure of their own and the SKU that was merged."""


@dataclass
class Mirroring:
    """What a test of comparing speaks to."""

    means: Means
    troubles: dict[str, str | None] = field(default_factory=dict)

    async def tell(
        self,
        snapshot_id: str,
        figures: Figures,
        *,
        revision: int = 0,
        at_ms: int = 0,
        system: str = "wms",
        measure: str = "on_hand",
        whole: bool = False,
        **more: Any,  # noqa: ANN401 the other fields of a snapshot
    ) -> str:
        """Stage a snapshot as a gate does, so that it waits to be compared; give the name of its record."""
        now = await self.means.records.now_ms()
        begun = Snapshot(
            snapshot_id=snapshot_id,
            system=system,
            location_id=HERE,
            measure=measure,
            deducts=(),
            as_of_revision=revision,
            as_of_ms=0 if revision else at_ms or now,
            whole=whole,
            skip_bad_rows=False,
            begun_at_ms=now,
            changed_at_ms=now,
        )
        rows, digest = RedisRows(self.means.store), "0"
        told: Sequence[tuple[Any, ...]] = list(figures.items() if isinstance(figures, Mapping) else figures)
        for first in range(0, len(told), ROWS_PER_PART):
            some = told[first : first + ROWS_PER_PART]
            staged = [
                StagedRow(first + place, sku, of[0] if of else measure, units, *of[1:])
                for place, (sku, units, *of) in enumerate(some)
            ]
            before, digest = digest, f"{first + len(some):x}"
            await rows.stage(begun, Part(first, first + len(some), before, digest, staged))
        fields: dict[str, Any] = {"received_rows": len(told), "digest": digest, "state": SnapshotState.RECEIVED} | more
        ready = replace(begun, **fields)
        scores = {"all": now, "waiting": now}
        await self.means.records.commit([Change(Collection.SNAPSHOTS, ready.record_id, 0, dump(ready), scores)])
        return ready.record_id

    async def compare(self) -> None:
        """Compare all that waits."""
        await comparer(self.means, self.troubles.__setitem__).compare_waiting()

    async def compared(self, snapshot_id: str, figures: Figures, **more: Any) -> SnapshotResult:  # noqa: ANN401
        """Tell a snapshot, compare it, and give what came of it."""
        record_id = await self.tell(snapshot_id, figures, **more)
        await self.compare()
        told = await self.snapshot(record_id)
        assert told.state is SnapshotState.COMPARED, (told, self.troubles)
        assert told.result is not None
        return told.result

    async def ended(self, snapshot_id: str, figures: Figures, **more: Any) -> Snapshot:  # noqa: ANN401 as `tell`
        """Tell a snapshot, compare it, and give it as it stands then."""
        record_id = await self.tell(snapshot_id, figures, **more)
        await self.compare()
        return await self.snapshot(record_id)

    async def snapshot(self, record_id: str) -> Snapshot:
        """Read a snapshot."""
        (kept,) = await self.means.records.get(Collection.SNAPSHOTS, [record_id])
        assert kept is not None
        return load(Snapshot, kept.text)

    async def mirror(self, system: str = "wms", measure: str = "on_hand") -> Mirror:
        """Read what is known of a mirror."""
        (kept,) = await self.means.records.get(Collection.MIRRORS, [f"{HERE} {system} {measure}"])
        assert kept is not None
        return load(Mirror, kept.text)

    async def open_variances(self) -> dict[str, Variance]:
        """Give what stands open, by SKU."""
        page = await self.means.records.page(Collection.VARIANCES, "open", 1_000)
        found = [load(Variance, kept.text) for kept in page.records]
        assert len({each.sku for each in found}) == len(found)
        return {each.sku: each for each in found}

    async def levels(self) -> dict[str, StockLevel]:
        """Read the stock as it stands."""
        page = await self.means.ledger.list_stock(HERE, "", 1_000, ASKING)
        return {level.sku: level for level in page.levels}

    async def on_hand(self) -> dict[str, int]:
        """Give what a mirror says that is right just now."""
        return {sku: level.on_hand for sku, level in (await self.levels()).items()}
