"""A comparison that is done a second time, or after a location was recovered, comes to nothing else."""

from __future__ import annotations

import pytest

from gate_service.domain.reconcile.records import SnapshotState
from gate_service.reconcile.comparing import _State
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.reconcile.mirroring import Mirroring


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
