"""One script on one server: by its hash, loaded where it was forgotten, held by as many replicas as was promised."""

from __future__ import annotations

from typing import Any

from redis import exceptions

from gate_service.domain.durability import Durability
from gate_service.store.errors import ELSEWHERE, not_applied, not_replicated, outcome_unknown
from gate_service.store.node import Command, Node
from gate_service.store.script import Script

_ASKING: Command = ("ASKING",)


async def run(
    node: Node, script: Script, keys: tuple[str, ...], arguments: list[str], promise: Durability | None, *, asking: bool
) -> list[str]:
    """Run it; see `Store.run`. With `promise`, WAIT rides behind it on the same connection, and its count is checked.

    With `asking` the server is one that only imports the keys. Raises the library's `MovedError`, `AskError` and
    `TryAgainError` where the keys are elsewhere: nothing ran.
    """
    command: Command = ("EVALSHA", script.sha, len(keys), *keys, *arguments)
    try:
        return await _evaluate(node, command, promise, asking=asking)
    except exceptions.NoScriptError:  # said before anything ran
        try:
            await node.call("SCRIPT", "LOAD", script.source)
            return await _evaluate(node, command, promise, asking=asking)
        except exceptions.NoScriptError as error:  # it forgets as fast as it is told
            raise not_applied() from error
        except exceptions.ResponseError as error:
            if isinstance(error, ELSEWHERE):
                raise
            raise not_applied() from error  # it takes no scripts


async def call(node: Node, command: Command, *, asking: bool, timeout_s: float | None = None) -> Any:  # noqa: ANN401 - the command's
    """Send one command and give its reply; with `asking` to a server that only imports the key.

    Raises as `Node.call` does.
    """
    *_, reply = await node.send(*([_ASKING] if asking else []), command, timeout_s=timeout_s)
    node.raise_refusal(reply)
    if isinstance(reply, exceptions.ResponseError):
        raise reply
    return reply


async def _evaluate(node: Node, command: Command, promise: Durability | None, *, asking: bool) -> list[str]:
    commands = [_ASKING, command] if asking else [command]
    timeout_s = None
    if promise and promise.replicas:
        commands.append(("WAIT", promise.replicas, promise.wait_ms))
        timeout_s = node.timeout_s + promise.wait_ms / 1000
    replies = await node.send(*commands, timeout_s=timeout_s)
    reply = replies[1 if asking else 0]
    node.raise_refusal(reply)
    if isinstance(reply, (exceptions.NoScriptError, *ELSEWHERE)):
        raise reply
    if isinstance(reply, exceptions.ResponseError):
        raise outcome_unknown() from reply
    if promise and promise.replicas:
        held_by = replies[-1]
        if not isinstance(held_by, int) or held_by < promise.replicas:
            node.forget()  # one that has lost its replicas may have been replaced: the next call looks who it is now
            raise not_replicated(held_by if isinstance(held_by, int) else 0, promise.replicas)
    return [str(text) for text in reply]
