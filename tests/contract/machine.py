"""The state machine: at each step one thing is done to the model and to the real ledger."""

from __future__ import annotations

import dataclasses
from itertools import count
from typing import cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.policy import Policy
from gate_service.domain.replies import AuthorizeWaveReply
from gate_service.domain.vocabulary import Landing, WaveAtomicity
from tests.contract.clock import Clock
from tests.contract.drawing import HOLD_MS, PERMIT_MS, POLICIES, SKUS, TIMES_MS
from tests.contract.draws import Draws, leads_on
from tests.contract.draws_events import about_an_event, told_again
from tests.contract.side_by_side import SideBySide

# How often each step is tried. One rule with a table, because a machine of many rules leaves out half of them in each
# history, and hardly any order would live to see its parcel.
_TIMES_TRIED = {
    "reserve_stock": 6,
    "confirm_reservation": 4,
    "release_reservation": 3,
    "release_by_the_gate": 1,
    "authorize_wave": 6,
    "report_pick": 7,
    "confirm_shipment": 7,
    "confirm_shipment_without_permit": 3,
    "resolve_shipment": 3,
    "record_receipt": 3,
    "record_return": 3,
    "announce_incoming": 2,
    "amend_incoming": 2,
    "transfer_stock": 2,
    "move_stock": 3,
    "place_stock_hold": 1,
    "lift_stock_hold": 4,
    "adjust_stock": 4,
    "adjust_by_the_gate": 1,
    "correct_mirror": 1,
    "approve_adjustment": 6,
    "submit_count": 4,
    "set_quota": 3,
    "merge_sku": 2,
    "change_handoffs": 1,
    "recover_location": 1,
    "ask_again": 2,
    "tell_again": 4,
    "let_time_pass": 3,
    "change_the_policy": 2,
    "sweep": 1,
    "check": 2,
}
STEPS = tuple(name for name, times in _TIMES_TRIED.items() for _ in range(times))
BEFORE_IT_ALL_MS = 1_600_000_000_000
ACTORS = ("ann", "ann", "bob", "bob", "ann", "")

_numbers = count(1)


