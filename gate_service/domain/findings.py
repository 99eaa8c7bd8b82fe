"""What is found when the store is looked at: whether it can keep the promise, and what is lost where it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple, Self


class Severity(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    """As it should be."""
    WARNING = "warning"
    """It works, and something would be better otherwise."""
    ERROR = "error"
    """The promise cannot be kept."""


class Check(StrEnum):
    """What is looked at; the names are stable for programs, and docs/doctor.md explains each."""

    REACHABLE = "reachable"
    VERSION = "version"
    ROLE = "role"
    CLUSTER = "cluster"
    SCRIPT = "script"
    APPENDONLY = "appendonly"
    APPENDFSYNC = "appendfsync"
    APPENDFSYNC_ON_REWRITE = "no-appendfsync-on-rewrite"
    AOF_WRITE = "aof-write"
    AOF_REWRITE = "aof-rewrite"
    REPLICAS = "replicas"
    MIN_REPLICAS = "min-replicas-to-write"
    MAXMEMORY_POLICY = "maxmemory-policy"
    MAXMEMORY = "maxmemory"
    ACL_USER = "acl-user"
    ACL_RIGHTS = "acl-rights"
    TLS = "tls"
    SHARED = "shared"
    NOTIFICATIONS = "notify-keyspace-events"
    LATENCY = "latency"
    CLOCK = "clock"


NEVER_CLOSES: Final = frozenset({Check.MAXMEMORY, Check.REACHABLE, Check.CLUSTER})
"""What is told as an error and keeps no gate from serving. At the memory limit orders that are in the house still leave
it, and a gate that is closed would keep them in; a server of a cluster that is away stops its own locations only."""

_CLOSES_TOGETHER: Final = frozenset({Check.REPLICAS})
"""The same, unless all servers have it: each write there finds it out for itself, and is not acknowledged."""

_WORST_FIRST: Final = (Severity.ERROR, Severity.WARNING, Severity.OK)


class Finding(NamedTuple):
    """One thing that was looked at. `consequence` and `remedy` are whole sentences, empty where all is well."""

    check: Check
    severity: Severity
    server: str
    """The address, without a user or a password; empty for what concerns the store as a whole."""
    found: str
    consequence: str = ""
    remedy: str = ""


class Inspection(NamedTuple):
    """All that one look at the store has found, the worst first, and when that was, ms since the epoch."""

    findings: tuple[Finding, ...]
    at_ms: int

    @classmethod
    def of(cls, findings: Iterable[Finding], at_ms: int) -> Self:
        """Put findings in order: the worst first, then as they were found."""
        return cls(tuple(sorted(findings, key=lambda each: _WORST_FIRST.index(each.severity))), at_ms)

    def which_are(self, severity: Severity) -> tuple[Finding, ...]:
        """Give the findings of one severity."""
        return tuple(each for each in self.findings if each.severity is severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Give the findings that say that the store is not as it must be."""
        return self.which_are(Severity.ERROR)

    @property
    def broken(self) -> tuple[Finding, ...]:
        """Give the errors because of which acknowledged writes may be lost, or none may be taken: a reason to close."""
        well = {each.check for each in self.findings if each.severity is not Severity.ERROR}
        spared = NEVER_CLOSES | (_CLOSES_TOGETHER & well)
        return tuple(each for each in self.errors if each.check not in spared)
