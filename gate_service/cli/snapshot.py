"""`gate snapshot …`: what a system believes the stock to be, told from a file, and what came of comparing it."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gate_service.cli.answers import for_people, note, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.files import STDIN
from gate_service.cli.options import AtLocation, Caller, with_options
from gate_service.cli.plain import compact, plain
from gate_service.cli.words import at_ms, duration_ms

if TYPE_CHECKING:
    import fulfillment_gate as sdk
    from gate_service.cli.snapshot_file import Scan, SnapshotFile

_POLL_S: Final = 0.25
_ID_MAX: Final = 64
_DIGITS_MAX: Final = 15
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

app = typer.Typer(no_args_is_help=True, help="Tell what a system believes the stock to be, and see what came of it.")

MirrorOption = Annotated[
    str, typer.Option("--mirror", metavar="SYSTEM", help="Whose figures: a system you relay for; else your own.")
]


@dataclass(frozen=True)
class Told:
    """One snapshot of a file, as it came out, with the lines of its wrong rows by place."""

    snapshot: sdk.Snapshot
    replayed: bool
    lines: dict[int, int]

    def data(self) -> dict[str, Any]:
        """Give it as plain data."""
        told = plain(self.snapshot)
        for row in told["bad_rows"]:
            row["line"] = self.lines.get(row["row"], 0)
        return {"replayed": self.replayed, **told}

    @property
    def drift(self) -> bool:
        """Say whether somebody has to look at it."""
        return bool(self.snapshot.bad_row_count or self.snapshot.result.opened_count)


@app.command()
@with_options
def submit(  # noqa: PLR0913 - a snapshot has as much to say
    options: AtLocation,
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CSV with a header; - is stdin.")],
    *,
    mirror: MirrorOption = "",
    measure: Annotated[
        str, typer.Option(metavar="NAME", help="What the figures mean, such as on_hand; else what the map says.")
    ] = "",
    deducts: Annotated[
        str,
        typer.Option(
            metavar="LIST", help="What they have taken off already: held,committed,allocated; else what the map says."
        ),
    ] = "",
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="REVISION|TIME", help="The moment they are of; else the one they arrive at."),
    ] = "",
    whole: Annotated[
        bool, typer.Option("--whole/--part", help="Whole: what the file does not name counts as 0.")
    ] = False,
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Leave wrong rows out. Else one wrong row, and nothing is compared.")
    ] = False,
    snapshot_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="Your name for it; else one that is made of the file.")
    ] = "",
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until it was compared.")] = True,
    patience: Annotated[str, typer.Option(metavar="DURATION", help="How long to wait, such as 90s or 15m.")] = "5m",
) -> ExitCode | None:
    """Tell a snapshot from a file; run again, it goes on where it stopped.

    Columns: sku, quantity, and where you have them location, measure, unit. Ends with 4 where rows are wrong or
    variances were opened. docs/snapshots.md says more.
    """
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.snapshot_file import SnapshotFile, kept  # noqa: PLC0415 what only this command needs

    header = sdk.SnapshotHeader(
        system=mirror,
        measure=measure,
        deducts=[each.strip() for each in deducts.split(",") if each.strip()],
        whole=whole,
        skip_bad_rows=skip_bad_rows,
    )
    _say_when(header, as_of)
    source = context.get_parameter_source("location")
    only = source is not None and source.name == "COMMANDLINE"
    with kept(file) as path:
        told_file = SnapshotFile(path, "stdin" if file == STDIN else file, options.location, only=only)
        scan = told_file.scan()
        _stop_where_unreadable(scan, told_file.name, skip_bad_rows=skip_bad_rows)
        headers = _headers(header, scan, told_file, snapshot_id)
        told = _submit(options, told_file, scan, headers)
        if wait:
            told = _wait(options, told, duration_ms(patience) / 1000)
        told = [replace(each, lines=_lines(told_file, each.snapshot)) for each in told]
    _show(options, told, scan)
    return ExitCode.DRIFT if scan.wrong_count or any(each.drift for each in told) else None


def _say_when(header: sdk.SnapshotHeader, text: str) -> None:
    """Put a revision, or a time, into a header. Raises InputError."""
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX:
        header.as_of_revision = int(text)
    elif _DAY.fullmatch(text):
        raise InputError(f"--as-of wants a moment, and {text} has many: say {text}T00:00Z for its beginning, in UTC.")
    elif text:
        header.as_of_ms = at_ms(text)


def _stop_where_unreadable(scan: Scan, name: str, *, skip_bad_rows: bool) -> None:
    if scan.wrong_count and (not skip_bad_rows or not scan.counts):
        rows = [(f"line {each.line}", each.problem) for each in scan.wrong]
        what = "row" if scan.wrong_count == 1 else "rows"
        raise InputError(f"{scan.wrong_count:,} {what} of {name} cannot be read; nothing was told.", rows)


def _headers(
    header: sdk.SnapshotHeader, scan: Scan, file: SnapshotFile, snapshot_id: str
) -> dict[str, sdk.SnapshotHeader]:
    """Give the header of each location's snapshot. Raises InputError."""
    if header.as_of_revision and len(scan.counts) > 1:
        raise InputError("A revision is one location's: say --location, or a time, for a file of several locations.")
    found = {}
    digest = "" if snapshot_id else file.digest()
    for location in scan.counts:
        each = type(header)()
        each.CopyFrom(header)
        each.location_id = location
        if snapshot_id:
            each.snapshot_id = snapshot_id if len(scan.counts) == 1 else f"{snapshot_id}.{location}"
        else:
            asked = each.SerializeToString(deterministic=True)
            each.snapshot_id = f"csv-{hashlib.sha256(digest.encode() + asked).hexdigest()[:24]}"
        if len(each.snapshot_id) > _ID_MAX:
            raise InputError(f"--id is too long: {each.snapshot_id} has more than {_ID_MAX} characters.")
        found[location] = each
    return found


