"""Every cell of operation x role x location over gRPC, against a real gate with a real map.

The expectations are those of the table in `tests/handoffs/test_cells.py`, which is written by hand. Here each system
has every grant that a file may give its role; what its role forbids, no file can grant.
"""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest

import fulfillment_gate as sdk
from gate_service.domain.roles import Role, roles_of
from gate_service.domain.verbs import EVERYWHERE, Verb
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import gate_serving
from tests.handoffs.maps import digest
from tests.handoffs.test_cells import METHODS_OF_A_VERB, rows
from tests.handoffs.test_cells import QUESTIONS as QUESTION_TABLE
from tests.handoffs.test_cells import WRITES as WRITE_TABLE
from tests.rpc import asking

HERE, ELSEWHERE = "DC-1", "DC-2"
ANSWERS = (
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.INVALID_ARGUMENT,  # an empty part of an import
    grpc.StatusCode.PERMISSION_DENIED,  # a second person must agree, and here all are one
)
"""What a ledger says of what was let through to it."""


def system(role: Role) -> str:
    """Give a system that may do all that its role may, at one location."""
    verbs = ", ".join(f"{verb}: {{}}" for verb in Verb if role in roles_of(verb))
    return f"""\
  it-{role}:
    role: {role}
    tokens: ["{digest(token(role))}"]
    locations: [{HERE}, DC-3]
    channels: [web]
    operations: {{{verbs}}}
"""


def token(role: str) -> str:
    return f"fgt_of_the_{role}"


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, sdk.Gate]]:
    """Give a client for each role."""
    folder = tmp_path_factory.mktemp("cells")
    systems = "".join(system(role) for role in Role)
    (folder / "handoffs.yaml").write_text(
        f"version: 1\nsystems:\n{systems}channels: {{web: {{locations: [{HERE}]}}}}\n"
    )
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, "--handoffs", str(folder / "handoffs.yaml")) as gate,
    ):
        clients = {role.value: sdk.Gate(gate.address, token=token(role), actor="kim") for role in Role}
        yield clients
        for client in clients.values():
            client.close()


def cause_of(ask: asking.Ask, gate: sdk.Gate, location: str) -> str | None:
    """Ask, and give the cause for which it was denied; None where the gate did or refused what was asked."""
    try:
        ask(gate, location)
    except sdk.GateError as no:
        if no.reason == "NOT_PERMITTED":
            return f"{no.code.name} {no.metadata['cause']}"
        if no.code not in ANSWERS:
            raise
    return None


@pytest.mark.parametrize("location", [HERE, ELSEWHERE])
@pytest.mark.parametrize(("verb", "role", "allowed"), [cell for cell in rows(WRITE_TABLE) if cell[0] in asking.WRITES])
def test_an_operation_is_done_for_the_roles_of_its_row_where_they_stand(
    gates: dict[str, sdk.Gate], verb: str, role: str, *, allowed: bool, location: str
) -> None:
    cause = cause_of(asking.WRITES[verb], gates[role], location)
    if not allowed:
        assert cause == "PERMISSION_DENIED role"
    else:
        assert cause == (None if location == HERE else "PERMISSION_DENIED location")


@pytest.mark.parametrize(
    ("method", "role", "allowed"),
    [
        (method, role, allowed)
        for method, (needed, _) in asking.OF_A_RECORD.items()
        for verb, role, allowed in rows(WRITE_TABLE)
        if verb == needed
    ],
)
def test_what_is_done_with_a_record_is_done_for_the_roles_of_its_row(
    gates: dict[str, sdk.Gate], method: str, role: str, *, allowed: bool
) -> None:
    ask = asking.OF_A_RECORD[method][1]
    assert cause_of(ask, gates[role], "") == (None if allowed else "PERMISSION_DENIED role")


@pytest.mark.parametrize("location", [HERE, ELSEWHERE])
@pytest.mark.parametrize(
    ("method", "role", "allowed"), [cell for cell in rows(QUESTION_TABLE) if cell[0] in asking.QUESTIONS]
)
def test_a_question_is_answered_for_the_roles_of_its_row_where_they_stand(
    gates: dict[str, sdk.Gate], method: str, role: str, *, allowed: bool, location: str
) -> None:
    cause = cause_of(asking.QUESTIONS[method], gates[role], location)
    if not allowed:
        assert cause == "PERMISSION_DENIED role"
    else:
        assert cause == (None if location == HERE else "PERMISSION_DENIED location")


@pytest.mark.parametrize(
    ("method", "role", "allowed"), [cell for cell in rows(QUESTION_TABLE) if cell[0] in asking.OF_THE_HOUSE]
)
def test_a_question_about_the_house_is_answered_for_the_roles_of_its_row(
    gates: dict[str, sdk.Gate], method: str, role: str, *, allowed: bool
) -> None:
    cause = cause_of(asking.OF_THE_HOUSE[method], gates[role], "")
    assert cause == (None if allowed else "PERMISSION_DENIED role")


@pytest.mark.parametrize("method", asking.IMPORTS)
@pytest.mark.parametrize(("verb", "role", "allowed"), [cell for cell in rows(WRITE_TABLE) if cell[0] == "import_items"])
def test_items_are_imported_by_the_roles_of_the_row(
    gates: dict[str, sdk.Gate], verb: str, role: str, method: str, *, allowed: bool
) -> None:
    assert verb == "import_items"
    cause = cause_of(asking.IMPORTS[method], gates[role], "")
    assert cause == (None if allowed else "PERMISSION_DENIED role")


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_the_map_is_changed_by_an_admin_and_nobody_else(gates: dict[str, sdk.Gate], role: str) -> None:
    stale = f"version: 1\nsystems:\n  a: {{role: erp, description: {role}}}\n"
    with pytest.raises(sdk.GateError) as no:
        gates[role].apply_handoffs(stale)
    wanted = "HANDOFFS_VERSION_STALE" if role == "admin" else "NOT_PERMITTED"
    assert no.value.reason == wanted


def test_every_operation_at_a_location_and_every_question_about_one_was_tried() -> None:
    assert set(asking.WRITES) == {verb.value for verb in set(Verb) - EVERYWHERE - {Verb.RESOLVE_VARIANCE}}
    by_verb = {
        verb: {method for method in asking.OF_A_RECORD if asking.OF_A_RECORD[method][0] == verb} for verb in Verb
    }
    assert by_verb[Verb.RESOLVE_VARIANCE] == set(METHODS_OF_A_VERB["resolve_variance"])
    assert by_verb[Verb.SUBMIT_COUNT] | {"SubmitCount"} == set(METHODS_OF_A_VERB["submit_count"])
    assert {*asking.QUESTIONS, *asking.OF_THE_HOUSE} == {method for method, _, _ in rows(QUESTION_TABLE)}
    assert list(asking.IMPORTS) == METHODS_OF_A_VERB["import_items"]


def test_a_question_for_all_locations_names_only_those_the_caller_may_see(gates: dict[str, sdk.Gate]) -> None:
    for location in (HERE, "DC-3"):
        gates["warehouse"].record_receipt(
            location, [sdk.ReceiptLine(sku="MUG", quantity=1, landing=sdk.LANDING_AVAILABLE)]
        )
    told = gates["storefront"].check_availability([sdk.AvailabilityLine(sku="MUG")])
    assert [answer.location_id for answer in told.locations] == [HERE, "DC-3"]
