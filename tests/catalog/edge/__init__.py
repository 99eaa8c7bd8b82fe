"""The catalog as callers meet it: over gRPC, in a gate of its own."""
