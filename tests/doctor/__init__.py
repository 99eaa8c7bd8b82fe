"""Whether what is said of a store is so, and whether a gate acts on it."""
