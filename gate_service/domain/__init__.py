"""Vocabulary and policy of the gate: no input, no output, no third-party import."""
