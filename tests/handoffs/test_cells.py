"""Every cell of operation x role x location, one by one, against a table that stands here in full.

The table is written by hand from what each kind of system does in the world, and not taken from the code: a row that
changes in `gate_service/domain/roles.py` has to be changed here, too, by somebody who means it.
"""

from __future__ import annotations

from typing import Any

import pytest

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.domain.denials import Cause, Denied
from gate_service.domain.roles import METHODS, Role
from gate_service.domain.verbs import EVERYWHERE, RECONCILING, Verb
from gate_service.domain.vocabulary import Reason
from tests.handoffs import operations
from tests.handoffs.maps import of

HERE, ELSEWHERE = "DC-1", "DC-2"

WRITES = """
                     storefront warehouse erp logistics auditor admin
reserve_stock            x          .      x      .        .      x
confirm_reservation      x          .      x      .        .      x
release_reservation      x          .      x      .        .      x
authorize_wave           .          x      .      x        .      x
report_pick              .          x      .      x        .      x
confirm_shipment         .          x      x      x        .      x
resolve_shipment         .          x      x      x        .      x
announce_incoming        .          x      x      x        .      x
amend_incoming           .          x      x      x        .      x
record_receipt           .          x      x      x        .      x
record_return            .          x      x      x        .      x
move_stock               .          x      .      x        .      x
place_stock_hold         .          x      x      x        .      x
lift_stock_hold          .          x      x      x        .      x
transfer_stock           .          x      x      x        .      x
adjust_stock             .          x      x      x        .      x
approve_adjustment       .          x      x      .        .      x
submit_count             .          x      .      x        .      x
set_quota                .          .      x      .        .      x
merge_sku                .          .      x      .        .      x
import_items             .          .      x      .        .      x
change_handoffs          .          .      .      .        .      x
submit_snapshot          x          x      x      x        .      x
resolve_variance         .          x      x      x        .      x
"""

QUESTIONS = """
                         storefront warehouse erp logistics auditor admin
CheckAvailability            x          x      x      x        x      x
GetReservation               x          x      x      x        x      x
ListUnmatchedShipments       .          x      x      x        x      x
GetStock                     x          x      x      x        x      x
ListStock                    x          x      x      x        x      x
ListStockHolds               .          x      x      x        x      x
ListProposals                .          x      x      x        x      x
ListShortages                x          x      x      x        x      x
ListQuotas                   x          x      x      x        x      x
GetIncoming                  x          x      x      x        x      x
ListIncoming                 x          x      x      x        x      x
ListFeeds                    .          x      x      x        x      x
ListDeliveries               .          x      x      x        x      x
ListEntries                  .          x      x      x        x      x
GetImport                    .          x      x      x        x      x
ListImportErrors             .          x      x      x        x      x
ResolveItems                 x          x      x      x        x      x
GetItem                      x          x      x      x        x      x
ListItems                    x          x      x      x        x      x
ListUnknownItems             .          x      x      x        x      x
GetHandoffs                  .          .      .      .        x      x
ListHandoffChanges           .          .      .      .        x      x
ListViolations               .          .      .      .        x      x
GetStatus                    .          .      .      .        x      x
GetSnapshot                  x          x      x      x        x      x
ListSnapshots                .          x      x      x        x      x
ListVariances                .          x      x      x        x      x
GetVariance                  .          x      x      x        x      x
ListFindings                 .          x      x      x        x      x
ListEvents                   .          x      x      x        x      x
ListCountTasks               .          x      x      x        x      x
GetCountAccuracy             .          x      x      x        x      x
ListBuffers                  .          x      x      x        x      x
"""

OPEN_TO_ANYBODY = {"Check", "Watch", "List", "ServerReflectionInfo"}

METHODS_OF_A_VERB = {
    "import_items": ["BeginImport", "StageItems", "CommitImport", "AbortImport", "ForgetUnknownItems"],
    "change_handoffs": ["ApplyHandoffs"],
    "resolve_variance": ["ChangeVariance", "AcknowledgeFinding"],
    "submit_count": ["SubmitCount", "StartCount", "SubmitCountTask"],
}


def rows(table: str) -> list[tuple[str, str, bool]]:
    """Give (row, role, allowed) for each cell."""
    head, *lines = table.strip().splitlines()
    found = []
    for line in lines:
        name, *cells = line.split()
        for role, cell in zip(head.split(), cells, strict=True):
            assert cell in ("x", ".")
            found.append((name, role, cell == "x"))
    return found


def methods_of(verb: str) -> list[str]:
    """Name the methods by which a verb is asked for."""
    return METHODS_OF_A_VERB.get(verb) or ["".join(word.capitalize() for word in verb.split("_"))]


def path(method: str) -> str:
    """Give the full name of a method."""
    (found,) = [each for each in METHODS if each.rpartition("/")[2] == method]
    return found


def access(role: str, *verbs: str, reads: bool = True) -> Access:
    """Give the rules of a map with one system, `it`, that may do these at one location, whatever its role is."""
    granted: dict[str, Any] = {verb: {} for verb in verbs}
    system = {"role": role, "locations": [HERE], "channels": ["web"], "operations": granted, "reads": reads}
    rules = Access(enforced=True)
    rules.swap(of({"it": system}))
    return rules


