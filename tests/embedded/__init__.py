"""The store that the gate brings along, as real processes."""
