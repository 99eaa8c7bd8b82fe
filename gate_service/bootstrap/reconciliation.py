"""What a serving gate has of reconciliation: it takes snapshots and tells; another process compares and watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from google.protobuf.descriptor import ServiceDescriptor

from fulfillment_gate.v1 import (
    buffer_service_pb2,
    counting_service_pb2,
    finding_service_pb2,
    reconciliation_service_pb2,
    variance_service_pb2,
)
from gate_service.app.access import Access
from gate_service.app.handoffs import Handoffs
from gate_service.app.reconcile.buffers.in_force import BufferDesk, BuffersInForce
from gate_service.app.reconcile.counting.accuracy import CountAccuracy
from gate_service.app.reconcile.counting.classes import SkuClasses
from gate_service.app.reconcile.counting.desk import CountDesk
from gate_service.app.reconcile.findings.findings import FindingDesk
from gate_service.app.reconcile.snapshots.snapshots import Edge, Snapshots
from gate_service.app.reconcile.variances.told import ToldVariances
from gate_service.app.reconcile.variances.variances import VarianceDesk
from gate_service.bootstrap.catalog import CatalogParts
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.successors import LedgerSuccessors
from gate_service.reconcile.records import RedisRecords
from gate_service.reconcile.rows import RedisRows
from gate_service.rpc.services.buffers import Buffers
from gate_service.rpc.services.counting import Counting
from gate_service.rpc.services.findings import Findings
from gate_service.rpc.services.reconciliation import Reconciliation
from gate_service.rpc.services.variances import Variances
from gate_service.settings import Settings
from gate_service.store.connect import connect
from gate_service.store.store import Store

RECONCILIATION: Final = reconciliation_service_pb2.DESCRIPTOR.services_by_name["ReconciliationService"]
VARIANCES: Final = variance_service_pb2.DESCRIPTOR.services_by_name["VarianceService"]
FINDINGS: Final = finding_service_pb2.DESCRIPTOR.services_by_name["FindingService"]
COUNTING: Final = counting_service_pb2.DESCRIPTOR.services_by_name["CountingService"]
BUFFERS: Final = buffer_service_pb2.DESCRIPTOR.services_by_name["BufferService"]
_BUFFERS_MS: Final = 3_000
SERVICES: Final = (RECONCILIATION, VARIANCES, FINDINGS, COUNTING, BUFFERS)


class ReconciliationParts:
    """The connections are its own: a large snapshot keeps no reservation waiting for one."""

    def __init__(
        self,
        settings: Settings,
        ledger: RedisLedger,
        handoffs: Handoffs,
        catalog: CatalogParts,
        access: Access,
        on_trouble: Callable[[], None],
    ) -> None:
        """Put it together; nothing connects yet."""
        self._store: Store = connect(settings.redis_url, settings.store_timeout_ms, on_trouble, settings.durability)
        records = RedisRecords(self._store)
        edge = Edge(catalog.lookup, LedgerSuccessors(self._store), catalog.note_unknown)
        snapshots = Snapshots(records, RedisRows(self._store), ledger, handoffs, access, edge)
        self._findings = FindingDesk(records, access)
        self.services: Final[Mapping[ServiceDescriptor, object]] = {
            RECONCILIATION: Reconciliation(snapshots),
            VARIANCES: Variances(VarianceDesk(records, access), ToldVariances(records)),
            FINDINGS: Findings(self._findings),
            COUNTING: Counting(
                CountDesk(records, ledger, access, lambda: handoffs.reconcile.counting, lambda: handoffs.policy),
                CountAccuracy(records, ledger, access),
            ),
            BUFFERS: Buffers(BufferDesk(records, access)),
        }
        self._buffers = BuffersInForce(records, handoffs, SkuClasses(catalog.lookup).all)

    async def watch(self) -> None:
        """Keep back what was measured, as it is measured anew, until cancelled."""
        await self._buffers.follow_for_ever(_BUFFERS_MS)

    def end(self) -> None:
        """Let nobody wait for events any longer: the gate stops."""
        self._findings.end()

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()
