"""Requests of VarianceService, checked."""

from __future__ import annotations

from fulfillment_gate.v1 import variance_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.variances.variances import Wanted
from gate_service.domain import limits
from gate_service.domain.errors import InvalidField
from gate_service.domain.reconcile.verbs import VarianceVerb, Wish
from gate_service.rpc import enums
from gate_service.rpc.fields import optional_ident, text

_NOTE_REQUIRED = frozenset({VarianceVerb.RESOLVE, VarianceVerb.ACCEPT, VarianceVerb.NOTE})


def wanted(request: pb.ListVariancesRequest) -> Wanted:
    """Check which variances are asked for."""
    return Wanted(
        system=optional_ident(request.system, "system"),
        location_id=optional_ident(request.location_id, "location_id"),
        sku=optional_ident(request.sku, "sku"),
        cause=enums.DRIFT_CAUSE.word(request.cause, "cause") if request.cause else None,
        state=enums.VARIANCE_STATE.word(request.state, "state") if request.state else None,
        all_states=request.all_states,
    )


def wish(request: pb.ChangeVarianceRequest, call: Call) -> Wish:
    """Check what somebody wants done."""
    verb: VarianceVerb = enums.VARIANCE_VERB.word(request.verb, "verb")
    note = text(request.note, "note", limits.NOTE_MAX_LENGTH)
    owner = text(request.owner, "owner", limits.NOTE_MAX_LENGTH)
    if verb in _NOTE_REQUIRED and not note.strip():
        raise InvalidField("note", f"must say why: {verb.name} needs one")
    if verb is VarianceVerb.ASSIGN and not owner.strip():
        raise InvalidField("owner", "must name who is to look after it")
    if verb is not VarianceVerb.ASSIGN and owner:
        raise InvalidField("owner", f"must be empty: {verb.name} hands nothing over")
    return Wish(verb, call.system, call.actor, note, owner)
