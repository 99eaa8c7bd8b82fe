"""Real stores of every kind the gate can stand on, started on loopback ports and ended whatever happens.

`single`, `SentinelTrio` and `ClusterOfSix` are context managers. Each server dies with the process that started it.
"""

from tests.stores.cluster import ClusterOfSix
from tests.stores.migration import Migration
from tests.stores.programs import KINDS, NoProgramError, find_program
from tests.stores.sentinel import SentinelTrio
from tests.stores.server import PATIENCE_S, Server
from tests.stores.single import single

__all__ = [
    "KINDS",
    "PATIENCE_S",
    "ClusterOfSix",
    "Migration",
    "NoProgramError",
    "SentinelTrio",
    "Server",
    "find_program",
    "single",
]
