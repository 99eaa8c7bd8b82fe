"""The gate as its own user, at each kind of store: a day's work, and nothing was denied."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from gate_service.doctor import rights
from gate_service.doctor.terms import Kind
from gate_service.domain.findings import Check, Severity
from tests.doctor import day
from tests.doctor.guarded import CREDENTIALS, acl_rule, denied, guarded_single, send
from tests.stores import ClusterOfSix, NoProgramError, SentinelTrio, Server

NOT_ON_SUCH_A_DAY = {"WAIT", "EVAL", "XREVRANGE", "XTRIM", "LMOVE", "RENAME", "ASKING", "EXPIRE", "ZRANK", "ZREVRANK"}
"""Sent only where replicas are waited for, a script was forgotten, an entry is old, a merge cannot be finished yet, a
slot moves, or a mirror tells a snapshot."""


@dataclass(frozen=True)
class Guarded:
    """A store of several servers perhaps, its URL for the gate's user, and clients of their own master."""

    kind: Kind
    url: str
    admins: list[redis.Redis]

    def denied(self) -> list[str]:
        """Name what was denied at any of them since this was asked last."""
        return [name for admin in self.admins for name in denied(admin)]

    def empty(self) -> None:
        """Leave nothing in it."""
        for admin in self.admins:
            if send(admin, "ROLE")[0] == "master":
                send(admin, "FLUSHALL")

    def sent(self) -> set[str]:
        """Name what was sent to any of them, by scripts too."""
        found = set()
        for admin in self.admins:
            told = admin.info("commandstats")
            found |= {name.removeprefix("cmdstat_").upper().replace("|", " ") for name in told}
        return found


@pytest.fixture(params=["valkey", "redis", "sentinel", "cluster"])
def guarded(request: pytest.FixtureRequest) -> Iterator[Guarded]:
    with ExitStack() as running:
        try:
            yield _started(request.param, running)
        except NoProgramError as error:
            pytest.skip(str(error))


def _started(kind: str, running: ExitStack) -> Guarded:
    if kind == "sentinel":
        trio = running.enter_context(SentinelTrio(lines=[f"user {acl_rule(Kind.SENTINEL)}"]))
        return Guarded(Kind.SENTINEL, _as_gate(trio.url), _clients(trio.servers, running))
    if kind == "cluster":
        six = running.enter_context(ClusterOfSix(lines=[f"user {acl_rule(Kind.CLUSTER)}"]))
        return Guarded(Kind.CLUSTER, _as_gate(six.url), _clients(six.servers, running))
    one = running.enter_context(guarded_single(kind))
    return Guarded(Kind.SINGLE, one.url, [one.admin])


def _as_gate(url: str) -> str:
    return url.replace("://", f"://{CREDENTIALS}@", 1)


def _clients(servers: list[Server], running: ExitStack) -> list[redis.Redis]:
    return [running.enter_context(server.client()) for server in servers]


def test_a_days_work_of_the_gate_and_of_its_tools_is_never_denied(guarded: Guarded, tmp_path: Path) -> None:
    seen = day.operations(guarded.url, 3, guarded.empty)
    assert len({kind for kind, _ in seen.outcomes}) > 15
    guarded.empty()
    found = asyncio.run(day.the_rest(guarded.url))
    told = {each.check: each for each in found.findings if each.check in (Check.ACL_USER, Check.ACL_RIGHTS)}
    assert {each.severity for each in told.values()} == {Severity.OK}, told
    ended = day.tools(guarded.url, tmp_path, guarded.empty)
    assert [(each.exit_code, each.stderr) for each in ended if each.exit_code] == []
    assert guarded.denied() == []
    assert {*rights.needed(guarded.kind)} - guarded.sent() <= NOT_ON_SUCH_A_DAY
