"""`gate replay`: drives an order history through the whole life over gRPC, and audits what is left.

What stands in the file is handled, not filtered away. Each row has exactly one fate, and the fates add up to the rows:

* An invoice without `C` is an order: its items are checked, held (all that may be promised), confirmed, put into a wave
  at the end of their batch (a day, or 2,000 lines), picked and shipped. `filled`, `trimmed`, `refused`.
* The same item on several rows of an invoice is as many lines of the order; a line is named by its place there.
* An invoice with `C` cancels. It names no order, so it is matched with the same customer's orders of that item, most
  recent first. What has not left is `released`; what has left comes back, `returned`, and so does what was ordered
  before the file begins: it is inspected, and by the seed three quarters of it are for sale again, the rest is damaged
  or written off. What the gate had never granted leaves `nothing_to_undo`.
* A negative quantity without `C` is a write-off; where the units are not there it is refused (`write_off_refused`).
* A positive quantity at no price, for no customer, under a note or nothing ("Found", "?") is stock `found`. Under the
  name of a product it is an order that cost nothing. An item the opening stock does not have is found by a receipt.
* A code that is not an item (postage, discounts, bank charges, vouchers) is `not_stock`, and listed.
* A row that cannot be read is `unusable`, with the reason.

The opening stock is what the file demands of each item, orders and write-offs together, times --stock-factor, rounded
up. With 1.0 every order is filled: what comes back and what is found only adds.

Every call names its source event: the system in which it happened (erp, shop, wms, returns), the document, what became
of it, and its number in the feed of that system. --redeliver, --reorder and --late have the feeds tell them as
integrations do (gate_service/cli/replaying/feed.py); and then the same history is told once more without disturbance at
a location of its own, LOCATION+clean: in the end every figure of every SKU must be the same at both.

Started again with the same arguments against the same gate, an interrupted replay goes on: every operation id is made
of the run, the invoice and the step, and every decision follows from the file and from answers that the gate repeats.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate_service.cli.answers import for_people, plainly
from gate_service.cli.console import Output
from gate_service.cli.credentials import Credentials
from gate_service.cli.exits import ExitCode
from gate_service.cli.options import DEFAULT_LOCATION, with_options

if TYPE_CHECKING:
    from gate_service.cli.replaying.commission import Commission

_HOW = "What the history is like"
_FEEDS = "How the feeds tell it: then the clean run is compared with it"


@dataclass(frozen=True)
class Replay(Credentials):
    """How, and on which gate."""

    target: Annotated[
        str | None, typer.Option(help="Where a gate listens. None: start one for the time being.", show_default=False)
    ] = None
    location: Annotated[str, typer.Option("--location", "-l", help="The location.")] = DEFAULT_LOCATION
    run: Annotated[
        str, typer.Option(help="Name of the run; the same name goes on with it. Made of the file and the seed.")
    ] = ""
    stock_factor: Annotated[
        float, typer.Option(help="Opening stock, as a multiple of what is demanded.", rich_help_panel=_HOW)
    ] = 1.0
    short: Annotated[float, typer.Option(help="Share of wave lines that are picked short.", rich_help_panel=_HOW)] = 0.0
    racing: Annotated[
        bool, typer.Option("--racing", help="Let orders race for the last unit of an item.", rich_help_panel=_HOW)
    ] = False
    duplicate: Annotated[
        float, typer.Option(help="Share of rows that are sent twice, as the same operation.", rich_help_panel=_HOW)
    ] = 0.0
    redeliver: Annotated[
        float,
        typer.Option(
            help="Share of events that are delivered twice, under two delivery ids: at once or hours later.",
            rich_help_panel=_FEEDS,
        ),
    ] = 0.0
    reorder: Annotated[
        float, typer.Option(help="Share of events that change places with later ones.", rich_help_panel=_FEEDS)
    ] = 0.0
    late: Annotated[
        float,
        typer.Option(
            help="Share of events that are dropped, and delivered hours later or at the very end.",
            rich_help_panel=_FEEDS,
        ),
    ] = 0.0
    seed: Annotated[int, typer.Option(help="Decides which rows, lines and events all of that concerns.")] = 1
    limit: Annotated[int, typer.Option(min=0, help="Rows to read; 0: all.")] = 0
    concurrency: Annotated[int, typer.Option(min=1, max=1000, help="Calls in flight.")] = 32
    timeout_s: Annotated[float, typer.Option(min=0.1, help="Seconds for one call, retries included.")] = 10.0
    list_non_stock: Annotated[
        bool, typer.Option("--list-non-stock", help="List each row that is not stock; -o json always does.")
    ] = False
    list_deliveries: Annotated[
        bool,
        typer.Option(
            "--list-deliveries",
            help="List each event that was absorbed, late, repeated or refused; -o json always does.",
        ),
    ] = False
    output: Annotated[Output, typer.Option("--output", "-o", help="For people or for programs.")] = Output.TABLE

    def commission(self, orders: Path) -> Commission:
        """Give what is to be done. Raises InputError where it cannot be meant."""
        from gate_service.cli.replaying.commission import Commission  # noqa: PLC0415 gRPC is slow to import

        return Commission(
            file=orders,
            run=self.run,
            location=self.location,
            seed=self.seed,
            stock_factor=self.stock_factor,
            duplicate=self.duplicate,
            short=self.short,
            redeliver=self.redeliver,
            reorder=self.reorder,
            late=self.late,
            limit=self.limit,
            concurrency=self.concurrency,
            racing=self.racing,
            timeout_s=self.timeout_s,
            proof=self,
        )


@with_options
def replay(
    options: Replay,
    orders: Annotated[Path, typer.Argument(metavar="ORDERS.csv[.gz]", help="One row for each line of an invoice.")],
) -> ExitCode | None:
    """Drive an order history through the gate's whole life, and audit the ledger. Ends with 4 where a check fails."""
    report = _carry_out(options.commission(orders), options.target)
    if options.output is Output.TABLE:
        from gate_service.cli.replaying.show import table_of  # noqa: PLC0415 what only this form needs

        for_people(table_of(report, list_non_stock=options.list_non_stock, list_deliveries=options.list_deliveries))
    else:
        plainly(options.output, report)
    return None if report["invariants_ok"] else ExitCode.DRIFT


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
