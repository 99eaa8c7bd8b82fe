"""Whether replicas hold what was acknowledged, and whether this server is the one to write to."""

from __future__ import annotations

import re

from gate_service.doctor.checks.wording import configured, error, ok, unknown, warning
from gate_service.doctor.reading import Server
from gate_service.doctor.terms import Terms
from gate_service.domain.findings import Check, Finding, Severity

_REPLICA = re.compile(r"slave\d+")


def role(server: Server, terms: Terms) -> Finding:
    """Look whether it is a primary."""
    del terms
    found = server.info.get("role")
    if found is None:
        lost = "A replica takes no writes, and forgets those that it does take."
        return unknown(Check.ROLE, server.address, Severity.WARNING, lost)
    if found == "master":
        return ok(Check.ROLE, server.address, "primary")
    lost = "A replica takes no writes; one that is set to take them forgets them as soon as it follows its primary."
    remedy = "Name the primary, or by redis+sentinel:// the Sentinels that know which one it is."
    return error(Check.ROLE, server.address, "replica", lost, remedy)


def replicas(server: Server, terms: Terms) -> Finding:
    """Look whether there are as many replicas as must hold a write before it is acknowledged."""
    wanted = terms.promise.replicas
    if "connected_slaves" not in server.info:
        if not wanted:
            return ok(Check.REPLICAS, server.address, "none are asked for")
        lost = f"Each write waits for {wanted}, and where there are fewer no answer is certain."
        return unknown(Check.REPLICAS, server.address, Severity.ERROR, lost)
    online = sum("state=online" in about.split(",") for name, about in server.info.items() if _REPLICA.fullmatch(name))
    if online >= wanted:
        return ok(Check.REPLICAS, server.address, f"{online} connected, {wanted or 'none'} asked for")
    found = f"{online} connected, where {wanted} must hold each write"
    lost = "No write can be acknowledged: each waits for its replicas, and then ends with OUTCOME_UNKNOWN."
    remedy = "Bring the replicas back, or promise fewer: durability."
    return error(Check.REPLICAS, server.address, found, lost, remedy)


def min_replicas(server: Server, terms: Terms) -> Finding | None:
    """Look whether a primary that was cut off stops to take writes."""
    wanted, setting = terms.promise.replicas, Check.MIN_REPLICAS.value
    if not wanted:
        return None
    lost = (
        "A primary that was cut off from its replicas goes on taking writes. None is acknowledged, but all are lost at "
        "the failover, and until then gates there answer questions from a past that will not have been."
    )
    found = server.config.get(setting)
    if found is None:
        return unknown(
            Check.MIN_REPLICAS, server.address, Severity.WARNING, f"Where it is 0: {lost[0].lower()}{lost[1:]}"
        )
    lag_s = server.config.get("min-replicas-max-lag", "10")
    if found.isdigit() and int(found) >= wanted and lag_s != "0":
        return ok(Check.MIN_REPLICAS, server.address, f"{found}, at most {lag_s} s behind")
    return warning(Check.MIN_REPLICAS, server.address, found, lost, configured(setting, str(wanted)))
