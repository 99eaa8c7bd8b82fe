"""Which role may call which method at all: fixed, and looked at before the handoff map says anything.

A method without a row stops the start, so that no new call is ever open because somebody forgot it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from gate_service.domain.verbs import Verb


class Role(StrEnum):
    """What kind of system a caller is."""

    STOREFRONT = "storefront"
    """Sells: shops, marketplaces, tills."""
    WAREHOUSE = "warehouse"
    """Handles goods: a warehouse management system, a store's back room."""
    ERP = "erp"
    """Plans and books: purchase orders, items, corrections."""
    LOGISTICS = "logistics"
    """Handles goods for somebody else: a 3PL, a drop-shipper."""
    AUDITOR = "auditor"
    """Looks at everything, changes nothing."""
    ADMIN = "admin"
    """Runs the gate."""


class Row(NamedTuple):
    """Who may call one method."""

    roles: frozenset[Role]
    """Empty where anyone may, with or without credentials."""
    verb: Verb | None
    """What the handoff map must give besides; None for a question."""
    or_does: Verb | None = None
    """Of a question: whoever does this may ask it too, also one that may ask nothing else."""


_GATE: Final = "fulfillment_gate.v1.FulfillmentGateService"
_STOCK: Final = "fulfillment_gate.v1.StockService"
_INCOMING: Final = "fulfillment_gate.v1.IncomingService"
_FEEDS: Final = "fulfillment_gate.v1.FeedService"
_LEDGER: Final = "fulfillment_gate.v1.LedgerService"
_CATALOG: Final = "fulfillment_gate.v1.CatalogService"
_HANDOFFS: Final = "fulfillment_gate.v1.HandoffService"
_STATUS: Final = "fulfillment_gate.v1.StatusService"
_RECONCILIATION: Final = "fulfillment_gate.v1.ReconciliationService"
_VARIANCES: Final = "fulfillment_gate.v1.VarianceService"
_FINDINGS: Final = "fulfillment_gate.v1.FindingService"
_COUNTING: Final = "fulfillment_gate.v1.CountingService"
_BUFFERS: Final = "fulfillment_gate.v1.BufferService"
_HEALTH: Final = "grpc.health.v1.Health"
_REFLECTION: Final = "grpc.reflection.v1alpha.ServerReflection"

_ALL: Final = frozenset(Role)
_SELLING: Final = frozenset({Role.STOREFRONT, Role.ERP, Role.ADMIN})
_HANDLING: Final = frozenset({Role.WAREHOUSE, Role.LOGISTICS, Role.ADMIN})
_HANDLING_OR_BOOKING: Final = _HANDLING | {Role.ERP}
_BOOKING: Final = frozenset({Role.ERP, Role.ADMIN})
_APPROVING: Final = frozenset({Role.WAREHOUSE, Role.ERP, Role.ADMIN})
_TELLING: Final = _ALL - {Role.AUDITOR}
_LOOKING_AFTER: Final = frozenset({Role.AUDITOR, Role.ADMIN})
_BEHIND_THE_SHOP: Final = _ALL - {Role.STOREFRONT}
_RUNNING: Final = frozenset({Role.ADMIN})

_ANYONE: Final = Row(frozenset(), None)

