"""How a command proves who asks, and how it knows the gate: options that all callers share.

A token is no option: whoever can list processes would read it there.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gate_service.cli.exits import InputError

if TYPE_CHECKING:
    import grpc

TOKEN_ENV: Final = "GATE_TOKEN"  # noqa: S105 the name of a variable
_PANEL: Final = "The gate and who asks"


@dataclass(frozen=True)
class Credentials:
    """A token, TLS, both or neither."""

    token_file: Annotated[
        Path | None,
        typer.Option(
            envvar="GATE_TOKEN_FILE",
            metavar="FILE",
            help=f"Where your token stands; or set {TOKEN_ENV} to the token itself.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    tls_ca: Annotated[
        Path | None,
        typer.Option(
            envvar="GATE_CA",
            metavar="FILE",
            help="The gate serves TLS, and this is who signed its certificate, PEM.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    client_cert: Annotated[
        Path | None,
        typer.Option(
            envvar="GATE_CLIENT_CERT", metavar="FILE", help="Your own certificate, PEM.", rich_help_panel=_PANEL
        ),
    ] = None
    client_key: Annotated[
        Path | None,
        typer.Option(envvar="GATE_CLIENT_KEY", metavar="FILE", help="The key of it, PEM.", rich_help_panel=_PANEL),
    ] = None

    @functools.cached_property
    def fenced(self) -> dict[str, int]:
        """The fenced locations that answers to this command told of, and since when they are, ms since the epoch."""
        return {}

    @property
    def proven(self) -> bool:
        """Say whether the caller can prove who it is."""
        return bool(self.token_file or self.client_cert or os.environ.get(TOKEN_ENV))

    def token(self) -> str:
        """Give the token; "" for none. Raises InputError."""
        if self.token_file is None:
            return os.environ.get(TOKEN_ENV, "").strip()
        try:
            return self.token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"The token file {self.token_file} cannot be read: {_why(error)}.") from None

    def tls(self) -> grpc.ChannelCredentials | None:
        """Give what TLS needs; None where the gate serves none. Raises InputError."""
        if not (self.tls_ca or self.client_cert or self.client_key):
            return None
        from fulfillment_gate import tls  # noqa: PLC0415 it brings grpc

        try:
            return tls(ca=self.tls_ca, cert=self.client_cert, key=self.client_key)
        except OSError as error:
            raise InputError(f"{error.filename} cannot be read: {_why(error)}.") from None
        except ValueError as error:
            raise InputError(f"{error}.") from None


def _why(error: Exception) -> str:
    return str(error.strerror) if isinstance(error, OSError) else "it is not text"
