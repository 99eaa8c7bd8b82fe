"""More lines than one operation takes: sent as several, each whole by itself, and answered as one.

Part n has the operation id `<id>/n`. So the same lines asked again with the same id go on where they were interrupted:
the gate repeats its answers to the parts that are done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from gate_service.cli.answers import note
from gate_service.cli.exits import InputError
from gate_service.cli.progress import progress
from gate_service.cli.units import moved
from gate_service.domain.limits import ID_MAX_LENGTH, STOCK_LINES_MAX

if TYPE_CHECKING:
    from google.protobuf.message import Message

    import fulfillment_gate as sdk
    from fulfillment_gate import GateError
    from gate_service.cli.options import Mutation

LineT = TypeVar("LineT", bound="Message")
AnswerT = TypeVar("AnswerT", "sdk.RecordReceiptResponse", "sdk.AdjustStockResponse", "sdk.SubmitCountResponse")


def send(options: Mutation, lines: Sequence[LineT], ask: Callable[[Sequence[LineT], str | None], AnswerT]) -> AnswerT:
    """Ask for all lines, 2,000 at a time, and give one answer. Raises GateError; the parts before it are done then."""
    starts = range(0, len(lines), STOCK_LINES_MAX)
    places = [range(start, min(start + STOCK_LINES_MAX, len(lines))) for start in starts]
    return send_each(options, places, lambda number, name: ask([lines[place] for place in places[number]], name))


def send_each(
    options: Mutation,
    places: Sequence[Sequence[int]],
    ask: Callable[[int, str | None], AnswerT],
    order: str = "",
) -> AnswerT:
    """Ask for each part and give one answer. `places` says for each part where its lines stood in what was given.

    `ask` takes the number of the part and its operation id. `order` says in which order the lines are sent where it is
    not that of their places. Raises GateError; the parts before it are done then.
    """
    if len(places) == 1:
        return ask(0, options.operation_id)
    from fulfillment_gate import GateError, new_operation_id  # noqa: PLC0415 it brings grpc

    count, total = len(places), sum(map(len, places))
    if options.source_event is not None:
        raise InputError(f"One event is one operation of up to {STOCK_LINES_MAX:,} lines; these are {total:,}.")
    name = options.operation_id or new_operation_id()
    if len(f"{name}/{count}") > ID_MAX_LENGTH:
        raise InputError(f"--operation-id is too long for {count} parts: leave room for /{count}.")
    note(
        options.output,
        f"{total:,} lines go in {count} parts of up to {STOCK_LINES_MAX:,}, each whole by itself. "
        f"If it is interrupted, the same lines with --operation-id {name} go on.",
    )
    answers: list[AnswerT] = []
    done = 0
    with progress("sending", total) as advance:
        for number, part in enumerate(places):
            try:
                answers.append(ask(number, f"{name}/{number + 1}"))
            except GateError as error:
                _stopped(options, error, name, (done, len(part), order))
            done += len(part)
            advance(len(part))
    return _as_one(answers, places)


def _stopped(options: Mutation, error: GateError, name: str, told: tuple[int, int, str]) -> NoReturn:
    """Tell how far it got, and raise the error under the name that all parts share."""
    done, failed, order = told
    note(
        options.output,
        f"Lines 1 to {done:,} are done{order}. " * bool(done)
        + f"Lines {done + 1:,} to {done + failed:,} were not answered yes:",
    )
    metadata = {**error.metadata, "lines_done": str(done)}
    raise type(error)(replace(error.failure, operation_id=name, metadata=metadata)) from error


def _as_one(answers: Sequence[AnswerT], places: Sequence[Sequence[int]]) -> AnswerT:
    """Give the last word on each SKU, under the last entry."""
    one = type(answers[-1])(applied=answers[-1].applied)
    one.applied.replayed = all(answer.applied.replayed for answer in answers)
    one.levels.extend({level.sku: level for answer in answers for level in answer.levels}.values())
    for answer, part in zip(answers, places, strict=True):
        one.conversions.extend(moved(answer.conversions, part))
    _add_what_is_of_its_kind(one, answers)
    return one


def _add_what_is_of_its_kind(one: Any, answers: Sequence[Any]) -> None:  # noqa: ANN401 one of AnswerT; each `if` says which
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    if isinstance(one, sdk.RecordReceiptResponse):
        over: dict[str, int] = {}
        for each in (each for answer in answers for each in answer.over):
            over[each.sku] = over.get(each.sku, 0) + each.quantity
        one.over.extend(sdk.SkuQuantity(sku=sku, quantity=quantity) for sku, quantity in over.items())
        one.open.extend(answers[-1].open)
        return
    final = {level.sku: number for number, answer in enumerate(answers) for level in answer.levels}
    one.shortages.extend(
        shortage
        for number, answer in enumerate(answers)
        for shortage in answer.shortages
        if final[shortage.sku] == number
    )
    if isinstance(one, sdk.SubmitCountResponse):
        one.lines.extend(line for answer in answers for line in answer.lines)
    else:
        one.proposal_id = ", ".join(answer.proposal_id for answer in answers if answer.proposal_id)
