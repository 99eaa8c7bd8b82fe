"""`gate demo` is played by the real gate: what it tells must have happened."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.replay_process import PYTHON, environment


def demo(folder: Path, *arguments: str, **variables: str) -> str:
    told = subprocess.run(
        [*PYTHON, "demo", *arguments],
        env=environment() | variables,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Play it once for programs."""
    told = json.loads(demo(tmp_path_factory.mktemp("demo"), "-o", "json"))
    assert told["audit_ok"]
    played: dict[str, Any] = told["scenes"]
    return played


def test_one_of_two_checkouts_gets_the_last_unit(scenes: dict[str, Any]) -> None:
    race = scenes["race_for_the_last_one"]
    (loser,) = race["refused"]
    assert {race["winner"], loser} == {"anna", "ben"}
    assert race["refused"][loser] == "INSUFFICIENT_STOCK"


def test_a_webhook_that_fires_twice_commits_once(scenes: dict[str, Any]) -> None:
    webhook = scenes["webhook_fires_twice"]
    assert webhook["replayed"] == [False, True]
    assert len(set(webhook["revisions"])) == 1
    assert webhook["committed"] == 2


def test_a_hold_that_ran_out_comes_back_and_is_taken_again(scenes: dict[str, Any]) -> None:
    assert scenes["shopper_walks_away"] == {"promises": [8, 5, 8], "retaken": True}


def test_the_wave_shows_each_verdict_with_its_reason(scenes: dict[str, Any]) -> None:
    verdicts = [
        (each["order"], each["verdict"], each["authorized"], each["reason"])
        for each in scenes["wave_is_asked"]["verdicts"]
    ]
    assert verdicts[1:] == [
        ("dora", "PICK", 2, ""),
        ("emil", "TRIM", 6, "INSUFFICIENT_ALLOCATABLE"),
        ("carla", "PICK", 3, ""),
        ("fay", "BLOCK", 0, "NOT_COMMITTED"),
        ("gus", "BLOCK", 0, "NO_RESERVATION"),
    ]


def test_a_short_pick_puts_the_rest_in_doubt(scenes: dict[str, Any]) -> None:
    empty = scenes["shelf_is_empty"]
    assert empty == {"promise_before": 3, "promise_after": 0, "suspect": 5, "count_due": True}


def test_a_parcel_told_twice_leaves_once(scenes: dict[str, Any]) -> None:
    parcel = scenes["parcel_is_told_twice"]
    assert parcel == {"without_permit": "PERMIT_REQUIRED", "shipped": [1, 0], "on_hand": 0, "allocated": 0}


def test_goods_that_were_announced_and_never_received_are_overdue(scenes: dict[str, Any]) -> None:
    receipt = scenes["receipt_never_arrives"]
    assert receipt == {"overdue": "po-7", "missing": 2, "promise_before": 0, "promise_after": 18}


def test_an_event_under_two_delivery_ids_is_done_once_and_with_another_quantity_refused(scenes: dict[str, Any]) -> None:
    webhook = scenes["webhook_has_two_names"]
    assert (webhook["absorbed"], webhook["conflict"]) == (True, "SOURCE_EVENT_CONFLICT")
    assert len(set(webhook["revisions"])) == 1
    assert webhook["committed"] == 5


def test_a_parcel_that_two_systems_tell_of_leaves_once_and_a_wrong_name_is_put_right(scenes: dict[str, Any]) -> None:
    parcel = scenes["parcel_of_a_3pl"]
    assert (parcel["shipped"], parcel["unmatched"], parcel["resolved"]) == ([5, 0], True, 4)
    assert (parcel["on_hand"], parcel["committed"], parcel["allocated"]) == (9, 0, 0)


def test_a_receipt_the_erp_never_took_is_found_and_names_the_handoff(scenes: dict[str, Any]) -> None:
    assert scenes["mirrors_are_compared"]["found"]["erp"] == {
        "sku": "TEAPOT",
        "difference": -6,
        "cause": "NOT_APPLIED",
        "handoff": "wms → erp: record_receipt",
        "owner": "Floor",
    }


def test_an_order_the_shop_took_twice_is_found_and_one_that_came_in_meanwhile_is_no_drift(
    scenes: dict[str, Any],
) -> None:
    told = scenes["mirrors_are_compared"]
    assert told["agreed"] == [3, 3]
    assert told["found"].keys() == {"erp", "storefront"}
    shop = told["found"]["storefront"]
    assert (shop["sku"], shop["difference"], shop["cause"]) == ("PLATE", -2, "DOUBLE_APPLIED")


def test_the_shop_is_told_the_right_figure_once_and_both_agree_in_the_end(scenes: dict[str, Any]) -> None:
    closed = scenes["drift_is_closed"]
    assert closed["corrected"] == ["storefront", "PLATE", 5, 7]
    assert closed["names_its_variance"]
    assert closed["steps"] == {"erp": ["found", "gone"], "storefront": ["found", "pushed", "gone"]}
    assert closed["standing"] == 0


def test_what_a_picker_did_not_find_is_counted_by_two_people_and_sold_again(scenes: dict[str, Any]) -> None:
    assert scenes["shelf_is_counted"] == {
        "booked": [False, True],
        "on_hand": [7, 5],
        "suspect": [5, 0],
        "promises": [0, 3],
    }


def test_the_audit_at_the_end_looked_at_every_entry(scenes: dict[str, Any]) -> None:
    audit = scenes["ledger_is_audited"]
    assert (audit["entries"], audit["oversold"]) == (36, 0)
    assert len(audit["checks"]) >= 12
    assert not any(audit["checks"].values())


def test_it_reads_well_in_a_narrow_terminal_without_colours_and_leaves_nothing_behind(tmp_path: Path) -> None:
    told = demo(tmp_path, NO_COLOR="1", COLUMNS="100")
    assert "\x1b[" not in told
    assert max(map(len, told.splitlines())) <= 100
    for part in ("Two checkouts race", "INSUFFICIENT_STOCK", "TRIM", "expire hold", "oversold 0", "checks held"):
        assert part in told
    assert "The handoff is wms → erp: record_receipt." in " ".join(told.split())
    assert list(tmp_path.iterdir()) == []
