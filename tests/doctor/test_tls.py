"""TLS on the way to the store: what is right works, what is wrong is told as what it is, and nothing hangs."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import trustme

from gate_service.bootstrap.errors import StoreUnreachable
from gate_service.bootstrap.inspection import examine
from gate_service.domain.findings import Check, Finding
from gate_service.settings import Settings
from tests.cli.driving import run
from tests.gate_process import gate_serving
from tests.stores import NoProgramError, Server, find_program
from tests.stores.ports import free_ports
from tests.stores.server import store_lines
from tests.stores.tls import Certificates

EXPIRED = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
HERE = "127.0.0.1"
HUNG_UP = "it hung up: it may want a client certificate, or another one"
"""Where its word on the certificate was overtaken by its hanging up: with TLS 1.3 the client has gone on by then."""
HUNG_UP_ON_PLAIN = "it hung up: it may want TLS, which rediss:// says"


@dataclass(frozen=True)
class Paper:
    """The files of a certificate and of its key."""

    cert: Path
    key: Path

    def as_client(self) -> dict[str, str]:
        """Give what the URL of a store says of it."""
        return {"ssl_certfile": str(self.cert), "ssl_keyfile": str(self.key)}


class Office:
    """An authority that issues papers into a folder."""

    def __init__(self, folder: Path) -> None:
        self.ca = folder / "ca.pem"
        self._folder = folder
        self._authority = trustme.CA()
        self._authority.cert_pem.write_to_path(str(self.ca))

    def issue(self, name: str, identity: str = HERE, expires_at: dt.datetime | None = None) -> Paper:
        issued = self._authority.issue_cert(identity, not_after=expires_at)
        paper = Paper(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        issued.cert_chain_pems[0].write_to_path(str(paper.cert))
        issued.private_key_pem.write_to_path(str(paper.key))
        return paper


class Shown(Certificates):
    """What one server shows, and whether it wants to see something."""

    def __init__(self, office: Office, shown: Paper, wanted: str) -> None:
        self.ca, self.cert, self.key = office.ca, shown.cert, shown.key
        self._wanted = wanted
        self._guest = office.issue("guest")

    def server_lines(self, port: int) -> list[str]:
        return [*super().server_lines(port), f"tls-auth-clients {self._wanted}"]

    def client_options(self) -> dict[str, Any]:
        """Let whoever waits for its start in, however wrong its own papers are."""
        return {"ssl": True, "ssl_cert_reqs": "none", **self._guest.as_client()}


@contextmanager
def showing(office: Office, shown: Paper, folder: Path, wanted: str = "no") -> Iterator[str]:
    """Run a server until the block ends; give its address. Skips where none on this machine speaks TLS."""
    try:
        program = find_program("redis")  # the embedded one does not
    except NoProgramError as error:
        pytest.skip(str(error))
    certificates = Shown(office, shown, wanted)
    server = Server(program, folder, free_ports(1)[0], store_lines("everysec"), tls=certificates)
    try:
        server.start()
        yield server.address
    finally:
        server.kill()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Give an authority that nobody here trusts."""
    return Office(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(scope="module")
def address(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give a server that shows a certificate and wants none."""
    with showing(office, office.issue("server"), tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="module")
def strict(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give a server that wants to see one, too."""
    with showing(office, office.issue("strict"), tmp_path_factory.mktemp("strict"), "yes") as found:
        yield found


def url_of(address: str, ca: Path | None, **more: str) -> str:
    query = ({"ssl_ca_certs": str(ca)} if ca else {}) | more
    return f"rediss://{address}/0?{urlencode(query)}"


async def way(url: str) -> Finding:
    """Look at a store, and give what is said of the way to it."""
    found = await examine(Settings(redis_url=url, store_timeout_ms=2_000))
    return next(each for each in found.findings if each.check is Check.TLS)


async def refused(url: str) -> str:
    """Give why a store cannot be had."""
    with pytest.raises(StoreUnreachable) as told:
        await way(url)
    return str(told.value).rpartition("cannot be asked: ")[2]


async def test_a_server_whose_authority_is_named_is_trusted(address: str, office: Office) -> None:
    assert (await way(url_of(address, office.ca))).found == "by TLS"


async def test_a_server_that_nobody_checks_is_used_with_a_warning(address: str) -> None:
    assert (await way(url_of(address, None, ssl_cert_reqs="none"))).found == "by TLS, without a check of who answers"


@pytest.mark.parametrize("named", [True, False])
async def test_a_server_of_another_authority_is_not_trusted(address: str, strangers: Office, *, named: bool) -> None:
    why = await refused(url_of(address, strangers.ca if named else None))
    assert why == "its certificate is signed by nobody the gate trusts: ssl_ca_certs names who is"


async def test_a_certificate_that_has_expired_is_told_as_that(office: Office, tmp_path: Path) -> None:
    with showing(office, office.issue("old", expires_at=EXPIRED), tmp_path) as address:
        assert await refused(url_of(address, office.ca)) == "its certificate has expired"


async def test_a_certificate_for_somebody_else_is_told_as_that(office: Office, tmp_path: Path) -> None:
    with showing(office, office.issue("other", "store.example"), tmp_path) as address:
        assert await refused(url_of(address, office.ca)) == "its certificate is for another address"
        assert await refused(url_of(address.replace(HERE, "localhost"), office.ca)) == (
            "its certificate is for another name"
        )


async def test_a_client_without_tls_is_told_that_it_is_wanted(address: str) -> None:
    assert await refused(f"redis://{address}/0") == HUNG_UP_ON_PLAIN


async def test_a_server_without_tls_is_told_as_that(store_url: str, tmp_path: Path) -> None:
    del store_url
    server = Server(find_program("valkey"), tmp_path, free_ports(1)[0], store_lines("everysec"))
    try:
        server.start()
        assert await refused(url_of(server.address, None)) == "no answer in time: it may not speak TLS"
    finally:
        server.kill()


async def test_a_server_that_never_answers_the_handshake_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind((HERE, 0))
        silent.listen()  # the kernel takes the connection, and nobody ever reads from it
        port = silent.getsockname()[1]
        assert await refused(url_of(f"{HERE}:{port}", None)) == "no answer in time: it may not speak TLS"


async def test_a_client_certificate_opens_a_server_that_wants_one(strict: str, office: Office) -> None:
    mine = office.issue("mine").as_client()
    assert (await way(url_of(strict, office.ca, **mine))).found == "by TLS"


async def test_a_server_that_wants_one_says_so_to_whoever_has_none(strict: str, office: Office) -> None:
    why = await refused(url_of(strict, office.ca))
    assert why in {"it wants a client certificate: ssl_certfile and ssl_keyfile name one", HUNG_UP}


async def test_a_client_certificate_that_the_server_does_not_trust_is_told_as_that(
    strict: str, office: Office, strangers: Office
) -> None:
    theirs, old = strangers.issue("theirs"), office.issue("mine-of-old", expires_at=EXPIRED)
    why = await refused(url_of(strict, office.ca, **theirs.as_client()))
    assert why in {"it does not trust the gate's client certificate", HUNG_UP}
    why = await refused(url_of(strict, office.ca, **old.as_client()))
    assert why in {"the gate's client certificate has expired", HUNG_UP}


async def test_files_that_are_not_there_or_do_not_fit_are_told_as_that(address: str, office: Office) -> None:
    one, two = office.issue("one"), office.issue("two")
    gone = await refused(url_of(address, office.ca.with_name("gone.pem")))
    assert "a file of its TLS settings is not there" in gone
    mixed = Paper(one.cert, two.key)
    assert await refused(url_of(address, office.ca, **mixed.as_client())) == (
        "ssl_certfile and ssl_keyfile do not belong together"
    )
    assert await refused(url_of(address, one.key)) == "a file that its URL names for TLS is not PEM"


def test_a_gate_serves_on_a_store_behind_tls_and_says_why_where_it_cannot(
    strict: str, office: Office, strangers: Office, tmp_path: Path
) -> None:
    mine = office.issue("gate").as_client()
    with gate_serving(url_of(strict, office.ca, **mine), tmp_path) as gate:
        assert gate.process.poll() is None
    ended = run("serve", "--redis-url", url_of(strict, strangers.ca, **mine), "--listen", f"{HERE}:0")
    assert ended.exit_code == 3
    assert "its certificate is signed by nobody the gate trusts" in ended.stderr
    assert "Traceback" not in ended.stderr
