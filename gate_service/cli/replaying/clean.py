"""The same history without disturbance, at a location of its own, and the stock of both side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gate_service.domain.audit_checks import Check, CheckResult, Finding
from gate_service.domain.stock import StockLevel

SUFFIX: Final = "+clean"
"""Where the clean run happens: at the location of this name behind that of the disturbed one."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the stock was compared with; `why_not` says why with nothing, else it is empty."""

    location: str = ""
    check: CheckResult | None = None
    why_not: str = ""


def same_stock(levels: Iterable[StockLevel], clean: Iterable[StockLevel]) -> CheckResult:
    """Check every figure of every SKU against the clean run's."""
    check = Check("the stock is that of the clean run", "replay")
    ours, theirs = ({level.sku: level for level in side} for side in (levels, clean))
    for sku in sorted(ours.keys() | theirs.keys()):
        check.checked += 1
        one, other = ours.get(sku, StockLevel(sku)), theirs.get(sku, StockLevel(sku))
        apart = [
            f"{name} {getattr(one, name)}, clean {getattr(other, name)}"
            for name in (*StockLevel._fields, "available", "allocatable")
            if getattr(one, name) != getattr(other, name)
        ]
        if sku not in ours or sku not in theirs:
            apart.append("known in one of the two only")
        if apart:
            check.fail(Finding(0, "", f"{sku}: {'; '.join(apart)}"))
    return check.result()
