"""Says on stderr what is under way; stdout is for the table."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Write one line."""
    print(text, file=sys.stderr, flush=True)
