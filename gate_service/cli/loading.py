"""Commands that are imported when their name is asked for: nobody who calls one waits for all the others.

The help imports all, to say in a line what each is for; completing a word imports those that begin with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

_PACKAGE: Final = "gate_service.cli"

Command = TyperCommand | TyperGroup
Panels = Mapping[str, Mapping[str, str]]
"""By the heading in the help, by the name of the command, where it is: `module:attribute`, a function or an app."""


class Commands(Mapping[str, Command]):
    """The commands of a table by their names, in its order; each is imported when it is first looked at."""

    def __init__(self, panels: Panels) -> None:
        """Keep where each one is."""
        self._places = {name: (panel, place) for panel, places in panels.items() for name, place in places.items()}
        self._made: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        """Give the command. Raises KeyError where there is none of that name."""
        if name not in self._made:
            panel, place = self._places[name]
            self._made[name] = _made(name, panel, place)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names; nothing is imported for that."""
        return iter(self._places)

    def __len__(self) -> int:
        """Count them."""
        return len(self._places)


def group_of(panels: Panels) -> type[TyperGroup]:
    """Give the class of a group whose commands are those of the table, for `typer.Typer(cls=…)`."""

    class Group(TyperGroup):
        def __init__(self, **given: Any) -> None:  # noqa: ANN401 whatever typer gives a group
            super().__init__(**given)
            self.commands = Commands(panels)  # type: ignore[assignment] # nobody adds to it afterwards

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer's own, which is not public
            return [*self.commands]  # the inherited one looks at each command, which imports it

    return Group


def _made(name: str, panel: str, place: str) -> Command:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f"{_PACKAGE}.{module}"), attribute)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name, rich_help_panel=panel)
    else:
        holder.command(name, rich_help_panel=panel)(found)
    return cast("Command", get_group(holder).commands[name])
