"""What a monitor reads of the process that reconciles."""

from __future__ import annotations

import urllib.request

import pytest

from gate_service.app.reconcile.ports import Change, Collection
from gate_service.bootstrap.errors import ListenFailed
from gate_service.bootstrap.metrics import Metrics
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.records import Mirror, Severity, Variance
from tests.contract.clock import Clock
from tests.reconcile.memory import DEADLINE_MS, Watched


@pytest.fixture
def at() -> Watched:
    return Watched(Clock())


def read(metrics: Metrics) -> dict[str, float]:
    """Read the figures over HTTP."""
    with metrics.served("127.0.0.1:0") as address, urllib.request.urlopen(f"http://{address}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(figure) for name, _, figure in (line.rpartition(" ") for line in lines if line[0] != "#")}


def variance(number: int, cause: Cause) -> Change:
    told = Variance(
        variance_id=f"V{number}",
        system="erp",
        location_id="DC-1",
        sku=f"S{number}",
        measure="on_hand",
        reported=1,
        expected=2,
        revision=1,
        revision_at_ms=1,
        snapshot_id="S-1",
        diagnosis=Diagnosis(cause, 90, 1),
        severity=Severity.LOW,
        owner="Purchasing",
        opened_at_ms=1,
        due_at_ms=1,
    )
    return Change(Collection.VARIANCES, told.variance_id, 0, dump(told), {"open": 1})


async def test_a_monitor_reads_what_stands_and_how_far_everybody_is(at: Watched) -> None:
    metrics = Metrics(at.records, lambda: at.follower.standing)
    assert read(metrics) == {}
    heard_ms = at.clock.now_ms
    mirror = Mirror("erp", "DC-1", "on_hand", newest_received_at_ms=heard_ms, lags_ms=(1_000, 2_500))
    await at.records.commit(
        [
            Change(Collection.MIRRORS, mirror.record_id, 0, dump(mirror), {"all": 0}),
            *(variance(number, Cause.NOT_APPLIED if number else Cause.PHANTOM) for number in range(3)),
        ]
    )
    for number in range(2):
        await at.announce(f"PO-{number}", ("1", "A", 1), expected_at_ms=at.clock.now_ms)
    assert len(await at.later(DEADLINE_MS)) == 2
    await metrics.tick(at.clock.now_ms)
    told = read(metrics)
    age_s = told.pop('gate_snapshot_age_seconds{location="DC-1",measure="on_hand",system="erp"}')
    assert age_s >= DEADLINE_MS / 1000
    assert told == {
        'gate_findings{kind="ANNOUNCED_WITHOUT_RECEIPT",location="DC-1"}': 2,
        'gate_variances_open{cause="NOT_APPLIED",location="DC-1",severity="LOW",system="erp"}': 2,
        'gate_variances_open{cause="PHANTOM",location="DC-1",severity="LOW",system="erp"}': 1,
        'gate_mirror_lag_seconds{location="DC-1",measure="on_hand",system="erp"}': 2.5,
        'gate_follower_lag_entries{location="DC-1"}': 0,
    }


async def test_an_address_that_somebody_else_has_is_told(at: Watched) -> None:
    metrics = Metrics(at.records, lambda: at.follower.standing)
    with (
        metrics.served("127.0.0.1:0") as address,
        pytest.raises(ListenFailed, match="in use"),
        Metrics(at.records, dict).served(address),
    ):
        pass
