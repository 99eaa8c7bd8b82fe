"""docs/operations.md against the settings, the exit codes, the health services, and the files that deploy the gate."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import Field, fields
from pathlib import Path

import pytest

from gate_service.bootstrap import parts
from gate_service.bootstrap.metrics import Metrics
from gate_service.cli.exits import ExitCode
from gate_service.embedded import valkey
from gate_service.rpc.grpc_transport import DURABILITY, LIVENESS
from gate_service.settings import ENV_PREFIX, Settings
from gate_service.settings.model import kind_of
from tests.contract.clock import Clock
from tests.deploy import manifest
from tests.docs import pages
from tests.reconcile.memory import MemoryRecords

PAGE = "operations.md"
SERVICE = re.compile(r"^service (\w+) {", re.MULTILINE)


def row_of(setting: Field[object]) -> pages.Row:
    """Give the row that a setting must have."""
    default = getattr(Settings(), setting.name)
    return {
        "setting": f"`{setting.name}`",
        "variable": f"`{ENV_PREFIX}{setting.name.upper()}`",
        "default": "empty" if default in ("", {}) else f"`{default}`",
        "allowed": kind_of(setting).allowed,
        "what it is": kind_of(setting).about,
    }


def test_every_setting_stands_there_with_its_default_and_what_it_allows() -> None:
    assert pages.table(PAGE, "setting", "variable") == [row_of(setting) for setting in fields(Settings)]


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    assert [int(row["code"]) for row in pages.table(PAGE, "code", "meaning")] == [int(code) for code in ExitCode]


def test_the_health_services_are_those_that_can_be_asked_for() -> None:
    protos = (pages.ROOT / "protos" / "fulfillment_gate" / "v1").glob("*_service.proto")
    contract = {f"fulfillment_gate.v1.{name}" for file in protos for name in SERVICE.findall(file.read_text())}
    described = [pages.plain(row["service"]) for row in pages.table(PAGE, "service", "SERVING means")]
    assert described == ["empty", *parts.names(), DURABILITY, LIVENESS]
    assert contract == set(parts.names())


@pytest.mark.parametrize("row", pages.table(PAGE, "probe", "service"), ids=lambda row: row["probe"])
def test_a_probe_asks_for_the_service_that_the_page_says(row: pages.Row) -> None:
    assert pages.plain(row["service"]) == (manifest.probe(row["probe"]).service or "empty")


def test_the_time_to_start_is_that_of_the_startup_probe() -> None:
    startup = manifest.probe("startup")
    (row,) = [row for row in pages.table(PAGE, "probe", "service") if row["probe"] == "startup"]
    assert f"after {startup.period_s * startup.failure_threshold} s" in row["when it fails"]


def test_the_store_must_be_set_as_the_manifest_says_and_as_the_embedded_store_is() -> None:
    wanted = {pages.plain(row["setting of the store"]): pages.plain(row["value"]) for row in store_rows()}
    assert wanted.items() <= manifest.store_advice().items()
    assert wanted == {name: embedded_options(fsync="always")[name] for name in wanted}


def store_rows() -> list[pages.Row]:
    return pages.table(PAGE, "setting of the store", "value")


def embedded_options(*, fsync: str) -> Mapping[str, str]:
    """Give the options that the embedded store is started with."""
    words = valkey._options(Path("data"), Path("socket"), Path("log"), fsync)
    return dict(zip((word.removeprefix("--") for word in words[::2]), words[1::2], strict=True))


def test_every_line_of_the_log_that_the_page_explains_is_one_that_the_gate_writes() -> None:
    code = "".join(path.read_text() for path in (pages.ROOT / "gate_service" / "bootstrap").glob("*.py"))
    lines = [pages.plain(row["line"]) for row in pages.table(PAGE, "line", "what it means, and what to do")]
    assert lines
    assert [line for line in lines if f'"{line}"' not in code] == []


def test_the_metrics_of_the_table_are_those_that_are_told_with_their_labels() -> None:
    metrics = Metrics(MemoryRecords(Clock()), dict)
    asyncio.run(metrics.tick(1))
    told = {each.name: tuple(each._labelnames) for each in metrics.collect()}  # type: ignore[attr-defined]
    rows = pages.table(PAGE, "metric", "labels")
    assert {row["metric"].strip("`"): tuple(re.findall(r"`(\w+)`", row["labels"])) for row in rows} == told
