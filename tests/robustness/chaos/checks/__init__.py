"""One file for each thing that a history is held to."""
