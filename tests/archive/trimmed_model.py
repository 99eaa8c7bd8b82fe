"""The model of a store that was trimmed: what it no longer answers, and nothing else."""

from __future__ import annotations

from collections import defaultdict

from gate_service.app.ports import Call
from gate_service.domain.errors import Refused
from gate_service.domain.operations import Operation
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import Reason
from tests.contract.clock import Clock
from tests.model import ModelLedger
from tests.model.state import Reply


class TrimmedModel(ModelLedger):
    """Knows which operation ids and events are retired because their entries are in the archive only."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing trimmed."""
        super().__init__(clock)
        self._retired_ids: dict[str, set[str]] = defaultdict(set)

    def trim(self, location_id: str, through: int) -> None:
        """Let the entries up to a revision go."""
        location = self._locations[location_id]
        self._retired_ids[location_id] |= {
            name for name, answer in location.answers.items() if answer.outcome.applied.revision <= through
        }
        for key in [key for key, event in location.events.items() if event.outcome.applied.revision <= through]:
            del location.events[key]
            location.retired.add(key)

    def retired_ids(self, location_id: str) -> set[str]:
        """Name the ids that were used in entries that are gone."""
        return self._retired_ids[location_id]

    def do(self, operation: Operation[object], policy: Policy, call: Call) -> Reply:
        """Treat an operation; of an id that is retired nothing is known but that it is."""
        if operation.operation_id not in self._retired_ids[operation.location_id]:
            return super().do(operation, policy, call)
        answers = self._locations[operation.location_id].answers
        answers[operation.operation_id] = answers[operation.operation_id]._replace(body="gone")
        try:
            return super().do(operation, policy, call)
        except Refused as no:
            assert no.reason is Reason.OPERATION_ID_REUSED  # noqa: PT017 - so it comes of a body that is gone
            raise Refused(Reason.OPERATION_ID_RETIRED, "used long ago", no.metadata) from no
