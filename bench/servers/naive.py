"""What a gate without group commit would do: one EVALSHA for each request, over a pool of connections.

Script, keys, encoding, messages and event loop are those of the gate; it checks no field and reads back no more than
its answer needs.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import grpc
import redis.asyncio
import uvloop

from bench import bare
from bench.messages import RESERVE_METHOD, SERVICE
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as pb
from fulfillment_gate.v1 import types_pb2 as types
from gate_service.domain.operations import OrderLine, ReserveStock
from gate_service.ledger import scripts

_CONNECTIONS = 64
_FRESH = "F"


class Naive:
    """Answers each request by a script call of its own."""

    def __init__(self, url: str) -> None:
        """Keep where the store is."""
        pool = redis.asyncio.BlockingConnectionPool.from_url(
            url, max_connections=_CONNECTIONS, protocol=2, decode_responses=True, timeout=10
        )
        self._store: Any = redis.asyncio.Redis(connection_pool=pool)

    async def load(self) -> None:
        """Give the store the script."""
        await self._store.script_load(scripts.load("apply").source)

    async def reserve_stock(
        self,
        request: pb.ReserveStockRequest,
        context: grpc.aio.ServicerContext[pb.ReserveStockRequest, pb.ReserveStockResponse],
    ) -> pb.ReserveStockResponse:
        """Reserve by one call."""
        lines = tuple(OrderLine(line.line_id or line.sku, line.sku, line.quantity) for line in request.lines)
        operation = ReserveStock(
            request.operation_id, request.location_id, request.order_id, request.channel, request.ttl_ms, lines
        )
        command = (*bare.head(request.location_id), *bare.arguments(operation))
        answer: str = (await self._store.execute_command(*command))[1]
        if answer[0] != _FRESH:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, answer)
        data = json.loads(answer[answer.index("{") :])
        return pb.ReserveStockResponse(
            applied=types.Applied(revision=data["revision"], at_ms=data["at_ms"]),
            state=types.RESERVATION_STATE_COMMITTED,
        )


async def serve(address: str, url: str) -> None:
    """Serve until the process is ended."""
    naive = Naive(url)
    await naive.load()
    server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    handler = grpc.unary_unary_rpc_method_handler(
        naive.reserve_stock,
        request_deserializer=pb.ReserveStockRequest.FromString,
        response_serializer=pb.ReserveStockResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {RESERVE_METHOD: handler}),))
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


def main() -> None:
    """Take both addresses and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", required=True)
    parser.add_argument("--redis-url", required=True)
    options = parser.parse_args()
    uvloop.run(serve(options.listen, options.redis_url))


if __name__ == "__main__":
    main()
