"""Puts the parts together: the only place that knows every one of them."""

from gate_service.bootstrap.house import NoHandoffs
from gate_service.bootstrap.serve import ListenFailed, Running, StoreUnreachable, run, serve
from gate_service.domain.roles import MethodWithoutRow

__all__ = ["ListenFailed", "MethodWithoutRow", "NoHandoffs", "Running", "StoreUnreachable", "run", "serve"]
