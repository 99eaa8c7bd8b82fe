"""`gate` and `python -m gate_service`."""

from __future__ import annotations

from gate_service.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
