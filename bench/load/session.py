"""One HTTP/2 connection without its socket: bytes in, finished calls and bytes out.

Everything a call needs is written with one join, and everything the server sends is read with one pass, because this
is where the load generator spends its time. What is rare (a full window, a split header block, padding) is in
methods of its own.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from bench.load import wire
from bench.load.headers import RequestHeaders, ResponseHeaders
from bench.load.wire import Kind, Setting

_CREDIT_STEP: Final = 16 * 1024 * 1024
_FINAL_STREAM: Final = 2**31 - 1


class ProtocolError(Exception):
    """The server said something a unary call cannot go on from."""


class Finished(NamedTuple):
    """One answered call; `status` is grpc-status, or what was there in its stead."""

    stream: int
    status: str


class Session:
    """The client's side of one connection. `out` holds what is to be sent; whoever sends it takes it away."""

    def __init__(self, path: str, authority: str, token: str = "") -> None:
        """Take the method to call. The connection's opening stands in `out` at once."""
        headers = RequestHeaders(path, authority, token)
        self._headers = headers.later
        self._headers_head = wire.head(Kind.HEADERS, wire.END_HEADERS, len(headers.later))
        self._first_headers = headers.first
        self._answers = ResponseHeaders()
        self._next_stream = 1
        self._rest = b""
        self._block: tuple[int, int, bytes] | None = None
        self._received = 0
        self._window = wire.DEFAULT_WINDOW
        self._stream_window = wire.DEFAULT_WINDOW
        self._frame_bytes = wire.DEFAULT_FRAME_BYTES
        self._windows: dict[int, int] = {}
        self._waiting: deque[tuple[int, bytes]] = deque()
        self.max_streams = _FINAL_STREAM
        self.sample = b""
        """The first answer's message, with its length prefix."""
        self.out = bytearray(self._opening())

    @staticmethod
    def _opening() -> bytes:
        """Announce no header table, so that equal headers are equal bytes, and windows that are never full."""
        announced = {
            Setting.HEADER_TABLE_SIZE: 0,
            Setting.ENABLE_PUSH: 0,
            Setting.INITIAL_WINDOW_SIZE: wire.MAX_WINDOW,
        }
        credit = wire.MAX_WINDOW - wire.DEFAULT_WINDOW
        return wire.PREFACE + wire.settings(announced) + wire.window_update(0, credit)

    def call(self, message: bytes) -> int:
        """Write a call of a message (length prefix included) and give its stream."""
        number = self._next_stream
        self._next_stream = number + 2
        if number > _FINAL_STREAM:
            raise ProtocolError("the connection has no stream numbers left")
        stream = number.to_bytes(4, "big")
        size = len(message)
        if number == 1:
            self.out += wire.frame(Kind.HEADERS, wire.END_HEADERS, number, self._first_headers)
            self._send_slowly(number, message)
        elif self._waiting or size > self._window or size > self._stream_window or size > self._frame_bytes:
            self.out += self._headers_head + stream + self._headers
            self._send_slowly(number, message)
        else:
            self._window -= size
            data_head = size.to_bytes(3, "big") + b"\x00\x01"
            self.out += b"".join((self._headers_head, stream, self._headers, data_head, stream, message))
        return number

    def _send_slowly(self, stream: int, message: bytes) -> None:
        """Send in as many frames as the windows need; what does not fit waits for credit."""
        self._windows[stream] = self._stream_window
        self._waiting.append((stream, message))
        self._send_waiting()

    def _send_waiting(self) -> None:
        blocked: deque[tuple[int, bytes]] = deque()
        while self._waiting and self._window > 0:
            stream, rest = self._waiting.popleft()
            room = self._windows[stream]
            while rest and (size := min(len(rest), room, self._window, self._frame_bytes)) > 0:
                flags = wire.END_STREAM if size == len(rest) else 0
                self.out += wire.frame(Kind.DATA, flags, stream, rest[:size])
                rest = rest[size:]
                room -= size
                self._window -= size
            if rest:
                self._windows[stream] = room
                blocked.append((stream, rest))
            else:
                del self._windows[stream]
        self._waiting = blocked + self._waiting

    def receive(self, data: bytes) -> list[Finished]:
        """Take what came from the socket, whole frames or not, and give the calls that ended with it."""
        if self._rest:
            data = self._rest + data
        finished: list[Finished] = []
        at, end = 0, len(data)
        while end - at >= wire.FRAME_HEADER_BYTES:
            body = at + wire.FRAME_HEADER_BYTES
            after = body + int.from_bytes(data[at : at + 3], "big")
            if after > end:
                break
            kind, flags = data[at + 3], data[at + 4]
            if kind == Kind.HEADERS and flags & ~wire.END_STREAM == wire.END_HEADERS:
                status = self._answers.status(data[body:after])
                if flags & wire.END_STREAM:
                    finished.append(Finished(int.from_bytes(data[at + 5 : body], "big"), status))
                elif status:
                    raise ProtocolError(f"the server answered {status}")
            elif kind == Kind.DATA:
                self._received += after - body
                if data[at + 5 : body] == b"\x00\x00\x00\x01":
                    self.sample += data[body:after]
            else:
                self._other(kind, flags, int.from_bytes(data[at + 5 : body], "big"), data[body:after], finished)
            at = after
        self._rest = data[at:]
        if self._received >= _CREDIT_STEP:
            self.out += wire.window_update(0, self._received)
            self._received = 0
        return finished

    def _other(self, kind: int, flags: int, stream: int, payload: bytes, finished: list[Finished]) -> None:
        """Take any frame that is not an ordinary part of an answer."""
        if kind == Kind.SETTINGS:
            if not flags & wire.ACK:
                self._settle(wire.read_settings(payload))
        elif kind == Kind.PING:
            if not flags & wire.ACK:
                self.out += wire.frame(Kind.PING, wire.ACK, 0, payload)
        elif kind == Kind.WINDOW_UPDATE:
            self._credit(stream, int.from_bytes(payload, "big"))
        elif kind == Kind.RST_STREAM:
            finished.append(Finished(stream, f"reset {int.from_bytes(payload, 'big')}"))
        elif kind == Kind.HEADERS:
            self._begin_block(flags, stream, payload, finished)
        elif kind == Kind.CONTINUATION:
            self._go_on_block(flags, payload, finished)
        elif kind == Kind.GOAWAY:
            raise ProtocolError(f"the server went away: error {int.from_bytes(payload[4:8], 'big')} {payload[8:]!r}")

    def _settle(self, values: dict[int, int]) -> None:
        if values.get(Setting.HEADER_TABLE_SIZE, 4_096) < 4_096:
            raise ProtocolError("the server keeps a smaller header table than the prepared headers need")
        self.max_streams = values.get(Setting.MAX_CONCURRENT_STREAMS, self.max_streams)
        self._frame_bytes = values.get(Setting.MAX_FRAME_SIZE, self._frame_bytes)
        window = values.get(Setting.INITIAL_WINDOW_SIZE, self._stream_window)
        for stream in self._windows:
            self._windows[stream] += window - self._stream_window
        self._stream_window = window
        self.out += wire.frame(Kind.SETTINGS, wire.ACK, 0, b"")
        self._send_waiting()

    def _credit(self, stream: int, credit: int) -> None:
        if stream == 0:
            self._window += credit
        elif stream in self._windows:
            self._windows[stream] += credit
        self._send_waiting()

    def _begin_block(self, flags: int, stream: int, payload: bytes, finished: list[Finished]) -> None:
        if flags & wire.PADDED:
            payload = payload[1 : len(payload) - payload[0]]
        if flags & wire.PRIORITY:
            payload = payload[5:]
        self._block = (stream, flags & wire.END_STREAM, b"")
        self._go_on_block(flags, payload, finished)

    def _go_on_block(self, flags: int, payload: bytes, finished: list[Finished]) -> None:
        if self._block is None:
            raise ProtocolError("a header block goes on that never began")
        stream, ends, begun = self._block
        if not flags & wire.END_HEADERS:
            self._block = (stream, ends, begun + payload)
            return
        self._block = None
        status = self._answers.status(begun + payload)
        if ends:
            finished.append(Finished(stream, status))