METHODS: Final[Mapping[str, Row]] = {
    f"/{_GATE}/CheckAvailability": Row(_ALL, None),
    f"/{_GATE}/ReserveStock": Row(_SELLING, Verb.RESERVE_STOCK),
    f"/{_GATE}/ConfirmReservation": Row(_SELLING, Verb.CONFIRM_RESERVATION),
    f"/{_GATE}/ReleaseReservation": Row(_SELLING, Verb.RELEASE_RESERVATION),
    f"/{_GATE}/GetReservation": Row(_ALL, None),
    f"/{_GATE}/AuthorizeWave": Row(_HANDLING, Verb.AUTHORIZE_WAVE),
    f"/{_GATE}/ReportPick": Row(_HANDLING, Verb.REPORT_PICK),
    f"/{_GATE}/ConfirmShipment": Row(_HANDLING_OR_BOOKING, Verb.CONFIRM_SHIPMENT),
    f"/{_GATE}/ListUnmatchedShipments": Row(_BEHIND_THE_SHOP, None),
    f"/{_GATE}/ResolveShipment": Row(_HANDLING_OR_BOOKING, Verb.RESOLVE_SHIPMENT),
    f"/{_STOCK}/RecordReceipt": Row(_HANDLING_OR_BOOKING, Verb.RECORD_RECEIPT),
    f"/{_STOCK}/RecordReturn": Row(_HANDLING_OR_BOOKING, Verb.RECORD_RETURN),
    f"/{_STOCK}/MoveStock": Row(_HANDLING, Verb.MOVE_STOCK),
    f"/{_STOCK}/PlaceStockHold": Row(_HANDLING_OR_BOOKING, Verb.PLACE_STOCK_HOLD),
    f"/{_STOCK}/LiftStockHold": Row(_HANDLING_OR_BOOKING, Verb.LIFT_STOCK_HOLD),
    f"/{_STOCK}/ListStockHolds": Row(_BEHIND_THE_SHOP, None),
    f"/{_STOCK}/AdjustStock": Row(_HANDLING_OR_BOOKING, Verb.ADJUST_STOCK),
    f"/{_STOCK}/ApproveAdjustment": Row(_APPROVING, Verb.APPROVE_ADJUSTMENT),
    f"/{_STOCK}/ListProposals": Row(_BEHIND_THE_SHOP, None),
    f"/{_STOCK}/SubmitCount": Row(_HANDLING, Verb.SUBMIT_COUNT),
    f"/{_STOCK}/ListShortages": Row(_ALL, None),
    f"/{_STOCK}/SetQuota": Row(_BOOKING, Verb.SET_QUOTA),
    f"/{_STOCK}/ListQuotas": Row(_ALL, None),
    f"/{_STOCK}/MergeSku": Row(_BOOKING, Verb.MERGE_SKU),
    f"/{_STOCK}/GetStock": Row(_ALL, None),
    f"/{_STOCK}/ListStock": Row(_ALL, None),
    f"/{_INCOMING}/AnnounceIncoming": Row(_HANDLING_OR_BOOKING, Verb.ANNOUNCE_INCOMING),
    f"/{_INCOMING}/AmendIncoming": Row(_HANDLING_OR_BOOKING, Verb.AMEND_INCOMING),
    f"/{_INCOMING}/GetIncoming": Row(_ALL, None),
    f"/{_INCOMING}/ListIncoming": Row(_ALL, None),
    f"/{_INCOMING}/TransferStock": Row(_HANDLING_OR_BOOKING, Verb.TRANSFER_STOCK),
    f"/{_FEEDS}/ListFeeds": Row(_BEHIND_THE_SHOP, None),
    f"/{_FEEDS}/ListDeliveries": Row(_BEHIND_THE_SHOP, None),
    f"/{_LEDGER}/ListEntries": Row(_BEHIND_THE_SHOP, None),
    f"/{_CATALOG}/BeginImport": Row(_BOOKING, Verb.IMPORT_ITEMS),
    f"/{_CATALOG}/StageItems": Row(_BOOKING, Verb.IMPORT_ITEMS),
    f"/{_CATALOG}/CommitImport": Row(_BOOKING, Verb.IMPORT_ITEMS),
    f"/{_CATALOG}/AbortImport": Row(_BOOKING, Verb.IMPORT_ITEMS),
    f"/{_CATALOG}/GetImport": Row(_BEHIND_THE_SHOP, None),
    f"/{_CATALOG}/ListImportErrors": Row(_BEHIND_THE_SHOP, None),
    f"/{_CATALOG}/ResolveItems": Row(_ALL, None),
    f"/{_CATALOG}/GetItem": Row(_ALL, None),
    f"/{_CATALOG}/ListItems": Row(_ALL, None),
    f"/{_CATALOG}/ListUnknownItems": Row(_BEHIND_THE_SHOP, None),
    f"/{_CATALOG}/ForgetUnknownItems": Row(_BOOKING, Verb.IMPORT_ITEMS),
    f"/{_HANDOFFS}/GetHandoffs": Row(_LOOKING_AFTER, None),
    f"/{_HANDOFFS}/ApplyHandoffs": Row(_RUNNING, Verb.CHANGE_HANDOFFS),
    f"/{_HANDOFFS}/ListHandoffChanges": Row(_LOOKING_AFTER, None),
    f"/{_HANDOFFS}/ListViolations": Row(_LOOKING_AFTER, None),
    f"/{_STATUS}/GetStatus": Row(_LOOKING_AFTER, None),
    f"/{_RECONCILIATION}/SubmitSnapshot": Row(_TELLING, Verb.SUBMIT_SNAPSHOT),
    f"/{_RECONCILIATION}/GetSnapshot": Row(_ALL, None),
    f"/{_RECONCILIATION}/ListSnapshots": Row(_BEHIND_THE_SHOP, None),
    f"/{_VARIANCES}/ListVariances": Row(_BEHIND_THE_SHOP, None),
    f"/{_VARIANCES}/GetVariance": Row(_BEHIND_THE_SHOP, None),
    f"/{_VARIANCES}/ChangeVariance": Row(_HANDLING_OR_BOOKING, Verb.RESOLVE_VARIANCE),
    f"/{_FINDINGS}/ListFindings": Row(_BEHIND_THE_SHOP, None),
    f"/{_FINDINGS}/AcknowledgeFinding": Row(_HANDLING_OR_BOOKING, Verb.RESOLVE_VARIANCE),
    f"/{_FINDINGS}/ListEvents": Row(_BEHIND_THE_SHOP, None),
    f"/{_COUNTING}/ListCountTasks": Row(_BEHIND_THE_SHOP, None, Verb.SUBMIT_COUNT),
    f"/{_COUNTING}/StartCount": Row(_HANDLING, Verb.SUBMIT_COUNT),
    f"/{_COUNTING}/SubmitCountTask": Row(_HANDLING, Verb.SUBMIT_COUNT),
    f"/{_COUNTING}/GetCountAccuracy": Row(_BEHIND_THE_SHOP, None),
    f"/{_BUFFERS}/ListBuffers": Row(_BEHIND_THE_SHOP, None),
    f"/{_HEALTH}/Check": _ANYONE,
    f"/{_HEALTH}/Watch": _ANYONE,
    f"/{_HEALTH}/List": _ANYONE,
    f"/{_REFLECTION}/ServerReflectionInfo": _ANYONE,
}


class MethodWithoutRow(Exception):
    """A method is served that the table does not know. The text names it and says what to do."""


def require_rows(methods: Iterable[str], table: Mapping[str, Row] = METHODS) -> None:
    """Raise `MethodWithoutRow` where one of these full names (`/package.Service/Method`) has no row."""
    unknown = sorted(set(methods) - set(table))
    if unknown:
        raise MethodWithoutRow(
            f"no row says who may call {', '.join(unknown)}: give each one in gate_service/domain/roles.py"
        )


def asked(method: str, table: Mapping[str, Row] = METHODS) -> str:
    """Give the word for what a method is asked to do: its verb, or for a question its own name."""
    row = table.get(method)
    return row.verb if row and row.verb else method.rpartition("/")[2]


def roles_of(verb: Verb, table: Mapping[str, Row] = METHODS) -> frozenset[Role]:
    """Give the roles that may ask for a verb by any method."""
    return frozenset(role for row in table.values() if row.verb is verb for role in row.roles)
