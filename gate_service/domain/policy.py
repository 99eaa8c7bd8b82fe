"""What the retailer decides and the gate obeys: how much to keep back, and what a short pick puts in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gate_service.domain.vocabulary import Quarantine


@dataclass(frozen=True, slots=True)
class Policy:
    """Units in base units. A channel without a buffer of its own keeps nothing back."""

    safety_stock: int = 0
    buffers: Mapping[str, int] = field(default_factory=dict)
    quarantine: Quarantine = Quarantine.AVAILABLE

    def buffer(self, channel: str) -> int:
        """Give the units kept back from this channel."""
        return self.buffers.get(channel, 0)

    def keep_back(self, channel: str) -> int:
        """Give all units kept back when this channel asks."""
        return self.safety_stock + self.buffer(channel)
