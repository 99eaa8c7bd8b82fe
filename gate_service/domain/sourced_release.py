"""What a release gives back of an order that is reserved at several locations, by the rules for one reservation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gate_service.domain.errors import Violation
from gate_service.domain.operations import ReleaseLine
from gate_service.domain.reservation import KitLine, Reservation, ReservationLine
from gate_service.domain.sourced import Refusal, Step
from gate_service.domain.vocabulary import Reason, ReservationState

_WORDS = {
    Reason.LINE_NOT_FOUND: "the order has no such line",
    Reason.PICK_IN_PROGRESS: (
        "units under a permit cannot be released: what is not picked goes back when the permit runs out, "
        "what is picked must be shipped"
    ),
    Reason.ALREADY_SHIPPED: "everything was shipped already",
    Reason.RELEASE_EXCEEDS_LINE: "more was to be released than the line still holds",
}


class There(NamedTuple):
    """What the order has at one location."""

    location_id: str
    reservation: Reservation


def whole(order: Sequence[There]) -> tuple[Step, ...] | Refusal:
    """Give the steps that give everything back; what was shipped stays as it is."""
    lines = [line for there in order for line in there.reservation.lines]
    picking = [line for line in lines if line.allocated > 0]
    if picking:
        return _no(
            Reason.PICK_IN_PROGRESS,
            [Violation(line.line_id, line.sku, _open(line) + line.allocated, _open(line)) for line in picking],
        )
    steps = tuple(Step(there.location_id) for there in order if there.reservation.state is not ReservationState.SHIPPED)
    return steps or _no(Reason.ALREADY_SHIPPED, [])


def part(order: Sequence[There], asked: Sequence[ReleaseLine]) -> tuple[Step, ...] | Refusal:
    """Give the steps that give these lines back, from the last location first: the order loses parcels, not goods.

    A line that several locations share goes back from as many as it takes. The line of a kit stands for its components,
    in whole kits at each location.
    """
    missing = [line for line in asked if not any(_has(there, line.line_id) for there in order)]
    if missing:
        return _no(Reason.LINE_NOT_FOUND, [Violation(line.line_id, "", line.quantity, 0) for line in missing])
    open_units = {(there.location_id, line.line_id): _open(line) for there in order for line in there.reservation.lines}
    wanted: dict[str, list[ReleaseLine]] = {}
    short: list[ReleaseLine] = []
    for line in asked:
        left = line.quantity
        for there in reversed(order):
            units = min(left, _most(there, line.line_id, open_units))
            if units:
                wanted.setdefault(there.location_id, []).append(ReleaseLine(line.line_id, units))
                for component, each in _components(there.reservation, line.line_id):
                    open_units[there.location_id, component.line_id] -= each * units
                left -= units
        if left:
            short.append(line)
    if short:
        return _too_much(order, short)
    return tuple(
        Step(there.location_id, tuple(wanted[there.location_id])) for there in order if there.location_id in wanted
    )


def _no(reason: Reason, violations: Sequence[Violation]) -> Refusal:
    return Refusal(reason, _WORDS[reason], {}, tuple(violations))


def _open(line: ReservationLine) -> int:
    return line.held + line.committed


def _has(there: There, line_id: str) -> bool:
    return bool(_components(there.reservation, line_id))


def _components(reservation: Reservation, line_id: str) -> list[tuple[ReservationLine, int]]:
    """Give what one unit of a line takes: itself, or the components of the kit it names; nothing for an unknown one."""
    by_id = {line.line_id: line for line in reservation.lines}
    kit = _kit(reservation.kits, line_id)
    found: list[tuple[ReservationLine, int]] = []
    while kit is not None and (line := by_id.get(f"{line_id}/{len(found) + 1}")) is not None:
        found.append((line, line.ordered // kit.quantity))
    if not found and line_id in by_id:
        found.append((by_id[line_id], 1))
    return found


def _kit(kits: Iterable[KitLine], line_id: str) -> KitLine | None:
    return next((kit for kit in kits if kit.line_id == line_id), None)


def _most(there: There, line_id: str, open_units: Mapping[tuple[str, str], int]) -> int:
    """Say how many of a line a location can still give back."""
    return min(
        (
            open_units[there.location_id, line.line_id] // each
            for line, each in _components(there.reservation, line_id)
            if each
        ),
        default=0,
    )


def _too_much(order: Sequence[There], short: Sequence[ReleaseLine]) -> Refusal:
    """Say what stands in the way; the first line that is asked too much of gives the reason."""
    violations, reason = [], None
    for asked in short:
        shares: dict[str, list[tuple[ReservationLine, int]]] = {}
        for there in order:
            for line, each in _components(there.reservation, asked.line_id):
                shares.setdefault(line.line_id, []).append((line, each))
        for line_id, here in shares.items():
            lines = [line for line, _ in here]
            reason = reason or _why(lines)
            units = sum(_open(line) for line in lines)
            violations.append(Violation(line_id, lines[0].sku, asked.quantity * here[0][1], units))
    return _no(reason or Reason.RELEASE_EXCEEDS_LINE, violations)


def _why(lines: Sequence[ReservationLine]) -> Reason:
    if any(line.allocated > 0 for line in lines):
        return Reason.PICK_IN_PROGRESS
    if any(line.shipped > 0 for line in lines):
        return Reason.ALREADY_SHIPPED
    return Reason.RELEASE_EXCEEDS_LINE
