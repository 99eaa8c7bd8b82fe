"""TLS, and client certificates that name a system: over real processes and real certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
import trustme

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import GateProcess, gate_serving
from tests.handoffs.maps import digest

TOKEN = "fgt_a-token-for-the-shop"  # noqa: S105 of a test
_REFUSED_S = 1.0
"""A handshake that fails is tried again until the time is up."""
LINES = [sdk.ReceiptLine(sku="MUG", quantity=1, landing=sdk.LANDING_AVAILABLE)]
MAP = f"""\
version: 1
systems:
  wms:
    role: warehouse
    certificates: [wms.example.test]
    locations: ["*"]
    operations: {{record_receipt: {{}}}}
  spiffy:
    role: warehouse
    certificates: ["spiffe://example.test/wms"]
    locations: ["*"]
    operations: {{record_receipt: {{}}}}
  old:
    role: warehouse
    certificates: [Old Floor System]
    locations: ["*"]
    operations: {{record_receipt: {{}}}}
  shop:
    role: storefront
    tokens: ["{digest(TOKEN)}"]
    locations: ["*"]
"""


@dataclass(frozen=True)
class Served:
    """A gate with TLS, and the authorities."""

    gate: GateProcess
    folder: Path
    gates_ca: trustme.CA
    callers_ca: trustme.CA

    def receive(
        self,
        *identities: str,
        token: str = "",
        system: str = "",
        ca: trustme.CA | None = None,
        common_name: str | None = None,
        not_after: dt.datetime | None = None,
        timeout_s: float = 20.0,
    ) -> sdk.RecordReceiptResponse:
        """Tell of a receipt, with a certificate for these names; without names with none."""
        cert = None
        if identities or common_name:
            issuer = ca or self.callers_ca
            cert = issuer.issue_cert(*identities, common_name=common_name, not_after=not_after)
        credentials = grpc.ssl_channel_credentials(
            self.gates_ca.cert_pem.bytes(),
            cert.private_key_pem.bytes() if cert else None,
            b"".join(each.bytes() for each in cert.cert_chain_pems) if cert else None,
        )
        with sdk.Gate(
            self.gate.address, credentials=credentials, token=token, system=system, timeout_s=timeout_s
        ) as gate:
            return gate.record_receipt("DC-1", LINES)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tls")
    gates_ca, callers_ca = trustme.CA(), trustme.CA()
    write(gates_ca.issue_cert("127.0.0.1"), folder)
    callers_ca.cert_pem.write_to_path(str(folder / "callers.pem"))
    (folder / "handoffs.yaml").write_text(MAP)
    with EmbeddedStore.start(folder / "store") as store, gate_serving(store.url, folder, *flags(folder)) as gate:
        yield Served(gate, folder, gates_ca, callers_ca)


def write(cert: trustme.LeafCert, folder: Path) -> None:
    """Put the gate's own certificate where it looks."""
    cert.private_key_pem.write_to_path(str(folder / "key.pem"))
    (folder / "cert.pem").write_bytes(b"".join(each.bytes() for each in cert.cert_chain_pems))


def flags(folder: Path) -> list[str]:
    files = {"handoffs": "handoffs.yaml", "tls-cert": "cert.pem", "tls-key": "key.pem", "tls-client-ca": "callers.pem"}
    return [word for name, file in files.items() for word in (f"--{name}", str(folder / file))]


@pytest.mark.parametrize("identities", [("wms.example.test",), ("other.example.test", "wms.example.test")])
def test_a_name_in_the_certificate_is_the_system(served: Served, identities: tuple[str, ...]) -> None:
    assert served.receive(*identities).applied.revision
    assert served.receive(*identities, system="wms").applied.revision


def test_without_alternative_names_the_common_name_is_the_system(served: Served) -> None:
    assert served.receive(common_name="Old Floor System").applied.revision


def test_a_common_name_beside_alternative_names_says_nothing(served: Served) -> None:
    with pytest.raises(sdk.Unauthenticated):
        served.receive("nobody.example.test", common_name="Old Floor System")


def test_a_certificate_for_a_name_that_the_map_does_not_know_is_nobody(served: Served) -> None:
    with pytest.raises(sdk.Unauthenticated) as no:
        served.receive("stranger.example.test")
    assert (no.value.code, no.value.reason) == (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")


def test_a_caller_without_a_certificate_does_not_get_through(served: Served) -> None:
    for token in ("", TOKEN):
        with pytest.raises(sdk.Unavailable):
            served.receive(token=token, timeout_s=_REFUSED_S)


def test_a_certificate_that_has_run_out_does_not_get_through(served: Served) -> None:
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    with pytest.raises(sdk.Unavailable):
        served.receive("wms.example.test", not_after=yesterday, timeout_s=_REFUSED_S)


def test_a_certificate_of_another_authority_does_not_get_through(served: Served) -> None:
    for stranger in (trustme.CA(), served.gates_ca):
        with pytest.raises(sdk.Unavailable):
            served.receive("wms.example.test", ca=stranger, timeout_s=_REFUSED_S)


def test_who_has_a_certificate_and_calls_itself_another_is_denied(served: Served) -> None:
    with pytest.raises(sdk.PermissionDenied) as no:
        served.receive("wms.example.test", system="spiffy")
    assert (no.value.reason, no.value.metadata["cause"]) == ("NOT_PERMITTED", "impersonation")


def test_a_certificate_and_a_token_must_name_the_same_system(served: Served) -> None:
    with pytest.raises(sdk.PermissionDenied) as no:
        served.receive("wms.example.test", token=TOKEN)
    assert no.value.metadata["cause"] == "impersonation"
    with pytest.raises(sdk.Unauthenticated):
        served.receive("wms.example.test", token="fgt_wrong")  # noqa: S106 of a test


def test_a_certificate_of_nobody_in_particular_may_carry_a_token(served: Served) -> None:
    with pytest.raises(sdk.PermissionDenied) as no:  # a shop may not receive, but it is known
        served.receive("mesh.example.test", token=TOKEN)
    assert (no.value.metadata["system"], no.value.metadata["cause"]) == ("shop", "role")


def test_who_does_not_speak_tls_does_not_get_through(served: Served) -> None:
    with sdk.Gate(served.gate.address, token=TOKEN, timeout_s=_REFUSED_S) as plain, pytest.raises(sdk.GateError) as no:
        plain.record_receipt("DC-1", LINES)
    assert no.value.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


def test_a_renewed_certificate_is_shown_without_a_restart(served: Served) -> None:
    new_ca = trustme.CA()
    before = (served.folder / "cert.pem").read_bytes(), (served.folder / "key.pem").read_bytes()
    write(new_ca.issue_cert("127.0.0.1"), served.folder)
    renewed = Served(served.gate, served.folder, new_ca, served.callers_ca)
    try:
        assert renewed.receive("wms.example.test").applied.revision
        with pytest.raises(sdk.Unavailable):
            served.receive("wms.example.test", timeout_s=_REFUSED_S)
    finally:
        (served.folder / "cert.pem").write_bytes(before[0])
        (served.folder / "key.pem").write_bytes(before[1])
    assert served.receive("wms.example.test").applied.revision


def test_a_half_written_certificate_leaves_the_old_one_in_use(served: Served) -> None:
    sound = (served.folder / "cert.pem").read_bytes()
    (served.folder / "cert.pem").write_bytes(b"-----BEGIN CERT")
    assert served.receive("wms.example.test").applied.revision
    (served.folder / "cert.pem").write_bytes(sound)
    assert "the renewed certificate is not taken" in served.gate.log.read_text()
