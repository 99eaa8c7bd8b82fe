"""`gate archive`, `gate verify` and `gate balance` as processes: what they say, how they end, and what kills them."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gate_service.cli.exits import ExitCode
from gate_service.cli.main import app
from tests.archive.conftest import HERE, Depot
from tests.contract.fencing import close
from tests.contract.world import World

PATIENCE_S = 60.0
GATE = [sys.executable, "-m", "gate_service"]
ENV = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}


async def gate(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    process = await asyncio.create_subprocess_exec(
        *GATE, *words, env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return subprocess.CompletedProcess(words, process.returncode or 0, out.decode(), err.decode())


@contextmanager
def following(depot: Depot, log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `gate archive` until the block ends."""
    to = ("--redis-url", depot.url, "--to", depot.archive.shelf.url, "--every-s", "0.1")
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*GATE, "archive", *to, *words], env=ENV, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(PATIENCE_S)


async def until_archived(depot: Depot, revision: int) -> None:
    """Wait until an entry is archived."""
    until = time.monotonic() + PATIENCE_S
    while depot.archive.head(HERE).revision < revision:
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


async def write(at: World, entries: int) -> None:
    """Write entries, many at once."""
    await asyncio.gather(*(at.receive(("A", 1)) for _ in range(entries)))


def summary(text: str) -> dict[str, Any]:
    """Read the last line of what a command said."""
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found


async def test_once_archives_trims_and_says_so_and_the_others_read_it(at: World, depot: Depot) -> None:
    await write(at, 1_300)
    at.clock.advance(1)
    store = ("--redis-url", depot.url)
    to = ("--to", depot.archive.shelf.url)
    done = await gate("archive", *store, *to, "--once", "--segment-entries", "500", "--trim", "--keep-days", "2")
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    (told,) = summary(done.stdout)["locations"]
    assert (told["archived_revision"], told["entries"], told["behind"], told["fault"]) == (1_300, 1_300, 0, "")
    assert told["trimmed"]["entries"] == 300
    assert told["trimmed"]["bytes_after"] < told["trimmed"]["bytes_before"]

    archive = ("--archive", depot.archive.shelf.url)
    verified = await gate("verify", *store, *archive, "-o", "json")
    assert verified.returncode == ExitCode.OK
    (report,) = json.loads(verified.stdout)["locations"]
    assert (report["archived"], report["compared"], report["findings"]) == (1_300, 1_000, [])
    assert (await gate("verify", *store, HERE)).returncode == ExitCode.USAGE  # without the archive

    told_then = await gate("balance", *store, *archive, "-l", HERE, "--at", "700", "-o", "json")
    balance = json.loads(told_then.stdout)
    assert (balance["revision"], balance["stock"][0]["on_hand"]) == (700, 700)


async def test_a_difference_ends_with_4_and_names_its_entry(day: World, depot: Depot) -> None:
    to = ("--redis-url", depot.url, "--to", depot.archive.shelf.url, "--once")
    assert (await gate("archive", *to)).returncode == ExitCode.OK
    depot.rewrite(4, body="{}")
    store = ("--redis-url", depot.url, "--archive", depot.archive.shelf.url)
    verified = await gate("verify", *store, HERE)
    assert verified.returncode == ExitCode.DRIFT
    assert f"{HERE} differs first at revision 4" in verified.stdout
    (report,) = json.loads((await gate("verify", *store, "-o", "json")).stdout)["locations"]
    assert report["findings"][0]["revision"] == 4


async def test_a_fenced_location_ends_with_4_and_the_others_are_archived(at: World, depot: Depot) -> None:
    await World(at.ledger, at.clock, "WEST").receive(("A", 1))
    await at.receive(("A", 1))
    await close(at)
    done = await gate("archive", "--redis-url", depot.url, "--to", depot.archive.shelf.url, "--once")
    assert done.returncode == ExitCode.DRIFT
    assert f"gate recover {HERE}" in done.stderr
    assert depot.archive.locations() == ["WEST"]


