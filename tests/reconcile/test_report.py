"""`gate report` tells what the records say, in one page that needs nothing else and runs nothing that people wrote."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import fulfillment_gate as sdk
from gate_service.app.reconcile.reporting.reporting import Drift
from gate_service.cli.exits import ExitCode
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.records import Step, VarianceState
from tests.cli.driving import Commands, Ended, clean_env
from tests.reconcile.house import House, token
from tests.reconcile.reading_pages import Page, read_page
from tests.reconcile.test_explaining import standing

PLANTED = "<script>alert('note & \"more\"')</script>"
HERE = "OUTLET"
TIMEOUT_S = 60


@dataclass
class Drifted:
    """A location where things went wrong, and the reports of it."""

    house: House
    told: dict[str, Any]
    """The figures as JSON."""
    page: Page
    text: str
    """The page as it was written."""


def gate(house: House, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command on the store of the house."""
    command = [sys.executable, "-m", "gate_service", *words, "--redis-url", house.store_url]
    return subprocess.run(
        command, env=clean_env(), cwd=folder or house.folder, capture_output=True, text=True, timeout=TIMEOUT_S,
        check=False,
    )  # fmt: skip


def here(house: House, *words: str, **env: str) -> Ended:
    """Run a command in this process."""
    commands = Commands(house.gate.address, "")
    return commands(*words, env={"GATE_REDIS_URL": house.store_url, "GATE_LOCATION": "", **env})


def reconciled(house: House) -> None:
    """Do all that can be done now."""
    ended = gate(house, "reconcile", "--once")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def drive(house: House) -> None:
    """Let orders be sold, stopped, picked short and refused, events be told twice, and a snapshot differ."""
    wms, shop = house.client("wms"), house.client("shop")
    house.receive(HERE, MUG=100, CUP=50, **{f"S_{number}": 10 for number in range(30)})
    for number in range(3):
        house.sell(HERE, f"O-{number}", MUG=10)
    event = sdk.SourceEvent(document_type="order", document="O-9", action="placed")
    for _ in range(4):
        shop.reserve_stock(HERE, "O-9", [sdk.ReserveLine(sku="CUP", quantity=20)], channel="web", source_event=event)
    with pytest.raises(sdk.Refused):
        house.sell(HERE, "O-10", CUP=500)
    wms.adjust_stock(
        HERE,
        [sdk.AdjustmentLine(sku="CUP", bucket=sdk.BUCKET_ON_HAND, delta=-45)],
        reason=sdk.ADJUSTMENT_REASON_DAMAGE,
    )
    lines = [sdk.WaveLine(order_id=order, sku=sku, quantity=units) for order, sku, units in WAVE]
    permit = wms.authorize_wave(HERE, "W-1", lines).permit_id
    wms.report_pick(
        HERE,
        permit,
        [
            sdk.PickLine(order_id="O-0", sku="MUG", picked_quantity=10),
            sdk.PickLine(
                order_id="O-1", sku="MUG", picked_quantity=8, short_quantity=2,
                short_reason=sdk.SHORT_REASON_NOT_FOUND,
            ),
        ],
    )  # fmt: skip
    wms.confirm_shipment(HERE, "O-0", permit, "parcel-1")
    counts = [sdk.CountLine(sku=f"S-{number}", counted_quantity=9 if number % 2 else 10) for number in range(30)]
    wms.submit_count(HERE, "C-1", counts)
    stands = {level.sku: level.on_hand for level in wms.list_stock(HERE).levels}
    rows = [sdk.SnapshotRow(sku=sku, quantity=units - 7 * (sku == "MUG")) for sku, units in stands.items()]
    wms.submit_snapshot(sdk.SnapshotHeader(snapshot_id="REPORTED", location_id=HERE), rows)


WAVE = [("O-0", "MUG", 10), ("O-1", "MUG", 10), ("O-9", "CUP", 20), ("O-77", "CUP", 1)]


@pytest.fixture(scope="module")
def drifted(house: House, tmp_path_factory: pytest.TempPathFactory) -> Drifted:
    drive(house)
    reconciled(house)
    (variance,) = house.client("wms").list_variances(location_id=HERE).variances
    house.client("wms").change_variance(variance.variance_id, sdk.VARIANCE_VERB_NOTE, note=PLANTED)
    folder = tmp_path_factory.mktemp("report")
    written = gate(house, "report", "--location", HERE, folder=folder)
    assert written.returncode == 0, written.stderr
    told = gate(house, "report", "--location", HERE, "-o", "json", folder=folder)
    text = (folder / "report.html").read_text(encoding="utf-8")
    return Drifted(house, json.loads(told.stdout), read_page(text), text)


