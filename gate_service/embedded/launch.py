"""The child's side of the start: tie this process to its parent, then become the store.

Run as a script by a fresh interpreter rather than between fork and exec: the gate has threads, and code that runs
between the two in a process with threads may wait for a lock that nobody will ever release.

    python -I -S launch.py PARENT_PID PROGRAM [ARGUMENT ...]

What is set here lasts: the death signal and the inherited descriptor of the folder's lock both outlive the exec.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with(parent_pid: int) -> None:
    """Have the kernel end this process as soon as its parent is gone, however the parent went."""
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is not None and prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    # Systems without prctl (macOS) have no such signal: there a gate that was killed leaves its store running, the
    # next start finds the folder's lock taken and says which process to end.
    if os.getppid() != parent_pid:  # it died before the signal was set, which would now never come
        sys.exit(1)


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 the arguments are a list made by our own parent
