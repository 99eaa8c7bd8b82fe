"""Whole processes, called over gRPC as their users call them."""
