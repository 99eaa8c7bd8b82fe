"""Says of every answer that only read whether it is of a fenced location, whichever command asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from fulfillment_gate import Gate
from gate_service.cli.console import Output, notes, when
from gate_service.cli.plain import compact

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from fulfillment_gate.rpcs import ResponseT, Rpc

_LINEAGE = "lineage"


class WatchedGate(Gate):
    """A client that notes the fenced locations that its answers tell of, with the time since when they are."""

    fenced: dict[str, int]

    def _ask(self, rpc: Rpc[ResponseT], request: Message, timeout_s: float | None) -> ResponseT:
        answer = super()._ask(rpc, request, timeout_s)
        if _LINEAGE in answer.DESCRIPTOR.fields_by_name:
            self._note(getattr(request, "location_id", ""), answer)
        for place in getattr(answer, "locations", ()):
            self._note(place.location_id, place)
        return answer

    def _note(self, location_id: str, answer: Any) -> None:  # noqa: ANN401 any message with a lineage
        if answer.lineage.fenced:
            self.fenced[location_id or answer.reservation.location_id] = answer.lineage.fenced_since_ms


def tell(output: Output, fenced: dict[str, int]) -> None:
    """Tell of fenced locations on stderr: to people in a sentence, to programs as one object each."""
    for location_id, since_ms in fenced.items():
        if output is not Output.TABLE:
            told = {"reason": "LOCATION_FENCED", "location_id": location_id, "fenced_since_ms": since_ms}
            typer.echo(compact({"warning": told}), err=True)
            continue
        notes().print(
            f"FENCED {location_id} since {when(since_ms)}: its store has lost history that was acknowledged. This is "
            "what is left of it; nothing is written there, and no wave released, until somebody has looked at it "
            f"(gate recover {location_id}).",
            style="bold red",
            markup=False,
            soft_wrap=True,
        )
