"""The lines of what changes the stock itself: how they are written on the command line and in files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from gate_service.cli.files import Column
from gate_service.cli.given import (
    LINE,
    LINE_SKU_QUANTITY,
    QUANTITY,
    SKU,
    SKU_QUANTITY,
    check_choices,
    given,
    needed,
)
from gate_service.cli.words import Shape
from gate_service.domain.vocabulary import Bucket, Landing, StockStatus

if TYPE_CHECKING:
    import fulfillment_gate as sdk

BUCKETS: Final = (Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT)
FROM: Final = tuple(status for status in StockStatus if status is not StockStatus.WRITTEN_OFF)
_LANDING: Final = Column("landing", required=False, choices=tuple(Landing))


def receipt_lines(words: Sequence[str], file: str | None, landing: Landing) -> list[sdk.ReceiptLine]:
    """Read `SKU:QUANTITY`; a file may say where each line lands."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = given(words, file, (SKU_QUANTITY,), (SKU, QUANTITY, _LANDING))
    return [
        sdk.ReceiptLine(
            sku=row["sku"], landing=f"LANDING_{row.get('landing', landing).upper()}", **row["quantity"].fields()
        )
        for row in needed(read, "SKU:QUANTITY, such as MUG:100")
    ]


def return_lines(words: Sequence[str], file: str | None, landing: Landing) -> list[sdk.ReturnLine]:
    """Read `SKU:QUANTITY`; a file may say where each line lands."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = given(words, file, (SKU_QUANTITY,), (SKU, QUANTITY, _LANDING))
    return [
        sdk.ReturnLine(
            sku=row["sku"], landing=f"LANDING_{row.get('landing', landing).upper()}", **row["quantity"].fields()
        )
        for row in needed(read, "SKU:QUANTITY, such as MUG:1")
    ]


def adjustment_lines(words: Sequence[str], file: str | None) -> list[sdk.AdjustmentLine]:
    """Read `SKU:DELTA` or `SKU:BUCKET:DELTA`; without a bucket it is on_hand."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    shapes = (Shape(("sku", "delta"), "MUG:-3"), Shape(("sku", "bucket", "delta"), "MUG:damaged:+2"))
    columns = (SKU, Column("bucket", required=False, choices=BUCKETS), Column("delta", figure=True))
    read = needed(given(words, file, shapes, columns), "SKU:DELTA, such as MUG:-3")
    check_choices(read, "bucket", BUCKETS, "A bucket")
    return [
        sdk.AdjustmentLine(
            sku=row["sku"],
            bucket=f"BUCKET_{row.get('bucket', 'on_hand').upper()}",
            delta=row["delta"].figure,
            unit=row["delta"].unit,
        )
        for row in read
    ]


def move_lines(words: Sequence[str], file: str | None) -> list[sdk.MoveLine]:
    """Read `SKU:FROM:TO:QUANTITY`."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    shapes = (Shape(("sku", "from", "to", "quantity"), "MUG:quality_control:available:2"),)
    columns = (SKU, Column("from", choices=FROM), Column("to", choices=tuple(StockStatus)), QUANTITY)
    read = needed(given(words, file, shapes, columns), f"SKU:FROM:TO:QUANTITY, such as {shapes[0].example}")
    check_choices(read, "from", FROM, "Where units come from")
    check_choices(read, "to", tuple(StockStatus), "Where units go")
    return [
        sdk.MoveLine(
            sku=row["sku"],
            from_status=f"STOCK_STATUS_{row['from'].upper()}",
            to_status=f"STOCK_STATUS_{row['to'].upper()}",
            **row["quantity"].fields(),
        )
        for row in read
    ]


def count_lines(words: Sequence[str], file: str | None) -> list[sdk.CountLine]:
    """Read `SKU:COUNTED`; there may be none."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    columns = (SKU, Column("counted", figure=True, aliases=("counted_quantity", "quantity", "qty")))
    read = given(words, file, (Shape(("sku", "counted"), "MUG:7"),), columns)
    return [
        sdk.CountLine(sku=row["sku"], counted_quantity=row["counted"].figure, unit=row["counted"].unit) for row in read
    ]


def incoming_lines(words: Sequence[str], file: str | None) -> list[sdk.IncomingLine]:
    """Read `SKU:QUANTITY` or `LINE:SKU:QUANTITY`; there may be none."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = given(words, file, (SKU_QUANTITY, LINE_SKU_QUANTITY), (LINE, SKU, QUANTITY))
    return [
        sdk.IncomingLine(line_id=row.get("line_id", ""), sku=row["sku"], **row["quantity"].fields()) for row in read
    ]


def transfer_lines(words: Sequence[str], file: str | None) -> list[sdk.TransferLine]:
    """Read `SKU:QUANTITY`."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = given(words, file, (SKU_QUANTITY,), (SKU, QUANTITY))
    return [
        sdk.TransferLine(sku=row["sku"], **row["quantity"].fields())
        for row in needed(read, "SKU:QUANTITY, such as MUG:5")
    ]


def quota_lines(words: Sequence[str], file: str | None) -> list[sdk.QuotaLine]:
    """Read `SKU:QUANTITY`; 0 takes a quota away."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = given(words, file, (SKU_QUANTITY,), (SKU, QUANTITY))
    return [
        sdk.QuotaLine(sku=row["sku"], **row["quantity"].fields()) for row in needed(read, "SKU:QUANTITY, such as MUG:5")
    ]
