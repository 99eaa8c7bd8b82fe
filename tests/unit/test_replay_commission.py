from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from gate_service.cli.exits import InputError
from gate_service.cli.replaying.chance import Chance
from gate_service.cli.replaying.commission import Commission
from gate_service.cli.replaying.corrections import opening_receipts
from gate_service.domain.limits import ID_MAX_LENGTH, ID_PATTERN

SOUND: dict[str, Any] = {
    "file": Path("orders.csv"),
    "run": "",
    "location": "MAIN",
    "seed": 1,
    "stock_factor": 1.0,
    "duplicate": 0.0,
    "short": 0.0,
    "redeliver": 0.0,
    "reorder": 0.0,
    "late": 0.0,
    "limit": 0,
    "concurrency": 32,
    "racing": False,
    "timeout_s": 10.0,
}


@pytest.mark.parametrize(
    ("file", "seed", "name"),
    [
        ("online_retail_2010-12.csv.gz", 1, "online_retail_2010-12-1"),
        ("my orders (copy).csv", 2, "my-orders-copy--2"),
        ("a" * 60 + ".csv", 12, "a" * 25 + "-12"),
        ("été.csv", -3, "t---3"),
        (".csv", 1, "replay-1"),
    ],
)
def test_the_same_file_and_seed_are_the_same_run(file: str, seed: int, name: str) -> None:
    commission = Commission(**SOUND | {"file": Path("somewhere") / file, "seed": seed})
    assert commission.name == name
    assert ID_PATTERN.fullmatch(name)


def test_the_longest_names_still_fit_an_id() -> None:
    run, invoice, part = "r" * 28, "i" * 20, "/99"
    for step in ("release/999", "return/999", "inspect/999", "parcel/999", "ship/999", "hold/last"):
        assert len(f"{run}/{invoice}{part}/{step}") <= ID_MAX_LENGTH


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"run": "a/b"}, "--run"),
        ({"run": "r" * 29}, "--run"),
        ({"location": "a:b"}, "--location"),
        ({"location": ""}, "--location"),
        ({"stock_factor": 0.0}, "--stock-factor"),
        ({"stock_factor": -1.0}, "--stock-factor"),
        ({"stock_factor": math.nan}, "--stock-factor"),
        ({"stock_factor": math.inf}, "--stock-factor"),
        ({"duplicate": 1.1}, "--duplicate"),
        ({"duplicate": math.nan}, "--duplicate"),
        ({"short": -0.1}, "--short"),
        ({"redeliver": 1.01}, "--redeliver"),
        ({"reorder": -0.1}, "--reorder"),
        ({"late": math.nan}, "--late"),
        ({"late": 0.1, "stock_factor": 0.9}, "--stock-factor of 1 or more"),
        ({"reorder": 0.1, "short": 0.1}, "no --short"),
        ({"late": 0.1, "racing": True}, "no --racing"),
        ({"redeliver": 0.1, "location": "L" * 60}, r"--location .* must leave room for '\+clean'"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        Commission(**SOUND | wrong)


@pytest.mark.parametrize("scarce", [{"stock_factor": 0.5}, {"short": 0.1}, {"racing": True}])
def test_what_is_told_again_needs_no_stock_that_suffices(scarce: dict[str, Any]) -> None:
    assert Commission(**SOUND | scarce | {"redeliver": 0.5}).disturbed


def test_a_location_that_is_alone_may_have_the_longest_name() -> None:
    assert not Commission(**SOUND | {"location": "L" * ID_MAX_LENGTH}).disturbed


def test_the_clean_run_keeps_the_facts_and_drops_the_disturbance() -> None:
    disturbed = Commission(**SOUND | {"duplicate": 0.5, "redeliver": 0.5, "short": 0.1})
    assert disturbed.clean_chance == Chance(1, short=0.1)
    assert [disturbed.chance.disposition(row) for row in range(99)] == [
        disturbed.clean_chance.disposition(row) for row in range(99)
    ]


def test_the_opening_stock_comes_in_receipts_the_gate_takes() -> None:
    receipts = list(opening_receipts({f"{number}": 1 for number in range(4_500)}))
    assert [len(lines) for lines in receipts] == [2_000, 2_000, 500]


def test_more_units_than_a_line_takes_come_on_several() -> None:
    assert list(opening_receipts({"MUG": 2_000_000_001})) == [
        [("MUG", 1_000_000_000), ("MUG", 1_000_000_000), ("MUG", 1)]
    ]
