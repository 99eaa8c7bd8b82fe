"""An entry that tells a mirror something: for whoever delivers it, and for people."""

from __future__ import annotations

import io
import json

from rich.console import Console

import fulfillment_gate as sdk
from gate_service.cli.views.ledger import Journal
from gate_service.domain.entries import Entry
from gate_service.domain.vocabulary import OperationKind
from gate_service.rpc.encode import ledger as encode

BODY = {
    "variance_id": "V-7",
    "system": "wms",
    "sku": "MUG",
    "measure": "on_hand",
    "quantity": -3,
    "reported": 1_200,
    "as_of_revision": 41,
    "snapshot_id": "snap-1",
}


def entry(kind: OperationKind = OperationKind.CORRECT_MIRROR, refusal: str = "") -> sdk.LedgerEntry:
    """Give an entry as it travels."""
    texts = ("{}", json.dumps(BODY), "{}", "{}")
    written = Entry(42, 1_700_000_000_000, kind, "~push/V-7", "", "gate", "", refusal, (), "ab", *texts)
    return encode.entry(written._replace(variance_id="V-7"), include_canonical=False)


def shown(one: sdk.LedgerEntry) -> str:
    """Give the line that people see."""
    stream = io.StringIO()
    console = Console(file=stream, width=120)
    for part in Journal().page([one]):
        console.print(part, crop=False)
    return " ".join(stream.getvalue().splitlines()[-1].split())


def test_whoever_follows_the_ledger_reads_from_it_what_to_tell_which_mirror() -> None:
    told = entry()
    assert told.variance_id == "V-7"
    assert told.mirror_correction == sdk.MirrorCorrection(
        system="wms",
        sku="MUG",
        measure="on_hand",
        quantity=-3,
        reported_quantity=1_200,
        as_of_revision=41,
        snapshot_id="snap-1",
    )


def test_no_other_entry_and_none_that_was_refused_tells_a_mirror_anything() -> None:
    assert not entry(OperationKind.ADJUST_STOCK).HasField("mirror_correction")
    assert not entry(refusal="LOCATION_FENCED").HasField("mirror_correction")


def test_people_read_what_the_mirror_is_told() -> None:
    assert shown(entry()) == "42 22:13:20 correct mirror V-7 gate tells wms: MUG on hand -3, not 1,200"