def test_what_happened_is_told_in_figures(drifted: Drifted) -> None:
    sums = drifted.told["sums"]
    told = {name: sums[name] for name in ("orders", "refused_orders", "wave_lines", "not_there_lines", "short_lines")}
    assert told == {"orders": 4, "refused_orders": 1, "wave_lines": 4, "not_there_lines": 1, "short_lines": 1}
    assert (sums["shipments"], sums["counted_skus"], sums["counted_wrong"]) == (1, 30, 15)
    assert drifted.told["feeds"]["shop"]["absorbed"] == 3
    assert drifted.told["compared"] == {"snapshots": 1, "refused": 0, "figures": 32, "agreed": 31, "in_flight": 0}


def test_the_variance_of_the_report_is_that_of_the_gate(drifted: Drifted) -> None:
    (variance,) = drifted.house.client("books").list_variances(location_id=HERE).variances
    (listed,) = drifted.told["standing"]["variances"]
    assert (listed["variance_id"], listed["sku"], listed["difference"]) == (variance.variance_id, "MUG", -7)
    assert listed["owner"] == variance.owner
    assert drifted.told["drift"]["by_system"] == [{"name": "wms", "count": 1, "units": 7}]
    assert drifted.told["drift"]["by_owner"] == [{"name": variance.owner, "count": 1, "units": 7}]


def test_variances_are_parted_into_those_dealt_with_those_that_went_and_those_that_stand(drifted: Drifted) -> None:
    told = drifted.told["drift"]
    assert [told[each] for each in ("count", "dealt_with", "settled", "untouched")] == [1, 1, 0, 0]
    said = "Of 1 variance people dealt with 1, 0 went by themselves, and 0 stand untouched."
    assert said in " ".join(drifted.text.split())


def test_of_those_that_nobody_touched_the_ones_that_stand_are_told_apart_from_those_that_went() -> None:
    drift, by_somebody = Drift(), (Step(1, "noted", "books"),)
    for state, history in (
        (VarianceState.OPEN, ()),
        (VarianceState.OPEN, ()),
        (VarianceState.ACKNOWLEDGED, by_somebody),
        (VarianceState.RESOLVED, by_somebody),
        (VarianceState.RESOLVED, (Step(1, "gone"),)),
    ):
        drift.add(replace(standing(Diagnosis(Cause.PHANTOM, 80, 1), state), history=history))
    assert (drift.count, drift.dealt_with, drift.settled, drift.untouched) == (5, 2, 1, 2)
    assert drift.by_hand == drift.count - drift.settled


def test_the_page_shows_the_same_figures_as_the_json(drifted: Drifted) -> None:
    tables, told = drifted.page.tables, drifted.told
    assert tables["Variances that stand"].column("difference") == ["-7"]
    assert tables["Day by day"].column("orders") == [f"{day['orders']:,}" for day in told["days"]]
    assert tables["Day by day"].column("short picks") == [f"{day['short_lines']:,}" for day in told["days"]]
    feeds = tables["Events told again, and gaps"]
    assert dict(zip(feeds.column("system"), feeds.column("absorbed"), strict=True))["shop"] == "3"
    assert tables["Picks"].column("lines") == [str(count) for count in told["blocked"]["reasons"].values()]
    accuracy = tables["Accuracy of the record"]
    assert [*map(int, accuracy.column("counted"))] == [each["counted"] for each in told["accuracy"]["groups"]]


def test_the_cost_is_the_claim_times_the_orders_and_what_is_left_of_it(drifted: Drifted) -> None:
    costs = drifted.told["costs"]
    assert (costs["orders"], costs["before"]) == (4, 46.0)
    after = {each["name"]: each["after"] for each in costs["lines"]}
    assert after["pick_failures"] == pytest.approx(4 * 4.2 / 2)
    assert after["forecasting"] == pytest.approx(4 * 2.4)
    table = drifted.page.tables["What it costs: an estimate"]
    assert table.rows[-1][2:4] == ["46", f"{costs['after']:,.1f}".removesuffix(".0")]
    assert "claim" in drifted.text


def test_nothing_that_people_wrote_becomes_part_of_the_page(drifted: Drifted) -> None:
    assert drifted.told["standing"]["variances"][0]["note"] == PLANTED
    assert drifted.page.tables["Variances that stand"].column("note") == [PLANTED]
    assert "script" not in drifted.page.tags
    assert "<script" not in drifted.text


