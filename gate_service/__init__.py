"""The fulfillment gate: one authoritative count, gated writes, and no pick without its yes."""
