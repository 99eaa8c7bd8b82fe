"""Prints what was found, for people."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import grpc
from rich import box
from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from bench.report import Cost, Row

_WIDTH = 118
_DISTURBED = 0.15


def machine(store_version: str, folder: Path) -> str:
    """Describe where this ran, in one line."""
    release = platform.release().partition("-")[0]
    return (
        f"{_cpu_model()}, {os.cpu_count()} cores, {platform.system()} {release}, "
        f"Python {platform.python_version()}, grpcio {grpc.__version__}, {store_version}, "
        f"data on {_filesystem(folder)}"
    )


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _filesystem(folder: Path) -> str:
    """Name the file system that the stores write to: on one in memory, `appendfsync always` would cost nothing."""
    best = ("", "an unknown file system")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, mount, kind, *_ = line.split()
        if folder.resolve().is_relative_to(mount) and len(mount) >= len(best[0]):
            best = (mount, kind)
    return best[1]


def show(rows: Sequence[Row], costs: Sequence[Cost], *, markdown: bool) -> None:
    """Print both tables to stdout, for a terminal or as Markdown."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDTH)
    frame = box.MARKDOWN if markdown else box.ROUNDED
    console.print("Medians of the rounds:\n", _figures(rows, frame), sep="\n")
    if costs:
        console.print("CPU time of one call at saturation:\n", _costs(costs, frame), sep="\n")
    if any(cost.others_share.median > _DISTURBED for cost in costs):
        console.print(
            "Other processes took CPU time while this was measured: the figures are too low, the ratios unsure."
        )


def _figures(rows: Sequence[Row], frame: box.Box) -> Table:
    table = Table("part", "what", box=frame)
    for name in ("median", "min - max"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("unit", "target"):
        table.add_column(name, no_wrap=True)
    for before, row in zip((None, *rows), rows, strict=False):
        if before and before.part != row.part and frame is not box.MARKDOWN:
            table.add_section()
        table.add_row(row.part, row.what, _number(row.figure.median), _range(row.figure), row.unit, _verdict(row))
    return table


def _costs(costs: Sequence[Cost], frame: box.Box) -> Table:
    table = Table("part", box=frame)
    for name in ("server, us", "store, us", "client, us", "client, of a core", "others, of a core"):
        table.add_column(name, justify="right")
    for cost in costs:
        table.add_row(
            cost.part,
            f"{cost.server_us.median:,.0f}",
            f"{cost.store_us.median:,.0f}" if cost.store_us else "",
            f"{cost.client_us.median:,.0f}",
            f"{cost.client_share.median:.0%}",
            f"{cost.others_share.median:.0%}",
        )
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _range(figure: Figure) -> str:
    return "" if figure.low == figure.high else f"{_number(figure.low)} - {_number(figure.high)}"


def _verdict(row: Row) -> str:
    met = "met" if row.met else "MISSED"
    if row.ceiling is not None:
        return f"< {row.ceiling:,g} {met}"
    return "" if row.target is None else f">= {row.target:,g} {met}"
