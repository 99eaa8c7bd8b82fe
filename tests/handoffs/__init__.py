"""The handoff map: read, checked, compared, drawn, and obeyed."""
