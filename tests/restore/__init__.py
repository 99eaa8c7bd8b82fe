"""`gate restore` and `gate recover`, on real stores and real archives."""
