"""Keeping differences from being found to being closed."""
