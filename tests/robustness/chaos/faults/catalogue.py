"""All kinds of fault."""

from __future__ import annotations

from typing import Final

from tests.robustness.chaos.faults.base import Fault
from tests.robustness.chaos.faults.disk import FullDisk, PowerCut, SlowDisk
from tests.robustness.chaos.faults.gates import KillGate, PauseGate, RollingRestart
from tests.robustness.chaos.faults.replicated import (
    FailoverOfPaused,
    ForgetScriptsEverywhere,
    KillPrimary,
    KillReplica,
    KillSentinel,
    MoveSlot,
    OrderlyFailover,
    PausePrimary,
    PauseReplica,
)
from tests.robustness.chaos.faults.single_store import ForgetScripts, KillStore, MemoryLimit, PauseStore
from tests.robustness.chaos.faults.wire import Blackhole, Hangup, Latency, Repeated, ReplyDropped
from tests.robustness.chaos.site import Site

FAULTS: Final[tuple[type[Fault], ...]] = (
    KillGate,
    PauseGate,
    RollingRestart,
    KillStore,
    PauseStore,
    ForgetScripts,
    MemoryLimit,
    PowerCut,
    FullDisk,
    SlowDisk,
    ReplyDropped,
    Latency,
    Blackhole,
    Hangup,
    Repeated,
    KillPrimary,
    KillReplica,
    PausePrimary,
    PauseReplica,
    FailoverOfPaused,
    OrderlyFailover,
    KillSentinel,
    ForgetScriptsEverywhere,
    MoveSlot,
)


def fitting(site: Site, names: tuple[str, ...]) -> list[type[Fault]]:
    """Give the kinds that can strike a site, all or those named. Raises ValueError for a name that nothing has."""
    unknown = set(names) - {fault.name for fault in FAULTS}
    if unknown:
        raise ValueError(f"no fault is called {', '.join(sorted(unknown))}")
    return [fault for fault in FAULTS if fault.fits(site) and (not names or fault.name in names)]
