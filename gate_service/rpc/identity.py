"""Who is calling, and whether the door opens: headers and certificate in, a `Call` out, or why not.

A token is looked at here and nowhere kept: what leaves this file is the name of a system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from gate_service.app.access import Access
from gate_service.app.denials import Denials
from gate_service.app.ports import Call
from gate_service.domain import roles
from gate_service.domain.denials import Cause, Denied, not_authenticated, not_permitted
from gate_service.domain.errors import InvalidField
from gate_service.rpc.fields import optional_ident

SYSTEM_HEADER: Final = "gate-system"
ACTOR_HEADER: Final = "gate-actor"
CREDENTIALS_HEADER: Final = "authorization"
HEADERS: Final = frozenset({SYSTEM_HEADER, ACTOR_HEADER, CREDENTIALS_HEADER})
"""All that the gate reads."""

_SCHEME: Final = "Bearer "

Headers = Mapping[str, str]


class Who(Protocol):
    """Tells which system calls."""

    def system(self, method: str, headers: Headers, names: Sequence[str]) -> str:
        """Name it by its headers and by the names in its certificate. Raises `Denied` and `InvalidField`.

        `method` is what it calls, for whoever reads of it.
        """
        ...


class ByName:
    """Nobody is asked for credentials: a caller is who it says, or `unnamed`."""

    def __init__(self, unnamed: str = "") -> None:
        """Keep what a caller is called who does not say."""
        self._unnamed = unnamed

    def system(self, method: str, headers: Headers, names: Sequence[str]) -> str:
        """Take its word."""
        del method, names
        return optional_ident(headers.get(SYSTEM_HEADER, ""), SYSTEM_HEADER) or self._unnamed


class ByCredentials:
    """A token or a client certificate names the system; what it says of itself must be the same."""

    def __init__(self, access: Access) -> None:
        """Keep who knows the credentials."""
        self._access = access

    def system(self, method: str, headers: Headers, names: Sequence[str]) -> str:
        """Name it by what it can prove."""
        rules, sent = self._access.rules, headers.get(CREDENTIALS_HEADER)
        by_name = rules.system_of_names(names) if names else None
        system = by_name
        if sent is not None:
            digest = _digest(sent)
            system = rules.system_of_token(digest) if digest else None
            if system is None:  # a wrong token is a wrong token, also beside a right certificate
                raise not_authenticated(roles.asked(method), known=True)
            if by_name not in (None, system):
                raise not_permitted(system, roles.asked(method), Cause.IMPERSONATION)
        if system is None:
            raise not_authenticated(roles.asked(method), known=bool(names))
        if headers.get(SYSTEM_HEADER, system) not in ("", system):
            raise not_permitted(system, roles.asked(method), Cause.IMPERSONATION)
        return system


class Door:
    """Lets calls in, and notes those that it did not."""

    def __init__(self, who: Who, access: Access, denials: Denials) -> None:
        """Keep who tells callers apart, who decides, and who counts."""
        self._who = who
        self._access = access
        self._denials = denials

    def call(self, method: str, headers: Headers, names: Sequence[str], deadline: float | None) -> Call:
        """Let one in: give it as the use cases see it. Raises `Denied`, `InvalidField`."""
        system = self._who.system(method, headers, names)
        call = Call(method, system, optional_ident(headers.get(ACTOR_HEADER, ""), ACTOR_HEADER), deadline)
        self._access.enter(call)
        return call

    def turned_away(self, denied: Denied, headers: Headers) -> None:
        """Note one that was not let in, here or further inside."""
        actor = headers.get(ACTOR_HEADER, "")
        try:
            self._denials.note(denied.denial, optional_ident(actor, ACTOR_HEADER))
        except InvalidField:
            self._denials.note(denied.denial, "")


def _digest(sent: str) -> bytes | None:
    """Hash the token of an authorization header; None where there is none in it."""
    if not sent.startswith(_SCHEME) and sent[: len(_SCHEME)].lower() != _SCHEME.lower():
        return None
    token = sent[len(_SCHEME) :].strip()
    return hashlib.sha256(token.encode()).digest() if token else None
