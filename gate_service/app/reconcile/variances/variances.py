"""What people see of variances, and what they do with them. Nothing of the stock is changed here."""

from __future__ import annotations

from typing import Final, NamedTuple

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Collection, Conflict, Kept, Records
from gate_service.app.reconcile.variances.drafting import ALL, CLOSED, OPEN, Draft
from gate_service.app.reconcile.variances.reopening import nothing_in_its_place, opened_again, recurrence_of
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import Variance, VarianceState
from gate_service.domain.reconcile.verbs import Wish, done
from gate_service.domain.verbs import Verb
from gate_service.domain.vocabulary import Reason

_LOOKS_MAX: Final = 20
"""Pages of records that one question looks at: where a filter fits few, the answer may be short, and not the last."""
_ATTEMPTS: Final = 20
_BY_DUE: Final = frozenset({VarianceState.OPEN, VarianceState.ACKNOWLEDGED})


class Wanted(NamedTuple):
    """Which variances are asked for; what is empty is any. Without a state: open and acknowledged ones."""

    system: str = ""
    location_id: str = ""
    sku: str = ""
    cause: Cause | None = None
    state: VarianceState | None = None
    all_states: bool = False

    def fits(self, variance: Variance) -> bool:
        """Say whether a variance is asked for."""
        told = ((self.system, variance.system), (self.location_id, variance.location_id), (self.sku, variance.sku))
        if any(wanted and wanted != is_so for wanted, is_so in told):
            return False
        if self.cause is not None and variance.diagnosis.cause is not self.cause:
            return False
        if self.all_states:
            return True
        return variance.state in (_BY_DUE if self.state is None else (self.state,))

    @property
    def place(self) -> tuple[str, bool]:
        """Name where to look, and whether from the end: those due first come first, of the others the newest."""
        if self.all_states or self.state is VarianceState.ACCEPTED:
            return ALL, True
        return (CLOSED, True) if self.state is VarianceState.RESOLVED else (OPEN, False)


class Seen(NamedTuple):
    """A variance with the version that stands."""

    variance: Variance
    version: int


class SeenPage(NamedTuple):
    """Some variances. `next_token` is empty after the last."""

    variances: list[Seen]
    next_token: str


class VarianceDesk:
    """Where variances are looked at and worked on."""

    def __init__(self, records: Records, access: Access) -> None:
        """Keep the records, and who decides who may see what."""
        self._records = records
        self._access = access

    async def page(self, wanted: Wanted, limit: int, token: str, call: Call) -> SeenPage:
        """Give up to `limit` of them, of the locations that the caller may ask about.

        Raises `Denied` where it asks for a location that it may not see, `InvalidField` for a token that no page gave.
        """
        if wanted.location_id:
            self._access.read(call, wanted.location_id)
        index, descending = wanted.place
        found: list[Seen] = []
        for _ in range(_LOOKS_MAX):
            left = limit - len(found)
            page = await self._records.page(Collection.VARIANCES, index, left, token, descending=descending)
            seen = [_seen(kept) for kept in page.records]
            visible = set(self._access.narrowed(call, [each.variance.location_id for each in seen]))
            found += [one for one in seen if one.variance.location_id in visible and wanted.fits(one.variance)]
            token = page.next_token
            if not token or len(found) >= limit:
                break
        return SeenPage(found, token)

    async def get(self, variance_id: str, call: Call) -> Seen:
        """Give one. Raises `Refused` with VARIANCE_NOT_FOUND, `Denied`."""
        seen = await self._one(variance_id)
        self._access.read(call, seen.variance.location_id)
        return seen

    async def change(self, variance_id: str, wish: Wish, version: int, call: Call) -> tuple[Seen, bool]:
        """Do what somebody wants; give what stands, and whether it was not so already.

        `version` is the one that was looked at, 0 for whatever stands. Raises `Refused` with VARIANCE_NOT_FOUND,
        VARIANCE_CLOSED or CHANGED_MEANWHILE; `Denied`.
        """
        for attempt in range(_ATTEMPTS):
            seen = await self._one(variance_id)
            self._access.does(call, Verb.RESOLVE_VARIANCE, seen.variance.location_id)
            after = done(seen.variance, wish, await self._records.now_ms())
            if after is None:
                return seen, False
            if version not in (0, seen.version):
                raise _changed(variance_id, seen.version)
            draft = Draft()
            if not seen.variance.standing:
                await self._opens_again(seen.variance, draft)
            draft.variance(after, seen.version, f"variance.{wish.step}")
            try:
                await self._records.commit(draft.changes, draft.events)
            except Conflict:
                if attempt + 1 == _ATTEMPTS:
                    raise _changed(variance_id, seen.version) from None
                continue  # look at it as it is now
            return Seen(after, seen.version + 1), True
        raise AssertionError("the last attempt ends in one way or the other")

    async def _one(self, variance_id: str) -> Seen:
        (kept,) = await self._records.get(Collection.VARIANCES, [variance_id])
        if kept is None:
            raise Refused(Reason.VARIANCE_NOT_FOUND, "there is no variance of this name", {"variance_id": variance_id})
        return _seen(kept)

    async def _opens_again(self, closed: Variance, draft: Draft) -> None:
        """Refuse to open a second variance about the same figure, also where one opens at this moment."""
        known, version = await recurrence_of(self._records, closed)  # before: what changes from here on is a conflict
        await nothing_in_its_place(self._records, closed)
        draft.recurrence(opened_again(known, closed), version)


def _seen(kept: Kept) -> Seen:
    return Seen(load(Variance, kept.text), kept.version)


def _changed(variance_id: str, version: int) -> Refused:
    return Refused(
        Reason.CHANGED_MEANWHILE,
        "the variance was changed since it was looked at: look again",
        {"variance_id": variance_id, "version": str(version)},
    )
