"""Looks whether a store can keep what the gate promises: what was found, what is lost by it, and how to mend it."""
