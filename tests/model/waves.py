"""Judge a wave: what of it may be picked."""

from __future__ import annotations

from gate_service.domain.operations import AuthorizeWave, WaveLine
from gate_service.domain.replies import AuthorizeWaveReply, LineVerdict
from gate_service.domain.reservation import Allocation, ReservationLine
from gate_service.domain.vocabulary import Verdict, VerdictReason, WaveAtomicity
from tests.model.state import Asked, Location, Permit
from tests.model.stock import move

INCOMPLETE = {
    WaveAtomicity.ORDER: VerdictReason.ORDER_INCOMPLETE,
    WaveAtomicity.WAVE: VerdictReason.WAVE_INCOMPLETE,
}


def authorize_wave(location: Location, operation: AuthorizeWave, asked: Asked) -> AuthorizeWaveReply:
    """Judge each line; unless it is a dry run, give a permit for what may be picked."""
    applied = asked.applied
    verdicts = _judge(location, operation, applied.at_ms)
    given = [
        (line, verdict.authorized)
        for line, verdict in zip(operation.lines, verdicts, strict=True)
        if verdict.authorized > 0
    ]
    if operation.dry_run or not given:
        return AuthorizeWaveReply(applied, "", 0, verdicts)
    permit = Permit(
        permit_id=f"P{applied.revision}",
        expires_at_ms=applied.at_ms + operation.permit_ttl_ms,
        ran_out=False,
        lines=tuple((line.order_id, line.line_id) for line, _ in given),
    )
    location.permits[permit.permit_id] = permit
    for line, units in given:
        _allocate(location, permit.permit_id, line, units)
    return AuthorizeWaveReply(applied, permit.permit_id, permit.expires_at_ms, verdicts)


def _allocate(location: Location, permit_id: str, asked: WaveLine, units: int) -> None:
    """Move units of one line from committed to allocated, under a permit."""
    line = location.line(asked.order_id, asked.line_id)
    assert line is not None
    fresh = Allocation(permit_id, units, picked=0, shorted=0, shipped=0, returned=0)
    after = line._replace(
        committed=line.committed - units, allocated=line.allocated + units, allocations=(*line.allocations, fresh)
    )
    location.put_line(asked.order_id, after)
    move(location, asked.sku, committed=-units, allocated=units)


def _judge(location: Location, operation: AuthorizeWave, now_ms: int) -> tuple[LineVerdict, ...]:
    """Serve the groups in order; a group that may not be split gives back what it took."""
    free = {sku: 0 if level.stock_holds else level.allocatable for sku, level in location.stock.items()}
    verdicts: dict[int, LineVerdict] = {}
    for group in _groups(operation):
        for index in group:
            line = operation.lines[index]
            verdicts[index] = _judge_line(location, line, free.get(line.sku, 0), now_ms)
            if verdicts[index].authorized > 0:
                free[line.sku] -= verdicts[index].authorized
        if operation.atomicity is WaveAtomicity.LINE:
            continue
        if all(verdicts[index].verdict is Verdict.PICK for index in group):
            continue
        for index in group:
            if verdicts[index].authorized > 0:
                free[operation.lines[index].sku] += verdicts[index].authorized
            verdicts[index] = _blocked(verdicts[index], INCOMPLETE[operation.atomicity])
    return tuple(verdicts[index] for index in range(len(operation.lines)))


def _groups(operation: AuthorizeWave) -> list[list[int]]:
    """Give the indexes of the lines that stand or fall together."""
    indexes = list(range(len(operation.lines)))
    if operation.atomicity is WaveAtomicity.LINE:
        return [[index] for index in indexes]
    if operation.atomicity is WaveAtomicity.WAVE:
        return [indexes]
    by_order: dict[str, list[int]] = {}
    for index in indexes:
        by_order.setdefault(operation.lines[index].order_id, []).append(index)
    return list(by_order.values())


def _judge_line(location: Location, asked: WaveLine, free: int, now_ms: int) -> LineVerdict:
    """Say what may be picked of one line while `free` units of its SKU are left."""
    level = location.stock.get(asked.sku)
    if level is None:
        return _block(VerdictReason.UNKNOWN_SKU)
    line = location.line(asked.order_id, asked.line_id)
    if line is None or line.sku != asked.sku:
        return _block(VerdictReason.NO_RESERVATION)
    if line.committed == 0:
        hold_is_due = location.reservations[asked.order_id].hold_expires_at_ms <= now_ms
        return _block(_why_not_committed(line, hold_is_due=hold_is_due))
    want = min(asked.quantity, line.committed)
    give = min(want, max(0, free))
    if give < want:
        on_hold = free + level.unsellable + (max(0, level.allocatable) if level.stock_holds else 0) >= want
        reason = VerdictReason.STOCK_ON_HOLD if on_hold else VerdictReason.INSUFFICIENT_ALLOCATABLE
    elif give < asked.quantity:
        under_way = line.allocated + line.shipped > 0
        reason = VerdictReason.ALREADY_ALLOCATED if under_way else VerdictReason.NOT_COMMITTED
    else:
        return LineVerdict(Verdict.PICK, VerdictReason.NONE, give)
    return LineVerdict(Verdict.TRIM, reason, give) if give > 0 else _block(reason)


def _why_not_committed(line: ReservationLine, *, hold_is_due: bool) -> VerdictReason:
    """Say where the units of a line are, none of which is committed."""
    if line.held > 0:
        return VerdictReason.HOLD_EXPIRED if hold_is_due else VerdictReason.NOT_COMMITTED
    if line.allocated + line.shipped > 0:
        return VerdictReason.ALREADY_ALLOCATED
    return VerdictReason.HOLD_EXPIRED if line.lapsed > 0 else VerdictReason.NO_RESERVATION


def _block(reason: VerdictReason) -> LineVerdict:
    return LineVerdict(Verdict.BLOCK, reason, 0)


def _blocked(verdict: LineVerdict, incomplete: VerdictReason) -> LineVerdict:
    """Block a line because of its group; one that fell short by itself keeps its own reason."""
    return _block(incomplete if verdict.verdict is Verdict.PICK else verdict.reason)
