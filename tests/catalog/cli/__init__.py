"""`gate catalog …`."""
