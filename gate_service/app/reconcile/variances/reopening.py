"""Opens a variance again, beside which no other may stand about the same figure.

Whoever compares opens variances at the same moment, under names of their own. Both write the record of what struck the
SKU with it, so that the second of two sees what the first has done: a person is told of the new variance, and whoever
compares goes on with the one that was opened again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.ports import Collection, Kept, Records
from gate_service.app.reconcile.variances.drafting import of_mirror
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import Variance
from gate_service.domain.reconcile.recurring import Recurrence, recurrence_id
from gate_service.domain.vocabulary import Reason

_PAGE: Final = 1_000
_REOPENED_KEPT: Final = 10


async def recurrence_of(records: Records, variance: Variance) -> tuple[Recurrence, int]:
    """Give what struck its SKU, and the version. Raises `Unavailable`."""
    about = (variance.location_id, variance.system, variance.sku)
    (kept,) = await records.get(Collection.RECURRENCES, [recurrence_id(*about)])
    return (load(Recurrence, kept.text), kept.version) if kept else (Recurrence(*about), 0)


def opened_again(known: Recurrence, variance: Variance) -> Recurrence:
    """Remember that a variance was opened again."""
    others = (each for each in known.reopened if each != variance.variance_id)
    return replace(known, reopened=(*others, variance.variance_id)[-_REOPENED_KEPT:])


async def nothing_in_its_place(records: Records, closed: Variance) -> None:
    """Raise `Refused` with VARIANCE_CLOSED where another one stands about the same figure, and `Unavailable`."""
    index, token = of_mirror(closed.location_id, closed.system, closed.measure), ""
    while True:
        page = await records.page(Collection.VARIANCES, index, _PAGE, token)
        for kept in page.records:
            other = load(Variance, kept.text)
            if other.sku == closed.sku and other.variance_id != closed.variance_id:
                raise Refused(
                    Reason.VARIANCE_CLOSED,
                    f"{other.variance_id} stands in its place, about the same figure",
                    {"variance_id": closed.variance_id, "stands": other.variance_id},
                )
        token = page.next_token
        if not token:
            return


async def standing_again(
    records: Records, recurrences: Sequence[Recurrence]
) -> Mapping[tuple[str, str], tuple[Variance, int]]:
    """Give of variances that were opened again those that stand, by (measure, SKU), with their versions."""
    named = sorted({each for known in recurrences for each in known.reopened})
    kept: Sequence[Kept | None] = await records.get(Collection.VARIANCES, named) if named else ()
    found = [(load(Variance, each.text), each.version) for each in kept if each]
    return {(each.measure, each.sku): (each, version) for each, version in found if each.standing}
