"""The part of RFC 9113 that a unary call needs: frame numbers and how a frame is written."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FRAME_HEADER_BYTES: Final = 9
DEFAULT_WINDOW: Final = 65_535
DEFAULT_FRAME_BYTES: Final = 16_384
MAX_WINDOW: Final = 2**31 - 1
MESSAGE_PREFIX_BYTES: Final = 5

END_STREAM: Final = 0x1
ACK: Final = 0x1
END_HEADERS: Final = 0x4
PADDED: Final = 0x8
PRIORITY: Final = 0x20

_HEADER: Final = struct.Struct(">BHBBI")
_SETTING: Final = struct.Struct(">HI")
_MESSAGE_PREFIX: Final = struct.Struct(">BI")


class Kind(IntEnum):
    """Frame types."""

    DATA = 0
    HEADERS = 1
    PRIORITY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PUSH_PROMISE = 5
    PING = 6
    GOAWAY = 7
    WINDOW_UPDATE = 8
    CONTINUATION = 9


class Setting(IntEnum):
    """Identifiers of settings."""

    HEADER_TABLE_SIZE = 1
    ENABLE_PUSH = 2
    MAX_CONCURRENT_STREAMS = 3
    INITIAL_WINDOW_SIZE = 4
    MAX_FRAME_SIZE = 5


def frame(kind: Kind, flags: int, stream: int, payload: bytes) -> bytes:
    """Write one frame."""
    length = len(payload)
    return _HEADER.pack(length >> 16, length & 0xFFFF, kind, flags, stream) + payload


def head(kind: Kind, flags: int, length: int) -> bytes:
    """Write the part of a frame header that stands before its stream number: the same for every call."""
    return _HEADER.pack(length >> 16, length & 0xFFFF, kind, flags, 0)[:5]


def settings(values: dict[Setting, int]) -> bytes:
    """Write a SETTINGS frame."""
    return frame(Kind.SETTINGS, 0, 0, b"".join(_SETTING.pack(key, value) for key, value in values.items()))


def read_settings(payload: bytes) -> dict[int, int]:
    """Read the payload of a SETTINGS frame; a later value of a key replaces an earlier one."""
    return dict(_SETTING.iter_unpack(payload))


def window_update(stream: int, credit: int) -> bytes:
    """Write a WINDOW_UPDATE: the peer may send `credit` bytes more."""
    return frame(Kind.WINDOW_UPDATE, 0, stream, credit.to_bytes(4, "big"))


def message(payload: bytes) -> bytes:
    """Put the length prefix of gRPC before an uncompressed message."""
    return _MESSAGE_PREFIX.pack(0, len(payload)) + payload
