"""The ceiling: a bare grpc.aio server that reads a ReserveStockRequest and answers, and does nothing between.

Messages, event loop and process count are those of the gate. The answer is built once but serialised for every call.
"""

from __future__ import annotations

import argparse

import grpc
import uvloop

from bench.messages import RESERVE_METHOD, SERVICE
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as pb
from fulfillment_gate.v1 import types_pb2 as types

_ANSWER = pb.ReserveStockResponse(
    applied=types.Applied(revision=123_456, at_ms=1_800_000_000_000),
    state=types.RESERVATION_STATE_COMMITTED,
)


async def reserve_stock(_request: pb.ReserveStockRequest, _context: object) -> pb.ReserveStockResponse:
    """Say yes."""
    return _ANSWER


async def serve(address: str) -> None:
    """Serve until the process is ended."""
    server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    handler = grpc.unary_unary_rpc_method_handler(
        reserve_stock,
        request_deserializer=pb.ReserveStockRequest.FromString,
        response_serializer=pb.ReserveStockResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {RESERVE_METHOD: handler}),))
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


def main() -> None:
    """Take the address and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", required=True)
    uvloop.run(serve(parser.parse_args().listen))


if __name__ == "__main__":
    main()
