"""What a store's refusals and silences mean for whoever asked."""

from __future__ import annotations

import random
from typing import Final

from redis import exceptions

from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason

_RETRY_FROM_MS: Final = 250
_RETRY_TO_MS: Final = 750

# What a server says before it has run anything, or at the first write of a script: nothing was applied.
REFUSALS: Final = (
    "OOM",
    "READONLY",
    "LOADING",
    "MASTERDOWN",
    "MISCONF",
    "NOREPLICAS",
    "BUSY",
    "CLUSTERDOWN",
    "TRYAGAIN",
    "MOVED",
    "ASK",
    "NOAUTH",
    "NOPERM",
)
RIGHT_LACKING: Final = ("ERR ACL failure in script", "ERR The user executing the script can't")
"""How Valkey and Redis tell a script that its caller may not do a thing. It may have done others before."""
REFUSAL_TYPES: Final = (
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.BusyLoadingError,
    exceptions.MasterDownError,
    exceptions.ClusterDownError,
    exceptions.AuthenticationError,
    exceptions.NoPermissionError,
)
LOST: Final = (exceptions.ConnectionError, exceptions.TimeoutError, OSError, TimeoutError)
"""A connection that is gone."""
ELSEWHERE: Final = (exceptions.MovedError, exceptions.AskError, exceptions.TryAgainError)
"""A cluster node's word that the keys are, or are about to be, at another one. Said before anything ran."""


def retry_after_ms() -> int:
    """Say when to ask again; each caller another time, so that they do not come back all at once."""
    return random.randint(_RETRY_FROM_MS, _RETRY_TO_MS)  # noqa: S311 - it spreads callers, it guards nothing


def not_applied() -> Unavailable:
    """Say that the store cannot be written and nothing changed."""
    return Unavailable(
        Reason.STORE_UNAVAILABLE,
        "the store cannot be reached or refuses writes; nothing was applied",
        retry_after_ms(),
    )


def for_another(error: Exception) -> Exception:
    """Give an error for one more of the callers whom it hit together, with a time of its own to ask again."""
    if type(error) is not Unavailable:
        return error
    another = Unavailable(error.reason, error.message, retry_after_ms())
    another.__cause__ = error.__cause__
    return another


def outcome_unknown() -> Unavailable:
    """Say that it may have been applied, and that the same id again tells."""
    return Unavailable(
        Reason.OUTCOME_UNKNOWN,
        "the store's answer was lost; ask again with the same operation_id to learn what became of it",
        retry_after_ms(),
    )


def not_replicated(held_by: int, wanted: int) -> Unavailable:
    """Say that it was applied, and that too few replicas hold it for it to be acknowledged."""
    return Unavailable(
        Reason.OUTCOME_UNKNOWN,
        f"{held_by} of {wanted} replicas hold the write in time, so it is not acknowledged; ask again with the same "
        "operation_id to learn what became of it",
        retry_after_ms(),
    )
