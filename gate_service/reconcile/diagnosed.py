"""Says of each figure that differs why it does; what stands and differs as before keeps what was said of it."""

from __future__ import annotations

from typing import Final

from gate_service.app.reconcile.variances import compared as handed
from gate_service.domain.reconcile.causes import Cause, Diagnosis, Difference
from gate_service.domain.reconcile.diagnosing import diagnose
from gate_service.reconcile.evidence import Agreed, Case, Evidence, Found, named

_AT_ONCE: Final = 50_000


def begins(count: int) -> range:
    """Give where each part begins of so many figures."""
    return range(0, count, _AT_ONCE)


def diagnosed(case: Case, evidence: Evidence, part: tuple[str, int], mirror: str) -> list[handed.Found]:
    """Say of some figures why they differ: of a measure, from one of them on."""
    name, begin = part
    some = named(case, name, begin, _AT_ONCE)
    differences = [evidence.difference(case, name, each) for each in some]
    diagnoses = diagnose(differences, evidence.lag, mirror)
    return [
        handed.Found(difference, None if _keeps(evidence, difference, diagnosis, each) else diagnosis, each.stood)
        for difference, diagnosis, each in zip(differences, diagnoses, some, strict=True)
    ]


def cause_of(found: handed.Found) -> str:
    """Name the cause of what differs, as it stands where nothing new was found."""
    if found.diagnosis:
        return str(found.diagnosis.cause)
    return str(found.stood.cause if found.stood else Cause.UNEXPLAINED)


def _keeps(evidence: Evidence, difference: Difference, diagnosis: Diagnosis, found: Found) -> bool:
    """Say whether what stands keeps its diagnosis: it differs as before, and nothing sound speaks against it.

    That young events come to just as much is an accident: else it would be over now, and open again the next time.
    """
    stood = found.stood
    if stood is None or stood.amount != difference.amount:
        return False
    agreed = Agreed(stood.agreed_revision, stood.agreed_at_ms)
    return diagnosis.cause is Cause.TIMING or evidence.is_short(agreed)
