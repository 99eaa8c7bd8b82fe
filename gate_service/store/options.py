"""What may stand behind the ? in the URL of a store, and which values each of it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

TLS: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_password", "ssl_cert_reqs", "ssl_check_hostname")
DATABASE: Final = re.compile(r"[0-9]{1,4}")
SWITCHES: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

_OF_ONE: Final = ("db", "username", "password")
_ALLOWED: Final = {
    "redis": _OF_ONE,
    "unix": _OF_ONE,
    "rediss": (*_OF_ONE, *TLS),
    "redis+sentinel": ("tls", *TLS, "sentinel_username", "sentinel_password"),
    "redis+cluster": ("tls", *TLS),
}
SHOWABLE: Final = frozenset(name for names in _ALLOWED.values() for name in names if "password" not in name)
"""Those whose values are no secrets."""
_CHECKS: Final = ("required", "optional", "none")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class UrlError(ValueError):
    """It is no URL of a store. The text says why; of the URL it holds no more than the name of an option."""


class _Values(NamedTuple):
    fits: Callable[[str], object]
    told: str


_SWITCH: Final = _Values(lambda value: value.lower() in SWITCHES, "true or false")
_VALUES: Final[Mapping[str, _Values]] = {
    "db": _Values(DATABASE.fullmatch, "the number of a database, 0 to 9999"),
    "tls": _SWITCH,
    "ssl_check_hostname": _SWITCH,
    "ssl_cert_reqs": _Values(_CHECKS.__contains__, "one of " + ", ".join(_CHECKS)),
}
_ANY: Final = _Values(bool, "followed by = and a value")


def read(scheme: str, query: str) -> dict[str, str]:
    """Read what stands behind the ?, each name once and with a value that it takes. Raises `UrlError`."""
    allowed = _ALLOWED[scheme]
    if "@" in query:  # then it may be the rest of a password
        raise UrlError("what is special in a user, a password or an option must be percent-encoded, as %40 for @")
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in allowed:
            raise UrlError(_unknown(scheme, name))
        if name in options:
            raise UrlError(f"{name} must stand there once")
        values = _VALUES.get(name, _ANY)
        if not values.fits(value):
            raise UrlError(f"{name} must be {values.told}")
        options[name] = value
    return options


def _unknown(scheme: str, name: str) -> str:
    allowed = f"behind the ? of {scheme}:// these are: {', '.join(_ALLOWED[scheme])}"
    named = f"{name} is no option" if _NAME.fullmatch(name) else "something is no option"
    if scheme == "redis" and name in {"tls", *TLS}:
        return f"{name} is no option of redis://, which does not speak TLS; rediss:// does"
    return f"{named}; {allowed}"
