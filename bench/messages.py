"""The calls that are measured, as templates for the load generator."""

from __future__ import annotations

from typing import Final

from bench.load.plan import SERIAL_MARK, SLOT_MARK, encode
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as pb

LOCATION: Final = "BENCH-1"
FAR_LOCATION: Final = "BENCH-2"
SKU_COUNT: Final = 1_000
"""SKUs that the load is spread over."""
WAVE_LINES: Final = 500
LINES_PER_ORDER: Final = 20
"""Lines of an order in a wave: what an order of the real history has."""
ORDERS_PER_WAVE: Final = WAVE_LINES // LINES_PER_ORDER

_SERVICE: Final = "fulfillment_gate.v1.FulfillmentGateService"
RESERVE_METHOD: Final = "ReserveStock"
RESERVE_PATH: Final = f"/{_SERVICE}/{RESERVE_METHOD}"
WAVE_PATH: Final = f"/{_SERVICE}/AuthorizeWave"
SERVICE: Final = _SERVICE


def far_sku(number: int) -> str:
    """Name a SKU that only the other location has."""
    return f"FAR-{number % SKU_COUNT:04d}"


def sku(number: int) -> str:
    """Name a SKU; the name has the width of a slot in a template."""
    return f"SKU-{number % SKU_COUNT:04d}"


def reserve_template() -> str:
    """One order of one line, committed at once: what `reserve_unary`, `naive` and `echo` are asked."""
    line = pb.ReserveLine(sku=f"SKU-{SLOT_MARK}", quantity=1)
    return encode(
        pb.ReserveStockRequest(
            operation_id=f"bench-{SERIAL_MARK}",
            location_id=LOCATION,
            order_id=f"order-{SERIAL_MARK}",
            channel="web",
            lines=[line],
        ).SerializeToString()
    )


def guarded_template() -> str:
    """The same order as a storefront writes it: by another code of the item, and in cases."""
    return _order(pb.ReserveLine(sku=f"ALIAS-{SLOT_MARK}", quantity=1, unit="case"), location_id=LOCATION)


def kit_template() -> str:
    """One kit of three components."""
    return _order(pb.ReserveLine(sku=f"KIT-{SLOT_MARK}", quantity=1), location_id=LOCATION)


def split_template() -> str:
    """Two lines that no location has together: the gate holds at two and confirms at both."""
    near, far = pb.ReserveLine(sku=f"SKU-{SLOT_MARK}", quantity=1), pb.ReserveLine(sku=f"FAR-{SLOT_MARK}", quantity=1)
    return _order(near, far, channel="everywhere")


def _order(*lines: pb.ReserveLine, location_id: str = "", channel: str = "web") -> str:
    request = pb.ReserveStockRequest(
        operation_id=f"bench-{SERIAL_MARK}",
        location_id=location_id,
        order_id=f"order-{SERIAL_MARK}",
        channel=channel,
        lines=lines,
    )
    return encode(request.SerializeToString())


def wave_order_id(wave: str, order: int) -> str:
    """Name an order of a wave; `wave` is the wave's number in ten digits."""
    return f"wave-{wave}-{order:03d}"


def wave_order_skus(order: int) -> list[str]:
    """Name the SKUs of an order of a wave, by its place in the wave."""
    return [sku(order * LINES_PER_ORDER + place) for place in range(LINES_PER_ORDER)]


def wave_request(wave: str) -> pb.AuthorizeWaveRequest:
    """Ask for a wave of 500 lines, each of a committed order."""
    lines = [
        pb.WaveLine(order_id=wave_order_id(wave, order), sku=name, quantity=1)
        for order in range(ORDERS_PER_WAVE)
        for name in wave_order_skus(order)
    ]
    return pb.AuthorizeWaveRequest(
        operation_id=f"wave-{wave}",
        location_id=LOCATION,
        wave_id=f"wave-{wave}",
        atomicity=pb.WAVE_ATOMICITY_LINE,
        lines=lines,
    )


def wave_template() -> str:
    """Ask for a wave whose orders bear the call's number."""
    return encode(wave_request(SERIAL_MARK).SerializeToString())
