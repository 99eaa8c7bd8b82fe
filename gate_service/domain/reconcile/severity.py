"""How much a variance matters, whose it is, and until when it should be closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gate_service.domain.handoffs import HandoffMap, System
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.measures import AVAILABLE, Measure
from gate_service.domain.reconcile.records import Severity
from gate_service.domain.roles import Role

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
CLOSED_WITHIN_MS: Final[Mapping[Severity, int]] = {
    Severity.CRITICAL: 4 * _HOUR_MS,
    Severity.HIGH: _DAY_MS,
    Severity.MEDIUM: 3 * _DAY_MS,
    Severity.LOW: 7 * _DAY_MS,
}
"""How long a variance may stand, in ms."""

_STEPS: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH)
_UNITS: Final = (10, 100)
"""So many units are MEDIUM, and HIGH."""
_PERCENT: Final = (5, 25)
"""Of what was expected."""
_PERCENT_FROM_UNITS: Final = 3
"""Below, a share says nothing: one of two is half of it."""
_CENTS: Final = (10_000, 100_000)
_FROM_ELSEWHERE: Final = frozenset({Cause.NOT_APPLIED, Cause.SHIPPED_STILL_ALLOCATED})
"""Somebody's event did not arrive: whoever sends it has to look first."""
_HANDLING: Final = frozenset({Role.WAREHOUSE, Role.LOGISTICS})


def severity(
    amount: int, expected: int, *, value_cents: int = 0, abc: str = "", shown_to_customers: bool = False
) -> Severity:
    """Say how much a difference matters, by units, share and value; class A counts a step more, class C one less.

    Too much on show is CRITICAL: customers buy what is not there.
    """
    if shown_to_customers and amount > 0:
        return Severity.CRITICAL
    units = abs(amount)
    step = max(_step(units, _UNITS), _step(value_cents, _CENTS))
    if units >= _PERCENT_FROM_UNITS:
        step = max(step, _step(units * 100 // max(1, abs(expected)), _PERCENT))
    step += {"A": 1, "C": -1}.get(abc.upper(), 0)
    return _STEPS[min(max(step, 0), len(_STEPS) - 1)]


def _step(figure: int, bounds: tuple[int, ...]) -> int:
    return sum(figure >= bound for bound in bounds)


def shown_to_customers(system: System | None, measure: Measure) -> bool:
    """Say whether customers see a mirror's figure: it is a storefront's, of what may be sold."""
    sold = measure.name == AVAILABLE or any(sign < 0 for sign in measure.terms.values())
    return system is not None and system.role is Role.STOREFRONT and sold


def owner(handoffs: HandoffMap | None, location_id: str, mirror: str, diagnosis: Diagnosis) -> str:
    """Name who is to be told: the owner by the map of the system that has to look first, else that system.

    That is the mirror's. Where an event never arrived it is the sender's; where the shelf itself is wrong, that of the
    warehouse there; with several causes, that of the one which explains most.
    """
    if handoffs is None:
        return mirror
    if diagnosis.parts:
        diagnosis = max(diagnosis.parts, key=lambda part: abs(part.explained))
    found = handoffs.systems.get(_responsible(handoffs, location_id, mirror, diagnosis))
    return found.owner.name if found and found.owner else found.system_id if found else mirror


def _responsible(handoffs: HandoffMap, location_id: str, mirror: str, diagnosis: Diagnosis) -> str:
    if diagnosis.cause in _FROM_ELSEWHERE:
        sender = diagnosis.handoff.partition(" → ")[0]
        return sender if sender in handoffs.systems else mirror
    if diagnosis.cause is Cause.PHANTOM:
        return _of_the_shelf(handoffs, location_id, mirror)
    return mirror


def _of_the_shelf(handoffs: HandoffMap, location_id: str, mirror: str) -> str:
    """Name who handles goods there: the mirror where it does, else a warehouse, else whoever does it for somebody."""
    here = [
        (system_id != mirror, system.role is not Role.WAREHOUSE, system_id)
        for system_id, system in handoffs.systems.items()
        if system.role in _HANDLING and location_id in system.locations
    ]
    return min(here)[-1] if here else mirror
