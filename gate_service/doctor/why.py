"""Why a store cannot be had, in our own words: those of a client library may hold the address with its secret."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from typing import Final

from redis import exceptions

from gate_service.doctor.terms import Terms, Way
from gate_service.domain.durability import PROMISE_NOTHING

# What OpenSSL calls it, and what that means to whoever runs the gate.
_TLS_TROUBLES: Final = (
    ("certificate has expired", "its certificate has expired"),
    ("certificate is not yet valid", "its certificate is not valid yet"),
    ("hostname mismatch", "its certificate is for another name"),
    ("ip address mismatch", "its certificate is for another address"),
    ("certificate verify failed", "its certificate is signed by nobody the gate trusts: ssl_ca_certs names who is"),
    ("certificate required", "it wants a client certificate: ssl_certfile and ssl_keyfile name one"),
    ("handshake failure", "it wants a client certificate, or another kind of TLS"),
    ("unknown ca", "it does not trust the gate's client certificate"),
    ("certificate expired", "the gate's client certificate has expired"),
    ("bad certificate", "it does not take the gate's client certificate"),
    ("key values mismatch", "ssl_certfile and ssl_keyfile do not belong together"),
    ("no certificate or crl found", "a file that its URL names for TLS is not PEM"),
    ("[ssl] pem lib", "a file that its URL names for TLS is not PEM"),
    ("wrong version number", "it does not speak TLS"),
    ("record layer failure", "it does not speak TLS"),
)
# The first that fits: the library's kinds inherit from each other.
_TROUBLES: Final = (
    (exceptions.AuthenticationError, "it wants another user or password"),
    (exceptions.NoPermissionError, "this user may not write"),
    (exceptions.ReadOnlyError, "it is a replica"),
    (exceptions.BusyLoadingError, "it is still loading its data"),
    (exceptions.OutOfMemoryError, "its memory is full"),
    (exceptions.MasterDownError, "it is a replica that has lost its primary"),
    (exceptions.ClusterDownError, "the cluster is down: nobody has some of its slots"),
    (exceptions.ResponseError, "it refuses this database or command"),
    ((exceptions.TimeoutError, TimeoutError), "no answer in time"),
    (FileNotFoundError, "nothing answers there, or a file of its TLS settings is not there"),
    ((exceptions.ConnectionError, OSError), "nothing answers there"),
)
# How a server begins to say what the library has no kind for, or where its kind says too little.
_WORDS: Final = (
    ("misconf", "it cannot save to its disk, and so takes no writes"),
    ("noreplicas", "too few replicas follow it, and so it takes no writes"),
    ("busy ", "a script has kept it busy for long"),
    (
        "this instance has cluster support disabled",
        "it is no server of a cluster: redis:// is how one by itself is reached",
    ),
    ("unknown command 'sentinel'", "it is no Sentinel: redis:// is how a server by itself is reached"),
    ("unknown command `sentinel`", "it is no Sentinel: redis:// is how a server by itself is reached"),
)
_HUNG_UP: Final = "closed by server"
"""What the client library says of a connection that was there and ended in order."""


def why(error: BaseException | None, url: str = "") -> str:
    """Say what stood in the way of a call to the store at `url`; `error` is what was raised, or its cause."""
    chain = [*_causes(error)]
    encrypted = bool(url) and Terms.of(url, PROMISE_NOTHING).way in (Way.TLS, Way.UNVERIFIED)
    for each in chain:
        if isinstance(each, ssl.SSLError):
            return _of_tls(each)
    for each in reversed(chain):  # the library wraps what the store said
        if isinstance(each, ConnectionResetError) or _HUNG_UP in str(each):
            may = "a client certificate, or another one" if encrypted else "TLS, which rediss:// says"
            return f"it hung up: it may want {may}"
        if isinstance(each, exceptions.ResponseError) and (words := _of_words(each)):
            return words
        for kind, words in _TROUBLES:
            if isinstance(each, kind):
                return f"{words}: it may not speak TLS" if encrypted and "in time" in words else words
    return type(chain[-1]).__name__ if chain else "nobody knows why"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        if not isinstance(error, asyncio.CancelledError):  # how a time-out comes about
            yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _of_words(error: exceptions.ResponseError) -> str:
    told = str(error).lower().removeprefix("err ")
    return next((words for begin, words in _WORDS if told.startswith(begin)), "")


def _of_tls(error: ssl.SSLError) -> str:
    told = str(error).lower().replace("_", " ")
    return next((words for name, words in _TLS_TROUBLES if name in told), "it does not speak TLS as the gate does")
