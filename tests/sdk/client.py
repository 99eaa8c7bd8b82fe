"""Both clients behind one face, so that each promise is tested of both."""

# ruff: noqa: ANN401 - calls are made by name: what they take and give is the method's affair

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from fulfillment_gate import AsyncGate, Gate, health, storefront, wms


class Client:
    """Calls one of the two by the name of a method."""

    def __init__(self, gate: Gate | AsyncGate) -> None:
        self.gate: Any = gate
        self.is_async = isinstance(gate, AsyncGate)

    async def ask(self, method: str, *args: Any, **options: Any) -> Any:
        return await self._run(getattr(self.gate, method), *args, **options)

    async def all_of(self, method: str, *args: Any, **options: Any) -> list[Any]:
        """Give all that an iterator gives."""
        iterator = getattr(self.gate, method)(*args, **options)
        if self.is_async:
            return [one async for one in iterator]
        return await asyncio.to_thread(list, iterator)

    async def helped(self, name: str, *args: Any, **options: Any) -> Any:
        """Call a function for one kind of caller by its name, such as wms.release_wave, or its twin for asyncio."""
        module, _, function = name.partition(".")
        helper = getattr(
            import_module(f"fulfillment_gate.{module}"), f"{function}_async" if self.is_async else function
        )
        return await self._run(helper, self.gate, *args, **options)

    async def release_wave(self, *args: Any, **options: Any) -> wms.WaveRelease:
        return await self.helped("wms.release_wave", *args, **options)  # type: ignore[no-any-return]

    async def check_out(
        self, body: Callable[[Any, Callable[[], Awaitable[Any]]], Awaitable[None]], *args: Any, **options: Any
    ) -> Any:
        """Run a body inside a checkout; it gets the hold and a way to confirm it. Gives the hold."""
        if self.is_async:
            async with storefront.checkout_async(self.gate, *args, **options) as hold:
                await body(hold, hold.confirm)
            return hold

        def run() -> Any:
            with storefront.checkout(self.gate, *args, **options) as hold:

                async def confirm() -> Any:
                    return hold.confirm()

                asyncio.run(body(hold, confirm))  # type: ignore[arg-type]
            return hold

        return await asyncio.to_thread(run)

    async def probe(self, target: str, service: str = "") -> health.Health:
        if self.is_async:
            return await health.probe_async(target, service, timeout_s=10)
        return await asyncio.to_thread(health.probe, target, service, timeout_s=10)

    async def close(self) -> None:
        await self._run(self.gate.close)

    async def _run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if self.is_async:
            return await function(*args, **options)
        return await asyncio.to_thread(function, *args, **options)
