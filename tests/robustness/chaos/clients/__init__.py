"""Random clients: each does what a shop, a warehouse or a meddler would do, over gRPC, until it is told to stop."""
