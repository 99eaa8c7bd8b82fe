"""The checkout of ordinary code; `storefront` says what it is for."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from fulfillment_gate.checkout_state import GIVE_BACK_TIMEOUT_S, CheckoutState, Fate, Terms, as_not_enough
from fulfillment_gate.errors import GateError
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2


class Checkout(CheckoutState):
    """The block that `checkout` gives."""

    def __init__(self, gate: Gate, terms: Terms) -> None:
        """Ask nothing yet."""
        super().__init__(terms)
        self._gate = gate

    def __enter__(self) -> Self:
        """Check, then hold."""
        terms = self.terms
        if asked := self._begin():
            self._check(asked)
        try:
            self._hold_taken(self._reserve(terms.timeout_s))
        except GateError as error:
            if error.outcome_unknown:
                self._withdraw()
            raise as_not_enough(error) from error.__cause__
        except BaseException:  # interrupted: the hold may have been taken
            self._withdraw()
            raise
        return self

    def confirm(self) -> gate_pb2.ConfirmReservationResponse:
        """Commit the order, once it is paid. Calling it again gives the same answer.

        Raises Refused: HOLD_EXPIRED where the hold ran out and its stock went elsewhere, RESERVATION_RELEASED. Where
        no answer came, it asks a second time by the same name; where none comes then, it raises with
        `outcome_unknown`. From then on the hold is not given back, because the order may be committed: settle it with
        `gate.confirm_reservation(…, operation_id=hold.confirm_operation_id)`.
        """
        if self._confirmed is not None:
            return self._confirmed
        before = self._confirm_begins()
        while True:
            try:
                answer = self._gate.confirm_reservation(
                    self.terms.location_id,
                    self.terms.order_id,
                    operation_id=self.confirm_operation_id,
                    timeout_s=self.terms.timeout_s,
                )
            except GateError as error:
                failed = self._confirm_failed(error, before)
                if before is Fate.UNKNOWN or not failed.outcome_unknown:
                    raise failed from error.__cause__
                before = Fate.UNKNOWN
            else:
                return self._confirm_answered(answer)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give back what is still held. Whatever goes wrong here never hides why the block was left."""
        if self._fate is Fate.HELD:
            self._give_back()

    def _check(self, asked: list[gate_pb2.AvailabilityLine]) -> None:
        terms = self.terms
        try:
            answer = self._gate.check_availability(
                asked,
                location_ids=[terms.location_id],
                channel=terms.channel,
                max_age_ms=terms.max_age_ms,
                timeout_s=terms.timeout_s,
            )
        except GateError as error:
            raise as_not_enough(error) from error.__cause__
        self._require_enough(answer)

    def _reserve(self, timeout_s: float | None) -> gate_pb2.ReserveStockResponse:
        terms = self.terms
        return self._gate.reserve_stock(
            terms.location_id,
            terms.order_id,
            terms.lines,
            channel=terms.channel,
            ttl_ms=terms.ttl_ms,
            operation_id=self._hold_operation_id,
            timeout_s=timeout_s,
        )

    def _withdraw(self) -> None:
        """Settle by the same name whether the hold is ours, for the order may be another's; if it is, give it back."""
        try:
            self._reserve(GIVE_BACK_TIMEOUT_S)
        except Exception as error:  # noqa: BLE001 - what is to be raised is why the hold is not wanted any more
            self._left_to_its_ttl(error)
        else:
            self._give_back()

    def _give_back(self) -> None:
        try:
            self._gate.release_reservation(
                self.terms.location_id,
                self.terms.order_id,
                operation_id=self._release_operation_id,
                timeout_s=GIVE_BACK_TIMEOUT_S,
            )
        except Exception as error:  # noqa: BLE001 - a client that is closed by now raises what it likes
            self._left_to_its_ttl(error)
        else:
            self._fate = Fate.GONE
