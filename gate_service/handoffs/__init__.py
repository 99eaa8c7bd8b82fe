"""The handoff map as a file: reading, checking against its schema, watching it for changes."""

from gate_service.handoffs.file import MapFile
from gate_service.handoffs.read import read, schema_text

__all__ = ["MapFile", "read", "schema_text"]
