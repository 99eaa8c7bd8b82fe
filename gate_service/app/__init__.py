"""One use case for each RPC, and the ports they need. Imports the domain only."""
