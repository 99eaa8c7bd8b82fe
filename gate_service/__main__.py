"""`gate` and `python -m gate_service`."""

from __future__ import annotations

import sys

_EXTRA = frozenset({"hiredis", "redis", "rich", "structlog", "typer"})
"""What the extra `server` brings and the SDK alone does without."""
_USAGE, _FAULT = 2, 70
"""As in `ExitCode`, which cannot be imported without typer."""

__all__ = ["main"]


def main() -> None:
    """Run the command line; say so where only the SDK is installed."""
    try:
        from gate_service.cli.main import main as run  # noqa: PLC0415 it needs what may not be there

        run()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            import traceback  # noqa: PLC0415 seldom needed

            traceback.print_exc()
            sys.exit(_FAULT)
        sys.stderr.write(
            f"The command line needs pip install 'fulfillment-gate[server]': {error.name} is not installed.\n"
        )
        sys.exit(_USAGE)


if __name__ == "__main__":
    main()
