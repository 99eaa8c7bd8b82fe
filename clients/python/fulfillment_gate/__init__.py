"""The SDK of the fulfillment gate: one authoritative count, and no pick without its yes.

`Gate` and `AsyncGate` call it, line messages and enum values stand beside them, and `GateError` is the base of what
they raise. `storefront`, `wms`, `erp` and `logistics` say how each kind of caller uses it, `mirrors` how it tells what
its own books say, and `health` asks whether it is ready. Nothing connects at import.
"""

from fulfillment_gate.aio import AsyncGate as AsyncGate
from fulfillment_gate.connection import tls as tls
from fulfillment_gate.errors import AlreadyExists as AlreadyExists
from fulfillment_gate.errors import DeadlineExceeded as DeadlineExceeded
from fulfillment_gate.errors import Failure as Failure
from fulfillment_gate.errors import GateError as GateError
from fulfillment_gate.errors import Internal as Internal
from fulfillment_gate.errors import InvalidArgument as InvalidArgument
from fulfillment_gate.errors import NotFound as NotFound
from fulfillment_gate.errors import Overloaded as Overloaded
from fulfillment_gate.errors import PermissionDenied as PermissionDenied
from fulfillment_gate.errors import Refused as Refused
from fulfillment_gate.errors import Unauthenticated as Unauthenticated
from fulfillment_gate.errors import Unavailable as Unavailable
from fulfillment_gate.ids import new_operation_id as new_operation_id
from fulfillment_gate.names import *  # noqa: F403 - all of it, which a test holds to the contract
from fulfillment_gate.sync import Gate as Gate
