"""The servers of a cluster while nobody says who has which slot."""

from __future__ import annotations

import asyncio
import socket

import pytest

from gate_service.domain.errors import Unavailable
from gate_service.store.members import Members
from gate_service.store.urls import parse


async def test_whoever_asks_just_when_the_first_look_has_failed_spoils_it_for_nobody() -> None:
    with socket.socket() as silent:  # bound, and nobody listens
        silent.bind(("127.0.0.1", 0))
        members = Members(parse(f"redis+cluster://127.0.0.1:{silent.getsockname()[1]}"), 500, lambda: None)
        waiting = [asyncio.create_task(members.slots()) for _ in range(3)]
        await asyncio.sleep(0)
        first = members._first
        assert first is not None
        while not first.done():  # noqa: ASYNC110 - the very turn in which it ends
            await asyncio.sleep(0)
        waiting.append(asyncio.create_task(members.slots()))
        with pytest.raises(Unavailable):
            await members.slots()
        for each in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(each, Unavailable)
        await members.close()
