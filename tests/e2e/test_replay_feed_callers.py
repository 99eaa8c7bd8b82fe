"""A replay on a gate that knows its callers: one integration tells the events of the systems that it relays for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fulfillment_gate import Gate
from gate_service.embedded.valkey import EmbeddedStore
from tests.e2e.replay_process import ended, replaying
from tests.gate_process import gate_serving
from tests.handoffs.maps import digest
from tests.replay_data import PECULIAR

AS_ASKED = ("--redeliver", "0.05", "--reorder", "0.02", "--late", "0.01")
RELAY = """\
version: 1
systems:
  integration:
    role: admin
    owner: {{name: Integration, contact: room 7}}
    tokens: ["{token}"]
    locations: ["*"]
    channels: ["*"]
    relays_for: [{relays_for}]
    operations: {{{operations}}}
  erp: {{role: erp}}
  shop: {{role: storefront, owner: {{name: Web team, contact: "#web"}}}}
  wms: {{role: warehouse}}
  returns: {{role: warehouse}}
channels:
  web: {{}}
"""
VERBS = (
    "record_receipt, reserve_stock, confirm_reservation, release_reservation, authorize_wave, report_pick, "
    "confirm_shipment, record_return, move_stock, adjust_stock"
)


@pytest.mark.parametrize(("relays_for", "exit_code"), [("erp, shop, wms, returns", 0), ("erp, shop, wms", 1)])
def test_a_gate_that_knows_its_callers_lets_it_tell_the_events_of_those_it_relays_for(
    relays_for: str, exit_code: int, tmp_path: Path
) -> None:
    path, token, house = tmp_path / "peculiar.csv", tmp_path / "token", tmp_path / "handoffs.yaml"
    path.write_text(PECULIAR, "utf-8")
    token.write_text("fgt_integration")
    operations = ", ".join(f"{verb}: " for verb in VERBS.split(", "))
    house.write_text(RELAY.format(token=digest("fgt_integration"), relays_for=relays_for, operations=operations))
    with (
        EmbeddedStore.start(tmp_path / "store") as store,
        gate_serving(store.url, tmp_path, "--handoffs", str(house)) as serving,
        replaying(path, "--target", serving.address, "--token-file", token, *AS_ASKED) as process,
    ):
        stdout, stderr = ended(process, exit_code=exit_code)
        with Gate(serving.address, token="fgt_integration") as reader:  # noqa: S106 the token of this test
            owners = {feed.system: feed.owner for feed in reader.list_feeds("MAIN").feeds}
    if exit_code:
        assert "NOT_PERMITTED" in stderr
        return
    assert json.loads(stdout)["invariants_ok"]
    assert "Web team" in owners["shop"]
