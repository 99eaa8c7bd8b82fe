"""`gate doctor` as people and programs see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gate_service.doctor import rights
from gate_service.doctor.terms import Kind
from gate_service.domain.findings import Check, Severity
from tests.cli.driving import Commands, Ended
from tests.doctor.guarded import CREDENTIALS, Guarded, guarded_single
from tests.stores import single

NOWHERE = Commands("127.0.0.1:1", "MAIN")
"""It asks no gate, but the store."""


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    with guarded_single("valkey") as running:
        yield running


def doctor(guarded: Guarded, *args: str) -> Ended:
    return NOWHERE("doctor", "--redis-url", guarded.url, *args)


def test_a_promise_that_can_be_kept_ends_with_0_and_warnings_change_nothing_about_it(guarded: Guarded) -> None:
    ended = doctor(guarded)
    assert ended.exit_code == 0
    assert ended.stdout.startswith("The store can keep the promise.")
    assert "warning  maxmemory at" in ended.stdout  # no limit is set
    assert "  Lost: When the machine has no memory left" in ended.stdout
    assert "  Mend: Set maxmemory " in ended.stdout


def test_a_promise_that_cannot_be_kept_ends_with_1_and_says_what_is_lost_and_how_to_mend_it(guarded: Guarded) -> None:
    ended = doctor(guarded, "--durability", "fsync=always")
    assert ended.exit_code == 1
    assert ended.stdout.startswith("The store cannot keep the promise. 1 error")
    assert f"error  appendfsync at {guarded.server.address}: everysec, where always is promised" in ended.stdout
    assert "  Lost: A power cut" in ended.stdout
    assert "by CONFIG SET appendfsync always." in " ".join(ended.stdout.split())


def test_programs_get_every_finding_with_the_same_fields(guarded: Guarded) -> None:
    told = doctor(guarded, "--durability", "fsync=always", "-o", "json")
    assert told.exit_code == 1
    assert told.data["keeps_promise"] is False
    assert told.data["durability"] == {"fsync": "always", "replicas": 0, "wait_ms": 1000}
    assert told.data["at_ms"] > 0
    fields = {"check", "severity", "server", "found", "consequence", "remedy"}
    assert {frozenset(each) for each in told.data["findings"]} == {frozenset(fields)}
    assert {each["check"] for each in told.data["findings"]} <= {*Check}
    assert told.data["findings"][0]["check"] == "appendfsync"  # the worst first
    rows = doctor(guarded, "--durability", "fsync=always", "-o", "jsonl").rows
    assert [each["check"] for each in rows] == [each["check"] for each in told.data["findings"]]
    assert {each["severity"] for each in rows} == {*Severity}


def test_a_store_that_cannot_be_asked_ends_with_3_and_says_why() -> None:
    nobody = NOWHERE("doctor", "--redis-url", "redis://gate:open-sesame@127.0.0.1:1/0")
    assert (nobody.exit_code, nobody.stdout) == (3, "")
    assert nobody.stderr == "The store at redis://gate:***@127.0.0.1:1/0 cannot be asked: nothing answers there.\n"
    told = NOWHERE("doctor", "--redis-url", "redis://127.0.0.1:1/0", "-o", "json")
    assert told.error == {
        "exit_code": 3,
        "message": "The store at redis://127.0.0.1:1/0 cannot be asked: nothing answers there.",
    }


@pytest.mark.parametrize(
    ("scheme", "more", "why"),
    [
        ("redis+cluster", "", "it is no server of a cluster: redis:// is how one by itself is reached"),
        ("redis+sentinel", "/main", "it is no Sentinel: redis:// is how a server by itself is reached"),
    ],
)
def test_a_server_that_is_not_what_its_address_says_is_told_as_what_it_is(scheme: str, more: str, why: str) -> None:
    with single() as store:
        told = NOWHERE("doctor", "--redis-url", f"{scheme}://{store.server.address}{more}")
    assert told.exit_code == 3
    assert told.stderr.endswith(f" cannot be asked: {why}.\n")


def test_no_store_at_all_is_wrong_usage() -> None:
    assert NOWHERE("doctor").exit_code == 2


def test_the_line_that_makes_the_gates_user_stands_alone_on_stdout(guarded: Guarded) -> None:
    ended = doctor(guarded, "--print-acl")
    assert (ended.exit_code, ended.stdout) == (0, rights.acl_line("gate", Kind.SINGLE) + "\n")
    assert "ACL SETUSER default off" in ended.stderr
    named = doctor(guarded, "--print-acl", "--user", "stock", "-o", "json")
    assert named.data == {"user": "stock", "acl": rights.acl_line("stock", Kind.SINGLE)}
    assert CREDENTIALS.partition(":")[2] not in ended.stdout + named.stdout


def test_the_line_fits_the_kind_of_store_and_needs_none_to_be_there() -> None:
    cluster = NOWHERE("doctor", "--print-acl", "--redis-url", "redis+cluster://127.0.0.1:1")
    assert "+asking" in cluster.stdout
    assert "+cluster|slots" in cluster.stdout
    fourth = NOWHERE("doctor", "--print-acl", "--redis-url", "redis://127.0.0.1:1/4")
    assert "+select|4" in fourth.stdout
    assert "+asking" not in fourth.stdout


@pytest.mark.parametrize("name", ["two words", "a:b", "a@b", ""])
def test_a_user_whose_name_cannot_stand_in_a_url_is_wrong_input(name: str) -> None:
    assert NOWHERE("doctor", "--print-acl", "--redis-url", "redis://127.0.0.1:1", "--user", name).exit_code == 2
