"""set_quota: from now on only one channel may have so many units; what others may have shrinks by that."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain.cases import Quota
from gate_service.domain.limits import BUCKET_MAX, QUANTITY_MAX
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason
from tests.contract.world import World


async def test_a_quota_fences_units_without_moving_any(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    reply = await at.set_quota("web", ("B", 3), ("A", 4))
    assert reply.levels == (
        StockLevel("B", on_hand=10, ring_fenced=3),
        StockLevel("A", on_hand=10, ring_fenced=4),
    )
    assert [level.available for level in reply.levels] == [10, 10]
    assert sorted((await at.entries())[-1].changes) == [("A", Bucket.RING_FENCED, 4), ("B", Bucket.RING_FENCED, 3)]


async def test_what_is_fenced_is_promised_to_its_channel_alone(at: World) -> None:
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 4))
    assert [(await at.offer("A", channel)).promise for channel in ("web", "shop", "")] == [10, 6, 6]
    assert [(await at.offer("A", channel)).ring_fenced_for_others for channel in ("web", "shop", "")] == [0, 4, 4]


async def test_quotas_of_several_channels_add_up(at: World) -> None:
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 4))
    assert (await at.set_quota("shop", ("A", 5))).levels == (StockLevel("A", on_hand=10, ring_fenced=9),)
    assert [(await at.offer("A", channel)).promise for channel in ("web", "shop", "")] == [5, 6, 1]


async def test_setting_it_again_replaces_what_was_left_of_it(at: World) -> None:
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 4))
    await at.reserve("O-1", ("1", "A", 3), channel="web")
    assert (await at.cases()).quotas == (Quota("A", "web", 1),)
    assert (await at.set_quota("web", ("A", 6))).levels[0].ring_fenced == 6
    assert (await at.cases()).quotas == (Quota("A", "web", 6),)
    assert (await at.set_quota("web", ("A", 2))).levels[0].ring_fenced == 2


async def test_a_quota_of_zero_is_no_quota(at: World) -> None:
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 4))
    await at.set_quota("shop", ("A", 1))
    assert (await at.set_quota("web", ("A", 0))).levels[0].ring_fenced == 1
    assert (await at.cases()).quotas == (Quota("A", "shop", 1),)
    await at.set_quota("shop", ("A", 0))
    assert (await at.state()).cases.quotas == ()
    assert await at.level("A") == StockLevel("A", on_hand=10)


async def test_a_quota_of_zero_where_there_was_none_changes_nothing(at: World) -> None:
    await at.receive(("A", 10))
    before = await at.state()
    assert (await at.set_quota("web", ("A", 0))).levels == (StockLevel("A", on_hand=10),)
    assert await at.state() == before
    assert (await at.entries())[-1].changes == ()


async def test_the_same_quota_again_changes_nothing(at: World) -> None:
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 4))
    before = await at.state()
    await at.set_quota("web", ("A", 4))
    assert await at.state() == before
    assert (await at.entries())[-1].changes == ()


async def test_more_may_be_fenced_than_there_is_and_then_nobody_else_gets_any(at: World) -> None:
    await at.receive(("A", 3))
    await at.set_quota("web", ("A", QUANTITY_MAX))
    await at.refuses(at.reserve("O-1", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))
    await at.refuses(at.reserve("O-2", ("1", "A", 4), channel="web"), Reason.INSUFFICIENT_STOCK, ("1", "A", 4, 3))
    assert (await at.reserve("O-3", ("1", "A", 3), channel="web")).applied.revision


async def test_a_fence_never_touches_what_others_have_already(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8), channel="shop")
    await at.set_quota("web", ("A", 10))
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=8, ring_fenced=10)
    assert (await at.line("O-1", "1")).committed == 8


async def test_a_quota_for_a_sku_that_was_never_received_is_refused_and_sets_none(at: World) -> None:
    await at.receive(("A", 10))
    asking = at.set_quota("web", ("X", 4), ("A", 2), ("Y", 0))
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("", "X", 4, 0), ("", "Y", 0, 0))
    assert (await at.cases()).quotas == ()


async def test_all_quotas_of_a_sku_together_stay_within_the_bound_of_a_bucket(at: World) -> None:
    skus = [f"S{number}" for number in range(40)]
    await at.receive(("A", 10), *((sku, 1) for sku in skus))
    for number in range(25):
        await at.set_quota(f"channel-{number}", *((sku, QUANTITY_MAX) for sku in skus))
    await at.set_quota("channel-7", ("S7", QUANTITY_MAX - 3))
    for sku in skus:
        await at.merge(sku, "A")
    assert (await at.level("A")).ring_fenced == BUCKET_MAX - 3
    await at.receive(("B", 1))
    await at.refuses(at.set_quota("web", ("B", 1), ("A", 4)), Reason.QUANTITY_OVERFLOW, ("", "A", 4, 3))
    assert (await at.set_quota("web", ("A", 3))).levels[0].ring_fenced == BUCKET_MAX
    await at.refuses(at.set_quota("web", ("A", 4)), Reason.QUANTITY_OVERFLOW, ("", "A", 4, 3))
    await at.refuses(at.set_quota("shop", ("A", 1)), Reason.QUANTITY_OVERFLOW, ("", "A", 1, 0))


async def test_quotas_are_listed_by_sku_and_channel(at: World) -> None:
    await at.receive(("A", 10), ("B", 10), ("a", 10))
    await at.set_quota("web", ("a", 1), ("B", 2), ("A", 3))
    await at.set_quota("amazon", ("B", 4))
    assert (await at.cases()).quotas == (
        Quota("A", "web", 3),
        Quota("B", "amazon", 4),
        Quota("B", "web", 2),
        Quota("a", "web", 1),
    )


async def test_a_quota_told_again_is_not_set_again(at: World) -> None:
    await at.receive(("A", 10))
    operation = ops.SetQuota("q", "DC-1", "web", (ops.SkuQuantity("A", 4),))
    first = await at.apply(operation)
    await at.reserve("O-1", ("1", "A", 3), channel="web")
    before = await at.state()
    assert await at.apply(operation) == first._replace(applied=first.applied._replace(replayed=True))
    assert await at.state() == before
