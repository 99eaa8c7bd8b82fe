"""Measures how well causes of drift are named.

DRIFT_SEED=3 python -m tests.drift
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.drift.month import Month, drive_month
from tests.drift.scoring import score
from tests.drift.table import lines, summary
from tests.replay_data import generated_history

_ROWS: Final = 300
_FILE: Final = "online_retail_2010-12.csv.gz"
_GENERATED_ORDERS: Final = 1_500


def month_of_orders() -> Month:
    """Drive the real month where the file is there, else a generated one."""
    folder = Path(os.environ.get("GATE_DATA_DIR") or Path(__file__).parents[3] / "shared" / "data")
    file = Path(os.environ.get("DRIFT_DATA") or folder / _FILE)
    if file.exists():
        return drive_month(file, f"the real month ({file.name})")
    with tempfile.TemporaryDirectory(prefix="gate-drift-") as made:
        orders = Path(made) / "generated.csv"
        orders.write_text(generated_history(_GENERATED_ORDERS))
        return drive_month(orders, f"generated orders, for {file} is not there (DRIFT_DATA names another)")


def main() -> int:
    """Do it, print it, and say by the exit status whether every target was met."""
    seed = int(os.environ.get("DRIFT_SEED") or 0)
    began_s = time.monotonic()
    month = month_of_orders()
    took = f"a real gate took them in {time.monotonic() - began_s:.0f} s"
    _say(f"{month.source}: {len(month.entries):,} entries of {len(month.days)} days, seed {seed}; {took}", "")
    found = score(month, seed, _ROWS)
    _say(*lines(found))
    missed = found.missed()
    _say(*(f"MISSED {each}" for each in missed), f"all in {time.monotonic() - began_s:.0f} s")
    _say(summary(found, seed, month.source))
    return 1 if missed else 0


def _say(*told: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in told)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
