"""The child's side of the start: tie this process to its parent, then become the server.

    python -I -S launch.py PARENT_PID PROGRAM [ARGUMENT ...]

As `gate_service/embedded/launch.py` does, but by SIGKILL: a server that a test has paused hears of nothing else, and
what these servers hold is nobody's.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != int(sys.argv[1]):  # it died before the signal was set, which would now never come
        sys.exit(1)
    os.environ["LC_ALL"] = "C"  # Lua's `<` on strings follows the collation
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 the arguments are a list made by our own parent
