"""The load generator's HTTP/2, byte by byte, against a server's side written here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hpack import Encoder

from bench.load import wire
from bench.load.session import Finished, ProtocolError, Session
from bench.load.wire import Kind, Setting

MESSAGE = wire.message(b"x" * 40)


class Frame(NamedTuple):
    """One frame as the server reads it."""

    kind: int
    flags: int
    stream: int
    payload: bytes


def frames(data: bytes) -> Iterator[Frame]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 3], "big")
        yield Frame(
            data[at + 3], data[at + 4], int.from_bytes(data[at + 5 : at + 9], "big"), data[at + 9 : at + 9 + size]
        )
        at += 9 + size


def taken(session: Session) -> list[Frame]:
    sent = bytes(session.out)
    session.out.clear()
    return list(frames(sent.removeprefix(wire.PREFACE)))


def opened() -> Session:
    session = Session("/bench.Echo/Say", "localhost:1")
    taken(session)
    return session


def block(*fields: tuple[str, str]) -> bytes:
    encoder = Encoder()
    encoder.header_table_size = 0
    return encoder.encode(fields)


def answer(stream: int, status: str = "0") -> bytes:
    begins = block((":status", "200"), ("content-type", "application/grpc"))
    return (
        wire.frame(Kind.HEADERS, wire.END_HEADERS, stream, begins)
        + wire.frame(Kind.DATA, 0, stream, wire.message(b"yes"))
        + wire.frame(Kind.HEADERS, wire.END_HEADERS | wire.END_STREAM, stream, block(("grpc-status", status)))
    )


def data_sizes(sent: list[Frame], stream: int) -> list[int]:
    return [len(frame.payload) for frame in sent if frame.kind == Kind.DATA and frame.stream == stream]


def test_an_answer_counts_once_wherever_the_network_cuts_it() -> None:
    whole = answer(1) + answer(3, "8")
    for cut in range(len(whole) + 1):
        session = opened()
        session.call(MESSAGE)
        session.call(MESSAGE)
        assert session.receive(whole[:cut]) + session.receive(whole[cut:]) == [Finished(1, "0"), Finished(3, "8")]
        assert session.sample == wire.message(b"yes")


def test_every_call_after_the_first_has_the_same_headers_and_its_own_stream() -> None:
    session = opened()
    for _ in range(3):
        session.call(MESSAGE)
    headers = [frame for frame in taken(session) if frame.kind == Kind.HEADERS]
    assert [frame.stream for frame in headers] == [1, 3, 5]
    assert headers[1].payload == headers[2].payload
    assert len(headers[1].payload) < len(headers[0].payload)


def test_a_message_is_cut_into_frames_and_waits_for_the_stream_window() -> None:
    session = opened()
    session.call(wire.message(b"x" * 100_000))
    assert data_sizes(taken(session), 1) == [16_384, 16_384, 16_384, 16_383]
    session.receive(wire.window_update(0, 100_000))
    assert data_sizes(taken(session), 1) == []
    session.receive(wire.window_update(1, 100_000))
    sent = taken(session)
    assert sum(data_sizes(sent, 1)) == 100_005 - 65_535
    assert sent[-1].flags & wire.END_STREAM


def test_calls_behind_a_full_connection_window_wait_in_order() -> None:
    session = opened()
    session.call(wire.message(b"x" * 60_000))
    session.call(wire.message(b"y" * 10_000))
    session.call(wire.message(b"z" * 10))
    sent = taken(session)
    assert sum(data_sizes(sent, 1)) + sum(data_sizes(sent, 3)) == 65_535
    assert data_sizes(sent, 5) == []
    session.receive(wire.window_update(0, 1_000_000))
    assert data_sizes(taken(session), 5) == [15]


def test_a_larger_window_in_the_settings_lets_a_waiting_message_go() -> None:
    session = opened()
    session.receive(wire.window_update(0, 1_000_000))
    session.call(wire.message(b"x" * 100_000))
    taken(session)
    session.receive(wire.settings({Setting.INITIAL_WINDOW_SIZE: 200_000, Setting.MAX_CONCURRENT_STREAMS: 7}))
    assert sum(data_sizes(taken(session), 1)) == 100_005 - 65_535
    assert session.max_streams == 7


def test_pings_and_settings_are_acknowledged_and_acknowledgements_are_not() -> None:
    session = opened()
    session.receive(wire.frame(Kind.PING, 0, 0, b"12345678") + wire.settings({}))
    assert taken(session) == [
        Frame(Kind.PING, wire.ACK, 0, b"12345678"),
        Frame(Kind.SETTINGS, wire.ACK, 0, b""),
    ]
    session.receive(wire.frame(Kind.PING, wire.ACK, 0, b"12345678") + wire.frame(Kind.SETTINGS, wire.ACK, 0, b""))
    assert taken(session) == []


def test_a_header_block_may_be_padded_and_split() -> None:
    session = opened()
    session.call(MESSAGE)
    whole = block(("grpc-status", "14"), ("grpc-message", "m" * 50))
    begins = b"\x03" + whole[:10] + b"\x00" * 3
    got = session.receive(
        wire.frame(Kind.HEADERS, wire.END_STREAM | wire.PADDED, 1, begins)
        + wire.frame(Kind.CONTINUATION, 0, 1, whole[10:20])
        + wire.frame(Kind.CONTINUATION, wire.END_HEADERS, 1, whole[20:])
    )
    assert got == [Finished(1, "14")]


def test_a_reset_stream_is_a_failed_call() -> None:
    session = opened()
    session.call(MESSAGE)
    assert session.receive(wire.frame(Kind.RST_STREAM, 0, 1, b"\x00\x00\x00\x02")) == [Finished(1, "reset 2")]


def test_a_server_that_goes_away_ends_the_run() -> None:
    with pytest.raises(ProtocolError, match="error 11 b'too_many_pings'"):
        opened().receive(wire.frame(Kind.GOAWAY, 0, 0, b"\x00\x00\x00\x00\x00\x00\x00\x0btoo_many_pings"))


def test_an_answer_that_is_not_http_200_ends_the_run() -> None:
    session = opened()
    session.call(MESSAGE)
    with pytest.raises(ProtocolError, match="http 503"):
        session.receive(wire.frame(Kind.HEADERS, wire.END_HEADERS, 1, block((":status", "503"))))


def test_what_was_received_is_credited_back() -> None:
    session = opened()
    session.call(MESSAGE)
    session.call(MESSAGE)
    for _ in range(1_024):
        session.receive(wire.frame(Kind.DATA, 0, 3, b"x" * 16_384))
    credits_given = [
        int.from_bytes(frame.payload, "big") for frame in taken(session) if frame.kind == Kind.WINDOW_UPDATE
    ]
    assert credits_given == [1_024 * 16_384]
