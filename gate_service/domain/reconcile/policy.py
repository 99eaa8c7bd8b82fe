"""What the handoff map says of reconciliation. All of it may be left out; the defaults are the field's habits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.measures import OWN, Measure
from gate_service.domain.reconcile.records import Action, FindingKind

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
DAY_MS: Final = 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class MirrorRules:
    """What is known of the figures that one system reports: `systems.<id>.mirror` of the map."""

    measure: str = "on_hand"
    """What they mean where a snapshot does not say."""
    deducts: tuple[str, ...] = ()
    """The commitments they have taken off already."""
    cadence_ms: int = 0
    """At most this long between two snapshots; 0 where none is expected."""
    lag_ms: int = 15 * _MINUTE_MS
    """So far behind it may be without anybody being told."""
    corrections: Mapping[Cause, Action] = field(default_factory=dict)
    """What to do about its variances; what is left out is as for all systems."""


@dataclass(frozen=True, slots=True)
class CountRules:
    """How shelves are counted: `policy.counting` of the map."""

    a_ms: int = 7 * DAY_MS
    b_ms: int = 30 * DAY_MS
    c_ms: int = 91 * DAY_MS
    per_day: int = 200
    """Cycle counts of one location that become due on one day, at most: never the whole house at once."""
    tolerance_percent: int = 1
    tolerance_units: int = 0
    """A count is right where it is within either."""
    negative_adjustment_units: int = 10
    """A correction down by so many units asks for a count."""


@dataclass(frozen=True, slots=True)
class BufferRules:
    """How an adaptive buffer is bounded: `channels.<id>.adaptive_buffer` of the map."""

    quantile_percent: int = 95
    least_basis_points: int = 0
    most_basis_points: int = 500


DEADLINES: Final[Mapping[FindingKind, int]] = {
    FindingKind.WAVE_WITHOUT_PICK: 4 * _HOUR_MS,
    FindingKind.PICKED_WITHOUT_SHIPMENT: DAY_MS,
    FindingKind.ANNOUNCED_WITHOUT_RECEIPT: DAY_MS,
    FindingKind.TRANSFER_WITHOUT_ARRIVAL: DAY_MS,
    FindingKind.RETURN_WITHOUT_DISPOSITION: 3 * DAY_MS,
    FindingKind.HOLD_RENEWED_FOREVER: DAY_MS,
    FindingKind.GAP_AGED: _HOUR_MS,
}
"""How long each event may be awaited, in ms; of what is announced, beyond the time it was expected at."""


@dataclass(frozen=True, slots=True)
class ReconcileRules:
    """All that the map says of it."""

    measures: Mapping[str, Measure] = field(default_factory=dict)
    """The map's own, by name, beside those of the gate."""
    mirrors: Mapping[str, MirrorRules] = field(default_factory=dict)
    """By system."""
    corrections: Mapping[Cause, Action] = field(default_factory=dict)
    """By cause, for all systems; what is left out is only reported."""
    deadlines_ms: Mapping[FindingKind, int] = field(default_factory=dict)
    """What is left out is as in `DEADLINES`."""
    counting: CountRules = field(default_factory=CountRules)
    buffers: Mapping[str, BufferRules] = field(default_factory=dict)
    """By channel; one without keeps its fixed buffer."""
    unit_values_cents: int = 0
    """What a unit is worth on average, in hundredths of the currency; 0 where nobody says."""

    def measure(self, name: str) -> Measure | None:
        """Give a measure by name, the gate's own or the map's; None for neither."""
        return OWN.get(name) or self.measures.get(name)

    def mirror(self, system: str) -> MirrorRules:
        """Give what is known of a system's figures."""
        return self.mirrors.get(system, MirrorRules())

    def action(self, system: str, cause: Cause) -> Action:
        """Give what is to be done about a variance."""
        own = self.mirror(system).corrections
        return own.get(cause) or self.corrections.get(cause) or Action.REPORT

    def deadline_ms(self, kind: FindingKind) -> int:
        """Give how long an event of this kind may be awaited."""
        return self.deadlines_ms.get(kind) or DEADLINES[kind]
