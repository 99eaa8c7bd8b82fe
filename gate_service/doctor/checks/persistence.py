"""Whether what was acknowledged is on the disk."""

from __future__ import annotations

from gate_service.doctor.checks.wording import configured, error, ok, unknown, warning
from gate_service.doctor.reading import Server
from gate_service.doctor.terms import Terms
from gate_service.domain.durability import Fsync
from gate_service.domain.findings import Check, Finding, Severity

_KEEPS = {
    Fsync.ALWAYS: {"always"},
    Fsync.EVERYSEC: {"always", "everysec"},
}
_LOST_WITH = {
    "everysec": "A power cut, and with a slow disk a mere crash, takes what was acknowledged in the last seconds.",
    "no": "A power cut takes what was acknowledged in the last half minute or so: nobody but the kernel writes it out.",
}


def appendonly(server: Server, terms: Terms) -> Finding:
    """Look whether writes go to a file at all."""
    del terms
    told = server.info.get("aof_enabled")
    if told is None:
        return unknown(
            Check.APPENDONLY, server.address, Severity.ERROR, "Without the file a restart of the store forgets orders."
        )
    if told == "1":
        return ok(Check.APPENDONLY, server.address, "yes")
    snapshots = server.config.get("save", "")
    found, lost = "no", "A restart of the store forgets every order: nothing is written to its disk."
    if snapshots:
        found = f"no, but snapshots (save {snapshots})"
        lost = "A restart of the store forgets every order that was acknowledged since the last snapshot."
    return error(Check.APPENDONLY, server.address, found, lost, configured("appendonly", "yes"))


def appendfsync(server: Server, terms: Terms) -> Finding:
    """Look whether the file reaches the disk as soon as was promised."""
    promised = terms.promise.fsync
    found = server.config.get("appendfsync")
    if found is None:
        lost = f"Whether what was acknowledged is on the disk as was promised ({promised}) cannot be said."
        return unknown(Check.APPENDFSYNC, server.address, Severity.ERROR, lost)
    if found in _KEEPS[promised]:
        return ok(Check.APPENDFSYNC, server.address, found)
    lost = _LOST_WITH.get(found, "What was acknowledged may not be on the disk.")
    remedy = configured("appendfsync", promised)
    return error(Check.APPENDFSYNC, server.address, f"{found}, where {promised} is promised", lost, remedy)


def on_rewrite(server: Server, terms: Terms) -> Finding:
    """Look whether that also holds while the file is rewritten."""
    check, setting = Check.APPENDFSYNC_ON_REWRITE, Check.APPENDFSYNC_ON_REWRITE.value
    found = server.config.get(setting)
    lost = (
        "While the file is rewritten nothing is brought to the disk, whatever appendfsync says. A power cut then takes "
        f"half a minute, where {terms.promise.fsync} is promised."
    )
    if found is None:
        return unknown(check, server.address, Severity.ERROR, f"Where it is yes: {lost[0].lower()}{lost[1:]}")
    if found == "no":
        return ok(check, server.address, found)
    return error(check, server.address, found, lost, configured(setting, "no"))


def last_write(server: Server, terms: Terms) -> Finding | None:
    """Look whether the last write to the file went well."""
    del terms
    found = server.info.get("aof_last_write_status")
    if found is None or server.info.get("aof_enabled") != "1":
        return None  # told by `appendonly`
    if found == "ok":
        return ok(Check.AOF_WRITE, server.address, found)
    lost = "The file no longer takes what is written: the server refuses writes, or loses them."
    remedy = "Make room on its disk, or mend it; the server's log says what the matter is."
    return error(Check.AOF_WRITE, server.address, found, lost, remedy)


def last_rewrite(server: Server, terms: Terms) -> Finding | None:
    """Look whether the file could be rewritten, so that it does not grow for ever."""
    del terms
    found = server.info.get("aof_last_bgrewrite_status")
    if found is None or server.info.get("aof_enabled") != "1":
        return None
    if found == "ok":
        return ok(Check.AOF_REWRITE, server.address, found)
    lost = "The file grows until the disk is full, and a restart takes longer and longer."
    remedy = "The server's log says why: as a rule there is too little memory (vm.overcommit_memory = 1) or disk."
    return warning(Check.AOF_REWRITE, server.address, found, lost, remedy)
