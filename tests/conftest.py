"""How long the random tests search, and the one real store that the tests of a process share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gate_service.embedded.valkey import EmbeddedStore

# A first call compiles scripts and a busy machine stalls: neither says anything about behaviour, so no deadline and
# no complaint about slow data. A failure prints the blob that repeats it.
_COMMON = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", _COMMON, max_examples=80, stateful_step_count=60)
settings.register_profile("long", _COMMON, max_examples=1_000, stateful_step_count=120)
settings.load_profile(os.environ.get("GATE_TEST_PROFILE", "default"))


@pytest.fixture(scope="session")
def embedded_url() -> Iterator[str]:
    """Start the embedded store for the whole session; whoever uses it empties it first."""
    with (
        tempfile.TemporaryDirectory(prefix="gate-test-") as folder,
        EmbeddedStore.start(Path(folder) / "store") as store,
    ):
        yield store.url


@pytest.fixture(scope="session")
def store_url(embedded_url: str) -> str:
    """Give the store that a test runs on."""
    return embedded_url
