"""The store without the gate: the gate's own script, called by a bare synchronous client."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import redis

from bench import messages
from gate_service.app.ports import Call
from gate_service.domain.operations import (
    AuthorizeWave,
    Operation,
    OrderLine,
    ReceiptLine,
    RecordReceipt,
    ReserveStock,
    WaveLine,
)
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import Landing, WaveAtomicity
from gate_service.ledger import keys, scripts
from gate_service.ledger.arguments import script_arguments
from gate_service.ledger.ledger import EXPIRY_LINES_PER_CALL

_ANSWERS_FRESH: Final = "F"
_UNITS: Final = 1_000_000_000
_PERMIT_TTL_MS: Final = 14_400_000
_CALL: Final = Call(method="", system="bench")
_POLICY: Final = Policy()

Arguments = tuple[str, ...]
"""What the script gets for one operation."""


class BareError(Exception):
    """The script did not do what was asked."""


def arguments(operation: Operation[Any]) -> Arguments:
    """Encode one operation as the gate does."""
    return script_arguments(operation, _POLICY, _CALL)


def head(location_id: str) -> list[str | int]:
    """Give the part of the command that stands before the operations."""
    location_keys = keys.location_keys(location_id)
    return ["EVALSHA", scripts.load("apply").sha, len(location_keys), *location_keys, "", "", "", EXPIRY_LINES_PER_CALL]


def open_location(location_id: str, skus: Sequence[str]) -> Arguments:
    """Receive so much of each SKU that no part runs out of it."""
    lines = tuple(ReceiptLine(sku, _UNITS, Landing.AVAILABLE) for sku in skus)
    return arguments(RecordReceipt(f"open-{location_id}", location_id, "", lines))


def reserve(operation_id: str, order_id: str, skus: Sequence[str]) -> Arguments:
    """Commit one unit of each SKU for an order."""
    lines = tuple(OrderLine(sku, sku, 1) for sku in skus)
    return arguments(ReserveStock(operation_id, messages.LOCATION, order_id, "web", 0, lines))


def one_line_order(number: int) -> Arguments:
    """Make the reservation that the load generator asks for under this number."""
    return reserve(f"bench-{number:010d}", f"order-{number:010d}", [messages.sku(number)])


def wave_orders(wave: str) -> list[Arguments]:
    """Commit the orders of a wave."""
    orders = [(messages.wave_order_id(wave, order), order) for order in range(messages.ORDERS_PER_WAVE)]
    return [reserve(f"commit-{order_id}", order_id, messages.wave_order_skus(order)) for order_id, order in orders]


def authorize(wave: str) -> Arguments:
    """Ask for a wave of committed orders, as `messages.wave_request` does over gRPC."""
    request = messages.wave_request(wave)
    lines = tuple(WaveLine(line.order_id, line.sku, line.sku, line.quantity) for line in request.lines)
    operation_id, wave_id = request.operation_id, request.wave_id
    return arguments(
        AuthorizeWave(
            operation_id,
            messages.LOCATION,
            wave_id=wave_id,
            atomicity=WaveAtomicity.LINE,
            permit_ttl_ms=_PERMIT_TTL_MS,
            dry_run=False,
            lines=lines,
        )
    )


class BareStore:
    """One connection to a store, with the script loaded."""

    def __init__(self, url: str) -> None:
        """Connect to a unix socket URL."""
        self._client = redis.Redis.from_url(url, protocol=2, decode_responses=True)
        self._client.script_load(scripts.load("apply").source)
        self._connection: Any = self._client.connection_pool.get_connection()

    def pack(self, operations: Sequence[Arguments], location_id: str = messages.LOCATION) -> list[bytes]:
        """Encode one script call down to the bytes on the wire."""
        command = head(location_id)
        for operation in operations:
            command.extend(operation)
        packed: list[bytes] = self._connection.pack_command(*command)
        return packed

    def send(self, packed: list[bytes]) -> list[str]:
        """Make a packed call and give the answers. Raises `BareError` where one was not fresh."""
        self._connection.send_packed_command(packed)
        answers: list[str] = self._connection.read_response()[1:]
        for answer in answers:
            if answer[0] != _ANSWERS_FRESH:
                raise BareError(answer[:200])
        return answers

    def run(self, operations: Sequence[Arguments], location_id: str = messages.LOCATION) -> list[str]:
        """Apply operations in one script call and give the answers."""
        return self.send(self.pack(operations, location_id))

    def revision(self, location_id: str = messages.LOCATION) -> int:
        """Give the number of entries in a location's ledger."""
        return int(self._client.hget(keys.meta(location_id), "revision") or 0)

    def used_bytes(self) -> int:
        """Give the memory that the store's data takes."""
        return int(self._client.info("memory")["used_memory"])

    def key_bytes(self, location_id: str) -> dict[str, int]:
        """Give the memory of each key of a location, exactly."""
        named = zip(keys.LOCATION_KEYS, keys.location_keys(location_id), strict=True)
        return {name: int(self._client.memory_usage(key, samples=0) or 0) for name, key in named}

    def version(self) -> str:
        """Name the store and its version."""
        info = self._client.info("server")
        name = info.get("server_name", "redis")
        return f"{name} {info.get('valkey_version') or info['redis_version']}"

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def picked(answer: str) -> int:
    """Count the lines of a wave's answer that may be picked in full."""
    return sum(verdict == "PICK" for verdict, _, _ in json.loads(answer[answer.index("{") :])["lines"])
