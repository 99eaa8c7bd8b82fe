"""The files that deploy the gate agree with the project and with each other."""
