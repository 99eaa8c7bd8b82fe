"""What drift costs: a vendor's claim for a thousand orders, and an estimate of what is left of it behind the gate.

The claim is not ours and was never checked. What is left is the claim times the part of each trouble that still
happened, of all that would have: what the gate stopped, and what it did not. It is an estimate and no bookkeeping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gate_service.domain.reconcile.days import Day, What

CLAIM: Final[Mapping[str, float]] = {
    "pick_failures": 4_200.0,
    "stockouts": 3_100.0,
    "forecasting": 2_400.0,
    "reconciliation": 1_800.0,
}
"""US$ per 1,000 orders, as a vendor claims."""
_NAMES: Final = {
    "pick_failures": "Pick failures",
    "stockouts": "Stockouts",
    "forecasting": "Forecasting",
    "reconciliation": "Reconciliation",
}


class CostsInvalid(Exception):
    """The factors cannot be used. The text says which, and what they may be."""


class Measured(NamedTuple):
    """What was measured besides the days."""

    variances: int = 0
    """That were opened."""
    by_hand: int = 0
    """Of those: people worked on them, or they still stand."""
    in_flight: int = 0
    """Differences that were only late, and nobody heard of."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One kind of trouble. Sums are of the currency, for all orders of the report."""

    name: str
    title: str
    per_1000: float
    before: float
    after: float
    happened: int
    stopped: int
    how: str
    """What was counted, in a sentence."""


@dataclass(frozen=True, slots=True)
class Costs:
    """All of them."""

    orders: int
    currency: str
    lines: tuple[Cost, ...] = field(default_factory=tuple)

    @property
    def before(self) -> float:
        """Add up what the claim says."""
        return sum(each.before for each in self.lines)

    @property
    def after(self) -> float:
        """Add up what is left."""
        return sum(each.after for each in self.lines)


def factors(told: Mapping[str, object]) -> dict[str, float]:
    """Read factors, those of the claim where they are left out. Raises `CostsInvalid`."""
    unknown = sorted(set(told) - set(CLAIM))
    if unknown:
        raise CostsInvalid(f"there is no cost called {', '.join(unknown)}: say {', '.join(CLAIM)}")
    found = dict(CLAIM)
    for name, value in told.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e9:  # noqa: PLR2004
            raise CostsInvalid(f"{name} must be a number of 0 to 1,000,000,000 per 1,000 orders, not {value!r}")
        found[name] = float(value)
    return found


def costs(days: Day, measured: Measured, per_1000: Mapping[str, float] = CLAIM, currency: str = "US$") -> Costs:
    """Estimate it for the sum of some days."""
    orders = days.get(What.ORDERS)
    short, not_there = days.get(What.SHORT_LINES), days.get(What.NOT_THERE_LINES)
    refused = days.get(What.REFUSED_ORDERS)
    people = (
        f"people dealt with {measured.by_hand:,} of {measured.variances:,} variances, or will, as they stand; "
        f"{measured.in_flight:,} differences were orders in flight, which nobody heard of"
    )
    picks = f"{short:,} picks were short; {not_there:,} more lines were stopped before a picker walked"
    shown = f"{not_there:,} sold lines were not there; {refused:,} orders were refused before they were promised"
    settled = max(0, measured.variances - measured.by_hand) + measured.in_flight
    told = {
        "pick_failures": (short, not_there, picks),
        "stockouts": (not_there, refused, shown),
        "forecasting": (0, 0, "the gate measures nothing of it: the claim stands"),
        "reconciliation": (measured.by_hand, settled, people),
    }
    lines = []
    for name, (happened, stopped, how) in told.items():
        before = per_1000[name] * orders / 1_000
        part = happened / (happened + stopped) if happened + stopped else 1.0
        if not happened + stopped and name != "forecasting":
            how = "nothing of the kind was measured: the claim stands"  # noqa: PLW2901
        lines.append(Cost(name, _NAMES[name], per_1000[name], before, before * part, happened, stopped, how))
    return Costs(orders, currency, tuple(lines))
