"""Why figures of a snapshot differ: one diagnosis for each difference, by rules that know nothing but its evidence."""

from __future__ import annotations

from gate_service.domain.reconcile.diagnosing.diagnose import diagnose

__all__ = ["diagnose"]
