"""The methods of `Gate`, a file for each subject. Those of `AsyncGate` are made of them by scripts/generate_sdk.py.

A mutation gets its operation id here, once: what is built here is what every attempt sends.
"""
