"""Certificates for servers and their clients, signed by an authority that nobody else knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import trustme


class Certificates:
    """One authority, and one certificate for 127.0.0.1 that servers show to clients and to each other."""

    def __init__(self, folder: Path) -> None:
        """Write them into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self.ca = folder / "ca.pem"
        self.cert = folder / "cert.pem"
        self.key = folder / "key.pem"
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1", "localhost")
        authority.cert_pem.write_to_path(str(self.ca))
        issued.private_key_pem.write_to_path(str(self.key))
        for pem in issued.cert_chain_pems:
            pem.write_to_path(str(self.cert), append=True)

    def server_lines(self, port: int) -> list[str]:
        """Give how a server is told to speak TLS and nothing else, to clients and to other servers."""
        return [
            "port 0",
            f"tls-port {port}",
            f'tls-cert-file "{self.cert}"',
            f'tls-key-file "{self.key}"',
            f'tls-ca-cert-file "{self.ca}"',
            "tls-auth-clients no",
            "tls-replication yes",
        ]

    def client_options(self) -> dict[str, Any]:
        """Give what the client library is told."""
        return {"ssl": True, "ssl_ca_certs": str(self.ca)}

    @property
    def query(self) -> str:
        """Give the part of a store's URL that names the authority."""
        return urlencode({"ssl_ca_certs": str(self.ca)}, safe="/")