def test_the_page_loads_nothing_and_every_tag_is_closed(drifted: Drifted) -> None:
    assert drifted.page.left_open == []
    assert not drifted.page.tags & {"link", "img", "iframe", "script", "object", "embed", "video", "audio", "form"}
    assert not {name for name, _ in drifted.page.attributes} & {"src", "href", "srcset", "action", "onclick", "onload"}
    assert "url(" not in drifted.text
    assert "@import" not in drifted.text
    assert drifted.page.tags >= {"svg", "table", "h2"}


def test_other_costs_are_read_and_wrong_ones_are_named(drifted: Drifted, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('currency = "EUR"\nstockouts = 0\npick_failures = 1000\n')
    ours = str(tmp_path / "ours.toml")
    costs = here(drifted.house, "report", "--location", HERE, "--costs", ours, "-o", "json").data["costs"]
    assert (costs["currency"], costs["before"]) == ("EUR", 4 * (1.0 + 2.4 + 1.8))
    (tmp_path / "wrong.toml").write_text("stockout = 1\n")
    ended = here(drifted.house, "report", "--costs", str(tmp_path / "wrong.toml"))
    assert (ended.exit_code, "stockout" in ended.stderr) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--from", "2026-13-01"), ExitCode.USAGE, "must be a day"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), ExitCode.USAGE, "is after"),
        (("--from", "2020-01-01", "--to", "2026-03-01"), ExitCode.USAGE, "more than 400 days"),
        (("--month", "--to", "2026-03-01"), ExitCode.USAGE, "Say one of"),
        (("--location", "NOWHERE"), ExitCode.DRIFT, "NOWHERE"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(
    drifted: Drifted, words: tuple[str, ...], code: ExitCode, says: str, tmp_path: Path
) -> None:
    written = tmp_path / "report.html"
    ended = here(drifted.house, "report", *words, "--out", str(written))
    assert (ended.exit_code, says in " ".join(ended.stderr.split())) == (code, True), ended.stderr
    assert not written.exists()


def test_days_before_anything_happened_make_an_empty_report(drifted: Drifted, tmp_path: Path) -> None:
    words = ("--from", "2021-01-01", "--to", "2021-01-31", "--location", HERE, "--out", str(tmp_path / "report.html"))
    assert here(drifted.house, "report", *words).exit_code == 0
    page = read_page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.left_open == []
    assert page.tables["Day by day"].column("orders") == ["0"] * 31
    assert page.tables["Variances that stand"].column("SKU") == ["MUG"], "what stands now stands in every report"


def test_what_was_counted_wrong_is_kept_back_by_the_gate_that_serves(drifted: Drifted) -> None:
    shop = drifted.house.client("shop")
    (told,) = drifted.house.client("books").list_buffers().buffers
    assert (told.channel, told.location_id, told.abc, told.basis_points) == ("outlet", HERE, "", 1_000)
    assert drifted.told["buffers"][0]["explanation"] == told.explanation
    assert "in 90 of 100 looks" in told.explanation

    def promised(channel: str) -> int:
        (place,) = shop.check_availability(
            [sdk.AvailabilityLine(sku="S-0", quantity=1)], location_ids=[HERE], channel=channel
        ).locations
        return place.lines[0].promise

    until = time.monotonic() + TIMEOUT_S
    while promised("outlet") == 10:
        assert time.monotonic() < until, "the gate has not heard of the buffer"
        time.sleep(0.1)
    assert (promised("outlet"), promised("web")) == (9, 10)


def test_what_is_kept_back_is_listed_and_explained(drifted: Drifted) -> None:
    def commands(*words: str) -> Ended:
        return here(drifted.house, *words, GATE_TOKEN=token("books"))

    listed = commands("buffers", "--explain")
    assert (listed.exit_code, "in 90 of 100 looks" in " ".join(listed.stdout.split())) == (0, True), listed.stderr
    (told,) = commands("buffers", "-l", HERE, "--channel", "outlet", "-o", "json").data["buffers"]
    assert told["basis_points"] == 1_000
    assert commands("buffers", "--channel", "web", "-o", "json").data == {"buffers": []}
    assert "No buffers" in commands("buffers", "--channel", "web").stdout


def test_today_is_in_the_report_of_the_week(drifted: Drifted) -> None:
    assert drifted.told["period"]["days"] == 7
    assert drifted.told["days"][-1]["day"] == f"{datetime.now(UTC):%Y-%m-%d}" or drifted.told["days"][-1]["orders"] == 0
