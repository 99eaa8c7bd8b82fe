"""One small function for each thing that is looked at: it takes what was read, and gives what is to be said of it."""
