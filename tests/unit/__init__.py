"""What needs no other process."""
