"""A comparison that is done a second time, or after a location was recovered, comes to nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gate_service.domain.lineage import Position
from gate_service.domain.reconcile.causes import Diagnosis, Difference, Lag
from gate_service.domain.reconcile.diagnosing import diagnose
from gate_service.domain.reconcile.records import BadRow, SnapshotState
from gate_service.ledger.keys import LOCATION_KEYS, location_keys, meta
from gate_service.reconcile import diagnosed as judging
from gate_service.reconcile import evidence
from gate_service.reconcile.comparing import _State
from tests.contract.clock import Clock
from tests.contract.fencing import accept, close
from tests.contract.world import World
from tests.reconcile.mirroring import HERE, Mirroring


class _Killed(BaseException):
    """Somebody pulled the plug."""


async def test_a_mirror_that_is_behind_raises_nothing_though_the_comparison_was_killed_when_all_was_recorded(
    at: World, mirrors: Mirroring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        await at.receive((f"SKU-{number:02}", 10))
    clock.advance(3_600_000)
    for number in range(30):  # a while ago, and the mirror has them
        await at.receive((f"SKU-{number:02}", 1))
        clock.advance(1_000)
    taken = await mirrors.on_hand()
    for number in range(20, 40):  # the newest, which it has not yet
        await at.receive((f"SKU-{number:02}", 2))
        clock.advance(300_000)
    wrong = {f"SKU-{number:02}": taken[f"SKU-{number:02}"] + 50 + number for number in range(24, 40)}
    record_id = await mirrors.tell("S1", {**taken, **wrong}, at_ms=clock.now_ms, whole=True)

    async def killed(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(_State, "end", killed)
        with pytest.raises(_Killed):
            await mirrors.compare()
    first = await mirrors.open_variances()
    assert first.keys() == wrong.keys(), "what is only late is no variance"
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).state is SnapshotState.COMPARED
    assert (await mirrors.open_variances()).keys() == wrong.keys()


class _Store:
    """Loses what was written since."""

    def __init__(self, mirrors: Mirroring) -> None:
        self._call = mirrors.means.store.call
        self._keys = [key for name, key in zip(LOCATION_KEYS, location_keys(HERE), strict=True) if name != "meta"]
        self._kept: dict[str, str] = {}

    async def keep(self) -> None:
        """Remember what stands."""
        for key in (*self._keys, meta(HERE)):
            await self._call("COPY", key, f"{key} kept", "REPLACE")

    async def lose(self) -> None:
        """Let it stand again."""
        for key in (*self._keys, meta(HERE)):
            if not await self._call("COPY", f"{key} kept", key, "REPLACE"):
                await self._call("DEL", key)


async def test_after_a_loss_that_was_accepted_what_stands_is_judged_by_what_is_told_from_now_on(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4), ("HAT", 1))
    store = _Store(mirrors)
    await store.keep()
    for _ in range(5):
        clock.advance(1_000)
        await at.receive(("MUG", 1))
    await mirrors.compared("S1", {"MUG": 99, "CAP": 3, "HAT": 2}, at_ms=clock.now_ms)
    await store.lose()
    await close(at, remembered=Position(1, 6, "ab" * 20))
    await accept(at)
    clock.advance(1_000)
    await at.receive(("TOY", 1))
    result = await mirrors.compared("S2", {"MUG": 10, "CAP": 2, "HAT": 2}, at_ms=clock.now_ms)
    assert result.revision < 6, "the entries are counted from what was left"
    found = await mirrors.open_variances()
    assert {sku: each.reported for sku, each in found.items()} == {"CAP": 2, "HAT": 2}
    assert (result.resolved_count, result.continued_count) == (1, 2)
    assert found["HAT"].snapshot_id == "S2"


async def test_an_entry_of_a_history_that_was_lost_is_not_taken_for_the_one_that_has_its_number_now(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10))
    store = _Store(mirrors)
    await store.keep()
    revision = 0
    for _ in range(3):
        revision = (await at.receive(("MUG", 1))).applied.revision
    record_id = await mirrors.tell("S1", {"MUG": 13}, revision=revision, epoch=1)
    await store.lose()
    await close(at, remembered=Position(1, revision, "ab" * 20))
    await accept(at)
    for _ in range(5):
        await at.receive(("CAP", 1))
    await mirrors.compare()
    assert await mirrors.open_variances() == {}
    told = await mirrors.snapshot(record_id)
    assert told.state is SnapshotState.REFUSED
    assert "recovered" in told.problem


async def test_a_wrong_row_under_another_code_of_a_sku_does_not_let_it_count_as_none(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4))
    bad = (BadRow(1, "4006381333931", "quantity", "is no number", meant="CAP"),)
    result = await mirrors.compared("S1", {"MUG": 10}, whole=True, skip_bad_rows=True, bad_rows=bad)
    assert (result.compared_count, result.agreed_count) == (1, 1)


async def test_a_mirror_that_was_read_a_little_later_than_it_says_raises_nothing(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    for number in range(12):
        await at.receive((f"SKU-{number}", 10))
        clock.advance(60_000)
    told_ms, revision = clock.now_ms, 12
    clock.advance(1_000)
    for number in range(3):
        await at.receive((f"SKU-{number}", 2))
        await at.reserve(f"O-{number}", ("1", f"SKU-{number}", 1))
        await at.ship_foreign(f"O-{number}")
    figures = await mirrors.on_hand()
    clock.advance(60_000)
    await at.receive(("SKU-3", 7), ("SKU-4", 7))
    wrong = {**figures, "SKU-3": figures["SKU-3"] + 7}
    result = await mirrors.compared("S1", wrong, at_ms=told_ms, whole=True)
    assert (result.timing_count, result.opened_count) == (3, 1)
    assert [*await mirrors.open_variances()] == ["SKU-3"], "a minute later is not a little later"
    exact = await mirrors.compared("S2", figures, revision=revision, whole=True, system="erp")
    assert (exact.timing_count, exact.opened_count) == (0, 3), "who names the entry says what is in his figures"


async def test_it_is_told_when_a_figure_agreed_last_and_when_it_began_to_differ(
    at: World, mirrors: Mirroring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Difference] = []

    def noted(differences: Sequence[Difference], lag: Lag, mirror: str) -> list[Diagnosis]:
        seen.extend(differences)
        return diagnose(differences, lag, mirror)

    monkeypatch.setattr(judging, "diagnose", noted)
    began = (await at.receive(("MUG", 10), ("CAP", 10))).applied.revision
    began_ms = clock.now_ms
    await mirrors.compared("S1", {"MUG": 7, "CAP": 10}, at_ms=began_ms, whole=True)
    clock.advance(3_600_000)
    await at.receive(("MUG", 1), ("CAP", 1))
    clock.advance(3_600_000)
    await mirrors.compared("S2", {"MUG": 7, "CAP": 10}, at_ms=clock.now_ms, whole=True)
    told = {each.sku: each for each in seen[1:]}
    assert (told["MUG"].standing, told["MUG"].standing_revision) == (-3, began)
    assert (told["CAP"].agreed_revision, told["CAP"].agreed_at_ms) == (began, began_ms)


async def test_of_more_figures_than_are_looked_into_a_mirror_that_is_behind_raises_nothing_either(
    at: World, mirrors: Mirroring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "EXPLAINED_MAX", 5)
    monkeypatch.setattr(judging, "_AT_ONCE", 5)
    skus = [f"SKU-{number:02}" for number in range(60)]
    await at.receive(*((sku, 10) for sku in skus))
    for number in range(20):
        clock.advance(60_000)
        await at.receive((skus[number], 1))
    taken = await mirrors.on_hand()
    for number in range(20, 40):
        clock.advance(600_000)
        await at.receive((skus[number], 2))
        await at.reserve(f"O-{number}", ("1", skus[number], 1))
        await at.ship_foreign(f"O-{number}")
    result = await mirrors.compared("S1", {**taken, skus[50]: 11}, at_ms=clock.now_ms, whole=True)
    assert (result.timing_count, result.opened_count) == (20, 1)
    assert [*await mirrors.open_variances()] == [skus[50]]


async def test_what_differs_as_before_is_not_over_because_young_events_come_to_just_as_much(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(("MUG", 10), ("CAP", 10))
    await mirrors.compared("S1", {"MUG": 5, "CAP": 10}, at_ms=clock.now_ms, whole=True)
    clock.advance(3_600_000)
    await at.receive(("MUG", 5))
    result = await mirrors.compared("S2", {"MUG": 10, "CAP": 10}, at_ms=clock.now_ms + 1, whole=True)
    assert (result.continued_count, result.resolved_count, result.timing_count) == (1, 0, 0)
    (variance,) = (await mirrors.open_variances()).values()
    assert (variance.times_seen, result.causes) == (2, {variance.diagnosis.cause: 1})
    clock.advance(3_600_000)
    late = {"MUG": 14, "CAP": 10}
    await at.receive(("MUG", 4))
    await at.receive(("MUG", 1))
    result = await mirrors.compared("S3", {**late, "MUG": 19}, at_ms=clock.now_ms + 1, whole=True)
    assert (result.resolved_count, result.timing_count) == (1, 1), "nothing is left of it but what is young"


async def test_what_is_told_of_a_figure_that_stands_is_since_it_agreed_last_though_it_changed(
    at: World, mirrors: Mirroring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Difference] = []

    def noted(differences: Sequence[Difference], lag: Lag, mirror: str) -> list[Diagnosis]:
        seen.extend(differences)
        return diagnose(differences, lag, mirror)

    monkeypatch.setattr(judging, "diagnose", noted)
    agreed = (await at.receive(("MUG", 10), ("CAP", 10))).applied.revision
    agreed_ms = clock.now_ms
    await mirrors.compared("S1", {"MUG": 10, "CAP": 10}, at_ms=agreed_ms, whole=True)
    figures, told = [9, 9, 8], []
    for number, figure in enumerate(figures, start=2):
        clock.advance(20 * 3_600_000)
        told.append((await at.receive(("CAP", 1))).applied.revision)
        await mirrors.compared(f"S{number}", {"MUG": figure, "CAP": 9 + number}, at_ms=clock.now_ms, whole=True)
    assert {(each.agreed_revision, each.agreed_at_ms) for each in seen} == {(agreed, agreed_ms)}
    assert [(each.standing, each.standing_revision) for each in seen] == [(0, agreed), (-1, told[0]), (-1, told[1])]
    assert all([move.revision for move in each.movements] == [agreed] for each in seen)
