"""One of the processes that share the address of a gate: what `workers.py` starts, and how the two speak.

    python -m gate_service.bootstrap.worker NUMBER

The settings come over stdin, since a store's address may hold a password and a list of processes is read by anybody.
What a worker tells goes over what was its stdout, a line each: that it serves, why it cannot, and else once a second
that it is not stuck.
"""

from __future__ import annotations

import asyncio
import base64
import os
import pickle
import signal
import sys
from typing import Final

import structlog

from gate_service.bootstrap.errors import Running
from gate_service.settings import Settings

BEAT_S: Final = 1.0
_BEAT: Final = b"\n"


def as_line(told: Running | Exception) -> bytes:
    """Write what a worker tells."""
    return base64.b64encode(pickle.dumps(told)) + b"\n"


def of_line(line: bytes) -> Running | Exception | None:
    """Read it; None where the worker only tells that it is not stuck."""
    if line == _BEAT:
        return None
    told: Running | Exception = pickle.loads(base64.b64decode(line))  # noqa: S301 our own worker wrote it
    return told


def main() -> None:
    """Serve as worker NUMBER until SIGTERM, or until whoever started this is gone."""
    number = int(sys.argv[1])
    settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301 whoever started us wrote it
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is not ours to tell
    os.set_blocking(out, False)
    structlog.contextvars.bind_contextvars(worker=number)
    from gate_service.bootstrap import serve  # noqa: PLC0415 whoever reads our lines needs nothing of it

    try:
        ended = serve.run_in_loop(_serve(settings, out))
    except Exception as error:
        if not _is_ours(error):
            raise
        _tell(out, error)
        sys.exit(1)
    sys.exit(ended)


async def _serve(settings: Settings, out: int) -> int:
    from gate_service.bootstrap import serve  # noqa: PLC0415 as above

    beating = asyncio.create_task(_beat(out))
    try:
        return await serve.serve(settings, on_ready=lambda running: _tell(out, running), shared_port=True)
    finally:
        beating.cancel()


def _tell(out: int, told: Running | Exception) -> None:
    os.write(out, as_line(told))


async def _beat(out: int) -> None:
    while True:
        try:
            os.write(out, _BEAT)
        except BlockingIOError:  # it does not read, being stopped: no reason to end
            pass
        except BrokenPipeError:  # it is gone; the kernel tells us too, where it can
            os.kill(os.getpid(), signal.SIGTERM)
            return
        await asyncio.sleep(BEAT_S)


def _is_ours(error: Exception) -> bool:
    """Say whether its text is made for people, and it is still the same where it is read."""
    if not type(error).__module__.startswith("gate_service."):
        return False
    try:
        return str(of_line(as_line(error))) == str(error)
    except Exception:  # noqa: BLE001 whatever stands in the way, it cannot be told
        return False


if __name__ == "__main__":
    main()
