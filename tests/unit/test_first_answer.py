from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gate_service.store.first import first_answer
from tests.robustness.waiting import until

SOON_S, NEVER_S = 0.01, 30.0


class Asked:
    """Writes down who was asked and who was given up."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.given_up: list[str] = []

    def one(self, name: str, after_s: float = 0.0, failure: Exception | None = None) -> Callable[[], Awaitable[str]]:
        """Give somebody to ask."""

        async def ask() -> str:
            self.names.append(name)
            try:
                await asyncio.sleep(after_s)
            except asyncio.CancelledError:
                self.given_up.append(name)
                raise
            if failure:
                raise failure
            return name

        return ask


async def test_nobody_else_is_asked_where_the_first_answers() -> None:
    asked = Asked()
    assert await first_answer([asked.one("a"), asked.one("b")], NEVER_S) == "a"
    assert asked.names == ["a"]


async def test_the_next_is_asked_at_once_where_one_fails() -> None:
    asked = Asked()
    assert await first_answer([asked.one("a", failure=OSError("a")), asked.one("b")], NEVER_S) == "b"
    assert asked.names == ["a", "b"]


async def test_the_next_is_asked_too_where_one_is_silent_and_whoever_is_silent_to_the_end_is_given_up() -> None:
    asked = Asked()
    assert await first_answer([asked.one("a", NEVER_S), asked.one("b", NEVER_S), asked.one("c")], SOON_S) == "c"
    assert asked.names == ["a", "b", "c"]
    assert sorted(asked.given_up) == ["a", "b"]


async def test_one_that_was_only_slow_still_counts() -> None:
    asked = Asked()
    late = asked.one("a", 3 * SOON_S)
    assert await first_answer([late, asked.one("b", failure=OSError("b"))], SOON_S) == "a"


async def test_where_all_fail_the_last_says_why() -> None:
    asked = Asked()
    with pytest.raises(OSError, match="b"):
        await first_answer([asked.one("a", failure=ValueError("a")), asked.one("b", failure=OSError("b"))], NEVER_S)


async def test_whoever_gives_up_asking_gives_all_up() -> None:
    asked = Asked()
    asking = asyncio.ensure_future(first_answer([asked.one("a", NEVER_S), asked.one("b", NEVER_S)], SOON_S))
    await until(lambda: asked.names == ["a", "b"])
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert sorted(asked.given_up) == ["a", "b"]
