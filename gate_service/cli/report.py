"""`gate report`: what drifted in a week or a month, why, whose it is and what it costs, as one page or as JSON."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gate_service.cli.answers import note, plainly
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.tooling import OutputOption, check_ids, run, told, with_store
from gate_service.settings import Loaded

if TYPE_CHECKING:
    from gate_service.app.reconcile.reporting.reporting import Period

_WEEK: Final = 7
_MONTH: Final = 30
_DAYS_MAX: Final = 400


@with_store
def report(
    loaded: Loaded,
    *,
    month: Annotated[
        bool | None, typer.Option("--month/--week", help="The last 30 days, or 7, which it is without any.")
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="The first day, of UTC.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="The last day; else today.")] = "",
    location: Annotated[str, typer.Option("--location", "-l", metavar="LOCATION", help="Only this one.")] = "",
    out: Annotated[Path, typer.Option(dir_okay=False, help="Where the page goes.")] = Path("report.html"),
    costs: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="TOML with other costs per 1,000 orders than the claim's."),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> int:
    """Write a report of drift: one HTML file that needs nothing else, or with -o json its figures to stdout.

    It is made of what `gate reconcile` keeps in the store. The page is for light and dark, for phones and for paper.
    """
    with told(output):
        check_ids([location] if location else [])
        per_1000, currency = _factors(costs)
        period = _period(_span(month=month, first=first, last=last), location)
        from gate_service.bootstrap.reporting import gather  # noqa: PLC0415 it brings the store
        from gate_service.cli.views import report_figures  # noqa: PLC0415 what only this command needs
        from gate_service.cli.views.report_html import page  # noqa: PLC0415
        from gate_service.domain.reconcile.costs import costs as estimated  # noqa: PLC0415

        gathered = run(gather(loaded.settings, period))
        figures = report_figures.figures(gathered, estimated(gathered.total, gathered.measured, per_1000, currency))
        if output is not Output.TABLE:
            plainly(output, figures)
            return ExitCode.OK
        try:
            out.write_text(page(figures), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{out} cannot be written: {error.strerror}. Say another file with --out.") from error
        note(output, f"{out}: {figures['period']['first']} to {figures['period']['last']}")
        return ExitCode.OK


def _span(*, month: bool | None, first: str, last: str) -> tuple[date, date]:
    """Give the first and the last day. Raises InputError."""
    if month is not None and (first or last):
        raise InputError("Say one of --week, --month, and --from with --to.")
    today = datetime.now(UTC).date()
    if not (first or last):
        return today - timedelta(days=(_MONTH if month else _WEEK) - 1), today
    end = _day(last, "--to") if last else today
    begin = _day(first, "--from") if first else end - timedelta(days=_WEEK - 1)
    if begin > end:
        raise InputError(f"--from {begin} is after --to {end}.")
    if (end - begin).days >= _DAYS_MAX:
        raise InputError(f"{begin} to {end} are more than {_DAYS_MAX} days, which is how long days are kept.")
    return begin, end


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option} must be a day such as 2026-03-31, not {text!r}.") from None


def _period(span: tuple[date, date], location: str) -> Period:
    from gate_service.app.reconcile.reporting.reporting import Period  # noqa: PLC0415 it brings the records

    first, last = span
    days = tuple(int(f"{first + timedelta(days=n):%Y%m%d}") for n in range((last - first).days + 1))
    return Period(days[0], days[-1], days, location)


def _factors(file: Path | None) -> tuple[dict[str, float], str]:
    """Read the costs per 1,000 orders. Raises InputError."""
    from gate_service.domain.reconcile.costs import CostsInvalid, factors  # noqa: PLC0415 what only this command needs

    if file is None:
        return factors({}), "US$"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        currency = table.pop("currency", "US$")
        if not isinstance(currency, str) or not 1 <= len(currency) <= 8:  # noqa: PLR2004 - what fits beside a number
            raise InputError(f"{file}: currency must be 1 to 8 characters, not {currency!r}.")
        return factors(table), currency
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, CostsInvalid) as error:
        raise InputError(f"{file}: {error}.") from error
