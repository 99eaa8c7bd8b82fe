"""Reconciliation's vocabulary: what mirrors believe, why they differ, what is overdue, what is counted."""
