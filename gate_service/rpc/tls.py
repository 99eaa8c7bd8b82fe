"""TLS for the listener: which certificate it shows, and which of its callers it trusts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc


@dataclass
class Tls:
    """Files in PEM. With `client_ca` every caller must show a certificate that was signed by it.

    They are looked at with each handshake: who renews a certificate in place needs no restart.
    """

    cert: Path
    key: Path
    client_ca: Path | None = None
    on_failure: Callable[[str], None] = lambda why: None  # noqa: ARG005 - nobody listens
    _seen: tuple[object, ...] = field(default=(), init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def credentials(self) -> grpc.ServerCredentials:
        """Give them to a listener. Raises OSError where a file cannot be read, ValueError where it holds no PEM."""
        first, self._seen = self._load(), self._state()
        return grpc.dynamic_ssl_server_credentials(first, self._renewed, self.client_ca is not None)

    def _renewed(self) -> Any:  # noqa: ANN401 - a type that grpc does not export
        """Give what is new since the last handshake, or None. Called from a thread of grpc's."""
        with self._lock:
            try:
                state = self._state()
                if state == self._seen:
                    return None
                renewed = self._load()
            except (OSError, ValueError) as error:  # half written: the next handshake looks again
                self.on_failure(type(error).__name__)
                return None
            self._seen = state
            return renewed

    def _load(self) -> Any:  # noqa: ANN401 - a type that grpc does not export
        pair = (_pem(self.key, "PRIVATE KEY"), _pem(self.cert, "CERTIFICATE"))
        trusted = _pem(self.client_ca, "CERTIFICATE") if self.client_ca else None
        return grpc.ssl_server_certificate_configuration([pair], root_certificates=trusted)

    def _state(self) -> tuple[object, ...]:
        stats = [path.stat() for path in (self.cert, self.key, self.client_ca) if path is not None]
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in stats)


def _pem(path: Path, what: str) -> bytes:
    """Read a file; grpc itself says nothing of what it cannot use."""
    found = path.read_bytes()
    if b"-----BEGIN" not in found or what.encode() not in found:
        raise ValueError(f"{path} holds no {what} in PEM")
    return found
