"""The data folder: who may use it, and where its socket can be."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
import time
from pathlib import Path

from gate_service.embedded.errors import EmbeddedStoreError

LOCK_NAME = "store.lock"
SOCKET_NAME = "store.sock"
LOG_NAME = "store.log"

_SOCKET_PATH_MAX_BYTES = 100
"""A socket's address holds 108 bytes on Linux and 104 on macOS, with the final zero."""
_POLL_S = 0.05


def open_folder(path: Path) -> Path:
    """Make the folder, readable by its owner alone, and give its absolute path."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedStoreError(f"The data folder {path} cannot be made: {error.strerror}.") from error
    return path.resolve()


def lock_folder(data_dir: Path, wait_s: float) -> int:
    """Take the folder's lock and give its descriptor. The lock is free once every process that has it is gone.

    The descriptor is handed to the store and then closed here, so the lock says exactly whether a store still runs.
    Waits up to `wait_s` seconds for one that is just ending.
    """
    try:
        descriptor = os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EmbeddedStoreError(f"The data folder {data_dir} cannot be written: {error.strerror}.") from error
    until = time.monotonic() + wait_s
    while not _try_lock(descriptor):
        if time.monotonic() >= until:
            holder = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise EmbeddedStoreError(
                f"The data folder {data_dir} is in use by another embedded store (process {holder}). "
                "Stop the gate that runs on it, or name another folder with --data-dir."
            )
        time.sleep(_POLL_S)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_holder(descriptor: int, pid: int) -> None:
    """Note the store's process id in the lock file, so that a refused start can name it."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{pid}\n".encode("ascii"), 0)


def socket_path(data_dir: Path) -> Path:
    """Give the path of the store's socket: in the folder, or where that is too long, in a short one of our own."""
    path = data_dir / SOCKET_NAME
    if _fits(path):
        return path
    # The same folder always gets the same name, so that a killed gate leaves at most one behind.
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"gate-{os.getuid()}-{digest}"
    path = folder / SOCKET_NAME
    if not _fits(path):
        raise EmbeddedStoreError(
            f"Neither the data folder {data_dir} nor the temporary folder {folder.parent} leaves room for a socket "
            f"path of at most {_SOCKET_PATH_MAX_BYTES} bytes. Name a shorter one with --data-dir."
        )
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise EmbeddedStoreError(
            f"{folder} should be a folder that only you can open, and is not. Remove it, or name a shorter folder "
            "with --data-dir."
        )
    return path


def remove_socket(path: Path, data_dir: Path) -> None:
    """Remove what a stopped store left of its socket, unless the next store is already starting on the folder."""
    with contextlib.suppress(OSError, EmbeddedStoreError):
        lock = lock_folder(data_dir, wait_s=0)
        try:
            path.unlink(missing_ok=True)
            if path.parent != data_dir:
                path.parent.rmdir()
        finally:
            os.close(lock)


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= _SOCKET_PATH_MAX_BYTES
