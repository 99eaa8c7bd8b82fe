"""What a power cut leaves: all that was answered, where the store syncs before it answers; and never a half."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.crowd import HERE, Crowd
from tests.contract.state import read_entries
from tests.robustness.shim import Disk, NoCompilerError, ShimmedStore, compiled_shim
from tests.robustness.waiting import until
from tests.stores import KINDS, NoProgramError, find_program

CLIENTS = 12
SLOW_MS = 30
"""Long enough that a sync is under way at nearly every moment."""
NEVER_MS = 600_000


@pytest.fixture(autouse=True)
def _shim() -> None:
    try:
        compiled_shim()
    except NoCompilerError as why:
        pytest.skip(str(why))


@pytest.fixture(params=KINDS)
def program(request: pytest.FixtureRequest) -> Path:
    """Give the server to run: the embedded one, then the one that the system has."""
    try:
        return find_program(request.param)
    except NoProgramError as why:
        pytest.skip(str(why))


@asynccontextmanager
async def crowd_at(store: ShimmedStore, known: Crowd | None = None) -> AsyncIterator[Crowd]:
    """Give clients of two ledgers, as of two gates; or a crowd that is known, with ledgers that were just started."""
    ledgers = [RedisLedger.connect(store.url) for _ in range(2)]
    crowd = known or Crowd(ledgers)
    crowd.ledgers = ledgers
    try:
        yield crowd
    finally:
        for ledger in ledgers:
            await ledger.close()


def order(client: int, number: int) -> ops.ReserveStock:
    name = f"{client}-{number}"
    line = ops.OrderLine("1", "A", 1)
    return ops.ReserveStock(f"op-{name}", HERE, f"O-{name}", "", 0, (line,))


async def order_until_the_store_is_gone(crowd: Crowd, client: int) -> tuple[ops.ReserveStock, Reason]:
    """Order one unit after the other; give the order that got no answer, and what was said instead."""
    number = 0
    while True:
        operation = order(client, number)
        try:
            await crowd.ask(client, operation)
        except Unavailable as no:
            return operation, no.reason
        number += 1


Unanswered = list[tuple[ops.ReserveStock, Reason]]


async def cut_in_the_midst(store: ShimmedStore, crowd: Crowd, answers: int, *, syncing: bool) -> Unanswered:
    """Have everybody order until there were so many answers, and kill the store; give the orders without an answer.

    With `syncing` the store is killed while it syncs: something is written then that nobody has heard of yet.
    """
    everybody = asyncio.gather(*(order_until_the_store_is_gone(crowd, client) for client in range(CLIENTS)))
    await until(lambda: len(crowd.answers) >= answers)
    syncs = store.disk.syncs
    await until(lambda: not syncing or store.disk.syncs > syncs)
    store.kill()
    return await everybody


async def settle(crowd: Crowd, unanswered: Unanswered) -> None:
    """Ask again, by the same ids."""
    assert {reason for _, reason in unanswered} <= {Reason.OUTCOME_UNKNOWN, Reason.STORE_UNAVAILABLE}
    for client, (operation, _) in enumerate(unanswered):
        await crowd.ask(client, operation)


async def test_with_fsync_always_no_answer_is_lost_by_a_power_cut_in_the_midst_of_load(
    tmp_path: Path, program: Path
) -> None:
    with ShimmedStore(tmp_path / "store", fsync="always", program=program) as store:
        async with crowd_at(store) as crowd:
            await crowd.receive(A=10_000)
            store.slow_disk(SLOW_MS)
            unanswered = await cut_in_the_midst(store, crowd, 20 * CLIENTS, syncing=True)
            assert Reason.OUTCOME_UNKNOWN in {reason for _, reason in unanswered}, "nothing was under way"
            store.power_cut()
            store.slow_disk(0)
            store.start()
        async with crowd_at(store, crowd):
            await settle(crowd, unanswered)
            await crowd.check()
            assert await crowd.sold("A") == len(crowd.answers) - 1, "each order once, and the receipt"


async def test_with_fsync_everysec_answers_are_lost_by_a_power_cut_but_no_half_is_left(
    tmp_path: Path, program: Path
) -> None:
    with ShimmedStore(tmp_path / "store", fsync="everysec", program=program) as store:
        async with crowd_at(store) as crowd:
            await crowd.receive(A=10_000)
            await until(lambda: store.disk.unsynced_bytes == 0)
            store.slow_disk(NEVER_MS)
            unanswered = await cut_in_the_midst(store, crowd, 20 * CLIENTS, syncing=False)
            store.slow_disk(0)
            assert store.power_cut().bytes_by_file
            store.start()
        async with crowd_at(store) as after:
            kept = {entry.operation_id for entry in await read_entries(after.ledgers[0], HERE)}
            lost = {one.operation_id for one in crowd.answers} - kept
            assert len(lost) >= CLIENTS, "a promise that everysec does not make was kept, or the shim shows no loss"
            await settle(after, unanswered)
            await after.check()


async def test_a_record_that_was_torn_is_left_out_whole(tmp_path: Path, program: Path) -> None:
    with ShimmedStore(tmp_path / "store", fsync="no", program=program) as store:
        async with crowd_at(store) as crowd:
            await crowd.receive(A=10)
            await crowd.ask(0, order(0, 0))
            whole = store.disk.unsynced_bytes
            await crowd.ask(0, order(0, 1))
        torn_bytes = (whole + store.disk.unsynced_bytes) // 2
        assert store.power_cut(torn_bytes).bytes_by_file, "half of the last record should be gone"
        store.start()
        async with crowd_at(store, crowd):
            assert [entry.operation_id for entry in await read_entries(crowd.ledgers[0], HERE)] == ["receipt", "op-0-0"]
            crowd.answers.pop()
            await crowd.ask(0, order(0, 1))
            await crowd.check()


async def test_a_rewrite_that_a_power_cut_ends_loses_nothing(tmp_path: Path, program: Path) -> None:
    with ShimmedStore(tmp_path / "store", fsync="always", program=program) as store:
        async with crowd_at(store) as crowd:
            await crowd.receive(A=10_000)
            everybody = asyncio.gather(*(order_until_the_store_is_gone(crowd, client) for client in range(CLIENTS)))
            with store.client() as client:
                await until(lambda: len(crowd.answers) >= 5 * CLIENTS)
                store.slow_disk(SLOW_MS)
                client.bgrewriteaof()
                await until(lambda: store.disk.renames >= 2)
            store.kill()
            unanswered = await everybody
            store.power_cut()
            store.slow_disk(0)
            store.start()
        async with crowd_at(store, crowd):
            await settle(crowd, unanswered)
            await crowd.check()


WRITER = """
import os, sys
os.chdir(sys.argv[1])
def put(name, text, sync):
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(fd, text)
    if sync:
        os.fdatasync(fd)
    return fd
