"""A store with some history, one that is empty, and the commands of whoever runs the gate."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate_service.embedded.valkey import EmbeddedStore
from tests.contract.stores import empty
from tests.restore.house import House, a_day


@pytest.fixture(scope="session")
def spare_url() -> Iterator[str]:
    """Start a second store."""
    with (
        tempfile.TemporaryDirectory(prefix="gate-test-") as folder,
        EmbeddedStore.start(Path(folder) / "store") as store,
    ):
        yield store.url


@pytest.fixture(scope="session")
def archived_day(embedded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Archive a day; each day is like any other."""
    asyncio.run(empty(embedded_url))
    asyncio.run(a_day(embedded_url))
    folder = tmp_path_factory.mktemp("archive")
    House(embedded_url, "", folder, folder).archive_all()
    return folder


@pytest.fixture
def house(embedded_url: str, spare_url: str, archived_day: Path, tmp_path: Path) -> House:
    """Give a store that has seen a day at two locations, and an empty one."""
    for url in (embedded_url, spare_url):
        asyncio.run(empty(url))
    asyncio.run(a_day(embedded_url))
    return House(embedded_url, spare_url, tmp_path / "archive", archived_day)
