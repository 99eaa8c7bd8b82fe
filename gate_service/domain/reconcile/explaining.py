"""Tells why a variance stands, in a paragraph that a warehouse manager understands."""

from __future__ import annotations

from gate_service.domain.reconcile.records import Variance


def explain(variance: Variance) -> str:
    """Say what each side says, since when, which event and which handoff, what to do next, and how sure that is."""
    return f"{variance.system} says {variance.reported} of {variance.sku}, the gate {variance.expected}."
