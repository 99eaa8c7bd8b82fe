"""The use cases of reconciliation: snapshots, variances, findings, counts, buffers."""