NOBODY = ("--redis-url", "redis://127.0.0.1:1/0")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("archive", *NOBODY, "--to", "here", "--once"), ExitCode.UNAVAILABLE),
        (("verify", *NOBODY), ExitCode.UNAVAILABLE),
        (("balance", *NOBODY, "-o", "json"), ExitCode.UNAVAILABLE),
        (("archive", *NOBODY), ExitCode.USAGE),
        (("archive", *NOBODY, "--to", "nowhere://x", "--once"), ExitCode.USAGE),
        (("archive", *NOBODY, "--to", "here", "--keep-days", "9", "--forget-days", "8"), ExitCode.USAGE),
        (("archive", *NOBODY, "--to", "here", "-l", "bad loc!", "--once"), ExitCode.USAGE),
        (("verify", *NOBODY, "bad loc!"), ExitCode.USAGE),
        (("verify", *NOBODY, "--archive", "here"), ExitCode.USAGE),
        (("balance", *NOBODY, "-l", "bad loc!"), ExitCode.USAGE),
        (("balance", "--archive", "here"), ExitCode.USAGE),
        (("verify",), ExitCode.USAGE),
        (("balance", *NOBODY, "--at", "yesterday"), ExitCode.USAGE),
    ],
)
def test_no_store_ends_with_3_and_wrong_words_with_2(
    words: tuple[str, ...], code: ExitCode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == code
    assert ended.stderr
    assert not ended.stdout


async def test_it_follows_and_ends_when_asked_with_what_it_did(at: World, depot: Depot, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with following(depot, log) as process:
        for revision in (20, 40, 60):
            await write(at, 20)
            await until_archived(depot, revision)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == ExitCode.OK
    (told,) = summary(log.read_text())["locations"]
    assert (told["archived_revision"], told["entries"]) == (60, 60)


def put_in_the_way(depot: Depot) -> None:
    """Let the archive be no folder, so that it cannot be written."""
    Path(depot.archive.shelf.url).write_text("in the way")


def clear_the_way(depot: Depot) -> None:
    """Let it be one again."""
    Path(depot.archive.shelf.url).unlink()


async def test_it_waits_for_an_archive_that_is_away_and_goes_on(at: World, depot: Depot, tmp_path: Path) -> None:
    await write(at, 5)
    put_in_the_way(depot)
    with following(depot, tmp_path / "log"):
        until = time.monotonic() + PATIENCE_S
        while "cannot be read or written" not in (tmp_path / "log").read_text():
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
        clear_the_way(depot)
        await until_archived(depot, 5)


async def test_killed_at_any_time_under_load_it_loses_nothing_and_trims_nothing_too_early(
    at: World, depot: Depot, tmp_path: Path
) -> None:
    chance = random.Random(7)
    stop = asyncio.Event()

    async def load() -> None:
        while not stop.is_set():
            await write(at, 10)
            await asyncio.sleep(0.05)

    await write(at, 1_400)
    writing = asyncio.create_task(load())
    words = ("--segment-entries", "300", "--trim", "--keep-days", "1")
    try:
        for _ in range(3):
            with following(depot, tmp_path / "log", *words) as process:
                until = depot.archive.head(HERE).revision + chance.randint(1, 600)
                await until_archived(depot, min(until, await at.revision()))
                await asyncio.sleep(chance.random() / 3)
                process.kill()
            trimmed = (await depot.tools.journal.extent(HERE)).trimmed
            assert trimmed <= depot.archive.head(HERE).revision
    finally:
        stop.set()
        await writing
    done = await gate("archive", "--redis-url", depot.url, "--to", depot.archive.shelf.url, "--once", *words)
    assert done.returncode == ExitCode.OK
    report = await depot.verify()
    assert report.ok, report.findings
    assert report.archived == report.revision == await at.revision()
    assert (await depot.tools.journal.extent(HERE)).trimmed > 0


async def test_a_location_that_cannot_be_verified_keeps_no_other_from_it(at: World, depot: Depot) -> None:
    west = World(at.ledger, at.clock, "WEST")
    for each in (at, west):
        await each.receive(("A", 1))
        await each.receive(("A", 1))
    await depot.follow()
    await depot.trim(keep_newest=1)
    done = await gate("verify", "--redis-url", depot.url, "-o", "json")
    here, there = json.loads(done.stdout)["locations"]
    assert "--archive" in here["stopped"]
    assert (there["location_id"], there["ok"], there["revision"], there["stopped"]) == ("WEST", True, 2, "")
    assert done.returncode == ExitCode.USAGE


@pytest.mark.parametrize("command", ["verify", "balance", "archive"])
async def test_a_location_that_neither_store_nor_archive_knows_is_named_and_ends_with_4(
    day: World, depot: Depot, command: str
) -> None:
    await depot.follow()
    url = depot.archive.shelf.url
    words = {
        "verify": ("--archive", url, "NOWHERE"),
        "balance": ("--archive", url, "-l", "NOWHERE"),
        "archive": ("--to", url, "--once", "-l", "NOWHERE", "-l", HERE),
    }
    done = await gate(command, "--redis-url", depot.url, *words[command])
    assert done.returncode == ExitCode.DRIFT
    assert "NOWHERE is not known: neither the store nor the archive" in done.stderr
    assert "sound" not in done.stdout.replace('"sound": false', "")
    assert not depot.client.keys("*NOWHERE*")


async def test_without_an_archive_it_is_the_store_that_must_know_a_location(day: World, depot: Depot) -> None:
    done = await gate("verify", "--redis-url", depot.url, "NOWHERE", HERE, "-o", "json")
    nowhere, here = json.loads(done.stdout)["locations"]
    assert (done.returncode, nowhere["ok"], here["ok"]) == (ExitCode.DRIFT, False, True)
    assert "the store does not have an entry of it" in nowhere["stopped"]


async def test_an_archive_that_holds_nothing_is_no_witness(day: World, depot: Depot, tmp_path: Path) -> None:
    asked = (
        (("verify", HERE), tmp_path / "not-there"),
        (("balance", "-l", HERE), tmp_path),
        (("recover", HERE), tmp_path),
    )
    for words, place in asked:
        done = await gate(*words, "--redis-url", depot.url, "--archive", str(place))
        assert (done.returncode, done.stdout) == (ExitCode.USAGE, ""), words
        assert f"no archive at {place}, or nothing in it" in "".join(done.stderr.splitlines())


async def test_an_archive_that_lacks_what_was_trimmed_is_named(at: World, depot: Depot) -> None:
    await World(at.ledger, at.clock, "WEST").receive(("A", 1))
    for _ in range(3):
        await at.receive(("A", 1))
    await depot.follow()
    await depot.trim(keep_newest=1)
    for each in depot.archive.all_segments(HERE):
        depot.archive.remove(each)
    done = await gate("verify", "--redis-url", depot.url, "--archive", depot.archive.shelf.url)
    assert done.returncode == ExitCode.USAGE
    assert f"{HERE} is not verified" in done.stderr
    assert f"is not in {depot.archive.shelf.url}" in done.stderr


async def test_a_location_that_is_not_there_yet_is_waited_for(at: World, depot: Depot, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with following(depot, log, "-l", HERE):
        until = time.monotonic() + PATIENCE_S
        while "It is waited for." not in (log.read_text() if log.exists() else ""):
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
        await write(at, 3)
        await until_archived(depot, 3)
