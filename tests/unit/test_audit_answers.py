from __future__ import annotations

from gate_service.domain.audit_answers import Answered, check_real_time_order


def test_answers_in_the_order_of_their_asking_pass() -> None:
    answers = [Answered("a", 0, 10, 1), Answered("b", 11, 20, 2), Answered("c", 21, 30, 3)]
    result = check_real_time_order(answers)
    assert (result.ok, result.checked) == (True, 3)


def test_calls_in_flight_together_may_take_any_order() -> None:
    assert check_real_time_order([Answered("a", 0, 10, 2), Answered("b", 5, 15, 1)]).ok


def test_a_call_asked_after_an_answer_must_stand_behind_it() -> None:
    result = check_real_time_order([Answered("a", 0, 10, 7), Answered("b", 11, 20, 6), Answered("c", 30, 40, 8)])
    assert result.violations == 1
    assert result.first is not None
    assert (result.first.operation_id, result.first.revision) == ("b", 6)
    assert "a had been answered with revision 7" in result.first.what


def test_a_stale_answer_is_found_behind_many_that_overlap() -> None:
    overlapping = [Answered(f"o{n}", n, 1_000 + n, n + 1) for n in range(100)]
    late = Answered("late", 1_050, 1_200, 30)
    result = check_real_time_order([*overlapping, late])
    assert (result.violations, result.first is not None and result.first.operation_id) == (1, "late")


def test_the_same_instant_proves_no_order() -> None:
    assert check_real_time_order([Answered("a", 0, 10, 2), Answered("b", 10, 20, 1)]).ok
