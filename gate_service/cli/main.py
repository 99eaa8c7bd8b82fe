"""`gate`: all commands together."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from gate_service.cli import (
    archive,
    balance,
    catalog,
    channels,
    check,
    config,
    counts,
    demo,
    doctor,
    feeds,
    findings,
    handoffs,
    incoming,
    ledger,
    orders,
    reconcile,
    recover,
    replay,
    restore,
    serving,
    snapshot,
    status,
    stock,
    unmatched,
    variance,
    verify,
    warehouse,
)
from gate_service.cli.console import whole_output
from gate_service.cli.exits import ExitCode

_HELP = "Holds the authoritative stock and decides what may be promised and what may be picked."
_EPILOG = (
    "Ends with 0: ok, 1: denied, 2: wrong usage or input, 3: unavailable, 4: drift found. "
    "Data goes to stdout, everything else to stderr."
)
_HERE = "Run a gate"
_STOCK = "Stock"
_ORDERS = "Orders"
_WAREHOUSE = "Warehouse"
_WRONG = "What went wrong, and who must act"
_RECORD = "Look at the record"
_BEHIND = "Look after the record, at the store itself"
_STORY = "See it at work"

app = typer.Typer(
    name="gate",
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


app.command(rich_help_panel=_HERE)(serving.dev)
app.command(rich_help_panel=_HERE)(serving.serve)
app.command(rich_help_panel=_HERE)(status.status)
app.command(rich_help_panel=_HERE)(doctor.doctor)
app.add_typer(config.app, name="config", rich_help_panel=_HERE)
app.add_typer(handoffs.app, name="handoffs", rich_help_panel=_HERE)
app.add_typer(catalog.app, name="catalog", rich_help_panel=_HERE)
app.add_typer(stock.app, name="stock", rich_help_panel=_STOCK)
app.add_typer(incoming.app, name="incoming", rich_help_panel=_STOCK)
app.command(rich_help_panel=_STOCK)(incoming.transfer)
app.add_typer(counts.app, name="counts", rich_help_panel=_STOCK)
app.add_typer(channels.app, name="channels", rich_help_panel=_STOCK)
app.command(rich_help_panel=_ORDERS)(check.check)
app.command(rich_help_panel=_ORDERS)(orders.reserve)
app.command(rich_help_panel=_ORDERS)(orders.confirm)
app.command(rich_help_panel=_ORDERS)(orders.release)
app.command(rich_help_panel=_ORDERS)(orders.reservation)
app.add_typer(warehouse.wave, name="wave", rich_help_panel=_WAREHOUSE)
app.add_typer(warehouse.pick, name="pick", rich_help_panel=_WAREHOUSE)
app.command(rich_help_panel=_WAREHOUSE)(warehouse.ship)
app.command(rich_help_panel=_WRONG)(counts.shortages)
app.add_typer(unmatched.app, name="unmatched", rich_help_panel=_WRONG)
app.add_typer(snapshot.app, name="snapshot", rich_help_panel=_WRONG)
app.add_typer(variance.app, name="variance", rich_help_panel=_WRONG)
app.command(rich_help_panel=_WRONG)(findings.findings)
app.add_typer(findings.app, name="finding", rich_help_panel=_WRONG)
app.command(rich_help_panel=_WRONG)(feeds.feeds)
app.command(rich_help_panel=_WRONG)(feeds.deliveries)
app.command(rich_help_panel=_RECORD)(ledger.ledger)
app.command(rich_help_panel=_BEHIND)(reconcile.reconcile)
app.command(rich_help_panel=_BEHIND)(archive.archive)
app.command(rich_help_panel=_BEHIND)(verify.verify)
app.command(rich_help_panel=_BEHIND)(balance.balance)
app.command(rich_help_panel=_BEHIND)(restore.restore)
app.command(rich_help_panel=_BEHIND)(recover.recover)
app.command(rich_help_panel=_STORY)(demo.demo)
app.command(rich_help_panel=_STORY)(replay.replay)


@warehouse.wave.callback()
@warehouse.pick.callback()
def _group() -> None:
    """Stay groups, though each has one command yet."""


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
