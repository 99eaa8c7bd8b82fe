"""Replies become responses."""
