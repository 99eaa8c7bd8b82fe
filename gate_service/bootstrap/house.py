"""The handoff map over the life of a gate.

It is put in force at the start and whenever its file changes, and taken over from other gates of the same store.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from gate_service.app.denials import Denials
from gate_service.app.handoffs import Handoffs, HandoffsUnreadable
from gate_service.bootstrap.errors import NoHandoffs
from gate_service.domain.errors import LocationFenced, Refused, Unavailable
from gate_service.domain.handoff_rules import HandoffsInvalid
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.vocabulary import Reason
from gate_service.handoffs import MapFile

_LOOK_S: Final = 1.0
_FAULTS_TOLD: Final = 20
_log = structlog.get_logger("gate.handoffs")


class House:
    """What all gates of one store have in common."""

    def __init__(self, handoffs: Handoffs, denials: Denials, file: str) -> None:
        """Keep it; nothing is read yet. `file` is empty where the map comes from the store alone."""
        self.handoffs = handoffs
        self.denials = denials
        self._file = MapFile(Path(file)) if file else None
        self._again = asyncio.Event()

    async def begin(self, *, required: bool) -> None:
        """Put the map in force for the first time.

        Raises `NoHandoffs` where one is required and there is none to be had, or that of the store cannot be read; and
        `Unavailable`.
        """
        await self._take_over()
        if self._file:
            self._file.changed()
            try:
                await self._take_file(self._file)
            except LocationFenced as error:  # the map that is in force can be read, and is enough to start with
                _log.error("handoff map cannot be put in force", file=str(self._file.path), why=error.message)
                self._again.set()
            # Where another gate has just put the same map in force, this one was told so and has yet to take it over.
            await self._take_over()
        if required and self.handoffs.in_force is None:
            if self._file:
                raise NoHandoffs(
                    f"there is no handoff map to start with: {self._file.path} is not in force, as told above"
                )
            raise NoHandoffs(
                "nobody could call this gate: give it a handoff map with --handoffs FILE (`gate handoffs validate` "
                "checks one), or let everybody in with --authentication none"
            )

    async def _take_over(self) -> None:
        """Take over what is in force in the store. Raises `NoHandoffs` where it cannot be read, `Unavailable`."""
        try:
            await self.handoffs.refresh()
        except HandoffsUnreadable as error:
            told = f"the handoff map in the store ({error}) is of a form that only a newer gate knows: start that one"
            raise NoHandoffs(told) from error
        except LocationFenced as error:
            raise NoHandoffs(f"the handoff map cannot be read: {error.message}") from error

    async def watch(self, interval_ms: int) -> None:
        """Do all of it for ever: follow the file and the store, and tell the store of what was turned away."""
        with self._on_hangup():
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow_store(interval_ms))
                tasks.create_task(self.denials.flush_for_ever())
                if self._file:
                    tasks.create_task(self._follow_file(self._file))

    async def end(self) -> None:
        """Tell the store what is still to be told."""
        await self.denials.flush()

    async def _follow_file(self, file: MapFile) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._again.wait()
            changed = file.changed()
            if changed or self._again.is_set():
                self._again.clear()
                try:
                    await self._take_file(file)
                except Unavailable:
                    self._again.set()  # the store will be back, the change will not
                    await asyncio.sleep(_LOOK_S)
                except Exception as error:  # noqa: BLE001 - whatever it is, the gate goes on by the map that it has
                    _log.error("handoff map cannot be taken", file=str(file.path), error=type(error).__name__)

    async def _take_file(self, file: MapFile) -> None:
        """Put the file in force where it is sound and newer; say what is wrong with it else. Raises `Unavailable`."""
        name = str(file.path)
        try:
            changed = await self.handoffs.apply_file(file.text())
        except HandoffsInvalid as error:
            for fault in error.faults[:_FAULTS_TOLD]:
                _log.error("handoff map is wrong", at=f"{name}:{fault.line}", fault=str(fault))
            self._kept()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            _log.error("handoff map cannot be read", file=name, why=why)
            self._kept()
        except Refused as no:
            if no.reason is not Reason.HANDOFFS_VERSION_STALE:
                raise
            _log.error("handoff map has changed and its version has not: count it up", file=name)
            self._kept()
        else:
            if changed is None:
                _log.warning("a newer handoff map is in force than that of the file", file=name)
            for sentence in changed.changes if changed else ():
                _log.info("handoff map changed", change=sentence)

    def _kept(self) -> None:
        if self.handoffs.in_force:
            _log.warning("the handoff map in force stays", version=self.handoffs.in_force.version)

    async def _follow_store(self, interval_ms: int) -> None:
        told = False
        while True:
            await asyncio.sleep(interval_ms / 1000)
            try:
                await self.handoffs.refresh()
                told = False
            except Unavailable:
                continue  # the watch on the store tells it
            except Exception as error:  # noqa: BLE001 - as above
                if not told:  # once, or it would fill the log
                    kind = type(error).__name__
                    _log.error("the handoff map in the store cannot be read: the one before stays", error=kind)
                told = True

    @contextmanager
    def _on_hangup(self) -> Iterator[None]:
        """Look at the file at once on SIGHUP; not in a terminal, whose closing is told by that signal too."""
        if self._file is None or os.isatty(0):
            yield
            return
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._again.set)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGHUP)


def tell_of(handoffs: HandoffMap) -> None:
    """Say which map is in force now."""
    _log.info("handoff map in force", version=handoffs.version, sha256=handoffs.sha256[:16])
