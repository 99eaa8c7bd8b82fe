"""What is found at real servers, well or badly set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from gate_service.bootstrap.errors import StoreUnreachable
from gate_service.bootstrap.inspection import examine
from gate_service.domain.durability import PROMISE_NOTHING, Durability, Fsync
from gate_service.domain.findings import Check, Finding, Inspection, Severity
from gate_service.settings import Settings, SettingsError
from tests.doctor.guarded import CREDENTIALS, Guarded, acl_rule, guarded_single, send
from tests.stores import KINDS, ClusterOfSix, NoProgramError, SentinelTrio, single

OK, WARNING, ERROR = Severity.OK, Severity.WARNING, Severity.ERROR
ALWAYS = Durability(Fsync.ALWAYS)
BY_THE_CLOCK = {Check.LATENCY, Check.CLOCK}
"""What depends on how busy this machine is."""


@pytest.fixture(scope="module", params=KINDS)
def guarded(request: pytest.FixtureRequest) -> Iterator[Guarded]:
    try:
        with guarded_single(request.param, fsync="always") as running:
            running.admin.config_set("maxmemory", "1gb")
            yield running
    except NoProgramError as error:
        pytest.skip(str(error))


async def look(url: str, promise: Durability = ALWAYS) -> Inspection:
    return await examine(Settings(redis_url=url, durability=promise, store_timeout_ms=2_000))


def of(found: Inspection, check: Check) -> Finding:
    (finding,) = [each for each in found.findings if each.check is check]
    return finding


def not_well(found: Inspection) -> dict[Check, Severity]:
    return {
        each.check: each.severity
        for each in found.findings
        if each.severity is not OK and each.check not in BY_THE_CLOCK
    }


async def test_a_store_that_is_set_as_it_should_be_is_well_in_everything(guarded: Guarded) -> None:
    found = await look(guarded.url)
    assert not_well(found) == {}
    assert {each.server for each in found.findings} == {guarded.server.address, ""}
    assert "open-sesame" not in str(found)


async def test_looking_changes_nothing_and_is_denied_nothing(guarded: Guarded) -> None:
    guarded.denied()
    before = guarded.admin.info("persistence")["rdb_changes_since_last_save"]
    await look(guarded.url)
    assert guarded.admin.info("persistence")["rdb_changes_since_last_save"] == before
    assert guarded.admin.dbsize() == 0
    assert guarded.denied() == []


@pytest.mark.parametrize(
    ("setting", "value", "check", "severity"),
    [
        ("appendonly", "no", Check.APPENDONLY, ERROR),
        ("appendfsync", "everysec", Check.APPENDFSYNC, ERROR),
        ("appendfsync", "no", Check.APPENDFSYNC, ERROR),
        ("no-appendfsync-on-rewrite", "yes", Check.APPENDFSYNC_ON_REWRITE, ERROR),
        ("maxmemory-policy", "allkeys-lru", Check.MAXMEMORY_POLICY, ERROR),
        ("maxmemory", "0", Check.MAXMEMORY, WARNING),
        ("maxmemory", "1mb", Check.MAXMEMORY, ERROR),
        ("notify-keyspace-events", "KEA", Check.NOTIFICATIONS, WARNING),
    ],
)
async def test_what_is_set_otherwise_is_found(
    guarded: Guarded, setting: str, value: str, check: Check, severity: Severity
) -> None:
    before = str(guarded.admin.config_get(setting)[setting])
    guarded.admin.config_set(setting, value)
    try:
        assert not_well(await look(guarded.url)) == {check: severity}
    finally:
        guarded.admin.config_set(setting, before)
    assert not_well(await look(guarded.url)) == {}


async def test_replicas_that_are_promised_and_not_there_are_missed(guarded: Guarded) -> None:
    found = await look(guarded.url, Durability(Fsync.ALWAYS, replicas=1))
    assert not_well(found) == {Check.REPLICAS: ERROR, Check.MIN_REPLICAS: WARNING}


async def test_a_replica_is_told_from_a_primary(guarded: Guarded) -> None:
    send(guarded.admin, "REPLICAOF", "127.0.0.1", 1)
    try:
        found = await look(guarded.url)
    finally:
        send(guarded.admin, "REPLICAOF", "NO", "ONE")
    assert of(found, Check.ROLE).severity is ERROR


async def test_the_default_user_is_told_what_it_may_too_much(guarded: Guarded) -> None:
    found = await look(guarded.url.replace(f"{CREDENTIALS}@", ""))
    assert not_well(found) == {Check.ACL_USER: WARNING, Check.ACL_RIGHTS: WARNING}
    assert "FLUSHALL, FLUSHDB, KEYS, CONFIG SET" in of(found, Check.ACL_RIGHTS).found


@pytest.fixture
def changed_user(guarded: Guarded) -> Iterator[redis.Redis]:
    """Give the master, who changes the rights of the gate's user; afterwards it has its own again."""
    yield guarded.admin
    send(guarded.admin, "ACL", "SETUSER", "gate", "reset")
    send(guarded.admin, "ACL", "SETUSER", *acl_rule().split())


