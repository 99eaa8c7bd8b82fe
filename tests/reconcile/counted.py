"""A location whose shelves are counted, by the clock of a test: records and ledger are in memory."""

from __future__ import annotations

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.app.reconcile.counting.accuracy import Accuracy, CountAccuracy
from gate_service.app.reconcile.counting.desk import CountDesk, Submitted
from gate_service.app.reconcile.counting.learning import CountLearning
from gate_service.app.reconcile.counting.planning import CountPlanning
from gate_service.app.reconcile.counting.turns import CountTurns
from gate_service.app.reconcile.counting.wishes import CountWishes
from gate_service.app.reconcile.variances.compared import FactsOfItems
from gate_service.domain.policy import Policy
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.records import CountTask
from gate_service.domain.vocabulary import ShortReason
from gate_service.reconcile.follower import Follower
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.model import ModelLedger
from tests.reconcile.memory import MemoryRecords


def by(actor: str, system: str = "wms") -> Call:
    """Give the call of a person."""
    return Call(method="count", system=system, actor=actor)


class Shelves(World):
    """One location whose ledger is followed, and whose counts are planned whenever the test looks."""

    def __init__(self, clock: Clock, rules: CountRules | None = None, items: FactsOfItems | None = None) -> None:
        """Begin with an empty house."""
        super().__init__(ModelLedger(clock), clock)
        self.rules = rules or CountRules()
        self.items = items
        self.records = MemoryRecords(clock)
        access = Access(enforced=False)
        self.desk = CountDesk(self.records, self.ledger, access, lambda: self.rules, Policy)
        self.reports = CountAccuracy(self.records, self.ledger, access)
        self.restart()

    def restart(self) -> None:
        """Let another process go on with what is kept."""
        self.learning = CountLearning(self.records, lambda: self.rules)
        self.wishes = CountWishes(self.records, self.learning, lambda: self.rules)
        self.turns = CountTurns(self.records, lambda: self.learning.places, lambda: self.rules)
        self.planning = CountPlanning(self.records, self.learning, lambda: self.rules, self.items)
        self.follower = Follower(self.ledger, self.records, [self.learning])

    async def look(self) -> list[CountTask]:
        """Follow what happened, plan, and give what is open, the most urgent first."""
        while await self.follower.follow_all():
            pass
        assert not [each.problem for each in self.follower.standing.values() if each.problem]
        await self.wishes.tick(self.clock.now_ms)
        await self.turns.tick(self.clock.now_ms)
        await self.planning.tick(self.clock.now_ms)
        return await self.open()

    async def later(self, ms: int) -> list[CountTask]:
        """Let time pass, and look."""
        self.clock.advance(ms)
        return await self.look()

    async def open(self) -> list[CountTask]:
        """Give what is open."""
        return (await self.desk.page(self.location_id, 10_000, "", by("kim"), all_open=True)).tasks

    async def work(self, task_id: str, counted: int, actor: str = "kim", *, includes_picked: bool = False) -> Submitted:
        """Start and submit."""
        await self.desk.start(task_id, by(actor))
        return await self.desk.submit(task_id, counted, by(actor), includes_picked=includes_picked)

    async def short(self, sku: str, missing: int = 1, units: int = 10) -> CountTask:
        """Have a picker miss some units of a SKU, of which there are so many; give the task that comes of it."""
        await self.receive((sku, units))
        order_id = f"O-{self.fresh_id()}"
        await self.reserve(order_id, ("1", sku, missing))
        permit = await self.authorize((order_id, "1", sku, missing))
        await self.report(permit.permit_id, (order_id, "1", sku, 0, missing, ShortReason.NOT_FOUND))
        return next(task for task in await self.look() if task.sku == sku)

    async def accuracy(self, days: int = 30) -> Accuracy:
        """Tell how right the record was."""
        return await self.reports.of(self.location_id, days, by("kim"))

    async def events(self) -> list[str]:
        """Give the events so far, by type."""
        return [each.event.type for each in await self.records.events("", 10_000)]
