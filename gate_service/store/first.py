"""Asks several that know the same, and takes the first answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

AnswerT = TypeVar("AnswerT")


async def first_answer(asks: Sequence[Callable[[], Awaitable[AnswerT]]], patience_s: float) -> AnswerT:
    """Ask one after the other, the next where one fails or has not answered within `patience_s`.

    The first answer counts, and whoever has not answered by then is given up. Raises the last failure where all fail.
    """
    left = deque(asks)
    asked: set[asyncio.Future[AnswerT]] = set()
    failure: BaseException = LookupError("nobody to ask")
    try:
        while left or asked:
            if left:
                asked.add(asyncio.ensure_future(left.popleft()()))
            done, asked = await asyncio.wait(
                asked, timeout=patience_s if left else None, return_when=asyncio.FIRST_COMPLETED
            )
            answers = [task for task in done if task.exception() is None]
            if answers:
                return answers[0].result()
            for task in done:
                failure = task.exception() or failure
        raise failure
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
