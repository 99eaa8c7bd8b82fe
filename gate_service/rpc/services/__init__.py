"""The services: each method checks its request, asks the use case, and encodes the answer.

A method's name is its RPC's in snake_case; `pipeline` finds it by that.
"""

from gate_service.rpc.services.feeds import Feeds
from gate_service.rpc.services.gate import FulfillmentGate
from gate_service.rpc.services.incoming import Incoming
from gate_service.rpc.services.ledger import Ledger
from gate_service.rpc.services.parts import Items, Writes
from gate_service.rpc.services.status import Status
from gate_service.rpc.services.stock import Stock

__all__ = ["Feeds", "FulfillmentGate", "Incoming", "Items", "Ledger", "Status", "Stock", "Writes"]
