from __future__ import annotations

import grpc
import pytest

import fulfillment_gate as sdk
from fulfillment_gate import wms
from tests.sdk.client import Client
from tests.sdk.peer import PERMIT_EXPIRES_AT_MS, Peer, Step, answering, failing

LINES = [
    sdk.WaveLine(order_id="o1", line_id="1", sku="mug", quantity=5),
    sdk.WaveLine(order_id="o2", line_id="1", sku="mug", quantity=4),
    sdk.WaveLine(order_id="o3", line_id="1", sku="pen", quantity=3),
]


def verdict(
    order_id: str,
    quantity: int,
    verdict: sdk.Verdict,
    authorized: int,
    reason: sdk.VerdictReason | str = sdk.VERDICT_REASON_UNSPECIFIED,
) -> sdk.LineVerdict:
    return sdk.LineVerdict(
        order_id=order_id,
        line_id="1",
        sku="mug",
        quantity=quantity,
        verdict=verdict,
        reason=reason,
        authorized_quantity=authorized,
    )


async def test_a_wave_is_sorted_by_what_is_to_be_done(client: Client, peer: Peer) -> None:
    peer.on(
        "AuthorizeWave",
        answering(
            sdk.AuthorizeWaveResponse(
                applied=sdk.Applied(revision=9),
                permit_id="P9",
                permit_expires_at_ms=PERMIT_EXPIRES_AT_MS,
                lines=[
                    verdict("o1", 5, sdk.VERDICT_PICK, 5),
                    verdict("o2", 4, sdk.VERDICT_TRIM, 1, sdk.VERDICT_REASON_INSUFFICIENT_ALLOCATABLE),
                    verdict("o3", 3, sdk.VERDICT_BLOCK, 0, sdk.VERDICT_REASON_STOCK_ON_HOLD),
                ],
            )
        ),
    )
    release = await client.release_wave("berlin", "wave-1", LINES)
    assert [(pick.order_id, pick.quantity, pick.permit_id) for pick in release.picks] == [
        ("o1", 5, "P9"),
        ("o2", 1, "P9"),
    ]
    (trimmed,) = release.trimmed
    assert (trimmed.order_id, trimmed.asked, trimmed.authorized) == ("o2", 4, 1)
    (blocked,) = release.blocked
    assert (blocked.order_id, blocked.asked, blocked.authorized) == ("o3", 3, 0)
    assert blocked.reason == "STOCK_ON_HOLD"
    assert blocked.advice == wms.ADVICE[sdk.VERDICT_REASON_STOCK_ON_HOLD]
    assert (release.permit_id, release.permit_expires_at_ms, release.revision) == ("P9", PERMIT_EXPIRES_AT_MS, 9)
    assert release.may_pick


async def test_the_caller_chooses_how_much_must_be_pickable_and_for_how_long(client: Client, peer: Peer) -> None:
    release = await client.release_wave(
        "berlin", "wave-1", LINES, atomicity=sdk.WAVE_ATOMICITY_WAVE, permit_ttl_ms=60_000, operation_id="op-1"
    )
    (request,) = peer.asked("AuthorizeWave")
    assert (request.atomicity, request.permit_ttl_ms) == (sdk.WAVE_ATOMICITY_WAVE, 60_000)
    assert (request.operation_id, request.wave_id, request.dry_run) == ("op-1", "wave-1", False)
    assert [pick.quantity for pick in release.picks] == [5, 4, 3]
    assert release.trimmed == release.blocked == ()


async def test_a_wave_of_which_nothing_may_go_picks_nothing(client: Client, peer: Peer) -> None:
    no = verdict("o1", 5, sdk.VERDICT_BLOCK, 0, sdk.VERDICT_REASON_NO_RESERVATION)
    peer.on("AuthorizeWave", answering(sdk.AuthorizeWaveResponse(lines=[no])))
    release = await client.release_wave("berlin", "wave-1", LINES[:1])
    assert not release.may_pick
    assert (release.picks, release.permit_id, len(release.blocked)) == ((), "", 1)


@pytest.mark.parametrize("fault", [failing(grpc.StatusCode.INTERNAL), failing(grpc.StatusCode.DEADLINE_EXCEEDED)])
async def test_a_gate_that_cannot_be_asked_releases_nothing(client: Client, peer: Peer, fault: Step) -> None:
    peer.on("AuthorizeWave", fault)
    with pytest.raises(sdk.GateError) as caught:
        await client.release_wave("berlin", "wave-1", LINES)
    assert caught.value.outcome_unknown, "a permit may have been given: the same id brings it"


@pytest.mark.parametrize(
    ("permit_id", "line"),
    [
        ("", verdict("o1", 5, sdk.VERDICT_PICK, 5)),
        ("P9", verdict("o1", 5, sdk.VERDICT_PICK, 6)),
        ("P9", verdict("o1", 5, sdk.VERDICT_PICK, 4)),
        ("P9", verdict("o1", 5, sdk.VERDICT_PICK, -5)),
        ("P9", verdict("o1", 5, sdk.VERDICT_TRIM, 5)),
        ("P9", verdict("o1", 5, sdk.VERDICT_BLOCK, 5, sdk.VERDICT_REASON_STOCK_ON_HOLD)),
        ("P9", verdict("o1", 5, sdk.VERDICT_UNSPECIFIED, 5)),
        ("P9", verdict("o1", 5, 77, 5)),  # type: ignore[arg-type]
        ("P9", verdict("o1", 5, sdk.VERDICT_BLOCK, 0, 77)),  # type: ignore[arg-type]
    ],
)
async def test_whatever_is_not_a_yes_in_every_respect_is_a_no(
    client: Client, peer: Peer, permit_id: str, line: sdk.LineVerdict
) -> None:
    peer.on("AuthorizeWave", answering(sdk.AuthorizeWaveResponse(permit_id=permit_id, lines=[line])))
    release = await client.release_wave("berlin", "wave-1", LINES[:1])
    assert not release.may_pick
    assert [short.advice for short in release.blocked] == [wms.NOT_UNDERSTOOD]


@pytest.mark.parametrize("name", sdk.VerdictReason.keys())
async def test_there_is_one_sentence_of_advice_for_every_reason(client: Client, peer: Peer, name: str) -> None:
    line = verdict("o1", 5, sdk.VERDICT_BLOCK, 0, name)
    peer.on("AuthorizeWave", answering(sdk.AuthorizeWaveResponse(lines=[line])))
    (blocked,) = (await client.release_wave("berlin", "wave-1", LINES[:1])).blocked
    assert blocked.advice != wms.NOT_UNDERSTOOD
    assert blocked.advice.endswith(".")
    assert blocked.advice.count(". ") == 0
    assert f"VERDICT_REASON_{blocked.reason or 'UNSPECIFIED'}" == name


def test_no_two_reasons_share_their_advice() -> None:
    assert len(set(wms.ADVICE.values())) == len(sdk.VerdictReason.keys())
