"""What the retailer decides and the gate obeys: what to keep back, what a short pick puts in doubt, who must agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gate_service.domain.adaptive import AdaptiveTable
from gate_service.domain.operations import Operation, ReserveStock
from gate_service.domain.vocabulary import OperationKind, Quarantine

RETENTION_DEFAULT_MS: Final = 30 * 86_400_000
"""How long the answer to a source event is kept where the handoff map does not say."""
PRIORITY_DEFAULT: Final = 100
"""The urgency of a channel that the handoff map does not rank; 1 is the most urgent."""
_MAY_RUN_SHORT = frozenset(
    {
        OperationKind.ADJUST_STOCK,
        OperationKind.APPROVE_ADJUSTMENT,
        OperationKind.MOVE_STOCK,
        OperationKind.PLACE_STOCK_HOLD,
        OperationKind.SUBMIT_COUNT,
    }
)


_NEEDS_TWO = frozenset({OperationKind.ADJUST_STOCK, OperationKind.MOVE_STOCK})


class Buffer(NamedTuple):
    """What is kept back from one channel: units, and hundredths of a percent of what is available."""

    units: int = 0
    basis_points: int = 0


class KeepBack(NamedTuple):
    """All that is kept back when a channel asks: `units` include the safety stock."""

    units: int = 0
    basis_points: int = 0
    channel: str = ""
    adaptive: AdaptiveTable | None = None
    """What counts instead of `basis_points` for the SKUs that it names."""

    def by_sku(self, location_id: str, skus: Iterable[str]) -> dict[str, int]:
        """Give the basis points of those SKUs that have others than `basis_points` at a location; mostly none."""
        if self.adaptive is None:
            return {}
        asked = {sku: self.adaptive.basis_points(location_id, sku) for sku in skus}
        return {sku: found for sku, found in asked.items() if found is not None and found != self.basis_points}


@dataclass(frozen=True, slots=True)
class Policy:
    """Units in base units. A channel without a buffer of its own keeps nothing back."""

    safety_stock: int = 0
    buffers: Mapping[str, Buffer] = field(default_factory=dict)
    quarantine: Quarantine = Quarantine.AVAILABLE
    approval_above: int | None = None
    """Units that one person alone may correct; above it a second one must agree. None: any."""
    priorities: Mapping[str, int] = field(default_factory=dict)
    """By channel; 1 is the most urgent."""
    retention_ms: Mapping[str, int] = field(default_factory=dict)
    """By system: how long the answers to its source events are kept."""
    adaptive: Mapping[str, AdaptiveTable] = field(default_factory=dict)
    """By channel: what is kept back of some SKUs instead of its buffer's percentage."""

    def buffer(self, channel: str) -> Buffer:
        """Give what is kept back from this channel."""
        return self.buffers.get(channel, Buffer())

    def keep_back(self, channel: str) -> KeepBack:
        """Give all that is kept back when this channel asks."""
        buffer = self.buffer(channel)
        return KeepBack(self.safety_stock + buffer.units, buffer.basis_points, channel, self.adaptive.get(channel))

    def retention(self, system: str) -> int:
        """Give how long the answers to a system's events are kept, in ms."""
        return self.retention_ms.get(system, RETENTION_DEFAULT_MS)

    def for_operation(self, operation: Operation[object]) -> dict[str, object]:
        """Give the part of the policy that counts for an operation, as its ledger entry keeps it; often empty."""
        kind = operation.kind
        if isinstance(operation, ReserveStock):
            return self._for_order(operation)
        if kind is OperationKind.REPORT_PICK:
            return {"quarantine": self.quarantine}
        if kind not in _MAY_RUN_SHORT:
            return {}
        told: dict[str, object] = {"priorities": dict(sorted(self.priorities.items()))} if self.priorities else {}
        if kind in _NEEDS_TWO and self.approval_above is not None:
            told["approval_above"] = self.approval_above
        return told

    def _for_order(self, order: ReserveStock) -> dict[str, object]:
        buffer = self.buffers.get(order.channel)
        told: dict[str, object] = {"keep_back": self.safety_stock}
        if buffer is not None:
            told["keep_back"] = self.safety_stock + buffer.units
            if buffer.basis_points:
                told["basis_points"] = buffer.basis_points
        if self.adaptive:
            by_sku = self.keep_back(order.channel).by_sku(order.location_id, {line.sku for line in order.lines})
            if by_sku:
                told["sku_basis_points"] = dict(sorted(by_sku.items()))
        return told
