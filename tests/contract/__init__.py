"""One suite for every ledger: what docs/transitions.md says, held against the model and the real store alike."""
