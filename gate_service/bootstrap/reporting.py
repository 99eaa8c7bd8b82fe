"""Gathers a report from a store."""

from __future__ import annotations

from gate_service.app.reconcile.reporting.reporting import Period, Report, Reporting
from gate_service.archive import UnknownLocation
from gate_service.bootstrap.tools import open_tools
from gate_service.reconcile.records import RedisRecords
from gate_service.settings import Settings


async def gather(settings: Settings, period: Period) -> Report:
    """Gather it. Raises `SettingsError`, `Unavailable`, and `UnknownLocation` where one is named that is not there."""
    async with open_tools(settings) as tools:
        known = await tools.journal.locations()
        if period.location_id and period.location_id not in known:
            raise UnknownLocation(period.location_id, "the store does not have")
        return await Reporting(RedisRecords(tools.store)).gather(period, known)
