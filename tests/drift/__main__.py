"""Measures how well causes of drift are named.

DRIFT_SEED=3 python -m tests.drift
python -m tests.drift --seeds 0-9 --ledger /tmp/month.pickle
python -m tests.drift --real 10
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.drift.books import Books
from tests.drift.month import Month, drive_month
from tests.drift.real import score_really
from tests.drift.scoring import Matrix, Score, lag_alone, score
from tests.drift.table import line_of, lines, summary, worst_lines
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


def kept_month(ledger: Path | None) -> Month:
    """Give the ledger that an earlier run has left in this file; else drive a month, and leave it there."""
    if ledger and ledger.exists():
        month: Month = pickle.loads(ledger.read_bytes())  # noqa: S301 whoever names the file has written it
        return month
    month = month_of_orders()
    if ledger:
        ledger.write_bytes(pickle.dumps(month))
    return month


def main(arguments: Sequence[str] | None = None) -> int:
    """Do it, print it, and say by the exit status whether every target was met."""
    asked = _parser().parse_args(arguments)
    began_s = time.monotonic()
    month = kept_month(asked.ledger)
    books = Books(month)
    took_s = time.monotonic() - began_s
    _say(f"{month.source}: {len(month.entries):,} entries of {len(month.days)} days, had in {took_s:.0f} s", "")
    if asked.seeds:
        return _many(month, books, asked.seeds)
    seed = int(os.environ.get("DRIFT_SEED") or 0)
    if asked.real:
        really = score_really(month, books, seed, _ROWS, asked.real)
        _say(f"seed {seed}, the first {asked.real} days, by the way of users:", *lines(really))
        _say(*(f"MISSED {each}" for each in really.missed()), f"all in {time.monotonic() - began_s:.0f} s")
        return 1 if really.missed() else 0
    found = score(books, month, seed, _ROWS, lag_alone(books, month))
    _say(f"seed {seed}:", *lines(found))
    missed = found.missed()
    _say(*(f"MISSED {each}" for each in missed), f"all in {time.monotonic() - began_s:.0f} s")
    _say(summary(found, seed, month.source))
    return 1 if missed else 0


def _many(month: Month, books: Books, seeds: Sequence[int]) -> int:
    """Put other faults into the same month for each seed."""
    lag_only: Matrix = lag_alone(books, month)
    found: dict[int, Score] = {}
    for seed in seeds:
        found[seed] = score(books, month, seed, _ROWS, lag_only)
        _say(line_of(found[seed], seed))
    _say("", *worst_lines(found))
    return 1 if any(each.missed() for each in found.values()) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.drift", description=__doc__)
    parser.add_argument(
        "--seeds", type=_seeds, help="a line for each of these seeds, such as 0-9, and the worst of all"
    )
    parser.add_argument("--ledger", type=Path, help="a file to keep the ledger of the month in, for further runs")
    parser.add_argument(
        "--real", type=int, metavar="DAYS", help="compare the snapshots of the first days as those of users are"
    )
    return parser


def _seeds(told: str) -> Sequence[int]:
    first, _, last = told.partition("-")
    return range(int(first), int(last or first) + 1)


def _say(*told: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in told)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
