"""Responses of StockService."""

from __future__ import annotations

from collections.abc import Sequence

from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.domain import replies
from gate_service.domain.cases import ProposalPage, QuotaPage, ShortagePage, StockHoldPage
from gate_service.domain.stock import StockAnswer, StockPage
from gate_service.rpc import enums
from gate_service.rpc.encode.parts import applied, level, lineage, shortage


def record_receipt(reply: replies.RecordReceiptReply) -> stock_pb.RecordReceiptResponse:
    """Encode a receipt."""
    return stock_pb.RecordReceiptResponse(
        applied=applied(reply.applied),
        levels=map(level, reply.levels),
        over=_units(reply.over),
        open=_units(reply.open),
    )


def record_return(reply: replies.RecordReturnReply) -> stock_pb.RecordReturnResponse:
    """Encode a return."""
    return stock_pb.RecordReturnResponse(
        applied=applied(reply.applied), levels=map(level, reply.levels), unmatched=_units(reply.unmatched)
    )


def move_stock(reply: replies.MoveStockReply) -> stock_pb.MoveStockResponse:
    """Encode a change of status."""
    return stock_pb.MoveStockResponse(
        applied=applied(reply.applied), levels=map(level, reply.levels), shortages=map(shortage, reply.shortages)
    )


def place_stock_hold(reply: replies.StockHoldReply) -> stock_pb.PlaceStockHoldResponse:
    """Encode a hold that was placed."""
    return stock_pb.PlaceStockHoldResponse(
        applied=applied(reply.applied), level=level(reply.level), shortages=map(shortage, reply.shortages)
    )


def lift_stock_hold(reply: replies.LiftStockHoldReply) -> stock_pb.LiftStockHoldResponse:
    """Encode a hold that was lifted."""
    return stock_pb.LiftStockHoldResponse(
        applied=applied(reply.applied), level=level(reply.level), released_quantity=reply.released_quantity
    )


def list_stock_holds(page: StockHoldPage) -> stock_pb.ListStockHoldsResponse:
    """Encode a page of holds."""
    return stock_pb.ListStockHoldsResponse(
        holds=[stock_pb.StockHold(**row._asdict()) for row in page.holds],
        next_page_token=page.next_token,
        revision=page.revision,
        lineage=lineage(page.lineage),
    )


def adjust_stock(reply: replies.AdjustStockReply) -> stock_pb.AdjustStockResponse:
    """Encode a correction, or its proposal."""
    return stock_pb.AdjustStockResponse(
        applied=applied(reply.applied),
        levels=map(level, reply.levels),
        shortages=map(shortage, reply.shortages),
        proposal_id=reply.proposal_id,
    )


def approve_adjustment(reply: replies.ApproveAdjustmentReply) -> stock_pb.ApproveAdjustmentResponse:
    """Encode what a proposal came to."""
    return stock_pb.ApproveAdjustmentResponse(
        applied=applied(reply.applied), levels=map(level, reply.levels), shortages=map(shortage, reply.shortages)
    )


def list_proposals(page: ProposalPage) -> stock_pb.ListProposalsResponse:
    """Encode a page of corrections that wait."""
    return stock_pb.ListProposalsResponse(
        proposals=[
            stock_pb.Proposal(
                proposal_id=row.proposal_id,
                system=row.system,
                actor=row.actor,
                at_ms=row.at_ms,
                reason=enums.ADJUSTMENT_REASON.number(row.reason),
                note=row.note,
                lines=[
                    stock_pb.AdjustmentLine(sku=line.sku, bucket=enums.BUCKET.number(line.bucket), delta=line.delta)
                    for line in row.lines
                ],
                variance_id=row.variance_id,
            )
            for row in page.proposals
        ],
        next_page_token=page.next_token,
        revision=page.revision,
        lineage=lineage(page.lineage),
    )


def submit_count(reply: replies.SubmitCountReply) -> stock_pb.SubmitCountResponse:
    """Encode what a count came to."""
    return stock_pb.SubmitCountResponse(
        applied=applied(reply.applied),
        lines=[
            stock_pb.CountedLine(
                sku=line.sku,
                counted_quantity=line.counted,
                expected_quantity=line.expected,
                variance=line.counted - line.expected,
            )
            for line in reply.lines
        ],
        levels=map(level, reply.levels),
        shortages=map(shortage, reply.shortages),
    )


def list_shortages(page: ShortagePage) -> stock_pb.ListShortagesResponse:
    """Encode a page of shortages."""
    return stock_pb.ListShortagesResponse(
        shortages=map(shortage, page.shortages),
        next_page_token=page.next_token,
        revision=page.revision,
        lineage=lineage(page.lineage),
    )


def set_quota(reply: replies.SetQuotaReply) -> stock_pb.SetQuotaResponse:
    """Encode quotas that were set."""
    return stock_pb.SetQuotaResponse(applied=applied(reply.applied), levels=map(level, reply.levels))


def list_quotas(page: QuotaPage) -> stock_pb.ListQuotasResponse:
    """Encode a page of quotas."""
    return stock_pb.ListQuotasResponse(
        quotas=[stock_pb.Quota(**row._asdict()) for row in page.quotas],
        next_page_token=page.next_token,
        revision=page.revision,
        lineage=lineage(page.lineage),
    )


def merge_sku(reply: replies.MergeSkuReply) -> stock_pb.MergeSkuResponse:
    """Encode two SKUs that became one."""
    return stock_pb.MergeSkuResponse(applied=applied(reply.applied), changed=reply.changed, level=level(reply.level))


def get_stock(answer: StockAnswer) -> stock_pb.GetStockResponse:
    """Encode some SKUs."""
    return stock_pb.GetStockResponse(
        revision=answer.revision,
        lineage=lineage(answer.lineage),
        levels=map(level, answer.levels),
        unknown_skus=answer.unknown_skus,
    )


def list_stock(page: StockPage) -> stock_pb.ListStockResponse:
    """Encode a page of SKUs; the token is the SKU to go on behind."""
    return stock_pb.ListStockResponse(
        revision=page.revision,
        lineage=lineage(page.lineage),
        levels=map(level, page.levels),
        next_page_token=page.next_after,
    )


def _units(rows: Sequence[replies.SkuUnits]) -> list[stock_pb.SkuQuantity]:
    return [stock_pb.SkuQuantity(sku=row.sku, quantity=row.quantity) for row in rows]