put("appendonlydir/synced", b"12345", True)
fd = put("appendonlydir/half", b"12345", True)
os.write(fd, b"678")
put("appendonlydir/never", b"12345", False)
os.ftruncate(put("appendonlydir/cut", b"12345", True), 2)
put("old.rdb", b"old", True)
put("new.rdb", b"newer", True)
folder = os.open(".", os.O_RDONLY)
put("first.rdb", b"1", True)
os.rename("first.rdb", "second.rdb")
os.fsync(folder)
os.rename("new.rdb", "old.rdb")
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    (tmp_path / "store" / "appendonlydir").mkdir(parents=True)
    made = Disk(tmp_path / "store")
    yield made
    made.close()


def write_on(disk: Disk, text: str = WRITER) -> None:
    command = [*disk.prefix, sys.executable, "-I", "-S", "-c", text, str(disk.folder)]
    subprocess.run(command, check=True, timeout=30)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_power_cut_leaves_what_was_synced_and_takes_back_renames_of_a_folder_that_was_not(disk: Disk) -> None:
    write_on(disk)
    lost = disk.lose_power()
    assert contents(disk.folder) == {
        "synced": "12345",
        "half": "12345",
        "never": "",
        "cut": "12",
        "old.rdb": "old",
        "new.rdb": "newer",
        "second.rdb": "1",
    }
    assert (lost.bytes_by_file, lost.renames) == ({"half": 3, "never": 5}, 1)
    assert disk.lose_power() == ({}, 0), "what is left was on the disk"


def test_a_torn_disk_keeps_some_of_what_was_not_synced(disk: Disk) -> None:
    write_on(disk)
    disk.lose_power(torn_bytes=2)
    assert contents(disk.folder)["half"] == "1234567"
    assert contents(disk.folder)["never"] == "12"


def test_a_full_disk_takes_what_still_fits_and_a_failing_one_syncs_nothing(disk: Disk) -> None:
    disk.fill(room_bytes=3)
    disk.fail_syncs()
    write_on(
        disk,
        """
import errno, os, sys
fd = os.open(sys.argv[1] + "/one.rdb", os.O_WRONLY | os.O_CREAT)
assert os.write(fd, b"12345") == 3
for attempt, error in ((lambda: os.write(fd, b"45"), errno.ENOSPC), (lambda: os.fsync(fd), errno.EIO)):
    try:
        attempt()
    except OSError as found:
        assert found.errno == error
    else:
        raise AssertionError("it went through")
os.write(os.open("/dev/null", os.O_WRONLY), b"another disk")
""",
    )
    assert (disk.failed_writes, disk.failed_syncs) == (2, 1)
    disk.free()
    disk.fail_syncs(failing=False)
    assert disk.lose_power().bytes_by_file == {"one.rdb": 3}


def test_what_has_another_form_in_the_library_is_noticed(disk: Disk) -> None:
    control = Path(disk.environment["DISK_SHIM_CONTROL"])
    program = f"""
#include "{Path(__file__).parent / "shim" / "shim.c"}"
int main(void) {{ return sizeof(struct control) == {control.stat().st_size} ? 0 : 1; }}
"""
    source = disk.folder / "size.c"
    source.write_text(program)
    binary = disk.folder / "size"
    compiler = shutil.which("cc") or shutil.which("gcc") or "clang"
    subprocess.run([compiler, "-w", "-o", str(binary), str(source), "-ldl"], check=True, timeout=60)
    assert subprocess.run([str(binary)], check=False, timeout=10, env=dict(os.environ)).returncode == 0
