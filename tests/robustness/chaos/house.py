"""What the house of every site has decided: what to keep back, and when a second person must agree."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from gate_service.domain.policy import Policy
from gate_service.handoffs import read

MAP: Final = """\
version: 1
systems:
  chaos: {role: erp, locations: ["*"]}
channels:
  web: {priority: 1, buffer: 1}
  amazon: {priority: 5, buffer_percent: 7.5}
policy: {safety_stock: 1, approval_above: 4}
"""


def write_map(folder: Path) -> Path:
    """Put it in a file for the gates; give its path."""
    path = folder / "handoffs.yaml"
    path.write_text(MAP, "utf-8")
    return path


@cache
def policy() -> Policy:
    """Give what follows from it."""
    return read(MAP).policy(Policy())
