"""What a gate remembers of what it saw, and when it keeps that to itself."""

from __future__ import annotations

from gate_service.app.last_seen import LastSeen
from gate_service.domain.adaptive import BuffersByClass
from gate_service.domain.lineage import Fence, Lineage, Position
from gate_service.domain.policy import KeepBack
from gate_service.domain.stock import Availability, LineAvailability, StockLevel

PLACE = "DC-1"
WEB = KeepBack(2, 0, "web")
DAY_MS = 86_400_000


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def answer(*, revision: int = 7, epoch: int = 1, fenced_since_ms: int = 0, **promises: int) -> Availability:
    """Give what the store says: of each of these SKUs so much may be promised."""
    lines = tuple(
        LineAvailability(sku, 1, promise, promise >= 1, StockLevel(sku, on_hand=promise + 2))
        for sku, promise in promises.items()
    )
    return Availability(PLACE, revision, revision * 1_000, lines, Lineage(epoch, "a" * 40, fenced_since_ms))


def test_what_was_seen_is_told_with_its_revision_its_time_and_its_age() -> None:
    clock = Clock()
    seen = LastSeen(now_s=clock)
    seen.note(answer(A=5), WEB, clock())
    clock.now_s += 12.5
    told = seen.availability(PLACE, [("A", 1)], WEB, 20_000)
    assert told is not None
    assert (told.revision, told.as_of_ms, told.age_ms) == (7, 7_000, 12_500)
    assert (told.lines[0].promise, told.lines[0].level) == (5, StockLevel("A", on_hand=7))


def test_whether_it_is_enough_is_worked_out_for_the_sum_that_is_asked_now() -> None:
    seen = LastSeen(now_s=Clock())
    seen.note(answer(A=5, B=1), WEB, 100.0)
    told = seen.availability(PLACE, [("A", 3), ("B", 1), ("A", 3)], WEB, DAY_MS)
    assert told is not None
    assert [(line.sku, line.quantity, line.sufficient) for line in told.lines] == [
        ("A", 3, False),
        ("B", 1, True),
        ("A", 3, False),
    ]


def test_what_was_never_received_is_no_more_enough_than_the_store_would_say() -> None:
    seen = LastSeen(now_s=Clock())
    seen.note(answer()._replace(lines=(LineAvailability("A", 0, 0, sufficient=False, level=None),)), WEB, 100.0)
    told = seen.availability(PLACE, [("A", 0)], WEB, DAY_MS)
    assert told is not None
    assert not told.lines[0].sufficient


def test_the_oldest_line_decides_how_old_it_is_and_whether_it_is_told() -> None:
    clock = Clock()
    seen = LastSeen(now_s=clock)
    seen.note(answer(revision=7, A=5), WEB, clock())
    clock.now_s += 10
    seen.note(answer(revision=9, B=5), WEB, clock())
    clock.now_s += 1
    both = [("A", 1), ("B", 1)]
    told = seen.availability(PLACE, both, WEB, 11_000)
    assert told is not None
    assert (told.revision, told.as_of_ms, told.age_ms) == (7, 7_000, 11_000)
    assert seen.availability(PLACE, both, WEB, 10_999) is None
    assert seen.availability(PLACE, [("B", 1)], WEB, 10_999) is not None


def test_a_line_that_was_not_seen_makes_the_whole_question_one_for_the_store() -> None:
    seen = LastSeen(now_s=Clock())
    seen.note(answer(A=5), WEB, 100.0)
    assert seen.availability(PLACE, [("A", 1), ("B", 1)], WEB, DAY_MS) is None
    assert seen.availability("DC-2", [("A", 1)], WEB, DAY_MS) is None


def test_what_was_seen_for_one_channel_or_under_another_policy_was_not_seen() -> None:
    seen = LastSeen(now_s=Clock())
    seen.note(answer(A=5), WEB, 100.0)
    for other in (KeepBack(2, 0, "shop"), KeepBack(3, 0, "web"), KeepBack(2, 100, "web")):
        assert seen.availability(PLACE, [("A", 1)], other, DAY_MS) is None


