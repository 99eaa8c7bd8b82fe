"""What the address of a store says of the way to it."""

from __future__ import annotations

import ssl

import pytest
from redis import exceptions

from gate_service.doctor.terms import Kind, Terms, Way
from gate_service.doctor.why import why
from gate_service.domain.durability import PROMISE_NOTHING
from gate_service.store.errors import not_applied

PLAIN = Terms(PROMISE_NOTHING)


@pytest.mark.parametrize(
    ("url", "terms"),
    [
        ("redis://store:6379/0", PLAIN),
        ("redis://store:6379/3", PLAIN._replace(database=3)),
        ("redis://store?db=4", PLAIN._replace(database=4)),
        ("redis://:pass@store", PLAIN._replace(has_password=True)),
        ("redis://gate:pa%40ss@store", PLAIN._replace(user="gate", has_password=True)),
        ("redis://store?username=gate&password=x", PLAIN._replace(user="gate", has_password=True)),
        ("redis://localhost:6379", PLAIN._replace(way=Way.LOOPBACK)),
        ("redis://[::1]:6379", PLAIN._replace(way=Way.LOOPBACK)),
        ("redis://127.0.0.9", PLAIN._replace(way=Way.LOOPBACK)),
        ("unix:///run/store.sock?db=2", PLAIN._replace(way=Way.SOCKET, database=2)),
        ("rediss://store:6380/0", PLAIN._replace(way=Way.TLS)),
        ("rediss://store?ssl_cert_reqs=none", PLAIN._replace(way=Way.UNVERIFIED)),
        ("rediss://store?ssl_check_hostname=False", PLAIN._replace(way=Way.UNVERIFIED)),
        ("rediss://store?ssl_ca_certs=/etc/none.pem", PLAIN._replace(way=Way.TLS)),
        (
            "redis+sentinel://gate:x@one:26379,two:26379/7/2?tls=true",
            Terms(PROMISE_NOTHING, "gate", has_password=True, way=Way.TLS, kind=Kind.SENTINEL, database=2),
        ),
        ("redis+sentinel://one:26379/7", PLAIN._replace(kind=Kind.SENTINEL)),
        ("redis+cluster://127.0.0.1:1,store:2", PLAIN._replace(kind=Kind.CLUSTER)),
        ("redis+cluster://127.0.0.1:1,[::1]:2", PLAIN._replace(kind=Kind.CLUSTER, way=Way.LOOPBACK)),
    ],
)
def test_an_address_says_who_asks_how_and_what(url: str, terms: Terms) -> None:
    assert Terms.of(url, PROMISE_NOTHING) == terms


def test_nothing_of_a_password_is_kept() -> None:
    assert "open-sesame" not in str(Terms.of("redis://gate:open-sesame@store", PROMISE_NOTHING))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.AuthenticationError("WRONGPASS secret"), "it wants another user or password"),
        (exceptions.NoPermissionError("no"), "this user may not write"),
        (exceptions.BusyLoadingError("no"), "it is still loading its data"),
        (TimeoutError(), "no answer in time"),
        (ConnectionRefusedError("to redis://:secret@host"), "nothing answers there"),
        (ssl.SSLError(1, "[SSL: UNHEARD_OF] secret"), "it does not speak TLS as the gate does"),
        (exceptions.ResponseError("MISCONF secret"), "it cannot save to its disk, and so takes no writes"),
        (exceptions.ResponseError("NOREPLICAS secret"), "too few replicas follow it, and so it takes no writes"),
        (exceptions.OutOfMemoryError("secret"), "its memory is full"),
        (exceptions.ResponseError("ERR secret"), "it refuses this database or command"),
        (None, "nobody knows why"),
    ],
)
def test_a_trouble_is_told_in_our_own_words(error: Exception | None, words: str) -> None:
    assert why(error) == words


def test_the_first_cause_is_what_counts() -> None:
    wrapped = exceptions.ConnectionError("outer")
    wrapped.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed: certificate has expired")
    unavailable = not_applied()
    unavailable.__cause__ = wrapped
    assert why(unavailable) == "its certificate has expired"
