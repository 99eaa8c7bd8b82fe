"""The wire: checks fields, turns messages into operations and back, maps errors, and serves gRPC."""
