from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from fulfillment_gate import AsyncGate, Gate
from tests.sdk.client import Client
from tests.sdk.peer import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


@pytest.fixture(params=[Gate, AsyncGate])
async def connect(request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., Client]]:
    """Give a maker of clients, which are closed at the end."""
    made: list[Client] = []

    def make(target: str, **options: object) -> Client:
        made.append(Client(request.param(target, **options)))
        return made[-1]

    yield make
    for client in made:
        await client.close()


@pytest.fixture
def client(connect: Callable[..., Client], peer: Peer) -> Client:
    """Give a client over the wire that a test can cut."""
    return connect(peer.wire.target, system="shop-1", actor="till 4")
