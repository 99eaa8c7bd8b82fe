"""One part of a snapshot's differences, held against the variances that stand: what is to be written of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, NamedTuple

from gate_service.app.reconcile.ports import Collection, Records
from gate_service.app.reconcile.variances.compared import Compared, Facts, Found, Recorded
from gate_service.app.reconcile.variances.drafting import Draft
from gate_service.app.reconcile.variances.reopening import standing_again
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile import lifecycle
from gate_service.domain.reconcile.causes import Cause, Diagnosis, Difference
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.lifecycle import Figures, Weight
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import Finding, FindingState, Step, Variance
from gate_service.domain.reconcile.recurring import (
    Occurrence,
    Recurrence,
    finding_id,
    found_again,
    recurrence_id,
    struck,
    subject_of,
)
from gate_service.domain.reconcile.severity import CLOSED_WITHIN_MS, owner, severity, shown_to_customers

FactsOf = Callable[[str, Sequence[str]], Awaitable[Mapping[str, Facts]]]
_UNKNOWN: Final = Diagnosis(Cause.UNEXPLAINED, 0, 0)


class _Stands(NamedTuple):
    variance: Variance
    version: int


class _Struck(NamedTuple):
    variance: Variance
    groups: Sequence[Sequence[Occurrence]]
    about: Recurrence


class Telling:
    """Makes the draft of one commit."""

    def __init__(self, records: Records, handoffs: HandoffMap | None, compared: Compared, at_ms: int) -> None:
        """Begin with nothing to be written."""
        self.draft: Final = Draft()
        self._records = records
        self._handoffs = handoffs
        self._rules = handoffs.reconcile if handoffs else ReconcileRules()
        self._compared = compared
        self._snapshot = compared.snapshot
        self._at_ms = at_ms
        self._struck: dict[str, tuple[Recurrence, int]] = {}
        self._again: Mapping[tuple[str, str], tuple[Variance, int]] = {}

    async def tell(self, part: Sequence[Found], facts_of: FactsOf) -> Recorded:
        """Find what each figure comes to. Raises `Unavailable`."""
        await self._read_struck(part)
        standing = await self._standing(part)
        facts = await facts_of(self._snapshot.location_id, [found.difference.sku for found in part])
        recorded, striking = Recorded(), []
        for found in part:
            outcome, struck_one = self._one(found, standing, facts.get(found.difference.sku, Facts()))
            recorded = recorded.plus(outcome)
            striking += [struck_one] if struck_one else []
        await self._strike(striking)
        return recorded

    async def _read_struck(self, part: Sequence[Found]) -> None:
        """Read what struck these SKUs, and what was opened again of them since it was seen what stands."""
        told = self._snapshot
        names = {recurrence_id(told.location_id, told.system, found.difference.sku) for found in part}
        kept = await self._records.get(Collection.RECURRENCES, sorted(names))
        self._struck = {each.record_id: (load(Recurrence, each.text), each.version) for each in kept if each}
        self._again = await standing_again(self._records, [known for known, _ in self._struck.values()])

    async def _standing(self, part: Sequence[Found]) -> Mapping[str, _Stands]:
        """Read what stands, and what an earlier run of the same has opened, by id."""
        ids = {self._new_id(found.difference) for found in part}
        ids |= {found.stood.variance_id for found in part if found.stood}
        kept = await self._records.get(Collection.VARIANCES, sorted(ids))
        return {each.record_id: _Stands(load(Variance, each.text), each.version) for each in kept if each}

    def _one(self, found: Found, standing: Mapping[str, _Stands], facts: Facts) -> tuple[Recorded, Variance | None]:
        """Write of one figure; give with it the variance whose cause has struck just now."""
        if self._new_id(found.difference) in standing:  # by an earlier run, whatever became of it since
            return Recorded(opened=1), None
        stands = standing.get(found.stood.variance_id) if found.stood else None
        if stands is None or not stands.variance.standing:
            again = self._again.get((found.difference.measure.name, found.difference.sku))
            stands = _Stands(*again) if again else stands
        diagnosis = found.diagnosis or (stands.variance.diagnosis if stands else _UNKNOWN)
        if stands is None or not stands.variance.standing:
            return Recorded(opened=1), self._open(found.difference, diagnosis, facts)
        told = stands.variance.snapshot_id == self._snapshot.snapshot_id  # by an earlier run
        if told or self._compared.is_behind(stands.variance):
            return Recorded(continued=1), None
        return Recorded(continued=1), self._go_on(stands, found, diagnosis, facts)

    def _open(self, difference: Difference, diagnosis: Diagnosis, facts: Facts) -> Variance:
        weight = self._weight(difference, diagnosis, facts)
        figures = self._figures(difference)
        variance = Variance(
            variance_id=self._new_id(difference),
            system=self._snapshot.system,
            location_id=self._snapshot.location_id,
            sku=difference.sku,
            measure=difference.measure.name,
            **figures._asdict(),
            diagnosis=diagnosis,
            severity=weight.severity,
            owner=weight.owner,
            opened_at_ms=self._at_ms,
            due_at_ms=weight.due_at_ms,
            action=weight.action,
            value_cents=weight.value_cents,
            abc=weight.abc,
            agreed_revision=difference.agreed_revision,
            agreed_at_ms=difference.agreed_at_ms,
            history=(
                Step(
                    self._at_ms,
                    lifecycle.FOUND,
                    note=f"{diagnosis.cause}, {difference.amount:+d}",
                    snapshot_id=self._snapshot.snapshot_id,
                ),
            ),
        )
        self.draft.variance(variance, 0, "variance.opened", to_do_ms=self._at_ms)
        return variance

    def _go_on(self, stands: _Stands, found: Found, diagnosis: Diagnosis, facts: Facts) -> Variance | None:
        before, version = stands
        figures = self._figures(found.difference)
        if not lifecycle.is_news(before, figures, found.diagnosis):
            self.draft.variance(lifecycle.told_again(before, figures, self._at_ms), version)
            return None
        weight = self._weight(found.difference, diagnosis, facts)
        same = found.difference.amount == before.difference
        change = lifecycle.explained if same else lifecycle.changed
        variance = change(before, figures, diagnosis, weight, self._at_ms)
        self.draft.variance(variance, version, "variance.changed", to_do_ms=self._at_ms)
        return variance if lifecycle.grew(before.difference, variance.difference) else None

    def _weight(self, difference: Difference, diagnosis: Diagnosis, facts: Facts) -> Weight:
        system, location_id = self._snapshot.system, self._snapshot.location_id
        value_cents = abs(difference.amount) * (facts.unit_cents or self._rules.unit_values_cents)
        mirror = self._handoffs.systems.get(system) if self._handoffs else None
        how_much = severity(
            difference.amount,
            difference.expected,
            value_cents=value_cents,
            abc=facts.abc,
            shown_to_customers=shown_to_customers(mirror, difference.measure),
        )
        return Weight(
            severity=how_much,
            owner=owner(self._handoffs, location_id, system, diagnosis),
            due_at_ms=self._at_ms + CLOSED_WITHIN_MS[how_much],
            action=self._rules.action(system, diagnosis.cause),
            value_cents=value_cents,
            abc=facts.abc,
        )

    async def _strike(self, variances: Sequence[Variance]) -> None:
        """Remember what struck, and raise findings about handoffs that broke too often."""
        too_often: list[_Struck] = []
        changed: dict[str, tuple[Recurrence, int]] = {}
        for each in variances:
            name = recurrence_id(each.location_id, each.system, each.sku)
            unknown = (Recurrence(each.location_id, each.system, each.sku), 0)
            known, version = changed.get(name) or self._struck.get(name) or unknown
            now, groups = struck(known, each.diagnosis, each.variance_id, each.snapshot_id, self._at_ms)
            changed[name] = (now, version)
            too_often += [_Struck(each, groups, now)] if groups else []
        for now, version in changed.values():
            self.draft.recurrence(now, version)
        await self._raise(too_often)

    async def _raise(self, too_often: Sequence[_Struck]) -> None:
        told = [(each, group) for each in too_often for group in each.groups]
        names = [finding_id(each.about.location_id, subject_of(each.about.system, group)) for each, group in told]
        kept = {each.record_id: each for each in await self._records.get(Collection.FINDINGS, names) if each}
        findings: dict[str, Finding] = {name: load(Finding, each.text) for name, each in kept.items()}
        raised = {name for name in names if name not in findings or findings[name].state is FindingState.CLEARED}
        for name, (each, group) in zip(names, told, strict=True):
            findings[name] = found_again(findings.get(name), each.about, group, each.variance.owner)
        for name, finding in findings.items():
            event = "finding.raised" if name in raised else "finding.changed"
            self.draft.finding(finding, kept[name].version if name in kept else 0, event)

    def _new_id(self, difference: Difference) -> str:
        snapshot = self._snapshot
        return lifecycle.variance_id(
            snapshot.location_id, snapshot.system, difference.measure.name, difference.sku, snapshot.snapshot_id
        )

    def _figures(self, difference: Difference) -> Figures:
        return Figures(
            reported=difference.reported,
            expected=difference.expected,
            revision=self._compared.revision,
            revision_at_ms=self._compared.revision_at_ms,
            snapshot_id=self._snapshot.snapshot_id,
        )
