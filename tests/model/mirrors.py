"""What a mirror should say: written down for whoever delivers it."""

from __future__ import annotations

from gate_service.domain.operations import CorrectMirror
from gate_service.domain.replies import CorrectMirrorReply
from tests.model.state import Asked, Location


def correct_mirror(_location: Location, _operation: CorrectMirror, asked: Asked) -> CorrectMirrorReply:
    """Change nothing: the entry is all there is to it."""
    return CorrectMirrorReply(asked.applied)
