"""What the gate's user may at the store is what the code sends, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from gate_service.doctor import rights
from gate_service.doctor.terms import Kind
from tests.docs.pages import ROOT
from tests.doctor.guarded import PASSWORD, Guarded, acl_rule, guarded_single, send
from tests.stores import KINDS, NoProgramError

NO_RETRIES = Retry(NoBackoff(), 0)
SERVICE = ROOT / "gate_service"
WORDS = re.compile(r"""["']([A-Z]{2,})["'](?:, ["']([A-Z]{2,})["'])?""")
ABOUT_COMMANDS = {"errors.py", "slots.py"}
"""Files that name commands and refusals, and send none."""
SENDERS = ("ledger", "catalog", "store", "archive", "reconcile", "bootstrap")


@pytest.fixture(scope="module", params=KINDS)
def guarded(request: pytest.FixtureRequest) -> Iterator[Guarded]:
    try:
        with guarded_single(request.param) as running:
            yield running
    except NoProgramError as error:
        pytest.skip(str(error))


@pytest.fixture
def as_gate(guarded: Guarded) -> Iterator[redis.Redis]:
    """Give a client that is the gate's user."""
    with redis.Redis(
        port=guarded.server.port, username="gate", password=PASSWORD, protocol=2, decode_responses=True
    ) as client:
        yield client


def commands_of(server: redis.Redis) -> set[str]:
    """Name every command that a server knows, those with a subcommand by both words."""
    return {str(name).upper() for name in server.command_list()}


def named_in(files: Iterable[Path], known: set[str]) -> set[str]:
    """Name the commands that stand in the text of some files, as words of their own."""
    found = set()
    for file in files:
        if file.name in ABOUT_COMMANDS:
            continue
        for word, next_word in WORDS.findall(file.read_text()):
            if word in known:
                found.add(f"{word} {next_word}" if word in rights.CONTAINERS else word)
    return found


def files_of(part: str) -> list[Path]:
    return [path for path in (SERVICE / part).rglob("*") if path.suffix in (".py", ".lua")]


def names(*parts: str) -> set[str]:
    """Name the commands of the table that these parts of the gate send."""
    return {rights.name_of(command) for part in parts for command in rights.SENT[part]}


def test_each_part_sends_what_the_table_says_and_nothing_else(guarded: Guarded) -> None:
    known = commands_of(guarded.admin)
    assert named_in(files_of("ledger"), known) == names("ledger")
    assert named_in(files_of("catalog"), known) == names("catalog")
    assert named_in(files_of("reconcile"), known) == names("reconcile")
    assert named_in(files_of("store"), known) | {"CLUSTER INFO"} == names("store", "sentinel", "cluster")
    told = set(re.findall(r'"([A-Z]+(?: [A-Z]+)?)"', (SERVICE / "doctor" / "reading.py").read_text()))
    assert {name for name in told if name.split()[0] in known} | {"SCRIPT LOAD"} == names("doctor") | {
        "CLUSTER INFO",
        "SCRIPT",
    }


def test_whatever_else_speaks_to_the_store_sends_nothing_more(guarded: Guarded) -> None:
    files = [file for part in SENDERS for file in files_of(part)]
    assert named_in(files, commands_of(guarded.admin)) <= names(*rights.SENT)


def test_every_question_about_a_right_is_a_whole_command(guarded: Guarded) -> None:
    for kind in Kind:
        for argument in rights.Questions(kind, database=1).arguments():
            words = json.loads(argument)
            # As a command that was sent: one with too few words is turned away before anybody's rights are looked at.
            said = send(guarded.admin, "ACL", "DRYRUN", "default", *words)
            assert said == "OK", (words, said)


def test_the_user_has_what_it_needs_by_the_servers_own_word(guarded: Guarded) -> None:
    for kind in Kind:
        send(guarded.admin, "ACL", "SETUSER", *acl_rule(kind, database=5).split())
        for argument in rights.Questions(kind, database=5).arguments():
            words = json.loads(argument)
            allowed = send(guarded.admin, "ACL", "DRYRUN", "gate", *words) == "OK"
            needed = rights.name_of(" ".join(words)) in rights.needed(kind) or words[0] == "SELECT"
            assert allowed == (needed and "not-gate" not in words), words
    send(guarded.admin, "ACL", "SETUSER", *acl_rule().split())


@pytest.mark.parametrize(
    "command",
    [
        *(each.split() for each in rights.NEVER_SENT if each != "SHUTDOWN"),
        ["SHUTDOWN", "NOSAVE"],
        ["GET", "another:key"],
        ["SET", "another:key", "1"],
        ["HGET", "gat", "field"],
        ["RENAME", "gate:probe", "another:key"],
        ["EVAL", "return redis.call('GET', 'another:key')", "0"],
        ["EVAL", "return redis.call('FLUSHALL')", "0"],
        ["EVALSHA", "0" * 40, "1", "another:key"],
        ["SELECT", "1"],
        ["DBSIZE"],
        ["RANDOMKEY"],
        ["PUBLISH", "gate:news", "1"],
        ["SUBSCRIBE", "gate:news"],
        ["CLIENT", "LIST"],
        ["ACL", "WHOAMI"],
        ["CONFIG", "REWRITE"],
        ["FUNCTION", "FLUSH"],
        ["MIGRATE", "127.0.0.1", "1", "gate:probe", "0", "1"],
        ["DUMP", "gate:probe"],
    ],
    ids=lambda command: " ".join(command)[:50],
)
def test_anything_else_is_denied(guarded: Guarded, as_gate: redis.Redis, command: list[str]) -> None:
    with pytest.raises(redis.ResponseError) as no:
        send(as_gate, *command)
    assert re.search(
        r"NOPERM|no permissions|can't (run|access)|ACL failure|not allowed", str(no.value), re.IGNORECASE
    ), no.value
    assert guarded.admin.ping()


def test_nobody_is_the_gate_without_its_password(guarded: Guarded) -> None:
    with (
        redis.Redis(port=guarded.server.port, username="gate", password="guess", retry=NO_RETRIES) as client,  # noqa: S106
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_the_line_makes_the_same_user_whatever_it_was_before(guarded: Guarded) -> None:
    line = rights.acl_line("gate", Kind.SINGLE).replace("PASSWORD", PASSWORD)
    send(guarded.admin, *line.split())
    made = send(guarded.admin, "ACL", "GETUSER", "gate")
    send(guarded.admin, "ACL", "SETUSER", "gate", "allkeys", "allchannels", "allcommands", "nopass")
    send(guarded.admin, *line.split())
    assert send(guarded.admin, "ACL", "GETUSER", "gate") == made


def test_another_database_is_one_right_more_and_no_other(guarded: Guarded, as_gate: redis.Redis) -> None:
    send(guarded.admin, "ACL", "SETUSER", *acl_rule(database=3).split())
    try:
        assert send(as_gate, "SELECT", 3)
        with pytest.raises(redis.ResponseError, match="permissions"):
            send(as_gate, "SELECT", 4)
    finally:
        send(guarded.admin, "ACL", "SETUSER", "gate", "reset")
        send(guarded.admin, "ACL", "SETUSER", *acl_rule().split())