def denied(rules: Access, method: str, verb: str, location: str) -> Denied | None:
    """Ask as the gate does: at the door, then with the operation."""
    call = Call(path(method), "it")
    try:
        rules.enter(call)
        operation = operations.all_at(location).get(verb)
        if operation is not None:
            rules.write(call, operation)
        elif Verb(verb) in RECONCILING:
            rules.act(call, Verb(verb), location)
    except Denied as no:
        return no
    return None


def cause_of(rules: Access, method: str, verb: str, location: str) -> Cause | None:
    """Give the cause for which it is denied; None where it is done."""
    no = denied(rules, method, verb, location)
    assert no is None or (no.reason, *no.denial[:2]) == (Reason.NOT_PERMITTED, "it", verb)
    return no.denial.cause if no else None


@pytest.mark.parametrize("location", [HERE, ELSEWHERE])
@pytest.mark.parametrize(("verb", "role", "allowed"), rows(WRITES))
def test_a_role_may_do_what_its_row_says_where_it_stands_and_nowhere_else(
    verb: str, role: str, *, allowed: bool, location: str
) -> None:
    rules = access(role, verb)
    for method in methods_of(verb):
        cause = cause_of(rules, method, verb, location)
        if not allowed:
            assert cause is Cause.ROLE
        elif location == ELSEWHERE and Verb(verb) not in EVERYWHERE:
            assert cause is Cause.LOCATION
        else:
            assert cause is None


@pytest.mark.parametrize(("verb", "role", "allowed"), [cell for cell in rows(WRITES) if cell[2]])
def test_what_the_map_does_not_give_is_denied_though_the_role_could(verb: str, role: str, *, allowed: bool) -> None:
    assert allowed
    others = [each.value for each in Verb if each != verb]
    for method in methods_of(verb):
        assert cause_of(access(role, *others), method, verb, HERE) is Cause.OPERATION


@pytest.mark.parametrize("location", [HERE, ELSEWHERE])
@pytest.mark.parametrize(("method", "role", "allowed"), rows(QUESTIONS))
def test_a_role_may_ask_what_its_row_says_where_it_stands_and_nowhere_else(
    method: str, role: str, *, allowed: bool, location: str
) -> None:
    rules, call = access(role), Call(path(method), "it")
    if not allowed:
        with pytest.raises(Denied) as no:
            rules.enter(call)
        assert no.value.denial == ("it", method, "", Cause.ROLE)
        return
    rules.enter(call)
    if location == HERE:
        rules.read(call, location)
        return
    with pytest.raises(Denied) as no:
        rules.read(call, location)
    assert no.value.denial == ("it", method, ELSEWHERE, Cause.LOCATION)


@pytest.mark.parametrize(("method", "role", "allowed"), [cell for cell in rows(QUESTIONS) if cell[2]])
def test_a_system_that_tells_and_does_not_ask_is_denied_every_question(
    method: str, role: str, *, allowed: bool
) -> None:
    assert allowed
    rules, call = access(role, reads=False), Call(path(method), "it")
    with pytest.raises(Denied) as at_the_door:
        rules.enter(call)
    with pytest.raises(Denied) as inside:
        rules.read(call, HERE)
    assert at_the_door.value.denial.cause is inside.value.denial.cause is Cause.READ


@pytest.mark.parametrize(("verb", "role", "allowed"), [cell for cell in rows(WRITES) if cell[0] == "submit_count"])
def test_who_counts_may_list_what_is_to_be_counted_there_though_it_may_ask_nothing_else(
    verb: str, role: str, *, allowed: bool
) -> None:
    rules = access(role, verb, reads=False)
    call = Call(path("ListCountTasks"), "it")
    if not allowed:
        with pytest.raises(Denied):
            rules.enter(call)
        return
    rules.enter(call)
    rules.read_or_do(call, Verb(verb), HERE)
    with pytest.raises(Denied) as no:
        rules.read_or_do(call, Verb(verb), ELSEWHERE)
    assert no.value.denial.cause is Cause.LOCATION
    for method in ("GetStock", "ListVariances", "ListEntries", "GetCountAccuracy"):
        with pytest.raises(Denied) as no:
            rules.enter(Call(path(method), "it"))
        assert no.value.denial.cause in (Cause.READ, Cause.ROLE)


def test_the_tables_hold_every_method_and_every_role_and_nothing_else() -> None:
    asked = {method for method, _, _ in rows(QUESTIONS)}
    written = {method for verb, _, _ in rows(WRITES) for method in methods_of(verb)}
    assert asked | written | OPEN_TO_ANYBODY == {name.rpartition("/")[2] for name in METHODS}
    assert {role for _, role, _ in rows(WRITES)} == {role.value for role in Role}
    assert {verb for verb, _, _ in rows(WRITES)} == {verb.value for verb in Verb}


def test_only_health_and_reflection_are_open_to_anybody() -> None:
    anyone = {name.rpartition("/")[2] for name, row in METHODS.items() if not row.roles}
    assert anyone == OPEN_TO_ANYBODY


def test_every_operation_of_a_ledger_stands_in_these_cells() -> None:
    assert operations.all_at(HERE).keys() | {"import_items"} | RECONCILING == {verb.value for verb in Verb}
