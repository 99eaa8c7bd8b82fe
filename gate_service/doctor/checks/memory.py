"""Whether there is room, and what happens where there is none."""

from __future__ import annotations

from typing import Final

from gate_service.doctor.checks.wording import configured, error, ok, size, unknown, warning
from gate_service.doctor.reading import Server
from gate_service.doctor.terms import Terms
from gate_service.domain.findings import Check, Finding, Severity

_LITTLE: Final = 0.20
_NEXT_TO_NOTHING: Final = 0.05
"""Of the limit, what is left."""
_MIB: Final = 1024 * 1024
_SHARE: Final = 0.6
"""Of the machine's memory: a rewrite of the file, and what replicas have yet to be told, take some besides."""
_CHOOSE: Final = "Set maxmemory to some 60 % of what the machine has."
_ROOM: Final = "Raise maxmemory, on a larger machine where it must be, or archive the ledgers and trim them."


def policy(server: Server, terms: Terms) -> Finding:
    """Look whether the server throws something away when memory runs short."""
    del terms
    check, found = Check.MAXMEMORY_POLICY, server.info.get("maxmemory_policy")
    lost = "When memory runs short the server throws keys away: a whole location's stock, its orders or its ledger."
    if found is None:
        return unknown(check, server.address, Severity.ERROR, f"Unless it is noeviction: {lost[0].lower()}{lost[1:]}")
    if found == "noeviction":
        return ok(check, server.address, found)
    return error(check, server.address, found, lost, configured("maxmemory-policy", "noeviction"))


def headroom(server: Server, terms: Terms) -> Finding:
    """Look how much room is left."""
    del terms
    used, limit = _number(server, "used_memory"), _number(server, "maxmemory")
    if used is None or limit is None:
        lost = "New orders are refused without a warning when the limit is reached."
        return unknown(Check.MAXMEMORY, server.address, Severity.WARNING, lost)
    machine = _number(server, "total_system_memory") or 0
    if limit == 0:
        return _without_limit(server, used, machine)
    left = max(0.0, 1 - used / limit)
    found = f"{size(used)} of {size(limit)}, {left:.0%} left"
    lost = "At the limit new orders and receipts are refused; what is in the house still leaves it."
    if left < _NEXT_TO_NOTHING:
        return error(Check.MAXMEMORY, server.address, found, lost, _ROOM)
    if left < _LITTLE:
        return warning(Check.MAXMEMORY, server.address, found, lost, _ROOM)
    return ok(Check.MAXMEMORY, server.address, found)


def _without_limit(server: Server, used: int, machine: int) -> Finding:
    of_machine = f", the machine has {size(machine)}" if machine else ""
    found = f"no limit; {size(used)} are used{of_machine}"
    lost = "When the machine has no memory left the kernel kills the server, instead of new orders being refused."
    remedy = configured("maxmemory", f"{int(_SHARE * machine / _MIB)}mb") if machine else _CHOOSE
    if machine and used > (1 - _NEXT_TO_NOTHING) * machine:
        return error(Check.MAXMEMORY, server.address, found, lost, remedy)
    return warning(Check.MAXMEMORY, server.address, found, lost, remedy)


def _number(server: Server, name: str) -> int | None:
    told = server.info.get(name, "")
    return int(told) if told.isdigit() else None
