"""Which locations serve a channel, and whether an order of it may come from several."""

from __future__ import annotations

from collections.abc import Mapping

from gate_service.domain.errors import Refused
from gate_service.domain.handoffs import Channel
from gate_service.domain.vocabulary import Reason


def serving(channels: Mapping[str, Channel], channel_id: str) -> Channel:
    """Give the channel whose locations an order without one is sourced from.

    Raises `Refused` with UNKNOWN_CHANNEL, not stored: without a channel, with one that the handoff map in force does
    not have, and with one that has no locations.
    """
    channel = channels.get(channel_id) if channel_id else None
    if channel is not None and channel.locations:
        return channel
    if not channel_id:
        why = "an order without a location_id needs a channel; name either"
    elif channel is None:
        why = f"the handoff map has no channel {channel_id}; add it there, mend it, or name a location_id"
    else:
        why = f"the handoff map gives channel {channel_id} no locations; add them there, or name a location_id"
    raise Refused(Reason.UNKNOWN_CHANNEL, why, {"channel": channel_id} if channel_id else None)
