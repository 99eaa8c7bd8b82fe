"""What holds for the store as a whole: whether scripts run, how far away it is, and what time it has."""

from __future__ import annotations

from typing import Final

from gate_service.doctor.checks.wording import error, ok, warning
from gate_service.doctor.reading import Reading
from gate_service.domain.findings import Check, Finding

_SLOW_MS: Final = 5.0
_OFF_MS: Final = 1_000.0


def script(reading: Reading) -> Finding:
    """Look whether the script that does every operation can be run."""
    if not reading.script_fault:
        return ok(Check.SCRIPT, "", "the gate's own script runs")
    lost = "Nothing can be done: every operation is a script."
    remedy = "Let the gate's user load and run scripts: gate doctor --print-acl."
    return error(Check.SCRIPT, "", f"the gate's own script does not run: {reading.script_fault}", lost, remedy)


def latency(reading: Reading) -> Finding | None:
    """Look how long a round trip takes."""
    told = [("a word", reading.ping_ms), ("a script", reading.script_ms)]
    found = ", ".join(f"{taken:.1f} ms for {what}" for what, taken in told if taken is not None)
    if not found:
        return None
    if all(taken is None or taken <= _SLOW_MS for _, taken in told):
        return ok(Check.LATENCY, "", found)
    lost = "Each answer takes at least so long, and each location waits for one call before it makes the next."
    remedy = "Run the gates next to the store, in the same zone; see whether the store is busy with something else."
    return warning(Check.LATENCY, "", found, lost, remedy)


def clock(reading: Reading) -> Finding | None:
    """Look whether the store's clock is that of the machine that asks."""
    ahead_ms = reading.clock_ahead_ms
    if ahead_ms is None:
        return None
    if abs(ahead_ms) < _OFF_MS:
        return ok(Check.CLOCK, "", "the same as here, within a second")
    found = f"{abs(ahead_ms) / 1000:.1f} s {'ahead of' if ahead_ms > 0 else 'behind'} the clock here"
    lost = "Holds and permits run out by the store's clock: sooner or later than whoever asked for them thinks."
    return warning(Check.CLOCK, "", found, lost, "Let the clocks of both machines follow the same source (NTP).")
