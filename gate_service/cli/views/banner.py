"""What `gate dev` says when it is ready."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from pathlib import Path

from gate_service.cli.console import data
from gate_service.cli.options import DEFAULT_TARGET


def banner(address: str, data_dir: Path, store_url: str, promise: str, callers: str, *, encrypted: bool) -> None:
    """Tell where everything is, and three commands that work when they are pasted into another terminal.

    `promise` says what the store keeps, `callers` who may call.
    """
    console = data()
    rows = [
        ("gRPC", f"{address} (reflection on, {'TLS' if encrypted else 'not encrypted'})"),
        ("callers", callers),
        ("health", 'grpc.health.v1: "" is readiness, "liveness" the process'),
        ("data", f"{data_dir}"),
        ("store", f"{store_url}"),
        ("", promise),
    ]
    console.print("\n[bold green]The gate is ready.[/]\n")
    for name, text in rows:
        console.print(f"  [dim]{name:<8}[/]", end="")
        console.print(text, markup=False, soft_wrap=True)
    console.print("\nTry in another terminal:\n")
    for command in commands(address):
        console.print(f"  {command}", markup=False, soft_wrap=True, style="cyan")
    console.print("\n[dim]Ctrl-C stops the gate and its store.[/]\n")
    console.file.flush()


def commands(address: str) -> list[str]:
    """Give a receipt, a reservation and a wave, with an order's name that was not there at an earlier start."""
    gate = _program()
    target = "" if address == DEFAULT_TARGET else f" --target {shlex.quote(address)}"
    order = f"A-{time.strftime('%d%H%M%S')}"
    return [
        f"{gate} stock receive MUG:10{target}",
        f"{gate} reserve {order} MUG:3{target}",
        f"printf 'order_id,sku,quantity\\n{order},MUG,3\\n' | {gate} wave authorize -{target}",
    ]


def _program() -> str:
    """Give the words that start this program again: `gate` where the shell finds this very one."""
    started = Path(sys.argv[0])
    if started.name != "gate":
        return f"{shlex.quote(sys.executable)} -m gate_service"
    found = shutil.which("gate")
    return "gate" if found and Path(found).resolve() == started.resolve() else shlex.quote(sys.argv[0])
