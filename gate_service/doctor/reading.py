"""Reads from every server of a store what is to be looked at. Nothing is written but scripts into the script cache."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from redis import exceptions

from gate_service.doctor import rights
from gate_service.doctor.terms import Kind, Terms
from gate_service.doctor.why import why
from gate_service.domain.errors import Unavailable
from gate_service.store.script import Script
from gate_service.store.store import Store

CONFIGURED: Final = (
    "appendfsync",
    "no-appendfsync-on-rewrite",
    "save",
    "min-replicas-to-write",
    "min-replicas-max-lag",
    "notify-keyspace-events",
)
"""What CONFIG GET is asked for."""
_ROUNDS: Final = 5
_SAMPLE: Final = 1_000
_NAMES_TRIED: Final = 32
_OWN_PREFIX: Final = rights.KEYS.removesuffix("*")
_ASK: Final = Script.of("rights", rights.ASK)
_NOTHING: Final = Script.of("nothing", "return 1")


class Trial(NamedTuple):
    """A script of the gate's own, with arguments by which it changes nothing."""

    script: Script
    keys_of: Callable[[str], tuple[str, ...]]
    """Gives its keys for a location, of which nobody has one that begins with ~."""
    arguments: list[str]


@dataclass(frozen=True, slots=True)
class Server:
    """What one server said of itself. What it did not let be read is empty."""

    address: str
    away: bool = False
    """Whether it did not answer at all."""
    info: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    cluster: Mapping[str, str] = field(default_factory=dict)
    may: Mapping[str, bool] = field(default_factory=dict)
    """By command and by what else is asked about rights: whether it is allowed."""
    sampled_keys: int = 0
    foreign_keys: int = 0
    """Of the sampled ones, those that are not the gate's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the whole store said. A time is of several round trips the middle one; in a cluster, to all its servers."""

    servers: Sequence[Server]
    ping_ms: float | None = None
    script_ms: float | None = None
    """The same for a script that does nothing."""
    script_fault: str = ""
    """Why a script of the gate's own cannot be run; empty where it can."""
    clock_ahead_ms: float | None = None
    """How far the store's clock is ahead of this machine's; of several, the one that is furthest off."""


async def read(store: Store, terms: Terms, trial: Trial) -> Reading:
    """Ask every server. Raises `Unavailable` where none can be reached."""
    reached = await _each(store, "PING")  # it connects, which is not to be measured
    may = await _rights(store, terms)
    config = await _unless_denied(store, may, "CONFIG GET", *CONFIGURED)
    info = await _unless_denied(store, may, "INFO")
    cluster = await _unless_denied(store, may, "CLUSTER INFO") if terms.kind is Kind.CLUSTER else {}
    keys = await _unless_denied(store, may, "SCAN", 0, "COUNT", _SAMPLE)
    servers = [
        Server(
            address,
            away=away and address not in reached,
            info=_fields(info.get(address, "")),
            config=_pairs(config.get(address, [])),
            cluster=_fields(cluster.get(address, "")),
            may=may.get(address, {}),
            sampled_keys=len(_keys(keys.get(address))),
            foreign_keys=sum(not key.startswith(_OWN_PREFIX) for key in _keys(keys.get(address))),
        )
        for address, away in store.nodes()
    ]
    return Reading(
        servers,
        script_fault=await _script_fault(store, trial),
        script_ms=await _middle_ms(store, "EVALSHA", _NOTHING.sha, 0),
        ping_ms=await _middle_ms(store, "PING"),
        clock_ahead_ms=await _clock_ahead_ms(store),
    )


async def _each(store: Store, *command: str | int) -> Mapping[str, Any]:
    """Send a command to every server; give nothing where one does not have it or denies it. Raises `Unavailable`."""
    try:
        return await store.each(*command)
    except exceptions.ResponseError:
        return {}
    except Unavailable as error:
        if isinstance(error.__cause__, exceptions.NoPermissionError):
            return {}
        raise


async def _unless_denied(
    store: Store, may: Mapping[str, Mapping[str, bool]], name: str, *arguments: str | int
) -> Mapping[str, Any]:
    """Send it, unless it is known to be denied: every denial is written down at the server, to frighten somebody."""
    if not all(each[name] for each in may.values()):
        return {}
    return await _each(store, *name.split(), *arguments)


async def _rights(store: Store, terms: Terms) -> dict[str, Mapping[str, bool]]:
    """Ask what the gate's user may, by server. A server that is too old for the question gives nothing."""
    questions = rights.Questions(terms.kind, terms.database)
    await _each(store, "SCRIPT", "LOAD", _ASK.source)
    answers = await _each(store, "EVALSHA", _ASK.sha, 0, *questions.arguments())
    return {address: questions.answered(each) for address, each in answers.items()}


async def _script_fault(store: Store, trial: Trial) -> str:
    """Run the trial, in a cluster at a server that is not away."""
    keys = (trial.keys_of(f"~doctor{number}") for number in range(_NAMES_TRIED))
    try:
        await store.each("SCRIPT", "LOAD", _NOTHING.source)
        for each in keys:
            if not store.away(each[0]):
                await store.run(trial.script, each, trial.arguments)
                break
    except (exceptions.ResponseError, Unavailable) as error:
        return why(error)
    return ""


async def _middle_ms(store: Store, *command: str | int) -> float | None:
    """Time a command, several times; give the middle one, or None where it is not to be had."""
    taken = []
    for _ in range(_ROUNDS):
        begun_s = time.perf_counter()
        if not await _each(store, *command):
            return None
        taken.append((time.perf_counter() - begun_s) * 1000)
    return statistics.median(taken)


async def _clock_ahead_ms(store: Store) -> float | None:
    """Compare the clocks. An answer that took its time proves less: only what lies outside of it counts."""
    sent_ms = time.time() * 1000
    told = await _each(store, "TIME")
    received_ms = time.time() * 1000
    ahead = []
    for seconds, micros in told.values():
        at_ms = int(seconds) * 1000 + int(micros) / 1000
        ahead.append(at_ms - received_ms if at_ms > received_ms else min(0.0, at_ms - sent_ms))
    return max(ahead, key=abs, default=None)


def _fields(text: str) -> dict[str, str]:
    """Read what INFO and CLUSTER INFO give: a line for each field."""
    pairs = (line.partition(":") for line in text.splitlines() if not line.startswith("#"))
    return {name: value for name, separator, value in pairs if separator}


def _pairs(flat: Sequence[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _keys(scanned: Any) -> Sequence[str]:  # noqa: ANN401 a cursor and keys, or nothing
    return scanned[1] if scanned else []
