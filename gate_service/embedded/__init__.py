"""A store of its own for a gate that has none: for development, demos and tests."""
