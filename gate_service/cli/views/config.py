"""The settings as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.markup import escape

from gate_service.cli.console import small_table
from gate_service.settings.load import DEFAULT, Shown

if TYPE_CHECKING:
    from rich.console import RenderableType


def table(settings: Iterable[Shown], *, origin: bool) -> RenderableType:
    """Give every setting; what is not a default stands out."""
    columns = ["setting", "value", *(["from"] if origin else [])]
    return small_table(columns, [_row(each, origin=origin) for each in settings])


def _row(setting: Shown, *, origin: bool) -> list[str]:
    value = setting.value
    told = ",".join(f"{key}={units}" for key, units in value.items()) if isinstance(value, dict) else str(value)
    shown = escape(told) if setting.origin == DEFAULT else f"[bold]{escape(told)}[/]"
    where = f"[dim]{setting.origin}[/]" if setting.origin == DEFAULT else f"[cyan]{escape(setting.origin)}[/]"
    return [setting.key, shown or "[dim]none[/]", *([where] if origin else [])]
