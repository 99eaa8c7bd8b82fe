"""Why a gate does not start, and what it tells once it has: all that its starter must know, and nothing that serves."""

from __future__ import annotations

from dataclasses import dataclass


class StoreUnreachable(Exception):
    """There is no store to be had at the start. The text says where it was looked for and what to do."""


class StoreRefused(Exception):
    """In production, the store cannot keep the promise. The text says why, what is lost by it and how to mend it."""


class ListenFailed(Exception):
    """The address cannot be listened on. The text names it."""


class NoHandoffs(Exception):
    """Callers must prove who they are, and there is no map that knows them. The text says what to do."""


class WorkerFailed(Exception):
    """A worker ended where it must not, and its own log lines say why. The text says which and how."""


@dataclass(frozen=True, slots=True)
class Running:
    """What a started gate tells: `address` is the "host:port" that was bound."""

    address: str
