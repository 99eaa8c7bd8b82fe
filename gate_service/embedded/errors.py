"""What goes wrong with a store of our own, in one sentence that a person can act on."""

from __future__ import annotations


class EmbeddedStoreError(Exception):
    """The embedded store cannot be had. The text says why and what to do about it."""
