"""What comes of a compared snapshot: variances that open, go on, change and end, and handoffs that break again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from collections.abc import Collection as Some
from functools import partial
from typing import Final, TypeVar

from gate_service.app.reconcile.ports import Collection, Conflict, Records
from gate_service.app.reconcile.variances.compared import Compared, Facts, FactsOfItems, Found, Recorded, Stood
from gate_service.app.reconcile.variances.drafting import CLOSED, Draft, of_mirror
from gate_service.app.reconcile.variances.telling import Telling
from gate_service.app.reconcile.walking import every
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile import lifecycle
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import Snapshot, Variance

__all__ = ["Compared", "Facts", "FactsOfItems", "Found", "Recorded", "Recorder", "Stood"]

ItemT = TypeVar("ItemT")
_AT_ONCE: Final = 400
"""Figures of one commit: each is a variance, what struck its SKU, and up to three findings about handoffs."""
_ATTEMPTS: Final = 20
"""Somebody who works on a variance by hand is in the way once, not for ever."""
_PAGE: Final = 1_000


class Recorder:
    """Keeps what came of comparing. To record the same again changes nothing, whoever was killed when."""

    def __init__(
        self, records: Records, handoffs: Callable[[], HandoffMap | None], items: FactsOfItems | None = None
    ) -> None:
        """Keep where the records are, and who knows the map in force and the items; nothing is read."""
        self._records = records
        self._handoffs = handoffs
        self._items = items

    async def standing(self, snapshot: Snapshot, measures: Some[str]) -> dict[tuple[str, str], Stood]:
        """Give what stood of this mirror before the snapshot, by (measure, SKU): ACCEPTED ones too.

        What an earlier run over the same snapshot has recorded is left out: else a mirror that is behind would seem
        not to be. Raises `Unavailable`.
        """
        found: dict[tuple[str, str], Stood] = {}
        for measure in measures:
            index = of_mirror(snapshot.location_id, snapshot.system, measure)
            async for kept in every(self._records, Collection.VARIANCES, index):
                variance = load(Variance, kept.text)
                stood = _before(variance, snapshot)
                if stood is not None:
                    found[measure, variance.sku] = stood
        return found

    async def resolved_before(self, snapshot: Snapshot) -> int:
        """Count what an earlier run of the same comparison has resolved already. Raises `Unavailable`.

        Whoever compares a snapshot anew asks once and adds it: what is closed stands no more, and is not counted again.
        """
        count, token = 0, ""
        while True:
            page = await self._records.page(Collection.VARIANCES, CLOSED, _PAGE, token, descending=True)
            for kept in page.records:
                variance = load(Variance, kept.text)
                if variance.closed_at_ms < snapshot.begun_at_ms:
                    return count
                count += _ended_by(variance, snapshot)
            token = page.next_token
            if not token:
                return count

    async def record(self, compared: Compared, found: Sequence[Found], agreed: Sequence[Stood] = ()) -> Recorded:
        """Record some figures of a snapshot that differ, and of what stood that which agrees now.

        A snapshot may be recorded in any number of parts; no figure twice. TIMING is no variance: it agrees. Raises
        `Unavailable`.
        """
        if compared.late:
            return Recorded()
        behind = [each for each in found if each.diagnosis and each.diagnosis.cause is Cause.TIMING]
        alarming = [each for each in found if not (each.diagnosis and each.diagnosis.cause is Cause.TIMING)]
        total = Recorded()
        for part in _parts(alarming):
            total = total.plus(await self._until_written(partial(self._differing, compared, part)))
        for ended in _parts([*agreed, *(each.stood for each in behind if each.stood)]):
            total = total.plus(await self._until_written(partial(self._agreeing, compared, ended)))
        return total

    async def _until_written(self, write: Callable[[], Awaitable[Recorded]]) -> Recorded:
        for _ in range(_ATTEMPTS - 1):
            try:
                return await write()
            except Conflict:
                continue  # somebody changed one of them: look at it as it is now
        return await write()

    async def _differing(self, compared: Compared, part: Sequence[Found]) -> Recorded:
        telling = Telling(self._records, self._handoffs(), compared, await self._records.now_ms())
        recorded = await telling.tell(part, self._facts)
        await self._commit(telling.draft)
        return recorded

    async def _agreeing(self, compared: Compared, ended: Sequence[Stood]) -> Recorded:
        draft, at_ms, resolved = Draft(), await self._records.now_ms(), 0
        for kept in await self._records.get(Collection.VARIANCES, [each.variance_id for each in ended]):
            variance = load(Variance, kept.text) if kept else None
            if kept is None or variance is None or compared.is_behind(variance):
                continue  # it has left, or is told of by something newer
            if variance.standing:
                over = lifecycle.gone(variance, compared.snapshot.snapshot_id, at_ms)
                draft.variance(over, kept.version, "variance.resolved")
                resolved += 1
        await self._commit(draft)
        return Recorded(resolved=resolved)

    async def _facts(self, location_id: str, skus: Sequence[str]) -> dict[str, Facts]:
        return dict(await self._items.facts(location_id, skus)) if self._items and skus else {}

    async def _commit(self, draft: Draft) -> None:
        if draft.changes:
            await self._records.commit(draft.changes, draft.events)


def _parts(items: Sequence[ItemT]) -> Iterator[Sequence[ItemT]]:
    return (items[place : place + _AT_ONCE] for place in range(0, len(items), _AT_ONCE))


def _before(variance: Variance, snapshot: Snapshot) -> Stood | None:
    """Give a variance as it stood before a snapshot; None where this one has opened it."""
    amount, revision = variance.difference, variance.revision
    if variance.snapshot_id == snapshot.snapshot_id:
        if variance.difference_before is None:
            return None
        amount, revision = variance.difference_before, variance.revision_before
    return Stood(
        variance.variance_id,
        amount,
        revision,
        variance.agreed_revision,
        variance.agreed_at_ms,
        variance.diagnosis.cause,
    )


def _ended_by(variance: Variance, snapshot: Snapshot) -> bool:
    last = variance.history[-1] if variance.history else None
    if last is None or (variance.system, variance.location_id) != (snapshot.system, snapshot.location_id):
        return False
    return last.step == lifecycle.GONE and last.snapshot_id == snapshot.snapshot_id