class Machine(RuleBasedStateMachine):
    """Two locations and the house, one clock and one policy at a time."""

    def __init__(self, both: SideBySide, clock: Clock) -> None:
        """Name two locations that nobody has used before."""
        super().__init__()
        self.both = both
        self.clock = clock
        self.policy = POLICIES[0]
        number = next(_numbers)
        self.names = {place: f"{place}-{number}" for place in ("east", "west")}
        self.asked: list[ops.Operation[object]] = []

    @initialize(day_has_begun=st.booleans(), policy=st.sampled_from(POLICIES))
    def open_one(self, day_has_begun: bool, policy: Policy) -> None:  # noqa: FBT001 hypothesis passes by name
        """Begin with goods in the east, mostly with orders and a wave; the west is unknown until goods come in."""
        self.policy = policy
        east = self.names["east"]
        lines = tuple(ops.ReceiptLine(sku, 16, Landing.AVAILABLE) for sku in SKUS)
        self.ask(ops.RecordReceipt("op-0", east, "", lines))
        if not day_has_begun:
            return
        for number, quantity in enumerate((5, 3, 4, 2), start=1):
            ordered = tuple(ops.OrderLine(str(line), sku, quantity) for line, sku in enumerate(SKUS, start=1))
            ttl_ms = HOLD_MS if number == 4 else 0
            self.ask(ops.ReserveStock(f"op-{number}", east, f"O-{number}", "web", ttl_ms, ordered))
        wave = tuple(ops.WaveLine(f"O-{number}", "1", "A", quantity) for number, quantity in ((1, 5), (2, 2)))
        self.ask(ops.AuthorizeWave("op-5", east, "wave-1", WaveAtomicity.LINE, PERMIT_MS, dry_run=False, lines=wave))

    @rule(
        step=st.sampled_from(STEPS),
        place=st.sampled_from(("east", "east", "east", "east", "east", "west")),
        actor=st.sampled_from(ACTORS),
        data=st.data(),
    )
    def do(self, step: str, place: str, actor: str, data: st.DataObject) -> None:
        """Do one thing at one place."""
        at = self.names[place]
        snapshot = self.both.snapshot(at)
        if data.draw(st.integers(0, 7)) < 7:
            step = leads_on(step, snapshot)
        draws = Draws(data, at, snapshot, self._operation_id(data))
        if step == "let_time_pass":
            self.clock.advance(data.draw(st.sampled_from(TIMES_MS)))
        elif step == "change_the_policy":
            self.policy = data.draw(st.sampled_from(POLICIES))
        elif step == "sweep":
            self.both.sweep(at)
        elif step == "check":
            keep_back = self.policy.keep_back(data.draw(st.sampled_from(("", "web", "amazon"))))
            self.both.check(at, draws.check(), keep_back)
        elif step == "ask_again":
            self.ask(data.draw(st.sampled_from(self.asked)), actor)
        elif step == "tell_again":
            self._tell_again(data, draws)
        elif step == "change_handoffs":
            self.ask(self._map(data), actor)
        elif step == "recover_location":
            self._recover(at, actor)
        else:
            self._do(step, draws, data, actor)

    def _do(self, step: str, draws: Draws, data: st.DataObject, actor: str) -> None:
        """Ask for one operation at the location, which may tell of an event."""
        if step == "approve_adjustment":
            actor = data.draw(st.sampled_from(("bob", "bob", actor)))
        if step == "submit_count":
            drawn: ops.Operation[object] = draws.submit_count(self.both.revision(draws.at))
        else:
            drawn = cast("ops.Operation[object]", getattr(draws, step)())
        operation = about_an_event(data, drawn, self._told(draws.at))
        if isinstance(operation, ops.AuthorizeWave):
            self._authorize(operation)
        else:
            self.ask(operation, actor)

    def ask(self, operation: ops.Operation[object], actor: str = "ann") -> object:
        """Ask both, and remember what was asked, so that it can be asked again."""
        self.asked.append(operation)
        own = operation.operation_id.startswith("~")
        return self.both.ask(operation, self.policy, Call("machine", system="wms", actor=actor, own=own))

    def _authorize(self, wave: ops.AuthorizeWave) -> None:
        """Ask dry, then in earnest: the verdicts must be the same."""
        call = Call("machine", system="wms")
        dry = self.both.ask(dataclasses.replace(wave, operation_id="", dry_run=True), self.policy, call)
        real = self.ask(wave)
        if isinstance(real, AuthorizeWaveReply) and not real.applied.replayed:
            assert isinstance(dry, AuthorizeWaveReply)
            assert dry.lines == real.lines

    def _recover(self, location_id: str, actor: str) -> None:
        """Close a location that was opened, and accept what is there."""
        if not self.both.revision(location_id):
            return
        since_ms = BEFORE_IT_ALL_MS + len(self.asked)  # a time of its own
        self.both.close(location_id, since_ms)
        self.ask(ops.RecoverLocation(f"~recover/{since_ms}", location_id, since_ms, "a test"), actor)

    def _tell_again(self, data: st.DataObject, draws: Draws) -> None:
        """Tell of an event that was told before, under another operation_id."""
        again = told_again(data, self._told(draws.at), draws.operation_id)
        if again is not None:
            self.ask(again)

    def _told(self, location_id: str) -> list[ops.Operation[object]]:
        """Give what was asked at a location."""
        return [one for one in self.asked if one.location_id == location_id]

    def _map(self, data: st.DataObject) -> ops.ChangeHandoffs:
        """Draw a handoff map, mostly a newer one."""
        version = max(1, self.both.snapshot(ops.HOUSE).handoffs.version + data.draw(st.sampled_from((1, 1, 0, -1))))
        sha256 = data.draw(st.sampled_from("ab")) * 64
        return ops.ChangeHandoffs(self._operation_id(data), ops.HOUSE, version, sha256, ("a change",), "{}")

    def _operation_id(self, data: st.DataObject) -> str:
        """Give a fresh id, or now and then one that was used before."""
        if data.draw(st.integers(0, 15)) == 15:  # the simplest case is a fresh one
            return data.draw(st.sampled_from(self.asked)).operation_id.removeprefix("~")
        return f"op-{len(self.asked)}"

    def teardown(self) -> None:
        """Hold everything to the ledger at the end."""
        self.both.check_witness()
