"""What a command imports, seen in processes that run one to its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gate_service.cli.main import COMMANDS
from tests.cli.driving import clean_env

MODULES = {place.partition(":")[0] for places in COMMANDS.values() for place in places.values()}
"""Those with commands."""
NOWHERE = "127.0.0.1:1"
SERVER = {"redis", "structlog", "uvloop", "gate_service.bootstrap", "gate_service.rpc", "gate_service.ledger"}
SELDOM = {"biip", "yaml", "jsonschema", "typer.rich_utils", "rich.markdown", "rich.progress"}
"""What is for those who scan GS1 strings, give a handoff map, or look at a terminal."""
_RUN = """
import atexit, pathlib, sys
atexit.register(lambda: pathlib.Path("imported").write_text(" ".join(sys.modules)))
from gate_service.__main__ import main
main()
"""


def imported_by(folder: Path, *args: str) -> set[str]:
    """Run a command that finds nothing at the other end, and give all modules that its process has then."""
    command = [sys.executable, "-c", _RUN, *args]
    ended = subprocess.run(
        command, cwd=folder, env=clean_env(), capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 3, ended.stderr
    return set((folder / "imported").read_text().split())


def modules_of_commands(imported: set[str]) -> set[str]:
    return {name for name in MODULES if f"gate_service.cli.{name}" in imported}


def test_serving_takes_the_server_and_no_other_command_nor_what_few_gates_ever_need(tmp_path: Path) -> None:
    url = f"redis://{NOWHERE}/0"
    imported = imported_by(tmp_path, "serve", "--redis-url", url, "--authentication", "none")
    assert imported >= {"gate_service.bootstrap.serve", "gate_service.bootstrap.parts", "grpc", "redis"}
    assert modules_of_commands(imported) == {"serving"}
    assert imported & SELDOM == set()


def test_a_command_that_asks_a_gate_takes_the_sdk_and_nothing_of_the_server(tmp_path: Path) -> None:
    imported = imported_by(tmp_path, "stock", "list", "--target", NOWHERE, "--timeout-s", "0.1", "-o", "json")
    assert imported >= {"fulfillment_gate", "grpc"}
    assert modules_of_commands(imported) == {"stock"}
    assert imported & (SERVER | SELDOM | {"rich.console"}) == set()
