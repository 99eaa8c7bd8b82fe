"""What the table and the object say of what was measured."""

from __future__ import annotations

import pytest

from bench.figures import Figure, ratio
from bench.load.plan import Report
from bench.load.tally import percentile_ms
from bench.memory import Memory
from bench.report import Results, costs
from bench.waves import WaveRounds


def report(calls_per_s: float, *, p50_ms: float = 1.0, p99_ms: float = 2.0) -> Report:
    return Report(
        calls=int(calls_per_s),
        calls_total=int(calls_per_s) + 100,
        statuses={},
        next_serial=0,
        seconds=1.0,
        calls_per_s=calls_per_s,
        p50_ms=p50_ms,
        p99_ms=p99_ms,
        max_ms=9.0,
        client_cpu_s=0.05,
        watched_cpu_s={"server": 0.9, "store": 0.2},
        others_cpu_s=0.01,
        sample="",
    )


def results() -> Results:
    return Results(
        saturated={
            "echo": [report(4_000), report(2_000), report(3_000)],
            "reserve_unary": [report(2_800), report(1_500), report(1_800)],
            "reserve_guarded": [report(2_520), report(1_350), report(1_620)],
            "reserve_always": [report(2_000), report(900), report(1_500)],
            "naive": [report(1_000), report(1_000), report(900)],
        },
        plain={},
        more={"reserve_kit": [report(1_200)], "reserve_split": [report(400)]},
        paced={"echo": [report(900)], "reserve_unary": [report(900, p50_ms=1.25, p99_ms=6.5)]},
        script={1: [3_000.0], 128: [15_000.0]},
        waves=WaveRounds(script=[50_000.0], gate=[35_000.0], gate_parallel=[45_000.0], reports=[report(70)]),
        memory=(
            Memory(50_000, 10_000_000, 1_000_000, {"stock": 8_000_000, "meta": 100}),
            Memory(1_000, 500_000, 0, {}),
        ),
    )


def test_rounds_are_compared_with_the_round_beside_them() -> None:
    assert ratio([2_800, 1_500, 1_800], [4_000, 2_000, 3_000]) == Figure(median=0.7, low=0.6, high=0.75)


def test_the_object_has_every_key_that_is_promised() -> None:
    found = results().object()
    assert found["reserve_vs_echo"] == 0.7
    assert found["reserve_always_vs_echo"] == 0.5
    assert found["reserve_vs_naive"] == 2.0
    assert found["reserve_guarded_vs_reserve"] == 0.9
    assert found["reserve_kit_calls_per_s"] == 1_200
    assert found["reserve_split_calls_per_s"] == 400
    assert found["wave_500_vs_script"] == 0.7
    assert found["wave_500_lines_per_s"] == 35_000
    assert found["echo_calls_per_s"] == 3_000
    assert found["reserve_calls_per_s"] == 1_800
    assert found["reserve_always_calls_per_s"] == 1_500
    assert found["naive_calls_per_s"] == 1_000
    assert (found["p50_ms"], found["p99_ms"]) == (1.25, 6.5)
    assert found["memory_store_mb_per_100k_skus"] == 20.0
    assert found["memory_gate_mb_per_100k_skus"] == 2.0
    assert found["memory_store_mb_per_100k_reservations"] == 50.0
    assert found["memory_gate_mb_per_100k_reservations"] == 0.0


def test_a_target_is_met_or_missed_by_the_median() -> None:
    judged = {row.key: row.met for row in results().rows() if row.target is not None}
    assert judged == {
        "reserve_vs_echo": True,
        "reserve_always_vs_echo": True,
        "reserve_guarded_vs_reserve": True,
        "wave_500_vs_script": True,
    }
    slow = Results({**results().saturated, "reserve_unary": [report(1_000)] * 3}, {}, {}, {}, {}, None, None)
    assert [row.met for row in slow.rows() if row.key == "reserve_vs_echo"] == [False]


def test_the_cost_of_a_call_is_told_for_each_process() -> None:
    echo = costs({"echo": [report(1_000)]})[0]
    assert echo.server_us.median == pytest.approx(900)
    assert echo.client_us.median == pytest.approx(50)
    assert echo.client_share.median == pytest.approx(0.05)


def test_parts_that_were_left_out_leave_no_figures() -> None:
    assert Results({}, {}, {}, {}, {}, None, None).object() == {}


def test_a_percentile_is_a_latency_that_was_measured() -> None:
    latencies_s = [0.001 * number for number in range(1, 101)]
    assert percentile_ms(latencies_s, 0.5) == pytest.approx(51)
    assert percentile_ms(latencies_s, 0.99) == pytest.approx(100)
    assert percentile_ms([0.002], 0.99) == pytest.approx(2)
