"""The settings themselves: each with its default, what it allows and what it is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum

from gate_service.domain.durability import PROMISE_NOTHING, Durability
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.vocabulary import Quarantine
from gate_service.settings.kinds import Kind, address, file, one_of, promise, store_url, text, units_by_channel, whole
from gate_service.store.options import SHOWABLE

_MINUTE_MS = 60_000


class Authentication(StrEnum):
    """Whether callers must prove who they are."""

    REQUIRED = "required"
    NONE = "none"


class Mode(StrEnum):
    """How strictly the store is looked at."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Settings:
    """All that can be set. Quantities in base units, durations in ms."""

    listen: str = field(
        default="127.0.0.1:50051",
        metadata=address("Where the gate listens for gRPC. Port 0 lets the system choose."),
    )
    probe_listen: str = field(
        default="",
        metadata=address("Where health alone is answered, never encrypted: for probes that speak no TLS."),
    )
    redis_url: str = field(
        default="",
        repr=False,  # it may carry a password
        metadata=store_url("The store that holds the ledgers. Not needed by `gate dev`, which brings its own."),
    )
    durability: Durability = field(
        default=PROMISE_NOTHING,
        metadata=promise("What must be true of a write before it is acknowledged, and what the store is held to."),
    )
    mode: Mode = field(
        default=Mode.DEVELOPMENT,
        metadata=one_of(
            [each.value for each in Mode],
            "In production a store that cannot keep what `durability` promises is refused at the start.",
            Mode,
        ),
    )
    accept_risk: str = field(
        default="",
        metadata=text(200, "Why such a store is used in production all the same; stands in the log and in the status."),
    )
    handoffs: str = field(
        default="",
        metadata=file("The handoff map to put in force: who may do what, and where. Looked at again when it changes."),
    )
    authentication: Authentication = field(
        default=Authentication.REQUIRED,
        metadata=one_of(
            [each.value for each in Authentication],
            "Whether callers must prove who they are, by token or certificate, and may do only what the map says.",
            Authentication,
        ),
    )
    tls_cert: str = field(
        default="", metadata=file("The certificate that the gate shows, PEM; without one nothing is encrypted.")
    )
    tls_key: str = field(default="", metadata=file("The key of that certificate, PEM."))
    tls_client_ca: str = field(
        default="", metadata=file("Whoever signs the certificates of callers, PEM; then every caller must show one.")
    )
    safety_stock: int = field(
        default=0,
        metadata=whole(0, BUCKET_MAX, "Units of every SKU at every location that are promised to no channel."),
    )
    buffers: Mapping[str, int] = field(
        default_factory=dict,
        metadata=units_by_channel("Units kept back from one channel, on top of the safety stock."),
    )
    quarantine: Quarantine = field(
        default=Quarantine.AVAILABLE,
        metadata=one_of(
            [quarantine.value for quarantine in Quarantine],
            "What a short pick puts in doubt: what is still available, all that is allocatable, or the missing units.",
            Quarantine,
        ),
    )
    workers: int = field(
        default=1,
        metadata=whole(1, 64, "Processes that share the address, each on a core of its own. `gate dev` is always one."),
    )
    queue_limit: int = field(
        default=20_000,
        metadata=whole(1, 1_000_000, "Lines that may wait for one location before callers are told to come back."),
    )
    store_timeout_ms: int = field(
        default=5_000, metadata=whole(100, 10 * _MINUTE_MS, "How long one call to the store may take.")
    )
    sweep_interval_ms: int = field(
        default=500, metadata=whole(10, 10 * _MINUTE_MS, "How often holds and permits that ran out are looked for.")
    )
    probe_interval_ms: int = field(
        default=500, metadata=whole(10, 10 * _MINUTE_MS, "How often the gate asks whether its store can be written.")
    )
    drain_ms: int = field(
        default=2_000,
        metadata=whole(0, 10 * _MINUTE_MS, "How long the gate says NOT_SERVING before it stops to listen."),
    )
    grace_ms: int = field(
        default=10_000, metadata=whole(0, 10 * _MINUTE_MS, "How long running calls may take once it stops to listen.")
    )
    log_level: str = field(
        default="info", metadata=one_of(["debug", "info", "warning", "error"], "What is worth a line in the log.")
    )
    log_format: str = field(
        default="console", metadata=one_of(["console", "json"], "How a line of the log looks: for people or programs.")
    )


class SettingsError(Exception):
    """A setting is unknown or out of its bounds.

    The text names the setting, the value, where it came from and what is allowed.
    """


def kinds() -> dict[str, Kind]:
    """Give what each setting allows, by its name."""
    return {each.name: kind_of(each) for each in fields(Settings)}


def kind_of(setting: Field[object]) -> Kind:
    """Give what one setting allows."""
    kind: Kind = setting.metadata["kind"]
    return kind


def masked(url: str) -> str:
    """Give the address of a store so that it can be shown: `***` for every password, and what may be meant for one."""
    url = re.sub(r"(//[^/@:?#]*|^[^/@:?#]+):(?!//).*@", r"\1:***@", url)
    return re.sub(r"([?&])([^=&]*)=[^&]*", _masked_option, url)


def _masked_option(found: re.Match[str]) -> str:
    return found[0] if found[2] in SHOWABLE else f"{found[1]}{found[2]}=***"
