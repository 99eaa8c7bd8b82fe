"""The methods of `AsyncGate`. Generated from calls/ by scripts/generate_sdk.py. Do not edit."""
