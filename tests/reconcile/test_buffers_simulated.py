"""The simulation of buffers adds up, is the same for the same seed, and shows what each buffer is worth."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from gate_service.cli.views import plots
from gate_service.domain.reconcile.policy import BufferRules
from gate_service.domain.reconcile.simulating import Drift, Ordered, Outcome, classes_of, simulate, usual_rules
from tests.cli.driving import run
from tests.replay_data import generated_history

BEGIN = datetime(2024, 5, 1, 9)  # noqa: DTZ001 like the file, it has no zone
ORDERS = [
    Ordered(BEGIN + timedelta(minutes=37 * number), f"S-{number * number % 17}", 1 + number % 5)
    for number in range(1_500)
]
OPENING = {f"S-{number}": 200 for number in range(17)}
CALM = Drift(chances={"A": 0.0, "B": 0.0, "C": 0.0}, till_share=0.0)
WILD = Drift(chances={"A": 0.3, "B": 0.3, "C": 0.3}, loss=0.3)


def outcomes(drift: Drift) -> list[Outcome]:
    """Try the usual buffers."""
    return list(simulate(ORDERS, OPENING, drift, usual_rules(BufferRules())))


def test_each_unit_that_was_asked_for_has_one_fate() -> None:
    for each in outcomes(WILD):
        assert each.demanded == each.sold + each.oversold + each.lost + each.rightly_refused, each.name
    assert len({each.demanded for each in outcomes(WILD)}) == 1


def test_a_record_that_is_right_oversells_nothing_and_a_buffer_only_loses() -> None:
    none, *others = outcomes(CALM)
    assert (none.oversold, none.lost) == (0, 0)
    assert all(each.oversold == 0 for each in others)
    assert outcomes(CALM)[2].lost > 0, "3 % were kept back of what was there"


def test_a_record_that_is_wrong_oversells_less_with_a_buffer_and_the_measured_one_has_noticed() -> None:
    none, _, three, adaptive, *_ = outcomes(WILD)
    assert none.oversold > three.oversold
    assert none.oversold > adaptive.oversold
    assert adaptive.kept_back == dict.fromkeys("ABC", BufferRules().most_basis_points)


def test_the_same_seed_makes_the_same_drift() -> None:
    assert outcomes(WILD) == outcomes(WILD)
    assert outcomes(Drift(2, WILD.chances, WILD.loss)) != outcomes(WILD)


def test_classes_go_by_how_often_an_item_is_ordered() -> None:
    often = [Ordered(BEGIN, "A", 1)] * 80 + [Ordered(BEGIN, "B", 1)] * 16 + [Ordered(BEGIN, "C", 1)] * 4
    assert classes_of(often) == {"A": "A", "B": "B", "C": "C"}


def test_the_command_ends_with_json_and_draws_what_it_found(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(generated_history(150))
    ended = run("buffer", "simulate", "orders.csv", "--drift", "2", "--out", "drawn.svg", cwd=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    (told,) = json.loads(ended.stdout.splitlines()[-1])["runs"]
    assert told["drift"] == 2
    assert [each["name"] for each in told["rules"]][:4] == ["fixed 0 %", "fixed 1 %", "fixed 3 %", "adaptive q95"]
    drawn = (tmp_path / "drawn.svg").read_text()
    assert all(f">{each['name']}</text>" in drawn for each in told["rules"])


def test_names_in_a_plot_are_escaped_and_no_plot_needs_figures() -> None:
    planted = "<script>x</script>"
    drawn = plots.bars(planted, [(planted, 1)]) + plots.scatter("t", planted, planted, [plots.Point(planted, 1, 1)])
    drawn += plots.lines(planted, [planted], [plots.Series(planted, [1])])
    assert "<script" not in drawn
    assert "&lt;script" in drawn
    for empty in (plots.bars("t", []), plots.scatter("t", "x", "y", []), plots.lines("t", [], [])):
        assert empty.startswith("<svg")


def test_an_axis_ends_at_a_round_figure_that_covers_all() -> None:
    for most in (0.3, 1, 7, 9, 41, 99, 1_234, 10_001):
        top, step = plots.nice(most)
        assert top >= most
        assert (top / step).is_integer() or abs(top / step - round(top / step)) < 1e-9
        assert 1 <= round(top / step) <= 6