def _submit(options: AtLocation, file: SnapshotFile, scan: Scan, headers: dict[str, sdk.SnapshotHeader]) -> list[Told]:
    from gate_service.cli.progress import progress  # noqa: PLC0415 what only this command needs
    from gate_service.cli.snapshot_file import Figures  # noqa: PLC0415

    quiet = replace(options, output=Output.JSONL)  # no "waiting for the gate": the bar says how far it is
    found = []
    with quiet.gate() as gate, progress("telling", sum(scan.counts.values()), "rows") as move:
        for location, header in headers.items():
            figures, at = Figures(file, location), 0

            def heard(rows: int) -> None:
                nonlocal at
                move(rows - at)
                at = rows

            answer = gate.submit_snapshot(header, figures, progress=heard)
            found.append(Told(answer.snapshot, answer.replayed, {}))
    return found


def _lines(file: SnapshotFile, snapshot: sdk.Snapshot) -> dict[int, int]:
    """Give the lines of its wrong rows by place: also of those that were only found when it was compared."""
    from gate_service.cli.snapshot_file import Figures  # noqa: PLC0415 what only this command needs

    bad = {each.row for each in snapshot.bad_rows}
    return Figures(file, snapshot.location_id).lines_of(bad) if bad else {}


def _wait(options: AtLocation, told: list[Told], patience_s: float) -> list[Told]:
    """Give them as they are once they were compared, or when nobody has patience any more."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    over = (sdk.SNAPSHOT_STATE_COMPARED, sdk.SNAPSHOT_STATE_REFUSED)
    until_s = time.monotonic() + patience_s
    found = []
    with options.gate() as gate:
        for each in told:
            snapshot = each.snapshot
            while snapshot.state not in over and time.monotonic() < until_s:
                time.sleep(_POLL_S)
                snapshot = gate.get_snapshot(snapshot.snapshot_id, system=snapshot.system).snapshot
            if snapshot.state not in over:
                note(options.output, f"{snapshot.snapshot_id} is not compared yet: does `gate reconcile` run?")
            found.append(replace(each, snapshot=snapshot))
    return found


def _show(options: AtLocation, told: list[Told], scan: Scan) -> None:
    if options.output is Output.TABLE:
        from gate_service.cli.views import snapshots  # noqa: PLC0415 rich is slow to import

        for each in told:
            for_people(snapshots.one(each.snapshot, each.lines, replayed=each.replayed))
        for_people(snapshots.unreadable([(row.line, row.problem) for row in scan.wrong], scan.wrong_count))
        return
    unread = [{"line": row.line, "problem": row.problem} for row in scan.wrong]
    if options.output is Output.JSON:
        whole = {"snapshots": [each.data() for each in told], "unread_row_count": scan.wrong_count}
        plainly(options.output, {**whole, "unread_rows": unread})
        return
    for each in told:
        typer.echo(compact(each.data()))
    for row in unread:
        typer.echo(compact({"unread_row": row}))


@app.command("list")
@with_options
def list_all(
    options: Caller,
    *,
    mirror: Annotated[str, typer.Option("--mirror", metavar="SYSTEM", help="Only of this mirror.")] = "",
    location: Annotated[str, typer.Option("--location", "-l", metavar="LOCATION", help="Only of this location.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many, the newest first.")] = 50,
) -> None:
    """Show the newest snapshots, and what came of each."""
    with options.gate() as gate:
        answer = gate.list_snapshots(system=mirror, location_id=location, page_size=limit)
    from gate_service.cli.views import snapshots  # noqa: PLC0415 what only this command needs

    show(options.output, answer, lambda: snapshots.listed(answer.snapshots), listing="snapshots")


@app.command("show")
@with_options
def show_one(
    options: Caller,
    snapshot_id: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Its name.")],
    *,
    mirror: MirrorOption = "",
) -> ExitCode | None:
    """Show one snapshot: how far it is, which rows are wrong, what came of it. Ends with 4 as `submit` does."""
    with options.gate() as gate:
        answer = gate.get_snapshot(snapshot_id, system=mirror)
    from gate_service.cli.views import snapshots  # noqa: PLC0415 what only this command needs

    show(options.output, answer, lambda: snapshots.one(answer.snapshot, {}, replayed=False))
    return ExitCode.DRIFT if Told(answer.snapshot, False, {}).drift else None  # noqa: FBT003
