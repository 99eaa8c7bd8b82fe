"""The servers that the gate is compared with."""
