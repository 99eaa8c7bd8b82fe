"""A gate that dies or falls asleep at its n-th word to the store: before it is heard, or after, its answer lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from gate_service.app.ports import Call
from gate_service.domain.operations import Operation
from gate_service.domain.policy import Policy

Hook = Callable[[], Awaitable[None]]


class Died(Exception):
    """The process is gone."""


class Life:
    """Counts what changes the store. Once dead, nothing is said any more, whatever else was under way."""

    def __init__(self, last_word: int, *, heard: bool) -> None:
        """Die at this word, counted from 1; `heard` where the store still did it. 0: live for ever."""
        self._last_word = last_word
        self._heard = heard
        self.words = 0
        self.dead = False

    async def say(self, word: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever is answered
        """Say one word, while alive."""
        if self.dead:
            raise Died
        self.words += 1
        if self.words != self._last_word:
            return await word()
        self.dead = True
        if self._heard:
            await word()
        raise Died


class Sleeper(Life):
    """Falls asleep at its n-th word, and says it when it is woken."""

    def __init__(self, last_word: int) -> None:
        """Sleep at this word, counted from 1."""
        super().__init__(0, heard=True)
        self._sleeps_at = last_word
        self.asleep = asyncio.Event()
        self.woken = asyncio.Event()

    async def say(self, word: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever is answered
        """Say one word; the n-th one later."""
        self.words += 1
        if self.words == self._sleeps_at:
            self.asleep.set()
            await self.woken.wait()
        return await word()


class MortalLedger:
    """The ledger as a gate reaches it in its lifetime."""

    def __init__(self, ledger: Any, life: Life) -> None:  # noqa: ANN401 - a stand-in for all of it
        """Keep both."""
        self._ledger = ledger
        self._life = life

    async def apply(self, operation: Operation[Any], policy: Policy, call: Call) -> Any:  # noqa: ANN401 - any reply
        """Do it, while alive."""
        return await self._life.say(lambda: self._ledger.apply(operation, policy, call))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - reads change nothing
        """Read."""
        return getattr(self._ledger, name)


class MortalPlans:
    """The plans as a gate reaches them in its lifetime. `after_plan` happens once, when the first plan is written."""

    def __init__(self, plans: Any, life: Life, after_plan: Hook | None = None) -> None:  # noqa: ANN401 - a stand-in
        """Keep them."""
        self._plans = plans
        self._life = life
        self._after_plan = after_plan

    async def swap(self, plan: Any) -> Any:  # noqa: ANN401 - as the plans
        """Write a plan, while alive."""
        standing = await self._life.say(lambda: self._plans.swap(plan))
        if self._after_plan is not None:
            hook, self._after_plan = self._after_plan, None
            await hook()
        return standing

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the plans
        """Read, or write while alive."""
        method = getattr(self._plans, name)
        if name in ("plan", "find", "undecided"):
            return method
        return lambda *args, **more: self._life.say(lambda: method(*args, **more))
