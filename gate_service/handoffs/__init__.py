"""The handoff map as a file: reading, checking against its schema, watching it for changes."""
