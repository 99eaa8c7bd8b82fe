"""Everything that is measured, running side by side: four servers and three stores, all idle but the one under load."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import house, messages
from bench.bare import BareStore, open_location
from bench.load import process
from bench.load.plan import Plan, Report
from bench.processes import HOST, Target, running
from gate_service.embedded.valkey import EmbeddedStore

ECHO: Final = "echo"
RESERVE: Final = "reserve_unary"
ALWAYS: Final = "reserve_always"
NAIVE: Final = "naive"
GUARDED: Final = "reserve_guarded"
KIT: Final = "reserve_kit"
SPLIT: Final = "reserve_split"

_FSYNC: Final[Mapping[str, str]] = {
    RESERVE: "everysec",
    ALWAYS: "always",
    NAIVE: "everysec",
    GUARDED: "everysec",
}
_PLACE_OF: Final[Mapping[str, str]] = {KIT: GUARDED, SPLIT: GUARDED}
"""Loads that share the server of another one."""
_TEMPLATES: Final[Mapping[str, Callable[[], str]]] = {
    GUARDED: messages.guarded_template,
    KIT: messages.kit_template,
    SPLIT: messages.split_template,
}


class PartFailedError(Exception):
    """A part could not be measured, or what it measured was not the work."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server with what stands behind it; the echo has no store."""

    target: Target
    store: EmbeddedStore | None = None
    bare: BareStore | None = None

    def processes(self) -> dict[str, int]:
        """Give the ids of the processes that do the work."""
        found = {"server": self.target.pid}
        return found | {"store": self.store.pid} if self.store else found

    def direct(self) -> BareStore:
        """Give the bare client of its store."""
        if self.bare is None:
            raise PartFailedError(f"{self.target.name} has no store")
        return self.bare


class Site:
    """The places by name; numbers its calls so that no id ever comes twice."""

    def __init__(self, places: Mapping[str, Place], folder: Path) -> None:
        """Keep them."""
        self.places: Final = places
        self.folder: Final = folder
        self._next_serial = 0

    def place(self, name: str) -> Place:
        """Give the place that a load goes to."""
        return self.places[_PLACE_OF.get(name, name)]

    def serials(self, count: int) -> int:
        """Set `count` numbers aside and give the first."""
        first = self._next_serial
        self._next_serial += count
        return first

    def plan(self, name: str, **more: object) -> Plan:
        """Plan a load of reservations on a place, with numbers of its own; `more` are fields of `Plan`."""
        place = self.place(name)
        fields: dict[str, object] = {
            "host": HOST,
            "port": place.target.port,
            "path": messages.RESERVE_PATH,
            "template": _TEMPLATES.get(name, messages.reserve_template)(),
            "token": house.TOKEN if name in _TEMPLATES else "",
            "slots": messages.SKU_COUNT,
            "first_serial": self._next_serial,
            "watch": place.processes(),
        }
        return Plan(**(fields | more))  # type: ignore[arg-type]

    def load(self, name: str, plan: Plan, module: str = "bench.load") -> Report:
        """Run a plan. Raises `PartFailedError` where a single call did not end well."""
        report = process.run(plan, module)
        self._next_serial = max(self._next_serial, report.next_serial)
        if report.statuses:
            told = ", ".join(f"{count} with status {status}" for status, count in report.statuses.items())
            raise PartFailedError(f"{name}: of {report.calls_total + sum(report.statuses.values())} calls {told}")
        return report


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Site]:
    """Start everything in a folder of its own, open the locations everywhere, and end everything."""
    with contextlib.ExitStack() as stack:
        places = {ECHO: Place(stack.enter_context(running(ECHO, ["bench.servers.echo"], folder, health=False)))}
        for name, fsync in _FSYNC.items():
            store = stack.enter_context(EmbeddedStore.start(folder / f"{name}-store", fsync=fsync))
            bare = BareStore(store.url)
            stack.callback(bare.close)
            bare.run([open_location(messages.LOCATION, [messages.sku(number) for number in range(messages.SKU_COUNT)])])
            server = running(name, [*_command(name, folder), "--redis-url", store.url], folder, health=name != NAIVE)
            places[name] = Place(stack.enter_context(server), store, bare)
        far = [messages.far_sku(number) for number in range(messages.SKU_COUNT)]
        places[GUARDED].direct().run([open_location(messages.FAR_LOCATION, far)], messages.FAR_LOCATION)
        house.import_catalog(places[GUARDED].target.address)
        yield Site(places, folder)


def _command(name: str, folder: Path) -> list[str]:
    """Give the module of a server and what it is told besides its store."""
    if name == NAIVE:
        return ["bench.servers.naive"]
    if name == GUARDED:
        return ["gate_service", "serve", "--handoffs", str(house.write_map(folder))]
    return ["gate_service", "serve", "--authentication", "none"]
