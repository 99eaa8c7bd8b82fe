"""Header blocks: written once for each connection, read once for each distinct block."""

from __future__ import annotations

from typing import Final

from hpack import Decoder, Encoder

CALL_TIMEOUT: Final = "10S"
"""A deadline as the SDK sets it, so that every server pays for its timer."""


class RequestHeaders:
    """The header block of every request of one connection.

    The first one puts its fields into the server's table, each later one only points there, as real clients do.
    """

    def __init__(self, path: str, authority: str, token: str = "") -> None:
        """Take the method (`/package.Service/Method`), the server's name, and what the caller shows."""
        encoder = Encoder()
        fields = [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", path),
            (":authority", authority),
            ("te", "trailers"),
            ("content-type", "application/grpc"),
            ("user-agent", "bench-load"),
            ("grpc-timeout", CALL_TIMEOUT),
            ("authorization", f"Bearer {token}") if token else ("gate-system", "bench"),
        ]
        self.first = encoder.encode(fields)
        self.later = encoder.encode(fields)


class ResponseHeaders:
    """Tells from a header block of a response how the call ended.

    The client announces a header table of size 0, so a block means the same wherever it stands, and is read once.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self._seen: dict[bytes, str] = {}

    def status(self, block: bytes) -> str:
        """Give grpc-status as it stands there, "" where it is not yet said, or "http <status>" where not 200."""
        known = self._seen.get(block)
        if known is None:
            known = self._seen[block] = self._read(block)
        return known

    @staticmethod
    def _read(block: bytes) -> str:
        decoder = Decoder()
        decoder.header_table_size = 0
        decoder.max_allowed_table_size = 0
        fields = {bytes(name).decode(): bytes(value).decode() for name, value in decoder.decode(block, raw=True)}
        http_status = fields.get(":status", "200")
        return fields.get("grpc-status", "") if http_status == "200" else f"http {http_status}"
