"""What the load generator is asked to do and what it reports: plain data that travels as JSON."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Final

from bench.load import wire

SERIAL_MARK: Final = "@" * 10
"""Stands in a template where the number of the call goes, in ten digits."""
SLOT_MARK: Final = "^" * 4
"""Stands in a template where the number of the call modulo `slots` goes, in four digits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One measurement against one address.

    With `rate_per_s` 0 the loop is closed: `connections * streams` calls are always under way. Else it is open: calls
    are due at that rate whatever becomes of them, and a latency counts from the time a call was due. With `calls` > 0
    exactly so many are made, and `warmup_s` and `seconds` do not count.
    """

    host: str
    port: int
    path: str
    template: str
    """The request message, base64; see SERIAL_MARK and SLOT_MARK."""
    connections: int = 4
    streams: int = 16
    rate_per_s: float = 0.0
    warmup_s: float = 0.3
    seconds: float = 1.0
    calls: int = 0
    gather_ms: float = 0.0
    """A closed loop rests so long before it reads again: it then takes and sends several calls at once, and costs less.
    Without it, it is woken for each answer alone, on a core that server and store need too."""
    first_serial: int = 0
    slots: int = 1
    token: str = ""
    """What the caller shows to be let in; empty for a server that asks nobody."""
    watch: dict[str, int] = field(default_factory=dict)
    """Process ids by name, whose CPU time is to be measured over the same seconds."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. Latencies are of the calls that ended well within the measured seconds."""

    calls: int
    """Calls answered OK within the measured seconds."""
    calls_total: int
    """Calls answered OK in all, those of the warm-up included."""
    statuses: dict[str, int]
    """Every other way a call ended, by grpc-status, over the whole run."""
    next_serial: int
    """The first number that was not used: where the next plan may begin."""
    seconds: float
    calls_per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    client_cpu_s: float
    """CPU time of the load generator within the measured seconds."""
    watched_cpu_s: dict[str, float]
    others_cpu_s: float
    """CPU time of everything else on this machine; near 0 where the figures are to be trusted."""
    sample: str
    """The message of one answer, base64."""

    @property
    def client_cpu_share(self) -> float:
        """Give the part of one core that the load generator took, 0 to 1."""
        return self.client_cpu_s / self.seconds

    @property
    def others_cpu_share(self) -> float:
        """Give the part of one core that everything else on this machine took."""
        return self.others_cpu_s / self.seconds

    def cpu_us_per_call(self, name: str) -> float:
        """Give the CPU time of a watched process for each call, in microseconds; "client" is the generator itself."""
        spent = self.client_cpu_s if name == "client" else self.watched_cpu_s[name]
        return spent / max(1, self.calls) * 1e6

    def sample_message(self) -> bytes:
        """Give the message of one answer, to be parsed."""
        return b64decode(self.sample)


class Requests:
    """Makes the requests of one run, each with a number of its own."""

    def __init__(self, plan: Plan) -> None:
        """Take the template apart from its placeholders; both sizes are fixed, so is that of every message."""
        self._template = wire.message(b64decode(plan.template))
        self._slots = plan.slots
        self.next_serial = plan.first_serial

    def make(self) -> bytes:
        """Make the next request, with its length prefix."""
        number = self.next_serial
        self.next_serial = number + 1
        request = self._template.replace(_SERIAL, b"%010d" % number)
        return request if self._slots == 1 else request.replace(_SLOT, b"%04d" % (number % self._slots))


_SERIAL: Final = SERIAL_MARK.encode()
_SLOT: Final = SLOT_MARK.encode()


def encode(message: bytes) -> str:
    """Give a serialised message as a plan carries it."""
    return b64encode(message).decode()
