"""grpc.aio as the transport: hands bytes to the pipeline, and serves health and reflection beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

import grpc
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from grpc_reflection.v1alpha import reflection, reflection_pb2

from gate_service.domain import limits, roles
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.rpc import identity, pipeline, status
from gate_service.rpc.identity import Door
from gate_service.rpc.pipeline import Asked, CallFailed, Method
from gate_service.rpc.tls import Tls

LIVENESS: Final = "liveness"
"""Health service name that says only that the process lives; a lost store makes the gate unready, not dead."""

DURABILITY: Final = "durability"
"""Health service name that says whether the store keeps what the gate promises."""

# Statuses travel as numbers; the enum's members carry (number, name).
_CODES = {code.value[0]: code for code in grpc.StatusCode}
_OPTIONS: Final = (
    ("grpc.max_receive_message_length", 8 * limits.MESSAGE_MAX_BYTES),  # the pipeline's bound names the field
    ("grpc.max_concurrent_streams", 1_000),
    ("grpc.max_connection_age_ms", 30 * 60_000),  # lets a rollout rebalance long-lived clients
    ("grpc.max_connection_age_grace_ms", 30_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
)
_COME_BACK_MS: Final = 500
_QUIET_S: Final = 0.1
_ENDING_TEXT: Final = "this gate is about to stop; nothing was applied"
_ENDING_STREAM_TEXT: Final = "this gate is about to stop; what it has taken of the stream stays: go on with another one"


def _options(*, shared_port: bool) -> Sequence[tuple[str, int]]:
    """Give the options of a server. Unless it is meant, a second gate on a port must not share it without a word."""
    return (("grpc.so_reuseport", int(shared_port)), *_OPTIONS)


_HEALTH: Final = health_pb2.DESCRIPTOR.services_by_name["Health"]
_REFLECTION: Final = reflection_pb2.DESCRIPTOR.services_by_name["ServerReflection"]


def _names(context: aio.ServicerContext[bytes, bytes]) -> Sequence[str]:
    """Give the names in the caller's certificate: the alternative ones, or where it has none its common name."""
    found: Any = context.auth_context()
    names = found.get("x509_subject_alternative_name") or found.get("x509_common_name") or ()
    return [name.decode("utf-8", "replace") for name in names]