def test_lines_of_two_histories_are_not_put_together() -> None:
    seen = LastSeen(now_s=Clock())
    seen.note(answer(epoch=1, A=5), WEB, 100.0)
    seen.note(answer(epoch=2, B=5), WEB, 100.0)
    assert seen.availability(PLACE, [("A", 1), ("B", 1)], WEB, DAY_MS) is None
    told = seen.availability(PLACE, [("B", 1)], WEB, DAY_MS)
    assert told is not None
    assert told.lineage.epoch == 2


def test_a_fence_that_stands_now_is_told_of_what_was_seen_before_it_and_one_that_is_gone_is_not() -> None:
    fences: dict[str, Fence] = {}
    seen = LastSeen(lambda: fences, now_s=Clock())
    seen.note(answer(A=5), WEB, 100.0)
    fences[PLACE] = Fence(5_000, Position(1, 9, "b" * 40), Position(1, 7, "a" * 40))
    told = seen.availability(PLACE, [("A", 1)], WEB, DAY_MS)
    assert told is not None
    assert told.lineage.fenced_since_ms == 5_000
    seen.note(answer(A=5, fenced_since_ms=5_000), WEB, 100.0)
    fences.clear()
    told = seen.availability(PLACE, [("A", 1)], WEB, DAY_MS)
    assert told is not None
    assert told.lineage.fenced_since_ms == 0


def test_what_was_asked_about_last_is_remembered_and_what_lies_longest_is_forgotten() -> None:
    clock = Clock()
    seen = LastSeen(remembered=10, now_s=clock)
    for number in range(20):
        seen.note(answer(**{f"S{number}": 5}), WEB, clock())
    known = [number for number in range(20) if seen.availability(PLACE, [(f"S{number}", 1)], WEB, DAY_MS)]
    assert known == [*range(known[0], 20)]
    assert 5 <= len(known) <= 10


def test_asking_about_the_same_again_makes_nothing_be_forgotten() -> None:
    seen = LastSeen(remembered=10, now_s=Clock())
    seen.note(answer(A=5), WEB, 100.0)
    for _ in range(30):
        seen.note(answer(B=5), WEB, 100.0)
    assert seen.availability(PLACE, [("A", 1)], WEB, DAY_MS) is not None


def test_under_a_flood_of_questions_some_are_remembered_and_the_rest_costs_nothing() -> None:
    clock = Clock()
    seen = LastSeen(now_s=clock)
    for number in range(30):
        seen.note(answer(**{f"S{number}-{line}": 5 for line in range(100)}), WEB, clock())
    known = [number for number in range(30) if seen.availability(PLACE, [(f"S{number}-0", 1)], WEB, DAY_MS)]
    assert known == [*range(10)]
    clock.now_s += 0.1
    seen.note(answer(LATER=5), WEB, clock())
    assert seen.availability(PLACE, [("LATER", 1)], WEB, DAY_MS) is not None


def test_which_locations_there_are_is_remembered_for_whom_it_was_told() -> None:
    clock = Clock()
    seen = LastSeen(now_s=clock)
    seen.note_locations("shop", ["DC-1"])
    seen.note_locations("boss", ["DC-1", "DC-2"])
    clock.now_s += 2
    assert seen.locations("shop", 2_000) == ["DC-1"]
    assert seen.locations("boss", 2_000) == ["DC-1", "DC-2"]
    assert seen.locations("boss", 1_999) is None
    assert seen.locations("stranger", DAY_MS) is None


def test_a_location_that_was_seen_empty_is_so_for_a_while() -> None:
    clock = Clock()
    seen = LastSeen(now_s=clock)
    seen.note_absent("DC-9")
    clock.now_s += 2
    assert seen.absent("DC-9", 2_000)
    assert not seen.absent("DC-9", 1_999)
    assert not seen.absent("DC-1", DAY_MS)


def test_what_was_seen_before_buffers_were_measured_anew_is_not_told() -> None:
    seen = LastSeen(now_s=Clock())
    before, after = (WEB._replace(adaptive=BuffersByClass({(PLACE, ""): 250}, {})) for _ in range(2))
    seen.note(answer(A=5), before, 100.0)
    assert seen.availability(PLACE, [("A", 1)], before, DAY_MS) is not None
    assert seen.availability(PLACE, [("A", 1)], after, DAY_MS) is None
