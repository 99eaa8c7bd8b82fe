"""What a command says reaches its reader whole, however slowly it is read."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

SIZE = 1_000_000
WRITING = f"""
import signal, sys
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)  # whatever interrupts a write: a child that ends, a frozen machine
from gate_service.cli.console import whole_output
import typer
with whole_output():
    typer.echo("x" * {SIZE})
signal.setitimer(signal.ITIMER_REAL, 0)
"""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_long_text_is_not_cut_off_where_a_write_is_interrupted(unbuffered: str) -> None:
    writing = subprocess.Popen(
        [sys.executable, "-c", WRITING],
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        stdout=subprocess.PIPE,
    )
    with writing:
        time.sleep(0.5)  # the pipe is full, and the writer waits
        assert writing.stdout is not None
        assert len(writing.stdout.read()) == SIZE + 1
    assert writing.returncode == 0
