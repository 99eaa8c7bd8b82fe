"""A shop over an empty store for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sourcing.shop import Shop, opened


@pytest.fixture
async def shop(store_url: str) -> AsyncIterator[Shop]:
    async with opened(store_url) as running:
        yield running
