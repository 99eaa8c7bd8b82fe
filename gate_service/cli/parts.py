"""More lines than one operation takes: sent as several, each whole by itself, and answered as one.

Part n has the operation id `<id>/n`. So the same lines asked again with the same id go on where they were interrupted:
the gate repeats its answers to the parts that are done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, NoReturn, TypeVar

from gate_service.cli.answers import note
from gate_service.cli.exits import InputError
from gate_service.cli.progress import progress
from gate_service.domain.limits import ID_MAX_LENGTH, STOCK_LINES_MAX

if TYPE_CHECKING:
    import fulfillment_gate as sdk
    from fulfillment_gate import GateError
    from gate_service.cli.options import Mutation

LineT = TypeVar("LineT")
AnswerT = TypeVar("AnswerT", "sdk.RecordReceiptResponse", "sdk.AdjustStockResponse")


def send(options: Mutation, lines: Sequence[LineT], ask: Callable[[Sequence[LineT], str | None], AnswerT]) -> AnswerT:
    """Ask for all lines, 2,000 at a time, and give one answer. Raises GateError; the parts before it are done then."""
    if len(lines) <= STOCK_LINES_MAX:
        return ask(lines, options.operation_id)
    from fulfillment_gate import GateError, new_operation_id  # noqa: PLC0415 it brings grpc

    count = ceil(len(lines) / STOCK_LINES_MAX)
    name = options.operation_id or new_operation_id()
    if len(f"{name}/{count}") > ID_MAX_LENGTH:
        raise InputError(f"--operation-id is too long for {count} parts: leave room for /{count}.")
    note(
        options.output,
        f"{len(lines):,} lines go in {count} parts of up to {STOCK_LINES_MAX:,}, each whole by itself. "
        f"If it is interrupted, the same lines with --operation-id {name} go on.",
    )
    answers: list[AnswerT] = []
    with progress("sending", len(lines)) as advance:
        for start in range(0, len(lines), STOCK_LINES_MAX):
            part = lines[start : start + STOCK_LINES_MAX]
            try:
                answers.append(ask(part, f"{name}/{len(answers) + 1}"))
            except GateError as error:
                _stopped(options, error, name, start, len(part))
            advance(len(part))
    return _as_one(answers)


def _stopped(options: Mutation, error: GateError, name: str, done: int, failed: int) -> NoReturn:
    """Tell how far it got, and raise the error under the name that all parts share."""
    note(
        options.output,
        f"Lines 1 to {done:,} are done. " * bool(done)
        + f"Lines {done + 1:,} to {done + failed:,} were not answered yes:",
    )
    metadata = {**error.metadata, "lines_done": str(done)}
    raise type(error)(replace(error.failure, operation_id=name, metadata=metadata)) from error


def _as_one(answers: Sequence[AnswerT]) -> AnswerT:
    """Give the last word on each SKU, under the last entry."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    last = answers[-1]
    one = type(last)(applied=last.applied)
    one.applied.replayed = all(answer.applied.replayed for answer in answers)
    one.levels.extend({level.sku: level for answer in answers for level in answer.levels}.values())
    if isinstance(one, sdk.AdjustStockResponse):
        final = {level.sku: number for number, answer in enumerate(answers) for level in answer.levels}
        one.shortages.extend(
            shortage
            for number, answer in enumerate(answers)
            if isinstance(answer, sdk.AdjustStockResponse)
            for shortage in answer.shortages
            if final[shortage.sku] == number
        )
    return one
