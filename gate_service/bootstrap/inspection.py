"""Whether the store can keep the promise: what was found when it was looked at last, and whether it is refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable

import structlog

from gate_service.bootstrap.errors import StoreRefused, StoreUnreachable
from gate_service.doctor.inspect import inspect
from gate_service.doctor.reading import Trial
from gate_service.doctor.terms import Terms, Way
from gate_service.doctor.why import why
from gate_service.domain.durability import Durability
from gate_service.domain.errors import Unavailable
from gate_service.domain.findings import Finding, Inspection, Severity
from gate_service.ledger import keys, scripts
from gate_service.settings import Mode, Settings, SettingsError, masked
from gate_service.store.connect import connect
from gate_service.store.store import Store

_log = structlog.get_logger("gate.store")


async def inspect_store(store: Store, settings: Settings) -> Inspection:
    """Look at the store that the settings name. Nothing is changed there. Raises `Unavailable`."""
    nothing_to_do = ["", "", "", "0"]  # the arguments of `apply`, and no operation behind them
    trial = Trial(scripts.load("apply"), keys.location_keys, nothing_to_do)
    terms = Terms.of(settings.redis_url, settings.durability)
    return await inspect(store, terms, trial, time.time_ns() // 1_000_000)


async def examine(settings: Settings) -> Inspection:
    """Look at the store once, for whoever runs the gate. Raises `StoreUnreachable` and `SettingsError`."""
    if not settings.redis_url:
        raise SettingsError("No store is named: say which with --redis-url redis://HOST:PORT/0 or GATE_REDIS_URL.")
    store = connect(settings.redis_url, settings.store_timeout_ms, promise=settings.durability)
    try:
        return await inspect_store(store, settings)
    except Unavailable as error:
        where = f"the store at {masked(settings.redis_url)}"
        raise StoreUnreachable(f"{where} cannot be asked: {why(error.__cause__, settings.redis_url)}") from error
    finally:
        await store.close()


class Inspector:
    """Looks at the store of a gate, and keeps what it found last."""

    def __init__(self, settings: Settings) -> None:
        """Know nothing yet; nothing connects."""
        self.last: Inspection | None = None
        self._settings = settings
        self._told_from = _worth_telling(settings)
        self._store = connect(settings.redis_url, settings.store_timeout_ms, promise=settings.durability)
        self._told: set[tuple[str, str, str]] = set()
        self._looking = asyncio.Lock()

    @property
    def kept(self) -> bool:
        """Say whether the store was last seen to keep the promise."""
        return self.last is not None and not self.last.broken

    @property
    def strict(self) -> bool:
        """Say whether a store that does not is refused."""
        return self._settings.mode is Mode.PRODUCTION and not self._settings.accept_risk

    async def begin(self) -> None:
        """Look for the first time. Raises `StoreRefused` where the store is refused, and `Unavailable`."""
        found = await self.look()
        if self.strict and found.broken:
            raise StoreRefused(_refusal(found.broken, self._settings.durability))

    async def look(self) -> Inspection:
        """Look, and tell the log what is new. Raises `Unavailable`."""
        async with self._looking:
            self.last = await inspect_store(self._store, self._settings)
            self._tell(self.last.findings)
            return self.last

    def _tell(self, findings: Iterable[Finding]) -> None:
        """Tell of each finding once, and once more when it is gone."""
        standing = {_name(each): each for each in findings if each.severity in self._told_from}
        for name, each in standing.items():
            if name not in self._told:
                facts = {"check": each.check, "server": each.server, "found": each.found}
                self._tell_one(each, {**facts, "consequence": each.consequence, "remedy": each.remedy})
        for check, server, _ in sorted(self._told - standing.keys()):
            _log.info("store finding is gone", check=check, server=server)
        self._told = {*standing}

    def _tell_one(self, finding: Finding, facts: dict[str, str]) -> None:
        if finding.severity is Severity.WARNING:
            _log.warning("store finding", **facts)
        elif self._settings.accept_risk:
            _log.warning("store finding, whose risk is accepted", accepted=self._settings.accept_risk, **facts)
        else:
            _log.error("store finding", **facts)

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()


def _worth_telling(settings: Settings) -> Collection[Severity]:
    """Say what is worth a line in the log. A developer's own store, as that of `gate dev`, is not set for the world."""
    way = Terms.of(settings.redis_url, settings.durability).way
    own = settings.mode is Mode.DEVELOPMENT and way is Way.SOCKET
    return (Severity.ERROR,) if own else (Severity.ERROR, Severity.WARNING)


def _name(finding: Finding) -> tuple[str, str, str]:
    return finding.check, finding.server, finding.severity


def _refusal(broken: Iterable[Finding], promise: Durability) -> str:
    """Say what was found, what is lost by it and how to mend it, each on lines of its own."""
    told = f"fsync={promise.fsync}, replicas={promise.replicas}, wait_ms={promise.wait_ms}"
    lines = [f"the store cannot keep what durability promises ({told}), and in production it is refused:"]
    for each in broken:
        lines.append(f"  {each.check}{f' at {each.server}' if each.server else ''}: {each.found}")
        lines += [f"    {sentence}" for sentence in (each.consequence, each.remedy)]
    lines.append("Mend it, promise less by --durability, or say by --accept-risk why it is used all the same")
    return "\n".join(lines)
