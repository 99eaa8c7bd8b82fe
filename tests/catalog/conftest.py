"""Gives each test a catalog that nobody has imported yet."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.catalog.world import World, over_empty_store


@pytest.fixture
async def world(store_url: str) -> AsyncIterator[World]:
    async with over_empty_store(store_url) as opened:
        yield opened
