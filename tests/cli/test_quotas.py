from __future__ import annotations

from tests.cli.driving import Commands


def test_a_quota_is_kept_for_its_channel_and_shown(stocked: Commands) -> None:
    told = stocked("channels", "quota", "set", "web", "MUG:4")
    assert told.stdout.startswith(f"QUOTA of web at {stocked.location}")
    assert "quotas" in told.stdout.splitlines()[1]
    (quota,) = stocked("channels", "quota", "list", "-o", "jsonl").rows
    assert quota == {"sku": "MUG", "channel": "web", "quantity": 4}
    store = ("--channel", "store", "-l", stocked.location)
    assert (stocked("check", "MUG:5", *store).exit_code, stocked("check", "MUG:6", *store).exit_code) == (0, 1)
    denied = stocked("check", "MUG:6", *store, "--explain").stdout
    assert "denied by quotas of others (1)" in " ".join(denied.split())
    own = stocked("check", "MUG:6", "--channel", "web", "-l", stocked.location, "--explain").stdout
    assert "4 of its quota left" in own


def test_a_reservation_takes_from_its_quota_and_none_is_left(stocked: Commands) -> None:
    stocked("channels", "quota", "set", "web", "MUG:4")
    stocked("reserve", "A-1", "MUG:3", "--channel", "web", "-l", stocked.location)
    (quota,) = stocked("channels", "quota", "list", "-o", "jsonl").rows
    assert quota["quantity"] == 1
    stocked("channels", "quota", "set", "web", "MUG:0")
    assert stocked("channels", "quota", "list").stdout.splitlines()[1] == "No channel has a quota here."
