"""How much to keep back of what a record says: by how often, and by how much, it was found too high.

A count says it of the shelf itself. Of a warehouse's snapshot that says less than the gate, only those differences
count that a diagnosis does not lay at the mirror's own door. What sells while somebody is behind comes on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.policy import BufferRules
from gate_service.domain.reconcile.records import Variance

WHOLE: Final = 10_000
"""Basis points of all of it."""
FIXED_DEFAULT: Final = 300
"""What shops keep back where nobody has measured: the upper end of the field's 1 to 3 percent."""
ENOUGH: Final = 20
"""With fewer looks the fixed default has a part in it."""
_DAY_MS: Final = 86_400_000
_SHELF_IN_DOUBT: Final = frozenset({Cause.PHANTOM, Cause.COMBINED, Cause.UNEXPLAINED})


class Look(NamedTuple):
    """By how much the record was found too high, in basis points of what it said, and how many looks said so."""

    share: int
    weight: int = 1


class Stale(NamedTuple):
    """How far behind somebody is, and what goes out meanwhile."""

    ms: int = 0
    system: str = ""
    units_per_day: int = 0
    sellable: int = 0
    """Units that may be sold there just now."""

    @property
    def basis_points(self) -> int:
        """Give what sells meanwhile, of what may be sold."""
        if not self.ms or not self.units_per_day or self.sellable <= 0:
            return 0
        return min(WHOLE, -(-self.units_per_day * self.ms * WHOLE // (_DAY_MS * self.sellable)))


class Evidence(NamedTuple):
    """What was found of the SKUs of a class at a location."""

    counts: Sequence[Look] = ()
    reports: Sequence[Look] = ()
    """Of a warehouse's snapshots."""
    stale: Stale = Stale()


@dataclass(frozen=True, slots=True)
class Buffer:
    """What to keep back from a channel of the SKUs of a class at a location; the fields are those of the contract."""

    channel: str
    location_id: str
    abc: str
    basis_points: int
    sample_count: int
    quantile_percent: int
    drift_basis_points: int
    staleness_basis_points: int
    least_basis_points: int
    most_basis_points: int
    worked_out_at_ms: int
    explanation: str

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.channel} {self.location_id} {self.abc}".rstrip()


def look_at_count(counted: int, expected: int) -> Look | None:
    """Give what a count says; None where the record said that there is nothing, which nobody sells."""
    return Look(max(0, expected - counted) * WHOLE // expected) if expected > 0 else None


def look_at_variance(variance: Variance) -> Look | None:
    """Give what a variance says of the shelf; None where it says nothing of it."""
    if variance.diagnosis.cause not in _SHELF_IN_DOUBT or variance.expected <= 0 or variance.difference >= 0:
        return None
    return Look(min(WHOLE, -variance.difference * WHOLE // variance.expected), variance.times_seen)


def quantile(looks: Iterable[Look], percent: int) -> int:
    """Give the least share that at least so many percent of the looks do not exceed; 0 where there are none."""
    ordered = sorted(looks)
    total, seen = sum(each.weight for each in ordered), 0
    for each in ordered:
        seen += each.weight
        if seen * 100 >= percent * total:
            return each.share
    return 0


def work_out(channel: str, location_id: str, abc: str, evidence: Evidence, rules: BufferRules, now_ms: int) -> Buffer:
    """Work out one buffer."""
    counted = sum(each.weight for each in evidence.counts)
    reported = sum(each.weight for each in evidence.reports)
    of_counts = _drift(evidence.counts, counted, rules)
    of_reports = _drift(evidence.reports, reported, rules)
    # Where both have looked often enough, the one that found more is believed: snapshots repeat what was never counted.
    drift = max([each for each, n in ((of_counts, counted), (of_reports, reported)) if n >= ENOUGH], default=-1)
    if drift < 0:
        drift = of_counts if counted >= reported else of_reports
    wanted = drift + evidence.stale.basis_points
    found = Buffer(
        channel=channel,
        location_id=location_id,
        abc=abc,
        basis_points=max(rules.least_basis_points, min(rules.most_basis_points, wanted)),
        sample_count=counted + reported,
        quantile_percent=rules.quantile_percent,
        drift_basis_points=drift,
        staleness_basis_points=evidence.stale.basis_points,
        least_basis_points=rules.least_basis_points,
        most_basis_points=rules.most_basis_points,
        worked_out_at_ms=now_ms,
        explanation="",
    )
    return _explained(found, counted, reported, evidence.stale)


def _drift(looks: Sequence[Look], count: int, rules: BufferRules) -> int:
    """Take the quantile; of few looks the fixed default has the part of those that are missing."""
    measured = quantile(looks, rules.quantile_percent)
    if count >= ENOUGH:
        return measured
    return (measured * count + FIXED_DEFAULT * (ENOUGH - count)) // ENOUGH


def _explained(found: Buffer, counted: int, reported: int, stale: Stale) -> Buffer:
    looks = f"{counted:,} counts and {reported:,} figures of warehouses' snapshots"
    about = f"{found.channel} at {found.location_id}, " + (
        f"class {found.abc}" if found.abc else "SKUs without a class"
    )
    drift = percent(found.drift_basis_points)
    if max(counted, reported) >= ENOUGH:
        said = f"in {found.quantile_percent} of 100 looks the record was too high by at most {drift} ({looks})"
    elif found.sample_count:
        said = (
            f"with only {looks}, fewer than {ENOUGH} of either, the fixed {percent(FIXED_DEFAULT)} counts for those "
            f"that are missing, which makes {drift}"
        )
    else:
        said = f"nothing was counted or compared yet, so the fixed {drift} is taken"
    if found.staleness_basis_points:
        said += (
            f"; {percent(found.staleness_basis_points)} goes out while {stale.system} is {_minutes(stale.ms)} behind "
            f"({stale.units_per_day:,} units a day of {stale.sellable:,})"
        )
    wanted = found.drift_basis_points + found.staleness_basis_points
    bounds = f"{percent(found.least_basis_points)} to {percent(found.most_basis_points)}"
    if wanted != found.basis_points:
        end = f"that is {percent(wanted)}, and the map allows {bounds}: {percent(found.basis_points)}"
    else:
        end = f"so {percent(found.basis_points)} is kept back (the map allows {bounds})"
    values = {name: getattr(found, name) for name in Buffer.__dataclass_fields__ if name != "explanation"}
    return Buffer(**values, explanation=f"{about}: {said}; {end}.")


def percent(basis_points: int) -> str:
    """Write basis points for people, such as "1.25 %"."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".") + " %"


def _minutes(ms: int) -> str:
    minutes = max(1, ms // 60_000)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - two hours are told in hours
