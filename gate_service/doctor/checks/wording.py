"""What the checks have in common: how a finding is made, and how a size is written."""

from __future__ import annotations

from gate_service.domain.findings import Check, Finding, Severity

_KIB = 1024
_THREE_FIGURES = 100
_MAY_READ_CONFIG = (
    "Let the gate's user read it: gate doctor --print-acl says how. Where a service keeps its configuration to itself, "
    "look it up there, and say by accept_risk why you trust it."
)


def ok(check: Check, server: str, found: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(check, Severity.OK, server, found)


def warning(check: Check, server: str, found: str, consequence: str, remedy: str) -> Finding:
    """Say that something would be better otherwise."""
    return Finding(check, Severity.WARNING, server, found, consequence, remedy)


def error(check: Check, server: str, found: str, consequence: str, remedy: str) -> Finding:
    """Say that the promise cannot be kept."""
    return Finding(check, Severity.ERROR, server, found, consequence, remedy)


def unknown(check: Check, server: str, severity: Severity, consequence: str) -> Finding:
    """Say that the server does not let it be read."""
    return Finding(
        check, severity, server, "unknown: the server does not let it be read", consequence, _MAY_READ_CONFIG
    )


def configured(setting: str, value: str) -> str:
    """Say how a server is set otherwise, at once and for good."""
    return f"Set {setting} {value} in its configuration file, and at once by CONFIG SET {setting} {value}."


def size(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < _KIB:
            return f"{_short(count)} {unit}" if unit != "bytes" else f"{count:.0f} {unit}"
        count /= _KIB
    return f"{_short(count)} TiB"


def _short(count: float) -> str:
    """Write three figures, or all before the point where they are more."""
    return f"{count:.0f}" if count >= _THREE_FIGURES else f"{count:.3g}"
