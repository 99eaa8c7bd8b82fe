"""Whether it is the store that the gate was made for, alone with it, and near enough."""

from __future__ import annotations

import re
from typing import Final

from gate_service.doctor.checks.wording import configured, error, ok, unknown, warning
from gate_service.doctor.reading import Server
from gate_service.doctor.terms import Kind, Terms
from gate_service.domain.findings import Check, Finding, Severity

_SLOTS: Final = 16_384
_REDIS: Final = (7, 0)
_VALKEY: Final = (8, 0)
_UPGRADE: Final = "Use Redis from 7.0 or Valkey from 8 on."


def version(server: Server, terms: Terms) -> Finding:
    """Look whether the gate was tried with this kind and version of server."""
    del terms
    if "redis_version" not in server.info:
        lost = "The gate's scripts need Redis from 7.0 or Valkey from 8 on."
        return unknown(Check.VERSION, server.address, Severity.WARNING, lost)
    is_valkey = "valkey_version" in server.info
    told = server.info["valkey_version" if is_valkey else "redis_version"]
    found = f"{'Valkey' if is_valkey else 'Redis'} {told}"
    imitators = [
        name.removesuffix("_version") for name in server.info if name in ("dragonfly_version", "kvrocks_version")
    ]
    if imitators:
        lost = "It speaks as Redis does and is another program: what holds for Redis was never tried with it."
        return warning(Check.VERSION, server.address, imitators[0], lost, _UPGRADE)
    if _numbers(told) >= (_VALKEY if is_valkey else _REDIS):
        return ok(Check.VERSION, server.address, found)
    lost = "The gate's scripts use what came with Redis 7.0: operations fail there."
    return error(Check.VERSION, server.address, found, lost, _UPGRADE)


def cluster(server: Server, terms: Terms) -> Finding | None:
    """Look whether the store is the cluster that it is said to be, and has a server for every key."""
    is_node = server.info.get("cluster_enabled") == "1"
    if terms.kind is not Kind.CLUSTER:
        if not is_node:
            return None
        lost = "Locations whose slots are at other nodes of it cannot be reached: every call there fails."
        remedy = "Say by redis+cluster:// that it is one."
        return error(Check.CLUSTER, server.address, "a node of a cluster, named as a server alone", lost, remedy)
    if not server.cluster:
        lost = "Locations whose slots nobody has cannot be reached."
        return unknown(Check.CLUSTER, server.address, Severity.WARNING, lost)
    state = server.cluster.get("cluster_state", "")
    served = int(server.cluster.get("cluster_slots_ok", 0))
    found = f"{state}, {served} of {_SLOTS} slots served"
    if state == "ok" and served == _SLOTS:
        return ok(Check.CLUSTER, server.address, found)
    lost = "Locations whose slots nobody serves cannot be reached, and by its defaults the whole cluster then refuses."
    remedy = "Bring the missing nodes back, or give their slots to others: CLUSTER SHARDS shows which."
    return error(Check.CLUSTER, server.address, found, lost, remedy)


def shared(server: Server, terms: Terms) -> Finding | None:
    """Look whether somebody else keeps data there too."""
    others = sorted(name for name in server.info if re.fullmatch(r"db\d+", name) and name != f"db{terms.database}")
    found = [f"data in {', '.join(others)}"] if others else []
    if server.foreign_keys:
        found.append(f"{server.foreign_keys} of {server.sampled_keys} keys looked at are not the gate's")
    if not found:
        return ok(Check.SHARED, server.address, "nobody else's data was seen") if server.info else None
    lost = "Others' data takes the memory that orders need, and others' FLUSHALL or slow command is the gate's, too."
    remedy = "Give the gate a server of its own."
    return warning(Check.SHARED, server.address, "; ".join(found), lost, remedy)


def notifications(server: Server, terms: Terms) -> Finding | None:
    """Look whether the server tells of each change of a key."""
    del terms
    setting = Check.NOTIFICATIONS.value
    found = server.config.get(setting)
    if found is None:
        return None
    if not found:
        return ok(Check.NOTIFICATIONS, server.address, "off")
    lost = "Each operation changes many keys, and each is told of: that costs time, for whoever listens."
    return warning(Check.NOTIFICATIONS, server.address, found, lost, configured(setting, '""'))


def _numbers(told: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", told)[:2])
