"""Reconciliation in the store, and what goes on by itself: comparing snapshots, following ledgers."""
