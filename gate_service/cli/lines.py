"""The lines of each operation: how they are written on the command line and in files, and what they become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.exits import InputError
from gate_service.cli.files import Column, read_rows
from gate_service.cli.words import Row, Shape, rows
from gate_service.domain.vocabulary import Landing, ShortReason

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_FIGURES = frozenset({"quantity", "delta", "picked", "short"})
_SKU_QUANTITY = Shape(("sku", "quantity"), "MUG:3")
_LINE_SKU_QUANTITY = Shape(("line_id", "sku", "quantity"), "1:MUG:3")
_ORDER = Column("order_id", aliases=("order",))
_LINE = Column("line_id", required=False, aliases=("line",))
_SKU = Column("sku")
_QUANTITY = Column("quantity", figure=True, aliases=("qty",))


def _given(words: Sequence[str], file: str | None, shapes: Sequence[Shape], columns: Sequence[Column]) -> list[Row]:
    """Read the lines from where they are: the command line or a file, not both."""
    if words and file is not None:
        raise InputError("Give the lines as arguments or with --file, not both.")
    return rows(words, shapes, _FIGURES) if file is None else read_rows(file, columns)


def _needed(read: list[Row], example: str) -> list[Row]:
    if not read:
        raise InputError(f"No lines are given: say {example}, or --file with a path or - for stdin.")
    return read


def receipt_lines(words: Sequence[str], file: str | None, landing: Landing) -> list[sdk.ReceiptLine]:
    """Read `SKU:QUANTITY`; a file may say where each line lands."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    columns = (_SKU, _QUANTITY, Column("landing", required=False, choices=tuple(Landing)))
    read = _needed(_given(words, file, (_SKU_QUANTITY,), columns), "SKU:QUANTITY, such as MUG:100")
    return [
        sdk.ReceiptLine(
            sku=row["sku"],
            quantity=row["quantity"],
            landing=f"LANDING_{row.get('landing', landing).upper()}",
        )
        for row in read
    ]


def adjustment_lines(words: Sequence[str], file: str | None) -> list[sdk.AdjustmentLine]:
    """Read `SKU:DELTA` or `SKU:BUCKET:DELTA`; without a bucket it is on_hand."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    buckets = ("on_hand", "damaged", "quality_control", "suspect")
    shapes = (Shape(("sku", "delta"), "MUG:-3"), Shape(("sku", "bucket", "delta"), "MUG:damaged:+2"))
    columns = (_SKU, Column("bucket", required=False, choices=buckets), Column("delta", figure=True))
    read = _needed(_given(words, file, shapes, columns), "SKU:DELTA, such as MUG:-3")
    if unknown := [(row["sku"], row["bucket"]) for row in read if row.get("bucket", "on_hand").lower() not in buckets]:
        raise InputError(
            f"A bucket must be one of {', '.join(buckets)}.", [(sku, f"{bucket!r} is none") for sku, bucket in unknown]
        )
    return [
        sdk.AdjustmentLine(
            sku=row["sku"],
            bucket=f"BUCKET_{row.get('bucket', 'on_hand').upper()}",
            delta=row["delta"],
        )
        for row in read
    ]


def availability_lines(words: Sequence[str]) -> list[sdk.AvailabilityLine]:
    """Read `SKU:QUANTITY`, or `SKU` for its figures alone."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = _needed(rows(words, (_SKU_QUANTITY, Shape(("sku",), "MUG")), _FIGURES), "SKU:QUANTITY, such as MUG:3")
    return [sdk.AvailabilityLine(**row) for row in read]


def reserve_lines(words: Sequence[str], file: str | None) -> list[sdk.ReserveLine]:
    """Read `SKU:QUANTITY` or `LINE:SKU:QUANTITY`."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = _given(words, file, (_SKU_QUANTITY, _LINE_SKU_QUANTITY), (_LINE, _SKU, _QUANTITY))
    return [sdk.ReserveLine(**row) for row in _needed(read, "SKU:QUANTITY, such as MUG:3")]


def release_lines(words: Sequence[str]) -> list[sdk.ReleaseLine]:
    """Read `LINE:QUANTITY`; none stands for everything."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return [sdk.ReleaseLine(**row) for row in rows(words, (Shape(("line_id", "quantity"), "MUG:1"),), _FIGURES)]


def wave_lines(file: str) -> list[sdk.WaveLine]:
    """Read order_id, line_id (optional), sku and quantity."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return [sdk.WaveLine(**row) for row in read_rows(file, (_ORDER, _LINE, _SKU, _QUANTITY))]


def pick_lines(words: Sequence[str], file: str | None) -> list[sdk.PickLine]:
    """Read `ORDER:SKU:PICKED[:SHORT[:REASON]]`; a file may name the line, too. A short line says why."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    reasons = tuple(reason.value for reason in ShortReason if reason)
    base = ("order_id", "sku", "picked")
    shapes = (
        Shape(base, "A-1:MUG:3"),
        Shape((*base, "short"), "A-1:MUG:2:1"),
        Shape((*base, "short", "reason"), "A-1:MUG:2:1:damaged"),
    )
    columns = (
        _ORDER,
        _LINE,
        _SKU,
        Column("picked", figure=True, aliases=("picked_quantity",)),
        Column("short", figure=True, required=False, aliases=("short_quantity",)),
        Column("reason", required=False, choices=reasons, aliases=("short_reason",)),
    )
    read = _needed(_given(words, file, shapes, columns), "ORDER:SKU:PICKED, such as A-1:MUG:3")
    _check_reasons(read, reasons)
    return [
        sdk.PickLine(
            order_id=row["order_id"],
            line_id=row.get("line_id", ""),
            sku=row["sku"],
            picked_quantity=row["picked"],
            short_quantity=row.get("short", 0),
            short_reason=f"SHORT_REASON_{_short_reason(row).upper()}",
        )
        for row in read
    ]


def _short_reason(row: Row) -> str:
    reason: str = row.get("reason", "not_found" if row.get("short") else "unspecified")
    return reason


def _check_reasons(read: Iterable[Row], reasons: tuple[str, ...]) -> None:
    wrong = [row for row in read if row.get("reason", reasons[0]).lower() not in reasons]
    if wrong:
        raise InputError(
            f"What is short must be short as one of {', '.join(reasons)}.",
            [(f"{row['order_id']}:{row['sku']}", f"{row['reason']!r} is none") for row in wrong],
        )


def ship_lines(words: Sequence[str]) -> list[sdk.ShipLine]:
    """Read `SKU:QUANTITY` or `LINE:SKU:QUANTITY`; none stands for all that is picked."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return [sdk.ShipLine(**row) for row in rows(words, (_SKU_QUANTITY, _LINE_SKU_QUANTITY), _FIGURES)]
