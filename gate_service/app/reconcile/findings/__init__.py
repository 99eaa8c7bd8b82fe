"""Watching for what should have happened and has not."""