async def test_a_right_that_is_missing_is_named(guarded: Guarded, changed_user: redis.Redis) -> None:
    send(changed_user, "ACL", "SETUSER", "gate", "-xadd", "-config|get")
    found = await look(guarded.url)
    assert of(found, Check.ACL_RIGHTS).severity is ERROR
    assert of(found, Check.ACL_RIGHTS).found == "not allowed, and needed: CONFIG GET, XADD"


async def test_keys_that_the_user_may_not_write_are_a_right_that_is_missing(
    guarded: Guarded, changed_user: redis.Redis
) -> None:
    send(changed_user, "ACL", "SETUSER", "gate", "resetkeys", "~other:*")
    assert of(await look(guarded.url), Check.ACL_RIGHTS).found.startswith("not allowed, and needed: writing gate:*, ")


async def test_a_server_that_keeps_its_configuration_to_itself_is_not_trusted(
    guarded: Guarded, changed_user: redis.Redis
) -> None:
    send(changed_user, "ACL", "SETUSER", "gate", "-config", "-info")
    guarded.denied()
    found = await look(guarded.url)
    unknown = {each.check: each.severity for each in found.findings if each.found.startswith("unknown")}
    assert unknown == {
        Check.VERSION: WARNING,
        Check.ROLE: WARNING,
        Check.APPENDONLY: ERROR,
        Check.APPENDFSYNC: ERROR,
        Check.APPENDFSYNC_ON_REWRITE: ERROR,
        Check.MAXMEMORY_POLICY: ERROR,
        Check.MAXMEMORY: WARNING,
    }
    assert guarded.denied() == []  # it asks first what it may


async def test_a_server_that_takes_no_scripts_is_told_as_that(guarded: Guarded, changed_user: redis.Redis) -> None:
    send(changed_user, "ACL", "SETUSER", "gate", "-evalsha")
    found = await look(guarded.url)
    assert of(found, Check.SCRIPT).severity is ERROR
    assert of(found, Check.ACL_RIGHTS).severity is WARNING  # it cannot be asked
    assert of(found, Check.APPENDFSYNC).found == "always"


async def test_somebody_elses_keys_are_seen(guarded: Guarded) -> None:
    guarded.admin.set("session:1", "x")
    send(guarded.admin, "SELECT", 4)
    guarded.admin.set("gate:probe", "x")
    try:
        found = of(await look(guarded.url), Check.SHARED)
    finally:
        guarded.admin.flushall()
        send(guarded.admin, "SELECT", 0)
    assert found.severity is WARNING
    assert found.found == "data in db4; 1 of 1 keys looked at are not the gate's"


async def test_a_store_that_is_not_there_cannot_be_asked() -> None:
    with pytest.raises(StoreUnreachable, match=r"redis://gate:\*\*\*@127.0.0.1:1/0 cannot be asked: nothing answers"):
        await look("redis://gate:open-sesame@127.0.0.1:1/0")


async def test_a_store_that_asks_for_another_password_says_so(guarded: Guarded) -> None:
    with pytest.raises(StoreUnreachable, match="it wants another user or password") as told:
        await look(guarded.url.replace("open-sesame", "guess"))
    assert "guess" not in str(told.value)


async def test_no_store_at_all_is_a_setting_that_is_missing() -> None:
    with pytest.raises(SettingsError, match="--redis-url"):
        await look("")


async def test_a_store_without_a_file_forgets_and_a_snapshot_forgets_less() -> None:
    with single("valkey", lines=["appendonly no", "save 900 1"]) as store:
        found = of(await look(store.url), Check.APPENDONLY)
    assert (found.severity, found.found) == (ERROR, "no, but snapshots (save 900 1)")


async def test_behind_sentinels_it_is_the_primary_that_is_looked_at_with_its_replica() -> None:
    with SentinelTrio(lines=["min-replicas-to-write 1"]) as trio:
        found = await look(trio.url, Durability(Fsync.EVERYSEC, replicas=1))
        assert {each.server for each in found.findings} == {trio.primary().address, ""}
    assert found.errors == ()
    assert of(found, Check.REPLICAS).found == "1 connected, 1 asked for"
    assert of(found, Check.MIN_REPLICAS).severity is OK


async def test_in_a_cluster_every_primary_is_looked_at_and_one_that_is_away_closes_nothing() -> None:
    with ClusterOfSix(node_timeout_ms=60_000) as six:  # nobody takes over while this looks
        found = await look(six.url, PROMISE_NOTHING)
        addresses = {server.address for server in six.primaries()}
        assert {each.server for each in found.findings} == {*addresses, ""}
        assert {each.found for each in found.findings if each.check is Check.CLUSTER} == {
            "ok, 16384 of 16384 slots served"
        }
        assert found.errors == ()

        as_one = await look(f"redis://{six.servers[0].address}/0", PROMISE_NOTHING)
        assert of(as_one, Check.CLUSTER).found == "a node of a cluster, named as a server alone"

        dead = six.primaries()[0]
        dead.kill()
        without = await look(six.url, PROMISE_NOTHING)
        assert [(each.check, each.server) for each in without.errors] == [(Check.REACHABLE, dead.address)]
        assert without.broken == ()
