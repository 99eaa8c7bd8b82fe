"""The pairs of proto enum and domain word, made once."""

from __future__ import annotations

from fulfillment_gate.v1 import counting_service_pb2 as counting_pb
from fulfillment_gate.v1 import feed_service_pb2 as feed_pb
from fulfillment_gate.v1 import finding_service_pb2 as finding_pb
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from fulfillment_gate.v1 import variance_service_pb2 as variance_pb
from gate_service.domain import vocabulary as words
from gate_service.domain.reconcile import records
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.verbs import VarianceVerb
from gate_service.rpc.fields import EnumField

BUCKET = EnumField(types_pb.Bucket, "BUCKET_", words.Bucket)
RESERVATION_STATE = EnumField(types_pb.ReservationState, "RESERVATION_STATE_", words.ReservationState)
WAVE_ATOMICITY = EnumField(gate_pb.WaveAtomicity, "WAVE_ATOMICITY_", words.WaveAtomicity)
VERDICT = EnumField(gate_pb.Verdict, "VERDICT_", words.Verdict)
VERDICT_REASON = EnumField(gate_pb.VerdictReason, "VERDICT_REASON_", words.VerdictReason)
SHORT_REASON = EnumField(gate_pb.ShortReason, "SHORT_REASON_", words.ShortReason)
LANDING = EnumField(stock_pb.Landing, "LANDING_", words.Landing)
ADJUSTMENT_REASON = EnumField(stock_pb.AdjustmentReason, "ADJUSTMENT_REASON_", words.AdjustmentReason)
OPERATION_KIND = EnumField(ledger_pb.OperationKind, "OPERATION_KIND_", words.OperationKind)
STOCK_STATUS = EnumField(stock_pb.StockStatus, "STOCK_STATUS_", words.StockStatus)
DOCUMENT_KIND = EnumField(incoming_pb.DocumentKind, "DOCUMENT_KIND_", words.DocumentKind)
DELIVERY_VERDICT = EnumField(feed_pb.DeliveryVerdict, "DELIVERY_VERDICT_", words.DeliveryVerdict)
DRIFT_CAUSE = EnumField(reconciliation_pb.DriftCause, "DRIFT_CAUSE_", Cause)
DRIFT_SEVERITY = EnumField(variance_pb.DriftSeverity, "DRIFT_SEVERITY_", records.Severity)
DRIFT_ACTION = EnumField(variance_pb.DriftAction, "DRIFT_ACTION_", records.Action)
SNAPSHOT_STATE = EnumField(reconciliation_pb.SnapshotState, "SNAPSHOT_STATE_", records.SnapshotState)
VARIANCE_STATE = EnumField(variance_pb.VarianceState, "VARIANCE_STATE_", records.VarianceState)
FINDING_KIND = EnumField(finding_pb.FindingKind, "FINDING_KIND_", records.FindingKind)
FINDING_STATE = EnumField(finding_pb.FindingState, "FINDING_STATE_", records.FindingState)
VARIANCE_VERB = EnumField(variance_pb.VarianceVerb, "VARIANCE_VERB_", VarianceVerb)
COUNT_TRIGGER = EnumField(counting_pb.CountTrigger, "COUNT_TRIGGER_", records.CountTrigger)
COUNT_TASK_STATE = EnumField(counting_pb.CountTaskState, "COUNT_TASK_STATE_", records.CountTaskState)