class _Ending:
    """Turns callers away by word while the server is about to stop.

    Calls that the library has taken off the wire and not yet handed on are cut off when it stops: their callers see
    CANCELLED, as if they had hung up themselves, and ask nobody else.
    """

    def __init__(self) -> None:
        self._begun = asyncio.Event()
        self._came = asyncio.Event()

    def check(self) -> None:
        """Raise `CallFailed` where nobody is let in any longer."""
        if self._begun.is_set():
            self._came.set()
            raise CallFailed(status.from_error(Unavailable(Reason.SHUTTING_DOWN, _ENDING_TEXT, _COME_BACK_MS)))

    async def parts(self, request: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Give the parts of a stream as they come. Raises `Unavailable` once the server is about to stop.

        Else a long stream would be cut off when the grace is over, and its caller would not know to go on elsewhere.
        """
        begun = asyncio.ensure_future(self._begun.wait())
        try:
            while True:
                part = asyncio.ensure_future(anext(request))
                try:
                    await asyncio.wait({part, begun}, return_when=asyncio.FIRST_COMPLETED)
                    if begun.done():
                        raise Unavailable(Reason.SHUTTING_DOWN, _ENDING_STREAM_TEXT, _COME_BACK_MS)
                    told = part.result()
                except StopAsyncIteration:
                    return
                finally:
                    part.cancel()
                yield told
        finally:
            begun.cancel()

    async def turn_away(self, within_ms: int) -> None:
        """Do so until nobody comes any longer: whoever was turned away comes back when the server has stopped."""
        self._begun.set()
        until_s = time.monotonic() + min(within_ms, _COME_BACK_MS) / 1000
        with suppress(TimeoutError):  # it is quiet
            while (left_s := until_s - time.monotonic()) > 0:
                self._came.clear()
                await asyncio.wait_for(self._came.wait(), min(_QUIET_S, left_s))


def _handler(method: Method, door: Door, ending: _Ending, *, certificates: bool) -> grpc.RpcMethodHandler[bytes, bytes]:
    async def serve(request: Any, context: aio.ServicerContext[bytes, bytes]) -> bytes:  # noqa: ANN401 - bytes, or many
        headers: Any = context.invocation_metadata() or ()
        known = {key: value for key, value in headers if key in identity.HEADERS and isinstance(value, str)}
        names = _names(context) if certificates else ()
        asked = Asked(b"" if method.streams else request, known, names, context.time_remaining())
        if method.streams:
            asked.parts = ending.parts(aiter(request))
        try:
            ending.check()
            return await pipeline.answer(method, asked, door)
        except CallFailed as failed:
            await context.abort(
                _CODES[failed.status.code],
                failed.status.message,
                (("grpc-status-details-bin", failed.status.SerializeToString()),),
            )

    handler = grpc.stream_unary_rpc_method_handler if method.streams else grpc.unary_unary_rpc_method_handler
    return handler(serve)


class _HealthServicer(health_aio.HealthServicer):
    """The library's servicer, whose Watch streams end when the gate does: else they would use up the whole grace."""

    def __init__(self) -> None:
        super().__init__()
        self.ending = asyncio.Event()

    async def Watch(self, request: Any, context: Any) -> None:  # noqa: ANN401, N802 - the generated signature
        watching = asyncio.ensure_future(super().Watch(request, context))
        ending = asyncio.ensure_future(self.ending.wait())
        try:
            await asyncio.wait({watching, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
            watching.cancel()
        if self.ending.is_set():
            await context.abort(grpc.StatusCode.UNAVAILABLE, "this gate stops")
        await watching


class Health:
    """grpc.health.v1 for the whole gate, each service, and the process itself."""

    def __init__(self, services: Iterable[str], on_ready: Callable[[bool], None] = lambda _: None) -> None:
        """Know nothing yet; `live` begins with everything NOT_SERVING but the process.

        `on_ready` hears what is said of the gate as a whole.
        """
        self._names = ("", *services)
        self._on_ready = on_ready
        self.servicer = _HealthServicer()

    async def live(self) -> None:
        """Say that the process lives, and that nothing is ready yet."""
        await self.ready(ready=False)
        await self.durability(kept=False)
        await self.servicer.set(LIVENESS, health_pb2.HealthCheckResponse.SERVING)

    def end(self) -> None:
        """End every Watch: the gate stops."""
        self.servicer.ending.set()

    async def ready(self, *, ready: bool) -> None:
        """Say for every service whether calls can be answered."""
        self._on_ready(ready)
        serving = health_pb2.HealthCheckResponse
        for name in self._names:
            await self.servicer.set(name, serving.SERVING if ready else serving.NOT_SERVING)

    async def durability(self, *, kept: bool) -> None:
        """Say whether the store keeps what the gate promises."""
        serving = health_pb2.HealthCheckResponse
        await self.servicer.set(DURABILITY, serving.SERVING if kept else serving.NOT_SERVING)


class Server:
    """One listening gRPC server."""

    def __init__(
        self,
        methods: Iterable[Method],
        health: Health,
        door: Door,
        tls: Tls | None = None,
        *,
        shared_port: bool = False,
    ) -> None:
        """Register every method, health and reflection; nothing listens yet. Needs a running event loop.

        Raises `MethodWithoutRow` where the table of roles does not know one of them. Without `tls` the connections are
        not encrypted. With `shared_port` others of the same user may listen on the same address (SO_REUSEPORT); each
        new connection then goes to one of them.
        """
        self._tls = tls
        self._ending = _Ending()
        self._server = aio.server(options=_options(shared_port=shared_port))
        by_service: dict[str, dict[str, grpc.RpcMethodHandler[bytes, bytes]]] = {}
        certificates = tls is not None and tls.client_ca is not None
        for method in methods:
            _, service, name = method.name.split("/")
            by_service.setdefault(service, {})[name] = _handler(method, door, self._ending, certificates=certificates)
        roles.require_rows(
            [
                *(f"/{service}/{name}" for service, handlers in by_service.items() for name in handlers),
                *(
                    f"/{service.full_name}/{each.name}"
                    for service in (_HEALTH, _REFLECTION)
                    for each in service.methods
                ),
            ]
        )
        for service, handlers in by_service.items():
            self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, handlers),))
        health_pb2_grpc.add_HealthServicer_to_server(health.servicer, self._server)
        reflection.enable_server_reflection((*by_service, _HEALTH.full_name, reflection.SERVICE_NAME), self._server)

    async def start(self, listen: str) -> str:
        """Listen on "host:port"; give the address with the port that was bound. Raises RuntimeError where it cannot."""
        host = listen.rpartition(":")[0]
        if self._tls is None:
            port = self._server.add_insecure_port(listen)
        else:
            port = self._server.add_secure_port(listen, self._tls.credentials())
        await self._server.start()
        return f"{host}:{port}"

    async def stop(self, grace_ms: int) -> None:
        """Take no more calls and wait up to `grace_ms` for those under way."""
        begun_s = time.monotonic()
        await self._ending.turn_away(grace_ms)
        await self._server.stop(max(0.0, begun_s + grace_ms / 1000 - time.monotonic()))


class ProbeServer:
    """Health and nothing else, in the clear: what probes an orchestrator makes speak no TLS."""

    def __init__(self, health: Health, *, shared_port: bool = False) -> None:
        """Register health; nothing listens yet. Needs a running event loop. `shared_port` as for `Server`."""
        self._server = aio.server(options=_options(shared_port=shared_port))
        health_pb2_grpc.add_HealthServicer_to_server(health.servicer, self._server)

    async def start(self, listen: str) -> None:
        """Listen on "host:port". Raises RuntimeError where it cannot."""
        self._server.add_insecure_port(listen)
        await self._server.start()

    async def stop(self) -> None:
        """Answer no more probes."""
        await self._server.stop(None)
