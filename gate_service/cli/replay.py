"""`gate replay`: drives an order history through the whole life over gRPC, and audits what is left.

What stands in the file is handled, not filtered away. Each row has exactly one fate, and the fates add up to the rows:

* An invoice without `C` is an order: its items are checked, held (all that may be promised), confirmed, put into a wave
  at the end of their batch (a day, or 2,000 lines), picked and shipped. `filled`, `trimmed`, `refused`.
* The same item on several rows of an invoice is as many lines of the order; a line is named by its place there.
* An invoice with `C` cancels. It names no order, so it is matched with the same customer's orders of that item, most
  recent first. What has not left is `released`; what has left comes back for inspection, `returned`, and so does what
  was ordered before the file begins. What the gate had never granted leaves `nothing_to_undo`.
* A negative quantity without `C` is a write-off; where the units are not there it is refused (`write_off_refused`).
* A positive quantity at no price, for no customer, under a note or nothing ("Found", "?") is stock `found`. Under the
  name of a product it is an order that cost nothing. An item the opening stock does not have is found by a receipt.
* A code that is not an item (postage, discounts, bank charges, vouchers) is `not_stock`, and listed.
* A row that cannot be read is `unusable`, with the reason.

The opening stock is what the file demands of each item, orders and write-offs together, times --stock-factor, rounded
up. With 1.0 every order is filled: returns wait for inspection, and what is found only adds.

Started again with the same arguments against the same gate, an interrupted replay goes on: every operation id is made
of the run, the invoice and the step, and every decision follows from the file and from answers that the gate repeats.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate_service.cli.answers import for_people, plainly
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, reported
from gate_service.cli.options import DEFAULT_LOCATION

if TYPE_CHECKING:
    from gate_service.cli.replaying.commission import Commission


def replay(  # noqa: PLR0913 its options
    orders: Annotated[Path, typer.Argument(metavar="ORDERS.csv[.gz]", help="One row for each line of an invoice.")],
    *,
    target: Annotated[
        str | None, typer.Option(help="Where a gate listens. None: start one for the time being.", show_default=False)
    ] = None,
    location: Annotated[str, typer.Option("--location", "-l", help="The location.")] = DEFAULT_LOCATION,
    run: Annotated[
        str, typer.Option(help="Name of the run; the same name goes on with it. Made of the file and the seed.")
    ] = "",
    stock_factor: Annotated[float, typer.Option(help="Opening stock, as a multiple of what is demanded.")] = 1.0,
    duplicate: Annotated[float, typer.Option(help="Share of rows that are delivered twice.")] = 0.0,
    short: Annotated[float, typer.Option(help="Share of wave lines that are picked short.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Decides which rows and lines that concerns.")] = 1,
    limit: Annotated[int, typer.Option(min=0, help="Rows to read; 0: all.")] = 0,
    concurrency: Annotated[int, typer.Option(min=1, max=1000, help="Calls in flight.")] = 32,
    racing: Annotated[bool, typer.Option("--racing", help="Let orders race for the last unit of an item.")] = False,
    timeout_s: Annotated[float, typer.Option(min=0.1, help="Seconds for one call, retries included.")] = 10.0,
    list_non_stock: Annotated[
        bool, typer.Option("--list-non-stock", help="List each row that is not stock; -o json always does.")
    ] = False,
    output: Annotated[Output, typer.Option("--output", "-o", help="For people or for programs.")] = Output.TABLE,
) -> None:
    """Drive an order history through the gate's whole life, and audit the ledger. Ends with 4 where a check fails."""
    from gate_service.cli.replaying.commission import Commission  # noqa: PLC0415 gRPC is slow to import

    with reported(output):
        commission = Commission(
            file=orders,
            run=run,
            location=location,
            seed=seed,
            stock_factor=stock_factor,
            duplicate=duplicate,
            short=short,
            limit=limit,
            concurrency=concurrency,
            racing=racing,
            timeout_s=timeout_s,
        )
        report = _carry_out(commission, target)
        if output is Output.TABLE:
            from gate_service.cli.replaying.show import table_of  # noqa: PLC0415 what only this form needs

            for_people(table_of(report, list_non_stock=list_non_stock))
        else:
            plainly(output, report)
    if not report["invariants_ok"]:
        raise typer.Exit(ExitCode.DRIFT)


def _carry_out(commission: Commission, target: str | None) -> dict[str, Any]:
    """Do it at `target`, or on a gate of our own, and give the report."""
    from gate_service.cli.own_gate import own_gate  # noqa: PLC0415 what only this command needs
    from gate_service.cli.replaying.closing import BusyLocationError  # noqa: PLC0415
    from gate_service.cli.replaying.execute import InterruptedReplayError, execute, plan_of  # noqa: PLC0415

    plan = plan_of(commission)
    try:
        with nullcontext(target) if target else own_gate() as address:
            return execute(commission, plan, address)
    except (InterruptedReplayError, KeyboardInterrupt) as error:  # the latter while our own gate starts
        far = str(error) or "Interrupted before the first line."
        how = "The same command goes on" if target else "Its own store is gone; with --target the same command goes on"
        typer.echo(f"{far} {how} where it was interrupted.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from error
    except BusyLocationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNAVAILABLE) from error
