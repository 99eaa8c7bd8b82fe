"""What is kept back from a channel by place and SKU, instead of one percentage for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class AdaptiveTable(Protocol):
    """The percentages of one channel. It never changes: others come as another table, told apart by identity."""

    def basis_points(self, location_id: str, sku: str) -> int | None:
        """Give the hundredths of a percent of what is available; None where the channel's fixed ones count."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class BuffersByClass:
    """An `AdaptiveTable` by location and ABC class."""

    measured: Mapping[tuple[str, str], int]
    """Basis points by (location_id, class); the class is "" for SKUs that have none."""
    classes: Mapping[str, str]
    """The class of each SKU that has one."""

    def basis_points(self, location_id: str, sku: str) -> int | None:
        """Give what was measured for SKUs of its class there; None where nothing was."""
        return self.measured.get((location_id, self.classes.get(sku, "")))
