"""Adding up what happens, and telling it."""
