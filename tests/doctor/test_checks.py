"""Each check by itself, on what a server might say of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from gate_service.doctor import rights
from gate_service.doctor.checks import access, memory, persistence, replication, service, whole
from gate_service.doctor.checks.wording import size
from gate_service.doctor.inspect import findings
from gate_service.doctor.reading import Reading, Server
from gate_service.doctor.terms import Kind, Terms, Way
from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.findings import Check, Finding, Inspection, Severity

OK, WARNING, ERROR = Severity.OK, Severity.WARNING, Severity.ERROR
ALWAYS = Terms(Durability(Fsync.ALWAYS))
EVERYSEC = Terms(Durability(Fsync.EVERYSEC))
ONE_REPLICA = Terms(Durability(Fsync.ALWAYS, replicas=1))
IN_CLUSTER = Terms(Durability(), kind=Kind.CLUSTER)
IN_3 = EVERYSEC._replace(database=3)
GIB = 1024**3
Look = Callable[[Server, Terms], Finding | None]

INFO = {
    "redis_version": "7.0.15",
    "role": "master",
    "connected_slaves": "1",
    "slave0": "ip=127.0.0.1,port=6380,state=online,offset=14,lag=0",
    "aof_enabled": "1",
    "aof_last_write_status": "ok",
    "aof_last_bgrewrite_status": "ok",
    "maxmemory_policy": "noeviction",
    "used_memory": str(GIB),
    "maxmemory": str(4 * GIB),
    "total_system_memory": str(8 * GIB),
    "cluster_enabled": "0",
}
CONFIG = {
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "save": "",
    "min-replicas-to-write": "1",
    "min-replicas-max-lag": "10",
    "notify-keyspace-events": "",
}
WELL = Server("store:6379", info=INFO, config=CONFIG)
SILENT = Server("store:6379")


def server(info: dict[str, str] | None = None, config: dict[str, str] | None = None) -> Server:
    """Give a server that is well but for this; an empty value is a line that it does not have."""
    told = {name: value for name, value in (INFO | (info or {})).items() if value}
    return replace(WELL, info=told, config=CONFIG | (config or {}))


def asked(terms: Terms, *, without: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> dict[str, bool]:
    """Give what a server answers about the rights of a user that has what it needs, but for this."""
    questions = rights.Questions(terms.kind, terms.database)
    may = dict.fromkeys(questions.answered([0] * len(questions.arguments())), False)
    needed = questions.weighed(may).missing
    return may | dict.fromkeys(needed, True) | dict.fromkeys(without, False) | dict.fromkeys(more, True)


SAID: list[tuple[Look, Server, Terms, Severity | None, str]] = [
    (service.version, server(), EVERYSEC, OK, "Redis 7.0.15"),
    (service.version, server({"redis_version": "6.2.14"}), EVERYSEC, ERROR, "Redis 6.2.14"),
    (service.version, server({"redis_version": "10.1"}), EVERYSEC, OK, "Redis 10.1"),
    (service.version, server({"redis_version": "7.2.4", "valkey_version": "8.0.1"}), EVERYSEC, OK, "Valkey 8.0.1"),
    (service.version, server({"redis_version": "7.2.4", "valkey_version": "7.2.9"}), EVERYSEC, ERROR, "Valkey 7.2.9"),
    (service.version, server({"dragonfly_version": "df-1.0"}), EVERYSEC, WARNING, "dragonfly"),
    (service.version, SILENT, EVERYSEC, WARNING, "unknown"),
    (replication.role, server(), EVERYSEC, OK, "primary"),
    (replication.role, server({"role": "slave"}), EVERYSEC, ERROR, "replica"),
    (replication.role, SILENT, EVERYSEC, WARNING, "unknown"),
    (service.cluster, server(), EVERYSEC, None, ""),
    (service.cluster, server({"cluster_enabled": "1"}), EVERYSEC, ERROR, "named as a server alone"),
    (service.cluster, SILENT, IN_CLUSTER, WARNING, "unknown"),
    (persistence.appendonly, server(), EVERYSEC, OK, "yes"),
    (persistence.appendonly, server({"aof_enabled": "0"}), EVERYSEC, ERROR, "no"),
    (
        persistence.appendonly,
        server({"aof_enabled": "0"}, {"save": "900 1"}),
        EVERYSEC,
        ERROR,
        "snapshots (save 900 1)",
    ),
    (persistence.appendonly, SILENT, EVERYSEC, ERROR, "unknown"),
    (persistence.appendfsync, server(), ALWAYS, OK, "always"),
    (persistence.appendfsync, server(), EVERYSEC, OK, "always"),
    (persistence.appendfsync, server(config={"appendfsync": "everysec"}), EVERYSEC, OK, "everysec"),
    (persistence.appendfsync, server(config={"appendfsync": "everysec"}), ALWAYS, ERROR, "always is promised"),
    (persistence.appendfsync, server(config={"appendfsync": "no"}), EVERYSEC, ERROR, "everysec is promised"),
    (persistence.appendfsync, SILENT, EVERYSEC, ERROR, "unknown"),
    (persistence.on_rewrite, server(), ALWAYS, OK, "no"),
    (persistence.on_rewrite, server(config={"no-appendfsync-on-rewrite": "yes"}), ALWAYS, ERROR, "yes"),
    (persistence.on_rewrite, server(config={"no-appendfsync-on-rewrite": "yes"}), EVERYSEC, ERROR, "yes"),
    (persistence.on_rewrite, SILENT, EVERYSEC, ERROR, "unknown"),
    (persistence.last_write, server(), EVERYSEC, OK, "ok"),
    (persistence.last_write, server({"aof_last_write_status": "err"}), EVERYSEC, ERROR, "err"),
    (persistence.last_write, server({"aof_enabled": "0", "aof_last_write_status": "err"}), EVERYSEC, None, ""),
    (persistence.last_rewrite, server(), EVERYSEC, OK, "ok"),
    (persistence.last_rewrite, server({"aof_last_bgrewrite_status": "err"}), EVERYSEC, WARNING, "err"),
    (persistence.last_rewrite, SILENT, EVERYSEC, None, ""),
    (replication.replicas, server(), ONE_REPLICA, OK, "1 connected, 1 asked for"),
    (replication.replicas, server(), EVERYSEC, OK, "none asked for"),
    (replication.replicas, server({"slave0": "state=wait_bgsave,lag=0"}), ONE_REPLICA, ERROR, "0 connected, where 1"),
    (replication.replicas, server({"slave0": ""}), ONE_REPLICA, ERROR, "0 connected, where 1"),
    (replication.replicas, SILENT, ONE_REPLICA, ERROR, "unknown"),
    (replication.replicas, SILENT, EVERYSEC, OK, "none are asked for"),
    (replication.min_replicas, server(), ONE_REPLICA, OK, "1, at most 10 s behind"),
    (replication.min_replicas, server(config={"min-replicas-to-write": "0"}), ONE_REPLICA, WARNING, "0"),
    (replication.min_replicas, server(config={"min-replicas-max-lag": "0"}), ONE_REPLICA, WARNING, "1"),
    (replication.min_replicas, server(config={"min-replicas-to-write": "0"}), EVERYSEC, None, ""),
    (replication.min_replicas, SILENT, ONE_REPLICA, WARNING, "unknown"),
    (memory.policy, server(), EVERYSEC, OK, "noeviction"),
    (memory.policy, server({"maxmemory_policy": "allkeys-lru"}), EVERYSEC, ERROR, "allkeys-lru"),
    (memory.policy, SILENT, EVERYSEC, ERROR, "unknown"),
    (memory.headroom, server(), EVERYSEC, OK, "1 GiB of 4 GiB, 75% left"),
    (memory.headroom, server({"used_memory": str(int(3.3 * GIB))}), EVERYSEC, WARNING, "left"),
    (memory.headroom, server({"used_memory": str(int(3.9 * GIB))}), EVERYSEC, ERROR, "3% left"),
    (memory.headroom, server({"used_memory": str(5 * GIB)}), EVERYSEC, ERROR, "0% left"),
    (memory.headroom, server({"maxmemory": "0"}), EVERYSEC, WARNING, "no limit; 1 GiB are used, the machine has 8 GiB"),
    (memory.headroom, server({"maxmemory": "0", "used_memory": str(8 * GIB)}), EVERYSEC, ERROR, "no limit"),
    (
        memory.headroom,
        server({"maxmemory": "0", "total_system_memory": ""}),
        EVERYSEC,
        WARNING,
        "no limit; 1 GiB are used",
    ),
    (memory.headroom, SILENT, EVERYSEC, WARNING, "unknown"),
    (access.user, WELL, EVERYSEC._replace(user="gate", has_password=True), OK, "gate"),
    (access.user, WELL, EVERYSEC._replace(has_password=True), OK, "by its password"),
    (access.user, WELL, EVERYSEC, WARNING, "without a password"),
    (access.user, WELL, EVERYSEC._replace(way=Way.SOCKET), OK, "a socket"),
    (access.what_it_may, replace(WELL, may=asked(EVERYSEC)), EVERYSEC, OK, "what the gate needs, and no more"),
    (access.what_it_may, replace(WELL, may=asked(EVERYSEC, without=("XADD",))), EVERYSEC, ERROR, "needed: XADD"),
    (access.what_it_may, replace(WELL, may=asked(EVERYSEC, more=("KEYS",))), EVERYSEC, WARNING, "never needed: KEYS"),
    (access.what_it_may, replace(WELL, may=asked(IN_3, without=("SELECT 3",))), IN_3, ERROR, "needed: SELECT 3"),
    (access.what_it_may, WELL, EVERYSEC, WARNING, "unknown"),
    (access.way, WELL, EVERYSEC._replace(way=Way.TLS), OK, "by TLS"),
    (access.way, WELL, EVERYSEC._replace(way=Way.LOOPBACK), OK, "within this machine"),
    (access.way, WELL, EVERYSEC._replace(way=Way.UNVERIFIED), WARNING, "without a check"),
    (access.way, WELL, EVERYSEC._replace(way=Way.CLEAR), WARNING, "in the clear"),
    (service.shared, server({"db0": "keys=4"}), EVERYSEC, OK, "nobody else's"),
    (service.shared, server({"db0": "keys=4"}), EVERYSEC._replace(database=3), WARNING, "data in db0"),
    (service.shared, replace(WELL, sampled_keys=9, foreign_keys=2), EVERYSEC, WARNING, "2 of 9 keys"),
    (service.shared, SILENT, EVERYSEC, None, ""),
    (service.notifications, server(), EVERYSEC, OK, "off"),
    (service.notifications, server(config={"notify-keyspace-events": "KEA"}), EVERYSEC, WARNING, "KEA"),
    (service.notifications, SILENT, EVERYSEC, None, ""),
]


def of_cluster(**fields: str) -> Server:
    told = {"cluster_state": "ok", "cluster_slots_assigned": "16384", "cluster_slots_ok": "16384"} | fields
    return replace(server({"cluster_enabled": "1"}), cluster=told)


SAID += [
    (service.cluster, of_cluster(), IN_CLUSTER, OK, "ok, 16384 of 16384 slots served"),
    (service.cluster, of_cluster(cluster_slots_ok="10923"), IN_CLUSTER, ERROR, "ok, 10923 of 16384"),
    (service.cluster, of_cluster(cluster_state="fail"), IN_CLUSTER, ERROR, "fail, 16384 of 16384"),
]


@pytest.mark.parametrize(
    ("look", "server", "terms", "severity", "found"),
    SAID,
    ids=[f"{row[0].__name__}-{row[3] or 'nothing'}-{row[4]}" for row in SAID],
)
def test_a_check_says_how_bad_it_is_what_is_lost_and_what_to_do(
    look: Look, server: Server, terms: Terms, severity: Severity | None, found: str
) -> None:
    said = look(server, terms)
    assert (said.severity if said else None) is severity
    if said is None:
        return
    assert found in said.found
    assert said.server == server.address
    sentences = [said.consequence, said.remedy]
    if severity is OK:
        assert sentences == ["", ""]
    else:
        assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)


STORE: list[tuple[Callable[[Reading], Finding | None], Reading, Severity | None, str]] = [
    (whole.script, Reading([]), OK, "runs"),
    (whole.script, Reading([], script_fault="it refuses this database or command"), ERROR, "it refuses this"),
    (whole.latency, Reading([], ping_ms=0.3, script_ms=0.5), OK, "0.3 ms for a word, 0.5 ms for a script"),
    (whole.latency, Reading([], ping_ms=7.5, script_ms=0.5), WARNING, "7.5 ms for a word"),
    (whole.latency, Reading([], ping_ms=0.3, script_ms=40.0), WARNING, "40.0 ms for a script"),
    (whole.latency, Reading([]), None, ""),
    (whole.clock, Reading([], clock_ahead_ms=-400.0), OK, "within a second"),
    (whole.clock, Reading([], clock_ahead_ms=2_500.0), WARNING, "2.5 s ahead of"),
    (whole.clock, Reading([], clock_ahead_ms=-2_500.0), WARNING, "2.5 s behind"),
    (whole.clock, Reading([]), None, ""),
]


@pytest.mark.parametrize(("look", "reading", "severity", "found"), STORE)
def test_a_check_of_the_whole_store_says_the_same(
    look: Callable[[Reading], Finding | None], reading: Reading, severity: Severity | None, found: str
) -> None:
    said = look(reading)
    assert (said.severity if said else None) is severity
    assert found in (said.found if said else "")
    if said and severity is not OK:
        assert all(sentence.endswith(".") for sentence in (said.consequence, said.remedy))


def test_a_server_that_is_away_is_told_once_and_looked_at_no_further() -> None:
    said = [*findings(Reading([replace(SILENT, away=True), WELL]), EVERYSEC)]
    of_the_one = [each for each in said if each.check is Check.REACHABLE]
    assert [each.severity for each in of_the_one] == [ERROR, OK]
    assert sum(each.check is Check.APPENDONLY for each in said) == 1


def test_every_check_that_has_a_name_is_made() -> None:
    reading = Reading([replace(of_cluster(), may=asked(IN_CLUSTER))], ping_ms=1.0, script_ms=1.0, clock_ahead_ms=0.0)
    terms = IN_CLUSTER._replace(promise=Durability(Fsync.ALWAYS, replicas=1))
    assert {each.check for each in findings(reading, terms)} == {*Check}


def finding(check: Check, severity: Severity, at: str = "one") -> Finding:
    return Finding(check, severity, at, "found", "Lost.", "Mend.")


def test_the_worst_comes_first() -> None:
    found = [finding(Check.TLS, WARNING), finding(Check.ROLE, OK), finding(Check.APPENDONLY, ERROR)]
    assert [each.severity for each in Inspection.of(found, 1).findings] == [ERROR, WARNING, OK]


@pytest.mark.parametrize("check", [Check.APPENDONLY, Check.APPENDFSYNC, Check.MAXMEMORY_POLICY, Check.SCRIPT])
def test_what_may_lose_an_order_is_a_reason_to_close(check: Check) -> None:
    found = Inspection.of([finding(check, ERROR), finding(check, OK, "two")], 1)
    assert found.broken == found.errors


@pytest.mark.parametrize("check", [Check.MAXMEMORY, Check.REACHABLE, Check.CLUSTER])
def test_what_would_keep_orders_in_the_house_is_none(check: Check) -> None:
    found = Inspection.of([finding(check, ERROR), finding(check, ERROR, "two")], 1)
    assert len(found.errors) == 2
    assert found.broken == ()


def test_too_few_replicas_close_the_gate_only_where_no_server_has_enough() -> None:
    one, other = finding(Check.REPLICAS, ERROR), finding(Check.REPLICAS, OK, "two")
    assert Inspection.of([one, other], 1).broken == ()
    assert Inspection.of([one, other._replace(severity=ERROR)], 1).broken == (one, other._replace(severity=ERROR))


def test_a_size_is_written_as_people_read_it() -> None:
    told = [size(count) for count in (5, 1_023, 1_536, 1_045_000, 3 * GIB, 1_010.4 * GIB, 5_000 * 1024 * GIB)]
    assert told == ["5 bytes", "1023 bytes", "1.5 KiB", "1021 KiB", "3 GiB", "1010 GiB", "5000 TiB"]
