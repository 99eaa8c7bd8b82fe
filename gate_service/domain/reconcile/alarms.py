"""What a finding of each watchdog says, how much it matters, and who is to be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.expecting import Expectation
from gate_service.domain.reconcile.records import Finding, FindingKind, Severity
from gate_service.domain.verbs import Verb

_DAY_S: Final = 86_400
_HOUR_S: Final = 3_600
_MINUTE_S: Final = 60

MISSING: Final[Mapping[FindingKind, Verb]] = {
    FindingKind.WAVE_WITHOUT_PICK: Verb.REPORT_PICK,
    FindingKind.PICKED_WITHOUT_SHIPMENT: Verb.CONFIRM_SHIPMENT,
    FindingKind.ANNOUNCED_WITHOUT_RECEIPT: Verb.RECORD_RECEIPT,
    FindingKind.TRANSFER_WITHOUT_ARRIVAL: Verb.RECORD_RECEIPT,
    FindingKind.RETURN_WITHOUT_DISPOSITION: Verb.MOVE_STOCK,
    FindingKind.HOLD_RENEWED_FOREVER: Verb.CONFIRM_RESERVATION,
}
"""The verb that would end each: whoever may say it at the location should have."""

SEVERITIES: Final[Mapping[FindingKind, Severity]] = {
    FindingKind.WAVE_WITHOUT_PICK: Severity.MEDIUM,
    FindingKind.PICKED_WITHOUT_SHIPMENT: Severity.HIGH,
    FindingKind.ANNOUNCED_WITHOUT_RECEIPT: Severity.MEDIUM,
    FindingKind.TRANSFER_WITHOUT_ARRIVAL: Severity.HIGH,
    FindingKind.RETURN_WITHOUT_DISPOSITION: Severity.LOW,
    FindingKind.HOLD_RENEWED_FOREVER: Severity.MEDIUM,
    FindingKind.FEED_SILENT: Severity.HIGH,
    FindingKind.GAP_AGED: Severity.HIGH,
    FindingKind.SNAPSHOT_OVERDUE: Severity.MEDIUM,
    FindingKind.MIRROR_LAGS: Severity.LOW,
    FindingKind.REPEATED_STOCKOUTS: Severity.HIGH,
    FindingKind.RISING_ADJUSTMENTS: Severity.MEDIUM,
    FindingKind.SLOWER_SHIPPING: Severity.LOW,
}


def span(ms: int) -> str:
    """Say how long something takes, in the largest unit of which there are two or more, as "3 hours"."""
    seconds = max(0, ms) // 1000
    for size, name in ((_DAY_S, "days"), (_HOUR_S, "hours"), (_MINUTE_S, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return f"{seconds} second{'s' * (seconds != 1)}"


def moment(at_ms: int) -> str:
    """Say when something was: a text is kept, so it tells a time and no age, which would be wrong a minute later."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def units(number: int) -> str:
    """Say a number of units."""
    return f"{number:,} unit{'s' * (number != 1)}"


def missing_system(handoffs: HandoffMap | None, expectation: Expectation) -> str:
    """Name the system whose event is missing: the one that brought it about where it may say it, else who may.

    Where the map lets nobody, it is whoever brought it about.
    """
    doers = handoffs.doers(MISSING[expectation.kind], expectation.location_id) if handoffs else []
    named = [system.system_id for system in doers]
    return named[0] if named and expectation.system not in named else expectation.system


def owner_of(handoffs: HandoffMap | None, system: str) -> str:
    """Name who is to be told of a system: its owner by the map, else the system itself."""
    found = handoffs.systems.get(system) if handoffs else None
    return found.owner.name if found and found.owner else system


def alarm(expectation: Expectation, handoffs: HandoffMap | None, now_ms: int) -> Finding:
    """Make the finding of an expectation that was not met."""
    system = missing_system(handoffs, expectation)
    return finding(expectation, handoffs, system, _text(expectation, system or "nobody"), now_ms)


def finding(about: Expectation, handoffs: HandoffMap | None, system: str, text: str, now_ms: int) -> Finding:
    """Make a finding; its name follows from what it is about, and since when."""
    return Finding(
        finding_id=about.finding_id,
        kind=about.kind,
        location_id=about.location_id,
        subject=about.subject,
        system=system,
        owner=owner_of(handoffs, system),
        text=text,
        severity=SEVERITIES[about.kind],
        since_ms=about.since_ms,
        deadline_ms=about.deadline_ms,
        raised_at_ms=now_ms,
        revision=about.revision,
    )


def _text(one: Expectation, system: str) -> str:
    """Say it in a sentence or two."""
    since, open_units = moment(one.since_ms), units(one.units)
    single = one.units == 1
    has, was, they = ("has", "was", "it stands") if single else ("have", "were", "they stand")
    of_them = "it" if single else "them"
    order_id, _, permit_id = one.subject.partition(" ")
    match one.kind:
        case FindingKind.WAVE_WITHOUT_PICK:
            return (
                f"{open_units} of permit {one.subject} {has} waited to be picked at {one.location_id} since {since}, "
                f"and {system} reports no picks of {of_them}."
            )
        case FindingKind.PICKED_WITHOUT_SHIPMENT:
            return (
                f"{open_units} of order {order_id} {was} picked at {one.location_id} under permit {permit_id} on "
                f"{since}, and {system} confirms no shipment of {of_them}: {they} at the door, or the message is lost."
            )
        case FindingKind.ANNOUNCED_WITHOUT_RECEIPT:
            return (
                f"{open_units} of document {one.subject} should have come to {one.location_id} by {since}, and "
                f"{system} has booked no receipt of {of_them}."
            )
        case FindingKind.TRANSFER_WITHOUT_ARRIVAL:
            return (
                f"{open_units} of transfer {one.subject} should have come to {one.location_id} by {since}, and "
                f"{system} has booked no arrival: {they} at no location."
            )
        case FindingKind.RETURN_WITHOUT_DISPOSITION:
            return (
                f"{open_units} of return {one.subject} {has} stood in quality control at {one.location_id} since "
                f"{since}: {system} has to say whether {'it' if single else 'they'} may be sold."
            )
        case _:
            times = one.open.get("renewed", 0)
            return (
                f"The hold of {one.subject} at {one.location_id} was taken again {times} time{'s' * (times != 1)} "
                f"since {since}, and neither confirmed nor released: what {system} holds so, nobody else can sell."
            )
