"""Puts the parts together: the only place that knows every one of them."""

from gate_service.bootstrap.serve import ListenFailed, Running, StoreUnreachable, run, serve

__all__ = ["ListenFailed", "Running", "StoreUnreachable", "run", "serve"]
