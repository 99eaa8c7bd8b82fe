"""`gate`: all commands together."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from gate_service.cli.console import whole_output
from gate_service.cli.exits import ExitCode
from gate_service.cli.loading import Panels, group_of

_HELP = "Holds the authoritative stock and decides what may be promised and what may be picked."
_EPILOG = (
    "Ends with 0: ok, 1: denied, 2: wrong usage or input, 3: unavailable, 4: drift found. "
    "Data goes to stdout, everything else to stderr."
)
COMMANDS: Panels = {
    "Run a gate": {
        "dev": "serving:dev",
        "serve": "serving:serve",
        "status": "status:status",
        "doctor": "doctor:doctor",
        "config": "config:app",
        "handoffs": "handoffs:app",
        "catalog": "catalog:app",
    },
    "Stock": {
        "stock": "stock:app",
        "incoming": "incoming:app",
        "transfer": "incoming:transfer",
        "counts": "counts:app",
        "channels": "channels:app",
    },
    "Orders": {
        "check": "check:check",
        "reserve": "orders:reserve",
        "confirm": "orders:confirm",
        "release": "orders:release",
        "reservation": "orders:reservation",
    },
    "Warehouse": {
        "wave": "warehouse:wave",
        "pick": "warehouse:pick",
        "ship": "warehouse:ship",
    },
    "What went wrong, and who must act": {
        "shortages": "counts:shortages",
        "unmatched": "unmatched:app",
        "snapshot": "snapshot:app",
        "variance": "variance:app",
        "findings": "findings:findings",
        "finding": "findings:app",
        "buffers": "buffers:buffers",
        "buffer": "buffers:app",
        "feeds": "feeds:feeds",
        "deliveries": "feeds:deliveries",
    },
    "Look at the record": {
        "ledger": "ledger:ledger",
    },
    "Look after the record, at the store itself": {
        "reconcile": "reconcile:reconcile",
        "report": "report:report",
        "archive": "archive:archive",
        "verify": "verify:verify",
        "balance": "balance:balance",
        "restore": "restore:restore",
        "recover": "recover:recover",
    },
    "See it at work": {
        "demo": "demo:demo",
        "replay": "replay:replay",
    },
}
"""By the heading in the help: each command, and where it is."""

app = typer.Typer(
    name="gate",
    cls=group_of(COMMANDS),
    help=_HELP,
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 typer calls it with the value of the flag
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 slow to import

        typer.echo(f"gate {version('fulfillment-gate')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    _ = version


def main() -> None:
    """Run the command line. A fault of its own ends with 70, so that nobody takes it for the gate's no."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # its own lines on stderr tell nothing that ours do not
    try:
        with whole_output():
            app(prog_name="gate")
    except ModuleNotFoundError:  # told by `gate_service.__main__`, which does without whatever is missing
        raise
    except Exception:  # noqa: BLE001 the last place to say anything
        import traceback  # noqa: PLC0415 seldom needed

        traceback.print_exc()
        sys.exit(ExitCode.FAULT)
