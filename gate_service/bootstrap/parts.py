"""What a serving gate is made of, put together once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import structlog
from google.protobuf.descriptor import ServiceDescriptor

from fulfillment_gate.v1 import (
    catalog_service_pb2,
    feed_service_pb2,
    fulfillment_gate_service_pb2,
    handoff_service_pb2,
    incoming_service_pb2,
    ledger_service_pb2,
    status_service_pb2,
    stock_service_pb2,
)
from gate_service.app.access import Access
from gate_service.app.commands import Commands
from gate_service.app.denials import Denials
from gate_service.app.guarded import GuardedLedger
from gate_service.app.handoffs import Handoffs
from gate_service.app.last_seen import LastSeen
from gate_service.app.questions import Questions
from gate_service.app.status import About, OwnState
from gate_service.bootstrap.catalog import CatalogParts
from gate_service.bootstrap.house import House, tell_of
from gate_service.bootstrap.inspection import Inspector
from gate_service.bootstrap.reconciliation import SERVICES as RECONCILIATION_SERVICES
from gate_service.bootstrap.reconciliation import ReconciliationParts
from gate_service.bootstrap.sourcing import SourcingParts
from gate_service.bootstrap.transfers import TransferParts
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.lineage import Fence
from gate_service.domain.policy import Buffer, Policy
from gate_service.handoffs import read
from gate_service.ledger.denials import RedisDenials
from gate_service.ledger.lanes import LaneLimits
from gate_service.ledger.ledger import RedisLedger
from gate_service.rpc import services
from gate_service.rpc.handoffs import HandoffService
from gate_service.rpc.identity import ByCredentials, ByName, Door
from gate_service.rpc.pipeline import Method, methods
from gate_service.rpc.tls import Tls
from gate_service.rpc.translate import with_items
from gate_service.settings import Authentication, Mode, Settings, SettingsError

DEVELOPER: Final = "dev"
"""What a caller of a development gate is called who does not name itself."""
_log = structlog.get_logger("gate")


def _service(file: object, name: str) -> ServiceDescriptor:
    found: ServiceDescriptor = file.DESCRIPTOR.services_by_name[name]  # type: ignore[attr-defined] # generated
    return found


GATE: Final = _service(fulfillment_gate_service_pb2, "FulfillmentGateService")
STOCK: Final = _service(stock_service_pb2, "StockService")
INCOMING: Final = _service(incoming_service_pb2, "IncomingService")
FEEDS: Final = _service(feed_service_pb2, "FeedService")
LEDGER: Final = _service(ledger_service_pb2, "LedgerService")
CATALOG: Final = _service(catalog_service_pb2, "CatalogService")
HANDOFFS: Final = _service(handoff_service_pb2, "HandoffService")
STATUS: Final = _service(status_service_pb2, "StatusService")
SERVICES: Final = (GATE, STOCK, INCOMING, FEEDS, LEDGER, CATALOG, HANDOFFS, STATUS, *RECONCILIATION_SERVICES)


@dataclass(frozen=True)
class Parts:
    """Everything that one gate is made of."""

    ledger: RedisLedger
    denials: RedisDenials
    catalog: CatalogParts
    sourcing: SourcingParts
    transfers: TransferParts
    reconciliation: ReconciliationParts
    inspector: Inspector
    state: OwnState
    house: House
    door: Door
    methods: list[Method]
    enforced: bool
    """Whether callers must prove who they are."""

    async def close(self) -> None:
        """Answer what was accepted, and close the connections."""
        await self.ledger.close()
        await self.sourcing.close()
        await self.catalog.close()
        await self.reconciliation.close()
        await self.denials.close()
        await self.inspector.close()


def build(settings: Settings, on_trouble: Callable[[], None], *, development: bool) -> Parts:
    """Put it together; nothing connects yet. With `development` anybody may do everything, as `dev` or by any name."""
    ledger = _ledger(settings, on_trouble)
    kept = RedisDenials.connect(settings.redis_url, settings.store_timeout_ms)
    denials = Denials(kept, lambda kinds: _log.warning("denied calls cannot be noted yet", kinds=kinds))
    enforced = not development and settings.authentication is Authentication.REQUIRED
    access = Access(enforced=enforced)

    def on_swap(handoffs: HandoffMap) -> None:
        access.swap(handoffs)
        tell_of(handoffs)

    handoffs = Handoffs(ledger, read, _policy(settings), on_swap)
    catalog = CatalogParts(settings, ledger, on_trouble)
    sourcing = SourcingParts(settings, ledger, handoffs.channels, lambda: handoffs.policy, access, on_trouble)
    transfers = TransferParts(ledger, lambda: handoffs.policy, access)
    reconciliation = ReconciliationParts(settings, ledger, handoffs, catalog, access, on_trouble)
    inspector = Inspector(settings)
    state = OwnState(_about(settings), ledger, lambda: inspector.last)
    who = ByCredentials(access) if enforced else ByName(DEVELOPER if development else "")
    return Parts(
        ledger=ledger,
        denials=kept,
        catalog=catalog,
        sourcing=sourcing,
        transfers=transfers,
        reconciliation=reconciliation,
        inspector=inspector,
        state=state,
        house=House(handoffs, denials, settings.handoffs),
        door=Door(who, access, denials),
        methods=[
            *_methods(ledger, access, handoffs, denials, catalog, sourcing, transfers, state),
            *methods(reconciliation.services),
        ],
        enforced=enforced,
    )


def tls(settings: Settings) -> Tls | None:
    """Give what the settings say of TLS; None where nothing is encrypted. Raises `SettingsError`."""
    files = [settings.tls_cert, settings.tls_key, settings.tls_client_ca]
    if not any(files):
        return None
    if not (settings.tls_cert and settings.tls_key):
        raise SettingsError("TLS needs both tls_cert and tls_key; tls_client_ca comes on top of them.")
    cert, key, client_ca = (Path(name) if name else None for name in files)
    assert cert is not None and key is not None  # noqa: S101, PT018 - checked above, and mypy does not see it
    return Tls(cert, key, client_ca, lambda why: _log.error("the renewed certificate is not taken", why=why))


def _about(settings: Settings) -> About:
    return About(
        version=version("fulfillment-gate"),
        started_at_ms=time.time_ns() // 1_000_000,
        production=settings.mode is Mode.PRODUCTION,
        durability=settings.durability,
        accepted_risk=settings.accept_risk,
    )


def _policy(settings: Settings) -> Policy:
    buffers = {channel: Buffer(units) for channel, units in settings.buffers.items()}
    return Policy(settings.safety_stock, buffers, settings.quarantine)


def _ledger(settings: Settings, on_trouble: Callable[[], None]) -> RedisLedger:
    limits = LaneLimits(queue_weight=settings.queue_limit, sheddable_weight=max(1, settings.queue_limit // 2))
    return RedisLedger.connect(
        settings.redis_url,
        limits=limits,
        timeout_ms=settings.store_timeout_ms,
        on_trouble=on_trouble,
        promise=settings.durability,
        on_fence=_tell_of_fence,
    )


def _tell_of_fence(location_id: str, fence: Fence | None) -> None:
    if fence is None:
        _log.info("location open again", location=location_id)
        return
    _log.error(
        "location fenced: its store has lost history that was acknowledged; nothing is written there until an operator "
        "has looked at it (gate recover)",
        location=location_id,
        remembered=f"revision {fence.remembered.revision} of epoch {fence.remembered.epoch}",
        found=f"revision {fence.found.revision} of epoch {fence.found.epoch}",
    )


def _methods(
    ledger: RedisLedger,
    access: Access,
    handoffs: Handoffs,
    denials: Denials,
    catalog: CatalogParts,
    sourcing: SourcingParts,
    transfers: TransferParts,
    state: OwnState,
) -> list[Method]:
    def policy() -> Policy:
        return handoffs.policy

    guarded = GuardedLedger(ledger, access)
    commands = Commands(guarded, policy)
    questions = Questions(guarded, policy, handoffs.locations_of, LastSeen(lambda: ledger.fences))
    items = catalog.translator
    found = methods(
        {
            GATE: services.FulfillmentGate(commands, questions, items, sourcing.use_case),
            STOCK: services.Stock(commands, questions, items),
            INCOMING: services.Incoming(commands, questions, transfers.use_case, items),
            FEEDS: services.Feeds(questions, handoffs),
            LEDGER: services.Ledger(questions),
            CATALOG: catalog.service,
            HANDOFFS: HandoffService(handoffs, denials),
            STATUS: services.Status(state),
        }
    )
    return with_items(found, items)


def names(services_told: Iterable[ServiceDescriptor] = SERVICES) -> list[str]:
    """Name the services, as health and reflection do."""
    return [service.full_name for service in services_told]
